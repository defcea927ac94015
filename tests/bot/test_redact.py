"""Rules of ``bot/redact.py``: no secret comes out, and words that are none stay."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redact import HIDDEN, Redactor

BEGIN, END = (f"-----{word} " for word in ("BEGIN", "END"))
KEY = "PRIVATE KEY-----"
SHAPED = {
    "a Slack bot token": "xoxb-1-2-abcDEF",
    "a Slack app token": "xapp-1-A0-5-abc",
    "a Slack user token": "xoxp-1-2-abc",
    "a GitHub token": "ghp_0123456789abcdef",
    "a GitHub app token of 2026": "ghs_123_eyJhbGci.eyJpc3Mi.c2ln-x",
    "a fine-grained token": "github_pat_11AAA_bbbCCC",
    "a signed token": "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZSJ9.c2lnbmF0dXJl-_x",
    "a Supabase key": "sb_secret_abcDEF_123",
    "a Supabase access token": "sbp_0123456789abcdef",
    "a Stripe key": "sk_live_0123456789abcdef",
    "an AWS key id": "AKIA" + "Q7" * 8,
    "a webhook secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "a Google token": "ya29.a0AfH6SMBx-made_up",
    "a private key": f"{BEGIN}{KEY}\nMIGTAgEAMBMG\nAbc+/=\n{END}{KEY}",
    "a private key in one line": f"{BEGIN}EC {KEY}\\nMIGTAgEA\\n{END}EC {KEY}",
    "a private key that was cut off": f"{BEGIN}RSA {KEY}\nMIGTAgEA",
}


@pytest.mark.parametrize("what", SHAPED)
def test_what_is_shaped_like_a_token_is_hidden(what: str) -> None:
    assert Redactor([]).text(f"said '{SHAPED[what]}' twice") == f"said '{HIDDEN}' twice"


def test_what_a_header_bears_is_hidden() -> None:
    assert Redactor([]).text("Authorization: Bearer abc.def-123==") == f"Authorization: Bearer {HIDDEN}"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("POST https://hooks.slack.com/commands/T0/1/abcDEF", f"POST https://hooks.slack.com/{HIDDEN}"),
        (
            "wss://wss-primary.slack.com/link/?ticket=ab-12&x=1",
            f"wss://wss-primary.slack.com/link/?ticket={HIDDEN}&x=1",
        ),
        ("DB_PASSWORD=hunter2, PORT=8080", f"DB_PASSWORD={HIDDEN}, PORT=8080"),
        ("?api_key=abc&access_token=def", f"?api_key={HIDDEN}&access_token={HIDDEN}"),
    ],
)
def test_what_an_address_or_a_variable_gives_away_is_hidden(said: str, shown: str) -> None:
    assert Redactor([]).text(said) == shown


def test_credentials_in_an_address_are_hidden_and_the_address_stays() -> None:
    shown = Redactor([]).text("postgresql://user:pa%20ss@host/name and redis://:secret@cache")

    assert shown == f"postgresql://{HIDDEN}@host/name and redis://{HIDDEN}@cache"


@given(st.text(st.characters(codec="utf-8"), min_size=6, max_size=40))
def test_a_known_secret_is_hidden_in_text_and_in_json(secret: str) -> None:
    redactor = Redactor([secret])

    assert redactor.text(f"<<{secret}>>") == f"<<{HIDDEN}>>"
    assert redactor.text(json.dumps({"k": secret})) == json.dumps({"k": HIDDEN})
    assert redactor.text(json.dumps({"k": secret}, ensure_ascii=False)) == json.dumps({"k": HIDDEN})


def test_the_longer_of_two_secrets_is_hidden_whole() -> None:
    assert Redactor(["secret", "secret-and-more"]).text("secret-and-more") == HIDDEN


def test_a_value_too_short_to_be_a_secret_does_not_eat_words() -> None:
    assert Redactor(["a", ""]).text("a banana") == "a banana"


def test_everything_in_a_tree_is_redacted() -> None:
    tree = {"a": ["x hush-hush", {"hush-hush": 1}], "b": (None, True, 2.5), "c": ValueError("hush-hush")}

    assert Redactor(["hush-hush"]).tree(tree) == {
        "a": [f"x {HIDDEN}", {HIDDEN: 1}],
        "b": [None, True, 2.5],
        "c": f"ValueError('{HIDDEN}')",
    }


def test_ordinary_words_stay() -> None:
    words = "Deployed a1b2c3d to https://staging-api.pawlogic.app at 12:30:05 by U0ANNREQ001 (bearer of news)"

    assert Redactor(["xoxb-sandbox"]).text(words) == words
