"""Stores are the same where texts keep their codes from chunk to chunk, whichever lines are hits."""

import gzip
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import CHROME, FIREFOX, GOOGLEBOT, START, Line, chunks_of, contents, examples, read_in

from logstats import native
from logstats.config import Settings, Site
from logstats.errors import LogstatsError
from logstats.ingest import hosts, log_texts, native_layout
from logstats.native import reader
from logstats.store import Session
from logstats.store.session import written_rows

pytestmark = pytest.mark.skipif(not native.is_built(), reason="the native reader was not built")

LISTED = Settings(sites=(Site("a.example"), Site("b.example", fold_case=True)))
PORTALS = {
    "listed sites": LISTED,
    "no site": Settings(),
    "new sites": Settings(sites=(Site("a.example"),), new_sites=True),
    "truncated clients": Settings(sites=(Site("a.example", privacy="truncate"), Site("b.example"))),
}
HOSTS = ("a.example", "A.example", "b.example", "other.example", "third.example")
CLIENTS = ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:DB8::1", "host-1.example", "unknown", "999.9.9.9")
AGENTS = (FIREFOX, CHROME, GOOGLEBOT, "-", "", "curl/8.0", "a", "é")
REQUESTS = tuple(
    f"{method} /{path} HTTP/{version}"
    for path in ("", "tin-1.html", "tin-2.html", "Tin-2.html", "a.css", "b?c=1")
    for method in ("GET", "HEAD")
    for version in ("1.1", "2.0")
)
REFERRERS = ("-", "", "https://www.example.com/", "https://a.example/tin-1.html", "é")
JUNK = (b"junk\n", b"\n", b"# a\n", b"\xff\n", b'x "GET / HTTP/1.1" 200\n')
FORMATS = ("combined", "vhost_combined")


class Log(NamedTuple):
    """A log of a format for a portal, and how it is read: bytes of a chunk, and limits of dictionaries.

    So many chunks may end early, because a part is full, before lines are not read while they are added.
    """

    name: str
    portal: str
    lines: tuple[bytes, ...]
    chunk: int
    most_texts: int
    most_bytes: int
    few: int
    most_early: int = log_texts.MOST_EARLY
    is_packed: bool = False
    buffer: int | None = None


@st.composite
def drawn_lines(draw: st.DrawFn, name: str) -> bytes:
    """Draw a line of a few texts: mostly a usual one, or an odd one with the same texts, or none."""
    kind = draw(st.sampled_from(["usual"] * 12 + ["escaped", "other format", "junk"]))
    if kind == "junk":
        return draw(st.sampled_from(JUNK))
    line = Line(
        client=draw(st.sampled_from(CLIENTS[:1] * 4 + CLIENTS)),
        at=START,
        request=draw(st.sampled_from(REQUESTS)),
        status=draw(st.sampled_from(["200", "404"])),
        referrer=draw(st.sampled_from(REFERRERS)),
        agent=draw(st.sampled_from(AGENTS)),
        user=draw(st.sampled_from(["-"] * 6 + ["le thi"])),
        host=draw(st.sampled_from(HOSTS)),
    )
    if kind == "escaped":
        return written(name, line).replace(b" HTTP", b"\\x20 HTTP")
    return written(FORMATS[1 - FORMATS.index(name)] if kind == "other format" else name, line)


def written(name: str, line: Line) -> bytes:
    return line.combined() if name == "combined" else line.vhost_combined()


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """Draw a log whose lines are a second apart, so that none is one that was read before."""
    name = draw(st.sampled_from(FORMATS))
    lines = draw(st.lists(drawn_lines(name), min_size=20, max_size=100))
    counts = draw(st.lists(st.integers(1, 3), min_size=len(lines), max_size=len(lines)))
    repeated = [line for line, count in zip(lines, counts, strict=True) for _ in range(count)]
    time = Line(at=START).time.encode()
    return Log(
        name=name,
        portal=draw(st.sampled_from(sorted(PORTALS) if name == "vhost_combined" else ["no site"])),
        lines=tuple(
            line.replace(time, Line(at=START + timedelta(seconds=number)).time.encode())
            for number, line in enumerate(repeated)
        ),
        chunk=draw(st.sampled_from([700, 2_000, 7_000])),
        most_texts=draw(st.sampled_from([48, 52, 56, 64, reader.MOST_TEXTS])),
        most_bytes=draw(st.sampled_from([1, 800, 4_000, reader.MOST_BYTES])),
        few=draw(st.sampled_from([0, 0, 4])),
        most_early=draw(st.sampled_from([0, log_texts.MOST_EARLY, 1000])),
        is_packed=draw(st.booleans()),
        buffer=draw(st.sampled_from([None, 400])),
    )


@contextmanager
def noted_runs() -> Iterator[Counter[str]]:
    """Count the statements that run, by their names, where they have written rows."""
    runs: Counter[str] = Counter()
    run = Session.run

    def noted(session: Session, name: str, *given: Any, **named: Any) -> Any:
        result = run(session, name, *given, **named)
        if result.columns != ("Count",) or written_rows(result):
            runs[name] += 1
        return result

    with patch.object(Session, "run", noted):
        yield runs


def stores(log: Log, folder: Path) -> tuple[list[Any], Counter[str]]:
    """Return what the stores of a log hold, read by the statements and natively, and what ran natively."""
    path, content = folder / "access.log", b"".join(log.lines)
    path.write_bytes(gzip.compress(content) if log.is_packed else content)
    found: list[Any] = []
    with (
        chunks_of(log.chunk, log.buffer),
        patch.object(hosts, "MOST_NEW", 3),
        patch.multiple(reader, MOST_TEXTS=log.most_texts, MOST_BYTES=log.most_bytes),
        patch.object(native_layout, "FEW", log.few),
        patch.object(log_texts, "MOST_EARLY", log.most_early),
    ):
        for choice in ("0", "1"):
            store, portal = folder / choice, PORTALS[log.portal]
            site = "a.example" if log.name == "combined" else None
            with patch.dict(os.environ, {native.VARIABLE: choice}), noted_runs() as runs:
                try:
                    read_in(store, path, log_format="auto", settings=portal, site=site)
                    found.append(None)
                except LogstatsError as error:
                    found.append(error.message)
            found[-1] = (found[-1], contents(store) if store.exists() else None)
    return found, runs


REJECTED = {
    # why a line with new texts is no hit
    "its host is no site": Line(host="other.example"),
    "its client is none": Line(host="a.example", client="unknown"),
}
KINDS = ("agent", "referrer", "request")


@pytest.mark.parametrize("why", REJECTED)
@pytest.mark.parametrize("are_kept", [True, False])
def test_a_text_that_no_hit_had_gets_an_id_with_its_first_hit(
    why: str, are_kept: bool, tmp_path: Path
) -> None:
    """Texts of a rejected line occur again, chunks later: in another one, and then in hits."""
    usual = Line(host="a.example")
    new: dict[str, Any] = {"request": "GET /new HTTP/1.1", "referrer": "/new", "agent": "new"}
    rejected, again = replace(REJECTED[why], **new), replace(usual, **new)
    each = [rejected, usual, usual, rejected, usual, again, again, usual, again, again]
    lines = tuple(
        replace(line, at=START + timedelta(seconds=60 * number + second)).vhost_combined()
        for number, line in enumerate(each)
        for second in range(3)
    )
    most_texts = reader.MOST_TEXTS if are_kept else 48
    log = Log("vhost_combined", "listed sites", lines, 500, most_texts, reader.MOST_BYTES, 0)
    (by_statements, natively), runs = stores(log, tmp_path)
    assert natively == by_statements
    restored = [kind for kind in KINDS if runs[f"ingest/native/unused_{kind}_restore"]]
    assert restored == [kind for kind in KINDS if are_kept]


def test_urls_that_were_found_before_a_text_was_restored_are_found_again(tmp_path: Path) -> None:
    """Most pages of each chunk are new, so that URLs are found beforehand, except that of a restored text."""
    restored = "GET /restored.html HTTP/1.1"
    lines = [
        Line(
            host="a.example",
            client="unknown" if number == 10 else "192.0.2.1",
            request=restored if number in (10, 45, 70) else f"GET /{number}.html HTTP/1.1",
            at=START + timedelta(seconds=number),
        ).vhost_combined()
        for number in range(90)
    ]
    log = Log("vhost_combined", "listed sites", tuple(lines), 1200, reader.MOST_TEXTS, reader.MOST_BYTES, 0)
    (by_statements, natively), runs = stores(log, tmp_path)
    assert natively == by_statements
    assert runs["ingest/native/unused_request_restore"] == 1
    assert runs["ingest/dimensions/ahead_url"] > 2


@settings(max_examples=examples(10))
@given(log=logs())
def test_stores_are_the_same_whichever_lines_are_hits(log: Log) -> None:
    with TemporaryDirectory() as folder:
        (by_statements, natively), _ = stores(log, Path(folder))
    assert natively == by_statements
