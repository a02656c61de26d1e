"""The rows of a chunk by the native reader, on a session that has those of another chunk."""

import pytest
from support.lines import Line, parse_session
from support.native_lines import chunk_of, plan_of

from logstats import native
from logstats.ingest import parse

pytestmark = pytest.mark.skipif(not native.is_built(), reason="the native reader was not built")

ODD = Line(user="le thi").combined()


@pytest.mark.parametrize("choices", ["01", "10", "11", "00", "101"])
@pytest.mark.parametrize("odd", [b"", ODD])
def test_a_chunk_that_was_not_committed_does_not_hinder_the_next_one(
    choices: str, odd: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = parse_session()
    for number, choice in enumerate(choices, 2):
        monkeypatch.setenv(native.VARIABLE, choice)
        with chunk_of(Line().combined() * 8 * number + odd) as chunk:
            counts = parse.type_chunk(session, plan_of("combined"), chunk)
            lines = session.execute("SELECT count(*) FROM chunk_line").value()
        assert (counts.hits, lines, counts.is_encoded) == (chunk.lines, chunk.lines, choice == "1")
    parse.drop(session, counts)
