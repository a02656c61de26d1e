"""Counter files: render the figures, compare them with the old file, and replace it in one step."""

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from logstats import atomic, signals, store
from logstats.config import CounterFile
from logstats.errors import CounterDecreaseError, Decrease, LogstatsError, UsageError
from logstats.model import Counters
from logstats.render import box, writers
from logstats.reports.counters import as_result

FIRST_BYTES = 16 << 10  # of a file, which show what it is
DUCKDB_MARK = b"DUCK"  # from the ninth byte of a database on
PACKED_MARKS = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\0", b"BZh", b"PK\x03\x04")
_LOGGED_AT = re.compile(rb"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d|^#Fields: ", re.MULTILINE)

Figures = Callable[[], Sequence[Counters]]


def render(counters: Sequence[Counters], file: CounterFile) -> bytes:
    """Return the content of a counter file; of an existing HTML file, all of it with the figures replaced."""
    if file.has_markers:
        from logstats.render import html_markers  # noqa: PLC0415 - 3 ms, only for files with markers

        with _named(file.path):
            return html_markers.replaced(_read(file.path), counters)
    if file.template:
        with _named(file.template):
            return box.filled(_read(file.template.resolve()).decode(), counters).encode()
    if file.format in box.BOXES:
        return box.BOXES[file.format](counters, file.lang).encode()
    write = writers.FORMATS[file.format].write
    return store.parquet(as_result(counters)) if write is None else write(as_result(counters)).encode()


def publish(
    file: CounterFile, counters: Sequence[Counters], read_again: Figures, *, allow_decrease: bool = False
) -> bool:
    """Replace the counter file; return False where its content is already the same.

    Raise CounterDecreaseError, and leave the file unchanged, where its all-time count would drop. Before that
    the figures are read again, because another run may just have written newer ones.
    """
    path = file.path
    if unknown := [row for row in counters if row.online is None]:
        at = f"{unknown[0].at:%Y-%m-%d %H:%M}"
        raise LogstatsError(
            f"who was online at {at} can't be counted, because the hits of that time are pruned; "
            "the file was not changed",
            path=path,
        )
    try:
        require_replaceable(path)
        content = render(counters, file)
        if path.exists() and _read(path) == content:
            return False
        with atomic.fresh_file(path, signals.check) as fresh:
            if not allow_decrease and decreases_of(file, counters):
                counters = read_again()
                if decreases := decreases_of(file, counters):
                    raise CounterDecreaseError(path, decreases)
            fresh.write(render(counters, file))
            atomic.replace(fresh, path, like=path)
    except OSError as error:
        raise LogstatsError(
            f"can't be written: {error.strerror}; the file was not changed", path=path
        ) from error
    return True


def publish_text(path: Path, content: bytes, shown: Callable[[bytes], bytes]) -> bool:
    """Replace a file whose figures may drop; return False, and leave it, where it shows the same already.

    `shown` returns the part of a content that counts.
    """
    try:
        require_replaceable(path)
        if path.exists() and shown(_read(path)) == shown(content):
            return False
        with atomic.fresh_file(path, signals.check) as fresh:
            fresh.write(content)
            atomic.replace(fresh, path, like=path)
    except OSError as error:
        raise LogstatsError(
            f"can't be written: {error.strerror}; the file was not changed", path=path
        ) from error
    return True


def require_replaceable(path: Path) -> None:
    """Raise LogstatsError for what is not a regular file; others may be able to write to its folder."""
    if path.is_symlink():
        raise LogstatsError(
            f"is a symbolic link, which is not followed; name the file itself: {path.resolve()}", path=path
        )
    if path.exists() and not path.is_file():
        raise LogstatsError("is not a regular file; only a regular file can be replaced", path=path)
    if what := _other_file(path):
        raise LogstatsError(f"{what}, so it is not replaced; name another file, or remove it", path=path)


def _other_file(path: Path) -> str:
    """Return what a file shows to be that nobody writes with logstats, '' if nothing shows that."""
    store = path.name.rpartition(".")[0]
    if store and _start(path.with_name(store))[8:12] == DUCKDB_MARK:
        return "has the name of a store's own file"
    start = _start(path)
    if start[8:12] == DUCKDB_MARK:
        return "is a store, or another database of DuckDB"
    if start.startswith(PACKED_MARKS):
        return "is a compressed file"
    if _LOGGED_AT.search(start):
        return "has lines of an access log"
    return ""


def _start(path: Path) -> bytes:
    """Return the first bytes of a regular file, none of what is not one or can't be read."""
    try:
        return atomic.read_regular(path, FIRST_BYTES)
    except OSError:
        return b""


def decreases_of(file: CounterFile, counters: Sequence[Counters]) -> list[Decrease]:
    """Return the all-time counts of the old file that are larger than the new ones."""
    if not file.path.is_file():
        return []
    old = _old_all_time(file, _read(file.path))
    if len(counters) == 1 and counters[0].site not in old:
        # a count without a site's name is this site's; so is the only one in a file without markers
        alone = box.UNNAMED if file.has_markers or len(old) != 1 else next(iter(old))
        old = {counters[0].site: old.get(alone, 0)}
    return [
        Decrease(row.site if len(counters) > 1 else "", old[row.site], row.all_time)
        for row in counters
        if row.all_time < old.get(row.site, 0)
    ]


def _old_all_time(file: CounterFile, old: bytes) -> dict[str, int]:
    """Return the all-time count that the old file shows for each site."""
    template = _read(file.template.resolve()).decode() if file.template else None
    counts = {} if file.has_markers else box.all_time_counts(old.decode("utf-8", "replace"), template)
    if counts or b"logstats" not in old:
        return counts
    from logstats.render import html_markers  # noqa: PLC0415 - as above

    with contextlib.suppress(UsageError):
        counts = html_markers.all_time_counts(old)
    return counts


def _read(path: Path) -> bytes:
    try:
        return atomic.read_regular(path)
    except OSError as error:
        raise LogstatsError(f"can't be read: {error.strerror}", path=path) from error


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """Add the file's path to an error about its content."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise UsageError(f"is not UTF-8: {error}", path=path) from error
    except UsageError as error:
        raise UsageError(error.message, path=path, line=error.line) from error
