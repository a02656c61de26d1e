"""Logs in object storage: each line once, by few requests, and each error in words."""

import bz2
import gzip
import lzma
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from support.azure import Container
from support.folder import tar_of, zip_of
from support.lines import STORES, chunks_of, contents, numbered
from support.object_store import KEY_ID, SECRET, Call, ObjectStore, Reply, Server
from support.surface import PROGRAM, Ran, assert_in_words, process_env, run

from logstats.sources import pending
from logstats.sources.objects import bucket, ranges
from logstats.store import Session

LINES = numbered(60)
LOG = b"".join(LINES)
CONFIG = """
[[site]]
name = "portal.example"
timezone = "UTC"
logs = [{logs}]
[[site.counter]]
file = "counter.txt"
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Give the server, which takes a second to start."""
    started = Server()
    yield started
    started.close()


@pytest.fixture
def objects(server: Server) -> ObjectStore:
    """Give an empty bucket."""
    return server.bucket()


class Program:
    """The program with a store of its own, and the variables for a bucket."""

    def __init__(self, folder: Path, objects: ObjectStore) -> None:
        self.folder, self.objects, self.env = folder, objects, objects.env
        self.store = folder / "store.duckdb"

    def ingest(self, *logs: str | Path) -> Ran:
        return self._ran("--db", self.store, "ingest", *logs)

    def update(self, *logs: str, verbose: bool = False) -> Ran:
        config = self.folder / "logstats.toml"
        config.write_text(CONFIG.format(logs=", ".join(f'"{log}"' for log in logs)))
        return self._ran("--db", self.store, "--config", config, *(["-v"] if verbose else []), "update")

    def report(self, *arguments: str) -> Ran:
        return self._ran("--db", self.store, *arguments)

    def sizes(self) -> list[int]:
        """Return the sizes, which differ in all lines of `numbered`, of all hits."""
        return sorted(row[11] for row in contents(self.store, "hits")["hits"])

    def states(self) -> set[str]:
        """Return the names of objects that a run need not look at while they are unchanged."""
        with Session() as session, session.reading(self.store, 10, views=()):
            rows = session.execute("SELECT path FROM store.seen WHERE path LIKE 's3:%'").rows
        return {path for (path,) in rows}

    def _ran(self, *arguments: str | Path) -> Ran:
        ran = run(*arguments, env=self.env)
        assert_in_words(ran.err)
        assert SECRET not in ran.err + ran.out
        if self.store.exists():
            STORES.add(self.store)
        return ran


@pytest.fixture
def program(tmp_path: Path, objects: ObjectStore) -> Program:
    """Give the program without a store yet."""
    return Program(tmp_path, objects)


def sizes(count: int) -> list[int]:
    """Return the sizes of so many lines of `numbered`."""
    return [1000 + number for number in range(count)]


# --- What is read


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "access.log": bytes,
    "access.log.gz": gzip.compress,
    "access.log.bz2": bz2.compress,
    "access.log.xz": lzma.compress,
    "logs.tar": lambda data: tar_of([("one.log", data[:2000]), ("two.log", data[2000:])]),
    "logs.tar.gz": lambda data: gzip.compress(tar_of([("one.log", data)])),
    "logs.zip": lambda data: zip_of([("one.log", data)]),
    "a b%c ü#1.log": bytes,
}


@pytest.mark.parametrize("kept", [1 << 20, 100])
@pytest.mark.parametrize("key", PACKED)
def test_read_as_a_file(program: Program, objects: ObjectStore, key: str, kept: int) -> None:
    """An object is read as a file is, from memory or from a copy, and a second run finds nothing new."""
    data = PACKED[key](LOG)
    objects.put(f"logs/{key}", data)
    with patch("logstats.sources.objects.log.KEPT_BYTES", kept), patch.object(ranges, "FIRST_BYTES", 700):
        first = program.ingest(f"{objects.url}/logs/{key}")
        assert first.code == 0, first.err
        expected = sizes(60)
        if key == "logs.tar":  # a line was cut in two
            expected = [size for size in expected if size in program.sizes()]
            assert len(expected) >= 58
        assert program.sizes() == expected
        objects.requests()
        again = program.ingest(f"{objects.url}/logs/{key}")
    assert again.code == 0
    assert "nothing new" in again.err
    assert objects.kinds() == ["HEAD"]
    assert f"{objects.url}/logs/{key}" in program.report("sources").out


def test_a_copy_of_an_archive_is_made_once(program: Program, objects: ObjectStore) -> None:
    """The members of a large archive, and its two passes, are read from one copy."""
    data = gzip.compress(
        tar_of([(f"{n}.log", LOG + b"".join(numbered(5, first=1000 * n))) for n in range(1, 5)])
    )
    objects.put("logs.tgz", data)
    with (
        patch("logstats.sources.objects.log.KEPT_BYTES", 100),
        patch("logstats.sources.members.KEPT_BYTES", 0),
    ):
        assert program.ingest(f"{objects.url}/logs.tgz").code == 0
    read = sum(_length(each) for each in objects.requests() if each.kind == "GET")
    assert read <= 2 * len(data)


def test_a_prefix(program: Program, objects: ObjectStore) -> None:
    """All objects below a prefix are logs, but hidden ones and those that stand for a folder."""
    objects.put("logs/a.log", b"".join(LINES[:20]))
    objects.put("logs/2026/11/b.log.gz", gzip.compress(b"".join(LINES[20:40])))
    objects.put("logs/", b"")
    objects.put("logs/2026/", b"")
    objects.put("logs/.hidden.log", b"".join(LINES[40:50]))
    objects.put("logs-of-others/c.log", b"".join(LINES[50:]))
    for name in (f"{objects.url}/logs/", f"{objects.url}/logs"):
        assert program.ingest(name).code == 0
        assert program.sizes() == sizes(40)
    assert program.ingest(objects.url).code == 0
    assert program.sizes() == [*sizes(40), *sizes(60)[50:]]


def test_google_cloud_storage(program: Program, objects: ObjectStore) -> None:
    """The same by `gs://`: the requests that Google Cloud Storage knows are among those of S3."""
    objects.put("logs/access.log", b"".join(LINES[:30]))
    program.env = objects.google_env
    url = f"gs://{objects.bucket}/logs/"
    assert program.update(url).code == 0
    objects.put("logs/access.log", LOG)
    assert program.update(url).code == 0
    assert program.sizes() == sizes(60)
    assert {each.if_match for each in objects.requests() if each.kind == "GET"} != {""}
    assert program.update(url).code == 0
    assert objects.kinds() == ["LIST"]


@pytest.fixture
def container() -> Iterator[Container]:
    """Give an empty container of Azure."""
    started = Container()
    yield started
    started.close()


def test_azure(program: Program, container: Container) -> None:
    """The same by `az://`: e_tags are in quotes in conditions, but not in a listing."""
    program.env = container.env
    container.put("logs/access.log", b"".join(LINES[:30]))
    assert program.update("az://container/logs/").code == 0
    container.put("logs/access.log", LOG)
    assert program.update("az://container/logs/").code == 0
    assert program.sizes() == sizes(60)
    assert container.requests == ["LIST", "GET", "LIST", "GET"]
    assert len(container.conditions) == 2
    assert program.update("az://container/logs/").code == 0
    assert container.requests[4:] == ["LIST"]


PATTERNS = {
    "logs/*.log": {"logs/a.log", "logs/b.log"},
    "logs/?.log*": {"logs/a.log", "logs/b.log", "logs/c.log.1"},
    "logs/[ab].log": {"logs/a.log", "logs/b.log"},
    "logs/*/*.log": {"logs/x/d.log"},
    "logs/**": {"logs/a.log", "logs/b.log", "logs/c.log.1", "logs/x/d.log", "logs/x/y/e.log"},
    "logs/**/*.log": {"logs/a.log", "logs/b.log", "logs/x/d.log", "logs/x/y/e.log"},
    "*/x/**": {"logs/x/d.log", "logs/x/y/e.log"},
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern(program: Program, objects: ObjectStore, tmp_path: Path, pattern: str) -> None:
    """A pattern names objects as it names files, except that ** also names files."""
    keys = ["logs/a.log", "logs/b.log", "logs/c.log.1", "logs/x/d.log", "logs/x/y/e.log", "logs/.h.log"]
    for number, key in enumerate(keys):
        objects.put(key, LINES[number])
    assert program.ingest(f"{objects.url}/{pattern}").code == 0
    read = {keys[size - 1000] for size in program.sizes()}
    assert read == PATTERNS[pattern]
    assert objects.kinds().count("LIST") == 1


def test_a_large_object_is_read_by_ranges(program: Program, objects: ObjectStore) -> None:
    """Each range is requested once, with the e_tag of the listing."""
    data = b"".join(numbered(8000))
    objects.put("access.log", data)
    with patch.multiple(ranges, FIRST_BYTES=16 << 10, LARGEST_BYTES=100_000):
        assert program.ingest(f"{objects.url}/access.log").code == 0
    assert program.sizes() == sizes(8000)
    gets = [each for each in objects.requests() if each.kind == "GET"]
    assert {each.if_match for each in gets} == {gets[0].if_match}
    assert gets[0].if_match
    assert max(map(_length, gets)) == 100_000
    assert sum(map(_length, gets)) == len(data)


@pytest.mark.parametrize(("kept", "gets"), [(1 << 20, 30), (1500, 30 + 17)])
def test_many_small_objects(program: Program, objects: ObjectStore, kept: int, gets: int) -> None:
    """A small object is requested once, also where there are more than are kept open."""
    for number, line in enumerate(LINES[:30]):
        objects.put(f"logs/{number:02}.log", line)
    with patch.object(pending, "MOST_OPEN", 3), patch.object(bucket, "KEPT_BYTES", kept):
        assert program.ingest(f"{objects.url}/logs/").code == 0
    assert program.sizes() == sizes(30)
    assert objects.kinds().count("GET") == gets


def _length(get: Call) -> int:
    start, _, end = get.range.removeprefix("bytes=").partition("-")
    return int(end) - int(start) + 1


# --- Exactly once


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_uploaded_after_it_was_read(
    program: Program, objects: ObjectStore, tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    """A log that was read in a folder has nothing new where it is uploaded, packed or not."""
    (tmp_path / "access.log").write_bytes(LOG)
    assert program.ingest(tmp_path / "access.log").code == 0
    objects.put("archive/2026-11.log", pack(LOG))
    ran = program.ingest(f"{objects.url}/archive/")
    assert ran.code == 0
    assert "nothing new" in ran.err
    assert program.sizes() == sizes(60)


def test_unchanged_objects_are_not_requested(program: Program, objects: ObjectStore) -> None:
    """A run of cron that finds no new object makes one request for each prefix, whatever is there."""
    objects.put("a/plain.log", b"".join(LINES[:10]))
    objects.put("a/without-newline.log", b"".join(LINES[10:20]).rstrip(b"\n"))
    objects.put("a/packed.log.gz", gzip.compress(b"".join(LINES[20:30])))
    objects.put("a/logs.tar", tar_of([("one.log", b"".join(LINES[30:40]))]))
    objects.put("a/copy.log", b"".join(LINES[:10]))
    objects.put("a/line.log", b"no line of a log")
    objects.put("a/incomplete.gz", gzip.compress(b"".join(LINES[50:]))[:-9])
    objects.put("b/more.log", b"".join(LINES[40:50]))
    names = (f"{objects.url}/a/", f"{objects.url}/b/")
    program.update(*names)
    assert program.sizes() == sizes(50)
    kinds = objects.kinds()
    assert kinds.count("LIST") == 2
    assert kinds.count("GET") >= 7
    program.update(*names)
    program.update(*names)
    seen = objects.requests()
    assert [each.kind for each in seen if each.key != "a/line.log"] == ["LIST", "LIST"] * 2


def test_other_logs_do_not_make_objects_forgotten(
    program: Program, objects: ObjectStore, tmp_path: Path
) -> None:
    """The states of objects stay in a run that does not list them, and go where a listing lacks them."""
    objects.put("a/one.log", b"".join(LINES[:10]))
    objects.put("a/two.log", b"".join(LINES[10:20]))
    objects.put("b/three.log", b"".join(LINES[20:30]))
    program.update(f"{objects.url}/a/", f"{objects.url}/b/")
    (tmp_path / "x.log.gz").write_bytes(gzip.compress(b"".join(LINES[30:40])))
    os.utime(tmp_path / "x.log.gz", (1e9, 1e9))
    program.ingest(tmp_path / "x.log.gz")
    objects.delete("a/two.log")
    objects.put("a/four.log", b"".join(LINES[40:50]))
    objects.requests()
    program.update(f"{objects.url}/a/")
    assert [each.key for each in objects.requests() if each.kind == "GET"] == ["a/four.log"]
    assert program.states() == {f"{objects.url}/{key}" for key in ("a/one.log", "a/four.log", "b/three.log")}
    program.update(f"{objects.url}/b/")
    assert objects.kinds() == ["LIST"]


def test_a_grown_object_goes_on(program: Program, objects: ObjectStore) -> None:
    """An object that was replaced by a longer version is read from where it was read to."""
    lines = numbered(3000)
    objects.put("access.log", b"".join(lines[:2000]) + lines[2000][:50])
    program.update(f"{objects.url}/access.log")
    assert program.sizes() == sizes(2000)
    objects.requests()
    objects.put("access.log", b"".join(lines))
    ran = program.update(f"{objects.url}/access.log", verbose=True)
    assert "1,000 lines" in ran.err
    assert program.sizes() == sizes(3000)
    read = sum(_length(each) for each in objects.requests() if each.kind == "GET")
    assert read < 0.8 * 3000 * len(lines[0])


def test_another_object_of_the_same_size(program: Program, objects: ObjectStore) -> None:
    """An object that was replaced within the same second by one of the same size is read."""
    objects.put("access.log", b"".join(LINES[:10]))
    program.update(f"{objects.url}/access.log")
    with patch("logstats.sources.objects.bucket._nanoseconds", lambda _: 10**18):
        program.update(f"{objects.url}/access.log")
        objects.put("access.log", b"".join(LINES[10:20]))
        program.update(f"{objects.url}/access.log")
    assert program.sizes() == sizes(20)


def test_a_last_line_that_was_cut(program: Program, objects: ObjectStore) -> None:
    """A last line without its newline is read where it is whole; the rest of it is not another line."""
    objects.put("access.log", b"".join(LINES[:10]) + LINES[10].rstrip(b"\n"))
    program.update(f"{objects.url}/access.log")
    assert program.sizes() == sizes(11)
    objects.put("access.log", b"".join(LINES[:20]))
    program.update(f"{objects.url}/access.log")
    assert program.sizes() == sizes(20)


@pytest.mark.parametrize("number", range(1, 6))
def test_replaced_while_it_is_read(program: Program, objects: ObjectStore, number: int) -> None:
    """The error is that of its log, what was committed stays, and the next run goes on from there."""
    lines, others = numbered(2900), numbered(100, first=9000)
    objects.put("logs/access.log", lines[0])
    program.update(f"{objects.url}/logs/")  # many small new logs are committed together, a known one is not
    objects.put("logs/access.log", b"".join(lines[:2800]))
    objects.put("logs/other.log", b"".join(others))
    gets = iter(range(1000))

    def grow(request: Call) -> None:
        if request.kind == "GET" and request.key == "logs/access.log" and next(gets) == number:
            objects.put("logs/access.log", b"".join(lines))

    with patch.multiple(ranges, FIRST_BYTES=70_000, LARGEST_BYTES=70_000), chunks_of(50_000):
        with objects.answering(grow):
            ran = program.update(f"{objects.url}/logs/", verbose=True)
        assert ran.code == 0, ran.err
        assert set(program.sizes()) >= set(sizes(9100)[9000:])
        read = len(program.sizes()) - 100
        assert 300 * (number - 1) < read < 500 * number  # a range is some 480 lines
        assert program.update(f"{objects.url}/logs/").code == 0
    assert program.sizes() == [*sizes(2900), *sizes(9100)[9000:]]


def test_named_and_replaced_while_it_is_read(program: Program, objects: ObjectStore) -> None:
    """Where the object is named on the command line, the exit code says that it was replaced."""
    objects.put("access.log", LOG)
    with objects.answering(
        lambda request: objects.put("access.log", LOG + LOG[:146]) if request.kind == "GET" else None
    ):
        ran = program.ingest(f"{objects.url}/access.log")
    assert ran.code == 1
    assert f"{objects.url}/access.log: was changed while it was being read; run again" in ran.err


def test_vanished_between_list_and_get(program: Program, objects: ObjectStore) -> None:
    """An object that is gone when it is read stops no other one."""
    objects.put("logs/a.log", b"".join(LINES[:30]))
    objects.put("logs/b.log", b"".join(LINES[30:]))

    def remove(request: Call) -> None:
        if request.kind == "GET":
            objects.delete("logs/a.log")

    with objects.answering(remove):
        ran = program.update(f"{objects.url}/logs/", verbose=True)
    assert ran.code == 0, ran.err
    assert program.sizes() == sizes(60)[30:]


def test_a_server_that_ignores_conditions(program: Program, objects: ObjectStore, server: Server) -> None:
    """The e_tag of each answer is compared, for a server that does not know If-Match."""
    objects.put("access.log", b"".join(LINES[:40]))

    def replace(request: Call) -> None:
        if request.kind == "GET":
            objects.put("access.log", b"".join(LINES[20:60]))

    with patch.object(server, "knows_conditions", new=False), objects.answering(replace):
        ran = program.ingest(f"{objects.url}/access.log")
    assert ran.code == 1
    assert "was changed while it was being read" in ran.err


# --- Errors


FORBIDDEN = Reply("403 Forbidden", "AccessDenied")
ERRORS = {
    # the answers to requests, and what is said
    "no bucket": (Reply("404 Not Found", "NoSuchBucket"), "there is no such bucket (NoSuchBucket); check"),
    "denied": (FORBIDDEN, "access is denied (AccessDenied); these credentials must be allowed"),
    "unknown key": (
        Reply("403 Forbidden", "InvalidAccessKeyId"),
        "the credentials are not accepted (InvalidAccessKeyId); check AWS_ACCESS_KEY_ID",
    ),
    "wrong key": (Reply("403 Forbidden", "SignatureDoesNotMatch"), "the credentials are not accepted"),
    "expired": (Reply("400 Bad Request", "ExpiredToken"), "whether they have expired"),
    "region": (Reply("301 Moved Permanently", "PermanentRedirect"), "the bucket is in another region"),
    "broken": (Reply("400 Bad Request", "Strange"), "the server answers 400 Strange; run again"),
    "slow down": (Reply("503 Slow Down", "SlowDown"), "the server answers 503"),
}


@pytest.mark.parametrize("kind", ERRORS)
def test_the_error_of_a_listing(program: Program, objects: ObjectStore, kind: str) -> None:
    """A prefix that can't be listed is said once, in words, and stops no other log."""
    reply, words = ERRORS[kind]
    objects.put("a/one.log", b"".join(LINES[:10]))
    objects.put("b/two.log", b"".join(LINES[10:]))
    names = (f"{objects.url}/a/", f"{objects.url}/b/")
    program.update(names[1])
    objects.put("b/two.log", b"".join(LINES[10:]) + b"".join(numbered(5, first=60)))
    with objects.answering(lambda request: reply if request.key == "a/" else None):
        first = program.update(*names)
        again = program.update(*names)
    assert first.code == again.code == 1
    assert words in first.err
    assert f"{objects.url}/a" in first.err
    assert again.err == ""
    assert program.sizes() == sizes(65)[10:]
    over = program.update(*names)
    assert over.code == 0
    assert "is found now" in over.err
    assert program.sizes() == sizes(65)


def test_the_error_of_one_object(program: Program, objects: ObjectStore) -> None:
    """An object that may not be read is said once, in words, and stops no other one."""
    objects.put("logs/access.log", b"".join(LINES[:30]))
    objects.put("logs/access.log.1", b"".join(LINES[30:]))
    with objects.answering(lambda request: FORBIDDEN if request.key.endswith("access.log") else None):
        first = program.update(f"{objects.url}/logs/")
        again = program.update(f"{objects.url}/logs/")
    assert first.code == again.code == 1
    assert f"{objects.url}/logs/access.log: access is denied (AccessDenied); these" in first.err
    assert again.err == ""
    assert program.sizes() == sizes(60)[30:]
    over = program.update(f"{objects.url}/logs/")
    assert over.code == 0
    assert f"{objects.url}/logs/access.log: can be read now" in over.err
    assert program.sizes() == sizes(60)
    with objects.answering(lambda request: FORBIDDEN if request.kind == "GET" else None):
        objects.put("logs/c.log", LOG + b"".join(numbered(5, first=60)))
        named = program.ingest(f"{objects.url}/logs/c.log")
    assert named.code == 1
    assert "access is denied" in named.err


def test_the_bucket_of_an_object(program: Program, objects: ObjectStore) -> None:
    """Where the bucket does not exist, that is said of one object too."""
    ran = program.ingest("s3://no-such-bucket/logs/a.log")
    assert ran.code == 1
    assert "s3://no-such-bucket/logs/a.log: there is no such bucket (NoSuchBucket); check its name" in ran.err
    ran = program.ingest(f"{objects.url}/logs/a.log")
    assert ran.code == 2
    assert "no such log; give the URL of an object, a prefix or a pattern" in ran.err


ENVIRONMENTS = {
    # variables that are changed, and what is said
    "refused": (
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
        "the server can't be reached; run again, or check",
    ),
    "no name": ({"AWS_ENDPOINT_URL": "http://no.such.host.invalid"}, "the server can't be reached"),
    "http": ({"AWS_ALLOW_HTTP": "false"}, "its endpoint has http, not https; set AWS_ALLOW_HTTP=true"),
    "no credentials": (
        {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
        "there are no credentials for it; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment",
    ),
}


@pytest.mark.parametrize("kind", ENVIRONMENTS)
def test_an_error_of_the_environment(program: Program, objects: ObjectStore, kind: str) -> None:
    """What is missing or wrong in the environment is named."""
    changed, words = ENVIRONMENTS[kind]
    program.env = {
        **{k: v for k, v in program.env.items() if k not in changed},
        **{k: v for k, v in changed.items() if v},
    }
    if kind == "no credentials":
        program.env["AWS_METADATA_ENDPOINT"] = "http://169.254.1.1"  # where nothing answers
    ran = program.ingest(f"{objects.url}/logs/")
    assert ran.code == 1
    assert words in ran.err


def test_a_server_that_does_not_answer(program: Program, objects: ObjectStore) -> None:
    """A request that takes too long is an error in words."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        program.env = {
            **program.env,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "AWS_TIMEOUT": "500ms",
        }
        ran = program.ingest(f"{objects.url}/logs/")
    assert ran.code == 1
    assert "the server does not answer in time; run again, or check the network" in ran.err


def test_a_signal_ends_the_wait(objects: ObjectStore, tmp_path: Path) -> None:
    """SIGTERM ends a run that waits for a server, which would wait for half a minute else."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        env = {**objects.env, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        command = [*PROGRAM, "--db", str(tmp_path / "s.duckdb"), "ingest", "s3://silent/logs/"]
        with subprocess.Popen(command, env=process_env(env), stderr=subprocess.PIPE) as process:
            connection, _ = silent.accept()
            started = time.monotonic()
            process.send_signal(signal.SIGTERM)
            code = process.wait()
            lasted = time.monotonic() - started
            connection.close()
            assert process.stderr is not None
            assert process.stderr.read() == b""
    assert code == 143
    assert lasted < 20  # the server is silent for longer


def test_without_the_package(program: Program, objects: ObjectStore, tmp_path: Path) -> None:
    """Without obstore the command that installs it is named, and other logs are read."""
    objects.put("logs/a.log", LOG)
    (tmp_path / "b.log").write_bytes(LOG)
    with patch.dict(sys.modules, {"obstore": None}):
        ran = program.update(f"{objects.url}/logs/", "b.log")
    assert ran.code == 1
    assert "object storage needs the package obstore; pip install 'logstats[s3]'" in ran.err
    assert program.sizes() == sizes(60)


SECRETS = (
    "s3://key:hidden-word@bucket/logs/",
    "az://container/logs?sv=2025&sig=hidden-word",
    "s3://bucket/a.log?X-Amz-Signature=hidden-word",
)


@pytest.mark.parametrize("url", SECRETS)
def test_a_url_with_a_secret(program: Program, url: str) -> None:
    """A URL with a credential is refused, and not shown."""
    ran = program.ingest(url)
    assert ran.code == 2
    assert "has a credential in it, so it is not used; give credentials by environment variables" in ran.err
    assert "hidden-word" not in ran.err
    ran = program.update(url)
    assert ran.code != 0
    assert "hidden-word" not in ran.err


def test_no_secret_is_kept(program: Program, objects: ObjectStore) -> None:
    """Neither the store nor a counter file has anything of the credentials."""
    objects.put("logs/a.log", LOG)
    with objects.answering(lambda request: FORBIDDEN if request.kind == "GET" else None):
        program.update(f"{objects.url}/logs/")
    program.update(f"{objects.url}/logs/")
    assert program.sizes() == sizes(60)
    files = [path for path in program.folder.iterdir() if path.is_file()]
    assert {"store.duckdb", "counter.txt"} <= {path.name for path in files}
    for path in files:
        assert SECRET.encode() not in path.read_bytes()
        assert KEY_ID.encode() not in path.read_bytes()


# --- Where logs are named


def test_names_that_are_wrong(program: Program, objects: ObjectStore, tmp_path: Path) -> None:
    """A prefix without an object was never read, or is empty for now; a pattern may match later."""
    objects.put("other/a.log", LOG)
    ran = program.update(f"{objects.url}/logs/")
    assert ran.code == 1
    assert "and it has never been read; check the path in" in ran.err
    ran = program.update(f"{objects.url}/other/", f"{objects.url}/later/*.log")
    assert ran.code == 0, ran.err
    objects.delete("other/a.log")
    assert program.update(f"{objects.url}/other/").code == 0
    assert program.ingest("s3:///logs").code == 2


def test_check(program: Program, objects: ObjectStore, tmp_path: Path) -> None:
    """`check` reads a sample of each object."""
    objects.put("logs/a.log", LOG)
    objects.put("logs/b.log.gz", gzip.compress(b"".join(numbered(5, first=100))))
    objects.put("logs/c.log", b"no line\n")
    objects.put("bad/c.log", b"")
    program.update(f"{objects.url}/logs/")
    config = tmp_path / "logstats.toml"
    config.write_text(CONFIG.format(logs=f'"{objects.url}/logs/", "{objects.url}/bad/"'))
    with objects.answering(lambda request: FORBIDDEN if request.key == "logs/c.log" else None):
        ran = run("--db", program.store, "--config", config, "check", "--format", "tsv", env=program.env)
    rows = {line.split("\t")[1]: line.split("\t")[2:] for line in ran.out.splitlines()}
    assert rows[f"{objects.url}/logs/a.log"][0] == "ok"
    assert "of 60 lines 60 hits" in rows[f"{objects.url}/logs/a.log"][1]
    assert rows[f"{objects.url}/logs/b.log.gz"][0] == "ok"
    assert "access is denied" in rows[f"{objects.url}/logs/c.log"][1]
    assert "no such log" in rows[f"{objects.url}/bad/"][1]
    assert_in_words(ran.err)


def test_formats(program: Program, objects: ObjectStore) -> None:
    """`formats` shows the format of an object."""
    objects.put("logs/a.log", LOG)
    ran = program.report("formats", f"{objects.url}/logs/a.log")
    assert ran.code == 0
    assert "combined" in ran.out
