"""Lines of text as servers vary them: each is a hit with these fields, in each format of its family."""

from pathlib import Path
from typing import NamedTuple

import pytest
from support.lines import FIREFOX, Hit, read_bytes, read_in, reading_of

from logstats import formats
from logstats.config import Settings, Site

REST = '[23/Nov/2026:08:00:00 +0700] "GET /a HTTP/1.1" 200 100'
UA = f'"{FIREFOX}"'


class Row(NamedTuple):
    """What is before the client, and how the family's formats end; `has_agent`: it has one."""

    host: str
    end: str
    has_agent: bool = True


FAMILY = {
    "combined": Row("", f"{{referrer}} {UA}"),
    "combined_forwarded": Row("", f'{{referrer}} {UA} "198.51.100.7"'),
    "combined_timed": Row("", f"{{referrer}} {UA} 1234"),
    "combined_more": Row("", f'{{referrer}} {UA} "sid=0123" rt=0.1'),
    "combined_wordy": Row("", f"12 345 {{referrer}} {UA}"),
    "traefik": Row("", f'{{referrer}} {UA} 12 "portal@docker" "http://203.0.113.80:80" 12ms'),
    "vhost_combined": Row("portal.example:443 ", f"{{referrer}} {UA}"),
    "vhost_more": Row("portal.example:443 ", f"{{referrer}} {UA} 1234"),
    "host_combined": Row("portal.example ", f"{{referrer}} {UA}"),
    "host_wordy": Row("portal.example ", f"12 345 {{referrer}} {UA}"),
    "litespeed_vhost": Row('"portal.example" ', f"{{referrer}} {UA}"),
    "common": Row("", "", has_agent=False),
    "common_more": Row("", "1234 http-nio-8080-exec-1", has_agent=False),
    "vhost_common": Row("portal.example:443 ", "", has_agent=False),
    "host_common": Row("portal.example ", "", has_agent=False),
    "referred": Row("", "{referrer}", has_agent=False),
}
USERS = {
    "none": " - - ",
    "Jetty's": " -  -  ",
    "empty, as of Apache": ' - "" ',
    "a user": " - lan ",
    "a name": " - le thi sen ",
}
REFERRERS = {"quoted": '"-"', "Traefik 1's": "-"}


@pytest.mark.parametrize("name", FAMILY)
@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("referrer", REFERRERS)
def test_a_variant_is_a_hit_in_each_format_of_the_family(name: str, user: str, referrer: str) -> None:
    row = FAMILY[name]
    if name == "referred" and referrer != "quoted":
        pytest.skip("a word after common, which is no referrer")
    line = f"{row.host}192.0.2.1{USERS[user]}{REST} {row.end}".format(referrer=REFERRERS[referrer]).rstrip()
    assert formats.detect(f"{line}\n".encode(), "access.log").name == name
    for log_format in ("auto", name):
        reading = read_bytes(f"{line}\n".encode(), log_format)
        assert reading.rejects == ()
        (hit,) = reading.hits
        assert hit[0:2] == ("portal.example" if row.host else "default", "192.0.2.1")
        assert hit[3:] == ("GET", "/a", 200, 100, "", FIREFOX if row.has_agent else "")


@pytest.mark.parametrize("name", ["combined", "vhost_combined", "common"])
@pytest.mark.parametrize("user", USERS)
def test_a_variant_is_a_hit_in_a_log_format_of_ones_own(name: str, user: str) -> None:
    spec = {
        "combined": '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" "%{Cookie}i"',
        "vhost_combined": '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i" %D',
        "common": '%h %l %u %t "%r" %>s %b %{X}o',
    }[name]
    row = FAMILY[name]
    more = {"combined": ' "sid=1"', "vhost_combined": " 12", "common": " x"}[name]
    line = f"{row.host}192.0.2.1{USERS[user]}{REST} {row.end}".format(referrer="-").rstrip() + more
    (hit,) = read_bytes(f"{line}\n".encode(), spec).hits
    assert (hit.client, hit.target, hit.referrer) == ("192.0.2.1", "/a", "")


HOST_FIRST = {
    # a line of a log of combined: its site and its client
    f'www.example.com 192.0.2.1 - - {REST} "-" {UA}': ("www.example.com", "192.0.2.1"),
    f'www.example.com 192.0.2.1 - lan {REST} "-" {UA}': ("www.example.com", "192.0.2.1"),
    f'www.example.com 192.0.2.1 lan lan {REST} "-" {UA}': ("www.example.com", "192.0.2.1"),
    f'www.example.com 192.0.2.1 - {REST} "-" {UA}': ("www.example.com", "192.0.2.1"),
    f'www.example.com 2001:db8::1 - - {REST} "-" {UA}': ("www.example.com", "2001:db8::1"),
    f'www.example.com 2001:db8::1 lan {REST} "-" {UA}': ("www.example.com", "2001:db8::1"),
    f'www.example.com:443 192.0.2.1 - - {REST} "-" {UA}': ("www.example.com", "192.0.2.1"),
    f'www.example.com:443 192.0.2.1 - - {REST} "-" {UA} 12': ("www.example.com", "192.0.2.1"),
    f'www.example.com 192.0.2.1 - {REST} 12 "-" {UA}': ("www.example.com", "192.0.2.1"),
    f'"www.example.com" 192.0.2.1 - - {REST} "-" {UA}': ("www.example.com", "192.0.2.1"),
    f"www.example.com 192.0.2.1 - - {REST}": ("www.example.com", "192.0.2.1"),
    f"www.example.com:80 192.0.2.1 - - {REST}": ("www.example.com", "192.0.2.1"),
    f'192.0.2.1 - - {REST} "-" {UA}': ("default", "192.0.2.1"),
    f'may-12.example.net - - {REST} "-" {UA}': ("default", "may-12.example.net"),
    f'may-12.example.net john.doe - {REST} "-" {UA}': ("default", "may-12.example.net"),
}


@pytest.mark.parametrize("line", HOST_FIRST)
def test_a_line_that_names_its_host_is_of_that_site(line: str, tmp_path: Path) -> None:
    site, client = HOST_FIRST[line]
    own = f'198.51.100.9 - - {REST} "-" {UA}'
    log, store = tmp_path / "access.log", tmp_path / "store.duckdb"
    log.write_text("".join(f"{text}\n" for text in (own, line, own, line, own)))
    read_in(store, log, log_format="auto", settings=Settings(unlisted=Site(timezone="UTC")), verify=True)
    hits = reading_of(store, log).hits
    assert sorted((hit.site, hit.client) for hit in hits) == sorted(
        [("default", "198.51.100.9")] * 3 + [(site, client)] * 2
    )


def test_a_site_that_was_given_is_that_of_all_lines(tmp_path: Path) -> None:
    log, store = tmp_path / "access.log", tmp_path / "store.duckdb"
    log.write_text(
        f'192.0.2.1 - - {REST} "-" {UA}\n' * 2 + f'www.example.com 192.0.2.1 - - {REST} "-" {UA}\n'
    )
    read_in(store, log, log_format="auto", site="portal.example", verify=True)
    assert [hit.site for hit in reading_of(store, log).hits] == ["portal.example"] * 3


def test_a_byte_order_mark_is_no_part_of_a_client() -> None:
    line = f'192.0.2.1 - - {REST} "-" {UA}\n'
    for log in ("\ufeff" + line, line + "\ufeff" + line, "\ufeff" + line.replace("\n", "\r\n")):
        hits = read_bytes(log.encode(), "auto").hits
        assert {hit.client for hit in hits} == {"192.0.2.1"}
        assert len(hits) == log.count("\n")
        assert all(isinstance(hit, Hit) for hit in hits)
