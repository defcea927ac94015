"""The page that shows how the app stands at both simulated stores. Pure: state in, HTML out."""

from collections.abc import Sequence
from html import escape

from sandbox.vendors.appstore_world import Version
from sandbox.vendors.googleplay_world import Release
from sandbox.vendors.railway_page import page


def stores_page(versions: Sequence[Version], releases: Sequence[Release]) -> str:
    """Return it, newest first; ``versions`` are Apple's, ``releases`` Google's."""
    apple = "".join(
        f"<li>{escape(one.version)} ({escape(one.number)}) <small>{escape(one.state)}"
        f"{_phased(one)}</small></li>"
        for one in reversed(versions)
    )
    google = "".join(
        f"<li>{escape(one.name)} ({escape(one.code)}) <small>{escape(one.state)}, {escape(one.status)}"
        f"{'' if one.fraction is None else f', {one.fraction:.0%} of people'}</small></li>"
        for one in reversed(releases)
    )
    body = (
        "<small>Simulated stores</small>"
        f"<h1>App Store Connect</h1><ul>{apple}</ul><h1>Google Play</h1><ul>{google}</ul>"
    )
    return page("Simulated stores", body, refresh=True)


def _phased(one: Version) -> str:
    told = one.phased
    return f", day {told.day} of its phased release, {escape(told.state)}" if told.day else ""
