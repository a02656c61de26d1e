"""Write a golden store: one that later programs must open, migrate and read with the same figures.

    cd tests && python -m stories.golden.make FOLDER

It is run once for each schema, by the program that has that schema, and FOLDER is then kept beside this file.
FOLDER gets the store, its settings, its logs, and `figures.json`: what the program answers to FIGURES. The
portal is read in /tmp/golden, because a store keeps the paths of its logs.
"""

import gzip
import json
import random
import shutil
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from support.lines import CHROME, FIREFOX, GOOGLEBOT, Line
from support.surface import run

WORK = Path("/tmp/golden")
AT = "2026-11-21T10:00"
CONFIG = """\
database = "store.duckdb"
at = "2026-11-21T10:00"
new_sites = true
assets = ["/health"]
logs = ["logs/vhosts.log*"]
keep_hits = 9

[bots]
add = ["OurMonitor/"]

[[site]]
name = "tin.example"
timezone = "Asia/Ho_Chi_Minh"
logs = ["logs/tin.log*"]
format = "combined"
internal = ["203.0.113.16/28"]
baseline = 1000
baseline_on = 2026-11-10

[site.aliases]
"/trang-chu" = "/"

[[site.article]]
pattern = '^/tin/(?P<id>\\d+)'
key = "tin/{id}"
section = "tin"

[[site.counter]]
file = "tin.txt"
[[site.counter]]
file = "tin.json"
[[site.counter]]
into = "tin.html"

[[site]]
name = "kin.example"
logs.web1 = ["logs/kin.log*"]
timezone = "UTC"
privacy = "hash"
week_start = "sunday"
visit_gap = "10m"

[[site]]
name = "net.example"
hosts = ["www.net.example"]
timezone = "UTC"
privacy = "truncate"

[[counter]]
file = "all.json"
"""
PAGE = (
    '<!doctype html>\n<p>Online: <b data-logstats="online">?</b>, today: <b data-logstats="today">?</b></p>\n'
)
TITLES = """\
url,title
https://tin.example/tin/1,Lễ hội xuống đồng
https://tin.example/tin/2,Chợ phiên
https://la.example/tin/1,Lễ hội ở bản
"""
FIGURES = {
    # a name: a query of the views whose rows no later program may change
    "days": "SELECT site, day, hits, bot_hits, page_views, visits FROM day_totals JOIN sites USING (site_id)",
    "visits": """SELECT site, day, count(*) AS visits, sum(page_views)::BIGINT AS page_views,
        sum(date_diff('second', first_at, last_at))::BIGINT AS seconds
        FROM visits JOIN sites USING (site_id) GROUP BY ALL""",
    "hits": """SELECT site, status, counts_as::VARCHAR AS counts_as, count(*) AS hits,
        sum(bytes)::BIGINT AS bytes
        FROM hits JOIN sites USING (site_id) GROUP BY ALL""",
    "articles": "SELECT site, article, section, title FROM articles JOIN sites USING (site_id)",
    "sources": "SELECT site, format, position, lines, hits, rejects, complete FROM sources",
    "rejects": "SELECT site, line_number, reason, line FROM rejects",
    "baselines": "SELECT site, visits FROM baselines JOIN sites USING (site_id)",
}
PATHS = ("/", "/trang-chu", "/tin/1", "/tin/2?utm_source=x", "/tin/3", "/anh.png", "/health", "/a%20b")
AGENTS = (FIREFOX, CHROME, GOOGLEBOT, "OurMonitor/1.0", "curl/8.5.0")


def lines(count: int, seed: int, start: str, days: int, host: str = "") -> list[bytes]:
    """Return log lines over so many days, in order; some are no hits."""
    chance = random.Random(seed)
    first = datetime.fromisoformat(start)
    times = sorted(chance.randrange(days * 86_400) for _ in range(count))
    return [_line(chance, first + timedelta(seconds=at), host) for at in times]


def _line(chance: random.Random, at: datetime, host: str) -> bytes:
    if chance.random() < 0.02:
        return chance.choice(
            [b"not a line\n", b'192.0.2.1 - - [30/Feb/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1\n']
        )
    line = replace(
        Line(),
        client=chance.choice([f"192.0.2.{chance.randrange(9)}", "203.0.113.17", "2001:db8::7"]),
        at=at,
        request=f"GET {chance.choice(PATHS)} HTTP/1.1",
        status=chance.choice(["200", "200", "200", "304", "404"]),
        size=str(chance.randrange(10_000)),
        referrer=chance.choice(["-", "https://tim.example/?q=1"]),
        agent=chance.choice(AGENTS),
        host=host and chance.choice([host, f"www.{host}", "la.example"]),
    )
    return line.vhost_combined() if host else line.combined()


def query_command(name: str) -> tuple[str, ...]:
    """Return the command for one of FIGURES."""
    return ("sql", "--timezone", "UTC", "-f", "json", f"FROM ({FIGURES[name]}) ORDER BY ALL")


def main(folder: Path) -> None:
    """Read logs of a portal as an admin would over weeks, and keep the store in `folder`."""
    shutil.rmtree(WORK, ignore_errors=True)
    logs = WORK / "logs"
    logs.mkdir(parents=True)
    (WORK / "logstats.toml").write_text(CONFIG, encoding="utf-8")
    (WORK / "tin.html").write_text(PAGE, encoding="utf-8")
    (WORK / "titles.csv").write_text(TITLES, encoding="utf-8")
    (logs / "tin.log.2.gz").write_bytes(gzip.compress(b"".join(lines(120, 1, "2026-10-20", 12)), mtime=0))
    (logs / "tin.log.1").write_bytes(b"".join(lines(120, 2, "2026-11-01", 12)))
    (logs / "tin.log").write_bytes(b"".join(lines(120, 3, "2026-11-13", 8)))
    (logs / "kin.log").write_bytes(b"".join(lines(100, 4, "2026-11-15", 6)))
    (logs / "vhosts.log").write_bytes(b"".join(lines(100, 5, "2026-11-15", 6, "net.example")))
    _run("ingest", "--site", "tin.example", logs / "tin.log.2.gz")
    _run("titles", WORK / "titles.csv")
    _run("update")
    _run("baseline", "kin.example", "77", "--on", "2026-11-16", "--note", "the old counter")
    _run("titles", WORK / "titles.csv")
    _run("rename", "la.example", "xa.example")
    _run("prune", "--keep", "25", "--timezone", "UTC")
    for name in ("tin.log", "kin.log"):
        with (logs / name).open("ab") as log:
            log.write(b"".join(lines(40, 6, "2026-11-21", 1)))
    _run("update")
    _run("verify")
    figures = {name: json.loads(_run(*query_command(name))) for name in FIGURES}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "figures.json").write_text(
        json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    for path in (*WORK.glob("*.*"), *logs.iterdir()):
        if path.suffix in (".gate", ".lock", ".ingest", ".update"):
            continue
        kept = folder / path.relative_to(WORK)
        kept.parent.mkdir(exist_ok=True)
        if path.suffix == ".duckdb":
            kept.with_suffix(".duckdb.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
        else:
            shutil.copyfile(path, kept)


def _run(*arguments: str | Path) -> bytes:
    ran = run("--config", WORK / "logstats.toml", *arguments)
    assert ran.code == 0, (arguments, ran)
    return ran.data


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
