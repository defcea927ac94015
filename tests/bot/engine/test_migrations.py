import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.migrations import UNREAD, scan

PATH = "alembic/versions/3f2a9c11_drop_email.py"
HEAD = '''"""A migration."""

import sqlalchemy as sa
from alembic import op

revision: str = "3f2a9c11"

'''
DOWN = """

def downgrade() -> None:
    op.add_column("users", sa.Column("email", sa.Text()))
"""


def python(*lines, head=HEAD, down=DOWN):
    """An alembic file; the first line of upgrade() is line 10."""
    body = "\n".join(f"    {line}" for line in lines)
    return scan(PATH, f"{head}\ndef upgrade() -> None:\n{body}\n{down}")


def sql(text, path="migrations/0012_users.sql"):
    return scan(path, text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('op.drop_table("users")', "drops table users"),
        ('op.drop_column("users", "email")', "drops column users.email"),
        ('op.drop_column("users", column_name="email")', "drops column users.email"),
        ('op.drop_constraint("users_pk", "users")', "drops constraint users_pk"),
        ('op.drop_index(op.f("ix_email"), table_name="users")', "drops index ix_email"),
        ('op.rename_table("users", "people")', "renames table users"),
        ('op.alter_column("users", "age", type_=sa.Text())', "changes the type of users.age"),
        ('op.alter_column("users", "age", nullable=False)', "forbids NULL in users.age"),
        ('op.alter_column("users", "age", nullable=STRICT)', "forbids NULL in users.age"),
        ('op.alter_column("users", "age", new_column_name="years")', "renames users.age"),
        ('op.alter_column("users", "age", **how)', "alters users.age in a way that could not be read"),
        ('op.execute("DROP TABLE users")', "drops table users"),
        ('op.execute("DROP" + " TABLE users")', "drops table users"),
        ('op.execute(sa.text("truncate users"))', "empties users"),
        ('op.execute(sa.text("DELETE FROM users WHERE id = :a").bindparams(a=1))', "deletes rows of users"),
        ('op.get_bind().execute(sa.text("DELETE FROM users"))', "deletes rows of users"),
        ('op.get_bind().exec_driver_sql("ALTER TABLE u RENAME TO v")', "renames"),
        ('op.execute("ALTER TABLE u ALTER COLUMN a TYPE text")', "changes the type of a"),
        ("op.execute(sa.delete(users))", "deletes rows"),
        ("op.execute(users.delete())", "deletes rows"),
        ("users.drop(op.get_bind())", "drops users"),
        ("op.invoke(operation)", "invokes an operation that could not be read"),
    ],
)
def test_what_an_upgrade_destroys_is_named_with_its_line(line, said):
    assert f"{said} (line 10)" in python(line).destructive


@pytest.mark.parametrize(
    "line",
    [
        "pass",
        'op.create_table("users", sa.Column("id", sa.Integer()))',
        'op.add_column("users", sa.Column("email", sa.Text(), nullable=True))',
        'op.alter_column("users", "age", nullable=True)',
        'op.alter_column("users", "age", server_default="1", existing_type=sa.Integer())',
        'op.execute("UPDATE users SET age = 1")',
        "op.execute(sa.update(users).values(age=1))",
        "op.get_bind().execute(sa.select(users)).scalars().all()",
        'op.execute("ALTER TABLE u ALTER a DROP NOT NULL, ALTER b DROP DEFAULT")',
        'op.create_foreign_key("fk", "a", "b", ["x"], ["y"], ondelete="CASCADE")',
        'op.execute("CREATE TABLE a (b int REFERENCES c ON DELETE CASCADE)")',
        '"op.drop_table()"  # op.drop_table("users")',
    ],
)
def test_what_only_adds_is_not_flagged(line):
    assert python(line).destructive == ()


@pytest.mark.parametrize(
    "lines",
    [
        ('op.execute(f"ALTER TABLE {table} {action}")',),
        ('op.execute("%s users" % verb)',),
        ('op.execute("{} users".format(verb))',),
        ('op.execute(Path("a.sql").read_text())',),
        ('for sql in ("SELECT 1", "DROP TABLE users"):', "    op.execute(sql)"),
        ("op.execute(STATEMENT)",),
    ],
)
def test_sql_that_cannot_be_known_without_running_it_is_flagged(lines):
    assert any("runs SQL that could not be read" in said for said in python(*lines).destructive)


def test_what_can_be_seen_of_such_sql_is_named_too():
    assert "drops table (line 10)" in python('op.execute(f"DROP TABLE {table}")').destructive


def test_sql_in_a_constant_is_read():
    head = HEAD + 'SQL = """\nSELECT 1;\nDROP TABLE users;\n"""\n'
    assert python("op.execute(SQL)", head=head).destructive == ("drops table users (line 10)",)


def test_a_name_that_stands_for_two_things_is_not_taken_for_either():
    head = HEAD + 'sql = "SELECT 1"\n\ndef _run(sql):\n    op.execute(sql)\n'
    assert any(UNREAD in said for said in python('_run("DROP TABLE users")', head=head).destructive)


def test_the_functions_an_upgrade_uses_are_read_and_those_of_a_downgrade_are_not():
    head = HEAD + 'def _forward():\n    op.drop_table("a")\n\ndef _back():\n    op.drop_table("b")\n'
    down = "\ndef downgrade():\n    _back()\n    op.drop_column('c', 'd')\n"
    assert python("_forward()", head=head, down=down).destructive == ("drops table a (line 9)",)


def test_classes_conditional_functions_and_lambdas_an_upgrade_uses_are_read():
    kept = "class Clean:\n    def run(self):\n        op.drop_table('a')\n"
    assert python("Clean().run()", head=HEAD + kept).destructive == ("drops table a (line 10)",)
    kept = "if True:\n    def clean():\n        op.drop_table('a')\n"
    assert python("clean()", head=HEAD + kept).destructive == ("drops table a (line 10)",)
    kept = "clean = lambda: op.drop_table('a')\n"
    assert python("clean()", head=HEAD + kept).destructive == ("drops table a (line 8)",)


def test_a_call_into_another_file_is_said_to_be_unread():
    head = HEAD + "from app.helpers import clean\nimport app.tools\n"
    assert python("clean(op)", head=head).destructive == ("calls clean, which could not be read (line 12)",)
    assert python("app.tools.wipe()", head=head).destructive == (
        "calls app.tools.wipe, which could not be read (line 12)",
    )


def test_a_batch_names_its_table():
    found = python('with op.batch_alter_table("users") as batch:', '    batch.drop_column("email")')
    assert found.destructive == ("drops column users.email (line 11)",)


def test_everything_is_named_in_the_order_of_the_file():
    found = python('op.drop_table("b")', 'op.drop_table("a")')
    assert found.destructive == ("drops table b (line 10)", "drops table a (line 11)")


@pytest.mark.parametrize(
    ("down", "why"),
    [
        ("", "has no downgrade()"),
        ("\ndef downgrade():\n    pass\n", "its downgrade() does nothing"),
        ('\ndef downgrade():\n    """No."""\n', "its downgrade() does nothing"),
        ("\ndef downgrade():\n    raise NotImplementedError\n", "its downgrade() does nothing"),
        (DOWN + "\n# pawdeploy: irreversible\n", "marked irreversible"),
        (DOWN + "\n# pawdeploy: irreversible - emails are hashed\n", "emails are hashed"),
    ],
)
def test_a_migration_without_a_way_back_is_irreversible_and_says_why(down, why):
    found = python("pass", down=down)
    assert (found.irreversible, found.why) == (True, why)


def test_a_migration_with_a_way_back_is_reversible():
    found = python('op.drop_column("users", "email")')
    assert (found.irreversible, found.why, found.revision) == (False, "", "3f2a9c11")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (PATH, "def upgrade(:"),
        (PATH, "x = '\0'"),
        (PATH, "(" * 100_000),
        (PATH, ""),
        (PATH, "def helper():\n    pass\n"),
        ("migrations/0012_users.rb", "drop_table :users"),
    ],
    ids=["syntax", "null byte", "too deep", "empty", "no upgrade()", "another language"],
)
def test_what_cannot_be_read_is_flagged_and_never_safe(path, text):
    found = scan(path, text)
    assert (found.destructive, found.irreversible, found.why) == ((UNREAD,), True, UNREAD)


@given(st.text() | st.text().map(lambda body: f"def upgrade():\n    {body}"))
def test_any_text_is_scanned_without_an_error(text):
    assert scan(PATH, text).path == PATH
    assert sql(text).path == "migrations/0012_users.sql"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("DROP TABLE IF EXISTS users;", "drops table users"),
        ("drop index concurrently ix_email;", "drops index ix_email"),
        ('ALTER TABLE u DROP COLUMN "E mail";', 'drops column "E mail"'),
        ("ALTER TABLE u DROP email;", "drops email"),
        ("TRUNCATE TABLE users;", "empties users"),
        ("DELETE FROM public.users;", "deletes rows of public.users"),
        ("ALTER TABLE u ALTER a SET DATA TYPE text;", "changes the type of a"),
        ("ALTER TABLE u ALTER a SET NOT NULL;", "forbids NULL"),
        ("ALTER TABLE u RENAME COLUMN a TO b;", "renames"),
        ("DO $$ BEGIN EXECUTE 'DROP TABLE users'; END $$;", "drops table users"),
        ("SELECT '--'; DROP TABLE users;", "drops table users"),
        ("SELECT '/*'; DROP TABLE users; SELECT '*/';", "drops table users"),
        ("DROP /* the old */ TABLE users;", "drops table users"),
        ("DROP\nTABLE\nusers;", "drops table users"),
    ],
)
def test_what_plain_sql_destroys_is_named(text, said):
    assert sql(text).destructive == (f"{said} (line 1)",)


@pytest.mark.parametrize(
    "text",
    [
        "-- DROP TABLE users\nSELECT 1;",
        "/* DROP TABLE users */ SELECT 1;",
        "ALTER TYPE mood ADD VALUE 'calm';",
        "ALTER TABLE u ALTER a DROP DEFAULT;",
        "CREATE TRIGGER t BEFORE DELETE ON users EXECUTE FUNCTION f();",
        "CREATE TABLE dropped (deleted_at timestamptz, type text);",
    ],
)
def test_sql_that_only_adds_is_not_flagged(text):
    found = sql(text)
    assert (found.destructive, found.irreversible) == ((), False)


def test_lines_are_counted_through_comments():
    assert sql("/* a\nb */\n-- c\nDROP TABLE d;").destructive == ("drops table d (line 4)",)


def test_sql_that_destroys_without_a_way_back_is_irreversible():
    assert sql("DROP TABLE a;").why == "destroys data and has no way back"
    assert sql("SELECT 1; -- pawdeploy: irreversible: hashed").why == "hashed"


def test_the_way_back_beside_it_is_not_what_runs():
    found = sql("-- migrate:up\nDROP TABLE a;\n-- migrate:down\nDROP TABLE b;\n")
    assert (found.destructive, found.irreversible) == (("drops table a (line 2)",), False)
    assert sql("DROP TABLE a;", "migrations/0012_users.down.sql").destructive == ()


@pytest.mark.parametrize(
    ("path", "revision"),
    [
        ("m/0012_users.sql", "0012"),
        ("m/20261224101500_users.sql", "20261224101500"),
        ("m/V1.2__users.sql", "V1.2"),
        ("m/ab34cd56ef78_users.sql", "ab34cd56ef78"),
        ("m/users.sql", ""),
    ],
)
def test_a_file_that_names_no_revision_is_called_by_its_number(path, revision):
    assert scan(path, "SELECT 1").revision == revision
