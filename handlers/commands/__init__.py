"""Slash commands, one file each; ``/pawdeploy`` has one more file per first word."""
