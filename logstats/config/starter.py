"""`logstats init`: a commented logstats.toml for this machine, and the commands to run next."""

import os
import re
import shlex
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from logstats.clock import valid_zone
from logstats.config import documents
from logstats.config.documents import to_toml
from logstats.config.machine_zone import system_timezone
from logstats.config.settings import DEFAULT_SITE
from logstats.errors import LogstatsError

LOG_FOLDERS = {
    # folder of access logs, relative to the root: the server that writes there
    "var/log/apache2": "Apache on Debian, Ubuntu and SUSE",
    "var/log/httpd": "Apache on Red Hat and its derivatives",
    "var/log/nginx": "nginx",
    "var/log/lighttpd": "lighttpd",
    "var/log/apache": "Apache on Slackware",
    "usr/local/apache2/logs": "Apache from source",
    "usr/local/nginx/logs": "nginx from source",
    "opt/bitnami/apache/logs": "Bitnami",
    "var/log/virtualmin": "Virtualmin, a log per site",
    "var/www/vhosts/system/*/logs": "Plesk, a folder per site",
    "usr/local/apache/domlogs": "cPanel, a log per site",
}
WEB_FOLDERS = ("var/www/html", "usr/share/nginx/html", "srv/www/htdocs", "srv/http", "var/www")
VHOST_LOG = "other_vhosts_access.log"  # Debian's log of sites without a log of their own
LIVE_LOGS = ("access.log", "access_log", "ssl_access_log")  # the server's main log: most likely the portal's

_ROTATED = re.compile(r"(?:[.-]\d+)*(?:\.(?:gz|bz2|xz|zst))?$")


def write(path: Path, database: Path, root: Path = Path("/"), titles: Sequence[str] = ()) -> None:
    """Write a commented logstats.toml for the machine whose files are below `root`.

    `titles` are the files of titles that were found. Raise LogstatsError where the file exists or can't be
    written.
    """
    text = documents.start(_find(database.absolute(), root, titles))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise LogstatsError(f"{path}: already exists; not changed") from error
    except OSError as error:
        raise LogstatsError(f"{path}: can't be written: {error.strerror}") from error


def next_commands(path: Path) -> tuple[str, str]:
    """Return the command that reads the logs for the first time, and the line for the crontab."""
    script = Path(sys.executable).with_name("logstats")
    program = [str(script)] if script.exists() else [sys.executable, "-m", "logstats"]
    command = shlex.join([*program, "--config", str(path.absolute())])
    return f"{command} -v update", f"* * * * * {command} update".replace("%", "\\%")


def logs(root: Path = Path("/")) -> list[str]:
    """Return patterns of the access logs in the usual folders, each with its rotated logs."""
    found: dict[str, None] = {}
    for folder in LOG_FOLDERS:
        files = [file for file in root.glob(f"{folder}/*access*") if file.is_file()]
        names = {file.with_name(_ROTATED.sub("", file.name)) for file in files}
        found |= dict.fromkeys(f"{name}*" for name in sorted(names, key=_priority))
    return list(found)


def web_folders(root: Path = Path("/")) -> list[Path]:
    """Return the usual folders of pages that this machine has."""
    return [root / folder for folder in WEB_FOLDERS if (root / folder).is_dir()]


def _priority(log: Path) -> tuple[int, str]:
    """Return a sort key that puts the server's main logs first."""
    return LIVE_LOGS.index(log.name) if log.name in LIVE_LOGS else len(LIVE_LOGS), str(log)


def _find(database: Path, root: Path, titles: Sequence[str]) -> documents.Start:
    patterns = logs(root)
    vhost_logs = [log for log in patterns if Path(log).name == f"{VHOST_LOG}*"]
    site_logs = [log for log in patterns if log not in vhost_logs]
    usual = str(root / next(iter(LOG_FOLDERS)) / "access.log*")
    none_found = ("No log was found in the usual folders; write the paths of yours.",)
    active = {
        ("", "database"): to_toml(str(database)),
        ("[[site]]", "name"): to_toml(os.uname().nodename or DEFAULT_SITE),
        ("[[site]]", "timezone"): to_toml(valid_zone(system_timezone())),
        ("[[site]]", "logs"): to_toml([(site_logs or [usual])[0]]),
    }
    if titles:
        active["[[site]]", "titles"] = to_toml(list(titles))
    examples = {
        ("", "logs"): to_toml(vhost_logs[:1] or [f"{root / 'var/log/apache2' / VHOST_LOG}*"]),
        ("[[site]]", "baseline_on"): to_toml(date.today()),
    }
    return documents.Start(
        values=active | examples,
        active=frozenset(active),
        about_logs=tuple(f"There is also {to_toml(log)}." for log in site_logs[1:])
        if site_logs
        else none_found,
        web_folder=(web_folders(root) or [root / WEB_FOLDERS[0]])[0],
    )
