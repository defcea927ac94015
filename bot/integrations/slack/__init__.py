"""Slack: the link it talks to us over, the cards we keep up to date, the people and their roles."""
