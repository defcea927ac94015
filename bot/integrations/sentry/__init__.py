"""Sentry, by its REST API: releases, deploys, error counts, issues. Knows no Slack."""

from bot.integrations.sentry._api import auth_headers
from bot.integrations.sentry.client import Sentry
from bot.integrations.sentry.issues import SentryIssues

__all__ = ["Sentry", "SentryIssues", "auth_headers"]
