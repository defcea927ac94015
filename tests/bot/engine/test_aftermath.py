import pytest

from bot.engine.aftermath import hurts, not_done, redo, refused, retryable
from bot.engine.reasons import Reason
from bot.engine.states import MOBILE, RETRYABLE, WORKFLOW_STEPS, RunKind, RunState, StepName

ENDED_AT_VENDOR = {
    Reason.DEPLOYMENT_FAILED,
    Reason.DEPLOYMENT_CRASHED,
    Reason.DEPLOYMENT_SKIPPED,
    Reason.DEPLOYMENT_REMOVED,
}

STARTED_ANEW = {
    Reason.NATIVE_UNKNOWN,
    Reason.BUILD_FAILED,
    Reason.BUILD_CANCELLED,
    Reason.SUBMISSION_FAILED,
    Reason.PUBLISH_FAILED,
}


@pytest.mark.parametrize("reason", Reason)
def test_only_a_gates_no_is_a_refusal(reason):
    gates = {"unknown_ref", "already_live", "checks_red", "checks_pending", "checks_missing", "no_checks"}
    gates |= {"overtaken", "tests_red", "tests_missing", "not_soaked", "rejected", "expired", "locked"}
    gates |= {"consent_void", "frozen", "nothing_to_roll_back", "irreversible", "unknown_workflow"}
    gates |= {"native_changed", "native_unknown", "runtime_changed", "branch_unknown", "channel_paused"}
    gates |= {"rollout_elsewhere", "no_update", "no_build", "nothing_to_order", "version_unreadable"}
    gates |= {"version_used", "device_problem", "older_than_live"}
    assert refused(reason) is (reason.value in gates)


@pytest.mark.parametrize("step", [StepName.RESOLVE, StepName.CHECKS, StepName.LINE, StepName.RECORD])
def test_before_shipping_the_environment_is_said_to_be_unchanged(step):
    assert not_done(step, "staging", started=False) == "Nothing was shipped; staging is unchanged."


def test_a_failed_ship_step_never_claims_that_nothing_was_shipped():
    assert "No deployment is known" in not_done(StepName.SHIP, "staging", started=False)
    assert "was started" in not_done(StepName.SHIP, "staging", started=True)


@pytest.mark.parametrize("step", StepName)
@pytest.mark.parametrize("started", [True, False])
def test_every_step_says_in_a_sentence_what_was_not_done(step, started):
    assert not_done(step, "production", started=started).endswith(".")


@pytest.mark.parametrize("step", StepName)
def test_retry_ships_anew_only_when_the_deployment_ended_at_the_vendor(step):
    for reason in frozenset(Reason) - STARTED_ANEW:
        anew = step is StepName.FOLLOW and reason in ENDED_AT_VENDOR
        assert redo(step, reason) == ({StepName.LINE, StepName.SHIP} if anew else {StepName.LINE}), reason


@pytest.mark.parametrize("watched", [True, False])
def test_what_hurt_is_taken_back_and_where_changes_are_watched_so_is_what_does_not_work(watched):
    taken_back = {reason.value for reason in Reason if hurts(reason, watched=watched)}
    assert taken_back == ({"regressed", "health_bad", "smoke_failed"} if watched else {"regressed"})


@pytest.mark.parametrize("reason", Reason)
def test_what_hurt_or_was_said_no_to_is_never_taken_up_again(reason):
    never = {"overtaken", "regressed", "migration_failed", "rejected"}
    never |= {"nothing_to_roll_back", "consent_void", "workflow_failed"}
    assert {state for state in RunState if retryable(state, reason)} == (
        set() if reason.value in never else set(RETRYABLE)
    )


def test_a_way_back_speaks_of_no_smoke_tests():
    back = RunKind.ROLLBACK
    assert not_done(StepName.FOLLOW, "production", started=True, kind=back) == "Health was not checked."
    assert not_done(StepName.HEALTH, "production", started=True, kind=back) == "production stays locked."


@pytest.mark.parametrize("step", sorted(WORKFLOW_STEPS | {StepName.CONSENT}))
def test_a_workflow_is_said_not_to_be_started_only_where_that_is_certain(step):
    said = not_done(step, "production", started=False, kind=RunKind.WORKFLOW)
    assert (said == "The workflow was not started.") is (step is not StepName.WORKFLOW)


def test_a_workflow_that_was_started_may_have_done_something():
    said = not_done(StepName.WORKFLOW, "production", started=True, kind=RunKind.WORKFLOW)
    assert "was started and did not succeed" in said


def test_retry_starts_anew_what_ended_at_expo_and_follows_on_what_did_not():
    assert redo(StepName.BUILD, Reason.BUILD_FAILED) == {StepName.LINE, StepName.BUILD}
    assert redo(StepName.SUBMIT, Reason.SUBMISSION_FAILED) == {StepName.LINE, StepName.SUBMIT}
    assert redo(StepName.BUILD, Reason.BUILD_UNKNOWN) == {StepName.LINE}
    assert redo(StepName.REVIEW, Reason.STORE_REJECTED) == {StepName.LINE}
    assert redo(StepName.NATIVE, Reason.NATIVE_UNKNOWN) == {StepName.LINE, StepName.NATIVE}


@pytest.mark.parametrize("kind", sorted(MOBILE))
def test_where_a_try_before_had_reached_people_it_is_not_said_that_nothing_did(kind):
    before = not_done(StepName.LINE, "production", started=True, kind=kind)
    after = not_done(StepName.LINE, "production", started=True, kind=kind, out=True)
    assert before != after
    assert not after.startswith(("Nothing was", "The stores were"))
