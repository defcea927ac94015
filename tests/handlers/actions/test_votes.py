import pytest

from bot.engine.reasons import Reason
from bot.engine.states import RunState
from bot.errors import NotAllowed, UserError
from handlers._payloads import MOVED_ON, AttemptForm, RunButton, VoteButton, VoteForm
from tests.handlers._limits import texts
from tests.handlers._runs import ASK
from tests.handlers._slack import ANN, BEN, OTTO

VOTE = VoteButton(run=1, ask=ASK).encode()
RUN = RunButton(run=1, attempt=1).encode()


def production(slack, **changes):
    return slack.desk.add(environment="production", **changes)


def why(text: str | None) -> dict:
    return {"reason": {"reason": {"type": "plain_text_input", "value": text}}}


def opened(slack) -> dict:
    method, sent = slack.client.calls[-1]
    assert method == "views.open"
    return sent["view"]


@pytest.mark.parametrize(("action", "heard"), [("vote_approve", "approve"), ("vote_withdraw", "withdraw")])
async def test_a_voice_goes_in_for_exactly_what_the_card_showed_and_the_card_is_the_answer(
    slack, action, heard
):
    production(slack)

    assert await slack.press(action, VOTE, user=BEN) == ""
    assert slack.consent.said == [(heard, 1, ASK, BEN)]


async def test_reject_asks_why_before_it_stops_anything(slack):
    production(slack)

    await slack.press("vote_reject", VOTE, user=BEN)

    assert slack.consent.said == [("may_reject", 1, ASK, BEN)]
    assert opened(slack)["callback_id"] == "reject_form"
    assert VoteForm.decode(opened(slack)["private_metadata"]) == VoteForm(run=1, ask=ASK)


async def test_who_may_not_reject_is_told_before_writing_anything(slack):
    production(slack)
    slack.consent.trouble = NotAllowed("Members of x can.")

    assert await slack.press("vote_reject", VOTE, user=OTTO) == "Members of x can."
    assert slack.client.calls == []


async def test_the_reason_stops_the_run(slack):
    production(slack)

    await slack.submit(
        "reject_form", why("  the index is missing "), metadata=VoteForm(run=1, ask=ASK).encode()
    )

    assert slack.consent.said == [("reject", 1, ASK, ANN, "the index is missing")]
    assert "Run 1 is rejected." in "\n".join(texts(slack.client.calls[-1][1]["view"]["blocks"]))


async def test_who_rejected_by_reaction_gives_the_reason_later(slack):
    production(slack, state=RunState.REFUSED)

    await slack.press("vote_reason", RUN, user=BEN)
    await slack.submit("reject_form", why("too risky"), metadata=opened(slack)["private_metadata"], user=BEN)

    assert slack.consent.said == [("give_reason", 1, BEN, "too risky")]


@pytest.mark.parametrize("typed", [None, "", "no", "   x  ", "x" * 501])
@pytest.mark.parametrize("form", ["reject_form", "override_form"])
async def test_what_is_no_reason_goes_back_and_changes_nothing(slack, form, typed):
    production(slack)
    state = VoteForm(run=1, ask=ASK) if form == "reject_form" else AttemptForm(run=1, attempt=1)

    answer = await slack.submit(form, why(typed), metadata=state.encode())

    assert answer["errors"] == {"reason": "Say why in a few words, 3 to 500 characters."}
    assert slack.consent.said == []
    assert slack.desk.runs[1].override == ""


@pytest.mark.parametrize("form", ["reject_form", "override_form"])
@pytest.mark.parametrize("metadata", ["", '{"v":2}', '{"v":1,"run":0,"ask":"x","attempt":1}'])
async def test_a_form_from_another_version_changes_nothing(slack, form, metadata):
    answer = await slack.submit(form, why("too risky"), metadata=metadata)

    assert "nothing was changed" in "\n".join(texts(answer["view"]["blocks"]))


@pytest.mark.parametrize("action", ["vote_approve", "vote_reject", "vote_withdraw"])
@pytest.mark.parametrize("value", ["", "12", RUN, '{"v":1,"run":1,"ask":"<!channel>"}', None])
async def test_a_value_we_do_not_understand_is_no_voice(slack, action, value):
    production(slack)

    assert await slack.press(action, value, user=BEN) == MOVED_ON
    assert slack.consent.said == []


async def test_why_a_voice_does_not_count_is_said_to_that_person_alone(slack):
    production(slack)
    slack.consent.trouble = UserError("You asked for this run.", reason=Reason.OWN_RUN)

    assert await slack.press("vote_approve", VOTE) == "You asked for this run."
    assert slack.replies[-1]["response_type"] == "ephemeral"


async def test_the_soak_is_cut_short_by_its_role_for_a_reason(slack):
    production(slack, state=RunState.REFUSED, reason=Reason.NOT_SOAKED)

    await slack.press("soak_override", RUN)
    await slack.submit("override_form", why("customers wait"), metadata=opened(slack)["private_metadata"])

    assert (slack.desk.runs[1].override, slack.desk.runs[1].override_by) == ("customers wait", ANN)


async def test_a_deployer_without_the_role_can_not_cut_the_soak_short_by_button_or_form(slack):
    production(slack, state=RunState.REFUSED, reason=Reason.NOT_SOAKED)

    assert "You can't skip the rest of the soak" in await slack.press("soak_override", RUN, user=BEN)
    state = AttemptForm(run=1, attempt=1).encode()
    await slack.submit("override_form", why("customers wait"), metadata=state, user=BEN)
    assert slack.desk.runs[1].override == ""


@pytest.mark.parametrize("changes", [{"attempt": 2}, {"reason": Reason.LOCKED}])
async def test_a_soak_override_from_an_older_card_opens_no_form(slack, changes):
    production(slack, **{"state": RunState.REFUSED, "reason": Reason.NOT_SOAKED} | changes)

    assert await slack.press("soak_override", RUN) == MOVED_ON
    assert slack.client.calls == []


async def test_a_deployer_keeps_what_the_watch_was_unsure_about(slack):
    production(slack, reason=Reason.WATCH_INCONCLUSIVE)

    assert "You can't decide what stays in `production`" in await slack.press("run_keep", RUN, user=OTTO)
    assert await slack.press("run_keep", RUN, user=BEN) == ""
    assert slack.desk.runs[1].kept_by == BEN
