"""What SQL text destroys, by its words. No parser: what merely looks destructive is named too."""

import re

# Quoted text is kept (dynamic SQL hides in it), but a comment mark inside it is none.
_COMMENT = re.compile(
    r"""(?P<kept>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*")|--[^\n]*|/\*.*?\*/""", re.DOTALL
)
_NAME = r"""(?:"(?:[^"]|"")+"|[\w$.?]+)"""
_DESTROYS = (
    (
        re.compile(
            r"\bDROP\s+(?!NOT\s+NULL\b|DEFAULT\b)(?P<kind>\w+)"
            rf"(?:\s+CONCURRENTLY)?(?:\s+IF\s+EXISTS)?(?:\s+(?P<name>{_NAME}))?",
            re.IGNORECASE,
        ),
        "drops",
    ),
    (
        re.compile(rf"\b(?P<kind>TRUNCATE)\s+(?:TABLE\s+)?(?:ONLY\s+)?(?P<name>{_NAME})?", re.IGNORECASE),
        "empties",
    ),
    (
        re.compile(rf"\b(?P<kind>DELETE)\s+FROM\s+(?:ONLY\s+)?(?P<name>{_NAME})?", re.IGNORECASE),
        "deletes rows of",
    ),
    (re.compile(r"\bTHEN\s+(?P<kind>DELETE)\b(?P<name>)", re.IGNORECASE), "deletes rows"),
    (
        re.compile(
            rf"\bALTER\s+(?!TABLE\b)(?P<kind>COLUMN\s+)?(?P<name>{_NAME})\s+(?:SET\s+DATA\s+)?TYPE\b",
            re.IGNORECASE,
        ),
        "changes the type of",
    ),
    (re.compile(r"\b(?P<kind>SET)\s+NOT\s+NULL\b(?P<name>)", re.IGNORECASE), "forbids NULL"),
    (re.compile(r"\b(?P<kind>RENAME)\b(?P<name>)", re.IGNORECASE), "renames"),
)
_DOWN = re.compile(r"^--\s*(?:migrate:down|\+goose\s+Down)\b", re.IGNORECASE | re.MULTILINE)


def destroys(sql: str, line: int = 1) -> tuple[tuple[int, str], ...]:
    """Return the line and what is destroyed there, in plain text; ``line`` is that of the SQL's first."""
    text = _COMMENT.sub(lambda found: found["kept"] or " " + "\n" * found[0].count("\n"), sql)
    found_at: list[tuple[int, str]] = []
    for pattern, verb in _DESTROYS:
        for found in pattern.finditer(text):
            kind = f"{found['kind'].lower()} " if verb == "drops" else ""
            said = f"{verb} {kind}{found['name'] or ''}".strip()
            found_at.append((line + text.count("\n", 0, found.start()), said))
    return tuple(sorted(found_at))


def going_up(sql: str) -> tuple[str, bool]:
    """Return the part that runs forward, and whether a way back is written beside it (dbmate, goose)."""
    down = _DOWN.search(sql)
    return (sql[: down.start()], True) if down else (sql, False)
