"""Rules of ``bot/engine/incident_report.py``: all that is known, in order, unknown as unknown, safe."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.engine.incident_report import MOST_SUMMARY, report, summary_lines
from bot.engine.incident_timeline import Entry, EntryKind
from bot.engine.incidents import IncidentState, Mark
from tests.bot.engine._incidents import (
    ANN,
    BEN,
    INCIDENT,
    NAMES,
    NOON,
    RECORD,
    alert,
    at,
    changed,
    part,
    records,
    run,
    step,
)

GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
SECTIONS = [
    "Times",
    "Summary",
    "Cause",
    "What was done",
    "What was found",
    "Timeline",
    "Deploys and other runs involved",
    "Alerts",
    "Follow-ups",
]
ALLOWED = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "hr"),
    *("table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close"),
    *("tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close"),
    *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
}
NASTY = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            ["# h", "\n", " ", "- b", "---", "===", ":--", "| a | b |", "|", "```", "~~~", "`", "<script>",
             "<!--", "</table>", "<b>", "[x](javascript:a)", "![i](http://x.example/y)", "[^1]: x", "[a]: http://b",
             "**", "__", "~~", "$$", "\\", "1. a", "2)", "> q", "    code", "\t", "&lt;", "https://a.example/c?d=1",
             "<https://x>", "*", "_", "\u2028", "\r\n", "\u202e"]
        ),
        max_size=8,
    ).map("".join),
)  # fmt: skip


def test_a_whole_incident_reads_as_it_went():
    text = report(RECORD, names=NAMES)

    assert text.startswith("# Incident 3: checkout answers 500\n\n| Fact | Value |\n")
    assert "| Commander | Ann |\n| Scribe | nobody |\n" in text
    assert "Impact: from 2026-11-26 11:55:00 UTC to 2026-11-26 12:31:00 UTC, 36 min.\n" in text
    assert "| Acknowledged | 2026-11-26 12:00:00 UTC | Time to acknowledge: 3 min |" in text
    assert part(text, "Summary") == ["The API answered 500 for half an hour.", "", "No data was lost."]
    assert part(text, "What was done")[-3:] == [
        "- **skipped** · Post on the status page. · Ben, 2026-11-26 12:30:00 UTC",
        "  - Why skipped: it was too short",
        "- **not done** · Watch errors. · Cleo was to do it",
    ]
    assert part(text, "What was found") == [
        "- 2026-11-26 12:01:00 UTC · **bad** · Ask `/health/detailed`. database is ill: timeout"
        " ([source](<https://api.example/health/detailed>))",
        "  - redis: ok, 3 ms",
        "  - database: timeout after 5 s",
    ]
    assert part(text, "Deploys and other runs involved") == [
        "- **succeeded** · run 41, Rollback of api in production, commit c0ffee0 · asked for by Ann, "
        "2026-11-26 12:12:00 UTC, ended 2026-11-26 12:27:00 UTC"
    ]
    assert part(text, "Follow-ups") == [
        "- [ ] Make the pool larger",
        "- [ ] Alert on its size",
        "- [ ] Watch errors. (step, not done) · Cleo",
    ]
    assert text.endswith("*Written by pawdeploy from what it recorded until 2026-11-26 12:50:00 UTC.*\n")


def test_the_same_record_gives_the_same_text():
    assert report(RECORD, names=NAMES) == report(replace(RECORD), names=dict(NAMES))


def test_people_without_a_name_are_named_by_their_id():
    assert f"| Commander | @{ANN} |" in report(RECORD)


def test_the_timeline_is_whole_and_in_the_order_in_which_things_happened():
    shuffled = replace(RECORD, entries=RECORD.entries[::-1])

    lines = part(report(shuffled, names=NAMES), "Timeline")

    assert len(lines) == len(RECORD.entries)
    assert lines == sorted(lines)
    assert lines[2] == (
        "- 2026-11-26 12:04:00 UTC · **message** · Cleo: customers write to us "
        "([source](<https://slack.example/p1>)) *Noted 2026-11-26 12:20:00 UTC.*"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [("resolved", ""), ("resolved: all well", ": all well"), ("at last", ": at last"), ("", "")],
)
def test_an_entry_does_not_say_its_kind_twice(text, said):
    entry = Entry(at=at(2), kind=EntryKind.RESOLVED, text=text, by=ANN)

    assert part(report(replace(RECORD, entries=(entry,)), names=NAMES), "Timeline") == [
        f"- 2026-11-26 12:02:00 UTC · **resolved** · Ann{said}"
    ]


def test_a_headline_that_ends_like_a_heading_is_read_whole():
    text = report(changed(headline="a bug in C #"))

    assert GITHUB.render(text).startswith("<h1>Incident 3: a bug in C #</h1>")


def test_a_drill_says_so_first():
    record = changed(drill=True)

    assert report(record).startswith("# DRILL: Incident 3: ")
    assert "| Drill | yes: nothing real was touched |" in report(record)
    assert summary_lines(record).startswith("DRILL. Incident 3, SEV1: checkout answers 500\n")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"alerts": ()}, "Time to detect: unknown: no alert and no failed run says when it began"),
        ({"alerts": ()}, "Time to resolve: 50 min, counted from when it was noticed"),
        (
            {"alerts": (), "runs": ()},
            "Time to mitigate: unknown: nobody said when it stopped hurting, and nothing else does",
        ),
        (
            {"alerts": (alert(firing=True, state="firing"),), "runs": ()},
            "Time to mitigate: unknown: 1 of its alerts still fired, and nobody said when it stopped hurting",
        ),
        (
            {"alerts": (alert(state="archived"), alert(id=13)), "runs": ()},
            "Time to mitigate: unknown: 1 of its alerts was archived, "
            "and nobody said when it stopped hurting",
        ),
        ({"state": IncidentState.OPEN}, "Time to resolve: unknown: it goes on"),
        ({"alerts": (alert(first_seen=at(-3)),)}, "Time to detect: at once"),
    ],
)
def test_a_time_that_is_not_known_is_unknown_and_why(changes, said):
    assert said in report(changed(**changes))
    assert said in summary_lines(changed(**changes)).splitlines()


def test_a_time_nobody_acknowledged_is_unknown_and_why():
    record = replace(changed(opened_by="pawdeploy"), entries=())

    assert "| Acknowledged | unknown | Time to acknowledge: unknown: no person has worked on it |" in report(
        record
    )


def test_what_nothing_ended_is_said_not_to_be_known():
    quiet = {"alerts": (), "runs": ()}

    assert "nothing says when it stopped hurting." in report(changed(**quiet))
    assert "until an unknown time: nothing says that it stopped." in report(
        changed(**quiet, state=IncidentState.OPEN)
    )


def test_alerts_that_fired_at_the_end_are_named_first():
    text = report(changed(alerts=(alert(firing=True, state="firing", state_at=at(-3)),), noisy=1))

    assert part(text, "Alerts")[0] == "- **1 still fired when it was resolved.**"
    assert part(text, "Alerts")[1].startswith("- **still fires** since 2026-11-26 11:57:00 UTC · alert 12, ")
    assert "When it was resolved, 1 of its alerts still fired." in summary_lines(changed(noisy=1))


@pytest.mark.parametrize("mark", [Mark.TODO, Mark.RUNNING, Mark.FAILED])
def test_a_step_that_was_not_done_is_left_to_do(mark):
    text = report(changed(steps=(step(mark=mark, by=BEN),), follow_ups=()))

    (left,) = part(text, "Follow-ups")
    assert left.startswith("- [ ] Tell the users. (step, ")


def test_a_step_says_everything_about_itself():
    told = step(
        mark=Mark.FAILED, by=BEN, at=NOON, trouble="GitHub said no", remark="try by hand", told=("leads",),
        why="wrong place", run=7, run_state="failed",
    )  # fmt: skip

    assert part(report(changed(steps=(told,)), names=NAMES), "What was done") == [
        "- **failed** · Tell the users. · Ben, 2026-11-26 12:00:00 UTC",
        "  - Taken back: wrong place",
        "  - To be told: leads",
        "  - Run: 7, failed",
        "  - Trouble: GitHub said no",
        "  - Note: try by hand",
    ]


def test_an_incident_without_anything_says_so_in_every_section():
    empty = changed(
        steps=(), alerts=(), runs=(), summary="", cause="", follow_ups=(), roles=(), state=IncidentState.OPEN
    )
    text = report(replace(empty, entries=(), evidence=()))

    assert all(part(text, section)[0].startswith("*") for section in SECTIONS[1:])


def test_a_reopened_incident_says_how_often():
    assert "| Opened again | 2 times |" in report(changed(openings=3))


def test_the_longest_note_stays_whole():
    note = "\n".join(["x" * 99] * 40)
    entry = Entry(at=at(2), kind=EntryKind.NOTE, text=note, by=ANN)

    assert len(part(report(replace(RECORD, entries=(entry,))), "Timeline")) == 40


def test_what_has_no_shape_is_left_out():
    finding = replace(RECORD.evidence[0][1], details=("\x1b", "redis: ok"))
    record = replace(changed(follow_ups=("\x00", "do it")), evidence=(("x", finding, NOON),))

    assert part(report(record), "What was found")[1:] == ["  - redis: ok"]
    assert part(report(record), "Follow-ups")[0] == "- [ ] do it"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records(NASTY))
def test_nothing_people_typed_breaks_the_document(record):
    text = report(record, names={ANN: "<Ann>|\n# x", BEN: "*"})
    tokens = GITHUB.parse(text)

    assert {token.type for token in tokens} <= ALLOWED
    headings = [tokens[n + 1].content for n, one in enumerate(tokens) if one.type == "heading_open"]
    assert headings[1:] == SECTIONS
    rows = [one.type for one in tokens]
    assert rows.count("table_open") == 2
    assert rows.count("hr") == 1
    assert rows.count("td_open") + rows.count("th_open") == 2 * _rows(tokens, 0) + 3 * _rows(tokens, 1)
    for token in tokens:
        for inner in token.children or ():
            assert inner.type not in ("html_inline", "image"), inner.content
            if inner.type == "link_open":
                assert inner.attrs["href"].startswith(("http://", "https://"))


def _rows(tokens, number):
    """How many rows a table has, its head included."""
    starts = [n for n, one in enumerate(tokens) if one.type == "table_open"]
    ends = [n for n, one in enumerate(tokens) if one.type == "table_close"]
    return sum(one.type == "tr_open" for one in tokens[starts[number] : ends[number]])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records(st.text(max_size=9).map(lambda text: text * 600)))
def test_the_short_form_fits_a_message(record):
    assert len(summary_lines(record)) <= MOST_SUMMARY


def test_the_short_form_names_the_first_follow_ups_and_counts_the_rest():
    said = summary_lines(changed(follow_ups=tuple(f"thing {number}" for number in range(7)))).splitlines()

    assert said[-2:] == ["To do: thing 4", "To do: 2 more, in the report"]
    assert INCIDENT.headline in said[0]
    assert "\n".join(said).count("\n") < 20


def test_runs_and_what_they_wait_for_are_said():
    asking = run(state="asking", ended_at=None, sha="")

    assert part(report(changed(runs=(asking,)), names=NAMES), "Deploys and other runs involved") == [
        "- **asking** · run 41, Rollback of api in production · asked for by Ann, 2026-11-26 12:12:00 UTC"
    ]
