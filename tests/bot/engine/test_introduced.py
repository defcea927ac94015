"""Which deploy an alert is put down to."""

from datetime import timedelta

import pytest

from bot.engine.introduced import Began, Shipped, introduced, suspected
from tests.bot.engine._groups import later

WITHIN = timedelta(minutes=30)
OLD = Shipped(run=1, sha="a" * 40, version="a" * 40, began=later(-7200), live=later(-7100))
NEW = Shipped(run=2, sha="b" * 40, version="b" * 40, began=later(-600), live=later(-500))
BOTH = (NEW, OLD)


def blamed(*, at=0.0, shipped=BOTH, **facts):
    return introduced(shipped, Began(at=later(at), **facts), within=WITHIN)


def test_its_release_is_evidence_however_long_ago_that_shipped():
    assert blamed(release=OLD.version) == (1, "release")


def test_a_release_that_was_shipped_after_it_was_first_seen_did_not_bring_it():
    assert blamed(at=-700, release=NEW.version) is None


def test_a_release_nobody_of_us_shipped_is_put_down_to_no_run_even_right_after_one():
    assert blamed(release="somebody-elses") is None


def test_shipped_twice_it_is_put_down_to_the_newest_that_shipped_before_it():
    again = Shipped(run=3, sha=OLD.sha, version=OLD.version, began=later(-60), live=None)
    assert blamed(shipped=(again, NEW, OLD), release=OLD.version) == (3, "release")
    assert blamed(at=-100, shipped=(again, NEW, OLD), release=OLD.version) == (1, "release")


@pytest.mark.parametrize(("first", "how"), [(True, "first_seen"), (False, "time")])
def test_without_a_release_right_after_a_deploy_is_a_suspicion(first, how):
    assert blamed(first=first) == (2, how)


def test_long_after_a_deploy_it_is_nobodys():
    assert blamed(at=1300) == (2, "first_seen")
    assert blamed(at=1301) is None


def test_before_any_deploy_and_without_any_it_is_nobodys():
    assert blamed(at=-9000) is None
    assert blamed(shipped=()) is None


def test_of_a_deploy_that_is_not_live_yet_its_beginning_counts():
    going = Shipped(run=3, sha="c" * 40, version="", began=later(-10), live=None)
    assert blamed(shipped=(going, NEW, OLD)) == (3, "first_seen")


def test_a_deploy_without_a_version_is_not_the_release_an_alert_does_not_name():
    nameless = Shipped(run=3, sha="c" * 40, version="", began=later(-10), live=None)
    assert blamed(shipped=(nameless,), release="x") is None


def test_a_commit_is_named_shortly():
    assert suspected("abcdef0123", "Fix pets", "Ann") == "abcdef0 Fix pets by Ann"
    assert suspected("abcdef0123", "", "") == "abcdef0"
    assert len(suspected("abcdef0123", "x" * 500, "Ann")) < 150
