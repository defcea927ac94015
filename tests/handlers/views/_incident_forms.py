"""What people fill into the forms of incidents, and what they are shown then."""

from datetime import datetime

from handlers._payloads import IncidentForm, OpenForm, StepForm
from tests.handlers._limits import texts
from tests.handlers._slack import ANN, BEN

WHOLE = IncidentForm(incident=1).encode()
STEP = StepForm(incident=1, step="look-at-log").encode()
OPEN = OpenForm().encode()
RAW = "a <b> &amp; `c` *d*\nsecond line"


def typed(**words: str | None) -> dict:
    return {name: {name: {"type": "plain_text_input", "value": value}} for name, value in words.items()}


def chosen(**values: str | None) -> dict:
    def option(value):
        return None if value is None else {"value": value, "text": {"type": "plain_text", "text": "x"}}

    return {
        name: {name: {"type": "static_select", "selected_option": option(value)}}
        for name, value in values.items()
    }


def somebody(**users: str | None) -> dict:
    return {name: {name: {"type": "users_select", "selected_user": user}} for name, user in users.items()}


def ticked(name: str) -> dict:
    return {name: {name: {"type": "checkboxes", "selected_options": [{"value": "yes"}]}}}


def at(moment: datetime | None) -> dict:
    seconds = None if moment is None else int(moment.timestamp())
    return {"mitigated": {"mitigated": {"type": "datetimepicker", "selected_date_time": seconds}}}


GOOD = {
    "incident_open_form": (
        OPEN,
        chosen(playbook="api-down", severity="playbook") | typed(headline="It is slow"),
    ),
    "incident_update_form": (WHOLE, typed(text="Redis is full")),
    "incident_role_form": (WHOLE, chosen(role="scribe") | somebody(who=BEN)),
    "incident_resolve_form": (WHOLE, typed(summary="Redis was full", cause="Not known")),
    "incident_reopen_form": (WHOLE, typed(text="It is back")),
    "incident_step_form": (WHOLE, chosen(step="look-at-log", what="note") | typed(text="Nothing in it")),
    "incident_untick_form": (STEP, typed(text="It was another log")),
    "incident_tell_form": (STEP, typed(text="We look into it")),
}


async def submit(slack, form, values=None, *, metadata=None, user=ANN) -> dict:
    state, good = GOOD[form]
    slack.acked = await slack.submit(
        form,
        good if values is None else values,
        metadata=state if metadata is None else metadata,
        user=user,
    )
    return slack.acked


def shown(slack) -> str:
    """What stands in the form's place: the answer to the submission, or what came after it."""
    if not slack.client.calls:
        return "\n".join(texts(slack.acked["view"]["blocks"]))
    method, sent = slack.client.calls[-1]
    assert (method, sent["view_id"]) == ("views.update", "V0FORM00001")
    return "\n".join(texts(sent["view"]["blocks"]))
