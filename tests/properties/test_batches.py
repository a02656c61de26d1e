"""A store is the same whether many small new logs are read together or each alone, and so is the summary."""

import gzip
import os
import shutil
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.lines import (
    CHROME,
    CONTENTS,
    FIREFOX,
    GOOGLEBOT,
    START,
    Line,
    examples,
    numbered,
    require_verified,
)

from logstats import native
from logstats.config import Settings, Site
from logstats.errors import LogstatsError
from logstats.ingest import batch, pipeline
from logstats.ingest.request import AUTO, IngestRequest
from logstats.model import IngestSummary
from logstats.sources import recorder
from logstats.store import Session, ensure

OLD_S = START.timestamp() - 86_400 * 400  # so that a last line without its newline is whole
ODD = (
    *(b"not a line\n", b"\n", b"# a comment\n", b"\x00\x00\n", b"\xff\n", b"GET / HTTP/1.0\n"),
    b"#Fields: date time cs-method cs-uri-stem sc-status c-ip\n",
    b'192.0.2.1 - - [30/Feb/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"\n',
    Line(client="2001:db8::7", agent="-").combined(),
    Line().common(),
    Line(host="x.example").vhost_combined(),
)
PORTALS = {
    "no site": Settings(),
    "one site": Settings(sites=(Site("a.example", timezone="Asia/Ho_Chi_Minh"),)),
    "truncated clients": Settings(sites=(Site("a.example", privacy="truncate"),)),
    "two sites": Settings(sites=(Site("a.example"), Site("b.example", visit_gap_s=60, timezone="UTC"))),
    "new sites": Settings(sites=(Site("a.example"),), new_sites=True),
}
LOGS = """
    SELECT source_id, path, machine, site, format, head_hashes, tail_hash, block_hashes, position, size,
        ends_mid_line, header, lines, hits, rejects, complete, repeated, repeated_at_end, recent_lines,
        recent_rejects, is_refused
    FROM store.source ORDER BY source_id"""
# the lines that the native reader hands back are stored after the others of their chunk
HITS_BY = "ALL" if os.environ.get(native.VARIABLE) == "1" else "hit.rowid"
WHOLE = {
    # beside the rows of CONTENTS
    "logs": LOGS,
    "runs": "SELECT * EXCLUDE (started_at, read_at) FROM store.ingest ORDER BY ingest_id",
    "rejects in order": "SELECT * FROM store.reject ORDER BY rowid",
    # a second scan of a run calls a log a copy that the first has read up to where another one continued it
    "files": "SELECT path, size, mtime_ns, source_id FROM store.seen ORDER BY path",
    "hits in order": f"""
        SELECT hit.ingest_id, hit.logged_at, hit.client, hit.status, hit.bytes, page.target
        FROM store.hit AS hit JOIN store.page AS page USING (page_id) ORDER BY {HITS_BY}""",
    "repetitions": "FROM store.repetition",
    "refused sites": "SELECT name, is_refused FROM store.site ORDER BY name",
}


class Folder(NamedTuple):
    """Logs by their names, those of the second run in `later`; the settings, and whether lines name hosts."""

    logs: dict[str, bytes]
    later: frozenset[str]
    portal: str
    names_hosts: bool


@st.composite
def lines(draw: st.DrawFn, *, names_hosts: bool, minute: int) -> bytes:
    """Draw a line, often one that others are equal to."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(ODD))
    line = replace(
        Line(),
        client=draw(st.sampled_from(["192.0.2.1", "192.0.2.2", "127.0.0.1", "2001:db8::7"])),
        at=START + timedelta(minutes=minute + draw(st.integers(0, 40)), seconds=draw(st.integers(0, 59))),
        request=f"GET /{draw(st.sampled_from(['', 'tin/1', 'tin/2', 'a.png', 'wp-login.php']))} HTTP/1.1",
        status=draw(st.sampled_from(["200", "200", "404"])),
        size=str(draw(st.integers(0, 10_000))),
        agent=draw(st.sampled_from([FIREFOX, CHROME, GOOGLEBOT])),
        host=draw(st.sampled_from(["a.example", "b.example", "c.example"])),
    )
    return line.vhost_combined() if names_hosts else line.combined()


@st.composite
def folders(draw: st.DrawFn) -> Folder:
    """Draw logs that follow each other, overlap, or have lines of each other."""
    names_hosts = draw(st.booleans())
    contents: list[bytes] = []
    for number in range(draw(st.integers(2, 7))):
        minute = number * draw(st.sampled_from([0, 30, 60]))
        own = draw(st.lists(lines(names_hosts=names_hosts, minute=minute), max_size=25))
        if contents and draw(st.integers(0, 4)) == 0:
            other = draw(st.sampled_from(contents)).splitlines(keepends=True)
            own += other[draw(st.integers(0, 5)) :]
        content = b"".join(own)
        contents.append(content[:-1] if draw(st.integers(0, 5)) == 0 else content)
    logs = {f"{number}.log{draw(st.sampled_from(['', '.gz']))}": data for number, data in enumerate(contents)}
    later = draw(st.sets(st.sampled_from(sorted(logs))))
    return Folder(logs, frozenset(later), draw(st.sampled_from(sorted(PORTALS))), names_hosts)


class Outcome(NamedTuple):
    """What runs over a folder made: the rows of the store, and what each run said."""

    rows: dict[str, Any]
    said: list[tuple[Any, ...]]


def read(folder: Folder, home: Path, *, together: bool) -> Outcome:
    """Read the logs in two runs; a third finds nothing new, and notes what it has seen."""
    store, logs = home / f"{together}.duckdb", home / "logs"
    portal = PORTALS[folder.portal]
    site = None if folder.names_hosts or not portal.sites else "a.example"
    shutil.copy(home / "empty.duckdb", store)  # with the same key of hashes
    said = []
    with ExitStack() as stack:
        stack.enter_context(patch.object(recorder, "TRUSTED_S", -10.0))  # however long the test takes
        if not together:
            stack.enter_context(patch.object(batch, "may_join", lambda *_: False))
        for names in (set(folder.logs) - folder.later, set(folder.logs), set(folder.logs)):
            for name in names:
                _write(logs / name, folder.logs[name])
            request = IngestRequest(
                store, tuple(str(logs / name) for name in sorted(names)), portal, site=site
            )
            if names:
                said.append(_said_of(request._replace(log_format=AUTO)))
    return Outcome(_rows(store), said)


def _write(path: Path, content: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    os.utime(path, (OLD_S, OLD_S))


def _said_of(request: IngestRequest) -> tuple[Any, ...]:
    """Return the summary of a run, or its error."""
    try:
        summary = pipeline.ingest(request)
    except LogstatsError as error:
        return (str(error),)
    assert summary is not None
    return _said(summary)


def _said(summary: IngestSummary) -> tuple[Any, ...]:
    unread = [str(error) for error in summary.unread]
    plain = {**summary._asdict(), "unread": unread, "seconds": 0, "copies": (), "unsettled": 0}
    return tuple(sorted(value, key=repr) if isinstance(value, tuple) else value for value in plain.values())


def _rows(store: Path) -> dict[str, Any]:
    require_verified(store)
    with Session() as session, session.reading(store, wait=10):
        found = {name: sorted(session.execute(sql).rows, key=repr) for name, sql in CONTENTS.items()}
        return found | {name: session.execute(sql).rows for name, sql in WHOLE.items()}


def later(*names: str) -> frozenset[str]:
    """Return the names of logs of the second run."""
    return frozenset(names)


MANY_REJECTS = b"not a line\n" * 25
GOOD = [b"".join(numbered(8, 20 * number)) for number in range(4)]
REFUSED_BEFORE = Folder(
    {"0.log": MANY_REJECTS + GOOD[0], "1.log": GOOD[1], "2.log": GOOD[2]},
    later("1.log", "2.log"),
    "one site",
    names_hosts=False,
)
STORED_BEFORE = Folder(
    {"0.log": GOOD[0] + GOOD[1], "1.log": GOOD[2], "2.log": GOOD[3] + GOOD[1]},
    later("1.log", "2.log"),
    "one site",
    names_hosts=False,
)
REFUSED_AND_SHARED = Folder(
    {"0.log": MANY_REJECTS + GOOD[0], "1.log": GOOD[1], "2.log": GOOD[2] + GOOD[1]},
    later(),
    "one site",
    names_hosts=False,
)
SHORT = b'192.0.2.1 [23/Nov/2026:01:0%d:00 +0000] "GET / HTTP/1.1" 200 1%b\n'
AGENTS_IN_SOME = Folder(
    {
        "0.log": SHORT % (0, b' "-" "Firefox"'),
        "1.log": SHORT % (1, b""),
        "2.log": SHORT % (2, b' "-" "Firefox"'),
    },
    later(),
    "one site",
    names_hosts=False,
)


@example(folder=AGENTS_IN_SOME)
@example(folder=REFUSED_BEFORE)
@example(folder=STORED_BEFORE)
@example(folder=REFUSED_AND_SHARED)
@given(folder=folders())
@settings(max_examples=examples(25))
def test_logs_read_together_give_the_store_of_logs_read_alone(folder: Folder) -> None:
    with TemporaryDirectory() as name:
        home = Path(name)
        ensure(home / "empty.duckdb")
        together, alone = read(folder, home, together=True), read(folder, home, together=False)
        for table, rows in alone.rows.items():
            assert together.rows[table] == rows, table
        assert together.said == alone.said
