"""Expo's EAS, by the GraphQL API its own command line uses. Knows no Slack, database or settings."""

from bot.integrations.expo.client import Expo, api_address, auth_headers

__all__ = ["Expo", "api_address", "auth_headers"]
