"""Playbooks as files: a fourth one by a file alone, sixty steps, one edited meanwhile, one that is broken."""

import pytest
import pytest_asyncio
import tomlkit

from tests.flows.driver import ANN, BEN, DEPLOYS, PATIENCE
from tests.flows.incidents import incidents, press
from tests.flows.test_modes import start_alone

pytestmark = pytest.mark.asyncio(loop_scope="module")

KENNEL = """
title: Kennel door
when: The door of the kennel is open.
severity: sev3
roles:
  - {name: runner, does: Runs after the dog.}
steps:
  - {kind: never, id: no-shouting, text: Do not shout at the dog.}
  - {kind: look, id: health, text: Is the API well, probe: {kind: health}}
  - {kind: do, id: shut, text: Shut the door., owner: runner, due: 10m}
  - kind: decide
    id: gone
    text: Is a dog gone?
    choices:
      - {id: gone, text: "Yes", opens: search}
      - {id: there, text: "No"}
  - kind: tell
    id: told
    text: Tell everybody how it went.
    to: [{kind: channel, channel: deploys}, {kind: roles, roles: [approver]}]
    template: |
      {headline}: {decided} & <done>
      {done}
branches:
  search:
    - kind: act
      id: lock
      text: Nobody deploys while we search.
      button: Lock
      start: {kind: lock, lasts: 1h}
    - {kind: do, id: found, text: Find it., condition: {step: lock, outcome: [done]}}
"""
MUCH, HOW = "much to read here " * 8, "and how to do it " * 15
LONG = "title: Long\nwhen: There is a lot to do.\nsteps:\n" + "".join(
    f'  - {{kind: do, id: step-{n}, text: "{n}: {MUCH}", note: "{HOW}"}}\n' for n in range(1, 61)
)
EDITED = """
title: Edited
when: It is edited.
steps:
  - {kind: do, id: first, text: The first as it was.}
  - {kind: do, id: second, text: The second as it was.}
"""
AFTER = """
title: Edited since
when: It was edited.
severity: sev1
steps:
  - {kind: do, id: second, text: The second as it is now.}
  - {kind: do, id: third, text: A third.}
"""
BROKEN = {
    "broken.yaml": ("title: [unclosed\n", "broken.yaml:"),
    "kind.yaml": (
        "title: T\nwhen: W.\nsteps:\n  - {kind: dance, id: a, text: A.}\n", "kind.yaml:4:",
    ),
    "nowhere.yaml": (
        "title: T\nwhen: W.\nsteps:\n  - kind: decide\n    id: a\n    text: A.\n    choices:\n"
        "      - {id: x, text: X, opens: nowhere}\n      - {id: y, text: Y}\n", "nowhere.yaml:8:",
    ),
    "cycle.yaml": (
        "title: T\nwhen: W.\nsteps:\n  - {kind: do, id: a, text: A., condition: {step: b, outcome: [done]}}\n"
        "  - {kind: do, id: b, text: B., condition: {step: a, outcome: [done]}}\n", "cycle.yaml:4:",
    ),
}  # fmt: skip
"""Files that are no playbooks, and the place the refusal names."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("playbooks")
    for name, text in (("kennel", KENNEL), ("long", LONG), ("edited", EDITED)):
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    state = tmp_path_factory.mktemp("incidents-playbooks")
    async with incidents(state, incidents={"playbooks": str(folder)}) as made:
        made.folder = folder
        yield made


async def test_a_fourth_playbook_is_there_by_its_file_alone_and_works_to_the_end(desk):
    assert "`kennel`" in await desk.say("/pawincident help")
    card = await desk.opened("kennel Bruno is out")
    text = await desk.shows(
        card, "SEV3 · Bruno is out", "Kennel door", ":no_entry: *Do not shout at the dog.*"
    )
    assert text.index("Do not shout") < text.index("Shut the door")
    await desk.marked(card, health="done")
    await desk.ticked(card, "shut", user=BEN)
    await desk.chosen(card, "gone", "gone", user=ANN)
    await desk.pressed(card, press.INCIDENT_ACT, "lock", user=ANN)
    await desk.marked(card, lock="done", found="todo")
    await desk.shows(card, "Find it")
    await desk.ticked(card, "found", user=BEN)
    asks = await desk.form(card, press.INCIDENT_TELL, user=ANN)
    assert "approver" in asks
    await desk.submit(user=ANN)
    await desk.marked(card, told="done")
    new = await desk.ws.until(
        lambda: [one for one in desk.ws.messages(DEPLOYS) if "Bruno is out: " in one.everything], PATIENCE
    )
    assert "&amp; &lt;done&gt;" in new[0].everything
    assert "<!subteam" not in new[0].everything
    await desk.replied(card, "Bruno is out: ", "<!subteam^S0APPROVER1>")
    await desk.resolved(card)
    await desk.polled(lambda: desk.report(card))
    assert "Kennel door" in desk.report(card)


async def test_sixty_steps_take_several_messages_in_order_and_all_can_be_ticked(desk):
    card = await desk.opened("long so much to do")
    text = await desk.drawn(card)
    await desk.ws.until(lambda: "message 1 of" in card.everything, PATIENCE)
    text = await desk.drawn(card)
    pages = desk.pages(card)
    assert len(pages) > 1
    assert [float(one.ts) for one in pages] == sorted(float(one.ts) for one in pages)
    for place, page in enumerate(pages, 1):
        assert f"message {place} of {len(pages)}" in page.everything
        assert len(page.blocks) <= 50
    at = [text.index(f"○ {n}: much") for n in range(1, 61)]
    assert at == sorted(at)

    for step in ("step-1", "step-30", "step-60"):
        await desk.ticked(card, step, user=BEN)
    await desk.marked(card, step_1="done", step_30="done", step_60="done")
    text = await desk.drawn(card)
    assert "3 of 60 steps" in text
    assert text.count(f"by <@{BEN}> at") == 3
    assert desk.pages(card) == pages
    assert [one.ts for one in desk.ws.messages(card.channel) if "message 2 of" in one.everything] == [
        pages[1].ts
    ]


async def test_editing_the_file_changes_nothing_of_what_is_under_way(desk):
    card = await desk.opened("edited before the edit")
    await desk.ticked(card, "first", user=ANN)
    await desk.marked(card, first="done")
    before = await desk.drawn(card)
    await desk.box.stop_bot()
    (desk.folder / "edited.yaml").write_text(AFTER, "utf-8")
    await desk.again()

    await desk.ticked(card, "second", user=BEN)
    await desk.marked(card, second="done")
    text = await desk.drawn(card)
    assert "The first as it was" in text
    assert "The second as it was" in text
    assert "Edited since" not in text
    assert "2 of 2 steps" in text
    assert text.count("\n") >= before.count("\n") - 1
    desk.forget()
    newer = await desk.opened("edited after the edit")
    await desk.shows(newer, "SEV1", "Edited since", "A third")
    assert "The first as it was" not in newer.everything


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_file_keeps_the_bot_from_starting_with_file_and_line(desk, tmp_path, name):
    text, place = BROKEN[name]
    (tmp_path / name).write_text(text, "utf-8")
    document = tomlkit.parse(desk.box.config.read_text("utf-8"))
    document["incidents"]["playbooks"] = str(tmp_path)
    config = tmp_path / "pawdeploy.toml"
    config.write_text(tomlkit.dumps(document), "utf-8")

    database = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    code, said = await start_alone(desk, PAWDEPLOY_CONFIG=str(config), DATABASE_URL=database)

    assert code != 0
    assert place in said
    assert said.startswith("pawdeploy: ")
    assert "Traceback" not in said
