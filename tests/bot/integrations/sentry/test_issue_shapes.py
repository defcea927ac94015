"""Rules of reading an issue and a commit: what Sentry leaves out has a meaning, or none at all."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bot.integrations.sentry._issue import CommitAnswer, FullIssue

SEEN = "2026-11-23T12:03:00.391000Z"
BARE = {"id": "7", "status": "unresolved", "firstSeen": SEEN, "lastSeen": SEEN}
FULL = BARE | {
    "substatus": "escalating",
    "shortId": "BACKEND-9",
    "title": "KeyError: 'breed'",
    "culprit": "app.pets in list_pets",
    "level": "error",
    "permalink": "https://pawlogic.sentry.io/issues/7/",
    "project": {"id": "42", "slug": "backend", "name": "Backend"},
    "count": "1234",
    "userCount": 7,
    "firstRelease": {"version": "backend@1.2.3", "shortVersion": "1.2.3"},
    "lastRelease": {"version": "backend@1.3.0"},
    "assignedTo": {"type": "user", "id": "1", "name": "Ada", "email": "ada@pawlogic.example"},
    "stats": {"24h": [[1, 0], [2, 5], [3, 12]], "30d": [[1, 9]]},
}


def read(answer):
    return FullIssue.model_validate(answer).to_issue()


def test_every_word_of_a_full_answer_is_read():
    issue = read(FULL)

    assert (issue.id, issue.short_id, issue.project, issue.level) == ("7", "BACKEND-9", "backend", "error")
    assert (issue.title, issue.culprit) == ("KeyError: 'breed'", "app.pets in list_pets")
    assert (issue.status, issue.substatus) == ("unresolved", "escalating")
    assert (issue.events, issue.users, issue.spark) == (1234, 7, (0, 5, 12))
    assert issue.first_seen == issue.last_seen == datetime(2026, 11, 23, 12, 3, 0, 391000, tzinfo=UTC)
    assert (issue.first_release, issue.last_release) == ("backend@1.2.3", "backend@1.3.0")
    assert issue.assignee == issue.assignee_email == "ada@pawlogic.example"
    assert issue.url == "https://pawlogic.sentry.io/issues/7/"


def test_what_is_left_out_is_empty():
    issue = read(BARE)

    assert (issue.title, issue.culprit, issue.project, issue.level, issue.url) == ("",) * 5
    assert (issue.events, issue.users, issue.spark, issue.assignee, issue.first_release) == (0, 0, (), "", "")


@pytest.mark.parametrize("key", sorted(FULL.keys() - {"id", "status", "project", "firstSeen", "lastSeen"}))
def test_null_is_left_out(key):
    assert read(FULL | {key: None}) is not None


def test_a_team_is_named_and_has_no_address():
    issue = read(FULL | {"assignedTo": {"type": "team", "id": "3", "name": "backend"}})

    assert (issue.assignee, issue.assignee_email) == ("backend", "")


@pytest.mark.parametrize("word", ["reprocessing", "a word of next year"])
def test_a_status_we_do_not_know_is_kept(word):
    assert read(FULL | {"status": word}).status == word


@pytest.mark.parametrize("missing", ["firstSeen", "lastSeen"])
def test_one_moment_stands_for_both(missing):
    issue = read(BARE | {missing: None})

    assert issue.first_seen == issue.last_seen


def test_an_issue_that_was_never_seen_is_none():
    assert read(BARE | {"firstSeen": None, "lastSeen": None}) is None


@pytest.mark.parametrize("stats", [[], "x", {"24h": "x"}, {"24h": [[1]]}, {"24h": [[1, -1]]}, {"14d": []}])
def test_a_decoration_that_cannot_be_read_is_none(stats):
    assert read(FULL | {"stats": stats}).spark == ()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//somewhere", "x"])
def test_only_an_address_of_the_web_becomes_a_link(address):
    assert read(FULL | {"permalink": address}).url == ""


def test_endless_words_are_cut():
    issue = read(FULL | {"title": "x" * 9000, "culprit": "y" * 9000, "count": "9" * 30})

    assert (len(issue.title), len(issue.culprit), issue.events) == (1000, 1000, 2**53)


@pytest.mark.parametrize("wrong", [{"id": "7/../8"}, {"id": 7.5}, {"status": None}, {"count": "many"}])
def test_an_answer_without_its_number_its_status_or_a_count_is_none(wrong):
    with pytest.raises(ValidationError):
        read(FULL | wrong)


@pytest.mark.parametrize(
    ("answer", "title", "author"),
    [
        ({"message": "fix: Breeds\n\nLong", "author": {"name": "Ada", "email": "a@x"}}, "fix: Breeds", "Ada"),
        ({"message": "fix", "author": {"name": None, "email": "a@x"}}, "fix", "a@x"),
        ({"message": None, "author": None}, "", ""),
        ({}, "", ""),
    ],
)
def test_a_commit_is_told_by_its_first_line_and_its_author(answer, title, author):
    commit = CommitAnswer.model_validate({"id": "b" * 40} | answer).to_commit()

    assert (commit.sha, commit.title, commit.author) == ("b" * 40, title, author)


@pytest.mark.parametrize(
    ("told", "handled"), [({"isUnhandled": True}, False), ({"isUnhandled": False}, True), ({}, False)]
)
def test_only_what_sentry_calls_handled_is(told, handled):
    assert read(BARE | told).handled is handled
