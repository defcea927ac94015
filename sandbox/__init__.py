"""The product without an account: a strict little Slack and simulated vendors, over HTTP on loopback."""
