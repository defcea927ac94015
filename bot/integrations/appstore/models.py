"""App Store Connect's answers, as far as we use them. Shapes only, no requests.

https://developer.apple.com/documentation/appstoreconnectapi/appstoreversion
"""

from datetime import datetime

from pydantic import Field

from bot.integrations._http import VendorModel


class Named(VendorModel):
    """What another resource is called; JSON:API says no more of it in its own place."""

    id: str


class Relation(VendorModel):
    """A way to another resource; without ``include`` Apple names nobody."""

    data: Named | None = None

    @property
    def id(self) -> str:
        """The other's id, or empty."""
        return self.data.id if self.data else ""


class VersionFacts(VendorModel):
    """A version's attributes."""

    version: str = Field(alias="versionString")
    state: str = Field(alias="appVersionState")
    created_at: datetime | None = Field(default=None, alias="createdDate")


class VersionRelations(VendorModel):
    """A version's build and phased release."""

    build: Relation = Relation()
    phased: Relation = Field(default=Relation(), alias="appStoreVersionPhasedRelease")


class Version(VendorModel):
    """One version of the app."""

    id: str
    attributes: VersionFacts
    relationships: VersionRelations = VersionRelations()


class IncludedFacts(VendorModel):
    """What we use of builds and phased releases, whichever it is."""

    number: str = Field(default="", alias="version")
    """Of a build: its number."""
    state: str = Field(default="", alias="phasedReleaseState")
    day: int | None = Field(default=None, alias="currentDayNumber")


class Included(VendorModel):
    """A build or a phased release beside the versions."""

    id: str
    type: str
    attributes: IncludedFacts = IncludedFacts()


class Versions(VendorModel):
    """A page of versions with what belongs to them."""

    data: tuple[Version, ...]
    included: tuple[Included, ...] = ()

    def facts(self, kind: str, name: str) -> IncludedFacts:
        """Return what is included of one resource; nothing known when it is not."""
        found = (one.attributes for one in self.included if (one.type, one.id) == (kind, name))
        return next(found, IncludedFacts())


class PhasedRelease(VendorModel):
    """``appStoreVersionPhasedReleases``: one document."""

    data: Included | None = None


class SubmissionFacts(VendorModel):
    """A review submission's attributes."""

    state: str


class SubmissionRelations(VendorModel):
    """The version a review submission is about; none where it is about events alone."""

    version: Relation = Field(default=Relation(), alias="appStoreVersionForReview")


class Submission(VendorModel):
    """One review submission."""

    attributes: SubmissionFacts
    relationships: SubmissionRelations = SubmissionRelations()


class Submissions(VendorModel):
    """A page of review submissions."""

    data: tuple[Submission, ...]
