"""The program: its streams, signals and exit code. All errors reach the user here."""

import errno
import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from logstats import printable, signals
from logstats.errors import ExitCode, LogFaultError, LogstatsError, StoppedError, faults

if TYPE_CHECKING:
    from click import ClickException

GC_THRESHOLD = 100_000  # new objects before Python looks for unused ones; imported ones stay in use anyway
COMPLETION_VARIABLE = "_LOGSTATS_COMPLETE"  # set by the completion script of a shell

_ADVICE = {
    errno.EACCES: "give this user access to it, or run logstats as a user who has access",
    errno.EPERM: "give this user access to it, or run logstats as a user who has access",
    errno.ENOSPC: "free some disk space and run again",
    errno.EDQUOT: "free some disk space and run again",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
}


def main() -> None:
    """Run the command line and end the process with its exit code.

    os._exit skips the clean-up of the interpreter: 4 % of a cron run.
    """
    gc.set_threshold(GC_THRESHOLD)
    _open_closed_streams()
    os._exit(run())


def _open_closed_streams() -> None:
    """Open /dev/null as each standard stream that is closed; otherwise the store would get its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - stays open


def run() -> int:
    """Run the command line, print the error if there is one, and return the exit code."""
    with signals.immediate():
        try:
            code = _run_command()
            sys.stdout.flush()
        except BrokenPipeError:  # the program that reads our output has closed it, as `head` does
            code = ExitCode.DONE
            _silence_stdout()
        except OSError as error:
            code = _report_os_error(error)
    return code


def _run_command() -> int:
    try:
        return _invoke()
    except StoppedError as error:
        return error.exit_code
    except LogstatsError as error:
        _show_tracebacks(faults(error))
        return _report(str(error), error.exit_code)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - it is reported as a fault of logstats
        return _report_fault(error)


def _invoke() -> int:
    from logstats.cli import plain  # noqa: PLC0415 - a Ctrl-C during the import ends without a traceback

    line = plain.parsed(sys.argv[1:], os.environ)
    if line is None:
        return _invoke_by_click()
    plain.run(line)
    return ExitCode.DONE


def _invoke_by_click() -> int:
    import click  # noqa: PLC0415 - as above; and cron's commands do without it

    from logstats.cli.main import logstats  # noqa: PLC0415 - as above

    try:
        if instruction := os.environ.get(COMPLETION_VARIABLE):
            from click.shell_completion import shell_complete  # noqa: PLC0415 - only for a shell's completion

            return shell_complete(logstats, {}, "logstats", COMPLETION_VARIABLE, instruction)
        with logstats.make_context("logstats", sys.argv[1:]) as context:
            logstats.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        return _report_click_error(error)
    except (click.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    return ExitCode.DONE


def _report(message: str, code: int) -> int:
    """Print an error, with the program's name before each line so that each can be grepped."""
    lines = [line for line in printable.message(message, sys.argv[1:]).split("\n") if line.strip()]
    sys.stderr.write("".join(f"logstats: {line}\n" for line in lines))
    return code


def _report_click_error(error: "ClickException") -> int:
    """Report a mistake on the command line in the shape of our own errors."""
    if type(error).__name__ == "NoArgsIsHelpError":  # click has it from 8.2 on
        error.show()  # this prints the help
        return error.exit_code
    from logstats.cli import mistakes  # noqa: PLC0415 - only for an error

    return _report(mistakes.in_words(error), error.exit_code)


def _report_os_error(error: OSError) -> int:
    """Report an error of the operating system: of a file, or of standard output, which has no name."""
    if error.filename is not None:
        what_to_do = _ADVICE.get(error.errno or 0, "check the path")
        name = printable.escaped(os.fsdecode(error.filename))
        return _report(f"{name}: {error.strerror}; {what_to_do}", ExitCode.FAILED)
    if _module_of(error) in (__name__, "click.utils", "logstats.cli.context"):  # these write only to streams
        _silence_stdout()
        return _report(f"can't write to standard output: {error.strerror}", ExitCode.FAILED)
    return _report_fault(error)


def _module_of(error: OSError) -> str:
    """Return the module of the code that raised the error."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return str(at.tb_frame.f_globals.get("__name__", "")) if at is not None else ""


def _report_fault(error: Exception) -> int:
    if os.environ.get("LOGSTATS_TRACEBACK"):
        raise error
    return _report(
        f"{type(error).__name__}: {error}\n"
        "This is a bug in logstats; LOGSTATS_TRACEBACK=1 shows where. Please report it.",
        ExitCode.FAILED,
    )


def _show_tracebacks(errors: Sequence[LogFaultError]) -> None:
    """Print the tracebacks of exceptions that did not stop the run, if the user wants to see them."""
    if not (errors and os.environ.get("LOGSTATS_TRACEBACK")):
        return
    import traceback  # noqa: PLC0415 - only to look for a bug

    for error in errors:
        traceback.print_exception(error.__cause__)


def _silence_stdout() -> None:
    """Send the rest of the output to /dev/null, including the buffer that is flushed at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
