"""The stores' own words in ours, and what a person does now for a version. Pure.

A word that is not here is ``StorePhase.UNKNOWN``: shown raw, waited on, never guessed at.
"""

from collections.abc import Mapping

from bot.engine.mobile import AppPlatform
from bot.engine.stores import StorePhase, StoreVersion

APPLE: Mapping[str, StorePhase] = {
    "PREPARE_FOR_SUBMISSION": StorePhase.DRAFT,
    "READY_FOR_REVIEW": StorePhase.DRAFT,  # in a submission that nobody has sent
    "WAITING_FOR_EXPORT_COMPLIANCE": StorePhase.WAITING,
    "WAITING_FOR_REVIEW": StorePhase.WAITING,
    "IN_REVIEW": StorePhase.IN_REVIEW,
    "ACCEPTED": StorePhase.IN_REVIEW,  # itself, but not what was sent in with it
    "PENDING_DEVELOPER_RELEASE": StorePhase.APPROVED,
    "PENDING_APPLE_RELEASE": StorePhase.APPROVED,
    "PROCESSING_FOR_DISTRIBUTION": StorePhase.PROCESSING,
    "READY_FOR_DISTRIBUTION": StorePhase.LIVE,
    "REJECTED": StorePhase.REJECTED,
    "METADATA_REJECTED": StorePhase.REJECTED,
    "INVALID_BINARY": StorePhase.REJECTED,
    "DEVELOPER_REJECTED": StorePhase.WITHDRAWN,
    "REPLACED_WITH_NEW_VERSION": StorePhase.WITHDRAWN,
}
"""``AppVersionState``, all of it (https://developer.apple.com/documentation/appstoreconnectapi/appversionstate);
what each means: https://developer.apple.com/help/app-store-connect/reference/app-and-submission-statuses."""

UNRESOLVED = "UNRESOLVED_ISSUES"
"""Of a review submission: Apple found something and waits for an answer."""

GOOGLE: Mapping[str, StorePhase] = {
    "RELEASE_LIFECYCLE_STATE_DRAFT": StorePhase.DRAFT,
    "RELEASE_LIFECYCLE_STATE_NOT_SENT_FOR_REVIEW": StorePhase.DRAFT,
    "RELEASE_LIFECYCLE_STATE_IN_REVIEW": StorePhase.IN_REVIEW,  # waiting for it is not told apart
    "RELEASE_LIFECYCLE_STATE_APPROVED_NOT_PUBLISHED": StorePhase.APPROVED,
    "RELEASE_LIFECYCLE_STATE_NOT_APPROVED": StorePhase.REJECTED,
    "RELEASE_LIFECYCLE_STATE_PUBLISHED": StorePhase.LIVE,  # to some, to all, or halted
}
"""``releaseLifecycleState``, but for ``…_UNSPECIFIED``, which says nothing
(https://developers.google.com/android-publisher/api-ref/rest/v3/applications.tracks.releases)."""

PHASED_SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Of the people with automatic updates, by the day of a phased release
(https://developer.apple.com/help/app-store-connect/update-your-app/release-a-version-update-in-phases)."""


def apple_phase(word: str, submission: str = "") -> StorePhase:
    """Read ``appVersionState`` beside the state of the version's review submission, empty when there is none.

    A submission with unresolved issues is a no, also while the version still says that it is looked at.
    """
    phase = APPLE.get(word, StorePhase.UNKNOWN)
    looked_at = phase in (StorePhase.WAITING, StorePhase.IN_REVIEW) and word != "ACCEPTED"
    return StorePhase.REJECTED if looked_at and submission == UNRESOLVED else phase


def google_phase(word: str) -> StorePhase:
    """Read ``releaseLifecycleState``."""
    return GOOGLE.get(word, StorePhase.UNKNOWN)


def phased_share(day: int | None) -> float | None:
    """Return how many get a version on a day of its phased release, 0 to 1; None: everybody."""
    if day is None or not 1 <= day < len(PHASED_SHARES):
        return None
    return PHASED_SHARES[day - 1]


def store_name(platform: AppPlatform) -> str:
    """Name the store a person turns to."""
    return "App Store Connect" if platform is AppPlatform.IOS else "Play Console"


def next_step(version: StoreVersion) -> str:
    """Say what a person does now, in one or two plain sentences."""
    words = _APPLE if version.platform is AppPlatform.IOS else _GOOGLE
    if version.phase is StorePhase.LIVE:
        return _live(version)
    if version.phase is StorePhase.UNKNOWN:
        place = store_name(version.platform)
        return f"pawdeploy does not know the word {version.raw!r}. Look in {place} at what is to be done."
    # What is rejected by its submission alone still carries a word of somebody looking.
    own = (APPLE.get(version.raw) or GOOGLE.get(version.raw)) is version.phase
    return _SPECIAL.get(version.raw, words[version.phase]) if own else words[version.phase]


def _live(version: StoreVersion) -> str:
    if version.halted:
        return "It is halted: nobody else gets it. `/pawmobile resume` goes on; a fix is a new build."
    if version.share is None:
        return "Nothing is left to do: everybody can get it."
    if version.platform is AppPlatform.IOS:
        return "It reaches more people each day by itself. If it does badly: `/pawmobile halt because …`."
    return (
        "It keeps this share until somebody raises it in Play Console. If it does badly: "
        "`/pawmobile halt because …`."
    )


_SPECIAL: Mapping[str, str] = {
    "READY_FOR_REVIEW": (
        "It is part of a submission that was not sent. In App Store Connect open App Review and press "
        "Submit for Review."
    ),
    "WAITING_FOR_EXPORT_COMPLIANCE": "Nothing to do: Apple looks at the export documents first.",
    "ACCEPTED": (
        "It was accepted, but another item of the same submission was rejected. In App Store Connect change "
        "that item and send it again, or remove it."
    ),
    "PENDING_APPLE_RELEASE": (
        "Apple holds it until the system version it is made for is out. If it should not wait, look at its "
        "deployment target and build again with `/pawmobile build patch`."
    ),
    "METADATA_REJECTED": (
        "Read Apple's message in App Store Connect's Resolution Center. Texts or pictures are at fault, not "
        "the build: change them there and send it again."
    ),
    "INVALID_BINARY": (
        "The build does not meet Apple's requirements. Read the message in App Store Connect, fix it, and "
        "build again with `/pawmobile build patch`."
    ),
    "DEVELOPER_REJECTED": (
        "Somebody took it out of review. Hand it in again in App Store Connect, or build again with "
        "`/pawmobile build patch`."
    ),
    "REPLACED_WITH_NEW_VERSION": "Nothing to do: a newer version took its place.",
    "RELEASE_LIFECYCLE_STATE_NOT_SENT_FOR_REVIEW": (
        "Its changes were not sent. In Play Console open Publishing overview and press Send for review."
    ),
}
"""Where a word says more than its phase."""

_APPLE: Mapping[StorePhase, str] = {
    StorePhase.DRAFT: (
        "Nobody has handed it in. In App Store Connect choose its build, fill in what is missing and press "
        "Submit for Review."
    ),
    StorePhase.PROCESSING: "Nothing to do: Apple prepares it, which takes up to a day.",
    StorePhase.WAITING: "Nothing to do: Apple has it, and nobody looks at it yet.",
    StorePhase.IN_REVIEW: "Nothing to do until Apple has looked at it.",
    StorePhase.APPROVED: "It was approved. Press Release This Version in App Store Connect.",
    StorePhase.REJECTED: (
        "Read Apple's message in App Store Connect's Resolution Center, fix what it names, and build again "
        "with `/pawmobile build patch`; where it is wrong, answer there."
    ),
    StorePhase.WITHDRAWN: "Nothing to do: it was taken back.",
}
_GOOGLE: Mapping[StorePhase, str] = {
    StorePhase.DRAFT: "It is a draft. In Play Console open the release and send it for review.",
    StorePhase.PROCESSING: "Nothing to do: Google prepares it.",
    StorePhase.WAITING: "Nothing to do: Google has it, and nobody looks at it yet.",
    StorePhase.IN_REVIEW: "Nothing to do until Google has looked at it.",
    StorePhase.APPROVED: (
        "It was approved. In Play Console open Publishing overview and press Publish changes."
    ),
    StorePhase.REJECTED: (
        "Read what Google says in Play Console's Publishing overview, fix what it names, and build again "
        "with `/pawmobile build patch`; where it is wrong, appeal there."
    ),
    StorePhase.WITHDRAWN: "Nothing to do: it was taken back, or a newer release took its place.",
}
