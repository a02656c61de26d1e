"""The logs that a web server's configuration writes, each with its site and its format."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from logstats.formats import conf_parser, nginx
from logstats.formats.conf_parser import Block, Directive

NOT_A_FILE = {
    # the beginning of a log's name (a pattern): where the log goes instead of a file
    r"\|": "piped to a program, which writes the files",
    "syslog:": "sent to syslog",
    "/dev/": "written to the terminal or the container's output",
    "off$": "no log is kept",
}


class LoggedFormat(NamedTuple):
    """A log and its format; `log` is empty for a format that no log uses, `site` for a log of all sites.

    `definition` is what `--log-format` accepts, an Apache LogFormat or a log_format directive; it is empty
    where the format is not defined in the files that were read. `where` is the `file:line` of the log or,
    without one, of the format.
    """

    log: str
    site: str
    format_name: str
    definition: str
    where: str

    @property
    def note(self) -> str:
        """Where the log goes if it is not a file, else ''."""
        return next((note for begin, note in NOT_A_FILE.items() if re.match(begin, self.log)), "")


class Found(NamedTuple):
    """The logs of a configuration, and the errors of files that can't be read."""

    formats: tuple[LoggedFormat, ...]
    unread: tuple[str, ...]


def logged_formats(path: Path) -> Found:
    """Read a configuration from its main file; raise UsageError where that can't be read."""
    configuration = conf_parser.read(path)
    rows = {"nginx": _of_nginx, "apache": _of_apache}[configuration.server](configuration.directives)
    return Found(tuple(rows), configuration.unread)


NGINX_COMBINED = (
    "$remote_addr - $remote_user [$time_local] ",
    '"$request" $status $body_bytes_sent ',
    '"$http_referer" "$http_user_agent"',
)
APACHE_LOGS = ("customlog", "globallog", "transferlog")
APACHE_COMMON = '%h %l %u %t "%r" %>s %b'


def _of_nginx(directives: tuple[Directive, ...]) -> Iterator[LoggedFormat]:
    """Yield the logs of nginx, then unused formats. A site without its own log has those of `http`."""
    web = [
        directive
        for directive in directives
        if not directive.within("stream") and not directive.within("mail")
    ]
    formats = {
        directive.words[0]: directive
        for directive in web
        if directive.name == "log_format" and directive.words
    }
    sites: dict[tuple[Block, ...], str] = {}
    for directive in web:
        if directive.name == "server_name":
            names = [name for name in directive.words if name not in ("", "_")] or ["_"]
            sites.setdefault(directive.within("server"), names[0])
    used = set()
    for directive in web:
        if directive.name == "access_log" and directive.words and not _is_off_for_a_part(directive):
            name = "".join(directive.words[1:2]) or ("" if directive.words[0] == "off" else "combined")
            used.add(name)
            site = sites.get(directive.within("server"), "")
            yield LoggedFormat(
                log=directive.words[0],
                site=site,
                format_name=name,
                definition=_log_format(name, formats),
                where=directive.where,
            )
    for name in (name for name in formats if name not in used):
        definition, where = _log_format(name, formats), formats[name].where
        yield LoggedFormat(log="", site="", format_name=name, definition=definition, where=where)


def _is_off_for_a_part(access_log: Directive) -> bool:
    return access_log.words[0] == "off" and bool(access_log.within("location"))


def _log_format(name: str, formats: dict[str, Directive]) -> str:
    if name not in formats:
        return nginx.directive(name, "default", NGINX_COMBINED) if name == "combined" else ""
    _, *parts = formats[name].words
    escape = parts.pop(0).removeprefix("escape=") if parts and parts[0].startswith("escape=") else "default"
    return nginx.directive(name, escape, parts)


def _of_apache(directives: tuple[Directive, ...]) -> Iterator[LoggedFormat]:
    """Yield the logs of Apache, then unused formats. A virtual host's format precedes the server's."""
    formats: dict[tuple[tuple[Block, ...], str], Directive] = {}
    sites: dict[tuple[Block, ...], str] = {}
    for directive in directives:
        block = directive.within("virtualhost")
        if directive.name == "logformat" and directive.words:
            formats[block, "".join(directive.words[1:2])] = directive
        elif directive.name == "servername" and directive.words and block:  # outside it is the server's name
            sites[block] = re.sub(r"^\w+://|:\d+$", "", directive.words[0])
    used = set()
    for directive in directives:
        if directive.name in APACHE_LOGS and directive.words:
            block = directive.within("virtualhost")
            format_name = "" if directive.name == "transferlog" else "".join(directive.words[1:2])
            key = next((key for key in ((block, format_name), ((), format_name)) if key in formats), None)
            used.add(key)
            definition = formats[key].words[0] if key else _unnamed(format_name)
            yield LoggedFormat(
                log=directive.words[0],
                site=sites.get(block, ""),
                format_name="" if definition == format_name else format_name,
                definition=definition,
                where=directive.where,
            )
    for (block, name), directive in formats.items():
        if (block, name) in used:
            continue
        yield LoggedFormat(
            log="",
            site=sites.get(block, ""),
            format_name=name,
            definition=directive.words[0],
            where=directive.where,
        )


def _unnamed(name: str) -> str:
    """Return the format of a log whose format is not a defined name: the text itself, or Apache's default."""
    if "%" in name:
        return name
    return APACHE_COMMON if name in ("", "CLF") else ""


class WebRoot(NamedTuple):
    """A folder of pages that a configuration names, and its site, '' for that of no virtual host."""

    site: str
    folder: Path


def web_roots(path: Path) -> tuple[WebRoot, ...]:
    """Return the folders of pages in a configuration; raise UsageError where its main file can't be read."""
    configuration = conf_parser.read(path)
    directive, block, named = {
        "nginx": ("root", "server", "server_name"),
        "apache": ("documentroot", "virtualhost", "servername"),
    }[configuration.server]
    sites: dict[tuple[Block, ...], str] = {}
    for each in configuration.directives:
        if each.name == named and each.words and each.within(block):
            sites.setdefault(each.within(block), each.words[0])
    return tuple(
        WebRoot(sites.get(each.within(block), ""), Path(each.words[0]))
        for each in configuration.directives
        if each.name == directive and each.words
    )
