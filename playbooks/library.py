"""Reads the playbooks in ``library/``: a file is a playbook, and its name is what rules call it.

Knows files and the shapes in ``models.py``; must not know who reads a playbook, or where.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import yaml
from pydantic import ValidationError

from playbooks.models import Playbook

LIBRARY = Path(__file__).parent / "library"


class PlaybookError(ValueError):
    """A file is no playbook; the text names the file and what to mend."""


def load_library(folder: Path = LIBRARY) -> Mapping[str, Playbook]:
    """Read every playbook, by name (``api-down``), in the order of names; raise ``PlaybookError``."""
    files = sorted(folder.glob("*.yaml"))
    return MappingProxyType({file.stem: _read(file) for file in files})


def _read(file: Path) -> Playbook:
    try:
        return Playbook.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f" line {mark.line + 1}:" if mark else ""
        msg = f"{file.name}:{line} {error.problem or 'is not YAML'}"
        raise PlaybookError(msg) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        msg = f"{file.name}: is not YAML in UTF-8"
        raise PlaybookError(msg) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        msg = f"{file.name}: {where or 'the file'}: {first['msg']}"
        raise PlaybookError(msg) from error
