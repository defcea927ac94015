"""A workspace in which a release is tested or goes out, and what its forms are filled in with."""

from bot.engine.mobile import Verdict
from bot.engine.states import StepName
from bot.engine.stores import StorePhase
from bot.project import Project
from handlers._payloads import AttemptForm, DeviceButton, DeviceForm, RunButton
from handlers.render.device_forms import DEVICE, NOTE, PLATFORM
from handlers.render.reason_forms import REASON
from tests.handlers._releases import ANDROID, IOS, a_release, a_version, by_platform, release_facts, released
from tests.handlers._slack import Slack, pawlogic

TESTED = a_release(StepName.DEVICES, id=1)
ROLLING = released(
    id=1,
    known=release_facts(
        stores=by_platform(
            a_version(IOS, StorePhase.LIVE, share=0.05, day=3), a_version(ANDROID, StorePhase.LIVE, share=0.2)
        )
    ),
)
WORKS = DeviceButton(run=1, attempt=1, platform=ANDROID).encode()
PROBLEM = DeviceButton(run=1, attempt=1).encode()
RUN = RunButton(run=1, attempt=1).encode()
SAID = {DEVICE: {DEVICE: {"value": " Pixel 9, Android 16 "}}, NOTE: {NOTE: {"value": " all of it "}}}
IT_WORKS = DeviceForm(run=1, attempt=1, platform=ANDROID, verdict=Verdict.WORKS).encode()
IT_DOES_NOT = DeviceForm(run=1, attempt=1, verdict=Verdict.PROBLEM).encode()
WHY = {REASON: {REASON: {"type": "plain_text_input", "value": "it crashes at start"}}}
HALT = AttemptForm(run=1, attempt=1).encode()


def with_testers(*roles: str) -> Project:
    facts = pawlogic().model_dump(mode="json")
    facts["apps"][0]["environments"]["production"]["tester_roles"] = list(roles)
    return Project.model_validate(facts)


def holding(run, project=None) -> Slack:
    slack = Slack(project or pawlogic())
    slack.desk.runs[run.id] = run
    return slack


def opened(slack) -> dict:
    [(_, sent)] = [call for call in slack.client.calls if call[0] == "views.open"]
    return sent["view"]


def shown(slack) -> str:
    [(_, sent)] = [call for call in slack.client.calls if call[0] == "views.update"]
    return sent["view"]["blocks"][0]["text"]["text"]


def chosen(platform: str) -> dict:
    return {PLATFORM: {PLATFORM: {"selected_option": {"value": platform}}}}
