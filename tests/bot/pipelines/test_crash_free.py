"""Releases are asked for by the names the app's SDK gives them, and by no other."""

import pytest

from bot.apps import Stores
from bot.engine.mobile import AppPlatform
from bot.pipelines.crash_free import named, names_of
from tests.bot.pipelines.release._world import releasing_project

IOS, ANDROID = AppPlatform.IOS, AppPlatform.ANDROID


def app(**stores):
    found = releasing_project().app("mobile")
    return found.model_copy(update={"stores": Stores(**stores) if stores else None})


def test_a_release_is_named_by_the_package_the_version_and_the_number():
    assert named(app(google="app.pawlogic"), ANDROID, "1.4.0", "140057") == "app.pawlogic@1.4.0+140057"
    assert named(app(google="app.pawlogic"), IOS, "1.4.0", "") == "app.pawlogic@1.4.0"


def test_ios_has_a_name_of_its_own_where_the_file_tells_one():
    both = app(google="app.pawlogic", bundle="com.pawlogic.app")
    assert named(both, IOS, "1.4.0", "57") == "com.pawlogic.app@1.4.0+57"
    assert named(both, ANDROID, "1.4.0", "140057") == "app.pawlogic@1.4.0+140057"


@pytest.mark.parametrize("there", [{}, {"apple": "6450012345"}])
def test_an_app_whose_name_nobody_tells_is_not_asked_for(there):
    assert named(app(**there), IOS, "1.4.0", "57") == ""
    assert names_of(app(**there), {IOS: "1.4.0 (57)"}) == ()


def test_the_builds_an_update_reaches_are_named_once_each():
    one = app(google="app.pawlogic")
    assert names_of(one, {IOS: "1.4.0 (57)", ANDROID: "1.4.0 (57)"}) == ("app.pawlogic@1.4.0+57",)
    assert names_of(one, {IOS: "1.4.0 (57)", ANDROID: "of unknown make"}) == ("app.pawlogic@1.4.0+57",)
