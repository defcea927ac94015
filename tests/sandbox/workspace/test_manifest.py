from pathlib import Path

import pytest

from sandbox.workspace.manifest import Command, read_manifest

ROOT = Path(__file__).parents[3]


def test_the_projects_own_manifest_grants_what_it_declares():
    manifest = read_manifest(ROOT / "app.manifest.yaml")

    assert manifest.command("/pawdeploy") is not None
    assert {"commands", "chat:write"} <= set(manifest.scopes)
    assert manifest.interactive


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        ("", []),
        ("staging [ref] | status | help", ["staging", "status", "help"]),
        ("[ENVIRONMENT [REF] | status | help] [--dry-run]", ["status", "help"]),
    ],
)
def test_a_usage_hint_offers_its_words_for_completion(hint, words):
    assert Command("/pawdeploy", usage_hint=hint).completions == words
