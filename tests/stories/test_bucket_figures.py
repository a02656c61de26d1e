"""Figures and logs in object storage: rows as of one ingest, runs at the same time, errors, few requests."""

import gzip
import json
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from support import clouds, figures
from support.clouds import Cloud
from support.folder import tar_of
from support.lines import contents, numbered
from support.object_store import SECRET, Call, ObjectStore, Reply
from support.surface import Ran, assert_in_words, run

from logstats.engines import local
from logstats.errors import LogError
from logstats.shards import folders, manifest, work
from logstats.shards.folders import objects as object_folders
from logstats.shards.folders.objects import ObjectFolder
from logstats.sources.objects.bucket import UPLOAD_BYTES, Bucket

SITE = "portal.example"
ROWS = ("visits", "day_totals", "article_days", "sites", "sources")
MANIFEST = manifest.NAME


@pytest.fixture(scope="module")
def bucket() -> Iterator[ObjectStore]:
    with figures.serving() as objects:
        yield objects


class Portal:
    """Logs and figures below a random prefix of a bucket, and stores in a folder."""

    def __init__(self, folder: Path, bucket: ObjectStore) -> None:
        self.folder = folder
        self.bucket = bucket
        self.prefix = os.urandom(8).hex()
        self.logs = f"{bucket.url}/{self.prefix}/logs/"
        self.kept = figures.below(folder / "into", bucket)
        for number in range(4):
            self.put(f"access.log.{number}", number)
        bucket.requests()

    def put(self, name: str, number: int, pack: Callable[[bytes], bytes] = bytes) -> str:
        """Upload a log of forty lines; return its URL."""
        self.bucket.put(f"{self.prefix}/logs/{name}", pack(b"".join(numbered(40, first=40 * number))))
        return f"{self.logs}{name}"

    def run(self, *arguments: str | Path, store: str = "store") -> Ran:
        ran = run("--db", self.folder / f"{store}.duckdb", *arguments)
        assert SECRET not in ran.err + ran.out
        return ran

    def ran(self, *arguments: str | Path, store: str = "store") -> Ran:
        ran = self.run(*arguments, store=store)
        assert ran.code == 0, (arguments, ran)
        return ran

    def cluster(self, *logs: str, key: str = "all") -> Ran:
        into = ("--into", self.kept.name, "--site", SITE, "--key", key)
        return self.run("cluster", "ingest", *(logs or (self.logs,)), *into)

    def views(self) -> int:
        """Return the page views after an import of all keys; the store is verified."""
        self.ran("import", self.kept.name)
        self.ran("verify")
        return sum(row[4] for row in contents(self.folder / "store.duckdb", "day_totals")["day_totals"])


def here(_name: str, function: Callable[[object], object], jobs: list[object]) -> list[object]:
    """Do the jobs in this process, as an engine."""
    return [function(job) for job in jobs]


@pytest.fixture
def portal(tmp_path: Path, bucket: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> Portal:
    monkeypatch.setattr(work, "SHARD_BYTES", 8000)
    monkeypatch.setattr(local, "each", here)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    return Portal(tmp_path, bucket)


def refused(ran: Ran, code: int, why: str) -> None:
    assert ran.code == code, ran
    assert_in_words(ran.err)
    assert why in ran.err, ran.err


# --- The same rows


def test_logs_that_are_objects_give_the_rows_of_one_ingest(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # workers are processes of their own
    monkeypatch.setattr(work, "SHARD_BYTES", 8000)
    portal.put("deep/access.log.4.gz", 4, gzip.compress)
    portal.put("copy.log", 2)
    members = [(f"access.log.{number}", b"".join(numbered(40, first=40 * number))) for number in (5, 6)]
    portal.bucket.put(f"{portal.prefix}/logs/older.tar", tar_of(members))
    portal.ran("ingest", portal.logs, "--site", SITE, store="one")
    assert portal.cluster().code == 0
    portal.ran("import", portal.kept.name)
    portal.ran("verify")
    found = contents(portal.folder / "store.duckdb", *ROWS)
    assert found == contents(portal.folder / "one.duckdb", *ROWS)
    assert "nothing new" in portal.ran("-v", "ingest", portal.logs, "--site", SITE).err


def test_a_bucket_and_a_folder_have_the_same_figures(portal: Portal) -> None:
    portal.ran("ingest", portal.logs, "--site", SITE, store="there")
    folder = portal.folder / "out"
    for name in (portal.kept.name, str(folder)):
        portal.ran("export", name, "--key", "branch", "--keep-hits", "900d", store="there")
    for name, store in ((portal.kept.name, "one"), (str(folder), "other")):
        portal.ran("import", name, "--distinct-logs", store=store)
        portal.ran("verify", store=store)
    rows = [contents(portal.folder / f"{store}.duckdb", *ROWS, "hits") for store in ("one", "other")]
    assert rows[0] == rows[1]
    assert len(rows[0]["hits"]) == 160


def test_a_key_that_goes_on_after_that_of_another_log_is_a_log_of_its_own(portal: Portal) -> None:
    portal.put("access.log.3/older", 5)
    assert portal.cluster().code == 0
    assert portal.views() == 200
    portal.put("access.log.4/older", 6)
    assert portal.cluster(f"{portal.logs}access.log.4/older", key="older").code == 0
    portal.put("access.log.4", 7)
    ran = portal.cluster(key="newer")
    assert "6 logs left out" in ran.err, ran
    assert portal.views() == 280


def test_a_log_of_which_an_object_is_missing_names_it(portal: Portal) -> None:
    refused(portal.cluster(f"{portal.logs}access.log.9"), 2, "access.log.9: no such log")
    with portal.bucket.answering(
        lambda call: Reply("403 Forbidden", "AccessDenied") if call.key.endswith("log.2") else None
    ):
        refused(portal.cluster(), 1, f"{portal.logs}access.log.2: access is denied (AccessDenied)")
    assert portal.kept.manifest() is None


def test_nothing_is_left_in_the_temporary_folder(portal: Portal) -> None:
    assert portal.cluster().code == 0
    assert portal.views() == 160
    assert [*Path(tempfile.gettempdir()).iterdir()] == []
    assert {name.partition("/")[0] for name in portal.kept.names()} >= {MANIFEST, "visit"}
    assert not [name for name in portal.kept.names() if name.startswith(".")]


def test_an_import_of_unchanged_figures_reads_the_manifest_alone(portal: Portal) -> None:
    assert portal.cluster().code == 0
    portal.ran("import", portal.kept.name)
    portal.bucket.requests()
    assert portal.ran("import", portal.kept.name).err == "all: nothing new\n"
    assert portal.bucket.requests() == [Call("GET", f"{portal.kept.prefix}{MANIFEST}")]


def test_a_large_file_is_copied_in_parts(portal: Portal) -> None:
    data = os.urandom(2 * UPLOAD_BYTES + 1)
    here, there = portal.folder / "one", portal.folder / "below" / "other"
    here.write_bytes(data)
    bucket = Bucket(portal.bucket.url)
    bucket.upload({"large": here})
    assert bucket.download({"large": there, "none": portal.folder / "none"}) == {
        "large": len(data),
        "none": None,
    }
    assert there.read_bytes() == data
    with pytest.raises(LogError, match="can't be copied to the temporary folder: File exists"):
        bucket.download({"large": here / "below"})
    assert not (portal.folder / "none").exists()


# --- Runs at the same time


def once_before_the_commit(action: Callable[[], object]) -> Callable[[Call], Reply | None]:
    """Return what does something between the read of the manifest and its PUT, the first time."""
    left = [action]

    def answer(call: Call) -> Reply | None:
        if call.kind == "PUT" and call.key.endswith(MANIFEST) and left:
            left.pop()()
        return None

    return answer


@pytest.mark.parametrize("first", ["", "zero"], ids=["a new folder", "a folder with a key"])
def test_two_drivers_lose_none_of_their_keys(portal: Portal, first: str) -> None:
    """The manifest of a run is replaced between the read and the PUT of another run: both keys count."""
    logs = [f"{portal.logs}access.log.{number}" for number in range(3)]
    if first:
        assert portal.cluster(logs[0], key=first).code == 0
    before = portal.kept.read(MANIFEST) if first else None
    assert portal.cluster(logs[1], key="two").code == 0
    with_two = portal.kept.read(MANIFEST)
    if before is None:
        portal.kept.remove(MANIFEST)
    else:
        portal.kept.write(MANIFEST, before)
    other = once_before_the_commit(lambda: portal.kept.write(MANIFEST, with_two))
    with portal.bucket.answering(other):
        assert portal.cluster(logs[2], key="one").code == 0
    known = portal.kept.manifest()
    assert known is not None
    assert known.origin == json.loads(with_two)["origin"]
    assert {*known.keys} == {"one", "two", *([first] if first else [])}
    assert portal.views() == (120 if first else 80)


def test_a_log_that_two_drivers_read_at_once_counts_once(portal: Portal) -> None:
    """Neither run sees the log of the other one. The import refuses it, until a key is run again."""
    log = f"{portal.logs}access.log.1"
    assert portal.cluster(log, key="two").code == 0
    with_two = portal.kept.read(MANIFEST)
    portal.kept.remove(MANIFEST)
    other = once_before_the_commit(lambda: portal.kept.write(MANIFEST, with_two))
    with portal.bucket.answering(other):
        assert portal.cluster(log, f"{portal.logs}access.log.2", key="one").code == 0
    refused(
        portal.run("import", portal.kept.name), 1, "run the key again for this store, which leaves it out"
    )
    assert portal.cluster(log, key="two").code == 0
    assert portal.views() == 80


def test_a_key_that_another_run_has_replaced_is_not_replaced_again(portal: Portal) -> None:
    """Of two runs of a key at once the one that ends first counts; the other one says so."""
    assert portal.cluster(f"{portal.logs}access.log.0").code == 0
    earlier = portal.kept.read(MANIFEST)
    assert portal.cluster(f"{portal.logs}access.log.0", f"{portal.logs}access.log.1").code == 0
    later = portal.kept.read(MANIFEST)
    portal.kept.write(MANIFEST, earlier)
    other = once_before_the_commit(lambda: portal.kept.write(MANIFEST, later))
    with portal.bucket.answering(other):
        refused(portal.cluster(), 1, "another run of 'all' has ended meanwhile, and its figures count")
    assert portal.kept.read(MANIFEST) == later
    assert portal.views() == 80


def test_the_files_of_a_run_that_is_going_on_are_not_swept(portal: Portal) -> None:
    """The sweep of another run of the key, between the shards and the merge, removes none of their files."""
    assert portal.cluster(f"{portal.logs}access.log.0").code == 0
    swept: list[int] = []

    def answer(call: Call) -> Reply | None:
        if call.kind == "PUT" and "~merged" in call.key:
            swept.append(manifest.sweep(portal.kept.folder, "all"))
        return None

    with portal.bucket.answering(answer):
        assert portal.cluster().code == 0
    assert {*swept} == {0}
    assert portal.views() == 160


def test_an_answer_that_is_lost_is_no_conflict(portal: Portal) -> None:
    """Where a PUT was done and its repetition is refused, the run has committed."""
    calls: list[Call] = []

    def answer(call: Call) -> Reply | None:
        if call.kind == "PUT" and call.key.endswith(MANIFEST):
            calls.append(call)
            if len(calls) == 1:
                portal.kept.write(MANIFEST, new[0])
                return Reply("412 Precondition Failed", "PreconditionFailed")
        return None

    new: list[bytes] = []
    written = manifest._written

    def noted(each: manifest.Manifest) -> bytes:
        new.append(written(each))
        return new[-1]

    with patch.object(manifest, "_written", noted), portal.bucket.answering(answer):
        assert portal.cluster().code == 0
    assert len(calls) == 2
    assert portal.views() == 160


CONFLICTS = {
    # the content that a PUT is to replace, and the answer
    "it is there": (b"", Reply("412 Precondition Failed", "PreconditionFailed")),
    "it is written": (b"", Reply("409 Conflict", "ConditionalRequestConflict")),
    "it is another one": (b"0", Reply("412 Precondition Failed", "PreconditionFailed")),
    "it is replaced": (b"0", Reply("409 Conflict", "ConditionalRequestConflict")),
    "it is gone": (b"0", Reply("404 Not Found", "NoSuchKey")),
}


@pytest.mark.parametrize("kind", CONFLICTS)
def test_each_answer_that_is_a_conflict(portal: Portal, kind: str) -> None:
    initial, reply = CONFLICTS[kind]
    if initial:
        portal.kept.write("a.json", initial)
    replies = [reply]
    with portal.bucket.answering(lambda call: replies.pop() if call.kind == "PUT" and replies else None):
        portal.kept.folder.replace("a.json", lambda data: (data or b"") + b"1")
    assert portal.kept.read("a.json") == initial + b"1"
    assert replies == []


def test_a_manifest_that_always_changes_is_given_up(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(object_folders, "PAUSE_S", 0.0)
    conflict = Reply("412 Precondition Failed", "PreconditionFailed")
    with portal.bucket.answering(
        lambda call: conflict if call.kind == "PUT" and call.key.endswith(MANIFEST) else None
    ):
        refused(portal.cluster(), 1, f"{MANIFEST}: other runs replace it all the time; run again")
    assert portal.kept.manifest() is None


# --- Other services


@pytest.fixture(params=clouds.KINDS)
def cloud(request: pytest.FixtureRequest) -> Iterator[tuple[str, Cloud]]:
    """Give a service, with the URL of a folder there."""
    started = Cloud(request.param)
    with patch.dict(os.environ, started.env):
        yield f"{request.param}://kept/figures", started
    started.close()


def test_a_folder_of_another_service(tmp_path: Path, cloud: tuple[str, Cloud]) -> None:
    """Export, sweep and import by `az://` and `gs://`; the objects there are of long ago."""
    url, service = cloud
    (tmp_path / "access.log").write_bytes(b"".join(numbered(40)))
    there, here = ("--db", tmp_path / "there.duckdb"), ("--db", tmp_path / "here.duckdb")
    assert run(*there, "ingest", tmp_path / "access.log", "--site", SITE).code == 0
    for _ in range(3):
        assert run(*there, "export", url, "--key", "branch").code == 0
    known = manifest.read(folders.at(url))
    assert known is not None
    assert len(service.objects) == 2 * len(known.keys["branch"].sizes) + 1
    ran = run(*here, "import", url, "--distinct-logs")
    assert ran.code == 0, ran
    assert contents(tmp_path / "here.duckdb", *ROWS) == contents(tmp_path / "there.duckdb", *ROWS)


@pytest.mark.parametrize("initial", [None, b"0"])
def test_a_conflict_at_another_service(cloud: tuple[str, Cloud], initial: bytes | None) -> None:
    """A file that was replaced between the read and the PUT is read again."""
    url, service = cloud
    folder = folders.at(url)
    if initial:
        folder.replace("a.json", lambda _: initial)
    seen: list[bytes | None] = []

    def change(data: bytes | None) -> bytes:
        seen.append(data)
        if len(seen) == 1:
            folder.replace("a.json", lambda _: b"1")
        return (data or b"") + b"2"

    folder.replace("a.json", change)
    assert seen == [initial, b"1"]
    assert folder.read("a.json") == b"12"
    assert service.refused == 1


# --- Errors


ANSWERS = {
    # the kind of a request, how its key ends, the answer, and what is said
    "write denied": ("PUT", ".lock", Reply("403 Forbidden", "AccessDenied"), "to read, write and delete"),
    "delete denied": ("POST", "", Reply("403 Forbidden", "AccessDenied"), "to read, write and delete"),
    "list denied": ("LIST", "", Reply("403 Forbidden", "AccessDenied"), "access is denied (AccessDenied)"),
    "no conditions": (
        "PUT",
        MANIFEST,
        Reply("501 Not Implemented", "NotImplemented"),
        "the server can't write an object on a condition (If-Match)",
    ),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_error_of_a_request_is_explained(portal: Portal, kind: str) -> None:
    method, end, reply, words = ANSWERS[kind]
    into = portal.kept.prefix.rstrip("/")

    def answer(call: Call) -> Reply | None:
        is_into = call.key.startswith(into) or method == "POST"
        return reply if is_into and call.kind == method and call.key.endswith((end, "/")) else None

    with portal.bucket.answering(answer):
        refused(portal.cluster(), 1, words)
    assert portal.kept.manifest() is None


def test_an_object_that_is_not_whole_is_refused_by_all_that_read_it(portal: Portal) -> None:
    first = f"{portal.logs}access.log.0"
    assert portal.cluster(first, key="one").code == 0
    (name,) = (name for name in portal.kept.names() if name.startswith("source/"))
    data = portal.kept.read(name)
    portal.kept.write(name, data[:-9])
    url = f"{portal.kept.name}/{name}"
    why = f"{url}: is not there as the manifest says; export or run its key again"
    refused(portal.run("import", portal.kept.name), 1, why)
    refused(portal.cluster(key="two"), 1, why)
    portal.kept.remove(name)
    refused(portal.run("import", portal.kept.name), 1, why)
    portal.kept.write(name, data)
    assert portal.views() == 40


def test_a_piece_that_is_gone_before_it_is_merged_is_an_error(portal: Portal) -> None:
    gone = Reply("404 Not Found", "NoSuchKey")
    with portal.bucket.answering(
        lambda call: gone if call.kind == "GET" and f"{portal.kept.prefix}visit/" in call.key else None
    ):
        refused(portal.cluster(), 1, "is not there as the manifest says")
    assert portal.kept.manifest() is None


def test_without_the_package(portal: Portal) -> None:
    portal.ran("ingest", portal.logs, "--site", SITE)
    with patch.dict(sys.modules, {"obstore": None}):
        for arguments in (("import", portal.kept.name), ("export", portal.kept.name)):
            refused(portal.run(*arguments), 1, "object storage needs the package obstore; pip install")


@pytest.mark.parametrize(
    ("url", "code", "why"),
    [
        ("s3://key:hidden-word@bucket/figures", 2, "has a credential in it"),
        ("s3://bucket/figures?X-Amz-Signature=hidden-word", 2, "has a credential in it"),
        ("s3:///figures", 2, "there is no bucket in this URL"),
        ("s3://bucket/a//b", 2, "a part of this URL is empty"),
        ("s3://bucket/figures*", 2, "can't have *, ?, [ or ]"),
        ("s3://no-such-bucket/figures", 1, "there is no such bucket (NoSuchBucket); check its name"),
    ],
)
@pytest.mark.parametrize("command", ["export", "import", "cluster keys", "cluster ingest"])
def test_a_url_that_is_wrong(portal: Portal, command: str, url: str, code: int, why: str) -> None:
    (portal.folder / "empty.log").touch()
    portal.ran("ingest", portal.folder / "empty.log")
    words = command.split()
    ran = portal.run(*words, *((portal.logs, "--into", url) if command == "cluster ingest" else (url,)))
    refused(ran, code, why)
    assert "hidden-word" not in ran.err


def test_a_folder_is_data() -> None:
    """What is sent to a worker has neither a connection nor a credential."""
    folder = folders.at("s3://bucket/prefix/")
    assert pickle.loads(pickle.dumps(folder)) == folder == ObjectFolder("s3://bucket/prefix")
    assert str(folders.at("gs://bucket/")) == "gs://bucket"
