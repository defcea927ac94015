"""Slack's door: everything Slack can ask of us."""
