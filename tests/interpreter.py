"""Python in a process of its own, for what is to be seen only where nothing was imported yet."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def ran(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` where the repository is, ``words`` on its command line; how it ended is the caller's."""
    return subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def said_by(code: str) -> str:
    """Run ``code``, which must end well; return what it printed."""
    done = ran(code)
    assert done.returncode == 0, done.stderr
    return done.stdout
