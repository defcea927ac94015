"""Sentry, by its REST API: releases, deploys, error counts, new issues. Knows no Slack."""

from bot.integrations.sentry._api import auth_headers
from bot.integrations.sentry.client import Sentry

__all__ = ["Sentry", "auth_headers"]
