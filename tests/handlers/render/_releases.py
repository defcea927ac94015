"""Draws releases and orders; strategies that make every shape Slack could be sent of them."""

from hypothesis import strategies as st

from bot.engine.mobile import AppPlatform, Build, DeviceReport, Stage, Submission, Verdict
from bot.engine.stores import StorePhase, StoreVersion
from handlers.render.run_card import around, render_run_card
from tests.handlers._limits import assert_message
from tests.handlers._runs import NOON, nasty, times
from tests.handlers._slack import pawlogic


def draw(run):
    message = render_run_card(run, now=NOON, several=False, around=around(pawlogic(), run))
    assert_message(message)
    return message


def first_line(run) -> str:
    return draw(run).blocks[0]["text"]["text"].split("\n")[0]


def buttons(run) -> dict:
    rows = [block["elements"] for block in draw(run).blocks if block["type"] == "actions"]
    return {element["action_id"]: element for row in rows for element in row}


platforms = st.sampled_from(AppPlatform)
builds = st.builds(
    Build,
    id=nasty,
    platform=platforms,
    stage=st.sampled_from(Stage),
    raw=nasty,
    created_at=times,
    version=nasty,
    number=nasty,
    queue=st.none() | st.integers(-1, 10**6),
    wait=st.none() | st.floats(-1, 10**7),
    page=nasty,
    artifact=nasty,
    logs=nasty,
    error=nasty,
)
submissions = st.builds(
    Submission,
    id=nasty,
    platform=platforms,
    stage=st.sampled_from(Stage),
    raw=nasty,
    created_at=times,
    page=nasty,
    logs=nasty,
    error=nasty,
)
versions = st.builds(
    StoreVersion,
    platform=platforms,
    phase=st.sampled_from(StorePhase),
    raw=nasty,
    version=nasty,
    number=nasty,
    share=st.none() | st.floats(0, 1),
    halted=st.booleans(),
    day=st.none() | st.integers(0, 9),
    detail=nasty,
)
reports = st.builds(
    DeviceReport,
    platform=platforms,
    user=nasty,
    verdict=st.sampled_from(Verdict),
    device=nasty,
    note=nasty,
    at=times,
)


def keyed(values):
    return st.dictionaries(platforms, values, max_size=2).map(
        lambda found: {key: value.model_copy(update={"platform": key}) for key, value in found.items()}
    )
