import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.reasons import Reason
from bot.errors import UserError
from handlers._refs import MAX_REF, check_ref
from tests.handlers._limits import assert_mrkdwn


@pytest.mark.parametrize(
    "ref",
    [
        "main",
        "feature/pets",
        "v1.4.2",
        "a1b2c3d",
        "fix/#12_thing",
        "ann@home",
        "größe/1",
        "x" * MAX_REF,
        "HEAD",
    ],
)
def test_names_git_and_people_use_are_taken(ref):
    assert check_ref(ref) == ref


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "-x",
        "/a",
        "a/",
        "a//b",
        ".a",
        "a/.b",
        "a.lock",
        "a.lock/b",
        "a..b",
        "a.",
        "@",
        "a@{1}",
        "x" * (MAX_REF + 1),
    ]
    + [f"a{char}b" for char in " \t\n\0\x7f~^:?*[\\`$&|;<>(){}'\"!\u202e\u200b\u00a0"],
)
def test_what_can_not_be_a_ref_is_refused_with_its_reason(ref):
    with pytest.raises(UserError) as refusal:
        check_ref(ref)

    assert refusal.value.reason is Reason.BAD_REF
    assert_mrkdwn(str(refusal.value))
    assert "`main`" in str(refusal.value)


NEARLY_REFS = st.text("aZ09-_#+=%,/.@{}~^:?*[\\ é", min_size=1, max_size=8) | st.sampled_from(
    ["a.lock", "a/b.lock/c"]
)


@given(NEARLY_REFS)
def test_nothing_git_refuses_is_taken(ref):
    try:
        check_ref(ref)
    except UserError:
        return
    asked = subprocess.run(["git", "check-ref-format", "--allow-onelevel", ref], check=False)
    assert asked.returncode == 0
