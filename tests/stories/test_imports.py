"""Two machines that read their own logs of one portal: export there, import here, by a folder or a bucket."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from support import figures
from support.figures import Figures
from support.lines import CHROME, START, Line
from support.object_store import ObjectStore
from support.surface import Ran, assert_in_words, run

from logstats.cli.cluster import WITHOUT_HITS
from logstats.clock import utc_now
from logstats.reports.counters import WITHOUT_IMPORTED
from logstats.shards import manifest
from logstats.shards.folders import objects

SITE = "portal.example"
EXPECTED = [{"site": SITE, "visits": 3, "visitors": 3, "page_views": 5}]


def minutes(*of: int) -> timedelta:
    return timedelta(minutes=sum(of))


HERE = [Line(at=START), Line(at=START + minutes(50)), Line("192.0.2.7", START)]
THERE = [Line(at=START + minutes(25)), Line("192.0.2.8", START, agent=CHROME)]  # the first joins two of HERE


def refused(ran: Ran, code: int, *why: str) -> None:
    assert ran.code == code, ran
    assert_in_words(ran.err)
    assert [text for text in why if text not in ran.err] == [], ran.err


class Machines:
    """Two machines in a folder, whose stores identify logs by the same key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "logstats.toml").write_text(f'[[site]]\nname = "{SITE}"\ntimezone = "UTC"\n')
        (folder / "empty.log").touch()
        self.ran("here", "ingest", folder / "empty.log")
        shutil.copyfile(folder / "here.duckdb", folder / "there.duckdb")

    def run(self, name: str, *arguments: str | Path) -> Ran:
        config = ("--config", self.folder / "logstats.toml")
        return run(*config, "--db", self.folder / f"{name}.duckdb", *arguments)

    def ran(self, name: str, *arguments: str | Path) -> Ran:
        ran = self.run(name, *arguments)
        assert ran.code == 0, (arguments, ran)
        return ran

    def log(self, name: str, lines: list[Line]) -> Path:
        path = self.folder / name
        path.write_bytes(b"".join(line.combined() for line in lines))
        return path

    def visits(self, name: str = "here") -> list[dict[str, object]]:
        rows: list[dict[str, object]] = json.loads(
            self.ran(name, "visits", "--since", "2026-01-01", "--by", "all", "-f", "json").out
        )
        return [{key: row[key] for key in EXPECTED[0]} for row in rows]


@pytest.fixture
def machines(tmp_path: Path) -> Machines:
    machines = Machines(tmp_path)
    machines.ran("here", "ingest", machines.log("here.log", HERE))
    machines.ran("there", "ingest", machines.log("there.log", THERE))
    return machines


@pytest.fixture(scope="module")
def bucket() -> Iterator[ObjectStore]:
    with figures.serving() as served:
        yield served


@pytest.fixture(params=figures.KINDS)
def out(tmp_path: Path, request: pytest.FixtureRequest) -> Figures:
    """Give a folder of figures: in a folder, and in a bucket."""
    is_bucket = request.param == "bucket"
    return figures.below(tmp_path / "out", request.getfixturevalue("bucket") if is_bucket else None)


def test_visits_that_span_two_machines_are_one(machines: Machines, out: Figures) -> None:
    ran = machines.ran("there", "export", out.name, "--key", "branch")
    assert ran.err == f"{out.name}: branch: the figures of 2 hits of 1 log\n"
    first, note = machines.ran("here", "import", out.name).err.splitlines()
    assert first == "branch: 1 log, 2 lines, 2 hits, 0 rejects"
    assert note == f"branch: {WITHOUT_HITS}"
    assert machines.visits() == EXPECTED
    machines.ran("here", "verify")
    assert machines.ran("here", "import", out.name, "branch").err == "branch: nothing new\n"
    ran = machines.ran("here", "import", "--undo", "branch")
    assert ran.err == "branch: is taken back\n"
    assert machines.visits() == [{"site": SITE, "visits": 3, "visitors": 2, "page_views": 3}]
    machines.ran("here", "verify")


def test_a_key_that_is_exported_again_replaces_its_figures(machines: Machines, out: Figures) -> None:
    machines.ran("there", "export", out.name, "--key", "branch", "--keep-hits", "2d")
    machines.ran("here", "import", out.name)
    with (machines.folder / "there.log").open("ab") as log:
        log.write(replace(THERE[1], at=START + minutes(1), size="7").combined())
    machines.ran("there", "ingest", machines.folder / "there.log")
    machines.ran("there", "export", out.name, "--key", "branch", "--keep-hits", "900d")
    ran = machines.ran("here", "import", out.name)
    assert ran.err == "branch: replaced: 1 log, 3 lines, 3 hits, 0 rejects\n"
    assert machines.visits() == [{**EXPECTED[0], "page_views": 6}]
    online = json.loads(machines.ran("here", "online", "--at", "2026-11-23T01:25Z", "-f", "json").out)
    assert [row["online"] for row in online] == [1]
    machines.ran("here", "verify")


def test_only_files_that_the_manifest_names_are_left(
    machines: Machines, out: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        machines.ran("there", "export", out.name, "--key", "branch")
    known = out.manifest()
    assert known is not None
    named = {path for paths in known.keys["branch"].files.values() for path in paths}
    files = {name for name in out.names() if name.endswith(".parquet")}
    assert named <= files
    # those of the export before are kept for who reads them now, in a bucket all that a run may have written
    kept = 3 if out.bucket else 2
    assert len(files) == kept * len(named)
    monkeypatch.setattr(objects, "LONGEST_RUN_S", -1.0)
    assert manifest.sweep(out.folder, "branch") == (kept - 1) * len(named)
    assert out.names() == {*named, manifest.NAME}


@pytest.mark.parametrize("first", ["here", "there"])
def test_a_log_that_both_have_read_counts_once(machines: Machines, out: Figures, first: str) -> None:
    other = {"here": "there", "there": "here"}[first]
    log = machines.folder / f"{first}.log"
    machines.ran(other, "ingest", log)
    machines.ran("there", "export", out.name, "--key", "branch")
    assert "; 1 log left out, read here\n" in machines.ran("here", "import", out.name).err
    assert machines.visits() == EXPECTED
    machines.ran("here", "verify")
    known = {"here": "1", "there": "2"}[first]
    refused(machines.run("here", "undo", known), 1, "`logstats import --undo branch` takes that back")
    ran = machines.ran("here", "-v", "ingest", machines.folder / "there.log")
    assert "0 lines" in ran.err or "nothing new" in ran.err


def test_an_ingest_that_was_imported_is_not_undone_by_itself(machines: Machines, out: Figures) -> None:
    machines.ran("there", "export", out.name, "--key", "branch")
    machines.ran("here", "import", out.name)
    refused(machines.run("here", "undo", "2"), 1, "came with the import 'branch'")


def test_an_import_of_which_hits_are_pruned_can_be_undone(machines: Machines, out: Figures) -> None:
    machines.ran("there", "export", out.name, "--key", "branch", "--keep-hits", "900d")
    machines.ran("here", "import", out.name)
    machines.ran("here", "prune", "--keep", "1d", "--at", "2026-11-29")
    assert machines.visits() == EXPECTED
    machines.ran("here", "import", "--undo", "branch")
    assert machines.visits() == [{"site": SITE, "visits": 3, "visitors": 2, "page_views": 3}]
    machines.ran("here", "verify")


def test_another_identity_key_needs_a_word(machines: Machines, out: Figures) -> None:
    machines.ran("other", "ingest", machines.folder / "there.log")
    machines.ran("other", "export", out.name, "--key", "branch")
    refused(machines.run("here", "import", out.name), 1, "--distinct-logs")
    machines.ran("here", "import", out.name, "--distinct-logs")
    assert machines.visits() == EXPECTED


def test_other_settings_and_versions_are_refused(machines: Machines, out: Figures) -> None:
    config = machines.folder / "logstats.toml"
    machines.ran("there", "export", out.name, "--key", "branch")
    text = config.read_text()
    config.write_text(text + 'visit_gap = "20m"\ninternal = ["192.0.2.99"]\n')
    (machines.folder / "new.duckdb").unlink(missing_ok=True)
    shutil.copyfile(machines.folder / "here.duckdb", machines.folder / "new.duckdb")
    machines.ran("new", "rebuild")
    refused(machines.run("new", "import", out.name), 1, "different visit_gap, internal")
    config.write_text(text.replace("[[site]]", '[bots]\nadd = ["OurMonitor/"]\n[[site]]'))
    machines.ran("new", "rebuild")
    refused(machines.run("new", "import", out.name), 1, "different [bots]")
    config.write_text(text)
    written = out.read(manifest.NAME)
    out.write(manifest.NAME, written.replace(b'"bot list": "', b'"bot list": "9'))
    refused(machines.run("here", "import", out.name), 1, "was written with bot list 9")
    out.write(manifest.NAME, written.replace(b'"format": 1', b'"format": 2'))
    refused(machines.run("here", "import", out.name), 1, "its form is 2")
    out.write(manifest.NAME, b"{")
    refused(machines.run("here", "import", out.name), 1, "is not a manifest")


def test_a_file_that_is_not_whole_is_refused(machines: Machines, out: Figures) -> None:
    machines.ran("there", "export", out.name, "--key", "branch")
    (file,) = (name for name in out.names() if name.startswith("visit/"))
    out.write(file, out.read(file)[:-9])
    refused(machines.run("here", "import", out.name), 1, "is not there as the manifest says")
    out.remove(file)
    refused(machines.run("here", "import", out.name), 1, "is not there as the manifest says")


@pytest.mark.parametrize(
    ("options", "online", "is_noted"), [([], 1, True), (["--keep-hits", "1d"], 2, False)]
)
def test_counters_say_that_they_leave_out_whom_imports_do_not_have(
    tmp_path: Path, options: list[str], online: int, is_noted: bool
) -> None:
    machines, now = Machines(tmp_path), utc_now().replace(tzinfo=UTC)
    machines.ran("here", "ingest", machines.log("here.log", [Line("192.0.2.1", now - minutes(2))]))
    machines.ran("there", "ingest", machines.log("there.log", [Line("192.0.2.2", now - minutes(1))]))
    machines.ran("there", "export", tmp_path / "out", "--key", "branch", *options)
    machines.ran("here", "import", tmp_path / "out")
    ran = machines.ran("here", "counters", "-f", "json")
    assert [(row["online"], row["all_time"]) for row in json.loads(ran.out)] == [(online, 2)]
    assert (WITHOUT_IMPORTED in ran.err) == is_noted


def test_a_site_that_was_renamed_here_does_not_come_back(machines: Machines) -> None:
    out = machines.folder / "out"
    machines.ran("there", "export", out, "--key", "branch")
    machines.ran("here", "import", out)
    (machines.folder / "logstats.toml").write_text('[[site]]\nname = "new.example"\ntimezone = "UTC"\n')
    machines.ran("here", "rename", SITE, "new.example")
    machines.ran("there", "export", out, "--key", "branch")
    refused(machines.run("here", "import", out), 1, f"rename --undo {SITE} new.example")
    assert [row["site"] for row in machines.visits()] == ["new.example"]
    machines.ran("there", "rename", SITE, "new.example")
    machines.ran("there", "export", out, "--key", "branch")
    machines.ran("here", "import", out)
    assert machines.visits() == [EXPECTED[0] | {"site": "new.example"}]


@pytest.mark.parametrize("file", ["../source.parquet", "/etc/source.parquet", "source/other.parquet"])
def test_a_manifest_names_files_of_its_folder_with_their_sizes(
    machines: Machines, out: Figures, file: str
) -> None:
    machines.ran("there", "export", out.name, "--key", "branch")
    (machines.folder / "source.parquet").write_bytes(b"P")
    written = json.loads(out.read(manifest.NAME))
    written["keys"]["branch"]["files"]["source"] = [file]
    if not file.startswith("source"):
        written["keys"]["branch"]["sizes"][file] = 1
    out.write(manifest.NAME, json.dumps(written).encode())
    refused(machines.run("here", "import", out.name), 1, f"{file}: is not there as the manifest says")


def test_pseudonyms_are_refused(machines: Machines) -> None:
    config = machines.folder / "logstats.toml"
    config.write_text(config.read_text() + 'privacy = "hash"\n')
    machines.ran("hashed", "ingest", machines.folder / "there.log")
    ran = machines.run("hashed", "export", machines.folder / "out", "--key", "branch")
    refused(ran, 1, "another pseudonym in each store")
    assert not (machines.folder / "out" / manifest.NAME).exists()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("export", "out", "--key", "a/b"), "can't be a key"),
        (("export", "o[u]t"), "can't have *, ?, [ or ]"),
        (("import", "nowhere"), "no manifest.json"),
        (("import",), "which figures?"),
        (("import", "out", "other"), "no key 'other'"),
        (("import", "--undo", "other"), "no import 'other'"),
        (("import", "out", "--undo", "branch"), "give it without a folder"),
    ],
)
def test_a_mistake_is_explained(
    machines: Machines, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], why: str
) -> None:
    monkeypatch.chdir(machines.folder)
    machines.ran("there", "export", "out", "--key", "branch")
    refused(machines.run("here", *arguments), 2, why)


def test_the_figures_of_another_store_do_not_replace_those_of_a_key(machines: Machines) -> None:
    out, other = machines.folder / "out", machines.folder / "other"
    machines.ran("there", "export", out, "--key", "branch")
    machines.ran("here", "import", out)
    shutil.copyfile(machines.folder / "here.duckdb", machines.folder / "third.duckdb")
    machines.ran("third", "import", "--undo", "branch")
    refused(machines.run("third", "export", out, "--key", "branch"), 1, "of another store")
    machines.ran("third", "export", other, "--key", "branch")
    refused(machines.run("here", "import", other), 1, "from another store or folder")
    refused(machines.run("third", "import", other), 1, "figures of", "itself")
