"""How a version stands at a store, in our words, and what a person does next. Shapes and words; no I/O."""

from datetime import datetime
from enum import StrEnum

from bot.engine.mobile import AppPlatform, Fact

STORES = {AppPlatform.IOS: "the App Store", AppPlatform.ANDROID: "Google Play"}
KEEPERS = {AppPlatform.IOS: "Apple", AppPlatform.ANDROID: "Google"}
"""Whose store it is: short, for lines that name both."""


class StorePhase(StrEnum):
    """Where a version is on its way to people."""

    DRAFT = "draft"
    """Known to the store and not handed in."""
    PROCESSING = "processing"
    WAITING = "waiting"
    """Handed in, nobody looks yet."""
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    """Good, and somebody has to release it."""
    LIVE = "live"
    """Some people can get it: also while it is phased, rolled out, halted."""
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    """By the developer, or replaced by a newer one."""
    UNKNOWN = "unknown"
    """A word of the store we do not know: shown raw, told to the channel, waited on."""


class StoreVersion(Fact):
    """One version at one store."""

    platform: AppPlatform
    phase: StorePhase
    raw: str
    """The store's own word, as it is."""
    version: str = ""
    """``1.4.0``; Google Play calls a release by name, which is this where it is one."""
    number: str = ""
    """Build number or version code, where the store tells."""
    id: str = ""
    """The store's id of it, where it has one."""
    created_at: datetime | None = None
    share: float | None = None
    """Of the people who may get it, 0 to 1, while it is phased or rolled out; None: all."""
    halted: bool = False
    day: int | None = None
    """Apple: which day of a phased release."""
    detail: str = ""
    """More of the store's words: the review submission's state."""


class OrderKind(StrEnum):
    """What people can tell a store about a version that is going out."""

    HALT = "halt"
    RESUME = "resume"


class Order(Fact):
    """To halt or go on with what is going out; ``platforms``: where."""

    kind: OrderKind
    platforms: tuple[AppPlatform, ...]
    why: str = ""
