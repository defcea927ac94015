"""State in, Slack messages out: pure functions, no clock, no I/O, never a payload Slack would refuse."""
