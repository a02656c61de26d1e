"""Instants: in whatever notation a server writes one, it is the same instant; what is none is a reject."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import examples, read_bytes

from logstats.config import Settings, Site
from logstats.formats import times

KEYS = "json time=t client=c request=r status=s"
HANOI = timezone(timedelta(hours=7))  # the site's zone has had this offset since 1975
IN_HANOI = Settings(unlisted=Site(timezone="Asia/Ho_Chi_Minh"))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)


def instants(*texts: object) -> list[datetime | str]:
    """Return the instant of each time as JSON has it, or the reason for refusing its line."""
    line = {"c": "192.0.2.10", "r": "GET / HTTP/1.1", "s": 200}
    lines = [json.dumps({**line, "t": text}) for text in (*texts, 1795395600)]
    reading = read_bytes("".join(f"{line}\n" for line in lines).encode(), KEYS, IN_HANOI)
    rejects = {number: reason for number, reason, _ in reading.rejects}
    hits = iter(reading.hits)
    return [rejects.get(number) or next(hits).at for number in range(1, len(texts) + 1)]


def shown(template: str) -> Callable[[datetime], str]:
    """Return a writer by strftime, in which {ms}, {us} and {ns} are fractions and {colon} is an offset."""

    def write(at: datetime) -> str:
        offset = at.strftime("%z")
        parts = {
            "{ms}": f"{at.microsecond // 1000:03}",
            "{us}": f"{at.microsecond:06}",
            "{ns}": f"{at.microsecond:06}789",
            "{colon}": f"{offset[:3]}:{offset[3:]}",
            "{d}": str(at.day),
            "{dd}": f"{at.day:2}",
            "{I}": str(at.hour % 12 or 12),
        }
        return reduce(lambda text, part: text.replace(*part), parts.items(), at.strftime(template))

    return write


def micros(at: datetime) -> int:
    return (at - EPOCH) // MICRO


SECONDS, MILLIS, MICROS = timedelta(seconds=1), timedelta(milliseconds=1), MICRO
ANY = {
    # how a time is written with any offset: the unit to which it is exact
    "%Y-%m-%d %H:%M:%S %z": SECONDS,
    "%Y-%m-%d %H:%M:%S {colon}": SECONDS,
    "%Y-%m-%dT%H:%M:%S%z": SECONDS,
    "%Y-%m-%dT%H:%M:%S{colon}": SECONDS,
    "%Y-%m-%dT%H:%M:%S.{ms}{colon}": MILLIS,
    "%Y-%m-%dT%H:%M:%S.{us}%z": MICROS,
    "%Y-%m-%dT%H:%M:%S,{us}%z": MICROS,
    "%Y-%m-%dT%H:%M:%S.{ns}{colon}": MICROS,
    "%Y-%m-%dT%H:%M:%S.{us}{colon}[Asia/Ho_Chi_Minh]": MICROS,
    "%Y-%m-%d %H:%M:%S.{ns} %z ICT": MICROS,
    "%Y%m%dT%H%M%S%z": SECONDS,
    "%Y/%m/%d %H:%M:%S %z": SECONDS,
    "%Y-%m-%d_%H:%M:%S{colon}": SECONDS,
    "%Y-%m-%d:%H:%M:%S %z": SECONDS,
    "[%d/%b/%Y:%H:%M:%S %z]": SECONDS,
    "%d/%b/%Y:%H:%M:%S %z": SECONDS,
    "%d/%b/%Y:%H:%M:%S.{us} %z": MICROS,
    "%d/%b/%Y:%H:%M:%S {colon}": SECONDS,
    "[%d/%b/%Y %H:%M:%S %z]": SECONDS,
    "%d-%b-%Y %H:%M:%S.{ms} %z": MILLIS,
    "%d %b %Y %H:%M:%S %z": SECONDS,
    "%a, %d %b %Y %H:%M:%S %z": SECONDS,
    "%a, {d} %b %Y %H:%M:%S %z": SECONDS,
    "%a %b %d %H:%M:%S %z %Y": SECONDS,
    "%a %b %d %Y %H:%M:%S GMT%z (Indochina Time)": SECONDS,
    "%Y-%m-%d {I}:%M:%S %p %z": SECONDS,
}
IN_UTC = {
    "%Y-%m-%dT%H:%M:%SZ": SECONDS,
    "%Y-%m-%dT%H:%M:%Sz": SECONDS,
    "%Y-%m-%d %H:%M:%SZ": SECONDS,
    "%Y-%m-%d %H:%M:%S UTC": SECONDS,
    "%Y-%m-%d %H:%M:%S GMT": SECONDS,
    "%Y-%m-%d %H:%M:%S.{us} UTC": MICROS,
    "%Y-%m-%dT%H:%M:%S.{ns}Z": MICROS,
    "%Y%m%dT%H%M%SZ": SECONDS,
    "%a, %d %b %Y %H:%M:%S GMT": SECONDS,
    "%a %b %d %H:%M:%S UTC %Y": SECONDS,
    "%d/%b/%Y:%H:%M:%S +0000": SECONDS,
}
LOCAL = {
    # without an offset, in the zone of the site
    "%Y-%m-%d %H:%M:%S": SECONDS,
    "%Y-%m-%d %H:%M:%S.{us}": MICROS,
    "%Y-%m-%d %H:%M:%S,{ms}": MILLIS,
    "%Y-%m-%dT%H:%M:%S": SECONDS,
    "%Y/%m/%d %H:%M:%S": SECONDS,
    "%Y/%m/%d %H:%M:%S.{ms}": MILLIS,
    "%Y%m%d%H%M%S": SECONDS,
    "%Y%m%dT%H%M%S": SECONDS,
    "%Y-%m-%d {I}:%M:%S %p": SECONDS,
    "[%d/%b/%Y:%H:%M:%S]": SECONDS,
    "[%d/%b/%Y %H:%M:%S]": SECONDS,
    "%d/%b/%Y:%H:%M:%S.{ms}": MILLIS,
    "%d-%b-%Y %H:%M:%S": SECONDS,
    "%d-%b-%Y %H:%M:%S.{ms}": MILLIS,
    "%d %B %Y %H:%M:%S": SECONDS,
    "%a %b {dd} %H:%M:%S %Y": SECONDS,
    "%b {d}, %Y {I}:%M:%S %p": SECONDS,
    "%A, %B {d}, %Y {I}:%M:%S %p": SECONDS,
}
COUNTS: dict[str, tuple[Callable[[int], object], timedelta]] = {
    # a count since 1970, of its microseconds
    "seconds": (lambda us: us // 1_000_000, SECONDS),
    "seconds as a text": (lambda us: str(us // 1_000_000), SECONDS),
    "seconds with a fraction": (lambda us: f"{us // 1_000_000}.{us % 1_000_000:06}", MICROS),
    "seconds with nanoseconds": (lambda us: f"{us // 1_000_000}.{us % 1_000_000:06}999", MICROS),
    "seconds with a comma": (lambda us: f"{us // 1_000_000},{us % 1_000_000:06}", MICROS),
    "seconds in scientific notation": (lambda us: f"{us // 10**15}.{us % 10**15:015}e9", MICROS),
    "seconds as Go writes a float": (lambda us: f"{us // 10**15}.{us % 10**15:015}e+09", MICROS),
    "milliseconds": (lambda us: us // 1000, MILLIS),
    "milliseconds with a fraction": (lambda us: f"{us // 1000}.{us % 1000:03}", MICROS),
    "milliseconds in scientific notation": (lambda us: f"{us // 10**15}.{us % 10**15:015}e12", MICROS),
    "microseconds": (lambda us: us, MICROS),
    "nanoseconds as a text with a fraction": (lambda us: f"{us * 1000 + 999}.0", MICROS),
    "nanoseconds": (lambda us: us * 1000 + 999, MICROS),
}
# counts have nine digits and more; the offset of the site's zone is the same
SINCE, UNTIL = datetime(2001, 9, 9, 2), datetime(2199, 12, 31)


@settings(max_examples=examples(15))
@given(
    at=st.datetimes(SINCE, UNTIL),
    offset=st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters))),
)
def test_an_instant_is_the_same_in_every_notation(at: datetime, offset: timezone) -> None:
    at = at.replace(tzinfo=UTC)
    written: list[tuple[object, timedelta]] = [
        (shown(template)(at.astimezone(zone)), unit)
        for templates, zone in ((ANY, offset), (IN_UTC, UTC), (LOCAL, HANOI))
        for template, unit in templates.items()
    ]
    written += [(write(micros(at)), unit) for write, unit in COUNTS.values()]
    written.append((format_datetime(at, usegmt=True), SECONDS))
    expected = [(text, (EPOCH + (at - EPOCH) // unit * unit).replace(tzinfo=None)) for text, unit in written]
    texts = [text for text, _ in written]
    assert list(zip(texts, instants(*texts), strict=True)) == expected
    assert [text for text in texts if not times.is_instant(str(text))] == []


RFC_850 = {
    "Monday, 23-Nov-26 01:00:00 GMT": datetime(2026, 11, 23, 1),
    "Sunday, 06-Nov-94 08:49:37 GMT": datetime(1994, 11, 6, 8, 49, 37),
    "Tuesday, 23-Nov-26 01:00:00 GMT": "no such time",  # another century
}


def test_a_year_of_two_digits_must_fit_its_weekday() -> None:
    assert dict(zip(RFC_850, instants(*RFC_850), strict=True)) == RFC_850


NONE = [
    *(
        "x",
        "today",
        "12:00:00",
        "2026-11-23",
        "23/11/2026 08:00:00",
        "11/23/2026 8:00:00 AM",
        "11/12/2026 08:00:00",
    ),
    *(
        "2026-02-30T00:00:00Z",
        "30/Feb/2026:00:00:00 +0700",
        "29/Feb/2026:00:00:00 +0000",
        "2026-13-01 00:00:00",
    ),
    *("2026-00-01 00:00:00", "2026-01-00 00:00:00", "2026-11-31 00:00:00 +0700"),
    *("2026-11-23T24:00:00Z", "2026-11-23 24:00:00", "24/Nov/2026:24:00:00 +0700", "20261123T240000Z"),
    *("2026-11-23T08:60:00Z", "2026-11-23 13:00:00 PM", "2026-11-23 0:00:00 AM"),
    *(
        "2026-11-23T08:00:00+99:00",
        "23/Nov/2026:08:00:00 +9999",
        "2026-11-23 08:00:00 +07:60",
        "2026-11-23 08 +07",
    ),
    *(
        "2026-11-23 08:00:00 EST",
        "2026-11-23 08:00:00 ICT",
        "2026-11-23T08:00:00ZZ",
        "2026-11-23T08:00:00Z+07:00x",
    ),
    *(
        "10000-01-01T00:00:00Z",
        "01/Jan/10000:00:00:00 +0000",
        "12026-11-23 08:00:00",
        "253402300800000000000",
    ),
    *("9999-12-31T23:59:59.9999999Z", "31/Dec/9999:00:00:00 +0000", "[31/Dec/9999:23:59:59 -0700]"),
    *("Fri, 31 Dec 9999 23:59:59 GMT", "99991231235959", "9998-12-31T00:00:00Z"),
    *(
        "-1795395600",
        "-1",
        "0",
        "1",
        "0.012",
        "12345678",
        "12345678901",
        "12345678901234567",
        "1" * 20,
        "9" * 5000,
    ),
    *(
        "1e30",
        "1e400",
        "9" * 30 + "e9",
        "-1.7953956e9",
        "NaN",
        "Infinity",
        "-Infinity",
        "0x6b0342d0",
        "1_795_395_600",
    ),
    *("23/Mär/2026:08:00:00 +0100", "23/thg11/2026:08:00:00 +0700", "Mo, 23 Nov 2026 01:00:00 GMT"),
    *(-1795395600, 0, 12, 0.012, 1e300, -0.0, 10**4000, True, False, [1795395600], {"x": 1795395600}),
]


def test_what_is_no_instant_is_refused() -> None:
    found = instants(*NONE)
    assert [(text, at) for text, at in zip(NONE, found, strict=True) if at != "no such time"] == []


@settings(max_examples=examples(10))
@given(
    texts=st.lists(
        st.text("0123456789 :/-.,TZ+[]eENovJanAPMGUC()", max_size=40)
        | st.text(max_size=30)
        | st.from_regex(
            r"\[?[0-9]{1,5}[-/ .][0-9A-Za-z]{1,4}[-/ .][0-9]{1,5}[:T ][0-9:.]{1,12} ?[-+Z0-9:]{0,6}\]?"
        ),
        min_size=20,
        max_size=60,
    )
)
def test_any_text_is_an_instant_or_refused(texts: list[str]) -> None:
    assert len(instants(*texts)) == len(texts)
