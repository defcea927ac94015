"""What a ``PUT`` on an issue of the simulated Sentry asks for, or why it is refused. Changes nothing itself.

Stricter than Sentry in one thing: a field it does not know is refused, never ignored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.vendors.sentry_issues import SUBSTATUSES, Issue, Member, Standing
from sandbox.vendors.sentry_shapes import iso

FIELDS = frozenset({"status", "statusDetails", "substatus", "assignedTo", "hasSeen", "priority"})
RESOLVES = frozenset({"inNextRelease", "inRelease", "inCommit"})
IGNORES = frozenset({"ignoreDuration", "ignoreCount", "ignoreWindow", "ignoreUserCount", "ignoreUserWindow"})
_SYNONYMS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "resolvedInNextRelease": ("resolved", {"inNextRelease": True}),
    "muted": ("ignored", {}),
}


class WrongError(Exception):
    """Refused with HTTP 400; ``fields`` says why, by field."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.fields = {field: [why]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What shall be. ``standing`` None: it stays; ``assigns`` False: whoever has it keeps it."""

    standing: Standing | None
    assigns: bool
    assignee: Member | None


def read_change(
    body: Mapping[str, object],
    issue: Issue,
    *,
    members: Sequence[Member],
    latest: str,
    known: Sequence[str],
    now: datetime,
) -> Change:
    """Understand ``body``; ``latest`` is the newest release, ``known`` are all.

    Raises ``WrongError``.
    """
    for name in body:
        if name not in FIELDS:
            raise WrongError(name, "Unknown field.")
    assigns = "assignedTo" in body
    return Change(
        standing=_standing(body, issue, latest, known, now),
        assigns=assigns,
        assignee=_member(body["assignedTo"], members) if assigns else None,
    )


def _standing(
    body: Mapping[str, object], issue: Issue, latest: str, known: Sequence[str], now: datetime
) -> Standing | None:
    asked, details, exact = body.get("status"), body.get("statusDetails", {}), body.get("substatus")
    if not isinstance(details, Mapping):
        raise WrongError("statusDetails", "Invalid data. Expected a dictionary.")
    if asked is None and exact is None:
        if details:
            raise WrongError("status", "This field is required with statusDetails.")
        return None
    status, implied = _SYNONYMS.get(str(asked), (asked or issue.standing.status, {}))
    if status not in SUBSTATUSES:
        raise WrongError("status", f'"{asked}" is not a valid choice.')
    status = str(status)
    if exact is not None and exact not in SUBSTATUSES[status]:
        raise WrongError("substatus", f'"{exact}" is not a valid choice.')
    details = {**implied, **details}
    allowed = {"resolved": RESOLVES, "ignored": IGNORES}.get(status, frozenset())
    for name in details:
        if name not in allowed:
            raise WrongError("statusDetails", f'"{name}" is not a valid choice for {status}.')
    if status == "resolved":
        return _resolved(details, latest, known)
    if status == "ignored":
        return _ignored(details, exact, issue, now)
    usual = issue.standing.substatus if issue.standing.status == status else "ongoing"
    return Standing(status=status, substatus=str(exact) if exact else usual)


def _resolved(details: Mapping[str, object], latest: str, known: Sequence[str]) -> Standing:
    if not details:
        return Standing(status="resolved", substatus=None)
    if "inCommit" in details:
        raise WrongError("statusDetails", "the sandbox resolves in releases, not in commits")
    if not latest:
        raise WrongError("statusDetails", "No release data present in the system.")
    if details.get("inNextRelease"):
        return Standing(status="resolved", substatus=None, details={"inNextRelease": True}, release=latest)
    wanted = details.get("inRelease")
    version = latest if wanted == "latest" else wanted
    if version not in known:
        raise WrongError("statusDetails", "Unable to find a release with the given version.")
    return Standing(status="resolved", substatus=None, details={"inRelease": version})


def _ignored(details: Mapping[str, object], exact: object, issue: Issue, now: datetime) -> Standing:
    for name, value in details.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise WrongError("statusDetails", f"{name}: A valid integer is required.")
    minutes, count = details.get("ignoreDuration"), details.get("ignoreCount")
    until = now + timedelta(minutes=minutes) if isinstance(minutes, int) else None
    shown: dict[str, object] = {name: value for name, value in details.items() if name != "ignoreDuration"}
    usual = "archived_until_condition_met" if details else SUBSTATUSES["ignored"][0]
    return Standing(
        status="ignored",
        substatus=str(exact) if exact else usual,
        details=shown | ({"ignoreUntil": iso(until)} if until else {}),
        until=until,
        count=issue.so_far(now) + count if isinstance(count, int) else None,
    )


def _member(asked: object, members: Sequence[Member]) -> Member | None:
    if asked in ("", None):
        return None
    for one in members:
        if asked in (one.email, one.username, f"user:{one.id}"):
            return one
    raise WrongError("assignedTo", "Unknown actor input")
