"""A small honest Slack in one object: give it people, let an app connect, act as anyone, see what happened.

Mount ``routes()`` in a Starlette app under ``/``; set ``base_url`` once the port is known. It knows nothing
of pawdeploy: any Slack app can be pointed at it.
"""

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from sandbox.faults import Faults
from sandbox.workspace import seed
from sandbox.workspace.acting import Acting
from sandbox.workspace.api import WebApi
from sandbox.workspace.core import Core
from sandbox.workspace.delivery import Delivery
from sandbox.workspace.feed import Feed
from sandbox.workspace.forms import Forms
from sandbox.workspace.http_delivery import HttpDelivery
from sandbox.workspace.link import Link
from sandbox.workspace.manifest import Manifest, read_manifest
from sandbox.workspace.model import Channel, Group, Message, Person, Team, Tokens, View
from sandbox.workspace.page_api import BotSwitch, PageApi, static_page
from sandbox.workspace.pressing import Pressing
from sandbox.workspace.routing import slack_routes
from sandbox.workspace.state import Counters, State
from sandbox.workspace.tickets import Tickets
from sandbox.workspace.timing import Limits, Timings

T = TypeVar("T")


class Workspace:
    """The simulated workspace. Create it inside the event loop it will run on; ``aclose`` it there."""

    def __init__(
        self,
        faults: Faults | None = None,
        team: Team = seed.TEAM,
        people: Sequence[Person] = seed.PEOPLE,
        channels: Sequence[Channel] = seed.CHANNELS,
        groups: Sequence[Group] = seed.GROUPS,
        manifest: Manifest | Path | None = None,
        *,
        tokens: Tokens = Tokens(),  # noqa: B008 - frozen
        timings: Timings = Timings(),  # noqa: B008 - frozen
        limits: Limits = Limits(),  # noqa: B008 - frozen
        clock: Callable[[], float] = time.time,
        base_url: str = "http://127.0.0.1:8787",
        completions: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.faults = faults or Faults()
        self.feed = Feed()
        self.state = State(team, people, channels, groups, clock=clock, feed=self.feed)
        granted = read_manifest(manifest) if isinstance(manifest, Path) else manifest or Manifest()
        self.core = Core(
            state=self.state,
            faults=self.faults,
            manifest=granted,
            tokens=tokens,
            tickets=Tickets(timings, clock),
            timings=timings,
            limits=limits,
            base_url=base_url,
        )
        self.link = Link(self.core)
        self.delivery = Delivery(self.core, self.link)
        self.core.send_event = self.delivery.event
        acting, forms = Acting(self.core, self.delivery), Forms(self.core, self.delivery)
        pressing = Pressing(self.core, self.delivery)
        self.say, self.press, self.press_view = acting.say, pressing.press, pressing.press_view
        self.choose, self.tick, self.look = pressing.choose, pressing.tick, pressing.look
        self.react, self.unreact = acting.react, acting.unreact
        self.pin, self.unpin = acting.pin, acting.unpin
        self.submit, self.close_view = forms.submit, forms.close
        self.bot: BotSwitch | None = None
        """Set by whoever runs the app: lets the page kill and restart it."""
        self._api = WebApi(self.core)
        self._page = PageApi(self.core, acting, pressing, forms, lambda: self.bot, completions or {})
        self._stop_faults = self.faults.subscribe(self._fault_turned)
        self._http: HttpDelivery | None = None

    @property
    def base_url(self) -> str:
        """Where this server is reached; goes into response addresses and WebSocket addresses."""
        return self.core.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self.core.base_url = url.rstrip("/")

    @property
    def updates(self) -> Counters:
        """What the app did so far: posts, edits per message, rate-limit hits, calls per method."""
        return self.state.counters

    def routes(self) -> list[BaseRoute]:
        """Return every route: ``/slack/…``, ``/_page/…`` and, last, the static page under ``/``."""
        return [*slack_routes(self.core, self._api, self.link), *self._page.routes(), static_page()]

    def asgi(self) -> Starlette:
        """Return an app with nothing but this workspace (tests)."""
        return Starlette(routes=self.routes())

    async def use_http(self, url: str, *, handshake: bool = True) -> bool:
        """Deliver by signed HTTP to the app's request URL from now on; False when the handshake fails."""
        await self.use_socket()
        self._http = HttpDelivery(self.core, url)
        self.delivery.transport = self._http
        return await self._http.handshake() if handshake else True

    async def use_socket(self) -> None:
        """Deliver through Socket Mode from now on (the default)."""
        self.delivery.transport = self.link
        if self._http is not None:
            await self._http.close()
            self._http = None

    def messages(self, channel: str) -> list[Message]:
        """Return a channel's messages outside threads, oldest first."""
        return self.state.messages(channel)

    def thread(self, channel: str, ts: str) -> list[Message]:
        """Return the replies under a message, oldest first."""
        return self.state.thread(channel, ts)

    def ephemerals(self, user: str) -> list[Message]:
        """Return what only ``user`` sees, oldest first."""
        return self.state.ephemerals(user)

    def direct(self, user: str) -> list[Message]:
        """Return a person's direct messages with the bot, oldest first."""
        return self.state.messages(self.state.direct(user).id)

    def content(self, file_id: str) -> bytes:
        """Return the bytes of an uploaded file; ``KeyError`` when there are none."""
        file = self.core.files[file_id]
        if file.content is None:
            raise KeyError(file_id)
        return file.content

    def channel(self, name: str) -> Channel | None:
        """Return a channel by name or id, as it is now."""
        return self.state.channel(name)

    def delete(self, channel: str, ts: str) -> None:
        """Delete a message as an admin of the workspace may, whoever wrote it; ``KeyError`` without it."""
        message = self.state.message(channel, ts)
        if message is None:
            raise KeyError(ts)
        self.state.remove(message)
        self.core.deleted(message)

    @property
    def refused_calls(self) -> Mapping[str, int]:
        """How many Web API calls were answered with 429, by method; empty: no limit was ever exceeded."""
        return dict(self.state.counters.refused)

    def archive(self, channel: str) -> None:
        """Archive a channel: it can be read, and nothing be written there; ``KeyError`` without it."""
        self.state.change_channel(channel, archived=True)

    def unarchive(self, channel: str) -> None:
        """Open an archived channel again."""
        self.state.change_channel(channel, archived=False)

    def remove_bot(self, channel: str) -> None:
        """Remove the bot from a channel: it hears nothing from there and may not write there."""
        bot, members = self.state.team.bot_user, self.state.channels[channel].members
        self.state.change_channel(channel, members=tuple(one for one in members if one != bot))

    def invite_bot(self, channel: str) -> None:
        """Have the bot join a channel; does nothing when it is there."""
        self.remove_bot(channel)
        members = (*self.state.channels[channel].members, self.state.team.bot_user)
        self.state.change_channel(channel, members=members)

    def join(self, *people: Person) -> None:
        """Have more people join the workspace and every channel of it."""
        for person in people:
            self.state.people[person.id] = person
        new = tuple(person.id for person in people)
        for channel in [one for one in self.state.channels.values() if not one.direct]:
            known = tuple(one for one in channel.members if one not in new)
            self.state.change_channel(channel.id, members=(*known, *new))

    def put_in_group(self, group: str, *users: str) -> None:
        """Make ``users`` the members of a user group, and nobody else."""
        self.state.groups[group] = dataclasses.replace(self.state.groups[group], users=users)

    def view(self, user: str) -> View | None:
        """Return the form on top of a person's screen."""
        stack = self.core.screens.get(user, [])
        return stack[-1] if stack else None

    async def until(
        self,
        predicate: Callable[[], T],
        timeout: float = 5.0,  # noqa: ASYNC109 - a test's one limit
    ) -> T:
        """Return the predicate's first truthy answer; it is asked after every change in the workspace.

        Raises ``TimeoutError`` with what was said last. When the predicate depends on something else too,
        that must call ``feed.wake()``.
        """
        try:
            return await self.feed.until(predicate, timeout)
        except TimeoutError as error:
            msg = f"not so within {timeout} s; the last things said: {self._last_words()}"
            raise TimeoutError(msg) from error

    def announce_bot(self, state: str) -> None:
        """Tell the page that the app started or went."""
        self.feed.tell("bot", {"state": state})

    async def aclose(self) -> None:
        """End event streams, retries and connections; call before the server shuts down."""
        self._stop_faults()
        self.feed.end()
        await self.delivery.close()
        await self.link.cut()
        await self.use_socket()

    def _last_words(self) -> list[str]:
        everything = [one for channel in self.state.channels for one in self.messages(channel)]
        hidden = [one for person in self.state.people for one in self.ephemerals(person)]
        newest = sorted([*everything, *hidden], key=lambda one: one.edited or one.ts)[-3:]
        return [one.everything[:300] for one in newest]

    def _fault_turned(self, name: str, value: str) -> None:
        self.feed.tell("faults", {"faults": self.faults.all()})
        if name == "slack.events" and value != "late":
            self.delivery.release()
        if name == "slack.alerts" and seed.ALERTS in self.state.channels:
            (self.archive if value == "archived" else self.unarchive)(seed.ALERTS)
            (self.remove_bot if value == "bot removed" else self.invite_bot)(seed.ALERTS)
        if name == "slack.answers" and value == "down" and self.link.connections:
            self.delivery.spawn(self.link.cut())
