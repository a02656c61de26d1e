"""Content that is not where it was: tails were lost, heads cut off, logs concatenated, lines edited.

A case is a course of steps on a folder; after each step its logs are read. The figure is the number of lines
that were ever in a log, each counted once.
"""

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from support.lines import (
    FIGURES,
    IN_UTC,
    START,
    Line,
    chunks_of,
    contents,
    numbered,
    read_in,
    require_verified,
)
from support.surface import process, run

from logstats.config import Settings, Site

Lines = list[bytes]
Step = Callable[[Path], None]


def others(count: int, first: int = 5_000) -> Lines:
    """Return lines that are no numbered ones."""
    return numbered(count, first)


def crowded(count: int, first: int = 0) -> Lines:
    """Return different lines of ten minutes, of which many have the same time."""
    line = Line(at=START, offset=timedelta(hours=7))
    return [
        replace(
            line,
            client=f"203.0.113.{number % 250}",
            at=START + timedelta(minutes=number % 10),
            request=f"GET /a/{number // 250} HTTP/1.1",
        ).combined()
        for number in range(first, first + count)
    ]


def write(name: str, *parts: Lines) -> Step:
    """Write a log anew, in place."""
    return lambda folder: _write(folder / name, b"".join(b"".join(part) for part in parts))


def replaced(name: str, *parts: Lines) -> Step:
    """Write a log as another file, and rename it into place."""

    def step(folder: Path) -> None:
        _write(folder.parent / "tmp", b"".join(b"".join(part) for part in parts))
        (folder.parent / "tmp").rename(folder / name)

    return step


def append(name: str, *parts: Lines) -> Step:
    """Write on at the end of a log."""

    def step(folder: Path) -> None:
        with (folder / name).open("ab") as file:
            file.write(b"".join(b"".join(part) for part in parts))

    return step


def rename(name: str, other: str) -> Step:
    """Rename a log."""

    def step(folder: Path) -> None:
        (folder / name).rename(folder / other)

    return step


def remove(name: str) -> Step:
    """Remove a log."""
    return lambda folder: (folder / name).unlink()


def together(*steps: Step) -> Step:
    """Take several steps between two runs."""

    def step(folder: Path) -> None:
        for each in steps:
            each(folder)

    return step


def packed(name: str, *parts: Lines) -> Step:
    """Write an archive."""
    return lambda folder: _write(folder / name, gzip.compress(b"".join(b"".join(part) for part in parts)))


class Piped(NamedTuple):
    """Lines that are piped into the program, beside the logs of the folder."""

    lines: Lines


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


LOG, LOG_1, NEW = numbered(200), numbered(200, 200), others(50)
LONGER = others(2, 90_000)
MANY = numbered(60_000)
LATER, OTHER = numbered(8_640)[::10], others(50, 9_000)  # a line each ten minutes
A, B = "access.log", "access.log.1"

CASES: dict[str, tuple[int, Sequence[Step | Piped]]] = {
    # --- the tail lost, and other lines appended
    "tail lost": (450, [write(A, LOG, LOG_1), write(A, LOG, LOG_1[:-10], NEW)]),
    "tail lost, of crowded lines": (450, [write(A, crowded(400)), write(A, crowded(390), crowded(50, 900))]),
    "tail lost, then a tick": (
        460,
        [write(A, LOG, LOG_1), write(A, LOG, LOG_1[:-10], NEW), append(A, others(10, 6000))],
    ),
    "tail lost, of 60,000 lines": (60_050, [write(A, MANY), write(A, MANY[:-10], others(50, 70_000))]),
    "tail lost, fewer others than were lost": (
        405,
        [write(A, LOG, LOG_1), write(A, LOG, LOG_1[:-10], NEW[:5])],
    ),
    "tail lost, one line instead of one": (401, [write(A, LOG, LOG_1), write(A, LOG, LOG_1[:-1], NEW[:1])]),
    "tail lost, of 60,000 lines, fewer others": (
        60_005,
        [write(A, MANY), write(A, MANY[:-10], others(5, 70_000))],
    ),
    "tail lost, nearly all of it": (450, [write(A, LOG, LOG_1), write(A, LOG[:3], NEW)]),
    "tail lost of a short log": (13, [write(A, LOG[:10]), write(A, LOG[:6], NEW[:3])]),
    "tail lost twice": (
        500,
        [
            write(A, LOG, LOG_1),
            write(A, LOG, LOG_1[:-10], NEW),
            write(A, LOG, LOG_1[:-10], NEW[:-10], others(50, 6000)),
        ],
    ),
    "tail lost twice, the second time before the first": (
        500,
        [
            write(A, LOG, LOG_1),
            write(A, LOG, LOG_1[:-10], NEW),
            write(A, LOG, LOG_1[:-40], others(50, 6000)),
        ],
    ),
    "tail lost in the middle of a line": (
        450,
        [write(A, LOG, LOG_1), write(A, LOG, LOG_1[:-10], [LOG_1[-10][:40]], NEW)],
    ),
    "tail lost, and rotated before the run": (
        450,
        [write(A, LOG, LOG_1), together(write(B, LOG, LOG_1[:-10], NEW[:30]), write(A, NEW[30:]))],
    ),
    "tail lost, and packed": (
        450,
        [write(A, LOG, LOG_1), together(packed(B + ".gz", LOG, LOG_1[:-10], NEW), remove(A))],
    ),
    "tail lost, what was lost comes back": (
        450,
        [write(A, LOG, LOG_1), write(A, LOG, LOG_1[:-10], NEW), write(A, LOG, LOG_1, NEW)],
    ),
    "tail zeroed": (
        451,
        [write(A, LOG, LOG_1), write(A, LOG, LOG_1[:-10], [b"\0" * 700 + b"\n"], NEW)],
    ),
    # --- the head cut off
    "head cut by another file": (220, [write(A, LOG), replaced(A, LOG[50:], NEW[:20])]),
    "head cut in place": (220, [write(A, LOG), write(A, LOG[50:], NEW[:20])]),
    "head cut, of crowded lines": (
        220,
        [write(A, crowded(200)), write(A, crowded(150, 50), crowded(20, 900))],
    ),
    "head cut, then a tick": (220, [write(A, LOG), replaced(A, LOG[50:]), append(A, NEW[:20])]),
    "head cut twice": (
        240,
        [write(A, LOG), replaced(A, LOG[50:], NEW[:20]), replaced(A, LOG[150:], NEW[:20], NEW[20:40])],
    ),
    "head cut to a few lines": (220, [write(A, LOG), replaced(A, LOG[190:], NEW[:20])]),
    "head cut to two lines": (202, [write(A, LOG), replaced(A, LOG[198:]), append(A, NEW[:2])]),
    "head cut in the middle of a line": (
        221,
        [write(A, LOG), replaced(A, [LOG[49][-60:]], LOG[50:], NEW[:20])],
    ),
    "head cut, of 60,000 lines": (60_020, [write(A, MANY), replaced(A, MANY[59_000:], others(20, 70_000))]),
    "head and tail cut": (220, [write(A, LOG), replaced(A, LOG[50:150], NEW[:20])]),
    "head cut after a rotation": (
        250,
        [
            write(A, LOG),
            together(rename(A, B), write(A, NEW[:30])),
            together(replaced(B, LOG[50:]), append(A, NEW[30:])),
        ],
    ),
    # --- concatenations
    "concatenation, then the logs": (400, [Piped(LOG_1 + LOG), together(write(A, LOG), write(B, LOG_1))]),
    "concatenation in the other order, then the logs": (
        400,
        [Piped(LOG + LOG_1), together(write(A, LOG), write(B, LOG_1))],
    ),
    "logs, then their concatenation": (400, [together(write(A, LOG), write(B, LOG_1)), Piped(LOG_1 + LOG)]),
    "logs, then their concatenation in the other order": (
        400,
        [together(write(A, LOG), write(B, LOG_1)), Piped(LOG + LOG_1)],
    ),
    "concatenation, the logs, and they go on": (
        450,
        [Piped(LOG + LOG_1), together(write(A, LOG), write(B, LOG_1)), append(A, NEW)],
    ),
    "logs, their concatenation, and they go on by a few lines": (
        405,
        [together(write(A, LOG), write(B, LOG_1)), write("both", LOG, LOG_1), append(A, NEW[:5])],
    ),
    "concatenation as a file": (400, [write("both", LOG_1, LOG), together(write(A, LOG), write(B, LOG_1))]),
    "concatenation as an archive": (
        400,
        [packed("both.gz", LOG, LOG_1), together(write(A, LOG), write(B, LOG_1))],
    ),
    "concatenation beside the logs, in one run": (
        400,
        [together(write(A, LOG), write(B, LOG_1), write("both", LOG_1, LOG))],
    ),
    "concatenation of three, in another order": (
        450,
        [together(write(A, LOG), write(B, LOG_1), write("access.log.2", NEW)), Piped(LOG_1 + NEW + LOG)],
    ),
    "one log appended to the other": (400, [together(write(A, LOG), write(B, LOG_1)), append(B, LOG)]),
    "one log appended to the other, removed, and new lines": (
        420,
        [together(write(A, LOG), write(B, LOG_1)), together(append(B, LOG, NEW[:20]), remove(A))],
    ),
    "a log appended to itself": (200, [write(A, LOG), append(A, LOG)]),
    "the same log twice in a row": (200, [write(A, LOG), Piped(LOG + LOG)]),
    "a log with a copy before it": (220, [write(A, LOG), write("x", NEW[:20], LOG)]),
    "joined from two, by time": (
        400,
        [together(write(A, numbered(400)[::2]), write(B, numbered(400)[1::2])), write("all", numbered(400))],
    ),
    "joined from two, and these afterwards": (
        400,
        [write("all", numbered(400)), together(write(A, numbered(400)[::2]), write(B, numbered(400)[1::2]))],
    ),
    "split in two": (200, [write(A, LOG), together(write("x", LOG[:80]), write("y", LOG[80:]), remove(A))]),
    "sorted": (200, [write(A, sorted(LOG, key=hash)), write("sorted", LOG)]),
    # --- lines in the middle
    "a line erased": (220, [write(A, LOG), replaced(A, LOG[:100], LOG[101:], NEW[:20])]),
    "a line erased, no new one": (200, [write(A, LOG), replaced(A, LOG[:100], LOG[101:])]),
    "the first line erased": (220, [write(A, LOG), replaced(A, LOG[1:], NEW[:20])]),
    "every tenth line erased": (
        220,
        [write(A, LOG), replaced(A, [line for n, line in enumerate(LOG) if n % 10], NEW[:20])],
    ),
    "a line inserted": (221, [write(A, LOG), replaced(A, LOG[:100], NEW[30:31], LOG[100:], NEW[:20])]),
    "a line replaced": (221, [write(A, LOG), write(A, LOG[:100], LONGER[:1], LOG[101:], NEW[:20])]),
    "a line replaced, no new one": (201, [write(A, LOG), write(A, LOG[:100], LONGER[:1], LOG[101:])]),
    "a line replaced by one of its length, which shows nowhere": (
        220,
        [write(A, LOG), write(A, LOG[:100], NEW[30:31], LOG[101:], NEW[:20])],
    ),
    "the third line replaced": (221, [write(A, LOG), write(A, LOG[:2], NEW[30:31], LOG[3:], NEW[:20])]),
    "the last line replaced": (201, [write(A, LOG), write(A, LOG[:-1], NEW[:1])]),
    "every tenth line replaced": (
        240,
        [
            write(A, LOG),
            write(A, [line if n % 10 else NEW[n // 10] for n, line in enumerate(LOG)], NEW[20:40]),
        ],
    ),
    # --- rejects among the lines
    "rejects among lines, head cut": (
        24 + 176 + 20,
        [
            write(
                A,
                [b"no line %d\n" % n if n % 8 == 3 else line for n, line in enumerate(LOG)][:192],
                LOG[192:],
            ),
            write(
                A,
                [b"no line %d\n" % n if n % 8 == 3 else line for n, line in enumerate(LOG)][50:192],
                LOG[192:],
                NEW[:20],
            ),
        ],
    ),
    # --- and what is chance
    "a few equal lines in two logs": (430, [together(write(A, LOG), write(B, LOG_1, LOG[50:80]))]),
    "many equal lines of one second, on both sides of a rotation": (
        300,
        [write(A, [LOG[0]] * 200), together(rename(A, B), write(A, NEW[:1], [LOG[0]] * 99))],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_case_34_lines_that_were_read_count_once_wherever_they_are(tmp_path: Path, case: str) -> None:
    expected, steps = CASES[case]
    store, folder = tmp_path / "store.duckdb", tmp_path / "logs"
    folder.mkdir()
    for step in steps:
        if isinstance(step, Piped):
            assert process("--db", store, "ingest", "-", stdin=b"".join(step.lines)).code == 0
        else:
            step(folder)
            for _ in range(2):
                read_in(store, *sorted(folder.iterdir()), log_format="combined")
    assert len(contents(store, "hits")["hits"]) + len(contents(store, "rejects")["rejects"]) == expected
    require_verified(store)
    assert run("--db", store, "sources").code == 0


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Give a store that is not there yet, with a folder of logs beside it."""
    (tmp_path / "logs").mkdir()
    return tmp_path / "store.duckdb"


def hits(store: Path) -> int:
    """Return how many hits a store has counted, pruned ones too."""
    totals = contents(store, "day_totals")["day_totals"]
    return sum(total[2] for total in totals)


def test_case_34_the_summary_and_the_reports_say_how_many_lines_were_read_before(store: Path) -> None:
    log = store.with_name("access.log")
    log.write_bytes(b"".join(LOG))
    read_in(store, log)
    log.write_bytes(b"".join([*LOG[:-10], *NEW]))
    ran = run("--db", store, "ingest", log)
    assert "240 lines, 190 read before, 50 hits, 0 rejects" in ran.err
    assert f"{log}: 190 lines read before (190 in an earlier state of it); they do not count again" in ran.err
    sources = json.loads(run("--db", store, "sources", "-f", "json").out)
    ingests = json.loads(run("--db", store, "ingests", "-f", "json").out)
    assert [(row["lines"], row["hits"], row["repeated"]) for row in sources] == [
        (200, 200, 0),
        (240, 50, 190),
    ]
    assert [(row["lines"], row["hits"], row["repeated"]) for row in ingests] == [
        (240, 50, 190),
        (200, 200, 0),
    ]


def test_case_34_an_ingest_whose_lines_another_one_has_left_out_is_undone_after_it(store: Path) -> None:
    log = store.with_name("access.log")
    log.write_bytes(b"".join(LOG))
    read_in(store, log)
    before = contents(store, *FIGURES, "sources")
    log.write_bytes(b"".join([*LOG[:-10], *NEW]))
    read_in(store, log)
    refused = run("--db", store, "undo", "1")
    assert (refused.code, "undo 2 first" in refused.err) == (1, True)
    assert run("--db", store, "undo", "2").code == 0
    assert contents(store, *FIGURES, "sources") == before
    assert run("--db", store, "undo", "1").code == 0
    assert read_in(store, log, verify=True).hits == 240


def test_case_34_undo_of_a_later_run_over_a_repetition_goes_back_into_it(store: Path) -> None:
    log, both = store.with_name("access.log"), store.with_name("both")
    log.write_bytes(b"".join(LOG))
    both.write_bytes(b"".join(NEW + LOG[:100]))
    read_in(store, log, both)
    for _ in range(2):
        with both.open("ab") as file:
            file.write(b"".join(LOG[100:110]))  # too few by themselves
        assert read_in(store, both, verify=True).hits == 0
        assert run("--db", store, "undo", "3").code == 0
        both.write_bytes(both.read_bytes()[: len(b"".join(NEW + LOG[:100]))])


@pytest.mark.parametrize("size", [3_000, 20_000])
def test_case_34_in_chunks_and_runs_of_any_size_the_same_lines_are_recognized(store: Path, size: int) -> None:
    log, both = store.with_name("access.log"), store.with_name("both")
    log.write_bytes(b"".join(LOG))
    read_in(store, log)
    lines = NEW[:25] + LOG + NEW[25:]
    with chunks_of(size):
        for end in (100, len(lines)):
            both.write_bytes(b"".join(lines[:end]))
            read_in(store, both)
    assert hits(store) == 250
    require_verified(store)


@pytest.mark.parametrize(
    ("machines", "expected"),
    [(("web1", "web2"), 420), (("web1", "web1"), 220), (("", "web2"), 220), (("web1", ""), 220)],
)
def test_case_34_logs_of_two_machines_that_are_named_share_no_line(
    store: Path, machines: tuple[str, str], expected: int
) -> None:
    for name, machine, lines in zip((A, B), machines, (LOG, [NEW[0], *LOG, *NEW[1:20]]), strict=True):
        log = store.with_name(name)
        log.write_bytes(b"".join(lines))
        read_in(store, log, machine=machine)
    assert hits(store) == expected


def test_case_34_lines_of_another_site_are_other_lines(store: Path) -> None:
    for name, site, lines in ((A, "a.example", LOG), (B, "b.example", NEW + LOG)):
        log = store.with_name(name)
        log.write_bytes(b"".join(lines))
        read_in(store, log, site=site)
    assert hits(store) == 450


@pytest.mark.parametrize("privacy", ["truncate", "hash"])
def test_case_34_lines_are_recognized_whatever_is_stored_of_a_client(store: Path, privacy: str) -> None:
    settings = Settings(unlisted=Site(timezone="UTC", privacy=privacy))
    log = store.with_name("access.log")
    for lines in (LOG, LOG[50:] + NEW[:20]):
        log.write_bytes(b"".join(lines))
        read_in(store, log, settings=settings)
    assert hits(store) == 220


@pytest.mark.parametrize("keep", [1, 3, 5])
@pytest.mark.parametrize(
    "lines",
    [LATER[:-10] + OTHER, LATER[700:] + OTHER, LATER[:500] + LATER[501:] + OTHER],
    ids=["tail lost", "head cut", "a line erased"],
)
def test_case_34_lines_whose_hits_are_pruned_do_not_count_twice(store: Path, keep: int, lines: Lines) -> None:
    """The lines are of six days, of which the last one, three or five are kept; the log is cut in each."""
    log = store.with_name("access.log")
    log.write_bytes(b"".join(LATER))
    read_in(store, log, settings=IN_UTC)
    assert run("--db", store, "prune", "--keep", str(keep), "--at", "last").code == 0
    log.write_bytes(b"".join(lines))
    summary = read_in(store, log, settings=IN_UTC)
    assert hits(store) == len(LATER) + len(OTHER)
    assert all("could not be compared" in warning for warning in summary.warnings)
    require_verified(store)


def test_case_34_a_shorter_log_with_other_lines_after_its_last_block_is_read(store: Path) -> None:
    log = store.with_name("access.log")
    log.write_bytes(b"".join(MANY[:12_000]))  # two blocks and a half
    read_in(store, log)
    for kept, expected in ((11_000, 12_005), (9_000, 12_010)):
        log.write_bytes(b"".join(MANY[:kept] + others(5, kept + 70_000)))
        read_in(store, log)
        assert hits(store) == expected
    beginning = store.with_name("beginning")
    beginning.write_bytes(b"".join(MANY[:10_000]))
    assert read_in(store, beginning).lines == 0
    require_verified(store)
