"""`python -m logstats`, and the one place where errors meet the user."""

import gc
import os
import sys

from logstats import signals
from logstats.errors import LogstatsError, StoppedError

SELDOM = 100_000  # objects made until Python looks for what can be thrown away; what is imported stays


def main() -> None:
    """Run the command line as a process of its own, which ends with its code.

    It ends at once: to take apart what was imported and to look through it again and again would be 4 % of
    a cron run.
    """
    gc.set_threshold(SELDOM)
    _open_closed()
    os._exit(run())


def _open_closed() -> None:
    """Let a stream that was closed lead nowhere: else the store would be opened under its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - for good


def run() -> int:
    """Run the command line and return its exit code; see errors.py for what each code says."""
    with signals.immediate():
        try:
            code = _told()
            sys.stdout.flush()
        except BrokenPipeError:
            code = 0  # whoever read us has had enough
            _silence_stdout()
        except OSError as error:
            code = _tell(f"can't write: {error.strerror}")
            _silence_stdout()
    return code


def _told() -> int:
    """Run it and tell of what went wrong."""
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
    import click  # noqa: PLC0415 - until it is there, Ctrl-C already ends the program quietly

    from logstats.cli.main import logstats  # noqa: PLC0415 - the same, and it can fail, which is told

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


def _tell(message: str, code: int = 1) -> int:
    sys.stderr.write(f"logstats: {message}\n")
    return code


def _silence_stdout() -> None:
    """Nothing more can be written there, not even what is left in its buffer at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
