"""What may be wrong in the environment, and what is said of it: for ``test_settings.py``."""

import base64

WHSEC = "whsec_" + base64.b64encode(b"k" * 32).decode()
WRONG = {
    "no bot token": ({"SLACK_BOT_TOKEN": None}, "SLACK_BOT_TOKEN is not set", "OAuth & Permissions"),
    "an empty bot token": ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set", "OAuth & Permissions"),
    "no GitHub token": ({"GITHUB_TOKEN": None}, "GITHUB_TOKEN is not set", "github.com/settings"),
    "no way to hear Slack": ({"SLACK_APP_TOKEN": None}, "SLACK_APP_TOKEN is not set", "SLACK_SIGNING_SECRET"),
    "no Railway token": (
        {"RAILWAY_TOKEN_STAGING": None},
        "RAILWAY_TOKEN_STAGING is not set",
        "project token",
    ),
    "a placeholder": (
        {"SLACK_BOT_TOKEN": "xoxb-your-token"},
        "SLACK_BOT_TOKEN is still a placeholder",
        "xoxb-…",
    ),
    "a placeholder in brackets": (
        {"GITHUB_TOKEN": "<token>"},
        "GITHUB_TOKEN is still a placeholder",
        "github.com",
    ),
    "dots for a token": ({"SLACK_APP_TOKEN": "xapp-..."}, "SLACK_APP_TOKEN is still a placeholder", "xapp-…"),
    "a Railway placeholder": (
        {"RAILWAY_TOKEN_STAGING": "changeme"},
        "RAILWAY_TOKEN_STAGING is still a placeholder",
        "project token",
    ),
    "a workspace placeholder": (
        {"RAILWAY_TOKEN": "todo"},
        "RAILWAY_TOKEN is still a placeholder",
        "railway.com/account/tokens",
    ),
    "a Sentry placeholder": (
        {"SENTRY_AUTH_TOKEN": "your-token"},
        "SENTRY_AUTH_TOKEN is still a placeholder",
        "internal integration",
    ),
    "a secret for signals that is none": (
        {"SIGNALS_SECRET": "hush-hush"},
        "SIGNALS_SECRET does not start with whsec_",
        "openssl rand -base64 32",
    ),
    "a secret for signals that is too short": (
        {"SIGNALS_SECRET": "whsec_aHVzaA=="},
        "SIGNALS_SECRET is not whsec_ and the base64 of 24 bytes",
        "openssl rand -base64 32",
    ),
    "a secret for alerts that is none": (
        {"ALERTS_SECRET": "hush-hush"},
        "ALERTS_SECRET does not start with whsec_",
        "openssl rand -base64 32",
    ),
    "a placeholder for Sentry's webhook": (
        {"SENTRY_WEBHOOK_SECRET": "<client secret>"},
        "SENTRY_WEBHOOK_SECRET is still a placeholder",
        "the Client Secret of your integration",
    ),
    "an address of Railway's that can be guessed": (
        {"RAILWAY_WEBHOOK_SECRET": "railway"},
        "RAILWAY_WEBHOOK_SECRET is not 24 to 120 letters",
        "openssl rand -hex 24",
    ),
    "an address of Railway's that breaks the path": (
        {"RAILWAY_WEBHOOK_SECRET": "ab/" * 10},
        "RAILWAY_WEBHOOK_SECRET is not 24 to 120 letters",
        "openssl rand -hex 24",
    ),
    "a heartbeat in the clear": (
        {"HEARTBEAT_URL": "http://beats.example/ping/1"},
        "HEARTBEAT_URL is not an address that starts with https://",
        "expects a request each minute",
    ),
    "an orchestrator in the clear": (
        {"ORCHESTRATOR_URL": "http://orchestrator.example/pawdeploy", "ORCHESTRATOR_SECRET": WHSEC},
        "ORCHESTRATOR_URL is not an address that starts with https://",
        "takes signed reports",
    ),
    "an orchestrator that cannot check": (
        {"ORCHESTRATOR_URL": "https://orchestrator.example/pawdeploy"},
        "ORCHESTRATOR_SECRET is not set, and the other is",
        "openssl rand -base64 32",
    ),
    "an orchestrator that is nowhere": (
        {"ORCHESTRATOR_SECRET": WHSEC},
        "ORCHESTRATOR_URL is not set, and the other is",
        "takes signed reports",
    ),
    "a placeholder for the orchestrator's secret": (
        {"ORCHESTRATOR_URL": "https://orchestrator.example/pawdeploy", "ORCHESTRATOR_SECRET": "changeme"},
        "ORCHESTRATOR_SECRET is still a placeholder",
        "openssl rand -base64 32",
    ),
    "no token of a dependency": (
        {"SUPABASE_TOKEN": None},
        "SUPABASE_TOKEN is not set, and [[health.dependencies]] names it",
        "docs/configuration.md",
    ),
    "a placeholder for a dependency's token": (
        {"UPSTASH_TOKEN": "your-token"},
        "UPSTASH_TOKEN is still a placeholder",
        "docs/configuration.md",
    ),
    "a Sentry address that is none": (
        {"SENTRY_API_URL": "sentry.io"},
        "SENTRY_API_URL is not an address",
        "docs/",
    ),
    "tokens swapped": (
        {"SLACK_BOT_TOKEN": "xapp-test"},
        "SLACK_BOT_TOKEN does not start with xoxb-",
        "xoxb-…",
    ),
    "the bot's token as app token": (
        {"SLACK_APP_TOKEN": "xoxb-test"},
        "SLACK_APP_TOKEN does not start with xapp-",
        "connections:write",
    ),
    "another database": ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL is neither SQLite", "postgresql://"),
    "a port that is none": ({"PORT": "http"}, "PORT ", "docs/configuration.md"),
    "a level nobody knows": ({"LOG_LEVEL": "loud"}, "LOG_LEVEL ", "docs/configuration.md"),
    "an address that is none": (
        {"GITHUB_API_URL": "api.github.com"},
        "GITHUB_API_URL is not an address",
        "docs/",
    ),
}
