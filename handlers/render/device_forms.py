"""The forms behind a release's buttons: how a build does on a phone, and why a store halts. Pure.

Block and action id of a field are one word.
"""

from bot.engine.mobile import BOTH, AppPlatform, Build, DeviceReport, Verdict
from bot.engine.runs import RunView
from handlers._payloads import AttemptForm, DeviceForm
from handlers.render import _elements as elements
from handlers.render import _release_words as words
from handlers.render._blocks import Block, section
from handlers.render._release import name_of, release_facts
from handlers.render._release_lines import going_out
from handlers.render._text import code, listed
from handlers.render.reason_forms import LEAST, MOST, REASON

DEVICE_CALLBACK = "device_form"
HALT_CALLBACK = "store_halt_form"
DEVICE = "device"
NOTE = "note"
PLATFORM = "platform"
STORES = "stores"
MOST_DEVICE = 80
MOST_NOTE = 1000


def device_form(run: RunView, verdict: Verdict, platform: AppPlatform | None) -> Block:
    """Ask on which device, and for words; a problem is told in words, or nobody could mend it."""
    builds = release_facts(run).builds
    there = [one for one in BOTH if one in builds]
    works = verdict is Verdict.WORKS
    chosen = platform or (there[0] if len(there) == 1 else None)
    state = DeviceForm(run=run.id, attempt=run.attempt, platform=chosen, verdict=verdict)
    what = "How does it do" if works else "What is wrong"
    return elements.form(
        DEVICE_CALLBACK,
        state.encode(),
        f"Works on {words.PLATFORMS[chosen]}" if works and chosen else "Found a problem",
        "It works" if works else "Report it",
        section(_head(run, verdict, chosen)),
        _platforms(there) if chosen is None and there else None,
        elements.field(
            DEVICE,
            "Device",
            elements.written(DEVICE, _example(chosen), most=MOST_DEVICE, lines=False, least=2, so_far=""),
        ),
        elements.field(
            NOTE,
            what,
            elements.written(
                NOTE,
                "What you tried" if works else "What you did, what you saw, what should have been",
                most=MOST_NOTE,
                least=0 if works else LEAST,
            ),
            optional=works,
        ),
    )


def _head(run: RunView, verdict: Verdict, platform: AppPlatform | None) -> str:
    facts = release_facts(run)
    build = facts.builds.get(platform) if platform else None
    what = f"{name_of(facts)}{_number(build)}"
    if verdict is Verdict.WORKS:
        return f"You say that {what} works. Your name stands on the card; a later word of yours replaces it."
    return (
        f"A problem with {what} stops the release before a store gets it. Your name and words stand on its "
        "card; a later word of yours replaces them."
    )


def _number(build: Build | None) -> str:
    return f", build {code(build.number, 30)}" if build and build.number else ""


def _example(platform: AppPlatform | None) -> str:
    return "Pixel 9, Android 16" if platform is AppPlatform.ANDROID else "iPhone 15, iOS 18.1"


def _platforms(there: list[AppPlatform]) -> Block:
    options = [elements.option(one.value, words.PLATFORMS[one]) for one in there]
    return elements.field(PLATFORM, "Platform", elements.radio(PLATFORM, options))


def said_words(said: DeviceReport) -> str:
    """Tell a tester that their word stands."""
    name = words.PLATFORMS[said.platform]
    if said.verdict is Verdict.WORKS:
        return f"Noted: it works on {name}. The release's card shows it."
    return f"Noted: a problem on {name}. The release stops, and its card says why."


def halt_form(run: RunView) -> Block:
    """Ask where and why what goes out is halted."""
    facts = release_facts(run)
    there = going_out(facts, halted=False)
    names = listed([words.STORES[one] for one in there])
    options = [elements.option(one.value, words.STORES[one]) for one in there]
    head = (
        f"{name_of(facts)} goes to nobody new at {names or 'the stores'} until somebody resumes it; who has "
        "it keeps it. Those who approve are asked first, where pawdeploy.toml says so."
    )
    reason = elements.written(REASON, "What you saw", most=MOST, least=LEAST)
    return elements.form(
        HALT_CALLBACK,
        AttemptForm(run=run.id, attempt=run.attempt).encode(),
        "Halt the release",
        "Halt it",
        section(head),
        elements.field(STORES, "Where", elements.box(STORES, *options, ticked=True))
        if len(options) > 1
        else None,
        elements.field(REASON, "Why", reason),
    )
