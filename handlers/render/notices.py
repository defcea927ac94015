"""Short answers: refusals, trouble, and "I was away". One paragraph each; says what to do next. Pure."""

from datetime import datetime, timedelta

from bot.errors import VendorError
from handlers.render._blocks import Block, Message, message, section
from handlers.render._text import clock, duration, plain


def render_notice(text: str) -> Message:
    """Wrap words that are already mrkdwn, escaped."""
    return message(text, section(text))


def render_vendor_trouble(error: VendorError, *, again: bool) -> Message:
    """Say which service failed, at what, and whether trying again helps."""
    vendor, doing = plain(error.vendor, 40), plain(error.doing, 120)
    vendor = f"{vendor[:1].upper()}{vendor[1:]}"
    said = plain(error.detail, 300) or (f"HTTP {error.status}" if error.status else "no answer")
    if again:
        wait = f"about {duration_of(error.retry_after)}" if error.retry_after else "a minute"
        return render_notice(f"{vendor} is not answering ({doing}: {said}). Try the same again in {wait}.")
    return render_notice(
        f"{vendor} said no ({doing}: {said}). Trying again will not help; whoever runs pawdeploy can type "
        "`pawdeploy check` on its server to see which permission is missing."
    )


def duration_of(seconds: float) -> str:
    """Say a number of seconds as a length of time."""
    return duration(timedelta(seconds=seconds))


def render_our_fault() -> Message:
    """Say that we broke, without pretending to know more."""
    return render_notice(
        "Something broke on pawdeploy's side; it has been reported. `/pawdeploy status` shows what is live."
    )


def render_away(start: datetime, end: datetime) -> Message:
    """Say once that Slack could not reach us between two moments (aware)."""
    form = "{time}" if (end - start).total_seconds() < 12 * 3600 else "{date_short_pretty} at {time}"
    took = duration(end - start)
    return render_notice(
        f"I was away from {clock(start, form)} to {clock(end, form)} ({took}). Runs went on; commands typed "
        "and buttons pressed meanwhile may not have reached me. `/pawdeploy status` shows where things stand."
    )


def notice_view(said: Message, title: str = "pawdeploy") -> Block:
    """Show a message as the content of an open form, with nothing left to submit."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": title[:24]},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": list(said.blocks),
    }
