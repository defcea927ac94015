"""The whole product without an account: a strict little Slack and simulated vendors, over real HTTP on loopback."""
