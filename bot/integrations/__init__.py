"""One package per vendor, one class each; they know HTTP and nothing of Slack or the database."""
