"""What people type and press, right and wrong: a wrong thing gets a helpful sentence and starts no run."""

import copy

import pytest
import pytest_asyncio

from tests.flows.driver import ANN, DEPLOYS, GENERAL, OTTO
from tests.flows.ending import CANCEL, RETRY, scripted

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with scripted(tmp_path_factory.mktemp("words")) as made:
        yield made


def _runs(desk):
    return desk.rows("SELECT count(*) FROM runs")[0][0]


async def _told(desk, act, *, user=ANN):
    """Do something; return what the bot tells this person alone."""
    before = len(desk.ws.ephemerals(user))
    said = await act
    assert said.ok, said
    return (await desk.ws.until(lambda: desk.ws.ephemerals(user)[before:], 10))[0].everything


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("stagign", ("`stagign`", "Did you mean `/pawdeploy staging`?")),
        ("moon", ("`moon`", "/pawdeploy help")),
        ("histroy", ("Did you mean `/pawdeploy history`?",)),
        ("staging --service apo", ("There is no service `apo`", "Did you mean `api`?")),
        ("staging --service", ("`--service` needs a value", "--service NAME")),
        ("staging --agian", ("`--agian`", "Did you mean `--again`?")),
        ("staging --force", ("I don't know the option `--force`", "/pawdeploy ENVIRONMENT")),
        ("staging --dry-run=yes", ("takes no value",)),
        ("staging main now please", ("I don't know what to do with `now`",)),
        ("--again", ("Name the environment first",)),
        ("history moon", ("There is no environment `moon`", "`staging`")),
        ("diff stagin", ("Did you mean `staging`?",)),
        ("staging " + "x" * 10_000, ("10,008 characters", "at most 500", "/pawdeploy help")),
        ("staging " + "y" * 300, ("300 characters", "200 is the most")),
    ],
)
async def test_wrong_words_are_answered_with_the_right_ones_and_nothing_starts(desk, typed, words):
    runs, cards = _runs(desk), len(desk.cards())

    said = await desk.say(f"/pawdeploy {typed}")

    for word in words:
        assert word in said
    assert (_runs(desk), len(desk.cards())) == (runs, cards)


@pytest.mark.parametrize(
    "ref",
    [
        "main;reboot",
        "$(reboot)",
        "`reboot`x",
        "main|cat",
        "main&&true",
        "<!channel>",
        "<@U0ANNREQ001>",
        "a..b",
        "-rf",
        "../../etc",
        "main^",
        "x:y",
        "*bold*",
    ],
)
async def test_a_ref_no_shell_or_markup_should_see_reaches_neither(desk, ref):
    runs, requests = _runs(desk), len(desk.box.github.requests)

    said = await desk.say(f"/pawdeploy staging {ref}")

    assert "<!channel>" not in said
    assert "<@" not in said
    assert "looks like `main`" in said or "I don't know the option" in said
    assert (_runs(desk), len(desk.box.github.requests)) == (runs, requests)


async def test_a_ref_with_an_escaped_path_in_it_is_a_name_like_any_other(desk):
    requests = len(desk.box.github.requests)

    card = await desk.deploy("staging %2e%2e/%2e%2e")

    await desk.shows(card, "has no branch, tag or commit", "Nothing was shipped")
    asked = desk.box.github.requests[requests:]
    assert asked
    assert all("/repos/pawlogic/backend/" in request for request in asked), asked


async def test_what_a_person_types_is_shown_back_escaped(desk):
    said = await desk.say("/pawdeploy <!channel>&<b>")

    assert "&lt;!channel&gt;&amp;&lt;b&gt;" in said
    assert "<!channel>" not in said


async def test_a_commits_title_and_author_are_shown_escaped_and_call_nobody(desk):
    title = "Fix <b>pets</b> & <!channel> <@U0BENAPP001> :red_circle: `code *bold*"
    sha = desk.box.github.push("main", title, "Bobby <!here> & Sons", ())
    desk.box.github.set_checks(sha, "green")

    text = await desk.shows(await desk.deploy(), "Deployed", sha[:7])

    assert "&lt;b&gt;pets&lt;/b&gt; &amp; &lt;!channel&gt; &lt;@U0BENAPP001&gt;" in text
    assert "Bobby &lt;!here&gt; &amp; Sons" in text
    for raw in ("<!channel>", "<!here>", "<@U0BENAPP001>", " :red_circle: `"):
        assert raw not in text


async def test_an_enormous_commit_title_fits_on_the_card(desk):
    sha = desk.box.github.push("main", "<&>" * 5000, "A" * 5000, ())
    desk.box.github.set_checks(sha, "green")

    await desk.shows(await desk.deploy(), "Deployed", sha[:7])


async def test_a_bare_command_opens_a_form_and_the_form_deploys(desk):
    sha = desk.commit("By the form")
    cards = len(desk.cards())
    said = await desk.ws.say(ANN, GENERAL, "/pawdeploy")
    assert said.ok, said
    view = await desk.ws.until(lambda: desk.ws.view(ANN), 10)

    submitted = await desk.ws.submit(ANN, view.id, {"environment": "staging"})

    assert submitted.ok, submitted
    card = (await desk.ws.until(lambda: desk.cards()[cards:], 10))[0]
    await desk.shows(card, "Deployed", sha[:7], "By the form")
    assert desk.shipped(sha) == 1


async def test_a_form_with_an_impossible_ref_stays_open_and_marks_the_field(desk):
    runs = _runs(desk)
    await desk.ws.say(ANN, GENERAL, "/pawdeploy")
    view = await desk.ws.until(lambda: desk.ws.view(ANN), 10)

    submitted = await desk.ws.submit(ANN, view.id, {"environment": "staging", "ref": "main; reboot"})

    assert "can't be a branch" in submitted.errors["ref"]
    assert desk.ws.view(ANN) is not None
    assert _runs(desk) == runs
    await desk.ws.close_view(ANN, view.id)


async def test_a_stranger_pressing_a_button_is_told_who_can(desk):
    desk.commit(checks="red")
    card = await desk.deploy()
    await desk.shows(card, "Retry")

    said = await _told(desk, desk.ws.press(OTTO, DEPLOYS, card.ts, RETRY), user=OTTO)

    assert "S0BACKEND01" in said
    assert "attempt 2" not in card.everything


async def test_a_button_pressed_after_the_run_moved_on_says_so_and_does_nothing(desk):
    desk.commit(checks="red")
    card = await desk.deploy()
    await desk.shows(card, "Retry")
    old = copy.deepcopy(card.blocks)
    await desk.press(card, CANCEL)
    await desk.shows(card, "Cancelled")
    state = desk.rows("SELECT state, attempt FROM runs ORDER BY id DESC LIMIT 1")
    card.blocks = old  # as on a screen that has not heard yet

    for button in (RETRY, CANCEL):
        said = await _told(desk, desk.ws.press(ANN, DEPLOYS, card.ts, button))
        assert "has moved on" in said

    assert desk.rows("SELECT state, attempt FROM runs ORDER BY id DESC LIMIT 1") == state


async def test_retry_pressed_twice_starts_one_attempt(desk):
    sha = desk.commit(checks="red")
    card = await desk.deploy()
    await desk.shows(card, "Retry")
    old = copy.deepcopy(card.blocks)
    desk.box.github.set_checks(sha, "green")
    await desk.press(card, RETRY)
    card.blocks, shown = old, card.blocks
    said = await _told(desk, desk.ws.press(ANN, DEPLOYS, card.ts, RETRY))
    card.blocks = shown

    assert "has moved on" in said
    await desk.shows(card, "Deployed", sha[:7], "attempt 2")
    assert desk.shipped(sha) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"action_id": "run_dance"},
        {"value": "not json"},
        {"value": '{"v":9,"run":1,"attempt":1}'},
        {"value": '{"v":1,"run":999999,"attempt":1}'},
    ],
)
async def test_a_button_of_another_version_or_of_no_run_is_answered_calmly(desk, change):
    desk.commit(checks="red")
    card = await desk.deploy()
    await desk.shows(card, "Retry")
    for block in card.blocks:
        for element in block.get("elements", []):
            if element.get("action_id") == RETRY:
                element |= change
    action = change.get("action_id", RETRY)

    said = await _told(desk, desk.ws.press(ANN, DEPLOYS, card.ts, action))

    assert "/pawdeploy history" in said
