import pytest
from pydantic import ValidationError

from bot.engine.migrations import Changes, Migration, find, scan

FILES = (
    "app.py",
    "db/versions/1_a.py",
    "db/versions/sub/2_b.sql",
    "db/versions/__init__.py",
    "db/versions2/c.py",
)


@pytest.mark.parametrize("folder", ["db/versions", "db/versions/", "./db/versions"])
def test_migrations_are_the_files_under_the_folder(folder):
    assert find(FILES, True, folder) == (("db/versions/1_a.py", "db/versions/sub/2_b.sql"), True)


def test_no_migrations_in_a_whole_list_is_none():
    assert find(("app.py",), True, "db/versions") == ((), True)


@pytest.mark.parametrize(
    ("files", "complete"), [(("app.py",), False), (tuple(f"{n}.py" for n in range(300)), True)]
)
def test_a_cut_or_full_list_is_unknown_and_never_none(files, complete):
    assert find(files, complete, "db/versions") == ((), False)


def test_what_a_cut_list_does_show_is_still_listed():
    assert find(FILES, False, "db/versions") == (("db/versions/1_a.py", "db/versions/sub/2_b.sql"), False)


@pytest.mark.parametrize("folder", ["", ".", "/"])
def test_without_a_folder_there_is_nothing_to_find(folder):
    assert find(FILES, False, folder) == ((), True)


def changes(*migrations):
    return Changes(
        base="a" * 40,
        head="b" * 40,
        commits=3,
        authors=("Ana", "Bo <b>"),
        additions=10,
        deletions=2,
        files_complete=True,
        url="https://github.com/o/r/compare/a...b",
        migrations=migrations,
        migrations_known=True,
    )


def test_changes_come_back_from_json_as_they_were():
    table = "def upgrade():\n    op.drop_table('users')\n"
    kept = changes(scan("db/versions/0001_users.py", table), scan("db/0012_é.sql", "DROP TABLE é;"))
    assert Changes.from_json(kept.to_json()) == kept


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"base": 1}'])
def test_what_is_no_changes_is_refused(text):
    with pytest.raises(ValidationError):
        Changes.from_json(text)


def test_changes_say_whether_anything_destroys_or_is_irreversible():
    safe = Migration(path="a", revision="1")
    dangerous = Migration(path="b", revision="2", destructive=("drops",), irreversible=True, why="x")
    assert (changes(safe).destructive, changes(safe).irreversible) == (False, ())
    assert (changes(safe, dangerous).destructive, changes(safe, dangerous).irreversible) == (
        True,
        (dangerous,),
    )
