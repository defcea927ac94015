"""Decide whether a commit is JavaScript only, seen from the builds people have. Facts in, proof out.

Equal fingerprints prove it and different ones refute it. Without them, what changed can only refute it or
leave it open: no list of paths ever proves that nothing native changed. Asks nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.engine.mobile import NAMES, AppPlatform, Build
from bot.engine.native_packages import PackageChange, judge
from bot.engine.runs import Comparison

COMPARED = frozenset({"ahead", "identical"})
"""Ways a commit may lie to a build's in which the compare's files are all that differs."""
MOST_FILES = 300
"""GitHub lists no more (https://docs.github.com/rest/commits/commits#compare-two-commits)."""
CONFIGS = ("app.config.ts", "app.config.js", "app.json", "app.config.mjs", "app.config.cjs")
LOCKS = ("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb")
_TOLD = 5
_SHORT = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What lies between a build's commit and the one that shall go out."""

    files: tuple[str, ...] = ()
    """Paths in the repository; a renamed file by both its names."""
    complete: bool = False
    """Every file is listed, and nothing else differs."""
    package: PackageChange | None = None
    """The app's ``package.json`` before and after; None: it could not be read."""
    config: bool | None = None
    """Whether the app's config changed beyond its version; None: nobody looked."""


NOTHING_KNOWN = Changes()


def changes(
    comparison: Comparison, *, package: PackageChange | None = None, config: bool | None = None
) -> Changes:
    """Read a comparison. Of commits that went apart, or back, its list tells one side only: it is no list."""
    if comparison.status not in COMPARED:
        return Changes(package=package, config=config)
    files = comparison.files
    complete = comparison.files_complete and len(files) < MOST_FILES
    return Changes(files=files, complete=complete, package=package, config=config)


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One platform: the commit, and the newest finished production build that asks for its runtime.

    Where none does, or the commit's runtime is not known: the newest one.
    """

    platform: AppPlatform
    build: Build | None
    fingerprint: str = ""
    """The commit's; empty: it could not be had."""
    runtime: str = ""
    """The commit's; empty: it could not be had."""
    changes: Changes = NOTHING_KNOWN
    """Since the build's commit; only looked at without fingerprints."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NativeFacts:
    """Everything that is known."""

    sides: tuple[Side, ...]
    native: tuple[str, ...]
    """``[apps.expo] native``: paths whose change means native code."""
    modules: frozenset[str] = field(default=frozenset())
    """Packages known to hold native code, besides those everybody knows."""


@dataclass(frozen=True, slots=True)
class JsOnly:
    """Proven: every build that gets it has exactly this native part."""

    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Native:
    """Refuted: the native part is another, so the update could crash at its start."""

    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuntimeChanged:
    """Builds ask for another runtime: the update would reach nobody there."""

    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Neither; a person may override it, for a reason. ``why`` is one sentence."""

    why: str
    evidence: tuple[str, ...] = ()


Proof = JsOnly | Native | RuntimeChanged | Unknown


def prove(facts: NativeFacts) -> Proof:
    """Judge. What makes an update useless is said first, then what makes it dangerous, then what is open."""
    sides = [side for side in facts.sides if side.build is not None]
    if not sides:
        return Unknown("There is no finished production build: nobody has a build that would take it.")
    if stale := [side for side in sides if _unreached(side)]:
        return _wrong_runtime(stale)
    if different := [side for side in sides if _equal(side) is False]:
        return Native(tuple(line for side in different for line in _differs(side, facts)))
    without = [side for side in sides if _equal(side) is None]
    if not without:
        return JsOnly((*(_same(side) for side in sides), *_nobody(facts.sides)))
    if certain := tuple(line for side in without for line in _certain(side, facts)):
        return Native(certain)
    return _open(without, facts)


def _unreached(side: Side) -> bool:
    runtime = side.build.runtime if side.build else ""
    return bool(side.runtime and runtime) and side.runtime != runtime


def _wrong_runtime(stale: Sequence[Side]) -> RuntimeChanged:
    said = tuple(
        f"{_name(side)}: the commit has runtime {side.runtime}, {_called(side)} asks for {_runtime(side)}."
        for side in stale
    )
    people = " or ".join(f"on {_name(side)}" for side in stale)
    return RuntimeChanged((*said, f"No installed build {people} would receive it: it takes a new build."))


def _equal(side: Side) -> bool | None:
    """Compare fingerprints; None where one of them cannot be had."""
    theirs = side.build.fingerprint if side.build else ""
    return None if not (theirs and side.fingerprint) else theirs == side.fingerprint


def _same(side: Side) -> str:
    return f"{_name(side)}: the fingerprint is that of {_called(side)}, {side.fingerprint[:_SHORT]}."


def _nobody(sides: Iterable[Side]) -> tuple[str, ...]:
    return tuple(
        f"{_name(side)} has no finished production build: nobody there gets it."
        for side in sides
        if side.build is None
    )


def _differs(side: Side, facts: NativeFacts) -> tuple[str, ...]:
    theirs = side.build.fingerprint if side.build else ""
    said = f"{_name(side)}: the fingerprint is {side.fingerprint[:_SHORT]}, and that of {_called(side)} is "
    known = _suspects(side, facts)
    return (f"{said}{theirs[:_SHORT]}.", *((f"Changed since: {_listed(known)}.",) if known else ()))


def _suspects(side: Side, facts: NativeFacts) -> tuple[str, ...]:
    """Return what may have made a fingerprint another one, as far as the compare tells."""
    packages = judge(side.changes.package, facts.modules)
    paths = (*_native_paths(side, facts), *_of(side.changes.files, CONFIGS))
    return (*paths, *packages.native, *packages.maybe)


def _certain(side: Side, facts: NativeFacts) -> tuple[str, ...]:
    """Return what surely is native among the changes, in sentences."""
    found = (*_native_paths(side, facts), *judge(side.changes.package, facts.modules).native)
    return (f"{_name(side)}: changed since {_called(side)}: {_listed(found)}.",) if found else ()


def _open(sides: Sequence[Side], facts: NativeFacts) -> Unknown:
    missing = ", ".join(_lack(side) for side in sides)
    return Unknown(
        f"{missing}: without fingerprints nothing proves that it is JavaScript only.",
        tuple(dict.fromkeys(line for side in sides for line in _doubts(side, facts))),
    )


def _lack(side: Side) -> str:
    whose = f"{_called(side)} has none" if side.fingerprint else "the commit's fingerprint is not known"
    return f"{_name(side)}: {whose}"


def _doubts(side: Side, facts: NativeFacts) -> tuple[str, ...]:
    """Return, in sentences, what may be native among the changes, or that nobody knows them."""
    known, called = side.changes, _called(side)
    said: list[str] = []
    if not known.complete:
        said.append(f"Not every file that changed since {called} is known.")
    if known.config or (known.config is None and _of(known.files, CONFIGS)):
        said.append("The app's config changed: plugins, permissions and icons are native.")
    if maybe := judge(known.package, facts.modules).maybe:
        said.append(f"These packages may hold native code: {_listed(maybe)}.")
    if known.package is None and _of(known.files, ("package.json",)):
        said.append("package.json changed, and nobody could compare what it asks for.")
    if locks := _of(known.files, LOCKS):
        said.append(f"{_listed(locks)} changed: packages may have come with it.")
    if not said:
        none = f"None of the {len(known.files)} files changed since {called} looks native."
        said.append(none if known.files else f"No file changed since {called}.")
    return tuple(said)


def _native_paths(side: Side, facts: NativeFacts) -> tuple[str, ...]:
    """Return changed files under a native path; the other platform's own folder is not this one's matter."""
    others = tuple(one for one in AppPlatform if one is not side.platform)
    paths = [path for path in facts.native if path.strip("/") not in others]
    return tuple(file for file in side.changes.files if any(_under(file, path) for path in paths))


def _under(file: str, path: str) -> bool:
    bare = path.strip("/")
    return bool(bare) and (file == bare or file.startswith(f"{bare}/"))


def _of(files: Iterable[str], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(file for file in files if file.rpartition("/")[2] in names)


def _name(side: Side) -> str:
    return NAMES[side.platform]


def _runtime(side: Side) -> str:
    return side.build.runtime if side.build else ""


def _called(side: Side) -> str:
    """Name the build as people know it: ``1.4.0 (57)``."""
    build = side.build
    if build is None or not build.version:
        return "the newest build"
    return f"{build.version} ({build.number})" if build.number else build.version


def _listed(found: Sequence[str]) -> str:
    more = len(found) - _TOLD
    return ", ".join(found[:_TOLD]) + (f" and {more} more" if more > 0 else "")
