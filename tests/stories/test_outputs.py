"""No output takes the place of a file that logstats reads or keeps."""

import gzip
import json
from pathlib import Path

import pytest
from support.lines import Line
from support.surface import run

CONFIG = """
database = "s.duckdb"
[geo]
database = "countries.mmdb"
[[site]]
name = "s"
timezone = "UTC"
logs = ["logs/a.log", "logs/old/*.log*", "deep/**/x.log", "json/a.json"]
titles = ["titles.csv"]
[[site.counter]]
file = "box.txt"
template = "box.tmpl"
"""
READ = {
    # a file that is read or kept: what it is
    "s.duckdb": "the store",
    "s.duckdb.wal": "a file of the store",
    "s.duckdb.lock": "a file of the store",
    "logstats.toml": "logstats.toml",
    "logs/a.log": "a log",
    "./logs/../logs/a.log": "a log",
    "linked/a.log": "a log",
    "logs/old/b.log.1": "a log",
    "logs/old/new.log": "a log",
    "deep/one/two/x.log": "a log",
    "json/a.json": "a log",
    "titles.csv": "a file with titles",
    "box.tmpl": "a template",
    "countries.mmdb": "the database of countries",
}
TABLES = {
    # a table that names an output: its other keys
    "site.counter": 'format = "json"',
    "site.list": 'format = "json"',
    "site.article_views": "",
    "site.dashboard": "",
}


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with settings and the files that they name; the working directory."""
    monkeypatch.chdir(tmp_path)
    line = Line(client="198.51.100.1")
    for name in ("logs/a.log", "logs/old/b.log.1", "deep/one/two/x.log", "logs/old/c.txt"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(line.combined() * 3)
    Path("linked").symlink_to("logs")
    Path("json").mkdir()
    Path("json/a.json").write_text('{"time": 1}\n')
    Path("titles.csv").write_text("url,title\n/a,A\n")
    Path("box.tmpl").write_text("{today}")
    Path("countries.mmdb").write_bytes(b"no database")
    Path("logstats.toml").write_text(CONFIG)
    assert run("ingest", "logs/a.log").code == 0
    return tmp_path


def content_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("table", TABLES)
def test_settings_name_no_output_that_is_read(table: str, name: str, portal: Path) -> None:
    Path("logstats.toml").write_text(f'{CONFIG}[[{table}]]\nfile = "{name}"\n{TABLES[table]}\n')
    before = content_of(portal)
    for command in ("update", "check"):
        ended = run(command)
        assert ended.code != 0
        assert f"is {READ[name]}, which it would replace" in ended.out + ended.err
    assert content_of(portal) == before


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize(
    "command", [("counters", "-f", "json", "-o"), ("counters", "--into"), ("dashboard", "--site", "s", "-o")]
)
def test_an_option_names_no_output_that_is_read(command: tuple[str, ...], name: str, portal: Path) -> None:
    before = content_of(portal)
    ended = run(*command, name)
    assert ended.code == 2
    assert f"is {READ[name]}, which it would replace; name another file" in ended.err
    assert content_of(portal) == before


def test_what_nobody_writes_with_logstats_is_not_replaced(portal: Path) -> None:
    """Whatever settings are used, and also where a folder is named as logs."""
    Path("other.duckdb").write_bytes(Path("s.duckdb").read_bytes())
    Path("packed.gz").write_bytes(gzip.compress(b"text"))
    Path("plain.toml").write_text('database = "s.duckdb"')
    Path("iis.log").write_text("#Software: IIS\n#Fields: date time\n")
    others = {
        "other.duckdb": "is a store",
        "other.duckdb.wal": "has the name of a store's own file",
        "packed.gz": "is a compressed file",
        "logs/old/c.txt": "has lines of an access log",
        "iis.log": "has lines of an access log",
    }
    before = content_of(portal)
    for name, words in others.items():
        ended = run("--config", "plain.toml", "counters", "-f", "json", "-o", name)
        assert ended.code != 0
        assert words in ended.err, name
        assert "so it is not replaced" in ended.err
    assert content_of(portal) == before


def test_an_earlier_output_is_replaced(portal: Path) -> None:
    for name in ("box.json", "page.html", "box.duckdb.txt"):
        Path(name).write_text("something of the owner's")
        command = ("dashboard", "-o") if name == "page.html" else ("counters", "-f", "json", "-o")
        assert run(*command, name).code == 0
    assert json.loads((portal / "box.json").read_text())[0]["site"] == "s"
