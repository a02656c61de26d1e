"""What is fuzzed: parsers as functions of bytes, with seeds. Any exception but LogstatsError is a fault.

fuzz/run.py feeds them with atheris, fuzz/test_targets.py with their seeds and CRASHES.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from itertools import cycle
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

from support.folder import BUNDLERS, PACKERS
from support.lines import read_bytes
from unit.formats.test_server_configs import NGINX
from unit.titles.test_files import KINDS

from logstats import clients, config, formats, titles
from logstats.clock import UTC_CLOCK, parse_instant, valid_zone
from logstats.config import hosts
from logstats.errors import LogError, LogstatsError
from logstats.formats import named
from logstats.formats.server_configs import logged_formats
from logstats.model import Counters
from logstats.render import box, html_markers
from logstats.sources import Known, Scan, Spool

MEMORY = Path("/dev/shm")
AT = datetime(2026, 11, 23, 10)
FIGURES = (
    Counters("a.example", AT, 1, 600, 2, 3, 4, 5, AT, stale=False),
    Counters("b.example", AT, 10, 600, 20, 30, 40, 50, None, stale=True),
)
DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"
APACHE = """\
ServerName a.example
LogFormat "%h %l %u %t \\"%r\\" %>s %b" common
<VirtualHost *:80>
  ServerAlias www.a.example
  CustomLog "|/usr/bin/rotatelogs /var/log/%Y.log 86400" common env=!dontlog
</VirtualHost>
"""
PAGE = b"""<!doctype html><title>x</title><div data-site="a.example"><b data-logstats="today">1</b>
<b class="logstats-all-time">1,234</b></div><!-- <b data-logstats=week>0</b> --><script>"<b>"</script>"""


class Target(NamedTuple):
    """A parser, and texts that it parses."""

    parse: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]
    longest: int = 4096  # bytes of an input


def work_folder() -> Path:
    """Return a folder for this process's inputs, in memory where the system has that."""
    return Path(mkdtemp(prefix="logstats-fuzz-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))


FOLDER = work_folder()


def _file(name: str, data: bytes) -> Path:
    path = FOLDER / name
    path.write_bytes(data)
    return path


def text_of(data: bytes) -> str:
    """Return bytes as a text of the command line: bytes that are not UTF-8 are lone surrogates."""
    return data.decode("utf-8", "surrogateescape")


def _detect(data: bytes) -> None:
    found = formats.detect(data, "access.log")
    for line in data.decode("utf-8", "replace").splitlines()[:20]:
        formats.fits(found, line)


def _format(data: bytes) -> None:
    found = formats.format_of(text_of(data))
    formats.fits(found, '192.0.2.1 - - [23/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1')


def _server_config(data: bytes) -> None:
    logged_formats(_file("server.conf", data))


def _settings(data: bytes) -> None:
    config.load(_file("logstats.toml", data))


def _titles(data: bytes) -> None:
    titles.read(data, "file")


def _page_title(data: bytes) -> None:
    titles.read(data, "file", "https://a.example/1")


def _markers(data: bytes) -> None:
    with contextlib.suppress(LogstatsError):
        html_markers.replaced(data, FIGURES[:1])
    with contextlib.suppress(LogstatsError):
        html_markers.all_time_counts(data)
    html_markers.replaced(data, FIGURES)


def _counter_file(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    template, _, content = text.partition("\0")
    box.all_time_counts(text)
    with contextlib.suppress(LogstatsError):
        box.all_time_counts(content, template)
    box.filled(text, FIGURES)


def _words(data: bytes) -> None:
    """Parse short texts of lines and options: clients, hosts, networks, times, zones."""
    text = text_of(data)
    clients.canonical(text)
    clients.hops(text)
    clients.may_be(text)
    clients.names_none(text)
    clients.reason(text)
    hosts.spelled(text)
    hosts.spellings(text)
    for parse in (clients.network, valid_zone, lambda word: parse_instant(word, UTC_CLOCK, AT)):
        with contextlib.suppress(LogstatsError, ValueError):
            parse(text)


def _archive(data: bytes) -> None:
    """Read a log of any packing, kind or encoding, to its last line."""
    path = _file("access.log", data)
    known = Known(b"k" * 32, lambda _: (), [], [])
    with Scan([str(path)], known, named_explicitly=[str(path)]) as scan, closing(Spool()) as spool:
        for reader in scan.readers():
            try:
                for number, chunk in enumerate(reader.chunks(cycle([spool]), lambda *_: False)):
                    reader.committed(1, chunk)
                    if number > 100:
                        break
            except LogError as error:
                scan.drop(reader, error)


def _lines(data: bytes) -> None:
    """Parse the lines of a log in the format that its first byte names."""
    name = formats.FORMATS[data[0] % len(formats.FORMATS)] if data else "combined"
    read_bytes(data[1:], name)


def _samples() -> Iterator[tuple[int, bytes]]:
    for number, name in enumerate(formats.FORMATS):
        lines = [sample["line"] for sample in named.load(name).samples]
        yield number, "".join(f"{line}\n" for line in lines).encode()


def _example() -> str:
    return DOCUMENT.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]


def _packed() -> list[bytes]:
    log = b'192.0.2.1 - - [23/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1\n' * 3
    single = [pack(log) for pack in PACKERS.values()]
    several = [bundle([("a.log", log), ("b.log.gz", PACKERS[".gz"](log))]) for bundle in BUNDLERS.values()]
    return [log, log.decode().encode("utf-16"), *single, *several]


def _titles_seeds() -> list[bytes]:
    return [str(kind[0]).encode() for kind in KINDS.values()]


TARGETS: dict[str, Target] = {
    "detection": Target(_detect, lambda: [log for _, log in _samples()]),
    "lines": Target(_lines, lambda: [bytes([number]) + log for number, log in _samples()]),
    "formats": Target(
        _format, lambda: [named.load(name).spec.encode() for name in formats.FORMATS], longest=1024
    ),
    "server_configs": Target(
        _server_config, lambda: [APACHE.encode(), *(text.encode() for text in NGINX.values())]
    ),
    "settings": Target(_settings, lambda: [_example().encode()], longest=6000),
    "titles": Target(_titles, _titles_seeds),
    "page_titles": Target(_page_title, _titles_seeds),
    "markers": Target(_markers, lambda: [PAGE]),
    "counter_files": Target(
        _counter_file,
        lambda: [
            box.text_box(FIGURES, "vi").encode(),
            box.html_box(FIGURES, "en").encode(),
            b'{"today": {today}, "all": {all_time}}\0{"today": 1, "all": 1234}',
        ],
    ),
    "words": Target(
        _words,
        lambda: [
            b"192.0.2.1:80",
            b"[::1%eth0]",
            b"unknown, 192.0.2.1",
            b"2026-11-23T10:00",
            b"Asia/Ho_Chi_Minh",
        ],
        longest=200,
    ),
    "archives": Target(_archive, _packed, longest=20_000),
}
# Inputs that once ended in another exception than LogstatsError, found by fuzz/run.py.
CRASHES: dict[str, tuple[bytes, ...]] = {
    "formats": (
        b'"%v"%v" %h %l %u %t +"%r" %>s %b"',
        b'%h %t "%r" %>s "%{Refer%r}rrver_url" %{dur %t "%r" %>s "%{Refer%r}rrver_url" %{duration}ation}e',
    ),
    "markers": (b"<![doct>", b'<![doct><b data-logstats="today">1</b>'),
    "server_configs": (
        b"include a\0b;",
        b"include a\0*;",
        b"ServerRoot a\0b\nInclude c\n",
        b"IncludeOptional a\0*\n",
    ),
    "words": (b"1\xff92.0@2.1:80",),
}


def feed(target: str, data: bytes) -> Any:
    """Parse an input; an error in words is what it may end with."""
    with contextlib.suppress(LogstatsError):
        TARGETS[target].parse(data)
