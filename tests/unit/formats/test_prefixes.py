"""Prefixes of syslog, containers and tools: a line after one is read as the line without it, or refused."""

import json
from collections.abc import Callable

import pytest
from support.lines import FIREFOX, Hit, read_bytes

from logstats import formats
from logstats.errors import FormatError
from logstats.formats import named, prefixes


def combined(number: int = 1, client: str = "192.0.2.") -> str:
    """Return a line of combined, whose client and second have this number."""
    return (
        f"{client}{number} - - [23/Nov/2026:08:00:{number:02} +0700] "
        f'"GET /a HTTP/1.1" 200 100 "-" "{FIREFOX}"'
    )


Written = Callable[[str, int], str]
DAY = "2026-11-23T08:00:01"


def before(prefix: str) -> Written:
    """Return how a line is written after this prefix; # stands for its number."""
    return lambda line, number: prefix.replace("#", str(number)) + line


def inside(key: str, end: str = "", **others: object) -> Written:
    """Return how a line is written as the value of a key."""
    return lambda line, number: json.dumps({"seq": number, key: line + end, **others})


PREFIXED: dict[str, tuple[str, Written]] = {
    # what writes it: the prefixes that are detected, and how
    "RFC 3164": ("syslog", before("Nov 23 08:00:01 web1 nginx: ")),
    "RFC 3164, a day of one digit": ("syslog", before("Nov  3 08:00:01 web1 nginx: ")),
    "RFC 3164, with its priority": ("syslog", before("<190>Nov 23 08:00:01 web1 nginx: ")),
    "RFC 3164, without a host": ("syslog", before("<190>Nov 23 08:00:01 nginx: ")),
    "RFC 3164, without a tag": ("syslog", before("Nov 23 08:00:01 web1 ")),
    "RFC 3164, from a host by its IP": ("syslog", before("Nov 23 08:00:01 198.51.100.9 nginx[#]: ")),
    "RFC 3164, two spaces behind the tag": ("syslog", before("Nov 23 08:00:01 web1 apache2:  ")),
    "RFC 5424": ("rfc5424", before("<190>1 2026-11-23T08:00:01.123Z web1 nginx - - - ")),
    "RFC 5424, with data and a BOM": (
        "rfc5424",
        before(
            r'<190>1 2026-11-23T08:00:01.123456+07:00 web1 nginx 12 ID47 [a@32473 b="3" c="\"\]"][d@1 e="f"] '
            "\ufeff"
        ),
    ),
    "RFC 5424, data without parameters": ("rfc5424", before(f"<190>1 {DAY}Z web1 nginx - - [a@32473] ")),
    "RFC 5424, without a time": ("rfc5424", before("<190>1 - web1 nginx - - - ")),
    "RFC 5424, with its length": ("rfc5424", before(f"283 <190>1 {DAY}Z web1 nginx 7 - - ")),
    "logplex": ("rfc5424", before("83 <40>1 2026-11-23T06:45:29+00:00 host app web.3 - ")),
    "rsyslog": ("syslog", before("2026-11-23T08:00:01.123456+07:00 web1 nginx: ")),
    "CRI": ("cri", before(f"{DAY}.123456789Z stdout F ")),
    "CRI, of another zone": ("cri", before(f"{DAY}.123456789+07:00 stderr F ")),
    "grep -H": ("grep", before("access.log.1:")),
    "grep -H, in a folder": ("grep", before("/var/log/nginx/my-access_2026-11-23.log:")),
    "grep -Hn": ("grep", before("access.log:#:")),
    "grep -H, of stdin": ("grep", before("(standard input):")),
    "grep -n": ("number", before("#:")),
    "cat -n": ("number", before("     #\t")),
    "heroku": ("heroku", before("2026-11-23T01:00:00.123456+00:00 app[web.1]: ")),
    "fly": ("heroku", before(f"{DAY}Z app[3d8d9014b32d68] sin [info]")),
    "compose": ("compose", before("web-1  | ")),
    "compose, in colour": ("compose", before("\x1b[36mweb-1  | \x1b[0m")),
    "compose --timestamps": ("compose timestamp", before(f"web-1  | {DAY}.123456789Z ")),
    "pm2": ("compose", before("0|web  | ")),
    "foreman": ("compose", before("08:00:01 web.1   | ")),
    "kubectl --prefix": ("kubectl", before("[pod/web-7d9c8b6d5-x2x4z/nginx] ")),
    "kubectl --prefix --timestamps": ("kubectl timestamp", before(f"[pod/web-0/nginx] {DAY}.123456789Z ")),
    "kubectl --timestamps": ("timestamp", before(f"{DAY}.123456789Z ")),
    "journalctl": ("syslog", before("Nov 23 08:00:01 web1 nginx[#]: ")),
    "journalctl -o short-iso": ("syslog", before(f"{DAY}+0700 web1 nginx[#]: ")),
    "journalctl -o short-precise": ("syslog", before("Nov 23 08:00:01.123456 web1 nginx[#]: ")),
    "journalctl -o short-full": ("syslog", before("Mon 2026-11-23 08:00:01 +07 web1 nginx[#]: ")),
    "journalctl -o short-unix": ("syslog", before("1795395601.123456 web1 nginx[#]: ")),
    "journalctl -o short-monotonic": ("syslog", before("[ 1234.567890] web1 nginx[#]: ")),
    "journalctl -o json": ("journald", inside("MESSAGE", PRIORITY="6", _HOSTNAME="web1")),
    "docker": ("docker", inside("log", "\n", stream="stdout", time=f"{DAY}.123456789Z")),
    "Filebeat": ("message", inside("message", log={"file": {"path": "/var/log/nginx/access.log"}})),
    "Google Cloud": ("text_payload", inside("textPayload", timestamp=f"{DAY}Z")),
    "stern": ("stern", before("web-7d9c8b6d5-x2x4z nginx ")),
    "stern, of all namespaces": ("stern", before("default web-7d9c8b6d5-x2x4z nginx ")),
    "logger": ("tag", before("nginx[#]: ")),
    "systemd": ("tag", before("<6>")),
    "busybox": ("syslog", before("Nov 23 08:00:01 web1 local7.info nginx: ")),
    "OpenWrt": ("syslog", before("Mon Nov 23 08:00:01 2026 daemon.info uhttpd[#]: ")),
    "grep in syslog": ("grep syslog", before("/var/log/syslog:Nov 23 08:00:01 web1 nginx: ")),
    "syslog in docker": (
        "docker",
        lambda line, number: inside("log", "\n")(f"Nov 23 08:00:01 web1 nginx: {line}", number),
    ),
}
CADDY = str(named.load("caddy").samples[0]["line"])
GLUED = {"grep", "number", "tag"}  # seen as a part of the client in a log that has no prefix


def clients(log: str, log_format: str = "auto") -> list[str]:
    """Return the clients of a log's hits; each is of the default site and asked for /a."""
    hits = read_bytes(log.encode(), log_format).hits
    assert {(hit.site, hit.target, hit.agent) for hit in hits} <= {("default", "/a", FIREFOX)}
    return [hit.client for hit in hits]


@pytest.mark.parametrize("written_by", PREFIXED)
@pytest.mark.parametrize("count", [1, 9])
def test_a_log_with_a_prefix_is_read_as_the_log_without_it(written_by: str, count: int) -> None:
    names, written = PREFIXED[written_by]
    lines = [combined(number) for number in range(1, count + 1)]
    log = "".join(f"{written(line, number)}\n" for number, line in enumerate(lines, start=7))
    definition = f"{names} combined"
    assert formats.detect(log.encode(), "access.log").definition == definition
    assert formats.format_of(definition).definition == definition
    plain = read_bytes("".join(f"{line}\n" for line in lines).encode(), "combined")
    assert len(plain.hits) == count
    for log_format in ("auto", definition, f"{names} {named.load('combined').spec}"):
        assert read_bytes(log.encode(), log_format) == plain


@pytest.mark.parametrize("written_by", PREFIXED)
def test_json_lines_with_a_prefix_are_read(written_by: str) -> None:
    names, written = PREFIXED[written_by]
    log = "".join(f"{written(CADDY, number)}\n" for number in range(1, 4)).encode()
    assert formats.detect(log, "access.log").definition == f"{names} caddy"
    assert read_bytes(log, "auto").hits == read_bytes(f"{CADDY}\n".encode() * 3, "caddy").hits


@pytest.mark.parametrize(
    "name", [name for name in formats.FORMATS if not named.load(name).spec.startswith("w3c")]
)
@pytest.mark.parametrize("written_by", ["RFC 3164", "RFC 5424", "CRI", "docker", "grep -H"])
def test_each_format_is_detected_after_a_prefix(name: str, written_by: str) -> None:
    names, written = PREFIXED[written_by]
    for sample in named.load(name).samples:
        log = "".join(f"{written(sample['line'], number)}\n" for number in (1, 2, 3))
        found = formats.detect(log.encode(), "access.log")
        if name == "haproxy" and "haproxy[" in sample["line"]:  # its pattern has the prefix of syslog
            assert found.name.endswith(name)
        else:
            assert found.name == f"{names} {sample.get('detected', name)}"


@pytest.mark.parametrize("written_by", PREFIXED)
def test_the_statement_and_the_detection_recognize_the_same_prefixes(written_by: str) -> None:
    names, written = PREFIXED[written_by]
    chain = tuple(names.split())
    for line in (combined(), CADDY, combined(1, "2001:db8::"), combined(1, "::ffff:192.0.2.")):
        assert prefixes.bare(written(line, 12), chain) == line
        assert prefixes.bare(line, chain) == line
    hits = read_bytes(f"{written(combined(1, '2001:db8::'), 12)}\n".encode(), f"{names} combined").hits
    assert [hit.client for hit in hits] == ["2001:db8::1"]


def test_a_log_may_have_several_prefixes_and_lines_without_one() -> None:
    certain = [
        written
        for names, written in PREFIXED.values()
        if all(prefixes.BY_NAME[name].is_certain for name in names.split())
    ]
    lines = [written(combined(number), number) for number, written in enumerate(certain, start=1)]
    log = "\n".join([combined(55), *lines, combined(56), combined(57, "2001:db8::"), ""])
    expected = [f"192.0.2.{number}" for number in (55, *range(1, len(lines) + 1), 56)]
    assert clients(log) == [*expected, "2001:db8::57"]


@pytest.mark.parametrize("written_by", PREFIXED)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_log_may_change_to_a_prefix_or_from_one(written_by: str, is_first: bool) -> None:
    names, written = PREFIXED[written_by]
    is_certain = all(prefixes.BY_NAME[name].is_certain for name in names.split())
    lines = [combined(number) for number in range(1, 10)]
    for index in range(2) if is_first else range(7, 9):
        lines[index] = written(lines[index], index + 7)
    reading = read_bytes("".join(f"{line}\n" for line in lines).encode(), "auto")
    if is_certain:
        assert [hit.client for hit in reading.hits] == [f"192.0.2.{number}" for number in range(1, 10)]
    assert len(reading.hits) + len(reading.rejects) == 9
    if not GLUED & {*names.split()}:
        assert {(hit.site, hit.client[:8]) for hit in reading.hits} == {("default", "192.0.2.")}
    for number, _, text in reading.rejects:
        assert text == lines[number - 1]


def test_a_client_is_no_number_of_grep() -> None:
    """Each of these is an IPv6 client, whose first group might be the number of a line."""
    log = "".join(f"{combined(number, '2001:db8::')}\n" for number in range(1, 9))
    assert formats.detect(log.encode(), "access.log").definition == "combined"
    assert clients(log) == [f"2001:db8::{number}" for number in range(1, 9)]
    numbered = "".join(f"{number}:{combined(number, '2001:db8::')}\n" for number in range(1, 9))
    assert clients(numbered) == clients(log)
    assert clients(numbered + log, "number combined") == 2 * clients(log)


@pytest.mark.parametrize(
    ("log_format", "line", "reason"),
    [
        ("cri combined", f"{DAY}.1Z stdout P {combined()} 0.1", "a part of a line (CRI, tag P)"),
        ("combined", f"{DAY}.1Z stdout P {combined()[:40]}", "a part of a line (CRI, tag P)"),
        (
            "docker combined",
            json.dumps({"log": f"{combined()} {'a' * (16 << 10)}", "stream": "stdout"}),
            "a part of a line (docker divides lines of over 16 KiB)",
        ),
        (
            "syslog combined",
            f"Nov 23 08:00:01 web1 nginx: message repeated 3 times: [ {combined()}]",
            "a message that syslog repeats",
        ),
        (
            "syslog combined",
            "Nov 23 08:00:01 web1 last message repeated 3 times",
            "a message that syslog repeats",
        ),
        ("grep combined", "--", "a separator of grep"),
        ("combined", "==> /var/log/nginx/access.log <==", "a header of tail"),
        ("syslog combined", "Nov 23 08:00:01 web1 sshd[1]: hello", "does not fit the format"),
        ("syslog combined", "", "blank line"),
        (
            "journald combined",
            json.dumps({"MESSAGE": f"{combined()}\n{combined()}"}),
            "does not fit the format",
        ),
        ("journald combined", json.dumps({"MESSAGE": [104, 255]}), "does not fit the format"),
        ("docker combined", json.dumps({"log": None}), "does not fit the format"),
        ("docker combined", '{"log":"\\ud800"}', "does not fit the format"),
    ],
)
def test_what_is_no_line_after_a_prefix_is_refused_with_its_reason_as_it_was_logged(
    log_format: str, line: str, reason: str
) -> None:
    log = "".join(f"{text}\n" for text in (combined(1), line, combined(2)))
    reading = read_bytes(log.encode(), log_format)
    assert reading.rejects == ((2, reason, line),)
    assert [hit.client for hit in reading.hits] == ["192.0.2.1", "192.0.2.2"]
    assert read_bytes(log.encode(), "auto").rejects == ((2, reason, line),)


@pytest.mark.parametrize("context", ["access.log.1-", "access.log.1-12-", "/var/log/my-site/access.log-"])
@pytest.mark.parametrize("client", ["192.0.2.", "2001:db8::"])
def test_a_line_of_context_of_grep_is_a_line_of_the_log(context: str, client: str) -> None:
    lines = (f"access.log.1:{combined(1, client)}", context + combined(2, client))
    log = "".join(f"{line}\n" for line in (*lines, f"access.log.1:{combined(3, client)}"))
    assert clients(log) == [f"{client}{number}" for number in (1, 2, 3)]


def test_a_format_that_was_given_without_its_prefix_is_refused_with_the_right_one() -> None:
    log = f"Nov 23 08:00:01 web1 nginx: {combined()}\n".encode()
    with pytest.raises(FormatError, match="none of the first lines match") as error:
        formats.require_fit(formats.format_of("combined"), log, "access.log")
    assert "--log-format 'syslog combined'" in error.value.advice
    formats.require_fit(formats.format_of("syslog combined"), log, "access.log")


def test_a_last_line_without_its_newline_fits_with_its_prefix() -> None:
    log_format = formats.format_of("cri combined")
    assert formats.fits(log_format, f"{DAY}.1Z stdout F {combined()}")
    assert not formats.fits(log_format, f"{DAY}.1Z stdout F {combined()[:-9]}")


def test_a_prefix_has_its_source() -> None:
    assert all(prefix.about and prefix.source for prefix in prefixes.PREFIXES)
    assert {prefix.name for prefix in prefixes.PREFIXES} & {*formats.FORMATS} == set()
    assert {name for names, _ in PREFIXED.values() for name in names.split()} == set(prefixes.BY_NAME)


def test_hits_behind_a_prefix_are_at_their_own_time() -> None:
    (hit,) = read_bytes(f"Jan  1 00:00:00 web1 nginx: {combined()}\n".encode(), "auto").hits
    assert isinstance(hit, Hit)
    assert hit.at.isoformat() == "2026-11-23T01:00:01"
