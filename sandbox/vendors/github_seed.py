"""The history the simulated GitHub starts with: a small backend's last weeks.

Data only. The order matters: production runs an older commit than staging, staging an older one than
``main``, and a migration lies between, so that a diff has something to show.
"""

from datetime import datetime, timedelta

from sandbox.vendors.app_files import CONFIG, EAS, EAS_TEXT, PACKAGE, config_text, package_text
from sandbox.vendors.github_repo import File, GitCommit, Repo

Entry = tuple[str, str, tuple[File | str, ...]]
"""Title, author, files touched."""
ANN, BEN, CLEO, DEPENDABOT = "Ann Requin", "Ben Aprile", "Cleo Marsh", "dependabot[bot]"

PETS_MIGRATION = '''"""Store pets in Postgres."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "8c1f", None


def upgrade() -> None:
    op.create_table(
        "pets",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("pets")
'''
VACCINATIONS_MIGRATION = '''"""Add vaccination records."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "9d2e", "8c1f"


def upgrade() -> None:
    op.create_table(
        "vaccinations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("pet_id", sa.ForeignKey("pets.id"), nullable=False),
        sa.Column("given_on", sa.Date, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("vaccinations")
'''
"""What the migrations hold, for whoever reads them before they run."""

MAIN: tuple[Entry, ...] = (
    ("Add health endpoint with commit", BEN, ("app/health.py", "tests/test_health.py")),
    (
        "Store pets in Postgres",
        ANN,
        ("app/pets/store.py", File("alembic/versions/0001_pets.py", 48, 0, "added", PETS_MIGRATION)),
    ),
    ("List pets a page at a time", ANN, ("app/pets/routes.py", "tests/pets/test_routes.py")),
    ("Rate-limit sign-in attempts", BEN, ("app/auth/limits.py", "app/settings.py")),
    ("Bump fastapi from 0.139.0 to 0.140.2 (#211)", DEPENDABOT, (File("requirements.txt", 4, 4),)),
    ("Cache breed lookups in Redis", CLEO, ("app/breeds/cache.py", "app/breeds/routes.py")),
    ("Send vaccination reminders in the owner's time zone", ANN, ("app/reminders/send.py",)),
    (
        "Add vaccination records",
        ANN,
        (
            File("alembic/versions/0002_vaccinations.py", 61, 0, "added", VACCINATIONS_MIGRATION),
            File("app/pets/vaccinations.py", 134, 0, "added"),
            "app/pets/routes.py",
        ),
    ),
    ("Fix 500 when a pet has no photo", BEN, ("app/pets/photos.py", "tests/pets/test_photos.py")),
    ("Log the request id with every error", CLEO, ("app/log.py",)),
    ("Answer /v1/pets in one query", ANN, ("app/pets/store.py", "tests/pets/test_store.py")),
    ("Show weight history on the pet's page", BEN, ("app/pets/weights.py", "app/pets/routes.py")),
)
"""Commits of ``main``, oldest first."""

FEATURE: tuple[Entry, ...] = (
    ("Sketch sharing a pet with a sitter", ANN, (File("app/pets/sharing.py", 88, 0, "added"),)),
    ("Ask the sitter to confirm", ANN, ("app/pets/sharing.py", "app/mail/templates.py")),
)
APP: tuple[Entry, ...] = (
    (
        "Publish 1.3.0",
        CLEO,
        (
            File(CONFIG, 21, 0, "added", config_text("1.3.0")),
            File(PACKAGE, 26, 0, "added", package_text("1.3.0", expo="56.0.1")),
            File(EAS, 13, 0, "added", EAS_TEXT),
            File("ios/PawLogic/Info.plist", 61, 0, "added"),
            File("android/app/src/main/AndroidManifest.xml", 48, 0, "added"),
            File("src/screens/Pets.tsx", 140, 0, "added"),
        ),
    ),
    ("Show vaccinations as a timeline", CLEO, ("src/screens/Vaccinations.tsx",)),
    ("Upload photos in the background", BEN, ("src/photos/upload.ts", "ios/PawLogic/Info.plist")),
    (
        "Bump expo from 56.0.1 to 56.0.4 (#88)",
        DEPENDABOT,
        (File(PACKAGE, 2, 2, text=package_text("1.3.0")),),
    ),
    (
        "Raise the version to 1.4.0",
        ANN,
        (
            File(CONFIG, 1, 1, text=config_text("1.4.0")),
            File(PACKAGE, 1, 1, text=package_text("1.4.0")),
        ),
    ),
    ("Say why a photo was not uploaded", BEN, ("src/photos/upload.ts",)),
    ("Keep the list of pets where it was scrolled to", CLEO, ("src/screens/Pets.tsx",)),
    ("Fix crash when a pet has no birthday", CLEO, ("src/pets/age.ts", "src/pets/age.test.ts")),
)
"""Commits of the app's ``main``, oldest first."""
APP_BUILT_AT, APP_UPDATED_AT = (0, 4), (5, 6)
"""Positions in ``APP`` of what was built for the stores, and of what went out over the air since."""
APP_FEATURE: tuple[Entry, ...] = (
    (
        "Show the next appointment as a widget",
        BEN,
        (
            File("ios/Widget/Widget.swift", 96, 0, "added"),
            File("plugins/with-widget.js", 40, 0, "added"),
            File(PACKAGE, 1, 0, text=package_text("1.4.0", react_native_widget_extension="^0.0.6")),
        ),
    ),
)
"""A commit of the app that is not JavaScript only, on ``feature/widget``."""
PRODUCTION_AT, STAGING_AT = 4, 6
"""Positions in ``MAIN`` of what production and staging run when the sandbox starts."""


def seeded(full_name: str, now: datetime, *, default_branch: str = "main") -> Repo:
    """Make a repository whose last commit is half an hour old."""
    repo = Repo(full_name, default_branch=default_branch)
    start = now - timedelta(hours=11 * len(MAIN), minutes=30)
    for index, (title, author, files) in enumerate(MAIN):
        at = start + timedelta(hours=11 * (index + 1))
        repo.push(default_branch, title, author, files, at)
        if index == PRODUCTION_AT:
            repo.tags["v1.41.0"] = repo.branches[default_branch]
        if index == STAGING_AT:
            repo.branches["feature/pets"] = repo.branches[default_branch]
            repo.tags["v1.42.0"] = repo.branches[default_branch]
    for index, (title, author, files) in enumerate(FEATURE):
        repo.push("feature/pets", title, author, files, now - timedelta(hours=5 - index))
    return repo


def seeded_app(full_name: str, now: datetime, *, default_branch: str = "main") -> Repo:
    """Make the app's repository, whose last commit is two hours old."""
    repo = Repo(full_name, default_branch=default_branch)
    for index, (title, author, files) in enumerate(APP):
        at = now - timedelta(hours=2 + 19 * (len(APP) - 1 - index))
        repo.push(default_branch, title, author, files, at)
    for title, author, files in APP_FEATURE:
        repo.push("feature/widget", title, author, files, now - timedelta(hours=1))
    return repo


def app_history(repo: Repo) -> tuple[list[GitCommit], list[GitCommit]]:
    """Return the commits that were built, and those that went out over the air since; oldest first.

    Known by their titles: whoever uses the sandbox may have pushed since.
    """
    known = {commit.title: commit for commit in repo.commits.values()}
    titles = [title for title, _, _ in APP]
    built, updated = ([titles[at] for at in ats] for ats in (APP_BUILT_AT, APP_UPDATED_AT))
    return [known[title] for title in built], [known[title] for title in updated]


def running_at_start(repo: Repo) -> dict[str, str]:
    """Return the SHA each environment runs at start; others than production run what staging does."""
    history = list(reversed(repo.log(repo.commits[repo.branches[repo.default_branch]])))
    return {"production": history[PRODUCTION_AT].sha, "staging": history[STAGING_AT].sha}
