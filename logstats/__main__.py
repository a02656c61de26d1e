"""`python -m logstats`, and the one place where errors meet the user."""

import os
import sys

from logstats.errors import LogstatsError


def main() -> None:
    """Run the command line and exit with its code; see errors.py for what each code says."""
    try:
        from logstats.cli import logstats  # noqa: PLC0415 - what it imports can fail, and be told

        logstats(auto_envvar_prefix="LOGSTATS", prog_name="logstats")
    except LogstatsError as error:
        sys.stderr.write(f"logstats: {error}\n")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # whoever read us has had enough; nothing more must be written, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # no traceback reaches a user who has not asked for it
        if os.environ.get("LOGSTATS_TRACEBACK"):
            raise
        sys.stderr.write(
            f"logstats: {type(error).__name__}: {error}\n"
            "This is a fault of logstats; LOGSTATS_TRACEBACK=1 shows where. Please report it.\n"
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
