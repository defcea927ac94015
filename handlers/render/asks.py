"""What people are told about a run besides its card: asked, reminded, paged, and one line for the rest.

Pure. ``mention`` is mrkdwn that mentions people (``_around.mentions``), ``link`` the address of the card;
either may be empty.
"""

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import MOBILE, RunKind
from handlers._payloads import RunButton
from handlers.render import _steps as steps
from handlers.render._approvals import WHEN
from handlers.render._blocks import Message, actions, button, link_button, message, section
from handlers.render._buttons import GIVE_REASON
from handlers.render._outcome import commit_title, outcome
from handlers.render._shipment import changes_of, exceptions_text, migrations_text, shipment_text
from handlers.render._text import clock, count, link, person, plain, short
from handlers.render._voices import rejection
from handlers.render._wanted import after_time, wanted

__all__ = [
    "render_ask",
    "render_database",
    "render_dm",
    "render_line",
    "render_page",
    "render_reason_wanted",
    "render_remind",
    "render_too_early",
    "render_uncounted",
]

OPEN_CARD = "open_card"


def render_ask(run: RunView, mention: str, link: str) -> Message:
    """Tell approvers once, in the card's thread, what is asked of them and until when."""
    quorum = run.asking.quorum if run.asking else 1
    round_ = run.asking.round if run.asking else 1
    again = f" (round {round_}: what was said before counts for nothing)" if round_ > 1 else ""
    head = f"{mention} {count(quorum, 'approval')} wanted{again}: {_what(run)}, {_by(run)}.".strip()
    how = f"Press Approve or Reject on the card, or react to it{_until(run)}."
    return _told(head, "\n".join(line for line in (head, exceptions_text(run), how) if line), link)


def render_dm(run: RunView, link: str) -> Message:
    """Ask one person for their approval, with the way to the card."""
    head = f"Your approval is asked for: {_what(run)}, {_by(run)}{_until(run)}."
    text = [head, exceptions_text(run), shipment_text(run), "Approve or reject it on its card."]
    return _told(head, "\n".join(line for line in text if line), link)


def render_remind(run: RunView, missing: int, mention: str, link: str) -> Message:
    """Tell those who have not answered once more, before the time ends."""
    still = f"{count(missing, 'approval')} still missing"
    head = f"{mention} {still}: {_what(run)}, {_by(run)}{_until(run)}. After that {after_time(run)}.".strip()
    return _told(head, head, link)


def render_line(run: RunView, link: str = "") -> Message:
    """Say in one line, for those who follow releases, how a run ended."""
    mark, words = outcome(run)
    number = _linked(link, f"run {run.id}")
    title = commit_title(run, 100)
    who = "by itself" if run.automatic else f"by {person(run.requested_by)}"
    line = " · ".join(
        word for word in (f"{mark} {words}", plain(run.service, 40), title, f"{number} {who}") if word
    )
    return message(line.replace("`", ""), section(line))


def render_too_early(user: str) -> Message:
    """Tell somebody that their reaction was there before anything was asked."""
    text = (
        f"{person(user)}, your reaction came before this run asked what it asks now, so it does not count. "
        "Press Approve, or take the reaction away and react again."
    )
    return message(text, section(text))


_NO_ROLE = "you are not among those who can approve or reject this run; its card names them."
_UNCOUNTED = {
    "Own": "you asked for this run yourself, so somebody else has to agree to it.",
    "Committer": "some of these commits are yours, so somebody else has to agree to them.",
    "Over": "the time to approve this run is over.",
}


def render_uncounted(user: str, why: str) -> Message:
    """Tell somebody that their reaction does not count; ``why`` names what ``engine.consent.may_vote`` found.

    Groups are not mentioned: they would all be called.
    """
    text = f"{person(user)}, your reaction does not count: {_UNCOUNTED.get(why, _NO_ROLE)}"
    return message(text, section(text))


def render_reason_wanted(run: RunView) -> Message:
    """Ask whoever said no by reaction for the reason; the run is stopped already."""
    no = rejection(run)
    who = f"{person(no.user)}, you" if no else "Somebody"
    must_not = "be done" if run.kind in MOBILE else "be started" if run.kind is RunKind.WORKFLOW else "ship"
    text = f"{who} rejected run {run.id} by reaction, and it has stopped. Why must it not {must_not}?"
    value = RunButton(run=run.id, attempt=run.attempt).encode()
    return message(text, section(text), actions(button("Say why", GIVE_REASON, value)))


def render_page(run: RunView, mention: str, link: str = "") -> Message:
    """Call the people on call: a rollback failed; what is live now comes first, for that is what hurts."""
    where = plain(run.environment, 40)
    has, what, looks = f"What {where} runs", f"The rollback of {where} failed.", "/pawdeploy status"
    if run.kind is RunKind.UPDATE_BACK:
        has, looks = f"What people in {where} have", "/pawota status"
        what = f"The update of {where} could not be taken back."
    live = plain(run.live, 300) or f"{has} now is unknown."
    head = f"{mention} {steps.FAILED} *{what}* {live}".strip()
    why = plain(run.detail, 500)
    parent = f" It was to take back run {run.parent_id}." if run.parent_id else ""
    service = plain(run.service, 40)
    next_ = f"Run {run.id}, {service}.{parent} `{looks}` looks again; Retry is on its card."
    return _told(head.replace("*", ""), "\n".join(line for line in (head, why, next_) if line), link)


def render_database(run: RunView, mention: str, link: str = "") -> Message:
    """Tell the people of the database that migrations are among the changes, and what these destroy."""
    changes = changes_of(run)
    known = changes is not None and changes.migrations_known
    number = len(changes.migrations) if changes else 0
    what = count(number, "migration") if number else "no migrations" if known else "perhaps migrations"
    head = f"{mention} {what}: {_what(run)}, {_by(run)}.".strip()
    failed = (
        "A migration failed; nothing runs it again by itself."
        if run.reason is Reason.MIGRATION_FAILED
        else ""
    )
    text = [head, failed, migrations_text(changes, back=run.rollback) if changes else ""]
    return _told(head, "\n".join(line for line in text if line), link)


def _told(fallback: str, text: str, address: str) -> Message:
    return message(fallback, section(text), actions(link_button("Open the card", OPEN_CARD, address)))


def _what(run: RunView) -> str:
    if run.kind in MOBILE:
        return f"{wanted(run)} ({plain(run.service, 40)})"
    if run.kind is RunKind.WORKFLOW:
        return f"“{plain(run.workflow, 80)}” in {plain(run.environment, 40)} ({plain(run.service, 40)})"
    title = f" “{plain(run.commit_title, 100)}”" if run.commit_title else ""
    what, where = f"{short(run.sha) or 'a commit'}{title}", plain(run.environment, 40)
    move = f"roll {where} back to {what}" if run.rollback else f"ship {what} to {where}"
    return f"{move} ({plain(run.service, 40)})"


def _by(run: RunView) -> str:
    return "started by itself" if run.automatic else f"asked by {person(run.requested_by)}"


def _until(run: RunView) -> str:
    return f", until {clock(run.asking.expires_at, WHEN)}" if run.asking else ""


def _linked(address: str, label: str) -> str:
    return link(address, label) if address else label
