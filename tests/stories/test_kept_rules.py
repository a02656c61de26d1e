"""The rules of a site are kept with it, and hold where no logstats.toml names the site.

Each command gives the same figures without the right logstats.toml, and with one of another site, as with it.
"""

from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from support.lines import FIGURES, FIREFOX, START, Line, contents, require_verified
from support.surface import Ran, copied, run

SITE, OTHER = "portal.example", "other.example"
HEAD = f'[[site]]\nname = "{SITE}"\ntimezone = "UTC"\n'
RULES = {
    # a setting that decides a figure: logstats.toml with it, before and after the line with the site's zone
    "internal": ("", 'internal = ["192.0.2.1/32"]'),
    "[bots]": ('[bots]\nadd = ["Quokka"]\nexcept = ["curl"]', ""),
    "assets": ('assets = ["/tin/.*"]', ""),
    "article": ("", "[[site.article]]\npattern = '^/tin/(?P<id>[a-z])'\nkey = 'tin/{id}'"),
    "rules": ("", 'rules = "nukeviet"'),
    "aliases": ("", 'aliases = {"/tin/a" = "/tin/b"}'),
    "fold_case": ("", "fold_case = true"),
    "trusted_proxies": ("", 'trusted_proxies = ["10.0.0.0/8"]'),
    "trusted_proxies of all sites": ('trusted_proxies = ["10.0.0.0/8"]', ""),
    "hosts": ("", 'hosts = ["www.portal.example"]'),
    "privacy": ("", 'privacy = "truncate"'),
    "timezone": ("", 'timezone = "Asia/Ho_Chi_Minh"'),
    "visit_gap": ("", 'visit_gap = "90m"'),
    "online_window": ("", 'online_window = "60s"'),
    "week_start": ("", 'week_start = "sunday"'),
    "keep_hits": ("keep_hits = 2", ""),
}
OF_OTHERS = (
    'keep_hits = 1\nassets = ["/anh/.*"]\ntrusted_proxies = ["198.51.100.0/24"]\n'
    f'[[site]]\nname = "{OTHER}"\ntimezone = "America/New_York"\ninternal = ["192.0.2.2/32"]\n'
    '[bots]\nadd = ["Firefox"]\n'
)
FILES = {"no file": "", "of another site": OF_OTHERS}
COMMANDS = {
    # what is done by hand, on a store that cron has filled: its arguments
    "ingest": ("ingest", "--site", SITE, "by_hand.log"),
    "rebuild": ("rebuild",),
    "undo": ("undo", "2"),
    "prune": ("prune", "--at", "2026-11-27T12:00"),
    "rename": ("rename", SITE, "new.example"),
    "titles": ("titles", "--site", SITE, "titles.csv"),
}
VIEWS = ("/", "/tin/a", "/TIN/A", "/tin/b?id=2", "/anh/c", "/about/", "//www.portal.example/tin/a", "/tin/b")


def config_of(above: str, below: str) -> str:
    head = HEAD.replace('timezone = "UTC"\n', "") if below.startswith("timezone") else HEAD
    bots, above = (above, "") if above.startswith("[bots]") else ("", above)
    return f'{above}\n{head}logs = ["access.log"]\n{below}\n{bots}\n'


def lines(count: int, first: int = 0) -> bytes:
    """Lines 40 minutes apart over three days, of visitors behind a proxy and some programs."""
    agents = (FIREFOX, FIREFOX, f"{FIREFOX} Quokka/1", "curl/8.5.0")
    written = (
        (
            Line(
                client=("192.0.2.1", "192.0.2.2", "10.0.0.9", "2001:db8::7")[number % 4],
                at=START + timedelta(minutes=40 * (number // 3), seconds=number),
                request=f"GET {VIEWS[number % len(VIEWS)]} HTTP/1.1",
                size=str(number),
                agent=agents[number % 5 % 4],
            ).combined()[:-1]
            + f' "198.51.100.{number % 3}"\n'.encode()
        )
        for number in range(first, first + count)
    )
    return b"".join(written)


@cache
def filled(folder: Path, rule: str) -> tuple[Path, Path]:
    """Return a store that cron has filled in two runs, by settings with one rule, and their file."""
    folder = folder / str(list(RULES).index(rule))
    folder.mkdir()
    store, config = folder / "store.duckdb", folder / "logstats.toml"
    config.write_text(config_of(*RULES[rule]))
    for number in range(2):
        (folder / "access.log").write_bytes(lines(120 * (number + 1)))
        done(run("--db", store, "--config", config, "update"))
    return store, config


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


@pytest.fixture
def at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "by_hand.log").write_bytes(lines(90, 240))
    (tmp_path / "titles.csv").write_text("url,title\n/tin/a,A\n/TIN/B?id=2,B\n")
    return tmp_path


def done(ran: Ran) -> Ran:
    assert ran.code == 0, ran
    return ran


def counted(store: Path) -> object:
    titles = run("--db", store, "sql", "SELECT article, title FROM articles ORDER BY ALL").out
    at = run("--db", store, "counters", "--at", "2026-11-26T12:00", "-f", "csv").out
    return contents(store, *FIGURES), at, titles


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("rule", RULES)
def test_kept_rules_hold_by_hand(rule: str, command: str, stores: Path, at_hand: Path) -> None:
    store, config = filled(stores, rule)
    right = copied(store, at_hand / "right.duckdb")
    done(run("--db", right, "--config", config, *COMMANDS[command]))
    expected = counted(right)
    for name, text in FILES.items():
        if text:
            (at_hand / "logstats.toml").write_text(text)
        by_hand = copied(store, at_hand / f"{name}.duckdb")
        done(run("--db", by_hand, *COMMANDS[command]))
        assert counted(by_hand) == expected, name
        require_verified(by_hand)
