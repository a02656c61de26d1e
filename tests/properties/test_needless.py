"""Statements that are left out because they would change nothing: a store is the same with all of them."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import START, Line, chunks_of, contents, examples, read_in

from logstats.ingest import commit, repeated

AGENTS = ("Mozilla/5.0 (X11; Linux x86_64) Firefox/144.0", "curl/8.5.0")
LINE = st.builds(
    Line,
    at=st.builds(
        lambda minutes: START + timedelta(minutes=minutes), st.sampled_from([0, 1, 5, 40, 900, 2000])
    ),
    client=st.sampled_from(["192.0.2.1", "192.0.2.2", "2001:db8::1"]),
    request=st.sampled_from([f"GET {path} HTTP/1.1" for path in ("/", "/a.html", "/b.html?x=1", "/c.css")]),
    agent=st.sampled_from(AGENTS),
)
PIECE = st.lists(st.one_of(LINE.map(Line.combined), st.just(b"bad\n")), min_size=1, max_size=6)


@settings(max_examples=examples(6))
@given(
    pieces=st.lists(PIECE, min_size=2, max_size=4), again=st.booleans(), chunk=st.sampled_from([400, 1 << 20])
)
def test_a_store_is_the_same_without_the_statements_that_change_nothing(
    pieces: list[list[bytes]], again: bool, chunk: int
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with chunks_of(chunk), patch.object(commit, "OVERLAPPING", 1):
            few = grown(folder / "few", pieces, again=again)
            with patch.object(commit, "NEEDLESS", {}), patch.object(repeated, "written_rows", lambda _: 1):
                every = grown(folder / "every", pieces, again=again)
        assert contents(few) == contents(every)


def grown(folder: Path, pieces: list[list[bytes]], *, again: bool) -> Path:
    """Read a log that grows piece by piece; `again`: its lines are read under another name too."""
    folder.mkdir()
    store, log = folder / "store.duckdb", folder / "access.log"
    for piece in ([Line().combined()], *pieces):
        with log.open("ab") as file:
            file.writelines(piece)
        read_in(store, log)
    if again:
        other = folder / "other.log"
        other.write_bytes(b"".join(line for piece in pieces for line in piece))
        read_in(store, other)
    return store
