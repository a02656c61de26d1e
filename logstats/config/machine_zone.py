"""The time zone of sites for which logstats.toml names none: that of TZ, or of this machine."""

import contextlib
import os
from pathlib import Path

from logstats.clock import valid_zone
from logstats.errors import UsageError
from logstats.printable import escaped

OF_MACHINE = ("/etc/localtime", "localtime")  # values of TZ that mean the zone of the machine
UTC_RULES = dict.fromkeys(("UTC0", "UTC+0", "UTC-0"), "UTC")  # the only rules of POSIX that are a zone


def system_timezone() -> str:
    """Return the time zone of TZ, else that of this machine, UTC where it can't be determined.

    A value of TZ that names none is returned as `TZ=VALUE`, which is refused where the zone is needed.
    """
    variable = os.environ.get("TZ", "").removeprefix(":")
    if variable and variable not in OF_MACHINE:
        return _zone_of(variable)
    link, debian = _resolved(OF_MACHINE[0]), ""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        debian = Path("/etc/timezone").read_text(encoding="utf-8").strip()
    for name in filter(None, (_below_zoneinfo(link), debian)):
        with contextlib.suppress(UsageError):
            return valid_zone(name)
    return "UTC"


def _zone_of(variable: str) -> str:
    """Return the zone that TZ names, by its name or by the path of its file."""
    name = UTC_RULES.get(variable, variable)
    if name.startswith("/"):
        name = _below_zoneinfo(name) or _below_zoneinfo(_resolved(name))
    with contextlib.suppress(UsageError):
        return valid_zone(name)
    return f"TZ={escaped(variable)}"


def _below_zoneinfo(path: str) -> str:
    return path.partition("zoneinfo/")[2].removeprefix("posix/")


def _resolved(path: str) -> str:
    try:
        return str(Path(path).resolve())
    except (OSError, RuntimeError):  # a loop of links
        return ""
