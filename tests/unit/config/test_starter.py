"""`logstats init`: a logstats.toml that fits the machine; no file is overwritten."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from support.surface import ALL_KEYS, Ran, assert_in_words, log_line, process, run

from logstats import config
from logstats.config import machine_zone, starter


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of one's own."""
    monkeypatch.chdir(tmp_path)


def machine(*files: str) -> Path:
    """Make a machine's files under a folder, and return it."""
    root = Path("root").absolute()
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


MACHINES = [
    # the files of a machine, and what its logs are
    ([], []),
    (["var/log/apache2/error.log", "var/log/apache2/access.log/x"], []),
    (["var/log/nginx/access.log", "var/log/nginx/error.log"], ["var/log/nginx/access.log*"]),
    (["var/log/nginx/access.log.1", "var/log/nginx/access.log.2.gz"], ["var/log/nginx/access.log*"]),
    (["var/log/httpd/access_log-20261101", "var/log/httpd/access_log"], ["var/log/httpd/access_log*"]),
    (
        ["var/log/nginx/access.log", "var/log/apache2/portal-access.log", "var/log/apache2/access.log.3.xz"],
        ["var/log/apache2/access.log*", "var/log/apache2/portal-access.log*", "var/log/nginx/access.log*"],
    ),
    (["var/www/vhosts/system/a.vn/logs/access_ssl_log"], ["var/www/vhosts/system/a.vn/logs/access_ssl_log*"]),
]


@pytest.mark.parametrize(("files", "logs"), MACHINES)
def test_the_usual_logs_are_found_with_their_rotations(files: list[str], logs: list[str]) -> None:
    root = machine(*files)
    assert starter.logs(root) == [str(root / log) for log in logs]
    starter.write(Path("logstats.toml"), Path("store.duckdb"), root)
    text = Path("logstats.toml").read_text(encoding="utf-8")
    (site,) = config.load(Path("logstats.toml")).sites
    assert site.logs[0].paths == (str(root / (logs or ["var/log/apache2/access.log*"])[0]),)
    assert re.findall(r'^# There is also "(.*)"\.$', text, re.MULTILINE) == [
        str(root / log) for log in logs[1:]
    ]
    assert ("No log was found" in text) == (not logs)


def test_the_start_knows_the_machine() -> None:
    root = machine("usr/share/nginx/html/index.html", "var/log/apache2/other_vhosts_access.log.1")
    starter.write(Path("logstats.toml"), Path("store.duckdb"), root)
    settings = config.load(Path("logstats.toml"))
    assert settings.database == Path("store.duckdb").absolute()
    assert settings.sites[0].timezone == machine_zone.system_timezone()
    text = Path("logstats.toml").read_text(encoding="utf-8")
    assert f'\n# logs = ["{root}/var/log/apache2/other_vhosts_access.log*"]\n' in text
    assert f'\n# file = "{root}/usr/share/nginx/html/counter.html"\n' in text


def test_the_start_has_a_right_example_of_every_setting() -> None:
    """Each that is commented out can be had by taking the # away."""
    starter.write(Path("start.toml"), Path('a "store" \x7f.duckdb'))
    written = Path("start.toml").read_text(encoding="utf-8")
    assert tomllib.loads(written)["database"].endswith('a "store" \x7f.duckdb')
    examples = re.sub(r"^logs = .*\n", "", written, count=1, flags=re.MULTILINE)  # logs.web1 stands instead
    examples = re.sub(r"^# (?=[a-z_]+(?:\.\w+)? = |\[|\")", "", examples, flags=re.MULTILINE)
    Path("logstats.toml").write_text(examples, encoding="utf-8")
    settings = config.load(Path("logstats.toml"))
    (site,) = settings.sites
    assert [one.machine for one in site.logs] == ["web1", "web2"]
    assert len(site.counters) == 3
    assert len(settings.counters) == 1
    keys = set(re.findall(r"^(?:([a-z_]+)(?:\.\w+)? = |\[site\.(aliases)\])", examples, re.MULTILINE))
    assert {one or other for one, other in keys} == ALL_KEYS
    defaults = config.Site()
    for key in ("week_start", "visit_gap_s", "online_window_s"):
        assert getattr(site, key) == getattr(defaults, key), (
            "an example that shows the default shows it right"
        )


def test_it_is_written_here_or_where_config_says_and_never_over_a_file() -> None:
    ran = run("init")
    assert (ran.code, ran.err.count("\n"), ran.out.count("\n")) == (0, 1, 2)
    assert ran.err.startswith("logstats.toml: written; ")
    assert run("--config", "etc/my.toml", "-q", "init").err == ""
    assert Path("etc/my.toml").read_text() == Path("logstats.toml").read_text()
    for text in ("mine", "at ="):  # a file with an error is not overwritten either
        Path("logstats.toml").write_text(text)
        message = "logstats: logstats.toml: already exists; not changed\n"
        assert run("init") == Ran(1, b"", message)
        assert Path("logstats.toml").read_text() == text


@pytest.mark.parametrize("path", ["/proc/no/logstats.toml", ".", "x" * 300])
def test_a_path_that_cannot_be_written_is_an_error(path: str) -> None:
    ran = run("--config", path, "init")
    assert_in_words(ran.err)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"logstats: {path}: ")


def test_the_next_commands_run_as_they_stand() -> None:
    """The first one in a shell of cron's, and the crontab's line is the same, each minute and quiet."""
    folder = Path("it's 5% of the logs")
    folder.mkdir()
    ran = run("--db", folder / "store.duckdb", "--config", folder / "logstats.toml", "init")
    first, line = ran.out.splitlines()
    program, *rest = shlex.split(first)
    assert Path(program).is_absolute()
    assert rest[-2:] == ["-v", "update"]
    minutes, _, command = line.replace("\\%", "%").partition(" * * * * ")
    assert minutes == "*"
    assert shlex.split(command) == [program, *rest[:-2], "update"]
    assert "%" not in line.replace("\\%", "")
    log = Path("access.log").absolute()
    log.write_text(log_line({"time": "2026-11-20 10:00", "client": "192.0.2.1", "request": "/"}) + "\n")
    toml = folder / "logstats.toml"
    toml.write_text(re.sub(r"^logs = .*", f'logs = ["{log}"]', toml.read_text(), flags=re.MULTILINE))
    arguments = rest[rest.index("--config") :]
    assert re.fullmatch(r"1 line, 1 hit, .* s\n", process(*arguments).err)
    assert process(*arguments[:2], "update") == Ran(0, b"", "")
