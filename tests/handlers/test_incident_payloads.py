"""What buttons, boxes and forms of incidents carry: read back as written, refused when it is not ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.reasons import Reason
from bot.errors import UserError
from handlers._payloads import (
    AnotherButton,
    ChoiceButton,
    IncidentButton,
    IncidentForm,
    JoinButton,
    OpenForm,
    StepBox,
    StepButton,
    StepForm,
)

SLUGS = st.from_regex(r"[a-z][a-z0-9-]{0,30}", fullmatch=True)
IDS = st.integers(1, 2**53)


@given(IDS, SLUGS, st.integers(0, 2**53))
def test_a_box_is_read_back_from_the_id_of_its_block(incident, step, revision):
    box = StepBox(incident=incident, step=step, revision=revision)

    assert StepBox.decode(box.encode()) == box
    assert len(box.encode()) <= 255


@given(IDS, SLUGS, SLUGS, st.text(max_size=150))
def test_whatever_is_carried_is_read_back_and_fits_a_button(incident, step, choice, headline):
    carried = [
        IncidentButton(incident=incident),
        JoinButton(incident=incident, alert=incident, run=incident),
        StepButton(incident=incident, step=step),
        ChoiceButton(incident=incident, step=step, choice=choice),
        IncidentForm(incident=incident),
        StepForm(incident=incident, step=step),
        OpenForm(alert=incident, run=None, channel="C0INCIDENTS"),
        AnotherButton(playbook=step, headline=headline, severity="sev1", drill=True, run=incident),
    ]

    for one in carried:
        assert type(one).decode(one.encode()) == one
        assert len(one.encode().encode("utf-16-le")) // 2 <= 2000


@pytest.mark.parametrize(
    "value", ["", "3", "3:redis", "3:redis:x", "0:redis:1", "3:Redis:1", "3:redis:1\n", "9" * 16 + ":a:1"]
)
def test_an_id_that_is_not_ours_is_of_an_earlier_card(value):
    with pytest.raises(UserError, match="has moved on") as refused:
        StepBox.decode(value)

    assert refused.value.reason is Reason.STALE_BUTTON


@pytest.mark.parametrize(
    "kind", [IncidentButton, StepButton, ChoiceButton, IncidentForm, StepForm, AnotherButton]
)
@pytest.mark.parametrize("value", ["", "{}", '{"v":2,"incident":3}', '{"v":1,"incident":0}'])
def test_what_another_version_carried_is_refused_with_the_way_on(kind, value):
    with pytest.raises(UserError, match="earlier version") as refused:
        kind.decode(value)

    assert refused.value.reason is Reason.STALE_BUTTON


def test_an_offer_drawn_before_it_carried_anything_still_joins():
    assert JoinButton.decode(IncidentButton(incident=3).encode()) == JoinButton(incident=3)
