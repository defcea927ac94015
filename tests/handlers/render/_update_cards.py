"""Cards of updates over the air, drawn as people see them."""

from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName, StepState
from handlers.render.run_card import around, render_run_card
from tests.handlers._limits import assert_message
from tests.handlers._runs import NOON, an_asking
from tests.handlers._slack import pawlogic
from tests.handlers._updates import an_update, to_update

BLUE, YELLOW, GREEN = ":large_blue_circle:", ":large_yellow_circle:", ":large_green_circle:"
RED, WHITE = ":red_circle:", ":white_circle:"
NASTY = '<!channel> & `code` *bold* :red_circle: "quote" </b> ' + "x" * 600


def draw(run, *, several=False):
    message = render_run_card(run, now=NOON, several=several, around=around(pawlogic(), run))
    assert_message(message)
    return message


def first_line(run) -> str:
    return draw(run).blocks[0]["text"]["text"].split("\n")[0]


def pressable(run) -> dict[str, dict]:
    rows = [block["elements"] for block in draw(run).blocks if block["type"] == "actions"]
    return {element["action_id"]: element for row in rows for element in row}


def asking(*votes, **changes):
    return an_update(
        *to_update(StepName.CONSENT),
        state=RunState.PREPARING,
        asking=an_asking(*votes, quorum=1, **changes),
    )


def not_proved(**changes):
    known = {"state": RunState.REFUSED, "reason": Reason.NATIVE_UNKNOWN, "mobile": ""}
    return an_update(*to_update(StepName.NATIVE, StepState.FAILED), **known | changes)
