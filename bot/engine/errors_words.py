"""The sentences of a watch, plain text: evidence people can check, and why a look could not say more.

Takes numbers, decides nothing. Titles of issues are as Sentry has them; whoever renders escapes them.
"""

from bot.engine.errors_verdict import Jump, Numbers

HEALTH_BAD = "The health endpoint is failing at this moment."
NEVER_HEARD = "Sentry has not one error of this service, before or after: quiet and unheard look the same."
_NEVER_NAMED = (
    "Sentry has not one error of the last 14 days that names an update ({tag}): whether the app sets that "
    "tag is not known, so that this update has none says nothing."
)
ELEVATED = "Errors are up, but not beyond what chance may do."
OTHER_NAME = "A new unhandled issue, while errors altogether are not up: it may be an old one renamed."
FEW = "A new unhandled issue, seen too seldom to roll back for."


def never_named(tag: str) -> str:
    """Say that no event names any update."""
    return _NEVER_NAMED.format(tag=tag)


def counts(numbers: Numbers) -> list[str]:
    """Say what was compared, and how surprising it is."""
    if numbers.share < 1:
        return _counts_of_some(numbers)
    rate = f"{number(numbers.rate_after)} errors/min against {number(numbers.rate_before)} before"
    fold = "" if numbers.ratio is None else f" ({number(numbers.ratio)}×)"
    said = [
        f"{rate}{fold}: {numbers.errors_after:.0f} in {span(numbers.seconds_after)}, "
        f"{numbers.errors_before:.0f} in the {span(numbers.seconds_before)} before.",
        f"{chance(numbers.p)}; the limit at this look is {numbers.limit:.2g}.",
        f"Most in any {span(numbers.seconds_after)} before: {numbers.most_before:.0f}.",
    ]
    return [*said, *_bursts(numbers)]


def _counts_of_some(numbers: Numbers) -> list[str]:
    """Say the same where only a share of the people has what is watched."""
    after, before = span(numbers.seconds_after), span(numbers.seconds_before)
    usual = number(numbers.usual * numbers.seconds_after / 60)
    fold = "" if numbers.ratio is None else f" ({number(numbers.ratio)}×)"
    many = f"{numbers.errors_after:.0f} {plural('error', round(numbers.errors_after))}"
    said = [
        f"{many} in {after} at {percent(numbers.share)} of people; usual there: {usual}{fold}.",
        f"{chance(numbers.p)}; the limit at this look is {numbers.limit:.2g}.",
        f"All people had {numbers.errors_before:.0f} in the {before} before, "
        f"{numbers.most_before:.0f} at most in any {after}.",
    ]
    return [*said, *_bursts(numbers)]


def _bursts(numbers: Numbers) -> list[str]:
    if numbers.dispersion < 1.05:
        return []
    return [f"Errors came in bursts before: counts were divided by {number(numbers.dispersion)}."]


def chance(p: float) -> str:
    """Say how likely so many errors were by chance."""
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.2g}"


def issue(title: str, events: int, users: int) -> str:
    """Name a new unhandled issue."""
    people = f", {users} {plural('user', users)}" if users else ""
    return f"New unhandled issue: {short_title(title)} ({events} {plural('event', events)}{people})."


def short_title(title: str) -> str:
    """Keep a title to one line of at most 120 characters."""
    line = " ".join(title.split())
    return line if len(line) <= 120 else f"{line[:119]}…"


def health(state: str, streak: int, said: str) -> str:
    """Say what the health endpoint did."""
    if state == "unknown":
        return "Health could not be asked during the watch."
    last = f", last: {said}" if said else ""
    return f"Health failed {streak} {plural('time', streak)} in a row{last}."


def smallest(jump: Jump, share: float = 1.0) -> str:
    """Say what would have been seen."""
    fold = f" ({number(jump.fold)}×)" if jump.fold is not None else ""
    where = f" at {percent(share)} of people" if share < 1 else ""
    return (
        f"A rise to {number(jump.rate)} errors/min{fold}{where} would have been seen four times out of five."
    )


def blind(jump: Jump) -> str:
    """Say that the watch could not see."""
    fold = f" ({number(jump.fold)}×)" if jump.fold is not None else ""
    return f"Errors vary too much here: only a rise to {number(jump.rate)} errors/min{fold} would have shown."


def silent(seconds: float, expected: float) -> str:
    """Say that Sentry has not answered for long enough."""
    if not seconds:
        return "Sentry has no complete count yet."
    return f"Sentry has counts for {span(seconds)}, of {span(expected)} expected."


def short(seconds: float, wanted: float) -> str:
    """Say that there is too little to compare with."""
    return f"There are {span(seconds)} of counts from before; {span(wanted)} are needed."


def stopped(due: float, share: float = 1.0) -> str:
    """Say that errors ended as if nobody listened; of an update also that nobody may have it yet."""
    if share < 1:
        where = f"Not one error at {percent(share)} of people where {number(due)} were due"
        return f"{where}: has nobody the update yet, or has error reporting stopped?"
    return f"Not one error where {number(due)} were due: has error reporting stopped?"


def number(value: float) -> str:
    """Write two digits that count: 0.5, 8.4, 63."""
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def percent(share: float) -> str:
    """Write a part of one: 10 %."""
    return f"{share * 100:.3g} %"


def span(seconds: float) -> str:
    """Write a length of time: 45 s, 13 min, 6 h."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{number(seconds / 60)} min" if seconds < 7200 else f"{number(seconds / 3600)} h"


def plural(word: str, many: int) -> str:
    """Write ``word`` for ``many`` of it."""
    return word if many == 1 else f"{word}s"
