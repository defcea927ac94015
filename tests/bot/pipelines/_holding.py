"""Holds over a real database, with a clock that is set and a platform whose switch is a list."""

from datetime import UTC, datetime, timedelta

from bot.clock import Clock
from bot.db.holds_store import HoldsStore
from bot.db.posts_store import PostsStore
from bot.db.session import Database
from bot.engine.holds import Hold
from bot.pipelines.hold_news import HoldNews
from bot.pipelines.holds import Holds
from bot.project import Project
from tests import project_file

ANN, BEN, OTTO = "U0ANNREQ001", "U0BENAPP001", "U0OTTOOUT01"
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
"""Inside the freeze window of ``pawdeploy.toml``."""
PLACE = {"service": "", "environment": "production"}


class SetClock(Clock):
    """Stands still until moved."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def pass_by(self, **length: float) -> None:
        self.at += timedelta(**length)


class Switch:
    """A platform that notes which way its auto-deploy was switched."""

    def __init__(self) -> None:
        self.switched: list[tuple[str, bool]] = []
        self.trouble: Exception | None = None

    async def set_auto_deploys(self, target, on: bool) -> None:
        if self.trouble:
            raise self.trouble
        self.switched.append((target.railway_environment, on))


class Cards:
    def __init__(self) -> None:
        self.changes = 0

    def changed(self) -> None:
        self.changes += 1


class Holding:
    """One team's locks and freezes, and what is told because of them."""

    def __init__(self, db: Database, project: Project | None = None, zones=None) -> None:
        facts = project_file.facts()
        self.db = db
        self.project = project or Project.model_validate(facts)
        self.clock, self.switch, self.cards = SetClock(), Switch(), Cards()
        self.store, self.posts = HoldsStore(db), PostsStore(db)
        places = [(each.name, name) for each in self.project.services for name in each.environments]
        self.holds = Holds(
            store=self.store,
            project=self.project,
            cards=self.cards,
            clock=self.clock,
            switches=dict.fromkeys(places, self.switch),
            zones=zones,
        )

    async def lock(self, key="a", *, by=ANN, reason="moving house", until=None, **where):
        return await self.holds.lock(key, by=by, reason=reason, until=until, **PLACE | where)

    async def freeze(self, key="f", *, by=ANN, reason="launch", hours=2.0, **where):
        until = self.clock.at + timedelta(hours=hours)
        return await self.holds.freeze(key, by=by, reason=reason, until=until, **PLACE | where)

    async def rolled_back(self, run=7, *, off=True):
        return await self.holds.hold_after_rollback(
            run, "api", "production", reason="errors tripled", auto_deploy_off=off
        )

    async def held(self) -> list[Hold]:
        """What people and rollbacks hold, freeze windows of the file left out."""
        return [hold for hold in await self.holds.list() if hold.id]

    async def told(self) -> list[tuple[str, str, str]]:
        """Kind, channel and what is told, of everything owed."""
        return [(post.kind, post.channel, HoldNews.decode(post.body).what) for post in await self.posts.due()]
