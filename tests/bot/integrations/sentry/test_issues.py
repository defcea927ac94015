"""Rules of asking for issues and of changing one: the answer is the truth, and a change is sent once."""

from datetime import timedelta

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.integrations.sentry.conftest import NOON, ORG, TOKEN, VERSION

ISSUE = f"{ORG}/issues/1170820242/"
COMMITS = f"{ORG}/releases/feed%2Fthe%40cat%2B1/commits/"
SINCE = NOON - timedelta(hours=1)


@pytest.fixture
def full(issue):
    """Write one issue with the moments lists are ordered by, ``minutes`` before noon."""

    def write(minutes=0, **changes):
        seen = (NOON - timedelta(minutes=minutes)).isoformat()
        return issue(**{"firstSeen": seen, "lastSeen": seen, "assignedTo": None} | changes)

    return write


def page(found, cursor=""):
    links = ['<https://sentry.example/prev>; rel="previous"; results="false"; cursor="0:0:1"']
    more = "true" if cursor else "false"
    address = f"https://elsewhere.example/?cursor={cursor}"
    links.append(f'<{address}>; rel="next"; results="{more}"; cursor="{cursor or "0:100:0"}"')
    return httpx.Response(200, json=found, headers={"link": ", ".join(links)})


async def test_an_issue_is_read_as_it_stands(vendor, issues, full):
    vendor.on(f"GET {ISSUE}", httpx.Response(200, json=full(status="ignored")))

    found = await issues.issue("1170820242")

    assert (found.id, found.status, found.events) == ("1170820242", "ignored", 12)
    assert vendor.asked[-1].headers["authorization"] == f"Bearer {TOKEN}"


async def test_an_issue_sentry_does_not_have_is_refused_with_404(issues):
    with pytest.raises(VendorRejected) as caught:
        await issues.issue("1")

    assert caught.value.status == 404


@pytest.mark.parametrize("number", ["", "7/8", "..", "BACKEND-9", "7?x=1", "\u0667", "-7", "1" * 41])
async def test_what_is_no_number_is_refused_unsent(vendor, issues, number):
    for call in (
        issues.issue(number),
        issues.resolve(number, "now"),
        issues.archive(number, "forever"),
        issues.reopen(number),
        issues.assign(number, ""),
    ):
        with pytest.raises(VendorRejected, match="not a number"):
            await call

    assert vendor.asked == []


# what is new


async def test_recent_issues_are_all_of_a_project_the_latest_first(vendor, issues, full):
    vendor.on(f"GET {ORG}/issues/", page([full(1, id="2"), full(2, id="1", status="resolved")]))

    found = await issues.recent("backend", since=SINCE)

    assert [issue.id for issue in found] == ["2", "1"]
    assert dict(vendor.asked[-1].url.params) == {
        "project": "42",
        "query": "",
        "sort": "date",
        "limit": "100",
    }


async def test_pages_are_followed_by_their_cursor_and_never_to_another_address(vendor, issues, full):
    first, second = page([full(1, id="3")], "1:100:0"), page([full(2, id="2")])
    vendor.on(f"GET {ORG}/issues/", first, second)

    assert [issue.id for issue in await issues.recent("backend", since=SINCE)] == ["3", "2"]
    assert {request.url.host for request in vendor.asked} == {"sentry.io"}
    assert vendor.asked[-1].url.params["cursor"] == "1:100:0"
    assert vendor.asked[-1].url.params["project"] == "42"


async def test_reading_ends_at_since(vendor, issues, full):
    vendor.on(f"GET {ORG}/issues/", page([full(60, id="3"), full(61, id="2"), full(5, id="1")], "1:100:0"))

    assert [issue.id for issue in await issues.recent("backend", since=SINCE)] == ["3"]
    assert len([path for path in vendor.paths() if "/issues/" in path]) == 1


async def test_reading_ends_at_most(vendor, issues, full):
    vendor.on(f"GET {ORG}/issues/", page([full(1, id=str(number)) for number in range(3)], "1:100:0"))

    assert len(await issues.recent("backend", since=SINCE, most=3)) == 3
    assert vendor.asked[-1].url.params["limit"] == "3"
    assert len([path for path in vendor.paths() if "/issues/" in path]) == 1


async def test_a_day_on_which_much_happened_is_read_to_its_end(vendor, issues, full):
    minutes = [
        [full(at / 10, id=str(at + 1)) for at in range(first, first + 100)] for first in (0, 100, 200, 300)
    ]
    vendor.on(f"GET {ORG}/issues/", *[page(some, f"1:{at}:0") for at, some in enumerate(minutes)], page([]))

    assert len(await issues.recent("backend", since=SINCE)) == 400


async def test_an_issue_that_moves_while_pages_are_read_is_told_once(vendor, issues, full):
    first, second = page([full(1, id="3"), full(2, id="2")], "1:100:0"), page([full(2, id="2")])
    vendor.on(f"GET {ORG}/issues/", first, second)

    assert [issue.id for issue in await issues.recent("backend", since=SINCE)] == ["3", "2"]


@pytest.mark.parametrize("cursors", [["1:1:0"], [f"1:{number}:0" for number in range(99)]])
async def test_pages_without_an_end_end(vendor, issues, cursors):
    vendor.on(f"GET {ORG}/issues/", *(page([], cursor) for cursor in cursors))

    assert await issues.recent("backend", since=SINCE) == ()
    assert len(vendor.asked) <= 61


async def test_an_issue_whose_events_are_gone_is_passed_over(vendor, issues, full):
    gone = full(id="1", firstSeen=None, lastSeen=None)
    vendor.on(f"GET {ORG}/issues/", page([gone, full(1, id="2")]))

    assert [issue.id for issue in await issues.recent("backend", since=SINCE)] == ["2"]


async def test_a_page_that_fails_once_is_asked_for_again(vendor, issues, full):
    vendor.on(f"GET {ORG}/issues/", page([full(1, id="3")], "1:100:0"), httpx.Response(502), page([]))

    assert len(await issues.recent("backend", since=SINCE)) == 1


# changes

ESCALATING = {"status": "ignored", "statusDetails": {}, "substatus": "archived_until_escalating"}
FOREVER = {"status": "ignored", "statusDetails": {}, "substatus": "archived_forever"}


def for_minutes(number):
    details = {"ignoreDuration": number}
    return {"status": "ignored", "statusDetails": details, "substatus": "archived_until_condition_met"}


@pytest.mark.parametrize(
    ("does", "arguments", "sent"),
    [
        ("resolve", ["now"], {"status": "resolved", "statusDetails": {}}),
        ("resolve", ["next"], {"status": "resolved", "statusDetails": {"inNextRelease": True}}),
        ("resolve", ["current"], {"status": "resolved", "statusDetails": {"inRelease": "latest"}}),
        ("archive", ["escalating"], ESCALATING),
        ("archive", ["forever"], FOREVER),
        ("archive", ["3600"], for_minutes(60)),
        ("archive", ["604800"], for_minutes(10_080)),
        ("archive", ["61"], for_minutes(2)),
        ("reopen", [], {"status": "unresolved"}),
        ("assign", ["ada@pawlogic.example"], {"assignedTo": "ada@pawlogic.example"}),
        ("assign", [""], {"assignedTo": ""}),
    ],
)
async def test_a_change_says_no_more_than_itself_and_gives_what_sentry_answers(
    vendor, issues, full, does, arguments, sent
):
    answer = full(status="unresolved", substatus="regressed", assignedTo={"name": "Bo", "email": "bo@x"})
    vendor.on(f"PUT {ISSUE}", httpx.Response(200, json=answer))

    found = await getattr(issues, does)("1170820242", *arguments)

    assert vendor.sent() == sent
    assert (found.status, found.substatus, found.assignee) == ("unresolved", "regressed", "bo@x")


@pytest.mark.parametrize(
    ("does", "how"),
    [
        ("resolve", "later"),
        ("resolve", ""),
        ("archive", "0"),
        ("archive", "-60"),
        ("archive", "soon"),
        ("archive", "9" * 12),
        ("assign", "a\nb"),
        ("assign", "x" * 201),
    ],
)
async def test_a_way_that_is_none_is_refused_unsent(vendor, issues, does, how):
    with pytest.raises(VendorRejected):
        await getattr(issues, does)("1170820242", how)

    assert vendor.asked == []


FAILS = [
    (httpx.Response(400, json={"detail": "no"}), VendorRejected, 400),
    (httpx.Response(401, json={"detail": "Invalid token"}), VendorRejected, 401),
    (httpx.Response(403, json={"detail": "You do not have permission"}), VendorRejected, 403),
    (httpx.Response(404, json={"detail": "gone"}), VendorRejected, 404),
    (httpx.Response(429), VendorUnavailable, 429),
    (httpx.Response(500), VendorUnavailable, 500),
    (httpx.ReadTimeout("x"), VendorUnavailable, None),
    (httpx.ConnectError("x"), VendorUnavailable, None),
    (httpx.ReadError("x"), VendorUnavailable, None),
    (httpx.Response(200, text="<html>"), VendorUnavailable, 200),
    (httpx.Response(200, text="{}"), VendorUnavailable, None),
    (httpx.Response(200, text="[]"), VendorUnavailable, None),
    (httpx.Response(204), VendorUnavailable, None),
]


@pytest.mark.parametrize(("answer", "kind", "status"), FAILS)
async def test_a_change_that_fails_is_not_sent_again(vendor, issues, answer, kind, status):
    vendor.on(f"PUT {ISSUE}", answer)

    with pytest.raises(kind) as caught:
        await issues.resolve("1170820242", "now")

    assert (len(vendor.asked), caught.value.status) == (1, status)


@pytest.mark.parametrize(("answer", "kind", "status"), FAILS)
async def test_reading_is_repeated_where_that_may_help(vendor, issues, answer, kind, status):
    vendor.on(f"GET {ISSUE}", answer)

    with pytest.raises(kind) as caught:
        await issues.issue("1170820242")

    assert len(vendor.asked) == (3 if kind is VendorUnavailable else 1)
    assert TOKEN not in str(caught.value)


async def test_an_answer_without_any_moment_is_no_answer(vendor, issues, full):
    vendor.on(f"GET {ISSUE}", httpx.Response(200, json=full(firstSeen=None, lastSeen=None)))

    with pytest.raises(VendorUnavailable, match="lastSeen"):
        await issues.issue("1170820242")


# commits


async def test_a_releases_commits_come_in_sentrys_order(vendor, issues):
    found = [{"id": "b" * 40, "message": "Second\nmore", "author": {"name": "Ada"}}, {"id": "a" * 40}]
    vendor.on(f"GET {COMMITS}", httpx.Response(200, json=found))

    first, second = await issues.commits(VERSION)

    assert (first.sha, first.title, first.author) == ("b" * 40, "Second", "Ada")
    assert (second.sha, second.title, second.author) == ("a" * 40, "", "")


async def test_a_release_sentry_does_not_have_is_refused(vendor, issues):
    with pytest.raises(VendorRejected):
        await issues.commits(VERSION)
    with pytest.raises(VendorRejected, match="not a name"):
        await issues.commits("..")
