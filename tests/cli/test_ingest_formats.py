"""One log of each family of formats, from a file to the store: what is parsed is what is kept."""

from collections import Counter
from pathlib import Path

import pytest
from support.formats import broken_lines, log_of
from support.lines import IN_UTC, read_bytes, read_in, reading_of


@pytest.mark.parametrize("log_format", ["combined", "caddy", "w3c"], ids=["text", "JSON", "W3C"])
def test_the_store_keeps_each_line_as_it_was_parsed(log_format: str, tmp_path: Path) -> None:
    log, store = tmp_path / "access.log", tmp_path / "store.duckdb"
    log.write_bytes(log_of(log_format, broken_lines(log_format, seed=1)))
    read_in(store, log, log_format=log_format, settings=IN_UTC, verify=True)
    kept, parsed = reading_of(store, log), read_bytes(log.read_bytes(), log_format)
    assert Counter(kept.hits) == Counter(parsed.hits)
    assert kept.rejects == parsed.rejects
    assert kept.rejects
