"""What testers say comes to one thing: go on, wait, or stop."""

from datetime import UTC, datetime, timedelta

from bot.engine.device_tests import AllWork, Problem, Untested, device_tests
from bot.engine.mobile import BOTH, AppPlatform, DeviceReport, Verdict

IOS, ANDROID = AppPlatform.IOS, AppPlatform.ANDROID
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def said(platform, user="U1", verdict=Verdict.WORKS, *, minute=1) -> DeviceReport:
    return DeviceReport(
        platform=platform, user=user, verdict=verdict, device="a phone", at=NOON + timedelta(minutes=minute)
    )


def test_everything_wanted_is_found_working_by_somebody():
    reports = [said(IOS, "U1"), said(ANDROID, "U2")]

    assert device_tests(BOTH, reports, since=NOON) == AllWork(("U1", "U2"))


def test_what_nobody_tried_is_named():
    assert device_tests(BOTH, [said(ANDROID)], since=NOON) == Untested((IOS,))
    assert device_tests((), [], since=NOON) == AllWork(())


def test_a_problem_stops_whoever_else_found_it_working_also_where_nobody_waits_for_it():
    problem = said(ANDROID, "U2", Verdict.PROBLEM)

    assert device_tests((IOS,), [said(IOS), said(ANDROID), problem], since=NOON) == Problem(problem)


def test_a_problem_from_before_stops_no_more_and_is_no_works_either():
    before = said(ANDROID, "U2", Verdict.PROBLEM, minute=-1)

    assert device_tests(BOTH, [said(IOS, minute=-5), before], since=NOON) == Untested((ANDROID,))
