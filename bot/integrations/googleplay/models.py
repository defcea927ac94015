"""Google Play's answers, as far as we use them. Shapes only, no requests.

https://developers.google.com/android-publisher/api-ref/rest
"""

import re

from pydantic import ConfigDict, Field

from bot.integrations._http import VendorModel

_VERSION = re.compile(r"\d{1,6}(?:\.\d{1,6}){1,3}")
"""A release is called ``1.4.0``, in the console ``140057 (1.4.0)``, or as somebody likes."""


class Artifact(VendorModel):
    """One bundle of a release."""

    code: int = Field(alias="versionCode")


class Summary(VendorModel):
    """How a release fares: ``applications.tracks.releases``."""

    name: str = Field(default="", alias="releaseName")
    state: str = Field(alias="releaseLifecycleState")
    artifacts: tuple[Artifact, ...] = Field(default=(), alias="activeArtifacts")

    @property
    def code(self) -> int:
        """The newest bundle's version code; 0 where it has none."""
        return max((one.code for one in self.artifacts), default=0)

    @property
    def version(self) -> str:
        """What people know it by, where its name tells."""
        found = _VERSION.findall(self.name)
        return found[-1] if found else self.name


class Summaries(VendorModel):
    """The newest releases of a track."""

    releases: tuple[Summary, ...] = ()


class Edit(VendorModel):
    """Changes that are being prepared."""

    id: str


class TrackRelease(VendorModel):
    """A release as an edit has it. What we do not know is kept, because an update replaces all of it."""

    model_config = ConfigDict(extra="allow", frozen=True, hide_input_in_errors=True)

    codes: tuple[str, ...] = Field(default=(), alias="versionCodes")
    status: str
    fraction: float | None = Field(default=None, alias="userFraction")


class Track(VendorModel):
    """A track as an edit has it."""

    releases: tuple[TrackRelease, ...] = ()

    def release(self, code: str) -> TrackRelease | None:
        """Return the release that brings a version code."""
        return next((one for one in self.releases if code in one.codes), None)
