"""The rules of a site are kept with it, and hold where no logstats.toml names the site.

Each command gives the same figures without the right logstats.toml, and with one of another site, as with it.
"""

import json
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from support.lines import FIGURES, FIREFOX, START, Line, contents, require_verified
from support.surface import Ran, copied, run

from logstats.store import Session

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
    agents = (FIREFOX, FIREFOX, f"{FIREFOX} Quokka/{first}", "curl/8.5.0")
    written = (
        (
            Line(
                client=("192.0.2.1", "192.0.2.2", "10.0.0.9", "2001:db8::7")[number % 4],
                at=START + timedelta(minutes=40 * (number // 3), seconds=number),
                request=f"GET {VIEWS[number % len(VIEWS)]}{f'?id={number}' * (number % 7 == 5)} HTTP/1.1",
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
    right, by_hand = copied(store, at_hand / "right.duckdb"), copied(store, at_hand / "by_hand.duckdb")
    done(run("--db", right, "--config", config, *COMMANDS[command]))
    number = list(RULES).index(rule) + list(COMMANDS).index(command)  # each rule and command has each file
    if text := list(FILES.values())[number % len(FILES)]:
        (at_hand / "logstats.toml").write_text(text)
    done(run("--db", by_hand, *COMMANDS[command]))
    assert counted(by_hand) == counted(right)
    require_verified(by_hand)


@pytest.mark.parametrize("privacy", ["truncate", "hash"])
@pytest.mark.parametrize("file", FILES)
def test_no_whole_client_ip_gets_into_a_store_that_keeps_none(
    privacy: str, file: str, at_hand: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("private")
    store, config = folder / "store.duckdb", folder / "logstats.toml"
    config.write_text(config_of("", f'privacy = "{privacy}"'))
    (folder / "access.log").write_bytes(lines(20))
    done(run("--db", store, "--config", config, "update"))
    if FILES[file]:
        (at_hand / "logstats.toml").write_text(FILES[file])
    for words in (("ingest", "--site", SITE, "by_hand.log"), ("rebuild",), ("rename", SITE, "new.example")):
        done(run("--db", store, *words))
    (at_hand / "more.log").write_bytes(lines(60, 400))
    done(run("--db", store, "ingest", "--site", "new.example", "more.log"))
    clients = run("--db", store, "sql", "SELECT DISTINCT client FROM hits").out.split()[1:]
    whole = [client for client in clients if client.endswith((".1", ".2", ".9", "::7"))]
    assert (bool(clients), whole) == (True, [])


def older(store: Path) -> None:
    """Make a store one of schema 3: without what the later files add."""
    with Session() as session, session.writing(store, 10):
        session.execute("ALTER TABLE store.site DROP COLUMN rules")
        session.execute("ALTER TABLE store.site DROP COLUMN rules_from")
        session.execute("DROP TABLE store.former_site")
        session.execute("ALTER TABLE store.hit DROP COLUMN duration_ms")
        session.execute("DROP TABLE store.pruned_hour")
        session.execute("DROP TABLE store.pruned_online")
        session.execute("ALTER TABLE store.title DROP COLUMN published")
        session.execute("DROP TABLE store.import")
        for table in ("pruned", "pruned_visit", "pruned_day", "pruned_article_day"):
            session.execute(f"ALTER TABLE store.{table} DROP COLUMN import_id")
        session.execute("DELETE FROM store.migration WHERE version > 3")


@pytest.mark.parametrize("privacy", ["full", "truncate", "hash"])
@pytest.mark.parametrize("command", ["ingest", "rebuild", "rename"])
def test_an_older_store_keeps_what_it_shows(
    privacy: str, command: str, at_hand: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The rules of hits, articles and visits are stored there, and whether whole client IPs are."""
    folder = tmp_path_factory.mktemp("older")
    store, config = folder / "store.duckdb", folder / "logstats.toml"
    below = "\n".join(RULES[rule][1] for rule in ("internal", "visit_gap", "week_start", "article"))
    config.write_text(config_of(RULES["[bots]"][0], f'privacy = "{privacy}"\n{below}'))
    (folder / "access.log").write_bytes(lines(120))
    done(run("--db", store, "--config", config, "update"))
    right = copied(store, at_hand / "right.duckdb")
    older(store)
    done(run("--db", right, "--config", config, *COMMANDS[command]))
    done(run("--db", store, *COMMANDS[command]))
    if privacy == "hash":  # each store has keys of its own
        visits = [run("--db", one, "visits", "--at", "2026-11-27").out for one in (store, right)]
        assert visits[0] == visits[1]
    else:
        assert counted(store) == counted(right)
    require_verified(store)


def test_a_file_that_lists_the_site_holds_and_is_kept(at_hand: Path, stores: Path) -> None:
    store, _ = filled(stores, "internal")
    store = copied(store, at_hand / "store.duckdb")
    before = counted(store)
    (at_hand / "logstats.toml").write_text(config_of("", "internal = []"))
    changed = json.loads(run("--db", store, "rebuild", "--dry-run", "-f", "json").out)
    assert {row["settings"] for row in changed} == {"internal"}
    assert {row["figure"] for row in changed} >= {"page_views", "visits", "all_time"}
    assert counted(store) == before
    done(run("--db", store, "rebuild"))
    totals = {row["figure"]: row["after"] for row in changed}
    assert f"{totals['all_time']}" in run("--db", store, "counters", "-f", "csv").out
    after = counted(store)
    (at_hand / "logstats.toml").unlink()
    assert json.loads(run("--db", store, "rebuild", "--dry-run", "-f", "json").out) == []
    done(run("--db", store, "rebuild"))
    assert counted(store) == after
    (at_hand / "logstats.toml").write_text(config_of(*RULES["internal"]))
    done(run("--db", store, "rebuild"))
    assert counted(store) == before


def test_cron_goes_on_after_commands_without_its_file(at_hand: Path) -> None:
    folder = at_hand / "cron"
    folder.mkdir()
    store, config = folder / "store.duckdb", folder / "logstats.toml"
    config.write_text(config_of(*RULES["internal"]) + '[[site.counter]]\nfile = "box.html"\n')
    (folder / "access.log").write_bytes(lines(120))
    (at_hand / "logstats.toml").write_text(OF_OTHERS)
    cron = ("--db", store, "--config", config, "update")
    assert done(run(*cron)).err == ""
    box = (folder / "box.html").read_bytes()
    for command in ("rebuild", "prune", "titles"):
        done(run("--db", store, *COMMANDS[command]))
        assert done(run(*cron)).err == ""
        assert (folder / "box.html").read_bytes() == box


def test_a_file_of_other_sites_is_not_compared(at_hand: Path, stores: Path) -> None:
    store, _ = filled(stores, "internal")
    store = copied(store, at_hand / "store.duckdb")
    (at_hand / "logstats.toml").write_text(OF_OTHERS)
    for words in (("visits",), ("counters",), ("explain", "all"), ("articles",)):
        assert "different" not in run("--db", store, *words).err
    said = run("--db", store, "rebuild").err
    assert f"{SITE}: by the settings of " in said, said
    assert "logstats.toml does not list it" in said, said


def test_rules_of_all_sites_that_differ_are_not_mixed(at_hand: Path, stores: Path) -> None:
    """Agents are classified once for all sites, so a rebuild can't follow two files."""
    store, _ = filled(stores, "[bots]")
    store = copied(store, at_hand / "store.duckdb")
    (at_hand / "logstats.toml").write_text(OF_OTHERS)
    done(run("--db", store, "ingest", "--site", OTHER, "by_hand.log"))
    before = counted(store)
    ran = run("--db", store, "rebuild")
    assert (ran.code, f'name = "{SITE}"' in ran.err) == (1, True), ran
    assert counted(store) == before


def test_explain_follows_the_kept_rules(at_hand: Path, stores: Path) -> None:
    for rule, words in {
        "article": ("/tin/a?id=7",),
        "aliases": ("/tin/a",),
        "fold_case": ("/TIN/A",),
        "assets": ("/tin/a",),
        "[bots]": ("Quokka",),
        "hosts": ("https://www.portal.example/tin/a",),
    }.items():
        store, config = filled(stores, rule)
        expected = done(run("--db", store, "--config", config, "explain", *words)).out
        for text in FILES.values():
            (at_hand / "logstats.toml").write_text(text)
            assert done(run("--db", store, "explain", *words)).out == expected


@pytest.mark.parametrize("rule", ["privacy", "internal", "timezone", "[bots]"])
def test_a_site_whose_ingests_were_undone_has_its_rules_again(rule: str, at_hand: Path, stores: Path) -> None:
    store, config = filled(stores, rule)
    store, right = copied(store, at_hand / "store.duckdb"), copied(store, at_hand / "right.duckdb")
    for number in ("2", "1"):
        for one in (store, right):
            done(run("--db", one, "undo", number))
    done(run("--db", store, "ingest", "--site", SITE, "by_hand.log"))
    done(run("--db", right, "--config", config, "ingest", "--site", SITE, "by_hand.log"))
    assert counted(store) == counted(right)
