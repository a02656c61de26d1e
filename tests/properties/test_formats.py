"""A log of several formats: however it is cut, its hits and rejects are the same."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from support.formats import FORMATS
from support.lines import IN_UTC, chunks_of, contents, examples, read_in, require_verified

from logstats.formats import named

BEGINNING = 12  # lines of one format, by which a log is known


@st.composite
def mixed_logs(draw: st.DrawFn) -> bytes:
    """A log that begins in one format and goes on in any, or one of W3C's whose headers change."""
    if draw(st.booleans()):
        groups = [*named.load("w3c").samples, *named.load("cloudfront").samples]
        begin = groups[:1]
        some = [sample for name in FORMATS for sample in named.load(name).samples if "header" not in sample]
    else:
        begin = list(named.load(draw(st.sampled_from(["combined", "caddy", "alb"]))).samples[:1]) * BEGINNING
        groups = [sample for name in FORMATS for sample in named.load(name).samples if "header" not in sample]
        some = groups
    lines = [line for sample in begin for line in [*sample.get("header", ()), sample["line"]]]
    for sample in draw(st.lists(st.sampled_from(groups), min_size=5, max_size=25)):
        lines += sample.get("header", ())
        lines += [sample["line"]] * draw(st.integers(1, 3))
        lines += [draw(st.sampled_from(some))["line"]] * draw(st.integers(0, 1))
    return "".join(f"{line}\n" for line in lines).encode()


@settings(max_examples=examples(2))
@given(data=st.data())
def test_however_a_log_of_several_formats_is_cut_its_hits_are_the_same(data: st.DataObject) -> None:
    log = data.draw(mixed_logs())
    start = len(b"".join(log.splitlines(keepends=True)[:BEGINNING]))
    cuts = data.draw(st.lists(st.integers(start, len(log)), max_size=3).map(sorted))
    with TemporaryDirectory() as folder:
        whole, path = Path(folder) / "whole", Path(folder) / "access.log"
        path.write_bytes(log)
        read_in(whole, path, log_format="auto", settings=IN_UTC)
        expected = contents(whole, "hits", "rejects")
        path.unlink()
        with chunks_of(data.draw(st.sampled_from([300, 1000, 1 << 20]))), path.open("ab") as file:
            for begin, end in zip([0, *cuts], [*cuts, len(log)], strict=True):
                file.write(log[begin:end])
                file.flush()
                read_in(Path(folder) / "parts", path, log_format="auto", settings=IN_UTC)
        require_verified(Path(folder) / "parts")
        found = contents(Path(folder) / "parts", "hits", "rejects")
    for name, rows in expected.items():
        assert Counter(found[name]) - Counter(rows) == Counter()
        assert Counter(rows) - Counter(found[name]) == Counter()
