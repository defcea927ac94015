"""What Slack's door needs of the rest of the bot, in its own words. Put into Bolt's context by the wiring."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from bot.engine.alerts import ActRequest, AlertList, AlertView, MuteView
from bot.engine.holding import Held, Taken
from bot.engine.holds import Blocking, Hold, HoldKind
from bot.engine.incident_requests import OpenRequest, ResolveRequest, SameKind
from bot.engine.incident_timeline import Record
from bot.engine.incidents import IncidentList, IncidentView, Sev
from bot.engine.pulses import PulseView
from bot.engine.reasons import Reason
from bot.engine.runs import Diff, EnvironmentStatus, Preview, RollbackPreview, RunView
from bot.pipelines.requests import DeployRequest, RollbackRequest
from playbooks.models import Playbook


class Desk(Protocol):
    """Takes what people ask for. Methods raise ``UserError`` for refusals and ``VendorError`` for vendors."""

    async def deploy(self, request: DeployRequest) -> RunView:
        """Start a run, or return the one this request already started (same ``key``)."""

    async def preview(self, request: DeployRequest) -> Preview:
        """Say what a deploy would do; changes nothing."""

    async def retry(self, run_id: int, attempt: int, by: str) -> RunView:
        """Take a run that ended badly back to the step that failed."""

    async def cancel(self, run_id: int, by: str) -> RunView:
        """Ask a run to stop."""

    async def rollback(self, request: RollbackRequest) -> RunView:
        """Start going back, or return the run this request already started (same ``key``)."""

    async def preview_rollback(self, request: RollbackRequest) -> RollbackPreview:
        """Say where going back would lead and what it would do; changes nothing."""

    async def rollback_choices(self, service: str, environment: str) -> tuple[RunView, ...]:
        """Return the runs one can go back to, newest first; the first is the last good one."""

    async def override_soak(self, run_id: int, attempt: int, by: str, reason: str) -> RunView:
        """Go on with a run refused for its soak, without the rest of it, for one more approval."""

    async def keep(self, run_id: int, by: str) -> RunView:
        """Decide that what shipped stays, after a watch that could not tell."""

    async def run(self, run_id: int) -> RunView:
        """Return one run."""

    async def status(self) -> tuple[EnvironmentStatus, ...]:
        """Say what every environment runs, as observed just now."""

    async def history(self, environment: str | None, *, limit: int = 10) -> tuple[RunView, ...]:
        """Return the newest runs, of one environment or of all."""

    async def diff(self, service: str, environment: str, ref: str) -> Diff:
        """Say what lies between what is live and ``ref``."""


class Holds(Protocol):
    """Keeps locks and freezes. Methods raise ``UserError`` for refusals; rights are checked before."""

    async def lock(
        self, key: str, *, service: str, environment: str, by: str, reason: str, until: datetime | None
    ) -> Taken | Held:
        """Lock an environment, or one service of it."""

    async def freeze(
        self, key: str, *, service: str, environment: str, by: str, reason: str, until: datetime
    ) -> Taken:
        """Freeze it for everybody."""

    async def unlock(
        self, *, service: str, environment: str, by: str, reason: str = "", only: int | None = None
    ) -> tuple[Hold, ...]:
        """End every lock there, or ``only`` that one; return them."""

    async def unfreeze(
        self, *, service: str, environment: str, by: str, reason: str = ""
    ) -> tuple[Hold, ...]:
        """End every freeze people set there; return them."""

    async def held(self, kind: HoldKind, *, service: str, environment: str) -> tuple[Hold, ...]:
        """Return the locks, or the freezes people set, there."""

    async def list(self) -> tuple[Hold, ...]:
        """Return everything in force, freeze windows of the file included."""

    async def find(self, hold_id: int) -> Hold | None:
        """Return a hold, ended or not."""

    async def of_run(self, run_id: int) -> Hold | None:
        """Return the lock a rollback took, while it is in force."""

    async def auto_deploy_on(self, hold_id: int, by: str) -> Hold:
        """Let the platform ship every push again."""

    async def zone(self, user: str, environment: str) -> tuple[ZoneInfo, str]:
        """Return the time zone ``user`` means, and whose it is in words."""

    async def blocking(self, service: str, environment: str, user: str, *, emergency: bool) -> Blocking:
        """Say what stops ``user`` from shipping there now."""

    def refusal(self, blocking: Blocking) -> tuple[Reason, str] | None:
        """Return why something is refused, as plain text; None when it is not."""


class Consent(Protocol):
    """Takes voices. Whether they count is decided when they arrive; ``UserError`` says why one does not."""

    async def approve(self, run_id: int, binding: str, by: str) -> RunView:
        """Count an approval of what ``binding`` names."""

    async def may_reject(self, run_id: int, binding: str, by: str) -> RunView:
        """Return when ``by`` may reject, so that they can be asked why."""

    async def reject(self, run_id: int, binding: str, by: str, reason: str) -> RunView:
        """Stop the run."""

    async def withdraw(self, run_id: int, binding: str, by: str) -> RunView:
        """Take the approval of ``by`` back."""

    async def give_reason(self, run_id: int, by: str, reason: str) -> RunView:
        """Note why ``by``, who rejected by reaction, said no."""

    async def reacted(self, channel: str, ts: str) -> None:
        """Look at the reactions on a message: something about them changed."""


class Alerts(Protocol):
    """Knows alerts. Methods raise ``UserError`` for refusals; rights are checked before."""

    async def alert(self, alert_id: int) -> AlertView:
        """Return one alert."""

    async def acknowledge(self, alert_id: int, by: str) -> AlertView:
        """Note that ``by`` looks at it; refused when somebody already does."""

    async def act(self, request: ActRequest) -> AlertView:
        """Have something done at the source, once; returns before it is done, the card says when."""

    async def retry(self, act_id: int, by: str) -> AlertView:
        """Try an act again that failed."""

    async def snooze(self, alert_id: int, by: str, seconds: int) -> AlertView:
        """Mention nobody for so long; 0 ends that."""

    async def attach(self, alert_id: int, by: str, incident: str) -> AlertView:
        """Note which incident it belongs to; empty: none."""

    async def list(self, which: Literal["open", "mine", "muted"], user: str) -> AlertList:
        """Return alerts that fire, those ``user`` has, or the mutes with what they keep quiet."""

    async def health(self) -> tuple[PulseView, ...]:
        """Say how everything watched is."""

    async def mute(
        self, key: str, *, service: str, environment: str, by: str, until: datetime, why: str
    ) -> MuteView:
        """Show no cards of a service for a while; the same key is the same mute."""

    async def unmute(self, *, service: str, environment: str, by: str) -> tuple[MuteView, ...]:
        """End the mutes of a service there, without an environment all; return them."""

    async def covering(self, service: str, environment: str) -> MuteView | None:
        """Return the mute in force there that lasts longest; None when nothing is muted."""

    async def test(self, key: str, by: str) -> str:
        """Send an alert through the whole way a real one takes; return the channel its card will be in."""


class Incidents(Protocol):
    """Keeps incidents. Methods raise ``UserError`` for refusals; rights are checked before."""

    def playbooks(self) -> Mapping[str, Playbook]:
        """Return every playbook one can open, by name."""

    async def open(self, request: OpenRequest) -> IncidentView | SameKind:
        """Open an incident, or say that there is one of the same kind to join."""

    async def join(
        self, incident_id: int, by: str, *, alert: int | None = None, run: int | None = None
    ) -> IncidentView:
        """Note that somebody came to help, with what they came from; with a room they are invited there."""

    async def incident(self, incident_id: int) -> IncidentView:
        """Return one incident."""

    async def here(self, channel: str, thread_ts: str = "", *, line: str = ...) -> IncidentView:
        """Return the incident people in this channel mean; refused when there is none, or several.

        ``line`` is what they typed, ``[N]`` where the number goes: what to type is said with it.
        """

    async def list(self) -> IncidentList:
        """Return incidents, open ones first."""

    async def record(self, incident_id: int) -> Record:
        """Return an incident with its whole timeline."""

    async def tick(self, incident_id: int, step: str, by: str) -> IncidentView:
        """Note that a step is done; refused when somebody else was first, or it is not there."""

    async def show_again(self, incident_id: int, step: str) -> None:
        """Have a step's box shown as it is, after a press nothing came of; no such step is no trouble."""

    async def untick(self, incident_id: int, step: str, by: str, why: str) -> IncidentView:
        """Take that back, or a skip, or a decision."""

    async def skip(self, incident_id: int, step: str, by: str, why: str) -> IncidentView:
        """Note that a step is left out."""

    async def choose(self, incident_id: int, step: str, choice: str, by: str) -> IncidentView:
        """Decide; the branch opens."""

    async def look(self, incident_id: int, step: str, by: str) -> IncidentView:
        """Look again; returns before the look is over, the card says what was found."""

    async def act(self, incident_id: int, step: str, by: str) -> IncidentView:
        """Start what a step starts, once; the run's own card asks for consent as always."""

    async def draft(self, incident_id: int, step: str) -> str:
        """Return what a tell step would say, its template filled in."""

    async def tell(self, incident_id: int, step: str, by: str, text: str) -> IncidentView:
        """Send it, once."""

    async def remark(self, incident_id: int, step: str, by: str, text: str, key: str) -> IncidentView:
        """Leave a note on a step; the same ``key`` is the same note."""

    async def own(self, incident_id: int, step: str, by: str, user: str) -> IncidentView:
        """Say whose a step is; empty: nobody's."""

    async def update(self, incident_id: int, by: str, text: str, key: str) -> IncidentView:
        """Write how it stands, for everybody."""

    async def role(self, incident_id: int, by: str, role: str, user: str) -> IncidentView:
        """Give a role to somebody; refused for a role the playbook does not have."""

    async def command(self, incident_id: int, by: str) -> IncidentView:
        """Have somebody lead it; refused while somebody else does."""

    async def severity(self, incident_id: int, by: str, severity: Sev) -> IncidentView:
        """Say how bad it is."""

    async def note(self, incident_id: int, by: str, text: str, key: str) -> IncidentView:
        """Put words on the timeline."""

    async def remind_later(self, incident_id: int, by: str, seconds: int) -> IncidentView:
        """Put off the next reminder to write an update; 0: none any more."""

    async def resolve(self, incident_id: int, request: ResolveRequest) -> IncidentView:
        """End it; refused while something it started goes on, or alerts fire and nobody said that is fine."""

    async def reopen(self, incident_id: int, by: str, why: str) -> IncidentView:
        """Go on with one that was resolved."""

    async def attach(self, incident_id: int, alert_id: int, by: str) -> IncidentView:
        """Have an alert belong to it."""

    async def noticed(self, channel: str, ts: str, by: str, *, key: str) -> tuple[int, ...]:
        """Put a message on the timeline that somebody pinned or marked; one about no incident is left.

        Return the incidents it may be about where it cannot be told: then it is on no timeline.
        """


class People(Protocol):
    """Knows who holds which role."""

    async def allowed(self, user: str, roles: tuple[str, ...]) -> bool:
        """Say whether ``user`` holds one of ``roles`` now."""

    def who_can(self, roles: tuple[str, ...]) -> str:
        """Name those who hold one of ``roles``, as mrkdwn mentions."""
