"""What people are told beside the card: each message once, under a key that names why it is owed.

Only keys, places and facts; words are ``handlers/render``'s, drawn when the message is sent.
"""

from bot.engine.consent import Standing
from bot.engine.mobile import Build
from bot.engine.runs import RunView
from bot.engine.stores import StoreVersion
from bot.pipelines.needs import Kit
from bot.pipelines.standing import approver_roles


async def ask(kit: Kit, run: RunView) -> None:
    """Tell the approvers, once a round: in the thread, and each by direct message."""
    binding = run.asking.binding if run.asking else ""
    await _thread(kit, run, "ask", binding)
    for user in await kit.people.members(approver_roles(kit, run)):
        if user != run.requested_by and not (run.asking and user in run.asking.barred):
            await _owe(kit, run, f"dm:{binding}:{user}", "dm", user, binding)
    kit.cards.changed()


async def remind(kit: Kit, run: RunView) -> None:
    """Tell those who have not answered that the time is nearly over; once a round."""
    await _thread(kit, run, "remind", run.asking.binding if run.asking else "")


async def too_early(kit: Kit, run: RunView, user: str) -> None:
    """Tell somebody, once a round, that a reaction was there before people were asked and does not count."""
    binding = run.asking.binding if run.asking else ""
    await _thread(kit, run, "early", f"{binding}:{user}", body=user)


async def does_not_count(kit: Kit, run: RunView, user: str, why: Standing) -> None:
    """Tell somebody why their reaction does not count."""
    await _thread(kit, run, "uncounted", user, body=f"{user} {type(why).__name__}")


async def reason_wanted(kit: Kit, run: RunView, user: str) -> None:
    """Ask somebody who said no by reaction for the reason."""
    await _thread(kit, run, "why", user)


async def database(kit: Kit, run: RunView) -> None:
    """Tell the database people that migrations are among the changes."""
    await _thread(kit, run, "database", run.sha[:12])


async def page(kit: Kit, run: RunView) -> None:
    """Call those on call: a way back failed."""
    await _thread(kit, run, "page", str(run.attempt))


async def picture(kit: Kit, run: RunView, chart: str) -> None:
    """Put the picture of the watch into the thread; ``chart`` is what is drawn, encoded."""
    await _thread(kit, run, "picture", str(run.attempt), body=chart)


async def line(kit: Kit, run: RunView) -> None:
    """Tell those who follow, in the release channel, how it ended."""
    channel = kit.project.channels.releases
    if channel is not None:
        await _owe(kit, run, f"line:{run.attempt}:{run.state.value}", "line", channel, "")


async def testers(kit: Kit, run: RunView) -> None:
    """Ask the testers, once an attempt, to try the builds on their phones."""
    await _thread(kit, run, "testers", str(run.attempt))


async def artifact(kit: Kit, run: RunView, build: Build) -> None:
    """Put where a finished build can be had into the thread, as a QR code; ``body`` is the ``Build``."""
    await _thread(kit, run, "qr", build.id, body=build.encode())


async def store_word(kit: Kit, run: RunView, version: StoreVersion) -> None:
    """Tell the channel, once, a word of a store that nobody here knows; ``body`` is the ``StoreVersion``."""
    about = f"{version.platform.value}:{version.raw[:60]}"
    await _thread(kit, run, "store_word", about, body=version.encode())


async def store_live(kit: Kit, run: RunView, version: StoreVersion) -> None:
    """Tell the channel, once, that a store has live what another store rejected; as ``store_word``."""
    await _thread(kit, run, "store_live", version.platform.value, body=version.encode())


async def _thread(kit: Kit, run: RunView, kind: str, about: str, *, body: str = "") -> None:
    channel = kit.project.channels.deploys
    await _owe(kit, run, f"{kind}:{about}", kind, channel, body or about)


async def _owe(kit: Kit, run: RunView, name: str, kind: str, channel: str, body: str) -> None:
    await kit.posts.owe(
        f"run:{run.id}:{name}", kind=kind, channel=channel, body=body, at=kit.clock.now(), run_id=run.id
    )
    kit.cards.changed()
