"""A simulated Slack workspace: strict where Slack is strict, small everywhere else.

Start reading at ``workspace.py``.
"""

from sandbox.workspace.manifest import Manifest, read_manifest
from sandbox.workspace.model import Channel, Group, Message, Person, Said, Team, Tokens
from sandbox.workspace.timing import Limits, Timings
from sandbox.workspace.workspace import Workspace

__all__ = [
    "Channel",
    "Group",
    "Limits",
    "Manifest",
    "Message",
    "Person",
    "Said",
    "Team",
    "Timings",
    "Tokens",
    "Workspace",
    "read_manifest",
]
