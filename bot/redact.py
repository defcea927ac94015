"""Takes secrets out of text and out of whatever holds text. Knows no logger and no vendor."""

import json
import re
from collections.abc import Iterable, Mapping

SHAPES = re.compile(
    r"""
      \b(?:xox[a-z]|xapp)-[A-Za-z0-9-]{4,}          # Slack
    | \bgh[a-z]_[A-Za-z0-9_.-]{4,}                  # GitHub; since 2026 no fixed length
    | \bgithub_pat_[A-Za-z0-9_]{4,}
    | \bwhsec_[A-Za-z0-9+/=]{4,}                    # webhook secrets
    | \beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+  # JWT
    | \b(?:sb_secret|sbp|sk_live|sk_test|rk_live)_[A-Za-z0-9_]{8,}
    | \bAKIA[A-Z0-9]{16}\b
    | \bya29\.[A-Za-z0-9_.-]{4,}                    # Google
    | -----BEGIN[A-Z ]*[ ]PRIVATE[ ]KEY-----[A-Za-z0-9+/=\s\\]*(?:-----END[A-Z ]*[ ]PRIVATE[ ]KEY-----)?
    | (?<=hooks\.slack\.com/)[A-Za-z0-9/_-]{4,}     # whoever has it may post
    | (?i:(?<=password=)|(?<=passwd=)|(?<=secret=)|(?<=token=)|(?<=api_key=)|(?<=ticket=))[^\s&"',;\[]+
    | (?<=\bBearer[ ])[A-Za-z0-9._~+/=-]+
    | (?<=://)[^\s/:@"']*:[^\s/@"']+(?=@)           # user:password in an address
    """,
    re.VERBOSE,
)
"""What a secret looks like, known to us or not."""

HIDDEN = "[hidden]"
SHORTEST = 6
"""Characters; a shorter value would be found inside ordinary words."""


def hide(text: str) -> str:
    """Give what somebody else wrote (a log line, a health answer) without what is shaped like a secret."""
    return SHAPES.sub(HIDDEN, text)


class Redactor:
    """Replaces the values it was given, and everything shaped like a token, by ``[hidden]``."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms: set[str] = set()
        for secret in secrets:
            if len(secret) >= SHORTEST:
                # As it is, and as it stands in a line of JSON.
                forms |= {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def text(self, text: str) -> str:
        """Give ``text`` without secrets."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return hide(text)

    def tree(self, value: object) -> object:
        """Give ``value`` with every string in it, keys included, without secrets.

        What is neither a container nor a plain number is shown by its ``repr``, redacted too.
        """
        if isinstance(value, str):
            return self.text(value)
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.tree(held) for key, held in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.tree(held) for held in value]
        return self.text(repr(value))
