"""Formats end to end: lines of each reach the store as they were parsed, at any length and from settings."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from support.formats import FORMATS, SEEDS, assert_is_whole, broken_lines, log_of
from support.lines import IN_UTC, contents, examples, numbered, read_in, reading_of, require_verified
from support.surface import run
from unit.formats.test_written_formats import HIT, NGINX

from logstats.config.settings import DEFAULT_SITE
from logstats.errors import UsageError


@settings(max_examples=examples(1))
@given(seed=SEEDS)
def test_broken_lines_of_all_formats_at_once_with_no_option(seed: int) -> None:
    broken_of = {name: broken_lines(name, seed) for name in FORMATS}
    with TemporaryDirectory() as folder:
        store, paths = Path(folder) / "store.duckdb", {name: Path(folder) / f"{name}.log" for name in FORMATS}
        for name, path in paths.items():  # the same hits on several machines: no log repeats another one
            path.write_bytes(log_of(name, broken_of[name]))
            try:
                read_in(store, path, log_format="auto", settings=IN_UTC, machine=name)
            except UsageError:  # its lines name no host, and the store has sites by now
                read_in(store, path, log_format="auto", settings=IN_UTC, machine=name, site=DEFAULT_SITE)
        require_verified(store)
        for name, path in paths.items():
            assert_is_whole(name, reading_of(store, path), broken_of[name])


@pytest.mark.parametrize("pasted", NGINX)
def test_a_pasted_format_in_the_settings_is_read_with_its_site(tmp_path: Path, pasted: str) -> None:
    log, store, settings = tmp_path / "a.log", tmp_path / "s.duckdb", tmp_path / "logstats.toml"
    log.write_text(f"{NGINX[pasted]}\n" * 2, newline="\n")
    settings.write_text(
        f"[[site]]\nname = \"default\"\ntimezone = \"UTC\"\nlogs = [\"{log}\"]\nformat = '''{pasted}'''\n"
    )
    ran = run("--db", store, "--config", settings, "update")
    assert (ran.code, ran.err) == (0, "")
    assert reading_of(store, log).hits == (HIT, HIT)


@pytest.mark.parametrize("size", [1 << 20, 10 << 20, 97 << 20], ids=["1 MiB", "10 MiB", "97 MiB"])
def test_a_line_of_many_megabytes_is_refused_by_itself(tmp_path: Path, size: int) -> None:
    first, *rest = numbered(4)
    log = tmp_path / "access.log"
    log.write_bytes(first + b"x" * size + b"\n" + b"".join(rest))
    summary = read_in(tmp_path / "store.duckdb", log)
    ((_, number, reason, line),) = contents(tmp_path / "store.duckdb", "rejects")["rejects"]
    assert (summary.lines, summary.hits, summary.rejects) == (5, 4, 1)
    assert (number, reason) == (2, "longer than any log line")
    assert 0 < len(line) <= 1000


def test_rejects_have_their_numbers_in_a_chunk_that_several_threads_read(tmp_path: Path) -> None:
    count, each = 240_000, 10_007
    good = numbered(1)[0]
    bad = set(range(1, count + 1, each))
    log = tmp_path / "access.log"
    log.write_bytes(
        b"".join(b"bad %d\n" % number if number in bad else good for number in range(1, count + 1))
    )
    read_in(tmp_path / "store.duckdb", log)
    rejects = contents(tmp_path / "store.duckdb", "rejects")["rejects"]
    assert {(number, line) for _, number, _, line in rejects} == {(number, f"bad {number}") for number in bad}
