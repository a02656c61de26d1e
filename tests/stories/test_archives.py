"""Archives: each log in a tar or zip is a log of its own, bytes after an archive's end are ignored, and what
can't be read is refused by its name."""

import bz2
import gzip
import io
import itertools
import lzma
import os
import signal
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st
from support.folder import PACKERS
from support.folder import tar_of as tar
from support.folder import zip_of as zip_
from support.lines import contents, examples, numbered, read_in
from support.surface import process, run

from logstats.errors import FormatError, LogError
from logstats.sources import archives, files

A, B = numbered(100), numbered(100, first=100)
Members = Iterable[tuple[str, bytes]]
LONG_AGO = 1_000_000_000


def v7(members: Members) -> bytes:
    """Return a tar as before POSIX: no magic number, no prefix."""
    data = bytearray()
    for name, content in members:
        header = bytearray(512)
        header[:100] = name.encode().ljust(100, b"\0")
        header[100:108], header[124:136] = b"000644 \0", b"%11o " % len(content)
        header[148:156] = b"%6o\0 " % (sum(header[:148]) + 8 * 32 + sum(header[156:]))
        data += header + content + bytes(-len(content) % 512)
    return bytes(data + bytes(1024))


def packed_tar(pack: Callable[[bytes], bytes], members: Members) -> bytes:
    return pack(tar(members))


CONTAINERS: dict[str, Callable[[Members], bytes]] = {
    "logs.tar": tar,
    "ustar.tar": lambda members: tar(members, tarfile.USTAR_FORMAT),
    "pax.tar": lambda members: tar(members, tarfile.PAX_FORMAT),
    "v7.tar": v7,
    **{f"logs.tar{ending}": partial(packed_tar, pack) for ending, pack in PACKERS.items()},
    "logs.zip": zip_,
    "stored.zip": lambda members: zip_(members, zipfile.ZIP_STORED),
    "bzip2.zip": lambda members: zip_(members, zipfile.ZIP_BZIP2),
    "lzma.zip": lambda members: zip_(members, zipfile.ZIP_LZMA),
}


@pytest.fixture(autouse=True)
def trusted() -> Iterator[None]:
    """Let a stat that is new be trusted."""
    with patch("logstats.sources.recorder.TRUSTED_S", -60):
        yield


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.duckdb"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    return tmp_path / "logs"


def hits(store: Path) -> list[int]:
    """Return the sizes of all hits, by which lines of `numbered` differ."""
    return sorted(row[11] for row in contents(store, "hits")["hits"])


def written(path: Path, data: bytes, age_s: float = 100) -> Path:
    path.write_bytes(data)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


TWO = [("access.log", b"".join(A)), ("old/access.log.1", b"".join(B))]


@pytest.mark.parametrize("name", CONTAINERS)
def test_each_log_in_an_archive_is_a_log_of_its_own(store: Path, logs: Path, name: str) -> None:
    archive = written(logs / name, CONTAINERS[name](TWO))
    assert read_in(store, archive).hits == 200
    assert f"{archive}/access.log\t" in run("--db", store, "sources").out
    for again in (archive, written(logs / "b.tar", tar(reversed(TWO)))):
        assert read_in(store, again).lines == 0
    for number, (_, data) in enumerate(TWO):
        assert read_in(store, written(logs / f"plain{number}", data)).lines == 0
    assert hits(store) == list(range(1000, 1200))


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_log_that_was_read_is_known_again_in_an_archive(store: Path, logs: Path, name: str) -> None:
    read_in(store, written(logs / "access.log", b"".join(A[:60])))
    assert read_in(store, written(logs / name, CONTAINERS[name](TWO))).hits == 140
    assert read_in(store, written(logs / "access.log", b"".join(numbered(110)))).hits == 10


@pytest.mark.parametrize("ending", PACKERS)
@pytest.mark.parametrize("name", ["logs.tar.gz", "logs.zip"])
def test_a_compressed_log_in_an_archive_is_unpacked(store: Path, logs: Path, name: str, ending: str) -> None:
    packed = [(f"{member}{ending}", PACKERS[ending](data)) for member, data in TWO]
    assert read_in(store, written(logs / name, CONTAINERS[name](packed))).hits == 200


def test_an_archive_comes_by_a_pipe(store: Path) -> None:
    for name, made in CONTAINERS.items():
        ran = process("--db", store, "ingest", "-", stdin=made(TWO))
        assert (ran.code, "200 hits" in ran.err) == (0, name == "logs.tar"), ran


@pytest.mark.parametrize("name", CONTAINERS)
def test_an_unchanged_archive_is_not_opened_again(store: Path, logs: Path, name: str) -> None:
    members = [*TWO, ("README", b"How we keep logs.\n"), ("error.log", b"no\n")]
    archive = written(logs / name, CONTAINERS[name](members))
    assert [
        len(read_in(store, archive, log_format="auto", named_explicitly=()).warnings) for _ in range(3)
    ] == [2, 0, 0]
    with patch.object(files, "_open", side_effect=AssertionError("was opened")):
        read_in(store, archive, log_format="auto")
    ran = run("--db", store, "sources")
    assert [line.split("\t")[11] for line in ran.out.splitlines()[1:]] == [
        "read",
        "read",
        "skipped",
        "skipped",
    ]


def test_an_archive_is_read_again_after_an_undo(store: Path, logs: Path) -> None:
    archive = written(logs / "logs.tar.gz", CONTAINERS["logs.tar.gz"](TWO))
    read_in(store, archive)
    assert run("--db", store, "undo", "2").code == 0
    assert read_in(store, archive).hits == 100


def test_folders_links_devices_and_hidden_members_are_no_logs(store: Path, logs: Path) -> None:
    with tarfile.open(logs / "logs.tar", "w") as opened:
        for kind in (
            tarfile.DIRTYPE,
            tarfile.SYMTYPE,
            tarfile.LNKTYPE,
            tarfile.FIFOTYPE,
            tarfile.CHRTYPE,
            tarfile.BLKTYPE,
        ):
            info = tarfile.TarInfo(f"of-kind-{kind.decode()}")
            info.type, info.linkname = kind, "access.log"
            opened.addfile(info)
        for name, data in (
            ("._access.log", b"".join(B)),
            (".git/access.log", b"".join(B)),
            ("empty.log", b""),
            TWO[0],
        ):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            opened.addfile(info, io.BytesIO(data))
    assert read_in(store, logs / "logs.tar").hits == 100
    with zipfile.ZipFile(logs / "logs.zip", "w") as opened_zip:
        link = zipfile.ZipInfo("link.log")
        link.external_attr = 0o120777 << 16
        opened_zip.writestr(link, b"".join(B))
        opened_zip.writestr("folder/", b"")
        opened_zip.writestr("__MACOSX/._access.log", b"".join(B))
        opened_zip.writestr("access.log", b"".join(A))
    assert read_in(store, logs / "logs.zip").lines == 0


@pytest.mark.parametrize(
    "name", ["../../escaped.log", "/tmp/escaped.log", "a\x1b[31m.log", "a/../b.log", "ữ.log"]
)
@pytest.mark.parametrize("kind", ["logs.tar", "pax.tar", "logs.zip"])
def test_a_name_in_an_archive_is_only_shown(store: Path, logs: Path, kind: str, name: str) -> None:
    before = set(logs.parent.rglob("*"))
    archive = written(logs / kind, CONTAINERS[kind]([(name, b"".join(A))]))
    assert read_in(store, archive).hits == 100
    new = {path.name for path in set(logs.parent.rglob("*")) - before if "duckdb" not in path.name}
    assert new == {kind}
    assert "\x1b" not in run("--db", store, "sources").out


def test_two_logs_of_one_name_are_two_logs(store: Path, logs: Path) -> None:
    archive = written(logs / "logs.tar", tar([("access.log", b"".join(A)), ("access.log", b"".join(B))]))
    assert read_in(store, archive).hits == 200
    assert read_in(store, archive).lines == 0


def encrypted(data: bytes) -> bytes:
    """Mark the members of a zip as encrypted."""
    marked = bytearray(data)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := marked.find(magic, start + 1)) >= 0:
            marked[start + offset] |= 1
    return bytes(marked)


def of_method(data: bytes, method: int) -> bytes:
    marked = bytearray(data)
    for magic, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = -1
        while (start := marked.find(magic, start + 1)) >= 0:
            marked[start + offset : start + offset + 2] = method.to_bytes(2, "little")
    return bytes(marked)


def sparse(data: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as opened:
        info = tarfile.TarInfo("access.log")
        info.size, info.pax_headers = len(data), {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}
        opened.addfile(info, io.BytesIO(data))
    return file.getvalue()


REFUSED = {
    "tar in tar": (tar([("logs.tar", tar(TWO))]), "tar"),
    "packed tar in zip": (zip_([("logs.tar.gz", gzip.compress(tar(TWO)))]), "tar"),
    "zip in tar": (tar([("logs.zip", zip_(TWO))]), "zip"),
    "zip in gzip": (gzip.compress(zip_(TWO)), "zip"),
    "7z in tar": (tar([("logs.7z", b"7z\xbc\xaf\x27\x1c" + bytes(50))]), "7z"),
    "encrypted": (encrypted(zip_(TWO)), "encrypted"),
    "deflate64": (of_method(zip_(TWO), 9), "deflate64"),
    "ppmd": (of_method(zip_(TWO), 98), "ppmd"),
    "sparse": (sparse(b"".join(A)), "sparse"),
    "no log": (tar([("README", b"How we keep logs.\n"), ("b", b"no log\n")]), "README"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(50), "7z"),
    "rar": (b"Rar!\x1a\x07\x01\0" + bytes(50), "rar"),
    "lz4": (b"\x04\x22\x4d\x18d@" + bytes(50), "lz4"),
    "lzo": (b"\x89LZO\0\r\n\x1a\n" + bytes(50), "lzo"),
    "compress": (b"\x1f\x9d\x90" + bytes(50), "compress"),
    "lzip": (b"LZIP\1" + bytes(50), "lzip"),
    "lzma": (lzma.compress(b"".join(A), lzma.FORMAT_ALONE), "lzma"),
    "cpio": (b"070701" + b"0" * 104 + b"access.log\0", "cpio"),
    "snappy": (b"\xff\x06\0\0sNaPpY" + bytes(50), "snappy"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_is_refused_by_its_name(store: Path, logs: Path, kind: str) -> None:
    data, word = REFUSED[kind]
    log = written(logs / "access.log", data)
    for command in (("--db", store, "ingest", log), ("formats", log), ("--db", store, "ingest", logs)):
        ran = run(*command)
        assert ran.code == 3, ran
        assert word in ran.err, ran
        assert "binary" not in ran.err, ran


def test_a_log_beside_members_that_are_refused_is_read(store: Path, logs: Path) -> None:
    archive = written(logs / "logs.tar", tar([*TWO, ("inner.tar", tar(TWO))]))
    ran = run("--db", store, "ingest", archive)
    assert ran.code == 3
    assert "200 hits" in ran.err
    assert "inner.tar" in ran.err
    ran = run("--db", store, "ingest", logs)
    assert (ran.code, "inner.tar" in ran.err) == (0, True), ran


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_cut_archive_waits_as_a_whole(store: Path, logs: Path, name: str) -> None:
    data = CONTAINERS[name](TWO)
    for age_s, part in ((100, 0.3), (100, 0.7), (200_000, 0.5)):
        archive = written(logs / name, data[: int(len(data) * part)], age_s)
        ran = run("--db", store, "ingest", logs)
        assert (ran.code, "nothing new" in ran.err) == (0, True), (ran, part)
        ran = run("--db", store, "ingest", archive)
        assert "ends in the middle" in ran.err or "damaged" in ran.err, ran
        assert ran.code == 1 or name.endswith((".bz2", ".zst"))  # too short to be known as a tar
    written(logs / name, data)
    assert read_in(store, logs / name).hits == 200


@pytest.mark.parametrize("name", [name for name in CONTAINERS if name != "stored.zip"])
def test_a_damaged_archive_is_never_counted_wrong(store: Path, logs: Path, name: str) -> None:
    data = CONTAINERS[name](TWO)
    for at in range(600, len(data), len(data) // 5):
        damaged = bytearray(data)
        damaged[at] ^= 0xFF
        written(logs / name, bytes(damaged))
        run("--db", store, "ingest", logs)
    if "tar" in name and name.endswith("tar"):
        return  # a tar has no checksum of contents
    assert not store.exists() or set(hits(store)) <= set(range(1000, 1200))


def test_concatenated_tars_are_one(store: Path, logs: Path) -> None:
    both = tar(TWO[:1]) + tar(TWO[1:])
    assert read_in(store, written(logs / "logs.tar", both)).hits == 200


@pytest.mark.parametrize("kept", [0, 1 << 30])
def test_members_are_copied_again_when_they_are_read(store: Path, logs: Path, kept: int) -> None:
    many = [(f"access.log.{number}", b"".join(numbered(30, first=30 * number))) for number in range(9)]
    with patch("logstats.sources.members.KEPT_BYTES", kept), patch("logstats.sources.pending.MOST_OPEN", 2):
        for name in ("logs.tar.gz", "logs.zip"):
            read_in(store, written(logs / name, CONTAINERS[name](many)))
    assert hits(store) == list(range(1000, 1270))


def test_ctrl_c_ends_the_unpacking(store: Path, logs: Path) -> None:
    archive = written(logs / "logs.tar.gz", gzip.compress(tar([("access.log", bytes(64 << 20))])))
    with (
        patch("logstats.signals.check", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        read_in(store, archive)
    assert signal.getsignal(signal.SIGINT)


@settings(max_examples=examples(40), deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text("ab/.é", min_size=1, max_size=150).filter(lambda name: name.strip("/.")),
            st.binary(max_size=2000),
        ),
        max_size=6,
    ),
    st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
)
def test_a_tar_has_the_members_that_pythons_tarfile_finds(
    members: list[tuple[str, bytes]], tar_format: int
) -> None:
    data = tar(members, tar_format) or bytes(10240)
    with patch.object(archives, "BUFFER_BYTES", 700):
        found = read_tar(data) if members else []
    expected = [(archives.shown_name(name), content) for name, content in members if not name.endswith("/")]
    assert found == [(name, content) for name, content in expected if name]


def read_tar(data: bytes) -> list[tuple[str, bytes]]:
    path = Path(f"/dev/shm/logstats-test-{os.getpid()}.tar")
    path.write_bytes(data)
    log = files.LogFile(str(path), "t")
    try:
        reader = archives._Tar(log)
        members = list(reader.members())
        return [(member.name, b"".join(archives._Tar(log).content(member))) for member in members]
    finally:
        log.close()
        path.unlink()


# --- Bytes after an archive's end

GARBAGE = {
    "11 bytes": b"\x07garbage\xff\x00\x01",
    "NULs": bytes(11),
    "text": A[0],
    "one byte": b"x",
    "as many as a checksum of zstd": b"\xfe" * 4,
    "much": b"\xfe" * 300_000,
}


@pytest.mark.parametrize(("garbage", "parts"), [*((garbage, 1) for garbage in GARBAGE), ("11 bytes", 3)])
@pytest.mark.parametrize("ending", PACKERS)
def test_bytes_after_an_archive_are_ignored_with_a_warning(
    store: Path, logs: Path, ending: str, garbage: str, parts: int
) -> None:
    ends = [100 * number // parts for number in range(parts + 1)]
    data = b"".join(PACKERS[ending](b"".join(A[start:end])) for start, end in itertools.pairwise(ends))
    archive = written(logs / f"access.log{ending}", data + GARBAGE[garbage])
    ran = run("--db", store, "ingest", archive)
    assert (ran.code, f"{len(GARBAGE[garbage]):,} byte" in ran.err) == (0, True), ran
    assert hits(store) == list(range(1000, 1100))
    with patch.object(files, "_open", side_effect=AssertionError("was opened")):
        assert "ignored" not in run("--db", store, "ingest", logs).err


@pytest.mark.parametrize("ending", PACKERS)
def test_a_cut_or_damaged_next_member_is_no_garbage(store: Path, logs: Path, ending: str) -> None:
    first, second = (PACKERS[ending](b"".join(lines)) for lines in (A[:50], A[50:]))
    damaged = bytearray(second)
    damaged[len(second) // 2] ^= 0xFF
    for rest in (second[:1], second[:2], second[:9], second[: len(second) // 2], bytes(damaged)):
        written(logs / f"access.log{ending}", first + rest)
        ran = run("--db", store, "ingest", logs)
        assert (ran.code, "nothing new" in ran.err) == (0, True), (ran, len(rest))
        assert run("--db", store, "-q", "ingest", logs / f"access.log{ending}").code in (0, 1)
    read_in(store, written(logs / f"access.log{ending}", first + second))
    assert hits(store) == list(range(1000, 1100))


def test_padding_and_skippable_frames_are_part_of_an_archive(store: Path, logs: Path) -> None:
    skippable = b"\x5a\x2a\x4d\x18\4\0\0\0abcd"
    frames = [zstd.compress(b"".join(lines)) for lines in (A[:50], A[50:])]
    written(logs / "a.zst", skippable + frames[0] + skippable + frames[1] + skippable)
    written(logs / "a.xz", lzma.compress(b"".join(A)) + bytes(8))
    written(logs / "a.gz", gzip.compress(b"".join(A[:50])) + bytes(7) + gzip.compress(b"".join(A[50:])))
    written(logs / "a.bz2", bz2.compress(b"".join(A)))
    summary = read_in(store, *sorted(logs.iterdir()))
    assert (summary.hits, summary.warnings) == (100, ())


@pytest.mark.parametrize("name", ["logs.tar", "logs.tar.gz", "logs.tar.bz2"])
def test_bytes_after_a_tar_are_ignored_with_a_warning(store: Path, logs: Path, name: str) -> None:
    ran = run("--db", store, "ingest", written(logs / name, CONTAINERS[name](TWO) + b"more bytes."))
    assert (ran.code, "11 bytes" in ran.err, "200 hits" in ran.err) == (0, True, True), ran


def test_formats_shows_each_log_of_an_archive(logs: Path) -> None:
    archive = written(logs / "logs.tar.gz", CONTAINERS["logs.tar.gz"]([*TWO, ("README", b"no log\n")]))
    ran = run("formats", archive)
    assert ran.out.splitlines()[1:] == [
        f"{archive}/access.log\tcombined",
        f"{archive}/old/access.log.1\tcombined",
    ]
    assert "README" in ran.err


def test_errors_name_what_they_are(logs: Path) -> None:
    with pytest.raises(FormatError, match="7z"):
        files.LogFile(str(written(logs / "x", b"7z\xbc\xaf\x27\x1c")), "x")
    with pytest.raises(LogError):
        list(archives.logs_in(str(written(logs / "y", zip_(TWO)[:300]))))
