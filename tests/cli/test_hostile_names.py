"""Names of files, options and commands that hold control characters: messages are text (case 45)."""

from pathlib import Path

import pytest
from support.surface import Ran, month_store, run

NAME = "a\x1b]0;title\x07\x9b31m\u202e\u2028\x7f\nlogstats: nothing is wrong"
ACTING = ("\x1b", "\x07", "\x9b", "\u202e", "\u2028", "\x7f")
COMMANDS = (
    # a command of which one word is a hostile name
    *("{}", "--{}", "--db {} visits", "--config {} update", "--wait {} visits"),
    *("ingest {}", "ingest --log-format {} secret.log", "ingest --site {} nothing.log", "ingest --host {} x"),
    *("articles --format {}", "articles --{}", "visits --at {}", "visits --site {}", "visits --timezone {}"),
    *(
        "visits --by {}",
        "visits --limit {}",
        "visits --since {}",
        "visits --until {}",
        "statuses --status {}",
    ),
    *("report {}", "report {}.sql", "sql {}", "sql - {}", "sql 'SELECT 1' --timeout {}", "explain {}"),
    *(
        "explain --agent {}",
        "formats {}",
        "formats --from {}",
        "counters --template {}",
        "counters --into {}",
    ),
    *("counters --lang {}", "counters -o {}/x", "titles {}", "titles --site {} x", "snapshot {}/x"),
    *("snapshot {}", "undo {}", "rename {} b", "rename a {}", "baseline {} 3", "baseline x {}"),
    *("baseline x 1 --on {}", "prune --keep {}", "demo --keep {}/x"),
)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month_store(tmp_path_factory.getbasetemp())


def assert_text(ran: Ran) -> None:
    """Nothing acts on the terminal, and no line is forged."""
    assert not [char for char in ACTING if char in ran.out + ran.err], ran
    assert "nothing is wrong" not in {line.removeprefix("logstats: ") for line in ran.err.splitlines()}, ran


@pytest.mark.parametrize("command", COMMANDS)
def test_case_45_a_message_shows_what_was_given_as_text(
    command: str, month: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = [word.strip("'").replace("{}", NAME).replace("\0", " ") for word in command.split(" ")]
    if "sql 'SELECT" in command:
        words = ["sql", "SELECT 1", "--timeout", NAME]
    ran = run("--db", month, *words)
    assert_text(ran)
    assert ran.out or ran.err


def test_case_45_names_of_logs_are_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path(f"logs {NAME}")
    folder.mkdir()
    line = '192.0.2.1 - - [21/Nov/2026:03:10:00 +0000] "GET /{} HTTP/1.1" 200 1 "-" "curl/8"\n'
    (folder / f"good{NAME}.log").write_text(line.format(1) * 3 + "not a line\n", encoding="utf-8")
    (folder / f"copy{NAME}.log").write_text(line.format(1) * 3 + "not a line\n", encoding="utf-8")
    (folder / f"odd{NAME}.log").write_text("nonsense \x1b[31m\n" * 9, encoding="utf-8")
    (folder / f"cut{NAME}.log.gz").write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\0\x03KL")
    (folder / f"binary{NAME}.log").write_bytes(bytes(range(256)) * 9)
    (folder / f"empty{NAME}.log").touch()
    Path("l.toml").write_text(
        'database = "s.duckdb"\n[[site]]\nname = "s"\nlogs = ["logs*/*"]\n[[counter]]\nfile = "c.txt"\n',
        encoding="utf-8",
    )
    found = sorted(folder.iterdir())
    commands: list[list[str | Path]] = [
        ["-v", "ingest", folder],
        ["ingest", *found],
        ["formats", *found],
        ["-v", "update"],
        ["update"],
        ["update", "--dry-run"],
        ["check"],
        ["status"],
        ["sites"],
        ["sources"],
        ["rejects"],
        ["ingests"],
        ["sql", "FROM waiting"],
        ["undo", "1", "--dry-run"],
        ["undo", "1"],
        ["verify"],
    ]
    for command in commands:
        ran = run("--config", "l.toml", *command)
        assert_text(ran)
        assert ran.out or ran.err or command == ["update"]


def test_init_writes_no_commands_that_a_shell_can_not_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / NAME
    folder.mkdir()
    monkeypatch.chdir(folder)
    ran = run("init")
    assert (ran.code, ran.out, list(folder.iterdir())) == (2, "", [])
    assert_text(ran)


def test_case_45_the_help_of_ones_own_report_is_text(month: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.sql"
    path.write_text(
        "-- title: a\x1b[31m\n-- about: b\x9b31m.\n-- param n integer = 1: c\u202e\n-- columns: d\x07\n"
        "SELECT $n\n",
        encoding="utf-8",
    )
    for command in (("report", path, "--help"), ("report", path)):
        assert_text(run("--db", month, *command))


@pytest.mark.parametrize("option", ["--at", "--since", "--until", "--timezone", "--site"])
def test_an_empty_option_is_none_of_the_usual(option: str, month: Path) -> None:
    ran = run("--db", month, "visits", option, "")
    assert (ran.code, ran.out) == (2, "")
    assert "''" in ran.err
