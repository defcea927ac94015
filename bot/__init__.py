"""pawdeploy: the release and incident desk of a product team, inside Slack."""

__version__ = "0.1.0"
