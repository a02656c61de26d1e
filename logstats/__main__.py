"""`python -m logstats`, and the one place where errors meet the user."""

import gc
import os
import sys
from functools import cache
from typing import TYPE_CHECKING

from logstats import stop
from logstats.errors import LogstatsError, StoppedError

if TYPE_CHECKING:
    import click


def main() -> None:
    """Run the command line and exit with its code; see errors.py for what each code says."""
    with stop.at_once():
        try:
            code = _run()
            sys.stdout.flush()
        except BrokenPipeError:
            code = 0  # whoever read us has had enough
            _silence_stdout()
        except OSError as error:
            code = _tell(f"can't write: {error.strerror}")
            _silence_stdout()
    sys.exit(code)


def _run() -> int:
    try:
        return _invoke()
    except StoppedError as error:
        return error.exit_code
    except LogstatsError as error:
        return _tell(str(error), error.exit_code)
    except OSError:
        raise
    except Exception as error:
        if os.environ.get("LOGSTATS_TRACEBACK"):
            raise
        return _tell(
            f"{type(error).__name__}: {error}\n"
            "This is a fault of logstats; LOGSTATS_TRACEBACK=1 shows where. Please report it."
        )


def _invoke() -> int:
    logstats = _commands()
    import click  # noqa: PLC0415 - until it is there, Ctrl-C already ends the program quietly

    try:
        with logstats.make_context("logstats", sys.argv[1:]) as context:
            logstats.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return StoppedError.exit_code
    return 0


@cache
def _commands() -> "click.Group":
    """Import the command line, which can fail, and be told.

    What is imported stays: to look through it again and again for what could be thrown away would cost
    a cron run a tenth of its time.
    """
    gc.disable()
    from logstats.cli import logstats  # noqa: PLC0415 - see above

    gc.freeze()
    gc.enable()
    return logstats


def _tell(message: str, code: int = 1) -> int:
    sys.stderr.write(f"logstats: {message}\n")
    return code


def _silence_stdout() -> None:
    """Nothing more can be written there, not even what is left in its buffer at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
