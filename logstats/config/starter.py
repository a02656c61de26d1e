"""How to begin: a commented logstats.toml that fits this machine, and the commands that come next."""

import json
import os
import re
import shlex
import string
import sys
from datetime import date
from pathlib import Path

from logstats import config
from logstats.errors import LogstatsError

LOG_FOLDERS = {
    # where a web server's logs are, from the root: which server puts them there
    "var/log/apache2": "Apache on Debian, Ubuntu and SUSE",
    "var/log/httpd": "Apache on Red Hat and its kin",
    "var/log/nginx": "nginx",
    "var/log/lighttpd": "lighttpd",
    "var/log/apache": "Apache on Slackware",
    "usr/local/apache2/logs": "Apache from source",
    "usr/local/nginx/logs": "nginx from source",
    "opt/bitnami/apache/logs": "Bitnami",
    "var/log/virtualmin": "Virtualmin, a log for each site",
    "var/www/vhosts/system/*/logs": "Plesk, a folder for each site",
    "usr/local/apache/domlogs": "cPanel, a log for each site",
}
WEB_FOLDERS = ("var/www/html", "usr/share/nginx/html", "srv/www/htdocs", "srv/http", "var/www")
VHOST_LOG = "other_vhosts_access.log"  # Debian's, for sites without a log of their own
LIVE_LOGS = ("access.log", "access_log", "ssl_access_log")  # of the server itself: most likely the portal's

_ROTATED = re.compile(r"(?:[.-]\d+)*(?:\.(?:gz|bz2|xz|zst))?$")


def write(path: Path, database: Path, root: Path = Path("/")) -> None:
    """Write a commented start for the machine (its files are below `root`); raise where there is a file."""
    template = string.Template(Path(__file__).with_name("start.toml").read_text(encoding="utf-8"))
    text = template.substitute(_found(database.absolute(), root))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise LogstatsError("already exists; not changed", path=path) from error
    except OSError as error:
        raise LogstatsError(f"{path}: can't be written: {error.strerror}") from error


def next_commands(path: Path) -> tuple[str, str]:
    """Return what reads the logs for the first time, and the crontab's line that does each minute."""
    beside = Path(sys.executable).with_name("logstats")
    program = [str(beside)] if beside.exists() else [sys.executable, "-m", "logstats"]
    called = shlex.join([*program, "--config", str(path.absolute())])
    return f"{called} -v update", f"* * * * * {called} update".replace("%", "\\%")


def logs(root: Path = Path("/")) -> list[str]:
    """Return patterns of the access logs that usual servers keep, each with its rotations."""
    found: dict[str, None] = {}
    for folder in LOG_FOLDERS:
        files = [file for file in root.glob(f"{folder}/*access*") if file.is_file()]
        names = {file.with_name(_ROTATED.sub("", file.name)) for file in files}
        found |= dict.fromkeys(f"{name}*" for name in sorted(names, key=_likely))
    return list(found)


def _likely(log: Path) -> tuple[int, str]:
    """Order logs: the server's own come first."""
    return LIVE_LOGS.index(log.name) if log.name in LIVE_LOGS else len(LIVE_LOGS), str(log)


def _found(database: Path, root: Path) -> dict[str, str]:
    every = logs(root)
    of_vhosts = [log for log in every if Path(log).name == f"{VHOST_LOG}*"]
    of_site = [log for log in every if log not in of_vhosts]
    web = next((root / folder for folder in WEB_FOLDERS if (root / folder).is_dir()), root / WEB_FOLDERS[0])
    of_vhosts = of_vhosts or [f"{root / 'var/log/apache2' / VHOST_LOG}*"]
    more = "\n".join(f"# There is also {_quoted(log)}." for log in of_site[1:])
    usual = str(root / next(iter(LOG_FOLDERS)) / "access.log*")
    return {
        "database": _quoted(database),
        "vhost_logs": f"# logs = [{_quoted(of_vhosts[0])}]",
        "name": _quoted(os.uname().nodename or config.DEFAULT_SITE),
        "timezone": _quoted(config.system_timezone()),
        "logs": _quoted((of_site or [usual])[0]),
        "more_logs": more if of_site else "# No log was found in the usual places: write where yours are.",
        "today": date.today().isoformat(),
        "counter": _quoted(web / "logstats.html"),
        "script": _quoted(web / "logstats.js"),
        "page": _quoted(web / "index.html"),
    }


def _quoted(text: str | Path) -> str:
    """Return a text as TOML writes it, which is as JSON does, but for DEL."""
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")
