"""What a person may write for each key of ``pawdeploy.toml``, shown beside what is wrong. Reads no file."""

from bot.toml_lines import Path as KeyPath

EXAMPLES = {
    "version": "version = 1",
    "team": 'team = "PawLogic"',
    "channels": '[channels] with deploys = "C0DEPLOYS01"',
    "deploys": 'deploys = "C0DEPLOYS01" (a channel id: Slack, the channel\'s details, at the bottom)',
    "releases": 'releases = "C0RELEASE01" (a channel id, as for deploys)',
    "roles": '[roles.deployer] with users = ["U0ANNREQ001"]',
    "users": 'users = ["U0ANNREQ001"] (member ids: Slack, a profile, ⋮, Copy member ID)',
    "groups": 'groups = ["S0BACKEND01"] (user group ids, found in the group\'s address in Slack)',
    "services": '[[services]] with name = "api"',
    "name": 'name = "api"',
    "repository": 'repository = "pawlogic/backend"',
    "default_branch": 'default_branch = "main"',
    "migrations_path": 'migrations_path = "alembic/versions/"',
    "railway_project": 'railway_project = "5f1c2f0e-…" (Railway, the project, Settings, Project ID)',
    "railway_service": 'railway_service = "9b2d7c44-…" (Railway, the service, Settings, Service ID)',
    "sentry_project": 'sentry_project = "backend" (its slug, in its address in Sentry)',
    "database_roles": 'database_roles = ["database"]',
    "oncall_roles": 'oncall_roles = ["oncall"]',
    "environments": '[services.environments.staging] with url = "https://staging-api.example.com"',
    "railway_environment": 'railway_environment = "0c8f3b1a-…" (Railway, in the address: environmentId=)',
    "railway_token": 'railway_token = "RAILWAY_TOKEN_STAGING" (the variable\'s name, not the token)',
    "url": 'url = "https://staging-api.example.com"',
    "health_path": 'health_path = "/health"',
    "health_commit": 'health_commit = "commit", or "" when the health answer names no commit',
    "method": 'method = "railway" or method = "github-workflow"',
    "workflow": 'workflow = "backend-deploy.yml"',
    "required_checks": 'required_checks = ["test", "lint"]',
    "deploy_roles": 'deploy_roles = ["deployer"]',
    "required_suites": 'required_suites = ["e2e"] (as the testing agent names them)',
    "emergency_roles": 'emergency_roles = ["lead"]',
    "approval": '[services.environments.production.approval] with roles = ["approver"]',
    "quorum": "quorum = 2",
    "expires": "expires = 14400 (seconds)",
    "remind": "remind = 1800 (seconds)",
    "committers": "committers = true",
    "soak": '[services.environments.production.soak] with environment = "staging"',
    "environment": 'environment = "staging"',
    "seconds": "seconds = 900",
    "override_roles": 'override_roles = ["lead"]',
    "watch": "[services.environments.production.watch] with seconds = 900",
    "baseline": "baseline = 21600 (seconds)",
    "bucket": "bucket = 60 (seconds, a whole number)",
    "alpha": "alpha = 0.01",
    "ratio": "ratio = 2.0",
    "least": "least = 10",
    "freeze": '[[services.environments.production.freeze]] with starts = "0 16 * * FRI"',
    "starts": 'starts = "0 16 * * FRI"',
    "ends": 'ends = "0 7 * * MON"',
    "timezone": 'timezone = "Europe/Berlin"',
    "because": 'because = "nobody watches at the weekend"',
    "migrate": 'migrate = "pre-deploy" or migrate = "workflow"',
    "migrate_workflow": 'migrate_workflow = "migrate.yml"',
    "smoke": '[[services.environments.staging.smoke]] with name = "version" and path = "/version"',
    "path": 'path = "/version"',
    "status": "status = 200",
    "contains": 'contains = "pawlogic"',
    "timings": "[timings] with poll = 5",
    "health_times": "health_times = 3",
    "reactions": '[reactions] with approve = ["white_check_mark"]',
    "approve": 'approve = ["white_check_mark", "+1"] (names without colons)',
    "reject": 'reject = ["x", "no_entry"] (names without colons)',
    "sentry": '[sentry] with organization = "pawlogic"',
    "organization": 'organization = "pawlogic" (its slug, in the address of Sentry)',
    "release": 'release = "{sha}"',
    "github_logins": '[github_logins] with U0ANNREQ001 = "ann" (Slack member id = GitHub login)',
    "alerts": '[alerts] with channel = "C0ALERTS001"',
    "channel": 'channel = "C0ALERTS001" (a channel id: Slack, the channel\'s details, at the bottom)',
    "ops": 'ops = "C0OPSDESK01" (a channel id, as for channel)',
    "rules": '[[alerts.rules]] with environment = ["production"] and mention = ["approver"]',
    "source": 'source = ["sentry", "health"]',
    "service": 'service = ["api"] (names of [[services]])',
    "severity": 'severity = ["critical", "error"]',
    "tags": 'tags = { platform = "react-native" } ("*" is any value)',
    "mention": 'mention = ["approver"] (names of [roles])',
    "set_severity": 'set_severity = "warning"',
    "playbook": 'playbook = "api-down"',
    "quiet": '[alerts.rules.quiet] with starts = "19:00", ends = "08:00" and timezone = "Europe/Berlin"',
    "still_firing": "still_firing = 600 (seconds)",
    "introduced": "introduced = 1800 (seconds)",
    "recount": "recount = 15 (seconds)",
    "storm_groups": "storm_groups = 8 (2 to 50)",
    "storm_window": "storm_window = 60 (seconds)",
    "storm_calm": "storm_calm = 300 (seconds)",
    "grace": "grace = 5 (seconds)",
    "backfill": "backfill = 300 (seconds)",
    "health": "[health] with interval = 30",
    "interval": "interval = 30 (seconds)",
    "recheck": "recheck = 5 (seconds)",
    "timeout": "timeout = 10 (seconds)",
    "down_after": "down_after = 3 (looks in a row, 1 to 20)",
    "up_after": "up_after = 2 (looks in a row, 1 to 20)",
    "flap_high": "flap_high = 20.0 (percent)",
    "flap_low": "flap_low = 5.0 (percent)",
    "page_every": "page_every = 120 (seconds)",
    "dependencies": '[[health.dependencies]] with name = "github" and kind = "statuspage"',
    "kind": 'kind = "supabase", "upstash", "redis" or "statuspage"',
    "project": 'project = "qzvkxwmrtbnpdhsyfgac" (Supabase, Project Settings, General, Reference ID)',
    "token": 'token = "SUPABASE_TOKEN" (the variable\'s name, not the token)',
    "detailed_path": 'detailed_path = "/health/detailed"',
    "slack_edits": "slack_edits = 50 (edits of messages a minute, 10 or more)",
    "sentry_users": '[sentry_users] with U0ANNREQ001 = "ann@example.com" (Slack member id = user of Sentry)',
}
"""What to write, by key; the keys of ``[timings]`` share one form."""

_ELSEWHERE = {
    ("approval", "roles"): 'roles = ["approver"]',
    ("smoke", "name"): 'name = "version"',
    ("alerts", "roles"): 'roles = ["approver"]',
    ("alerts", "environment"): 'environment = ["production"]',
    ("alerts", "silence"): "silence = 21600 (seconds)",
    ("quiet", "starts"): 'starts = "19:00" (24 hours)',
    ("quiet", "ends"): 'ends = "08:00" (24 hours)',
    ("dependencies", "name"): 'name = "supabase"',
    ("dependencies", "url"): 'url = "https://www.githubstatus.com"',
}
"""What to write where a key means something else than elsewhere, by a section around it and the key."""

_NAMED = ("roles", "environments", "github_logins", "sentry_users", "tags")
"""Tables whose keys are names people choose."""


def example(path: KeyPath) -> str:
    """Give what to write at ``path``; a position in a list is shown by the key that holds the list."""
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    for (section, name), written in _ELSEWHERE.items():
        if key == name and section in path:
            return written
    if len(path) > 1 and path[-2] in _NAMED:
        return EXAMPLES[str(path[-2])]
    if path[:1] == ("timings",) and key not in EXAMPLES:
        return f"{key} = 5 (seconds)"
    return EXAMPLES[key]
