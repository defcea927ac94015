"""Judge a ref before anybody else sees it: git's own naming rules and no character a shell or Slack reads.

Whether the ref exists is GitHub's to say; this only refuses what can't be one.
"""

from bot.engine.reasons import Reason
from bot.errors import UserError
from handlers._places import Place
from handlers.render._text import code, count

MAX_REF = 200
_SHELL = frozenset("`$&|;<>(){}'\"!\\*?[]~^: ")
"""Shells and Slack's markup read these; git forbids some, and no branch needs the others."""
_TRY = "A branch, tag or commit looks like `main`, `v1.4.2` or `a1b2c3d`."


def check_ref(ref: str) -> str:
    """Return ``ref`` when it can name a commit; else raise ``UserError`` (``bad_ref``) saying what is wrong.

    The rules are those of https://git-scm.com/docs/git-check-ref-format, and stricter on shell characters.
    """
    if wrong := _what_is_wrong(ref):
        msg = f"{code(ref, 60) or 'An empty name'} can't be a branch, tag or commit: {wrong}. {_TRY}"
        raise UserError(msg, reason=Reason.BAD_REF)
    return ref


def wanted_ref(place: Place, typed: str) -> str:
    """Return what to ship there: the ref typed, else the default branch.

    Where a commit must soak elsewhere first, nothing typed means "what runs there", as an empty ref.
    """
    if typed:
        return check_ref(typed)
    return "" if place.environment.soak else place.service.default_branch


def _what_is_wrong(ref: str) -> str:
    if not ref:
        return "it is empty"
    if len(ref) > MAX_REF:
        return f"it has {count(len(ref), 'character')}, and {MAX_REF} is the most"
    if any(not char.isprintable() or char.isspace() for char in ref):
        return "it has white space or an invisible character in it"
    if bad := next((char for char in ref if char in _SHELL), ""):
        return f"it has {'a back quote' if bad == '`' else code(bad)} in it"
    if ref.startswith(("-", "/", ".")) or ref.endswith(("/", ".", ".lock")) or ref == "@":
        return "it starts or ends in a way git does not allow"
    parts = ref.split("/")
    if ".." in ref or "@{" in ref or any(not p or p.startswith(".") or p.endswith(".lock") for p in parts):
        return "git does not allow that name"
    return ""
