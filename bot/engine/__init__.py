"""Pure decisions: frozen facts in, tagged answers out; no I/O, no clock, no Slack."""
