"""The incident desk takes what people ask of incidents; the answer is a view, or a ``UserError``."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.db.incidents_reader import Loaded
from bot.delivered import Delivered
from bot.engine.incident_requests import OpenRequest, ResolveRequest, SameKind
from bot.engine.incident_timeline import EntryKind, Record
from bot.engine.incidents import COMMANDER, IncidentList, IncidentRow, IncidentView, Sev
from bot.engine.reasons import Reason
from bot.errors import UserError, VendorError
from bot.incidents import course, moves, news
from bot.incidents.addressees import addressees
from bot.incidents.changing import Move, make
from bot.incidents.draft import Draft, steps_of
from bot.incidents.finding import the_one_meant, those_noticed
from bot.incidents.needs import IncidentKit
from bot.incidents.opening import Opener
from bot.incidents.records import record, view_of
from bot.incidents.wording import fill
from playbooks.models import Playbook
from playbooks.steps import Tell

_LISTED = 20
_STATUS = "/pawincident status [N]"


class IncidentDesk(Delivered):
    """Where handlers turn to."""

    def __init__(self, kit: IncidentKit) -> None:
        self._kit = kit
        self._opener = Opener(kit)

    def playbooks(self) -> Mapping[str, Playbook]:
        """Return every playbook one can open, by name."""
        return self._kit.playbooks

    async def open(self, request: OpenRequest) -> IncidentView | SameKind:
        """Open an incident; where one of the same kind is open, return that one to be joined."""
        opened = await self._opener.open(request)
        view = await self.incident(opened.id)
        self._kit.cards.changed()
        self._kit.tell()
        return SameKind(incident=view, asked=request) if opened.other else view

    async def incident(self, incident_id: int) -> IncidentView:
        """Return one; ``UserError`` when there is none of that number."""
        return view_of(await self._load(incident_id))

    async def here(self, channel: str, thread_ts: str = "", *, line: str = _STATUS) -> IncidentView:
        """Return the incident meant in this channel; ``line`` is what was typed, ``[N]`` its number."""
        return await self.incident(await the_one_meant(self._kit.reader, channel, thread_ts, line))

    async def list(self) -> IncidentList:
        """Return the newest, open ones first."""
        rows = []
        for number in await self._kit.reader.ids(open_only=False, limit=_LISTED):
            view = await self.incident(number)
            rows.append(
                IncidentRow(
                    id=view.id,
                    title=view.title,
                    headline=view.headline,
                    severity=view.severity,
                    state=view.state,
                    drill=view.drill,
                    opened_at=view.opened_at,
                    resolved_at=view.resolved_at,
                    commander=view.commander,
                    progress=view.progress,
                    channel=view.channel,
                    ts=view.ts,
                )
            )
        open_, total = await self._kit.reader.counts()
        return IncidentList(rows=tuple(rows), open=open_, total=total)

    async def record(self, incident_id: int) -> Record:
        """Return an incident with its whole timeline."""
        found = await record(self._kit.reader, incident_id, self._kit.clock.now())
        return found or Record(incident=await self.incident(incident_id), entries=())

    async def join(
        self, incident_id: int, by: str, *, alert: int | None = None, run: int | None = None
    ) -> IncidentView:
        """Note that somebody came to help, and let them into the incident's room.

        The alert or the run they wanted to open one for belongs to it from then on; to a drill nothing does.
        """
        title = await self._title(alert)

        def move(draft: Draft) -> bool:
            course.joined(draft, by)
            if alert is not None and not draft.facts.drill:
                course.attach(draft, alert, by, title)
            if run is not None and not draft.facts.drill:
                course.involve(draft, run, f"run {run}")
            return True

        view = await self._move("join", incident_id, move)
        if view.room:
            try:
                left_out = await self._kit.rooms.invite(view.room, (by,))
            except VendorError as error:
                msg = f"You joined incident {incident_id}; Slack did not let you into <#{view.room}>: {error}"
                raise UserError(msg, reason=Reason.VENDOR_REJECTED) from error
            if left_out:
                msg = (
                    f"You joined incident {incident_id}; Slack did not let you into <#{view.room}>. "
                    "It is public: open it, and join it there."
                )
                raise UserError(msg, reason=Reason.VENDOR_REJECTED)
        return view

    async def tick(self, incident_id: int, step: str, by: str) -> IncidentView:
        """Note that a step is done."""
        return await self._move("tick", incident_id, lambda draft: moves.tick(draft, step, by))

    async def show_again(self, incident_id: int, step: str) -> None:
        """Have a step's box shown as it is, after a press nothing came of; no such step is no trouble."""
        await make(self._kit, incident_id, lambda draft: moves.show_again(draft, step))

    async def untick(self, incident_id: int, step: str, by: str, why: str) -> IncidentView:
        """Take a tick, a skip or a decision back."""
        return await self._move("untick", incident_id, lambda draft: moves.untick(draft, step, by, why))

    async def skip(self, incident_id: int, step: str, by: str, why: str) -> IncidentView:
        """Leave a step out."""
        return await self._move("skip", incident_id, lambda draft: moves.skip(draft, step, by, why))

    async def choose(self, incident_id: int, step: str, choice: str, by: str) -> IncidentView:
        """Decide."""
        return await self._move("choose", incident_id, lambda draft: moves.choose(draft, step, choice, by))

    async def look(self, incident_id: int, step: str, by: str) -> IncidentView:
        """Have a look taken."""
        return await self._move("look", incident_id, lambda draft: moves.look_again(draft, step, by))

    async def act(self, incident_id: int, step: str, by: str) -> IncidentView:
        """Have something started."""
        return await self._move("act", incident_id, lambda draft: moves.act(draft, step, by))

    async def remark(self, incident_id: int, step: str, by: str, text: str, key: str) -> IncidentView:
        """Leave a note on a step."""
        return await self._move("remark", incident_id, lambda draft: moves.remark(draft, step, by, text, key))

    async def own(self, incident_id: int, step: str, by: str, user: str) -> IncidentView:
        """Say whose a step is."""
        return await self._move("own", incident_id, lambda draft: moves.own(draft, step, by, user))

    async def draft(self, incident_id: int, step: str) -> str:
        """Return what a step would say."""
        loaded = await self._load(incident_id)
        view, wanted = view_of(loaded), _tell_of(loaded.sheet.facts.copy, step)
        if wanted is None:
            msg = "There is nothing to send in that step. The card shows the steps that are there."
            raise UserError(msg, reason=Reason.STEP_NOT_THERE)
        news.must_reach(addressees(wanted, loaded.sheet.facts, self._kit.project, self._kit.mention))
        names = await self._kit.names.names([view.commander] if view.commander else [])
        return fill(wanted, view, self._kit.clock.now(), names)

    async def tell(self, incident_id: int, step: str, by: str, text: str) -> IncidentView:
        """Send a step's message."""
        kit = self._kit

        def move(draft: Draft) -> bool:
            wanted = _tell_of(draft.facts.copy, step)
            to = addressees(wanted, draft.facts, kit.project, kit.mention) if wanted else ()
            return news.tell(draft, step, by, text, to)

        return await self._move("tell", incident_id, move)

    async def update(self, incident_id: int, by: str, text: str, key: str) -> IncidentView:
        """Write how it stands."""
        reminders = self._kit.project.incidents.reminders
        return await self._move(
            "update", incident_id, lambda draft: course.update(draft, by, text, key, reminders)
        )

    async def role(self, incident_id: int, by: str, role: str, user: str) -> IncidentView:
        """Give a role to somebody."""
        return await self._move("role", incident_id, lambda draft: course.role(draft, by, role, user))

    async def command(self, incident_id: int, by: str) -> IncidentView:
        """Have somebody lead it; refused while somebody else does."""
        view = await self._move("command", incident_id, lambda draft: course.command(draft, by))
        if view.commander not in ("", by):
            words = course.given(COMMANDER, view.commander)
            told = await self._kit.reader.entries(incident_id)
            since = [entry.at for entry in told if entry.kind is EntryKind.ROLE and entry.text == words]
            when = f" since {moves.moment(since[-1])}" if since else ""
            msg = (
                f"<@{view.commander}> is commander of incident {incident_id}{when}. Nothing was changed. "
                f"*Roles…* on the card, or `/pawincident role {incident_id} commander me`, changes that."
            )
            raise UserError(msg, reason=Reason.ALREADY_DONE)
        return view

    async def severity(self, incident_id: int, by: str, severity: Sev) -> IncidentView:
        """Say how bad it is."""
        reminders = self._kit.project.incidents.reminders
        return await self._move(
            "severity", incident_id, lambda draft: course.severity(draft, by, severity, reminders)
        )

    async def note(self, incident_id: int, by: str, text: str, key: str) -> IncidentView:
        """Put words on the timeline."""
        return await self._move("note", incident_id, lambda draft: course.jot(draft, by, text, key))

    async def remind_later(self, incident_id: int, by: str, seconds: int) -> IncidentView:
        """Put off the next reminder."""
        return await self._move(
            "remind_later", incident_id, lambda draft: course.remind_later(draft, by, seconds)
        )

    async def resolve(self, incident_id: int, request: ResolveRequest) -> IncidentView:
        """End it, and have its report written."""
        before = await self.incident(incident_id)
        noisy = sum(alert.firing for alert in before.alerts)
        return await self._move(
            "resolve", incident_id, lambda draft: course.resolve(draft, request, noisy=noisy)
        )

    async def reopen(self, incident_id: int, by: str, why: str) -> IncidentView:
        """Go on with one that was resolved."""
        reminders = self._kit.project.incidents.reminders
        return await self._move("reopen", incident_id, lambda draft: course.reopen(draft, by, why, reminders))

    async def attach(self, incident_id: int, alert_id: int, by: str) -> IncidentView:
        """Have an alert belong to it; its card says so within a moment."""
        title = await self._title(alert_id)
        return await self._move(
            "attach", incident_id, lambda draft: course.attach(draft, alert_id, by, title)
        )

    async def noticed(self, channel: str, ts: str, by: str, *, key: str) -> tuple[int, ...]:
        """Put a message on the timeline of the incident it is about; ``key`` names what Slack told us.

        Return the incidents it may be about where that is more than one: then it is on no timeline.
        """
        said = await self._kit.rooms.message(channel, ts)
        meant = await those_noticed(self._kit.reader, channel, said.thread_ts or ts)
        if len(meant) != 1:
            return meant
        at = _written_at(ts)
        await self._move(
            "noticed",
            meant[0],
            lambda draft: course.message(
                draft,
                by=by,
                author=said.author,
                text=said.text,
                at=at,
                url=said.permalink,
                name=f"{channel}:{ts}",
                delivery=key,
            ),
        )
        return ()

    async def _title(self, alert_id: int | None) -> str:
        """Return what an alert is called; empty for none. Raises ``UserError`` for one nobody knows."""
        if self._kit.alerts is None or alert_id is None:
            return ""
        return (await self._kit.alerts.alert(alert_id)).title

    async def _load(self, incident_id: int) -> Loaded:
        loaded = await self._kit.reader.load(incident_id)
        if loaded is None:
            msg = f"There is no incident {incident_id}. `/pawincident list` lists them."
            raise UserError(msg, reason=Reason.UNKNOWN_INCIDENT)
        return loaded

    async def _move(self, what: str, incident_id: int, move: Move) -> IncidentView:
        await make(self._kit, incident_id, move, once=self._once(what))
        return await self.incident(incident_id)  # a number nobody knows is refused in words


def _written_at(ts: str) -> datetime:
    """Return when a message was written: its ``ts`` is that moment in seconds."""
    return datetime.fromtimestamp(float(ts), UTC)


def _tell_of(copy: str, key: str) -> Tell | None:
    found = steps_of(copy).get(key)
    return found if isinstance(found, Tell) else None
