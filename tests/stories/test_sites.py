"""A log stays of the site for which it was read; `rename` gives all that a site has to another one."""

import gzip
import json
import os
import re
import time
from pathlib import Path

import pytest
from support.lines import IN_UTC, contents, numbered, read_in, require_verified
from support.surface import Ran, run

from logstats.config import Settings, Site
from logstats.errors import LogstatsError
from logstats.totals.rename import rename

A, B = numbered(40), numbered(40, first=40)
OLD, NEW = "default", "portal.example"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.duckdb"


def log_of(folder: Path, lines: list[bytes], name: str = "access.log") -> Path:
    log = folder / name
    log.write_bytes(b"".join(lines))
    return log


def config_of(folder: Path, *sites: str, extra: str = "") -> Path:
    path = folder / "logstats.toml"
    path.write_text(
        "".join(
            f'[[site]]\nname = "{site}"\ntimezone = "UTC"\nlogs = ["access.log*"]\n{extra}\n'
            for site in sites
        )
    )
    return path


def require_refused(ran: Ran) -> None:
    assert ran.code == 1, ran
    assert f"counted for {OLD} (40 hits), not for {NEW}" in ran.err, ran
    assert f"logstats rename {OLD} {NEW}" in ran.err, ran


@pytest.mark.parametrize("more", [[], B])
@pytest.mark.parametrize("way", ["ingest --site", "ingest", "update"])
def test_a_log_of_another_site_is_refused(store: Path, tmp_path: Path, way: str, more: list[bytes]) -> None:
    log = log_of(tmp_path, A)
    assert run("--db", store, "ingest", log).code == 0
    log_of(tmp_path, A + more)
    options = () if way == "ingest --site" else ("--config", config_of(tmp_path, NEW))
    arguments = {
        "ingest --site": ("ingest", "--site", NEW, log),
        "ingest": ("ingest", log),
        "update": ("update",),
    }[way]
    require_refused(run("--db", store, *options, *arguments))
    again = run("--db", store, *options, *arguments)
    if way == "update":  # which is run each minute, and has reported it
        assert again == Ran(1, b"", "")
    else:
        require_refused(again)
    assert contents(store, "day_totals")["day_totals"][0][0] == OLD
    assert run("--db", store, *options, "rename", OLD, NEW).code == 0
    assert run("--db", store, *options, *arguments).code == 0
    assert {row[0] for row in contents(store, "hits")["hits"]} == {NEW}
    assert len(contents(store, "hits")["hits"]) == len(A + more)
    require_verified(store)


def test_a_log_of_another_site_is_refused_where_its_file_is_skipped(store: Path, tmp_path: Path) -> None:
    """Archives that did not change are not opened; their site is compared all the same."""
    log = tmp_path / "access.log.1.gz"
    log.write_bytes(gzip.compress(b"".join(A)))
    os.utime(log, (time.time() - 100,) * 2)
    for _ in range(2):
        assert run("--db", store, "ingest", log).code == 0
        time.sleep(2.1)
    require_refused(run("--db", store, "ingest", "--site", NEW, log))


def test_a_renamed_site_of_the_settings_is_refused(store: Path, tmp_path: Path) -> None:
    log_of(tmp_path, A)
    assert run("--db", store, "--config", config_of(tmp_path, OLD), "update").code == 0
    require_refused(run("--db", store, "--config", config_of(tmp_path, NEW), "update"))
    assert run("--db", store, "--config", config_of(tmp_path, NEW), "rename", OLD, NEW).code == 0
    assert run("--db", store, "--config", config_of(tmp_path, NEW), "update").code == 0


def test_a_known_log_stays_of_its_site(store: Path, tmp_path: Path) -> None:
    log = log_of(tmp_path, A)
    assert run("--db", store, "ingest", "--site", NEW, log).code == 0
    log_of(tmp_path, A + B)
    assert run("--db", store, "ingest", log).code == 0
    assert {row[0] for row in contents(store, "hits")["hits"]} == {NEW}


def test_a_log_whose_lines_name_hosts_is_refused_for_a_site(store: Path, tmp_path: Path) -> None:
    log = log_of(tmp_path, [b"www.example:443 " + line for line in A])
    assert run("--db", store, "ingest", log).code == 0
    ran = run("--db", store, "ingest", "--site", NEW, log)
    assert (ran.code, "hosts that its lines name (40 hits)" in ran.err) == (1, True), ran
    assert run("--db", store, "ingest", log).code == 0
    ran = run("--db", store, "rename", "www.example", NEW)
    assert 'hosts = ["www.example"]' in ran.err


@pytest.mark.parametrize("sites", [["a"], ["a", "b"]])
def test_a_forgotten_site_invents_none(store: Path, tmp_path: Path, sites: list[str]) -> None:
    for number, site in enumerate(sites):
        log = log_of(tmp_path, numbered(3, first=100 + 10 * number), f"{site}.log")
        assert run("--db", store, "ingest", "--site", site, log).code == 0
    ran = run("--db", store, "ingest", log_of(tmp_path, A))
    assert (ran.code, f"Give --site: {', '.join(sites)}, or" in ran.err) == (2, True), ran
    assert run("--db", store, "ingest", "--site", OLD, log_of(tmp_path, A)).code == 0
    ran = run("--db", store, "ingest", log_of(tmp_path, B, "b2.log"))
    assert (ran.code, OLD in ran.err) == (2, True), ran


def test_names_that_are_wrong_are_refused(store: Path, tmp_path: Path) -> None:
    assert run("--db", store, "rename", OLD, NEW).code == 4
    read_in(store, log_of(tmp_path, A))
    ran = run("--db", store, "rename", "nobody", NEW)
    assert (ran.code, OLD in ran.err) == (2, True), ran
    assert run("--db", store, "rename", OLD, OLD).code == 2


OFFICE = Site(NEW, "UTC", internal=("192.0.2.0/24",))
HASHED = Site(NEW, "UTC", privacy="hash")
SHORT = Site(NEW, "UTC", privacy="truncate")
ELSEWHERE = Site(NEW, "Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("first", "later", "of_new", "reason"),
    [
        (IN_UTC, Settings(sites=(HASHED,)), False, 'with "hash"'),
        (IN_UTC, Settings(sites=(SHORT,)), False, 'with "truncate"'),
        (IN_UTC, Settings(sites=(HASHED,)), True, "different keys"),
        (
            Settings(sites=(Site(OLD, "UTC", privacy="truncate"),)),
            Settings(sites=(Site(NEW, "UTC"),)),
            False,
            'with "full"',
        ),
        (Settings(sites=(Site(OLD, "UTC", internal=("192.0.2.0/24",)),)), IN_UTC, False, ""),
        (IN_UTC, Settings(sites=(OFFICE,)), None, "`internal`"),
        (IN_UTC, Settings(sites=(OFFICE,)), False, ""),
        (IN_UTC, Settings(sites=(ELSEWHERE,)), False, ""),
        (IN_UTC, IN_UTC, True, ""),
        (Settings(sites=(Site(OLD, "UTC", privacy="hash"),)), Settings(sites=(HASHED,)), False, ""),
        (Settings(sites=(Site(OLD, "UTC", privacy="truncate"),)), Settings(sites=(SHORT,)), True, ""),
    ],
)
def test_what_is_not_exact_is_refused(
    tmp_path: Path, first: Settings, later: Settings, of_new: bool | None, reason: str
) -> None:
    """`of_new`: there is a site of the new name, read by the later settings (None: by the first)."""
    store = tmp_path / "store.duckdb"
    read_in(store, log_of(tmp_path, A), settings=first, site=OLD)
    if of_new is not False:
        read_in(store, log_of(tmp_path, B, "b.log"), settings=later if of_new else first, site=NEW)
    if not reason:
        rename(store, OLD, NEW, later, 10)
        assert {row[0] for row in contents(store, "hits")["hits"]} == {NEW}
    else:
        before = contents(store)
        with pytest.raises(LogstatsError, match=re.escape(reason)):
            rename(store, OLD, NEW, later, 10)
        assert contents(store) == before
    require_verified(store)


def listed(store: Path, *options: str | Path) -> dict[str, dict[str, object]]:
    ran = run("--db", store, *options, "sites", "-f", "json")
    assert ran.code == 0, ran
    return {row["site"]: row for row in json.loads(ran.out)}


def test_sites_are_listed_with_their_settings(store: Path, tmp_path: Path) -> None:
    config = config_of(tmp_path, NEW, "other.example", extra='timezone = "Asia/Ho_Chi_Minh"\nbaseline = 7')
    config.write_text(config.read_text().replace('timezone = "UTC"\n', ""))
    assert listed(store, "--config", config)[NEW]["all_time"] == 7
    assert "nothing is stored yet" in run("--db", store, "sites").err
    assert run("--db", store, "ingest", log_of(tmp_path, B, "b.log")).code == 0
    log = log_of(tmp_path, A, "a.log")
    assert run("--db", store, "--config", config, "ingest", "--site", NEW, log).code == 0
    rows = listed(store, "--config", config)
    assert list(rows) == [OLD, NEW, "other.example"]
    assert rows[NEW] == {
        "site": NEW,
        "timezone": "Asia/Ho_Chi_Minh",
        "first_day": "2026-11-23",
        "logged_until": "2026-11-23T08:39:00+07:00",
        "hits": 40,
        "visits": 1,
        "all_time": 8,
        "settings": str(config),
        "listed": True,
    }
    assert (rows[OLD]["settings"], rows[OLD]["listed"], rows[OLD]["all_time"]) == (None, False, 1)
    assert (rows["other.example"]["hits"], rows["other.example"]["listed"]) == (0, True)
    assert "other.example" not in listed(store)


def test_a_rename_is_undone(store: Path, tmp_path: Path) -> None:
    read_in(store, log_of(tmp_path, A, "a.log"), settings=IN_UTC, site=OLD)
    before = contents(store)
    ran = run("--db", store, "rename", OLD, NEW)
    assert f"`logstats rename --undo {OLD} {NEW}` takes it back" in ran.err, ran
    assert run("--db", store, "rename", "--undo", OLD, NEW).code == 0
    assert contents(store) == before
    ran = run("--db", store, "rename", "--undo", OLD, NEW)
    assert (ran.code, "no rename of" in ran.err) == (2, True), ran
    read_in(store, log_of(tmp_path, B, "b.log"), settings=IN_UTC, site=NEW)
    before = contents(store)
    assert "is part of" in run("--db", store, "rename", OLD, NEW).err
    assert contents(store) != before
    assert run("--db", store, "rename", "--undo", OLD, NEW).code == 0
    assert contents(store) == before


def test_renames_are_undone_in_turn(store: Path, tmp_path: Path) -> None:
    read_in(store, log_of(tmp_path, A, "a.log"), settings=IN_UTC, site=OLD)
    before = contents(store)
    for old, new in ((OLD, "b"), ("b", "c")):
        assert run("--db", store, "rename", old, new).code == 0
    ran = run("--db", store, "rename", "--undo", OLD, "b")
    assert (ran.code, "no site 'b' now" in ran.err) == (2, True), ran
    for old, new in (("b", "c"), (OLD, "b")):
        assert run("--db", store, "rename", "--undo", old, new).code == 0
    assert contents(store) == before


@pytest.mark.parametrize("why", ["are pruned", "lines of both"])
def test_a_merger_for_good_is_said_before(store: Path, tmp_path: Path, why: str) -> None:
    if why == "are pruned":
        read_in(store, log_of(tmp_path, A, "a.log"), settings=IN_UTC, site=OLD)
        read_in(store, log_of(tmp_path, B, "b.log"), settings=IN_UTC, site=NEW)
        assert run("--db", store, "prune", "--keep", "1d", "--at", "2026-12-01").code == 0
    else:
        lines = [f"{(OLD, NEW)[index % 2]}.x:443 ".encode() + line for index, line in enumerate(A)]
        read_in(store, log_of(tmp_path, lines), settings=IN_UTC, log_format="vhost_combined")
    old, new = (OLD, NEW) if why == "are pruned" else (f"{OLD}.x", f"{NEW}.x")
    before = contents(store)
    ran = run("--db", store, "rename", old, new)
    assert (ran.code, why in ran.err, "--merge" in ran.err) == (1, True, True), ran
    assert contents(store) == before
    assert run("--db", store, "rename", "--merge", old, new).code == 0
    require_verified(store)


def test_what_was_pruned_since_stays_together(store: Path, tmp_path: Path) -> None:
    read_in(store, log_of(tmp_path, A, "a.log"), settings=IN_UTC, site=OLD)
    read_in(store, log_of(tmp_path, B, "b.log"), settings=IN_UTC, site=NEW)
    assert run("--db", store, "rename", OLD, NEW).code == 0
    assert run("--db", store, "prune", "--keep", "1d", "--at", "2026-12-01").code == 0
    before = contents(store)
    for words in (("rename", "--undo", OLD, NEW), ("move", "1", OLD)):
        ran = run("--db", store, *words)
        assert (ran.code, "are pruned" in ran.err) == (1, True), ran
    assert contents(store) == before


def test_a_log_is_moved_and_back(store: Path, tmp_path: Path) -> None:
    config = config_of(tmp_path, NEW, extra='internal = ["192.0.2.0/24"]')
    read_in(store, log_of(tmp_path, A, "a.log"), settings=IN_UTC, site=OLD)
    read_in(store, log_of(tmp_path, B, "b.log"), settings=IN_UTC, site=OLD)
    before = contents(store)
    ran = run("--db", store, "--config", config, "move", "2", NEW)
    assert f"40 hits of 1 log of {OLD} are now of {NEW}, which is a new site" in ran.err, ran
    assert f"`logstats move 2 {OLD}` takes it back" in ran.err, ran
    classes = {(row[0], row[-1]) for row in contents(store, "hits")["hits"]}
    assert classes == {(OLD, "page view"), (NEW, "internal")}
    assert run("--db", store, "--config", config, "move", "2", OLD).code == 0
    assert contents(store) == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("7", NEW), 2, "no log 7"),
        (("x", NEW), 2, "'x' is not a log's ID; `logstats sources` lists them"),
        (("0", NEW), 2, "'0' is not a log's ID"),
        (("99999999999999", NEW), 2, "'99999999999999' is not a log's ID"),
        (("1", OLD), 2, "is of default already"),
        (("1", "2", NEW), 2, "several sites"),
        (("3", NEW), 1, "name their sites"),
        ((NEW,), 2, ""),
    ],
)
def test_what_can_t_be_moved_is_refused(
    store: Path, tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    read_in(store, log_of(tmp_path, A, "a.log"), settings=IN_UTC, site=OLD)
    read_in(store, log_of(tmp_path, B, "b.log"), settings=IN_UTC, site="b")
    lines = [b"www.example:443 " + line for line in numbered(3, first=200)]
    read_in(store, log_of(tmp_path, lines), settings=IN_UTC, log_format="vhost_combined")
    before = contents(store)
    ran = run("--db", store, "move", *words)
    assert (ran.code, said in ran.err) == (code, True), ran
    assert contents(store) == before


def test_pseudonyms_are_not_moved(store: Path, tmp_path: Path) -> None:
    read_in(
        store, log_of(tmp_path, A), settings=Settings(sites=(Site(OLD, "UTC", privacy="hash"),)), site=OLD
    )
    ran = run("--db", store, "move", "1", NEW)
    assert (ran.code, "pseudonyms" in ran.err) == (1, True), ran


@pytest.mark.parametrize("text", ["abc", "1e3", "9" * 40, ""])
def test_what_is_no_ingest_is_said(store: Path, tmp_path: Path, text: str) -> None:
    read_in(store, log_of(tmp_path, A))
    ran = run("--db", store, "undo", text)
    assert (ran.code, f"'{text}' is not an ingest's ID; `logstats ingests` lists them" in ran.err) == (
        2,
        True,
    ), ran
