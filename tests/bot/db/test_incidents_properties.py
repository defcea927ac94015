"""Whatever moves are made, in whatever order and however often: nothing is lost, doubled or out of order."""

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.db.session import open_database
from bot.engine.incident_sheet import Change, Job, JobKind
from bot.engine.incident_timeline import EntryKind
from bot.engine.incidents import Mark
from bot.engine.reasons import Reason
from bot.errors import UserError
from tests.bot.db._facts import later
from tests.bot.db._incidents import KEYS, Ward, a_note, said
from tests.sqlite import fresh_sqlite

_names = st.sampled_from(("", "a", "b", "c"))
_moves = st.lists(
    st.fixed_dictionaries(
        {
            "steps": st.dictionaries(st.sampled_from(KEYS), st.sampled_from(Mark), max_size=3),
            "headline": st.sampled_from((None, "one", "two")),
            "notes": st.lists(st.tuples(_names, st.integers(-60, 60)), max_size=3),
            "jobs": st.lists(st.sampled_from("jkl"), max_size=2),
            "posts": st.lists(st.sampled_from("pqr"), max_size=2),
            "how": st.sampled_from(("plain", "plain", "plain", "refused", "undecided")),
        }
    ),
    max_size=8,
)


def decide(move):
    def change(sheet):
        if move["how"] == "refused":
            raise UserError("no", reason=Reason.NOT_ALLOWED)
        if move["how"] == "undecided":
            return None
        return Change(
            facts=replace(sheet.facts, headline=move["headline"]) if move["headline"] else None,
            steps=tuple(replace(sheet.steps[key], mark=mark) for key, mark in move["steps"].items()),
            entries=tuple(a_note("note", second, key=name) for name, second in move["notes"]),
            jobs=tuple(Job(key=key, kind=JobKind.LOOK) for key in move["jobs"]),
            owed=tuple(said(key) for key in move["posts"]),
        )

    return change


class Expected:
    """The same, kept by hand."""

    def __init__(self) -> None:
        self.marks, self.revisions = dict.fromkeys(KEYS, Mark.TODO), dict.fromkeys(KEYS, 0)
        self.headline, self.revision = "API answers 502", 1
        self.named: set[str] = set()
        self.unnamed = 0
        self.others: set[str] = set()

    def play(self, move) -> None:
        if move["how"] != "plain":
            return
        new = False
        for key, mark in move["steps"].items():
            if self.marks[key] is not mark:
                self.marks[key], new = mark, True
                self.revisions[key] += 1
        if move["headline"] and move["headline"] != self.headline:
            self.headline, new = move["headline"], True
        for name, _ in move["notes"]:
            new |= name not in self.named
            self.named |= {name} - {""}
            self.unnamed += not name
        others = {*move["jobs"], *move["posts"]}
        new |= not others <= self.others
        self.others |= others
        self.revision += new


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_moves)
async def test_an_incident_is_the_sum_of_its_moves(moves):
    with tempfile.TemporaryDirectory() as folder:
        db = await open_database(fresh_sqlite(Path(folder)))
        ward, expected = Ward(db), Expected()
        number = await ward.opened()
        for move in moves:
            before = (await ward.sheet(number)).facts.revision
            try:
                told = await ward.store.change(number, decide(move), at=later(1))
            except UserError:
                assert move["how"] == "refused"
                told = None
            expected.play(move)
            sheet = await ward.sheet(number)
            assert sheet.facts.revision == expected.revision
            assert sheet.facts.revision - before in (0, 1)
            assert told is None if move["how"] != "plain" else told == sheet
        last = await ward.sheet(number)
        assert {key: step.mark for key, step in last.steps.items()} == expected.marks
        assert {key: step.revision for key, step in last.steps.items()} == expected.revisions
        assert last.facts.headline == expected.headline
        entries = await ward.reader.entries(number)
        notes = [entry for entry in entries if entry.kind is EntryKind.NOTE]
        assert len(notes) == len(expected.named) + expected.unnamed
        assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
        assert await ward.count("incident_jobs") + await ward.count("posts") == 2 + len(expected.others)
        await db.close()
