"""``python -m bot``, and the console script: the outermost frame of the process, where nothing may escape."""

import logging
import sys

from bot import cli

EXIT_BUG = 70
"""Something we did not expect (EX_SOFTWARE of sysexits.h)."""


def main() -> None:
    """Run the command line; what nobody expected is logged and ends with ``EXIT_BUG``."""
    try:
        cli.main(prog_name="pawdeploy")
    except Exception:
        logging.getLogger(__name__).exception("pawdeploy stopped on an error nobody expected")
        sys.exit(EXIT_BUG)


if __name__ == "__main__":
    main()
