"""The people and places the sandbox starts with: PawLogic's, as its ``pawdeploy.toml`` names them."""

import re

from sandbox.workspace.model import Channel, Group, Person, Team

TEAM = Team()
ALERTS = "C0ALERTS001"
"""The channel the knob ``slack.alerts`` acts on."""

PEOPLE = (
    Person("U0ANNREQ001", "ann", "Ann Requin", "Requester · team lead", "#2f7d6b"),
    Person("U0BENAPP001", "ben", "Ben Aprile", "Approver · backend lead", "#b5542d"),
    Person("U0CLEOAPP01", "cleo", "Cleo Marsh", "Approver · head of engineering", "#6b4fa0"),
    Person("U0OTTOOUT01", "otto", "Otto Outis", "Outsider · contractor", "#8a6d1f"),
)

_EVERYONE = tuple(person.id for person in PEOPLE)

CHANNELS = (
    Channel("C0DEPLOYS01", "deploys", "What ships, when, and who said so", (*_EVERYONE, TEAM.bot_user)),
    Channel("C0RELEASE01", "releases", "One line for each release", (*_EVERYONE, TEAM.bot_user)),
    Channel(ALERTS, "alerts", "What is wrong, and who looks at it", (*_EVERYONE, TEAM.bot_user)),
    Channel("C0OPSDESK01", "ops", "What finds no other place", (*_EVERYONE, TEAM.bot_user)),
    Channel("C0GENERAL01", "general", "Everything else", _EVERYONE),
)

GROUPS = (
    Group("S0BACKEND01", "backend", "Backend", ("U0ANNREQ001", "U0BENAPP001")),
    Group("S0APPROVER1", "approvers", "Approvers", ("U0BENAPP001", "U0CLEOAPP01")),
)

EMOJI = {
    "large_blue_circle": "🔵",
    "large_yellow_circle": "🟡",
    "large_green_circle": "🟢",
    "red_circle": "🔴",
    "white_circle": "⚪",
    "white_check_mark": "✅",
    "heavy_check_mark": "✔️",
    "x": "❌",
    "warning": "⚠️",
    "rocket": "🚀",
    "eyes": "👀",
    "thumbsup": "👍",
    "+1": "👍",
    "thumbsdown": "👎",
    "-1": "👎",
    "tada": "🎉",
    "heart": "❤️",
    "raised_hands": "🙌",
    "pray": "🙏",
    "wave": "👋",
    "dog": "🐶",
    "cat": "🐱",
    "paw_prints": "🐾",
    "feet": "🐾",
    "fire": "🔥",
    "bug": "🐛",
    "lock": "🔒",
    "hourglass_flowing_sand": "⏳",
    "stopwatch": "⏱️",
    "no_entry": "⛔",
    "package": "📦",
    "link": "🔗",
    "smile": "😄",
    "joy": "😂",
    "thinking_face": "🤔",
    "sweat_smile": "😅",
    "robot_face": "🤖",
    "pushpin": "📌",
    "round_pushpin": "📍",
    "memo": "📝",
    "clipboard": "📋",
    "bookmark": "🔖",
    "rotating_light": "🚨",
    "large_orange_circle": "🟠",
    "black_circle": "⚫",
    "white_large_square": "⬜",
    "ballot_box_with_check": "☑️",
    "arrow_right": "➡️",
    "fast_forward": "⏩",
    "no_entry_sign": "🚫",
    "question": "❓",
    "bulb": "💡",
    "mag": "🔍",
    "alarm_clock": "⏰",
    "zzz": "💤",
    "speech_balloon": "💬",
    "bust_in_silhouette": "👤",
    "busts_in_silhouette": "👥",
    "checkered_flag": "🏁",
    "construction": "🚧",
    "test_tube": "🧪",
    "arrows_counterclockwise": "🔄",
    "rewind": "⏪",
}
"""Shortcodes the page can draw and reactions may use."""

_REACTION = re.compile(r"(?P<name>[^:\s]+)(::skin-tone-[2-6])?")


def is_reaction(name: str) -> bool:
    """Say whether ``name`` is an emoji of this workspace, with or without a skin tone."""
    found = _REACTION.fullmatch(name)
    return found is not None and found["name"] in EMOJI
