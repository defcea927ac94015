"""State: tables, the session that guards them, one store per aggregate. Knows no Slack and no vendor."""
