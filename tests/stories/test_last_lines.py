"""A last line without its newline is read where the log is at rest and a format matches it; else it waits."""

import gzip
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from support.folder import tar_of
from support.lines import START, Line, numbered, read_in
from support.surface import run

from logstats.config import Settings, Site
from logstats.formats import FORMATS, named
from logstats.sources import files

LINE = Line(at=START, size="7")
HEADER = "#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)\n"
W3C = [f"2026-11-23 01:00:{second:02d} 192.0.2.1 GET /a 200 Mozilla/5.0+(X11;+Linux)" for second in range(9)]
JSON = [known for name in FORMATS if (known := named.load(name)).log_format.needed]
COMBINED = b"".join(numbered(20)).decode()
LOGS = {
    # what stands before the last line, and the last line
    "combined": (COMBINED, LINE.combined().decode()),
    "combined and common": (COMBINED, LINE.common().decode()),
    "combined and vhost_combined": (COMBINED, LINE.vhost_combined().decode()),
    "common and combined": (
        "".join(replace(LINE, size=str(n)).common().decode() for n in range(20)),
        COMBINED[: COMBINED.index("\n")],
    ),
    "vhost_combined and combined": (
        "".join(replace(LINE, size=str(n)).vhost_combined().decode() for n in range(20)),
        LINE.combined().decode(),
    ),
    "combined and CR": (COMBINED, LINE.combined().decode().rstrip() + "\r"),
    **{
        f"combined and {known.log_format.name}": (
            COMBINED,
            known.samples[0]["line"].encode().decode("ascii", "ignore"),
        )
        for known in JSON[:2]
    },
    "w3c": (HEADER + "\n".join(W3C[:-1]) + "\n", W3C[-1]),
}
NO_LINES = {
    "no line of any format": (COMBINED, "garbage that no server writes"),
    "a cut line": (COMBINED, LINE.combined().decode()[:40]),
    "a cut W3C line": (HEADER + "\n".join(W3C[:-1]) + "\n", W3C[-1][:35]),
}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.duckdb"


def written(log: Path, text: str, age_s: float) -> Path:
    log.write_text(text, newline="")
    os.utime(log, (time.time() - age_s,) * 2)
    return log


def row(store: Path) -> dict[str, object]:
    (found,) = json.loads(run("--db", store, "sources", "--format", "json").out)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("case", LOGS)
@pytest.mark.parametrize("way", ["plain", "archive"])
def test_the_last_line_of_a_log_at_rest_is_read(store: Path, tmp_path: Path, case: str, way: str) -> None:
    before, last = LOGS[case]
    last = last.rstrip("\n")
    lines = before.count("\n") - before.startswith("#")
    log = tmp_path / "access.log"
    if way == "archive":
        log = tmp_path / "access.log.gz"
        log.write_bytes(gzip.compress((before + last).encode()))
        read_in(store, log, log_format="auto")
    else:
        written(log, before + last, 5)
        assert read_in(store, log, log_format="auto").hits == lines
        assert (row(store)["unread"], row(store)["state"]) == (len(last), "read")
        assert "incomplete" in str(row(store)["note"])
        written(log, before + last, 200_000)
        assert read_in(store, log, log_format="auto").hits == 1
    assert (row(store)["hits"], row(store)["unread"], row(store)["note"]) == (lines + 1, 0, "")
    assert read_in(store, log, log_format="auto").lines == 0


@pytest.mark.parametrize("case", NO_LINES)
def test_a_last_line_that_no_format_matches_waits(store: Path, tmp_path: Path, case: str) -> None:
    before, last = NO_LINES[case]
    log = written(tmp_path / "access.log", before + last, 200_000)
    read_in(store, log, log_format="auto")
    assert (row(store)["unread"], row(store)["rejects"]) == (len(last), int(before.startswith("#")))
    with patch("logstats.sources.recorder.TRUSTED_S", -60):
        read_in(store, log, log_format="auto")
        with patch.object(files, "_open", side_effect=AssertionError("was opened")):
            read_in(store, log, log_format="auto")
    written(log, before + last + "\n", 5)
    assert read_in(store, log, log_format="auto").lines == 1
    assert row(store)["unread"] == 0


def test_a_given_format_is_the_only_one(store: Path, tmp_path: Path) -> None:
    log = written(tmp_path / "access.log", COMBINED + LINE.common().decode().rstrip(), 200_000)
    assert read_in(store, log, log_format="combined").lines == 20
    assert row(store)["unread"] == len(LINE.common()) - 1


def test_an_incomplete_line_that_grows_is_shown_with_its_length(store: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    for length in (10, 40, 40, 90):
        written(log, COMBINED + COMBINED[:length], 5)
        read_in(store, log)
        assert row(store)["unread"] == length


@pytest.mark.parametrize("age_s", [5, 200_000])
def test_a_log_that_is_one_line_without_its_newline(store: Path, tmp_path: Path, age_s: float) -> None:
    log = written(tmp_path / "access.log", LINE.combined().decode().rstrip(), age_s)
    assert read_in(store, log, log_format="auto").lines == (1 if age_s > 1000 else 0)
    found = row(store)
    if age_s < 1000:
        assert (found["state"], found["unread"]) == ("incomplete", len(LINE.combined()) - 1)
        log.write_bytes(LINE.combined())
        read_in(store, log, log_format="auto")
        found = row(store)
    assert (found["state"], found["hits"], found["unread"]) == ("read", 1, 0)


# --- Logs that begin like a longer one, and end without a newline

KNOWN = numbered(60)  # more than what identifies a log
PRIVACIES = ("full", "truncate", "hash")


def cut_archives(folder: Path, before: str, line: str, step: int = 1) -> list[Path]:
    """Write an archive for each length of the last line (or each `step`-th), which has no newline."""
    folder.mkdir()
    archives = []
    for end in range(len(line) - 1, 0, -step):
        archives.append(folder / f"cut-{end}.gz")
        archives[-1].write_bytes(gzip.compress((before + line[:end]).encode()))
    return archives


@pytest.mark.parametrize("case", LOGS)
def test_a_line_that_a_copy_has_cut_is_no_new_line(store: Path, tmp_path: Path, case: str) -> None:
    before, last = LOGS[case]
    last = last.rstrip("\n")
    log = written(tmp_path / "access.log", f"{before}{last}\n{last}\n{last}\n", 5)
    read_in(store, log, log_format="auto")
    step = 11 if "ltsv" in case else 1  # most beginnings of such a line can be parsed
    archives = cut_archives(tmp_path / "cut", f"{before}{last}\n", last, step)
    assert read_in(store, *archives, log_format="auto").lines == 0


@pytest.mark.parametrize("privacy", PRIVACIES)
def test_a_line_that_a_copy_has_cut_is_recognized_however_it_is_stored(
    store: Path, tmp_path: Path, privacy: str
) -> None:
    settings = Settings(unlisted=Site(privacy=privacy))
    whole = LINE.combined().decode().rstrip()
    reject = LINE.common().decode().rstrip() + "x"
    lines = [line.decode() for line in KNOWN[:20]]
    for number, line in enumerate([whole, reject]):
        log = written(tmp_path / f"{number}.log", "".join([*lines, line, "\n", *lines]), 5)
        read_in(store, log, log_format="auto", settings=settings)
        archives = cut_archives(tmp_path / str(number), "".join(lines), line)
        assert read_in(store, *archives, log_format="auto", settings=settings).lines == 0


def test_a_host_that_a_copy_has_cut_is_no_new_line(store: Path, tmp_path: Path) -> None:
    settings = Settings(sites=(Site(name="portal.example"),))
    lines = [line.decode().rstrip() + " portal.example" for line in KNOWN[:20]]
    log_format = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %v'
    log = written(tmp_path / "access.log", "\n".join(lines) + "\n", 5)
    read_in(store, log, log_format=log_format, settings=settings)
    archives = cut_archives(tmp_path / "cut", "\n".join(lines[:10]) + "\n", lines[10])
    assert read_in(store, *archives, log_format=log_format, settings=settings).lines == 0


def test_a_line_that_a_copy_has_cut_is_recognized_after_pruning(store: Path, tmp_path: Path) -> None:
    line = LINE.common().decode().rstrip()
    before = b"".join(KNOWN).decode()
    read_in(store, written(tmp_path / "a.log", f"{before}{line}\n{line}\n", 5), log_format="auto")
    assert "62 hits of default" in run("--db", store, "prune", "--keep", "1", "--at", "2026-11-26").err
    archives = cut_archives(tmp_path / "cut", before, line)
    assert read_in(store, *archives, log_format="auto").lines == 0


@pytest.mark.parametrize("way", ["archive", "plain", "member"])
@pytest.mark.parametrize("own", [[], KNOWN[55:58]], ids=["alone", "after known lines"])
def test_a_last_line_of_its_own_is_read_of_a_log_that_begins_like_a_longer_one(
    store: Path, tmp_path: Path, way: str, own: list[bytes]
) -> None:
    read_in(store, written(tmp_path / "access.log", b"".join(KNOWN).decode(), 5))
    new = replace(LINE, request="GET /new HTTP/1.1").combined().rstrip()
    data = b"".join([*KNOWN[:50], *own, new])
    if way == "plain":
        log = written(tmp_path / "copy.log", data.decode(), 200_000)
    else:
        log = tmp_path / ("copy.tar" if way == "member" else "copy.gz")
        log.write_bytes(tar_of([("copy.log", data)]) if way == "member" else gzip.compress(data))
    summary = read_in(store, log)
    assert summary.lines - summary.repeated == 1
    assert read_in(store, log).lines == 0
