"""GitHub, by its REST API: commits, checks, deployments, shipping by a workflow. Knows no Slack."""

from bot.integrations.github._api import auth_headers
from bot.integrations.github.client import GitHub
from bot.integrations.github.workflow import WorkflowShipper

__all__ = ["GitHub", "WorkflowShipper", "auth_headers"]
