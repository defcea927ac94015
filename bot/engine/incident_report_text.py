"""Words safe to put into a Markdown file as GitHub reads it: one line, several lines, people, moments, links.

Everything people and vendors typed passes through here once, so that it stays text: no heading, list, table,
link, HTML or formula can come of it. Only addresses (``https://…``) and code in back quotes stay alive.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.engine.when import say_duration

Names = Mapping[str, str]
"""What people are called, by Slack user id."""

_ALIVE = re.compile(r"(?P<code>(?<!`)`[^`|\\]*[^`|\\\s][^`|\\]*`(?!`))|(?P<url>https?://[^\s<>\"'`|\\]+)")
"""A code span or an address. With a bar a code span would end a table's cell."""
_SPECIAL = re.compile(r"[\\`*_\[\]<>|~$]|&(?=[#\w])")
_LEADING = re.compile(r"^(?:[#+=:-]|[0-9]{1,9}(?=[.)]))")
_AFTER_URL = ".,;:!?)]}*_~$"
"""What ends a sentence rather than an address."""
_ENTITY = re.compile(r"&([#\w]+);")
_PERSON = re.compile(r"<@([UW][A-Z0-9]{6,20})(?:\|[^<>]*)?>|(?<![\w@])@([UW][A-Z0-9]{6,20})\b")
_USER = re.compile(r"[UW][A-Z0-9]{6,20}")
_JOINER = "\u200d"
"""Has no shape of its own and makes families of emoji."""
_LONGEST_URL = 2000


def line(text: str, names: Names | None = None) -> str:
    """Return text as one line that stands anywhere: in a heading, a list, a table's cell."""
    return _escaped(_flat(_named(text, names or {})))


def lines(text: str, names: Names | None = None, indent: str = "") -> str:
    """Return text with its line breaks, to stand where a paragraph may, or after a list's mark.

    With an ``indent`` all of it is one paragraph, whose lines begin with that.
    """
    shown = [line(one, names) for one in _named(text, names or {}).splitlines()]
    if indent:
        return f"\\\n{indent}".join(one for one in shown if one)
    paragraphs = "\n".join(shown).strip("\n").split("\n\n")
    return "\n\n".join(one.strip("\n").replace("\n", "\\\n") for one in paragraphs if one.strip("\n"))


def who(user: str, names: Names | None = None) -> str:
    """Name a person; ``pawdeploy`` for what nobody did."""
    if user in ("", "pawdeploy"):
        return "pawdeploy"
    named = (names or {}).get(user, "").strip()
    return line(named) if named else f"@{user}" if _USER.fullmatch(user) else line(user)


def moment(at: datetime | None) -> str:
    """Say when, in UTC, to the second."""
    return "unknown" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def length(time: timedelta) -> str:
    """Say a length of time; ``at once`` for less than a second."""
    return "at once" if time < timedelta(seconds=1) else say_duration(time.total_seconds())


def link(url: str, label: str) -> str:
    """Return a link, in brackets and after a space, or nothing when this is no address to follow."""
    if not re.fullmatch(r"https?://[^\s<>]+", url) or len(url) > _LONGEST_URL or _flat(url) != url:
        return ""
    address = url.replace("\\", "%5C").replace("`", "%60").replace("|", "%7C").replace("&", "&amp;")
    return f" ([{label}](<{address}>))"


def _named(text: str, names: Names) -> str:
    def name(found: re.Match[str]) -> str:
        user = found[1] or found[2]
        return names.get(user, "").strip() or f"@{user}"

    return _PERSON.sub(name, text)


def _flat(text: str) -> str:
    """Collapse white space; drop what has no shape (control, bidirectional, surrogate characters)."""
    spaced = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text)
    shaped = (char for char in spaced if char == _JOINER or unicodedata.category(char) not in {"Cf", "Cs"})
    return " ".join("".join(shaped).split())


def _escaped(text: str) -> str:
    parts: list[str] = []
    end = 0
    for found in _ALIVE.finditer(text):
        parts.append(_SPECIAL.sub(r"\\\g<0>", text[end : found.start()]))
        parts.append(found[0] if found["code"] else _address(found[0]))
        end = found.end()
    parts.append(_SPECIAL.sub(r"\\\g<0>", text[end:]))
    whole = "".join(parts)
    first = _LEADING.match(whole)
    if first is None:
        return whole
    mark = first[0]
    return f"{mark}\\{whole[len(mark) :]}" if mark.isdigit() else f"\\{whole}"


def _address(url: str) -> str:
    """Return an address in angle brackets; what follows it in a sentence stays behind them."""
    bare = url.rstrip(_AFTER_URL)
    rest = _SPECIAL.sub(r"\\\g<0>", url[len(bare) :])
    if len(bare) > _LONGEST_URL or bare in ("http://", "https://", "http:", "https:", "http:/", "https:/"):
        return _SPECIAL.sub(r"\\\g<0>", url)
    # A semicolon after an ampersand would make it a character of another name for some readers.
    return "<" + _ENTITY.sub(r"&\1%3B", bare) + ">" + rest
