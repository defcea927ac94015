"""The looks of playbooks: the bot asks by itself and says what it found. Tells nobody, stores nothing."""

from bot.incidents.looks.drill import rehearsed
from bot.incidents.looks.looker import Looker
from bot.incidents.looks.needs import LookPlace

__all__ = ["LookPlace", "Looker", "rehearsed"]
