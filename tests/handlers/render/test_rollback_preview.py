from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.migrations import Changes, Migration
from bot.engine.runs import Gate, GateName, RollbackPreview
from bot.engine.states import RunState
from bot.pipelines.requests import RollbackRequest
from handlers.render.rollback_preview import render_rollback_preview
from tests.handlers._desk import a_way_back
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import ANN, SHA, nasty
from tests.handlers._updates import an_update

BEFORE = "9f8e7d6" + "0" * 33
slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
requests = st.builds(
    RollbackRequest,
    key=nasty,
    service=nasty,
    environment=nasty,
    to=nasty,
    by=nasty,
    emergency=nasty,
    override=nasty,
)
previews = st.builds(
    RollbackPreview,
    live_sha=nasty,
    sha=nasty,
    run=st.none() | st.integers(1, 10**9),
    changes=st.none(),
    gates=st.lists(st.builds(Gate, name=nasty, open=st.booleans(), evidence=nasty), max_size=9).map(tuple),
)


def asked(**more) -> RollbackRequest:
    facts = {"key": "k", "service": "api", "environment": "production", "to": "", "by": ANN}
    return RollbackRequest(**facts | more)


def drawn(preview, request=None, *, several=False) -> str:
    message = render_rollback_preview(preview, request or asked(), several=several)
    assert_message(message)
    return words(message)


def shut(name):
    return (Gate(name=name, open=False, evidence="so it is"),)


def test_it_says_to_what_from_what_and_the_command_that_does_it():
    said = drawn(a_way_back(), asked(to="11"))
    assert "*Dry run: every gate is open.* Nothing was changed." in said
    assert "production would go back to `9f8e7d6`, what run 11 shipped; it runs `a1b2c3d` now" in said
    assert "To go back for real: `/pawdeploy rollback production 11`." in said


def test_what_none_of_our_runs_shipped_names_no_run():
    assert "`9f8e7d6`, which ran there before" in drawn(a_way_back(run=None))


def test_migrations_between_are_listed_and_data_stays():
    one = Migration(path="v/0007_age.py", revision="0007", irreversible=True, why="owners are merged")
    between = Changes(
        base=BEFORE, head=SHA, commits=2, authors=("ann",), additions=4, deletions=1,
        files_complete=True, url="", migrations=(one,), migrations_known=True,
    )  # fmt: skip
    said = drawn(a_way_back(changes=between, gates=shut(GateName.MIGRATIONS)))
    assert "1 gate is shut: migrations" in said
    assert "takes back 2 commits by ann" in said
    assert "*1 migration between; data is not rolled back.*" in said
    assert '`/pawdeploy rollback production --override "why it may be crossed"`' in said


def test_another_rollback_under_way_sends_people_to_its_card():
    said = drawn(a_way_back(gates=shut(GateName.OTHER_WAY_BACK)))
    assert "`/pawdeploy status` shows how far the other rollback is." in said
    assert "/pawdeploy rollback" not in said


def test_what_came_with_it_is_offered_only_while_nothing_else_goes_back():
    came = [an_update(id=5, why="Ask for birthdays", state=RunState.SUCCEEDED)]
    said = words(render_rollback_preview(a_way_back(), asked(to="11"), several=False, released_with=came))
    assert "Released together with it: the update “Ask for birthdays” of mobile, run 5." in said
    assert "To take it back too: `/pawdeploy rollback production 11 --with-ota`." in said

    busy = a_way_back(gates=shut(GateName.OTHER_WAY_BACK))
    assert "--with-ota" not in words(render_rollback_preview(busy, asked(), released_with=came))


def test_a_migration_in_between_is_crossed_with_the_update_too():
    came, crossed = [an_update(state=RunState.SUCCEEDED)], a_way_back(gates=shut(GateName.MIGRATIONS))
    message = render_rollback_preview(crossed, asked(), several=False, released_with=came, with_ota=True)
    over = '`/pawdeploy rollback production --with-ota --override "why it may be crossed"`'
    assert f"To go back all the same: {over}." in words(message)


def test_the_command_carries_the_reasons_and_the_service_where_there_are_several():
    said = drawn(a_way_back(), asked(emergency='"down"'), several=True)
    assert "`/pawdeploy rollback production --service api --emergency \"'down'\"`" in said


@slow
@given(preview=previews, request=requests)
def test_whatever_people_typed_it_stays_within_slacks_limits(preview, request):
    drawn(preview, request, several=True)


@slow
@given(preview=previews, request=requests, why=nasty, with_ota=st.booleans())
def test_updates_that_came_with_it_fit_as_well(preview, request, why, with_ota):
    came = [an_update(state=RunState.SUCCEEDED, why=why)] * 12
    assert_message(
        render_rollback_preview(preview, request, released_with=came, with_ota=with_ota, in_stores=True)
    )
