"""A host has one spelling, in logs and in logstats.toml."""

import pytest

from logstats.config import Settings, Site
from logstats.config.hosts import spelled, spellings
from logstats.store import Session, statements

SPELLED = {
    # a host as it is written: its one spelling, '' where it is no host
    "portal.example": "portal.example",
    "Portal.Example": "portal.example",
    "portal.example:443": "portal.example",
    "PORTAL.example.:8080": "portal.example",
    "portal.example.": "portal.example",
    "portal.example..": "portal.example",
    "portal.example:": "portal.example",
    " portal.example ": "portal.example",
    "www.portal.example": "www.portal.example",
    "sub_domain.portal.example": "sub_domain.portal.example",
    "localhost:8080": "localhost",
    "cổng.example": "cổng.example",
    "CỔNG.example:443": "cổng.example",
    "xn--cng-qmz.example": "xn--cng-qmz.example",
    "192.0.2.1": "192.0.2.1",
    "192.0.2.1:8080": "192.0.2.1",
    "[2001:db8::1]": "2001:db8::1",
    "[2001:DB8::1]:443": "2001:db8::1",
    "2001:db8::1": "2001:db8::1",
    "[fe80::1%25eth0]:80": "fe80::1",
    "::1": "::1",
    "a" * 253: "a" * 253,
    "a" * 300: "",
    "": "",
    "-": "",
    "_": "",
    "*": "",
    ".": "",
    ":443": "",
    "[]": "",
    "-portal.example": "",
    "portal.example:abc": "",
    "portal.example/tin": "",
    "http://portal.example/": "",
    "lan@portal.example": "",
    "portal example": "",
    "portal.example, other.example": "",
    '"portal.example"': "",
    "'portal.example'": "",
    "portal.example\t": "",
    "portal\x1b[2J.example": "",
    r"portal\x00.example": "",
    "<script>": "",
    "${jndi:ldap://x}": "",
}


@pytest.mark.parametrize("host", SPELLED)
def test_a_host_of_logstats_toml_has_one_spelling(host: str) -> None:
    assert spelled(host) == SPELLED[host]


def test_a_host_of_a_log_has_the_same_spelling() -> None:
    expression = statements.load("fragments/host").fill(text="host")
    with Session() as session:
        rows = session.execute(
            f"SELECT host, {expression} FROM (SELECT unnest($hosts) AS host)", {"hosts": [*SPELLED]}
        ).rows
    assert dict(rows) == SPELLED


def test_a_host_of_other_letters_is_listed_by_both_of_its_names() -> None:
    assert spellings("Cổng.example") == ("cổng.example", "xn--cng-qmz.example")
    assert spellings("xn--cng-qmz.example") == ("xn--cng-qmz.example", "cổng.example")
    assert spellings("Cổng thông tin") == ()


def test_a_site_is_found_by_its_name_and_by_its_hosts() -> None:
    settings = Settings(sites=(Site("Portal.Example", hosts=("WWW.portal.example:443", "192.0.2.1")),))
    assert settings.site_names() == {
        "portal.example": "Portal.Example",
        "www.portal.example": "Portal.Example",
        "192.0.2.1": "Portal.Example",
    }
    names = [
        "Portal.Example",
        "portal.example.",
        "www.portal.example",
        "192.0.2.1:80",
        "other.example",
        "Tin",
    ]
    assert [settings.listed_name(name) for name in names] == [*["Portal.Example"] * 4, "other.example", "Tin"]
