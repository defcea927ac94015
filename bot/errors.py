"""Every exception this bot raises on purpose.

* ``BotError``               - base; never raised itself
  * ``UserError``            - the person can fix it; the text is shown to them as is
    * ``NotAllowed``         - their role does not cover it
  * ``StartupError``         - the bot cannot start; one line and an exit code
    * ``ConfigError``        - ``pawdeploy.toml`` or the environment is wrong
  * ``VendorError``          - a service we call failed; shown softened, logged
    * ``VendorUnavailable``  - worth retrying (timeouts, resets, 408, 425, 429, 5xx, malformed answers)
    * ``VendorRejected``     - not worth retrying (other 4xx, GraphQL errors)
  * ``StepFailed``           - a pipeline step ended badly, for a reason from the closed list
  * ``PictureFailed``        - a picture could not be drawn; the words that go with it stand alone
  * ``CancelRequested``      - somebody pressed Cancel; the pipeline unwinds
  * ``Repeated``             - a delivery came again after what it asked for was done
  * ``AskAgain``             - what people agreed to no longer holds; the run starts over and asks them
"""

from bot.engine.reasons import Reason


class BotError(Exception):
    """Base of everything we raise on purpose."""


class UserError(BotError):
    """The person who asked can fix it; ``str(error)`` is what they read, in Slack's mrkdwn, escaped."""

    def __init__(self, message: str, *, reason: Reason) -> None:
        super().__init__(message)
        self.reason = reason


class NotAllowed(UserError):
    """The person may not do this; the text says who can."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason=Reason.NOT_ALLOWED)


class StartupError(BotError):
    """The bot cannot start; ``str(error)`` is the line printed before exit."""


class ConfigError(StartupError):
    """A setting is wrong; the text names the key, the line and what to write."""


class VendorError(BotError):
    """A service we call failed while doing something we can name."""

    def __init__(
        self,
        vendor: str,
        doing: str,
        *,
        status: int | None = None,
        detail: str = "",
        retry_after: float | None = None,
    ) -> None:
        what = detail or (f"HTTP {status}" if status else "no answer")
        super().__init__(f"{vendor} failed while {doing}: {what}")
        self.vendor = vendor
        self.doing = doing
        self.status = status
        self.detail = detail
        self.retry_after = retry_after
        """Seconds the vendor asked us to wait, when it said so."""


class VendorUnavailable(VendorError):
    """Worth retrying; the request may or may not have taken effect."""


class VendorRejected(VendorError):
    """Not worth retrying; the request took no effect."""


class StepFailed(BotError):
    """A pipeline step ended badly.

    ``said`` holds the vendor's own last lines, for the card's thread.
    """

    def __init__(self, reason: Reason, message: str, *, said: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.reason = reason
        self.said = said


class PictureFailed(BotError):
    """A picture could not be drawn. Nothing depends on one: log it, and post the words alone."""


class CancelRequested(BotError):
    """Somebody asked to stop this run."""


class Repeated(BotError):
    """A delivery came again after what it asked for was done: nothing is done, and nobody is refused."""


class AskAgain(BotError):
    """An attempt is over without an end: the next one has been stored and asks people again."""
