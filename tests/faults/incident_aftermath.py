"""What must hold of incidents whose bot died, however often: all that was taken is there, once, and shown."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bot import toml_file
from bot.db.audit_store import AuditStore, Intact
from bot.db.incident_reports_store import IncidentReportsStore
from bot.db.incidents_reader import IncidentsReader
from bot.db.posts_store import PostsStore
from bot.db.session import Database, open_database
from bot.incident_cards import IncidentCards
from bot.integrations.slack.people import mention
from sandbox.workspace.model import Message
from tests.faults.incident_lives import Doing, Lives
from tests.faults.storm import key_of

_BOXES = {"tick": "done", "untick": "todo", "decided": "done"}
_NOW = re.compile(r"as of <!date\^(\d+)\^")


@dataclass(frozen=True)
class FixedClock:
    """One moment."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Permalinks:
    """Where messages are, as Slack says."""

    base: str

    async def permalink(self, channel: str, ts: str) -> str:
        return f"{self.base}/{channel}/p{ts.replace('.', '')}"


def kept(desk: Lives, doing: Doing) -> None:
    """Assert that what was taken is there once, and what was not taken at most once; in order."""
    query = "SELECT at, kind, step, words, by FROM incident_entries WHERE incident_id = ? ORDER BY id"
    entries = desk.rows(query, doing.number)
    assert [one[0] for one in entries] == sorted(one[0] for one in entries)
    found = Counter((kind, step or words, by) for _, kind, step, words, by in entries)
    for kind, what, by in {one[:3] for one in doing.done}:
        times = [one[3] for one in doing.done if one[:3] == (kind, what, by)]
        assert sum(times) <= found[kind, what, by] <= len(times), (doing.number, kind, what, times)
    said = {(kind, what, by) for kind, what, by, _ in doing.done}
    extra = {one for one in found if one[0] in (*_BOXES, "note") and one not in said}
    assert extra == set(), (doing.number, extra)
    marks = dict(desk.rows("SELECT key, mark FROM incident_steps WHERE incident_id = ?", doing.number))
    for step in {one[1] for one in doing.done if one[0] in _BOXES}:
        kind, _, _, taken = [one for one in doing.done if one[0] in _BOXES and one[1] == step][-1]
        assert not taken or marks[step] == _BOXES[kind], (doing.number, step, kind)
    assert len(desk.called(doing)) == 1
    assert found["opened", entries[0][3], doing.people[0]] == 1


async def shown(desk: Lives, numbers: list[int]) -> None:
    """Assert that the messages in Slack are what is drawn of the state, and one each."""
    everything = _everything(desk)
    keys = Counter(key_of(one) for one in everything)
    assert [key for key, times in keys.items() if key and times > 1] == []
    files = Counter(one["name"] for message in everything for one in message.files)
    database = await open_database(f"sqlite:///{desk.state / 'pawdeploy.sqlite3'}")
    try:
        assert isinstance(verdict := await AuditStore(database).verify(), Intact), verdict
        for number in numbers:
            (card,) = [one for one in everything if key_of(one) == f"incident:{number}"]
            assert _shows(card.blocks, await _drawn(desk, database, card)), (number, card.everything)
            assert files[f"incident-{number}.md"] == 1, number
            reports = "SELECT opening FROM incident_reports WHERE incident_id = ?"
            assert desk.rows(reports, number) == [(1,)]
    finally:
        await database.close()


async def _drawn(desk: Lives, database: Database, card: Message) -> Any:
    """Draw a card from the state, at the moment at which it says it was drawn."""
    project, posts = toml_file.load(desk.box.config), PostsStore(database)
    cards = IncidentCards(
        posts=posts,
        reader=IncidentsReader(database),
        reports=IncidentReportsStore(database),
        clock=FixedClock(datetime.fromtimestamp(int(_NOW.findall(str(card.blocks))[-1]), UTC)),
        project=project,
        mention=partial(mention, project),
        links=Permalinks(f"{desk.box.url}/archives"),
    )
    post = await posts.find(key_of(card))
    assert post is not None
    drawn = await cards(post)
    assert drawn is not None
    return drawn.blocks


def _everything(desk: Lives) -> list[Message]:
    found = {}
    for channel in desk.ws.state.channels:
        for one in desk.ws.messages(channel):
            both = [one, *desk.ws.thread(channel, one.ts)]  # a reply may stand in the channel too
            found |= {(channel, each.ts): each for each in both}
    return list(found.values())


def _shows(there: Any, drawn: Any) -> bool:
    """Say whether what is there is what is drawn, besides what Slack adds."""
    if isinstance(drawn, dict):
        return isinstance(there, dict) and all(_shows(there.get(key), drawn[key]) for key in drawn)
    if isinstance(drawn, list | tuple):
        return len(there) == len(drawn) and all(map(_shows, there, drawn))
    return bool(there == drawn)
