"""The closed list of reasons: audit rows, logs, metrics, tests and docs all speak these codes."""

from enum import StrEnum


class Reason(StrEnum):
    """Why something ended, or was refused. ``docs/reasons.md`` explains each to people."""

    # outcomes
    DEPLOYED = "deployed"
    ROLLED_BACK = "rolled_back"
    WORKFLOW_DONE = "workflow_done"
    WATCH_INCONCLUSIVE = "watch_inconclusive"
    REGRESSED = "regressed"
    CANCELLED = "cancelled"
    # refused before anything started
    NOT_ALLOWED = "not_allowed"
    NO_REASON = "no_reason"
    BAD_TIME = "bad_time"
    OWN_RUN = "own_run"
    OWN_COMMIT = "own_commit"
    NOTHING_TO_ROLL_BACK = "nothing_to_roll_back"
    ROLLBACK_UNDER_WAY = "rollback_under_way"
    IRREVERSIBLE = "irreversible"
    NOT_LOCKED = "not_locked"
    UNKNOWN_WORD = "unknown_word"
    UNKNOWN_ENVIRONMENT = "unknown_environment"
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_OPTION = "unknown_option"
    UNKNOWN_WORKFLOW = "unknown_workflow"
    BAD_REF = "bad_ref"
    TOO_LONG = "too_long"
    STALE_BUTTON = "stale_button"
    # alerts
    NO_ALERTS = "no_alerts"
    UNKNOWN_ALERT = "unknown_alert"
    ALREADY_DONE = "already_done"
    NOT_MUTED = "not_muted"
    # incidents
    UNKNOWN_INCIDENT = "unknown_incident"
    UNKNOWN_PLAYBOOK = "unknown_playbook"
    INCIDENT_RESOLVED = "incident_resolved"
    STEP_NOT_THERE = "step_not_there"
    STILL_RUNNING = "still_running"
    ALERTS_FIRE = "alerts_fire"
    UNKNOWN_ROLE = "unknown_role"
    # resolve
    UNKNOWN_REF = "unknown_ref"
    ALREADY_LIVE = "already_live"
    OVERTAKEN = "overtaken"
    # checks
    CHECKS_RED = "checks_red"
    CHECKS_PENDING = "checks_pending"
    CHECKS_MISSING = "checks_missing"
    NO_CHECKS = "no_checks"
    TESTS_RED = "tests_red"
    TESTS_MISSING = "tests_missing"
    # soak, consent, holds
    NOT_SOAKED = "not_soaked"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CONSENT_VOID = "consent_void"
    LOCKED = "locked"
    FROZEN = "frozen"
    # migrations
    MIGRATION_FAILED = "migration_failed"
    MIGRATION_UNKNOWN = "migration_unknown"
    # workflows
    WORKFLOW_FAILED = "workflow_failed"
    WORKFLOW_UNKNOWN = "workflow_unknown"
    # vendors
    VENDOR_UNAVAILABLE = "vendor_unavailable"
    VENDOR_REJECTED = "vendor_rejected"
    PLATFORM_UNSTABLE = "platform_unstable"
    # ship and follow
    DEPLOYMENT_FAILED = "deployment_failed"
    DEPLOYMENT_CRASHED = "deployment_crashed"
    DEPLOYMENT_SKIPPED = "deployment_skipped"
    DEPLOYMENT_REMOVED = "deployment_removed"
    DEPLOYMENT_NEEDS_APPROVAL = "deployment_needs_approval"
    DEPLOYMENT_TIMED_OUT = "deployment_timed_out"
    # verify
    HEALTH_BAD = "health_bad"
    HEALTH_OLD_COMMIT = "health_old_commit"
    SMOKE_FAILED = "smoke_failed"
    # us
    STATE_UNAVAILABLE = "state_unavailable"
    INTERNAL = "internal"
