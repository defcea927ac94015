"""The copy of a playbook that an incident keeps: whoever edits the file changes no incident under way."""

import json

from pydantic import ValidationError

from playbooks._faults import faults
from playbooks.library import PlaybookError
from playbooks.models import Playbook


def dump(playbook: Playbook) -> str:
    """Write a playbook as JSON that ``parse`` reads, everything left out written out: defaults may change."""
    return playbook.model_dump_json()


def parse(text: str) -> Playbook:
    """Read a copy; raise ``PlaybookError`` when this version of pawdeploy does not know its form."""
    try:
        value = json.loads(text)
        return Playbook.model_validate(value)
    except ValidationError as error:
        first = faults(error, value, Playbook)[0]
        raise PlaybookError(_unreadable(str(first))) from error
    except (ValueError, RecursionError) as error:
        raise PlaybookError(_unreadable("it is not JSON")) from error


def _unreadable(why: str) -> str:
    return (
        "the copy of the playbook that this incident keeps was written by another version of pawdeploy, "
        f"and this one cannot read it ({why}); go on with that version, or resolve the incident"
    )
