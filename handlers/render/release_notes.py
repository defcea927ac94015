"""What is said under a release's card: testers are asked, a store says a word nobody knows. Pure."""

from bot.engine.mobile import BOTH, Build
from bot.engine.runs import RunView
from bot.engine.stores import StoreVersion
from handlers.render import _release_words as words
from handlers.render._blocks import Message, message, section
from handlers.render._release import name_of, release_facts
from handlers.render._text import code, link, listed, plain


def render_testers(run: RunView, mention: str) -> Message:
    """Ask testers, once an attempt, to try the builds; says where they are and what to press."""
    facts = release_facts(run)
    there = [words.PLATFORMS[one] for one in BOTH if one in facts.builds]
    on = f" on {listed(there)}" if there else ""
    head = f"{mention} {name_of(facts)} is built: try it{on}, please.".strip()
    how = (
        "The card leads to the builds, and so do the codes in this thread. Press “Works on …” or “Found a "
        "problem…” on the card and say which device it was. A problem stops the release before a store gets "
        "it."
    )
    return message(head, section(f"{head}\n{how}"))


def build_line(build: Build) -> str:
    """Name a build and where it can be had: ``iOS 1.5.0, build 57 · get it``."""
    get = link(build.artifact, "get it") if build.artifact else "it has no artifact"
    page = link(build.page, "its page at Expo") if build.page else ""
    return " · ".join(part for part in (build_name(build), get, page) if part)


def build_name(build: Build) -> str:
    """Name a build: ``iOS 1.5.0, build 57``."""
    number = f", build {plain(build.number, 30)}" if build.number else ""
    return f"{words.PLATFORMS[build.platform]} {words.version(build.version)}".rstrip() + number


def render_store_word(run: RunView, there: StoreVersion) -> Message:
    """Tell everybody a store's word that pawdeploy does not know: somebody looks, and nothing is guessed."""
    store, name = words.STORES[there.platform], name_of(release_facts(run))
    version = words.version(there.version) or name
    head = f"{store} says {code(there.raw, 60) or 'nothing'} of {version}, which pawdeploy does not know."
    then = f"Look at it there. Run {run.id} shows it as it is, asks again and goes on waiting."
    text = f":warning: {head} {then}"
    return message(head.replace("`", ""), section(text))


def render_store_live(run: RunView, there: StoreVersion) -> Message:
    """Tell everybody that one store has live what another rejected, and how it is held there."""
    store, name = words.STORES[there.platform], name_of(release_facts(run))
    version = words.version(there.version) or name
    head = f"{words.store_short(there)}: {version} is live there, though not in every store."
    then = f"The card of run {run.id} shows how each store stands."
    if there.share is not None and not there.halted:
        then = f"{then} If it does badly: Halt… on the card, for {store}."
    text = f"{head} {then}"
    return message(head, section(text))
