"""The closed list of reasons: audit rows, logs, metrics, tests and docs all speak these codes."""

from enum import StrEnum


class Reason(StrEnum):
    """Why something ended, or was refused. ``docs/reasons.md`` explains each to people."""

    # outcomes
    DEPLOYED = "deployed"
    CANCELLED = "cancelled"
    # refused before anything started
    NOT_ALLOWED = "not_allowed"
    NEEDS_APPROVAL = "needs_approval"
    UNKNOWN_WORD = "unknown_word"
    UNKNOWN_ENVIRONMENT = "unknown_environment"
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_OPTION = "unknown_option"
    BAD_REF = "bad_ref"
    TOO_LONG = "too_long"
    STALE_BUTTON = "stale_button"
    # resolve
    UNKNOWN_REF = "unknown_ref"
    ALREADY_LIVE = "already_live"
    OVERTAKEN = "overtaken"
    # checks
    CHECKS_RED = "checks_red"
    CHECKS_PENDING = "checks_pending"
    CHECKS_MISSING = "checks_missing"
    NO_CHECKS = "no_checks"
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
