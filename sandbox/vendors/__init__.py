"""Simulated vendors: each keeps state, checks tokens and answers in the vendor's own shapes."""
