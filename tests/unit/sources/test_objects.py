"""Objects without a server: their URLs, listings, ranges, and the words for errors of requests."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logstats import sources
from logstats.config import loader
from logstats.errors import ConfigError, LogChangedError, UsageError
from logstats.object_urls import has_secret
from logstats.sources.objects import faults, ranges
from logstats.sources.objects.bucket import found_of
from logstats.sources.objects.listing import _matches
from logstats.sources.objects.url import Found, Listing, Location, parse

PARSED = {
    "s3://bucket": Location("s3://bucket", ""),
    "s3://bucket/": Location("s3://bucket", ""),
    "s3://bucket/logs/": Location("s3://bucket", "logs/"),
    "gs://bucket/logs/a.log": Location("gs://bucket", "logs/a.log"),
    "az://container/logs/*.gz": Location("az://container", "logs/*.gz"),
    "s3://bucket/a@b/?.log": Location("s3://bucket", "a@b/?.log"),
}


@pytest.mark.parametrize("url", PARSED)
def test_url(url: str) -> None:
    assert parse(url) == PARSED[url]
    assert not has_secret(url)


def test_url_without_a_bucket() -> None:
    with pytest.raises(UsageError, match="there is no bucket in this URL; use gs://BUCKET/PREFIX/"):
        parse("gs:///logs")


def test_names_stay_as_they_are(tmp_path: Path) -> None:
    """A URL is not a path: it is neither made absolute nor cleaned."""
    path = tmp_path / "logstats.toml"
    path.write_text('[[site]]\nname = "a.example"\nlogs = ["s3://b//x/../y/", "x.log"]\n')
    (site,) = loader.load(path).sites
    assert site.logs[0].paths == ("s3://b//x/../y/", str(tmp_path / "x.log"))
    assert sources.named_explicitly(("s3://b//x", "./x.log")) == {"s3://b//x", "x.log"}


def test_a_secret_in_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "logstats.toml"
    path.write_text('[[site]]\nname = "a.example"\nlogs.web1 = ["s3://key:hidden-word@b/x/"]\n')
    with pytest.raises(ConfigError, match="a URL has a credential in it") as caught:
        loader.load(path)
    assert "hidden-word" not in str(caught.value)


MATCHES = {
    # a pattern, a name, whether it matches
    ("*.log", "a.log"): True,
    ("*.log", "x/a.log"): False,
    ("*.log", ".a.log"): False,
    (".*.log", ".a.log"): True,
    ("*/*.log", "x/a.log"): True,
    ("*/*.log", "a.log"): False,
    ("**", "a.log"): True,
    ("**", "x/y/a.log"): True,
    ("**", ".x"): False,
    ("**/*.log", "x/y/a.log"): True,
    ("x/**/a.log", "x/a.log"): True,
    ("x/**/a.log", "y/a.log"): False,
    ("[ab].log", "b.log"): True,
    ("[!ab].log", "b.log"): False,
}


@pytest.mark.parametrize(("pattern", "name"), MATCHES)
def test_pattern(pattern: str, name: str) -> None:
    assert _matches(name.split("/"), pattern.split("/")) == MATCHES[pattern, name]


LACKS = {
    # a name, whether a listing below s3://b/logs/ lacks it, and whether one of a single level does
    "s3://b/logs/a.log": (False, False),
    "s3://b/logs/gone.log": (True, True),
    "s3://b/logs/x.tar/member.log": (False, False),
    "s3://b/logs/sub/gone.log": (True, False),
    "s3://b/other/a.log": (False, False),
    "s3://c/logs/gone.log": (False, False),
}


@pytest.mark.parametrize("name", LACKS)
def test_lacks(name: str) -> None:
    names = frozenset(["s3://b/logs/a.log", "s3://b/logs/x.tar"])
    deep = Listing("s3://b/logs/", names)
    assert (deep.lacks(name), deep._replace(is_deep=False).lacks(name)) == LACKS[name]


# --- Ranges

CONTENT = bytes(number % 251 for number in range(5000))


class Server:
    """What answers for ranges of CONTENT; `sizes` are those that were requested."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def get(self, start: int, end: int) -> bytes:
        assert 0 <= start < end <= len(CONTENT)
        self.sizes.append(end - start)
        return CONTENT[start:end]


@pytest.fixture(autouse=True)
def small_ranges(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(ranges, "FIRST_BYTES", 10)
    monkeypatch.setattr(ranges, "LARGEST_BYTES", 300)
    monkeypatch.setattr(ranges, "KEPT_BYTES", 60)
    yield


def read_all(read: ranges.Ranges, size: int, offset: int) -> bytes:
    parts = []
    while size > 0 and (part := read.read(size, offset)):
        parts.append(part)
        size, offset = size - len(part), offset + len(part)
    return b"".join(parts)


@given(st.lists(st.tuples(st.integers(1, 900), st.integers(0, 4999)), max_size=8), st.booleans())
def test_any_reads(reads: list[tuple[int, int]], in_order: bool) -> None:
    read = ranges.Ranges(Server().get, len(CONTENT))
    next_offset = 0
    for size, start in reads:
        offset = next_offset if in_order else start
        end = min(offset + size, len(CONTENT))
        assert read_all(read, end - offset, offset) == CONTENT[offset:end]
        next_offset = end


def test_a_read_in_order_requests_each_byte_once() -> None:
    server = Server()
    read = ranges.Ranges(server.get, len(CONTENT))
    assert read_all(read, 40, 0) == CONTENT[:40]  # a sample, before all is read
    assert read_all(read, len(CONTENT), 0) == CONTENT
    assert sum(server.sizes) == len(CONTENT)
    assert max(server.sizes) == 300


def test_a_read_at_an_offset_is_small() -> None:
    server = Server()
    read = ranges.Ranges(server.get, len(CONTENT))
    for offset in (0, 4000, 100, 2000):
        read.read(5, offset)
    assert server.sizes == [10, 10, 10, 10]


# --- Errors

STATUS = "Error performing GET http://h/b/k?sig=hidden-word in 1ms - Server returned non-2xx status code: {}"
TEXTS = {
    "Generic S3 error: Error performing PUT http://169.254.169.254/latest/api/token in 2ms": "no credentials",
    "Generic MicrosoftAzure error: Account must be specified\nsource: MissingAccount,": "no credentials",
    "Generic GCS error: Error performing token request: Error performing POST https://x": "not accepted",
    STATUS.format("401 Unauthorized"): "not accepted",
    STATUS.format("403 Forbidden: <Code>AccessDenied</Code>"): r"access is denied \(AccessDenied\)",
    STATUS.format("403 Forbidden: <Code>AuthenticationFailed</Code>"): "not accepted",
    STATUS.format("404 Not Found: <Code>ContainerNotFound</Code>"): "no such bucket",
    STATUS.format("404 Not Found: The specified bucket does not exist"): "no such bucket",
    STATUS.format("500 Internal: <Code>hidden-word</Code>"): "the server answers 500; run again",
    "HTTP error: error sending request\nHttpError { kind: Timeout, source: TimedOut }": "answer in time",
    "HTTP error: error sending request\nHttpError { kind: Connect }": "can't be reached",
    "HTTP error: builder error\nreqwest::Error { kind: Builder, source: BadScheme }": "_ALLOW_HTTP=true",
    'Encountered object with invalid path: Error parsing Path "a//hidden-word"': "rename that object",
    "hidden-word": r"can't be read \(ValueError\); run again",
}


@pytest.mark.parametrize("scheme", faults.VARIABLES)
@pytest.mark.parametrize("text", TEXTS)
def test_error_in_words(text: str, scheme: str) -> None:
    error = faults.of_request(ValueError(text), f"{scheme}://bucket/logs/")
    with pytest.raises(type(error), match=TEXTS[text]):
        raise error
    assert str(error).startswith(f"{scheme}://bucket/logs/: ")
    assert "hidden-word" not in str(error)
    assert "{" not in str(error)


def test_a_changed_object() -> None:
    for error in (FileNotFoundError("hidden-word"), ValueError(STATUS.format("412 Precondition Failed"))):
        found = faults.of_request(error, "s3://bucket/logs/")
        assert isinstance(found, LogChangedError)
        assert "hidden-word" not in str(found)


E_TAGS = {'"a"': '"a"', "0x1": '"0x1"', 'W/"a"': 'W/"a"', None: ""}


@pytest.mark.parametrize("e_tag", E_TAGS)
def test_e_tag(e_tag: str | None) -> None:
    at = datetime(2026, 11, 21, 10, 0, 0, 5000, UTC)
    found = found_of({"path": "a.log", "size": 3, "last_modified": at, "e_tag": e_tag})
    assert found == Found("a.log", 3, 1795255200 * 10**9, E_TAGS[e_tag])
