"""`cluster store`: a store with the hits of a site's month reports what one ingest of all logs does."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support import figures
from support.folder import tar_of
from support.lines import GOOGLEBOT, Line
from support.object_store import ObjectStore
from support.surface import Ran, assert_in_words, run

from logstats.shards import folders, manifest

SITE, OTHER = "portal.example", "other.example"
ZONE = timedelta(hours=7)
CONFIG = "".join(f'[[site]]\nname = "{name}"\ntimezone = "Asia/Ho_Chi_Minh"\n' for name in (SITE, OTHER))
FIRST = datetime(2026, 10, 26)  # the local day of the first log; there is one a day
DAYS = 42
MONTH = ("--since", "2026-11-01", "--until", "2026-11-30", "--site", SITE, "-f", "json")
REPORTS = (
    "pages --limit 0",
    "referrers --limit 0",
    "statuses",
    "bots",
    "visits --by day",
    "visits --by all",
    "hours --by day",
    "entries --limit 0",
    "exits --limit 0",
    "browsers",
    "suspects",
    "answers --by day",
    "online-history",
)


def lines_of(day: datetime) -> list[Line]:
    """Return what a day's log has: some visits, a bot, another site, and a line at each end of the day."""
    number = (day - FIRST).days
    start = day - ZONE
    found = [
        Line(client=f"192.0.2.{visitor}", at=start + timedelta(hours=9 + visitor, minutes=7 * number % 60))
        for visitor in range(3 + number % 4)
    ]
    found += [Line(client="192.0.2.200", at=line.at, request=f"GET /p/{number} HTTP/1.1") for line in found]
    found.append(Line(client="198.51.100.1", at=start + timedelta(hours=3), agent=GOOGLEBOT, status="404"))
    found.append(Line(client="198.51.100.2", at=start + timedelta(hours=4), host=OTHER))
    found += [Line(client="192.0.2.99", at=start + timedelta(minutes=minute)) for minute in (1, 24 * 60 - 1)]
    return found


def watched() -> list[Line]:
    """Return the page views of somebody who reads for days, into November and out of it."""
    step = timedelta(minutes=25)
    begin = [datetime(2026, 10, 28, 20) - ZONE + step * number for number in range(300)]
    end = [datetime(2026, 11, 30, 12) - ZONE + step * number for number in range(200)]
    return [Line(client="203.0.113.5", at=at, request=f"GET /w/{at:%d} HTTP/1.1") for at in (*begin, *end)]


class Portal:
    """Daily logs of two sites, read by one ingest into a store, and by runs of a cluster for another one.

    `into` names the figures of these runs, in a folder or in a bucket.
    """

    def __init__(self, folder: Path, bucket: ObjectStore | None = None) -> None:
        self.folder, self.month = folder, folder / "month.duckdb"
        self.kept = figures.below(folder / "into", bucket)
        self.into = self.kept.name
        (folder / "logstats.toml").write_text(CONFIG)
        self.logs = []
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            begin = day - ZONE
            others = [line for line in watched() if begin <= line.at < begin + timedelta(days=1)]
            path = folder / f"access-{day:%Y%m%d}.log"
            lines = sorted([*lines_of(day), *others], key=lambda line: line.at)
            path.write_bytes(b"".join(line.vhost_combined() for line in lines))
            self.logs.append(path)

    def run(self, name: str, *arguments: str | Path) -> Ran:
        config = ("--config", self.folder / "logstats.toml")
        return run(*config, "--db", self.folder / f"{name}.duckdb", *arguments)

    def ran(self, name: str, *arguments: str | Path) -> Ran:
        ran = self.run(name, *arguments)
        assert ran.code == 0, (arguments, ran)
        return ran

    def cluster(self, *more: str) -> None:
        """Read the logs for a key, and those of some days for another one."""
        early, late = self.logs[:5], self.logs[5:]
        for key, logs in (("early", early), ("late", late)):
            self.ran("hub", "cluster", "ingest", *logs, "--into", self.into, "--key", key, *more)

    def store(self, *arguments: str | Path, site: str = SITE, month: str = "2026-11") -> Ran:
        more = arguments or ("--output", self.month)
        return self.run("hub", "cluster", "store", site, month, "--from", self.into, *more)

    def read(self) -> set[str]:
        """Return the names of the logs that the store of the month has."""
        rows = json.loads(self.ran("month", "sources", "-f", "json").out)
        return {Path(row["path"]).name for row in rows}

    def reported(self, name: str) -> dict[str, object]:
        return {report: json.loads(self.ran(name, *report.split(), *MONTH).out) for report in REPORTS}


def days(first: str, last: str) -> set[str]:
    """Return the names of the logs of these days."""
    names = (f"{FIRST + timedelta(days=number):%Y%m%d}" for number in range(DAYS))
    return {f"access-{name}.log" for name in names if first <= name <= last}


@pytest.fixture(scope="module")
def bucket() -> Iterator[ObjectStore]:
    with figures.serving() as objects:
        yield objects


@pytest.fixture
def portal(tmp_path: Path, request: pytest.FixtureRequest) -> Portal:
    """Give the portal with its figures in a folder, or in another kind that is the parameter."""
    is_bucket = getattr(request, "param", "folder") == "bucket"
    return Portal(tmp_path, request.getfixturevalue("bucket") if is_bucket else None)


anywhere = pytest.mark.parametrize("portal", figures.KINDS, indirect=True)


def refused(ran: Ran, code: int, *why: str) -> None:
    assert ran.code == code, ran
    assert_in_words(ran.err)
    assert [text for text in why if text not in ran.err] == [], ran.err


KEPT = ("--keep-hits", "20d")


@pytest.mark.parametrize(
    ("portal", "kept"),
    [("folder", ()), ("folder", ("--keep-hits", "900d")), ("folder", KEPT), ("bucket", KEPT)],
    indirect=["portal"],
)
def test_the_store_of_a_month_reports_what_one_ingest_of_all_logs_does(
    portal: Portal, kept: tuple[str, ...]
) -> None:
    portal.cluster(*kept)
    ran = portal.store()
    assert ran.code == 0, ran
    portal.ran("one", "ingest", *portal.logs)
    assert portal.reported("month") == portal.reported("one")
    portal.ran("month", "verify")
    names = portal.read()
    assert names == days("20261028", "20261203")  # with the visits that go on
    assert f"{portal.month}: " in ran.err
    assert f" of {len(names)} logs\n" in ran.err
    assert "nothing new" in portal.ran("month", "-v", "ingest", portal.logs[10]).err


def test_only_the_logs_of_the_site_and_its_month_are_read(portal: Portal) -> None:
    own = portal.folder / "own.log"
    own.write_bytes(Line(at=datetime(2026, 11, 9), host=OTHER).vhost_combined() * 3)
    portal.ran("hub", "cluster", "ingest", own, *portal.logs, "--into", portal.into)
    assert portal.store().code == 0
    assert "own.log" not in portal.read()
    assert portal.store(site=OTHER).code == 0
    assert portal.read() == {"own.log", *days("20261031", "20261201")}


def test_the_logs_are_read_for_the_site_and_in_the_format_of_their_run(portal: Portal) -> None:
    log = portal.folder / "plain.log"
    log.write_bytes(b"".join(line.combined() for line in lines_of(datetime(2026, 11, 9))))
    how = ("--site", SITE, "--log-format", "combined")
    portal.ran("hub", "cluster", "ingest", log, "--into", portal.into, *how)
    assert portal.store().code == 0
    portal.ran("one", "ingest", log, *how)
    assert portal.reported("month") == portal.reported("one")


def test_logs_and_archives_in_a_bucket(tmp_path: Path, bucket: ObjectStore) -> None:
    portal = Portal(tmp_path, bucket)
    for log in portal.logs[:12]:
        bucket.put(f"month/{log.name}", log.read_bytes())
    bucket.put("month/older.tar", tar_of((log.name, log.read_bytes()) for log in portal.logs[12:20]))
    logs = f"{bucket.url}/month/"
    portal.ran("hub", "cluster", "ingest", logs, "--into", portal.into)
    assert portal.store().code == 0
    portal.ran("one", "ingest", logs)
    assert portal.reported("month") == portal.reported("one")
    assert portal.read() == days("20261028", "20261114")


def test_an_archive_with_a_log_of_the_month_is_read_as_a_whole(portal: Portal) -> None:
    archive = portal.folder / "older.tar"
    archive.write_bytes(tar_of((log.name, log.read_bytes()) for log in portal.logs[:8]))
    portal.ran("hub", "cluster", "ingest", archive, *portal.logs[8:12], "--into", portal.into)
    assert portal.store().code == 0
    portal.ran("one", "ingest", archive, *portal.logs[8:12])
    assert portal.reported("month") == portal.reported("one")
    assert portal.read() == days("20261026", "20261106")
    archive.write_bytes(tar_of((log.name, log.read_bytes()) for log in portal.logs[:7]))
    refused(portal.store(), 1, f"{archive}/{portal.logs[7].name}: is not the log any more that")


MISTAKES = {
    # arguments of `cluster store`, after the folder: the exit code, and what the message says
    ("-o", "text.txt"): (2, "is not a store of logstats, so the store of a month does not replace it"),
    ("-o", "hub.duckdb"): (2, "needs a file of its own"),
    ("-o", "link.duckdb"): (2, "is a symbolic link"),
    ("-o", "access-20261109.log"): (2, "is not a store of logstats"),
    ("-o", "none/month.duckdb"): (1, "can't be written: No such file or directory"),
    ("-o", "month.duckdb", "--engine", "abacus"): (2, "no engine 'abacus'"),
}


@pytest.fixture
def short(portal: Portal) -> Portal:
    portal.logs = portal.logs[:10]
    portal.ran("hub", "cluster", "ingest", *portal.logs, "--into", portal.into)
    return portal


def test_a_mistake_is_explained_and_changes_nothing(short: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(short.folder)
    Path("text.txt").write_text("text")
    Path("link.duckdb").symlink_to("hub.duckdb")
    Path("access-20261109.log").write_bytes(short.logs[0].read_bytes())
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    for arguments, (code, why) in MISTAKES.items():
        refused(short.store(*arguments), code, why)
    refused(short.store(site="portal.exampel"), 2, "no site 'portal.exampel' in", SITE)
    refused(short.store(month="2027-01"), 2, f"has lines of {SITE} in 2027-01")
    refused(short.store(month="2026-13"), 2, "2026-13")
    refused(short.run("hub", "cluster", "store", SITE, "2026-11", "--from", "x", "-o", "y"), 2, "no manifest")
    of_november = ("cluster", "store", SITE, "2026-11", "--from", "into", "-o", "y")
    refused(short.run("none", *of_november), 4, "no such store")
    short.ran("new", "ingest", short.logs[0])
    refused(short.run("new", *of_november), 1, "another store")
    assert {path: path.read_bytes() for path in Path().rglob("*") if path in before} == before
    assert not list(Path().glob(".month*"))


@anywhere
def test_figures_that_are_not_as_the_manifest_says_are_refused(short: Portal) -> None:
    (name,) = {name for name in short.kept.names() if name.startswith("site/")}
    short.kept.write(name, b"PAR1")
    refused(short.store(), 1, f"{short.into}/{name}: is not there as the manifest says")
    short.kept.remove(name)
    refused(short.store(), 1, f"{short.into}/{name}: is not there as the manifest says")
    assert not short.month.exists()


@anywhere
def test_a_log_that_is_another_one_now_is_refused_and_the_old_store_stays(short: Portal) -> None:
    assert short.store().code == 0
    before = short.month.read_bytes()
    own, other = short.logs[7].read_bytes(), short.logs[0].read_bytes()
    for changed in (other, own[: own.index(b"\n") + 1], own.replace(b" 100 ", b" 101 ", 1)):
        short.logs[7].write_bytes(changed)
        refused(short.store(), 1, f"{short.logs[7]}: is not the log any more that", "run its key again")
    short.logs[7].unlink()
    refused(short.store(), 1, f"{short.logs[7]}: can't be read")
    assert short.month.read_bytes() == before


def test_a_log_that_has_grown_is_read_to_its_end(short: Portal) -> None:
    with short.logs[7].open("ab") as log:
        log.write(Line(at=datetime(2026, 11, 2, 12), client="203.0.113.77").vhost_combined())
    assert short.store().code == 0
    short.ran("one", "ingest", *short.logs)
    assert short.reported("month") == short.reported("one")


def test_other_settings_are_refused(short: Portal) -> None:
    (short.folder / "logstats.toml").write_text(CONFIG.replace("timezone", 'visit_gap = "60m"\ntimezone'))
    refused(short.store(), 1, f"the figures of {SITE} were computed with a different visit_gap")
    (short.folder / "logstats.toml").write_text(CONFIG.replace("timezone", 'privacy = "truncate"\ntimezone'))
    refused(short.store(), 1, f"the figures of {SITE} were computed with a different privacy")
    assert not short.month.exists()


def test_the_folder_of_an_export_has_no_logs_to_read(short: Portal) -> None:
    short.ran("one", "ingest", *short.logs)
    out = short.folder / "out"
    short.ran("one", "export", out, "--key", "branch")
    assert manifest.read(folders.at(out)) is not None
    ran = short.run("one", "cluster", "store", SITE, "2026-11", "--from", out, "-o", short.month)
    refused(ran, 2, "no log that `logstats cluster ingest` has read")
