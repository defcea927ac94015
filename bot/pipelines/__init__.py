"""Durable workflows that read top to bottom, and the desk that takes requests for them."""
