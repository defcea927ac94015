"""The forms behind an alert's buttons: resolve, archive, assign, snooze, attach. Pure.

Block and action id of a field are one word, ``HOW``, ``WHO``, ``INCIDENT`` or ``OPEN_INCIDENT``.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.engine.alert_words import ARCHIVE_WORDS
from bot.engine.alerts import ARCHIVE_HOWS, RESOLVE_HOWS, SNOOZE_SECONDS, AlertView, Source
from bot.engine.incidents import IncidentRow
from handlers._payloads import AlertForm
from handlers.render import _alert_words as words
from handlers.render._alert_lines import AlertAround
from handlers.render._blocks import Block, section
from handlers.render._text import clock, duration, one_line, size

RESOLVE_CALLBACK = "alert_resolve_form"
ARCHIVE_CALLBACK = "alert_archive_form"
ASSIGN_CALLBACK = "alert_assign_form"
SNOOZE_CALLBACK = "alert_snooze_form"
ATTACH_CALLBACK = "alert_attach_form"
HOW = "how"
WHO = "who"
INCIDENT = "incident"
"""One kept elsewhere, in words."""
OPEN_INCIDENT = "open_incident"
"""One of ours: its number."""
NOBODY = "nobody"
"""The value of "Nobody" in ``WHO``; Slack takes no empty one."""
WAKE = "0"
"""The value of "Wake it" in ``HOW``: no more seconds."""
MOST_INCIDENT = 80
_MOST_PEOPLE = 99
_MOST_LISTED = 100
_LABEL = 75
_RESOLVE_LABELS = {
    "now": ("Now", "Seen again, it comes back"),
    "next": ("With the next release", "Seen again in a newer release, it comes back"),
    "current": ("With the release that runs now", "Seen again in that release or a newer one, it comes back"),
}
_SNOOZE_LABELS = {1800: "30 minutes", 3600: "1 hour", 14_400: "4 hours", 86_400: "24 hours"}


def resolve_form(alert: AlertView, *, now: datetime, around: AlertAround) -> Block:
    """Ask from when on it is resolved; warns first where it still happens."""
    hows = RESOLVE_HOWS if around.at_source else RESOLVE_HOWS[:1]
    warning = _still_firing(alert, now, around)
    return _form(
        RESOLVE_CALLBACK,
        alert,
        "Resolve",
        "Resolve anyway" if warning else "Resolve",
        warning or f"*{words.name(alert)}*\nIf it happens again, it comes back on the same card.",
        _input(HOW, "From when on", _radio([_option(how, *_RESOLVE_LABELS[how]) for how in hows])),
    )


def _still_firing(alert: AlertView, now: datetime, around: AlertAround) -> str:
    """Warn while it happens; what is watched happens until it is well again, however old the news."""
    since = now - alert.last_seen
    watched = alert.source is Source.HEALTH
    if not alert.firing or (since >= timedelta(seconds=around.still_firing) and not watched):
        return ""
    seen = f"last seen {duration(since)} ago" if not watched else "it is not well again yet"
    often = words.counts(alert)
    return (
        f":warning: *Still firing: {seen}*{f' ({often})' if often else ''}\n*{words.name(alert)}*\n"
        "Resolving will not stop it: when it happens again it comes back on the same card."
    )


def archive_form(alert: AlertView) -> Block:
    """Ask for how long it is put aside."""
    options = [
        _option(how, f"{ARCHIVE_WORDS[how][:1].upper()}{ARCHIVE_WORDS[how][1:]}") for how in ARCHIVE_HOWS
    ]
    head = f"*{words.name(alert)}*\nIt counts as put aside, not as mended. Reopen on its card takes it back."
    return _form(
        ARCHIVE_CALLBACK, alert, "Archive", "Archive", head, _input(HOW, "How long", _radio(options))
    )


def assign_form(alert: AlertView, people: Sequence[tuple[str, str]], *, me: str = "") -> Block:
    """Ask who takes it; ``people`` are Slack user ids with the names Sentry knows them by.

    Chosen is who has it, else ``me``, who asks.
    """
    known = [_option(user, name) for user, name in people[:_MOST_PEOPLE]]
    options = [*known, _option(NOBODY, "Nobody")]
    likely = alert.assignee_user or me
    chosen = next((option for option in known if option["value"] == likely), None)
    element: Block = {
        "type": "static_select",
        "action_id": WHO,
        "options": options,
        "placeholder": _plain("Who takes it"),
    }
    if chosen is not None:
        element["initial_option"] = chosen
    now_has = f"Assigned to {has}." if (has := words.assignee(alert)) else "Nobody has it yet."
    if not known:
        now_has += " `[sentry_users]` in `pawdeploy.toml` says who is who in Sentry; it names nobody yet."
    if len(people) > _MOST_PEOPLE:
        now_has += f" The first {_MOST_PEOPLE} of {len(people)} people are listed."
    head = f"*{words.name(alert)}*\n{now_has}"
    return _form(ASSIGN_CALLBACK, alert, "Assign", "Assign", head, _input(WHO, "Who", element))


def snooze_form(alert: AlertView, *, now: datetime) -> Block:
    """Ask for how long nobody is mentioned; offers to wake it where it is snoozed."""
    options = [_option(str(seconds), _SNOOZE_LABELS[seconds]) for seconds in SNOOZE_SECONDS]
    head = f"*{words.name(alert)}*\nNobody is mentioned meanwhile; the card goes on saying how it stands."
    if alert.snoozed_until is not None and alert.snoozed(now):
        head += f"\nSnoozed until {clock(alert.snoozed_until, words.WHEN)}."
        options = [_option(WAKE, "Wake it", "End the snooze now"), *options]
    return _form(SNOOZE_CALLBACK, alert, "Snooze", "Snooze", head, _input(HOW, "How long", _radio(options)))


def attach_form(alert: AlertView, incidents: Sequence[IncidentRow] = ()) -> Block:
    """Ask for the incident it belongs to: one of ours that is open, or another; left empty, to none."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": INCIDENT,
        "max_length": MOST_INCIDENT,
        "placeholder": _plain("A number, a name or an address; empty: none"),
    }
    if kept := _cut(one_line(alert.incident[:MOST_INCIDENT]), MOST_INCIDENT):
        element["initial_value"] = kept
    head = f"*{words.name(alert)}*\nIts card will name the incident."
    title = "Or one that is kept elsewhere" if incidents else "Incident"
    field = _input(INCIDENT, title, element) | {"optional": True}
    return _form(ATTACH_CALLBACK, alert, "Attach to incident", "Attach", head, *_ours(incidents), field)


def _ours(incidents: Sequence[IncidentRow]) -> Iterator[Block]:
    """Offer the incidents that are open, newest first as they come; nothing where there is none."""
    options = [
        _option(str(one.id), f"Incident {one.id}: {one.headline.strip() or one.title}")
        for one in incidents[:_MOST_LISTED]
    ]
    if options:
        element: Block = {
            "type": "static_select",
            "action_id": OPEN_INCIDENT,
            "options": options,
            "placeholder": _plain("One that is open"),
        }
        yield _input(OPEN_INCIDENT, "Incident", element) | {"optional": True}


def _form(name: str, alert: AlertView, title: str, submit: str, head: str, *fields: Block) -> Block:
    return {
        "type": "modal",
        "callback_id": name,
        "private_metadata": AlertForm(alert=alert.id).encode(),
        "title": _plain(title),
        "submit": _plain(submit),
        "close": _plain("Back"),
        "blocks": [section(head), *fields],
    }


def _radio(options: list[Block]) -> Block:
    return {"type": "radio_buttons", "action_id": HOW, "options": options, "initial_option": options[0]}


def _option(value: str, text: str, about: str = "") -> Block:
    made: Block = {"text": _plain(_cut(one_line(text[:200])) or value), "value": value}
    return made | ({"description": _plain(about)} if about else {})


def _cut(label: str, limit: int = _LABEL) -> str:
    while size(label) > limit:
        label = label[:-2].rstrip() + "…"
    return label


def _input(name: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": name, "label": _plain(label), "element": element}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
