"""The faults drawer: named knobs that make the simulated world misbehave.

Knows the knobs and their positions, and tells whoever subscribed when one turns. Must not know how a fault is
carried out: each simulator reads the knob it cares about at the moment it matters. A knob whose calm position
is ``-`` is an act: turned, it is carried out once and turns back by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Knob:
    """One thing that can be made to go wrong."""

    name: str
    """What code and ``POST /_faults`` call it: ``railway.answers``."""
    label: str
    """What the drawer shows."""
    group: str
    """The heading it stands under."""
    choices: tuple[str, ...]
    """Every position; the first is the calm one."""

    @property
    def default(self) -> str:
        """The position nothing goes wrong in."""
        return self.choices[0]


ANSWERS = (
    "normal", "slow", "503", "429", "401", "403", "404", "timeout", "reset", "malformed", "graphql_error",
)  # fmt: skip
"""How a vendor's API may answer.

``slow``, ``timeout``, ``reset`` and ``malformed`` still do what was asked: only the answer
suffers. The others do nothing.
"""

KNOBS = (
    Knob("railway.answers", "API answers", "Railway", ANSWERS),
    Knob(
        "railway.deployment",
        "A deployment",
        "Railway",
        (
            "succeeds", "fails", "crashes", "skipped", "removed", "needs_approval", "never ends",
            "pre-deploy fails",
        ),
    ),
    Knob("railway.rollback", "A rollback", "Railway", ("works", "fails", "never ends", "lost answer")),
    Knob("railway.image", "Images of old deployments", "Railway", ("kept", "gone")),
    Knob("railway.platform", "Platform", "Railway", ("stable", "incident")),
    Knob("railway.instances", "Instances of what is live", "Railway", ("running", "crashed", "none")),
    Knob("railway.speed", "Speed", "Railway", ("normal", "fast", "slow")),
    Knob("github.answers", "API answers", "GitHub", ANSWERS),
    Knob(
        "github.checks",
        "Checks",
        "GitHub",
        ("green", "red", "pending", "none", "startup_failure", "forbidden"),
    ),
    Knob("github.workflow", "A workflow run", "GitHub", ("succeeds", "fails", "never ends")),
    Knob("github.migration", "A migration's workflow run", "GitHub", ("succeeds", "fails", "never ends")),
    Knob("backend.health", "Health", "Backend", ("good", "bad", "old commit", "no commit")),
    Knob("backend.component", "A part that fails", "Backend", ("none", "database", "redis")),
    Knob("backend.smoke", "Smoke tests", "Backend", ("good", "failing")),
    Knob("sentry.answers", "API answers", "Sentry", (*ANSWERS[:-1], "empty")),
    Knob(
        "sentry.errors",
        "Errors",
        "Sentry",
        ("quiet", "normal", "spike after deploy", "new issue after deploy", "silent"),
    ),
    Knob(
        "sentry.now",
        "At Sentry, now",
        "Alerts",
        (
            "-", "new issue", "spike", "storm", "regression", "resolve elsewhere", "archive elsewhere",
            "app crashes",
        ),
    ),
    Knob("sentry.webhooks", "Sentry's webhooks", "Alerts", ("delivered", "lost", "duplicate")),
    Knob("backend.flapping", "Backend's health", "Alerts", ("steady", "flapping")),
    Knob("slack.alerts", "Channel #alerts", "Alerts", ("open", "archived", "bot removed")),
    Knob("supabase.health", "Supabase", "Dependencies", ("healthy", "unhealthy", "401", "500")),
    Knob("upstash.ping", "Upstash", "Dependencies", ("pong", "error", "timeout")),
    Knob("status.page", "Status page", "Dependencies", ("none", "minor", "major", "malformed")),
    Knob(
        "orchestrator.answers",
        "Takes reports",
        "Orchestrator",
        ("normal", "slow", "503", "429", "401", "timeout", "reset"),
    ),
    Knob("expo.api", "API answers", "Expo", ("well", "slow", "503", "429", "401")),
    Knob("expo.build", "A build", "Expo", ("succeeds", "fails", "stuck in the queue", "cancelled")),
    Knob("expo.submission", "A submission", "Expo", ("succeeds", "fails")),
    Knob("expo.ota", "An update over the air", "Expo", ("fine", "crashes")),
    Knob("expo.rollout", "Rolling an update out", "Expo", ("agrees", "refuses", "android refuses")),
    Knob("expo.webhook", "Expo's webhook", "Expo", ("sends", "forged", "silent")),
    Knob(
        "appstore.review", "App Store's review", "Stores", ("approves", "rejects", "waits", "unknown word")
    ),
    Knob("appstore.api", "App Store Connect answers", "Stores", ("well", "401", "403", "429", "503")),
    Knob("appstore.webhook", "Apple's webhook", "Stores", ("sends", "silent")),
    Knob(
        "googleplay.review", "Google's review", "Stores", ("approves", "rejects", "waits", "unknown word")
    ),
    Knob("googleplay.api", "Google Play answers", "Stores", ("well", "401", "403", "429", "503")),
    Knob("slack.answers", "API answers", "Slack", ("normal", "429", "slow", "down")),
    Knob("slack.delivery", "Delivery", "Slack", ("normal", "duplicate")),
    Knob("slack.events", "Events", "Slack", ("delivered", "lost", "twice", "late")),
    Knob("bot", "The bot", "Bot", ("running", "killed")),
)  # fmt: skip

Subscriber = Callable[[str, str], None]
"""Called with the knob's name and its new position."""


class Faults:
    """Where every knob stands. Lives on one event loop; a turn is seen at once by everyone."""

    def __init__(self, knobs: tuple[Knob, ...] = KNOBS) -> None:
        self._knobs = {knob.name: knob for knob in knobs}
        self._values = {knob.name: knob.default for knob in knobs}
        self._subscribers: list[Subscriber] = []
        self.slow_seconds = 2.0
        """How long a ``slow`` answer takes, in seconds."""
        self.timeout_seconds = 60.0
        """How long a ``timeout`` holds the connection before giving up, in seconds."""

    def get(self, name: str) -> str:
        """Return where the knob stands; ``KeyError`` for a name that is no knob."""
        return self._values[name]

    def set(self, name: str, value: str) -> None:
        """Turn a knob. ``KeyError`` for an unknown name, ``ValueError`` for a position it does not have."""
        knob = self._knobs[name]
        if value not in knob.choices:
            msg = f"{name} can be {', '.join(knob.choices)}; not {value!r}"
            raise ValueError(msg)
        if self._values[name] == value:
            return
        self._values[name] = value
        for callback in tuple(self._subscribers):
            callback(name, value)

    def reset(self) -> None:
        """Turn every knob back to calm."""
        for knob in self._knobs.values():
            self.set(knob.name, knob.default)

    def all(self) -> list[dict[str, str | list[str]]]:
        """Return every knob as the page shows it: name, label, group, choices, default, value."""
        return [
            {
                "name": knob.name,
                "label": knob.label,
                "group": knob.group,
                "choices": list(knob.choices),
                "default": knob.default,
                "value": self._values[knob.name],
            }
            for knob in self._knobs.values()
        ]

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Have ``callback(name, value)`` called on every turn; returns what ends that."""
        self._subscribers.append(callback)

        def end() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return end
