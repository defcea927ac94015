"""A release of an app: version, builds, testers, consent, stores, review."""
