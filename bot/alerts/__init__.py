"""The flow of alerts: read what was told, group it, keep its card true, act at the source."""
