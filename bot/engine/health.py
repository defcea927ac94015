"""Decide whether a service is healthy on the new commit: N good answers in a row, each from that commit.

A 200 from the old commit is the trap this exists for: the platform may still be switching over.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """One answer of a health endpoint."""

    ok: bool
    commit: str
    """The commit the answer names, full or short; empty when it names none."""
    said: str
    """What it said in a few words, plain text: ``HTTP 503``, ``status warn``, ``no answer in 5 s``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SmokeResult:
    """One smoke test's outcome; ``seconds`` is how long the request took."""

    name: str
    ok: bool
    said: str
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Streak:
    """Good answers so far, and why the last bad one was bad."""

    good: int = 0
    trouble: str = ""
    old_commit: str = ""
    """The old commit the last answer came from; empty otherwise."""
    names_commit: bool = True


def judge(streak: Streak, answer: Health, *, sha: str, expects_commit: bool) -> Streak:
    """Count ``answer``: good only when healthy and, where it names a commit, from ``sha``."""
    if not answer.ok:
        return Streak(trouble=answer.said)
    if expects_commit and answer.commit and not same_commit(answer.commit, sha):
        return Streak(trouble=f"answers from {answer.commit[:7]}", old_commit=answer.commit)
    return Streak(good=streak.good + 1, names_commit=bool(expects_commit and answer.commit))


def unwell(answer: Health, sha: str) -> str:
    """Say what is wrong with an answer that should come well and from ``sha``; empty when nothing is."""
    if not answer.ok:
        return answer.said
    if answer.commit and not same_commit(answer.commit, sha):
        return f"answers from {answer.commit[:7]}"
    return ""


def same_commit(short: str, full: str) -> bool:
    """Say whether ``short`` (7 characters or more) names ``full``."""
    return len(short) >= 7 and full.lower().startswith(short.lower())
