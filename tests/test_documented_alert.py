"""The script that docs/alerts-setup.md shows sends what ``/hooks/generic`` takes and its reader reads."""

import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.alerts.sources.generic import read
from bot.engine.alerts import AlertEvent, Happening, Source
from bot.engine.arrivals import Arrival
from bot.webhooks import secret_key, signed_at

PAGE = (Path(__file__).parents[1] / "docs/alerts-setup.md").read_text("utf-8")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CURL = """#!/bin/sh
for word in "$@"; do printf '%s\\n' "$word"; done > "$SENT"
"""


def read_by_us(body: bytes) -> AlertEvent:
    arrival = Arrival(
        key="generic:1", source=Source.GENERIC, resource="generic", body=body, at=datetime.now(UTC)
    )
    events = read(arrival)
    assert isinstance(events, tuple)
    return events[0]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize(
    ("word", "happening"), [("triggered", Happening.FIRED), ("resolved", Happening.RESOLVED)]
)
def test_the_script_signs_what_it_sends_and_it_is_understood(
    tmp_path: Path, word: str, happening: Happening
) -> None:
    (script,) = re.findall(r"```sh\n(#!/bin/sh\n# alert\.sh .+?)```", PAGE, re.DOTALL)
    (tmp_path / "alert.sh").write_text(script)
    (tmp_path / "curl").write_text(CURL)
    (tmp_path / "curl").chmod(0o755)
    sent = tmp_path / "sent"
    environment = {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "ALERTS_SECRET": SECRET,
        "PAWDEPLOY_URL": "https://pawdeploy.example.com",
        "SENT": str(sent),
    }

    subprocess.run(["sh", tmp_path / "alert.sh", word, "backup", "It failed"], env=environment, check=True)

    words = sent.read_text().splitlines()
    headers = dict(one.split(": ", 1) for one in words if re.match(r"(webhook|content)-\w+: ", one))
    body = words[words.index("--data-raw") + 1].encode()
    assert "https://pawdeploy.example.com/hooks/generic" in words
    assert signed_at(headers, body, secret_key(SECRET), datetime.now(UTC)) is not None
    event = read_by_us(body)
    assert (event.fingerprint, event.happening, event.title) == ("generic:backup", happening, "It failed")


def test_the_body_that_is_shown_is_understood_whole() -> None:
    (shown,) = re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL)

    event = read_by_us(shown.encode())

    assert set(json.loads(shown)["data"]) - {"key"} <= event.model_fields_set
    assert (event.service, event.environment, event.tags) == ("api", "production", {"team": "storage"})
