"""What stands between a request and production: the guarded parts of ``pawdeploy.toml``. Shapes only."""

from typing import Annotated

from pydantic import Field

from bot.shapes import Emoji, Name, Seconds, Strict, Whole, Yes


class Approval(Strict):
    """Who must agree before anything ships, and for how long their word holds."""

    roles: tuple[str, ...] = Field(min_length=1)
    quorum: Annotated[Whole, Field(ge=1, le=10)] = 1
    """How many different people, the requester never among them."""
    expires: Seconds = 14_400
    """From asking to shipping."""
    remind: Seconds = 1_800
    """Before the end, approvers who have not answered are told once more."""
    committers: Yes = True
    """Whether somebody who wrote one of the commits may approve them; needs ``github_logins``."""


class Soak(Strict):
    """How long a commit must have been live and well elsewhere first."""

    environment: Name = "staging"
    seconds: Seconds = 86_400
    override_roles: tuple[str, ...] = ()
    """Who may skip the rest of it, for a reason and one more approval."""


class Freeze(Strict):
    """A time in which nothing ships, coming again and again."""

    starts: str
    """Five cron fields, e.g. ``0 16 * * FRI``."""
    ends: str
    timezone: str
    """As the IANA database has it, e.g. ``Europe/Berlin``."""
    because: Annotated[str, Field(min_length=1, max_length=200)]


class Watch(Strict):
    """How closely errors are watched after shipping; ``docs/watch.md`` explains the method."""

    seconds: Seconds = 900
    baseline: Seconds = 21_600
    """How far back "before" reaches."""
    bucket: Annotated[Whole, Field(ge=1)] = 60
    """Width of one count, in seconds."""
    alpha: Annotated[float, Field(gt=0, lt=0.2)] = 0.01
    """Chance of a false alarm in one watch, all looks together."""
    ratio: Annotated[float, Field(gt=1)] = 2.0
    """A smaller rise is not taken back, however certain."""
    least: Annotated[Whole, Field(ge=1)] = 10
    """Fewer errors than this are not taken back."""


class Sentry(Strict):
    """Where errors are counted."""

    organization: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    release: str = "{sha}"
    """How the services name their release; ``{sha}`` is the full commit, ``{service}`` the service."""

    def named(self, *, service: str, sha: str) -> str:
        """Return how ``service`` calls its release of ``sha``."""
        return self.release.replace("{sha}", sha).replace("{service}", service)


class Reactions(Strict):
    """Which emoji on a card count as a voice."""

    approve: tuple[Emoji, ...] = ("white_check_mark", "+1")
    reject: tuple[Emoji, ...] = ("x", "no_entry")
