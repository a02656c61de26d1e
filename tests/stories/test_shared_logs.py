"""Real logs that nobody here wrote: every line is a hit or a reject, and the hits are the oracle's.

They are no part of the project; where they are not beside it, these tests are skipped.
"""

import gzip
import os
import re
import shutil
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support import oracle
from support.lines import contents, read_in, reading_of

from logstats import config
from logstats.config import Settings
from logstats.errors import FormatError, RefusedLinesError
from logstats.formats import named
from logstats.reports.counters import read_counters
from logstats.store import Session
from logstats.store.as_of import ReportRequest
from logstats.totals import recompute

LOGS = Path(__file__).parents[3] / "shared" / "logs"
pytestmark = pytest.mark.skipif(
    not LOGS.is_dir(), reason="the real logs are not here: they would be in shared/logs, beside the project"
)


@dataclass(frozen=True)
class Real:
    """A log's format, and how many of its lines are hits and rejects. The rejects were looked at."""

    hits: int
    rejects: int = 0
    log_format: str = "combined"


COMBINED = named.load("combined").spec
REAL = {
    "advertools__combined_no_errors.log": Real(885),
    "advertools__combined_with_errors.log": Real(885, 4),  # «Error line 1» to 4
    "advertools__dreamhost_apache_access.log": Real(129, 1),  # a blank line
    "advertools__nginx_access.log": Real(1000),
    "airisdata__blog_2016.log.gz": Real(206_860),
    "amanpanchal__nasa_aug95.log": Real(1838, 92, "common"),  # halves of lines that were broken in two
    "apachelogs__vhost_combined.log": Real(6, 1, "vhost_combined"),  # «Bad line»
    "drill__dfs-bootstrap.log": Real(2, log_format='%h %t "%r" %>s %b "%{Referer}i"'),
    "drill__example1.log": Real(1, log_format=f'{COMBINED} "%{{Cookie}}i"'),
    "drill__hackers-access-small.log": Real(10),
    "drill__multiformat.log": Real(1, 2),  # two are of other formats
    "elastic-examples__apache_logs.log.gz": Real(9999, 1),  # one is cut off in its agent
    "haipinglu__nasa_aug95_100.log": Real(100, log_format="common"),
    "hurence__nasa_jul95.log": Real(4000, log_format="common"),
    # two are combined; the others have a host before or a word after the fields, or are of other servers
    "lnav-format__access_log.log": Real(2, 7),
    "lnav__access_log.0.log": Real(3),
    "lnav__access_log.1.log": Real(1),
    "lnav__bad_access_log.0.log": Real(2, 1),  # one has no users
    "lnav__playground_access_log.log": Real(2492),
    "lnav__shop_access_log.0.log": Real(1000, log_format=f'{COMBINED} "%{{X-Forwarded-For}}i"'),
    "mtail__apache-combined.log": Real(5),
    "mtail__apache-common.log": Real(
        3, log_format='%h %l %u %t "%r" %>s %b %D "%{Referer}i" "%{User-Agent}i"'
    ),
    # four have a host before them, four are common, one is cut off
    "plaso__apache_access.log": Real(6, 9),
    "rla__apache_combined.log": Real(5),
    "rla__apache_common.log": Real(10, log_format="common"),
    "webreadr__combined_log_clf.log": Real(12),
    "webreadr__log_clf.log": Real(2, log_format="common"),
}
# combined, but with line breaks in the middle of lines, so that most of some are not understood
BROKEN = [f"erddaplogs__nginx_tomcat.{number}.log" for number in range(1, 10)]
OF_BROKEN = Real(hits=0)
MOSTLY_BROKEN = {BROKEN[7]}  # most of its lines are parts of others
BLOG = "airisdata__blog_2016.log.gz"  # has tests of its own
READ_BY_ORACLE = [
    *(name for name, real in REAL.items() if real.log_format in {"combined", "common"} and name != BLOG),
    *BROKEN,
]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for the stores of the logs, each of which is read once."""
    return tmp_path_factory.mktemp("real")


def read_real(shelf: Path, name: str, log_format: str = "") -> tuple[Path, Path]:
    """Read a copy of a log, which nobody has written to for long; return the store and the log."""
    store, log = shelf / f"{name}.{log_format}.duckdb", shelf / name
    if not store.exists():
        shutil.copyfile(LOGS / name, log)
        os.utime(log, (0, 0))
        settings = Settings(unlisted=config.Site(timezone="UTC"))
        log_format = log_format or REAL.get(name, OF_BROKEN).log_format
        with pytest.raises(RefusedLinesError) if name in MOSTLY_BROKEN else nullcontext():
            read_in(store, log, settings=settings, log_format=log_format)
    return store, log


def text_of(name: str) -> str:
    """Return what is in a log."""
    data = (LOGS / name).read_bytes()
    return (gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8", "backslashreplace")


def lines_of(name: str) -> int:
    """Return how many lines a log has, the last one with or without a newline."""
    return len(text_of(name).removesuffix("\n").split("\n"))


@pytest.mark.parametrize("name", REAL)
def test_every_line_of_a_real_log_is_a_hit_or_a_reject(shelf: Path, name: str) -> None:
    real = REAL[name]
    store, _ = read_real(shelf, name)
    ((_, lines, hits, rejects, is_complete),) = contents(store, "sources")["sources"]
    assert (lines, hits, rejects) == (lines_of(name), real.hits, real.rejects)
    assert is_complete
    assert len(contents(store, "rejects")["rejects"]) == rejects


@pytest.mark.parametrize("name", READ_BY_ORACLE)
def test_the_hits_of_a_real_log_are_those_that_the_oracle_reads(shelf: Path, name: str) -> None:
    reading = reading_of(*read_real(shelf, name))
    found = ((hit.client, hit.at, hit.status, hit.size, hit.referrer, hit.agent) for hit in reading.hits)
    has_agent = REAL.get(name, OF_BROKEN).log_format == "combined"
    lines = (line for line in text_of(name).split("\n") if line.rstrip().endswith('"') == has_agent)
    parsed = (oracle.parse(line) for line in lines)
    expected = ((line.client, line.at, *line[3:]) for line in parsed if line is not None)
    assert Counter(found) == Counter(expected)
    assert len(reading.hits) + len(reading.rejects) == lines_of(name)


def test_every_log_that_its_readme_calls_apaches_is_read_here() -> None:
    rows = [row.split("|") for row in (LOGS / "README.md").read_text().splitlines() if row.startswith("|")]
    named = {row[1].strip(): int(row[2]) for row in rows if row[3].strip().startswith("Apache ")}
    assert set(named) - set(REAL) == set()
    assert {name: lines_of(name) for name in named} == named


# --- With no option -----------------------------------------------------------------------------------

EXPECTED: dict[str, Any] = tomllib.loads(Path(__file__).with_name("shared_logs.toml").read_text("utf-8"))
REFUSED = {
    # what the refusal of a log says
    # [November 23, 2021T00:18:22 +0000]
    "advertools__nginx_custom_date.log": "unknown log format",
    "brianary__ex010320.log": "a year of two digits may be in any century",
    "brianary__ex031118.log": "the #Fields line lacks time, cs-method, sc-status",
    "brianary__pf040903.log": "the #Fields line lacks c-ip, cs-method",  # a firewall's
    "elastic-examples__nginxplus_json_logs.log.gz": "these are JSON lines without a known key for client",
    "lnav__syslog_with_access_log.0.log": "this is a system log",
    "lnav__w3c.2.log": "this is not a web server's log",  # FTP
    "lnav__w3c.5.log": "the #Fields line lacks c-ip, sc-status",
    "plaso__ivanti_vc0-log.access.vc0.log": "this is a binary file",
}
UNFINISHED = {"plaso__aws_elb_access.log": 1}  # half a line at its end, of no format, that is left


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_log_is_read_with_no_option(
    shelf: Path, name: str, record_log: Callable[[str, str, int, int], None]
) -> None:
    expected = EXPECTED[name]
    store, log = read_real(shelf, name, "auto")
    with Session() as session, session.reading(store, wait=10):
        (row,) = session.execute("SELECT format, lines, hits, rejects FROM store.source").rows
    record_log(name, row[0], *row[2:])
    assert row[0].split()[0] == expected["format"]
    assert row[2:] == (expected["hits"], expected["rejects"])
    assert row[1] == row[2] + row[3] == lines_of(name) - UNFINISHED.get(name, 0)
    hits = {
        (hit.at, hit.client[-6:], hit.target[:40], hit.status, hit.agent[-24:])
        for hit in reading_of(store, log).hits
    }
    assert {tuple(line) for line in expected["lines"]} - hits == set()


@pytest.mark.parametrize("name", REFUSED)
def test_a_real_log_is_refused_with_no_option(
    tmp_path: Path, name: str, record_log: Callable[[str, str, int, int], None]
) -> None:
    with pytest.raises(FormatError, match=re.escape(REFUSED[name])):
        read_real(tmp_path, name, "auto")
    record_log(name, f"refused: {REFUSED[name]}", 0, 0)


def test_every_real_log_has_an_expected_outcome_here() -> None:
    assert {path.name for path in LOGS.iterdir() if ".log" in path.name} == EXPECTED.keys() | REFUSED.keys()


# --- What others read in them -------------------------------------------------------------------------

GOLDEN = {
    # log: labels of its golden file, which counts requests and bytes by method and status
    "mtail__apache-combined.log": "mtail__apache-combined__apache-combined.golden",
    "mtail__apache-common.log": "mtail__apache-common__apache-common.golden",
}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_figures_of_a_real_log_are_those_that_mtail_counts(shelf: Path, name: str) -> None:
    hits = reading_of(*read_real(shelf, name, "auto")).hits
    requests: Counter[tuple[str, ...]] = Counter()
    sizes: Counter[tuple[str, ...]] = Counter()
    for metric, labels, value in golden(GOLDEN[name]):
        kind = (labels["request_method"], labels.get("request_status") or labels["status_code"])
        if metric == "apache_http_requests_total":
            requests[kind] += value
        elif metric == "apache_http_bytes_total":
            sizes[kind] += value
    assert Counter((hit.method, str(hit.status)) for hit in hits) == requests
    found: Counter[tuple[str, ...]] = Counter()
    for hit in hits:
        found[hit.method or "", str(hit.status)] += hit.size
    assert +found == sizes


def test_the_figures_of_lighttpd_are_those_that_mtail_counts(shelf: Path) -> None:
    """mtail counts requests that came through the proxy, the second client; others are health checks."""
    reading = reading_of(*read_real(shelf, "mtail__lighttpd_access.log", "auto"))
    found = [hit for hit in reading.hits if hit.client != "127.0.0.1"]
    counted = {
        (metric, *labels.values()): value
        for metric, labels, value in golden("mtail__lighttpd_access__lighttpd_accesslog.golden")
    }
    statuses = Counter(str(hit.status) for hit in found)
    assert statuses == {
        status: value for (metric, status, *_), value in counted.items() if metric == "request"
    }
    sizes = {status: sum(hit.size for hit in found if str(hit.status) == status) for status in statuses}
    assert sizes == {status: counted["bytes_out", "resp_body", status] for status in sizes}
    assert len(found) == counted["requests", "192.0.2.5"]


def golden(name: str) -> Iterator[tuple[str, dict[str, str], int]]:
    """Yield the metrics of an expected result: name, labels, value."""
    for line in (LOGS / "expected" / name).read_text().splitlines():
        if match := re.match(r"^\w+ (\w+) \{(.*)\} (\d+) ", line):
            labels = dict(label.split("=", 1) for label in match[2].split(","))
            yield match[1], labels, int(match[3])


# --- A month of a real blog ---------------------------------------------------------------------------

NEW_YORK = oracle.Site("America/New_York")


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store of the blog's log."""
    folder = tmp_path_factory.mktemp("blog")
    log = Path(shutil.copyfile(LOGS / BLOG, folder / BLOG))
    settings = Settings(unlisted=config.Site(timezone=NEW_YORK.timezone))
    read_in(folder / "store.duckdb", log, settings=settings)
    return folder / "store.duckdb"


@pytest.fixture(scope="module")
def blog_hits(blog: Path) -> list[oracle.Hit]:
    """Give the blog's hits as the oracle reads them.

    Which agents are bots and which pages are assets is the store's word: other tests are for that.
    """
    with Session() as session, session.reading(blog, wait=10):
        bots: dict[str, Any] = dict(session.execute("SELECT agent, bot_reason FROM store.agent").rows)
        articles: dict[str, Any] = dict(
            session.execute("""
                SELECT page.target, article.identity
                FROM store.page AS page
                LEFT JOIN store.article AS article USING (article_id)""").rows
        )
    hits = []
    for line in oracle.parse_all(text_of(BLOG)):
        method, _, rest = line.request.partition(" ")
        target = rest.rpartition(" HTTP/")[0]
        is_bot = bots[line.agent] is not None
        hits.append(
            oracle.Hit(line.client, line.agent, line.at, articles[target], method, line.status, is_bot)
        )
    return hits


def test_seven_in_ten_lines_of_a_real_blog_are_bots(blog_hits: list[oracle.Hit]) -> None:
    assert 0.70 < sum(hit.is_bot for hit in blog_hits) / lines_of(BLOG) < 0.74


def test_the_visits_and_days_of_a_real_blog_are_the_oracles(blog: Path, blog_hits: list[oracle.Hit]) -> None:
    rows = contents(blog, "visits", "day_totals")
    found = oracle.visits(blog_hits, NEW_YORK.gap)
    expected = [(*visit[:4], NEW_YORK.day(visit.first), visit.page_views) for visit in found]
    assert Counter(row[1:] for row in rows["visits"]) == Counter(expected)
    assert {row[1]: row[2:] for row in rows["day_totals"]} == oracle.day_totals(blog_hits, NEW_YORK)
    assert len(expected) > 1000


def test_the_figures_of_a_real_blog_are_the_oracles(blog: Path, blog_hits: list[oracle.Hit]) -> None:
    last = max(hit.at for hit in blog_hits)
    # its last day, the day of it on which clocks went forward, and a Monday's first minutes
    for at in (last, last.replace(day=13, hour=7), last.replace(day=21, hour=4, minute=10)):
        (row,) = read_counters(ReportRequest(blog, at=f"{at.isoformat()}+00:00"))
        figures = (row.online, row.today, row.week, row.month, row.all_time)
        assert figures == oracle.figures(blog_hits, NEW_YORK, at)
        assert row.at.utcoffset() == timedelta(hours=-4)


def test_verify_finds_no_difference_in_a_real_blog(blog: Path) -> None:
    assert [check.claim for check in recompute.verify(blog, 10) if check.differences.rows] == []
