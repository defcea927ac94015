"""GitHub's answers about git's own objects and about pull requests, as far as we use them. Shapes only.

Shapes: GitHub's OpenAPI description (@octokit/openapi 23.0.2).
"""

from pydantic import RootModel

from bot.integrations._http import VendorModel


class Named(VendorModel):
    """An object of git by its name."""

    sha: str


class Reference(VendorModel):
    """Where a branch is."""

    object: Named


class Tree(VendorModel):
    """All files of a commit."""

    sha: str


class BareCommit(VendorModel):
    """A commit as git has it."""

    sha: str
    tree: Tree
    message: str = ""
    parents: tuple[Named, ...] = ()


class Head(VendorModel):
    """The branch a pull request brings."""

    ref: str = ""


class Pull(VendorModel):
    """One pull request."""

    number: int
    html_url: str = ""
    state: str
    head: Head = Head()
    merged: bool = False
    merged_at: str | None = None
    merge_commit_sha: str | None = None
    """Before it is merged: a trial merge of GitHub's own, on no branch."""


class PullPage(RootModel[tuple[Pull, ...]]):
    """A page of pull requests."""
