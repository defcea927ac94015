from bot.engine.migrations import Changes, Migration, scan
from bot.engine.states import RunKind, StepName
from handlers.render.run_card import render_run_card
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import ANN, CY, NOON, SHA, a_guarded_run, an_asking, up_to

ASKING = up_to(StepName.CONSENT)


def draw(run):
    message = render_run_card(run, now=NOON)
    assert_message(message)
    return message


def test_what_was_skipped_stands_out_with_who_and_why():
    run = a_guarded_run(
        *ASKING,
        asking=an_asking(quorum=3),
        emergency="logins fail <now>",
        override="it waits",
        override_by=CY,
    )
    said = words(draw(run))

    assert f"*Emergency: soak and freeze are skipped.* <@{ANN}> says: logins fail &lt;now&gt;" in said
    assert f"*The rest of the soak is skipped.* One more approval is needed. <@{CY}> says: it waits" in said


def test_an_emergency_on_the_way_back_says_what_it_skipped_there():
    run = a_guarded_run(kind=RunKind.ROLLBACK, emergency="logins fail")

    assert f"*Emergency: nobody is asked for approval.* <@{ANN}> says: logins fail" in words(draw(run))


def changes(**more) -> str:
    facts = {"base": "9f8e7d6" + "0" * 33, "head": SHA, "commits": 3, "authors": ("ann", "ben")}
    facts |= {"additions": 40, "deletions": 2, "files_complete": True, "url": "https://github.com/compare"}
    return Changes(**facts | {"migrations_known": True} | more).to_json()


def test_old_and_new_are_shown_with_commits_authors_size_and_link():
    said = words(draw(a_guarded_run(*ASKING, changes=changes())))

    assert (
        "`9f8e7d6` → `a1b2c3d` · 3 commits by ann, ben · +40 -2 · <https://github.com/compare|compare>"
        in said
    )
    assert "No migrations." in said


def test_a_migration_says_what_it_destroys_and_that_it_can_not_be_undone():
    one = Migration(
        path="alembic/versions/0007_age.py",
        revision="0007",
        destructive=("drops column users.email (line 12)",),
        irreversible=True,
        why="no downgrade",
    )
    said = words(draw(a_guarded_run(*ASKING, changes=changes(migrations=(one,)))))

    assert "*1 migration, before the code.*" in said
    assert (
        "`0007_age.py` · *destroys:* drops column users.email (line 12) · *irreversible*: no downgrade"
        in said
    )


def test_a_list_of_files_that_was_cut_means_unknown_never_none():
    said = words(draw(a_guarded_run(*ASKING, changes=changes(migrations_known=False, files_complete=False))))

    assert "*Migrations: unknown.*" in said
    assert "No migrations" not in said


def test_on_the_way_back_one_is_told_that_data_stays_as_it_is():
    one = Migration(path="versions/0007_age.py", revision="0007")
    run = a_guarded_run(*ASKING, kind=RunKind.ROLLBACK, override="we know", override_by=CY)
    facts = {name: getattr(run, name) for name in run.__slots__}
    said = words(draw(type(run)(**facts | {"changes": changes(migrations=(one,))})))

    assert "*1 migration between; data is not rolled back.*" in said
    assert f"*An irreversible migration is overridden.* <@{CY}> says: we know" in said


def test_changes_another_version_stored_are_left_out():
    assert "commits" not in words(draw(a_guarded_run(*ASKING, changes='{"v":9}')))


def test_a_way_back_is_drawn_from_what_runs_to_what_will():
    run = a_guarded_run(
        *up_to(StepName.SHIP), kind=RunKind.ROLLBACK, changes=changes(base=SHA, head="9f8e7d6" + "0" * 33)
    )

    assert "`9f8e7d6` → `a1b2c3d` · takes back 3 commits by ann, ben" in words(draw(run))


def test_a_migration_that_could_not_be_read_says_so_once_and_calmly():
    one = scan("alembic/versions/0007_age.py", "")
    said = words(draw(a_guarded_run(*ASKING, changes=changes(migrations=(one,)))))

    assert "`0007_age.py` · could not be read, so it may destroy data and may not be undone" in said
    assert said.count("could not be read") == 1


def test_github_not_answering_is_said_as_that_and_counts_nothing():
    silent = changes(commits=0, authors=(), url="", files_complete=False, migrations_known=False)
    run = a_guarded_run(*up_to(StepName.SHIP), kind=RunKind.ROLLBACK, changes=silent)
    said = words(draw(run))

    assert "size unknown: GitHub did not answer" in said
    assert "*Migrations: unknown.* GitHub did not answer." in said
    assert "300" not in said
    assert "0 commits" not in said
