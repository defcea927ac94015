"""Supabase, by its management API: how the parts of a project are. Reads only."""

from bot.integrations.supabase.client import Supabase, auth_headers

__all__ = ["Supabase", "auth_headers"]
