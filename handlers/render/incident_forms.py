"""The forms about incidents: open one, write an update, give roles; and the offer to join one. Pure.

Block and action id of a field are one word. All forms are to be had here: those about one step are written
in ``incident_step_forms.py``, those about its end in ``incident_end_forms.py``.
"""

from collections.abc import Mapping

from bot.engine.incident_requests import SameKind
from bot.engine.incidents import COMMANDER, MOST_HEADLINE, IncidentView, Sev
from handlers._payloads import AnotherButton, IncidentForm, JoinButton, OpenForm
from handlers.render import _incident_words as words
from handlers.render._blocks import Block, Message, actions, button, message, section
from handlers.render._elements import box, field, fitting, form, option, select, somebody, written
from handlers.render._incident_buttons import INCIDENT_ANOTHER, INCIDENT_JOIN
from handlers.render._text import listed, one_line, person, plain
from handlers.render.incident_end_forms import (
    CAUSE,
    FOLLOW_UPS,
    MITIGATED,
    NOISY,
    REOPEN_CALLBACK,
    RESOLVE_CALLBACK,
    SUMMARY,
    reopen_form,
    resolve_form,
)
from handlers.render.incident_step_forms import (
    DONE,
    GIVE,
    NOTE,
    OWNER,
    SKIP,
    STEP,
    STEP_CALLBACK,
    TAKE_BACK,
    TELL_CALLBACK,
    TEXT,
    UNTICK_CALLBACK,
    WHAT,
    YES,
    step_form,
    tell_form,
    untick_form,
)
from playbooks.models import Playbook

__all__ = [
    "AS_PLAYBOOK",
    "CAUSE",
    "DONE",
    "DRILL",
    "FOLLOW_UPS",
    "GIVE",
    "HEADLINE",
    "MITIGATED",
    "NOISY",
    "NOTE",
    "OPEN_CALLBACK",
    "OWNER",
    "PLAYBOOK",
    "REOPEN_CALLBACK",
    "RESOLVE_CALLBACK",
    "ROLE",
    "ROLE_CALLBACK",
    "SEVERITY",
    "SKIP",
    "STEP",
    "STEP_CALLBACK",
    "SUMMARY",
    "TAKE_BACK",
    "TELL_CALLBACK",
    "TEXT",
    "UNTICK_CALLBACK",
    "UPDATE_CALLBACK",
    "WHAT",
    "WHO",
    "YES",
    "joinable",
    "open_form",
    "reopen_form",
    "resolve_form",
    "role_form",
    "step_form",
    "tell_form",
    "untick_form",
    "update_form",
]

OPEN_CALLBACK = "incident_open_form"
UPDATE_CALLBACK = "incident_update_form"
ROLE_CALLBACK = "incident_role_form"
PLAYBOOK = "playbook"
HEADLINE = "headline"
SEVERITY = "severity"
DRILL = "drill"
ROLE = "role"
WHO = "who"
AS_PLAYBOOK = "playbook"
"""The value of ``SEVERITY`` that leaves it to the playbook; Slack takes no empty one."""
_HOW_BAD = {
    Sev.SEV1: "Everybody is affected; everything else waits",
    Sev.SEV2: "Many are affected, or something important fails",
    Sev.SEV3: "Few are affected, or nobody yet",
}


def open_form(
    playbooks: Mapping[str, Playbook],
    *,
    chosen: str = "",
    headline: str = "",
    severity: str = "",
    drill: bool = False,
    hidden: OpenForm | None = None,
) -> Block:
    """Ask which checklist it is, what is seen and how bad; what is known already stands in the fields."""
    about = hidden or OpenForm()
    if not playbooks:
        none = "There is no playbook yet. `pawdeploy playbooks check`, typed on the server, says why."
        return form(OPEN_CALLBACK, about.encode(), "Open an incident", "", section(none))
    books = [option(name, book.title, book.when) for name, book in playbooks.items()]
    how_bad = [option(AS_PLAYBOOK, "As the playbook says")]
    how_bad += [option(one.value, one.upper(), effect) for one, effect in _HOW_BAD.items()]
    hint = "What is seen, in a few words; empty: the playbook's title"
    typed = written(HEADLINE, hint, most=MOST_HEADLINE, lines=False, so_far=headline)
    practice = option(YES, "This is a drill", "Nothing real is touched; every message says so")
    return form(
        OPEN_CALLBACK,
        about.encode(),
        "Open an incident",
        "Open",
        _belongs(about),
        field(PLAYBOOK, "Playbook", select(PLAYBOOK, books, "What it looks like", chosen)),
        field(HEADLINE, "Headline", typed, optional=True),
        field(SEVERITY, "How bad", select(SEVERITY, how_bad, "How bad", severity or AS_PLAYBOOK)),
        field(DRILL, "For practice", box(DRILL, practice, ticked=drill), optional=True),
    )


def _belongs(about: OpenForm) -> Block | None:
    what = _named("Alert", about.alert) or _named("Run", about.run)
    return section(f"{what} will belong to it, unless it is a drill.") if what else None


def update_form(incident: IncidentView) -> Block:
    """Ask how it stands, for everybody."""
    told = f"{words.titled(incident)}\nIt will stand on the card and in the thread."
    hint = "What is known, what is being done, when there is more to say"
    return form(
        UPDATE_CALLBACK,
        IncidentForm(incident=incident.id).encode(),
        "Update",
        "Send",
        section(told),
        field(TEXT, "How it stands", written(TEXT, hint, least=1)),
    )


def role_form(incident: IncidentView) -> Block:
    """Ask who takes which part; nobody named frees it."""
    held = {COMMANDER: "", **dict(incident.roles)}
    lines = [f"{plain(role, 30)}: {person(user) if user else 'nobody yet'}" for role, user in held.items()]
    options = [option(role, f"{role[:1].upper()}{role[1:]}") for role in held]
    free = next((role for role, user in held.items() if not user), COMMANDER)
    return form(
        ROLE_CALLBACK,
        IncidentForm(incident=incident.id).encode(),
        "Roles",
        "Give",
        section("\n".join([words.titled(incident), *lines])),
        field(ROLE, "Role", select(ROLE, options, "Which part", free)),
        field(WHO, "Who takes it; empty: nobody", somebody(WHO, "Somebody"), optional=True),
    )


def _named(what: str, number: int | None) -> str:
    return "" if number is None else f"{what} {number}"


def joinable(same: SameKind) -> Message:
    """Offer the incident of the same kind that is open already; "Open another" carries what was asked."""
    incident, asked = same.incident, same.asked
    drill = f"{words.DRILL} · " if incident.drill else ""
    real = f" It is a drill: {words.NOT_REAL}." if incident.drill else ""
    head = (
        f"{drill}*Incident {incident.id} of the same kind is open: {words.headline(incident)}.* "
        f"It was opened {words.by(incident.opened_by)} {words.clock(incident.opened_at, words.WHEN)}; "
        f"its card is in {words.channel(incident.channel) or 'Slack soon'}. Nothing was opened.{real}"
    )
    # A drill has nothing real: whoever joins one leaves alert and run to the real incident.
    alert, run = (None, None) if incident.drill else (asked.alert, asked.run)
    if brings := listed([name for name in (_named("alert", alert), _named("run", run)) if name]):
        head += f" Joining adds {brings} to it."
    another = AnotherButton(
        playbook=asked.playbook,
        headline=fitting(one_line(asked.headline), MOST_HEADLINE),
        severity=None if asked.severity is None else asked.severity.value,
        drill=asked.drill,
        alert=asked.alert,
        run=asked.run,
        service=asked.service[:80],
        environment=asked.environment[:80],
        channel=asked.channel[:30],
    )
    return message(
        head.replace("*", ""),
        section(head),
        actions(
            button(
                f"Join incident {incident.id}",
                INCIDENT_JOIN,
                JoinButton(incident=incident.id, alert=alert, run=run).encode(),
                style="primary",
            ),
            button("Open another", INCIDENT_ANOTHER, another.encode()),
        ),
    )
