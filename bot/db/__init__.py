"""State: tables, the session that guards them, and one store per aggregate. Knows nothing of Slack or vendors."""
