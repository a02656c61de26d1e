"""Browsers and systems of user agents: ua-parser must name the same engine and the same system."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from ua_parser import parse

from logstats.store import Session, statements

AGENTS = Path(__file__).parent / "agents" / "people.txt"
OTHER = "other"
KINDS = ("browser", "system", "device")
ENGINES = {
    # engine: the names that browsers with it have here and in ua-parser
    "Blink": (
        "Chrome|Chrome Mobile|Chromium|Android app|Chrome Mobile WebView|Edge|Edge Mobile|Cốc Cốc|Coc Coc|"
        "Samsung Internet|Mi Browser|MiuiBrowser|vivo Browser|VivoBrowser|OPPO Browser|HeyTap Browser|"
        "Huawei Browser|UC Browser|QQ Browser|QQ Browser Mobile|Yandex Browser|DuckDuckGo|DuckDuckGo Mobile|"
        "Opera|Opera Mobile|Vivaldi|Whale|Silk|Amazon Silk|Puffin|Electron|Iron|YandexSearch|Oculus Browser|"
        "Avast Secure Browser|AVG|Qt Web Engine|Crosswalk|Sogou Explorer|Android Browser|Android"
    ),
    "Gecko": (
        "Firefox|Firefox Mobile|Firefox iOS|Iceweasel|Camino|Flock|Netscape|Sailfish Browser|SeaMonkey|"
        "Pale Moon"
    ),
    "WebKit": (
        "Safari|Mobile Safari|iOS app|Mobile Safari UI/WKWebView|Google app|Google|Chrome Mobile iOS|"
        "Opera Touch|Twitter|Snapchat|Epiphany|Midori|iCab|Fluid|Sunrise|MobileIron"
    ),
    "Trident": "Internet Explorer|IE|IE Mobile|Chrome Frame",
    "Presto": "Opera Mini",
    "app": "Zalo|Facebook|Messenger|Facebook Messenger|Instagram|TikTok|Viber|LINE|WeChat|WhatsApp",
}
ENGINE_OF = {name: engine for engine, names in ENGINES.items() for name in names.split("|")}
SYSTEM_OF = {
    # of ua-parser: here
    "Mac OS X": "macOS",
    "Chrome OS": "ChromeOS",
    "Web0S": "webOS",
    **dict.fromkeys(
        [
            "CentOS",
            "Debian",
            "Fedora",
            "Kubuntu",
            "Linux Mint",
            "Maemo",
            "Mandriva",
            "Red Hat",
            "SUSE",
            "Slackware",
            "Ubuntu",
        ],
        "Linux",
    ),
    **dict.fromkeys(
        ["Symbian OS", "Symbian^3", "Symbian^3 Anna", "Symbian^3 Belle", "Nokia Series 40"], "Symbian"
    ),
}
EXCEPTIONS = {
    # here, in ua-parser: why they may differ
    ("Zalo", "Chrome Mobile WebView"): "ua-parser does not know Zalo",
    ("Zalo", "Mobile Safari UI/WKWebView"): "likewise",
    ("Viber", "Chrome Mobile WebView"): "ua-parser does not know Viber",
    ("WeChat", "Chrome Mobile WebView"): "ua-parser does not know WeChat's newer user agents",
    ("Android app", "WhatsApp"): "an app among others; few open links in it",
    ("Chrome", "Chrome Mobile iOS"): "a reader calls it Chrome, whatever its engine is",
    ("Firefox", "Mobile Safari UI/WKWebView"): "ua-parser does not know FxiOS without Safari after it",
    ("Firefox", "Chrome Mobile WebView"): "Firefox Klar, which was a web view once",
    ("Opera", "Opera Touch"): "a reader calls it Opera, whatever its engine is",
    ("Safari", "Opera Coast"): "a browser that is gone",
    ("Android", "Kindle"): "an e-reader that says `like Android`",
    ("Linux", "Kindle"): "an e-reader",
    ("Linux", "FreeBSD"): "says both",
}
UNKNOWN = 0.1  # of the agents at most so many may have a name of ua-parser's that has no engine above


class Software(NamedTuple):
    """What the tables of queries/fragments/software say of an agent."""

    agent: str
    browser: str
    system: str
    device: str


def agents() -> list[str]:
    lines = AGENTS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def software_of(listed: list[str]) -> list[Software]:
    columns = ", ".join(statements.load(f"fragments/software/{kind}").fill(agent="agent") for kind in KINDS)
    with Session() as session:
        result = session.execute(
            f"SELECT agent, {columns} FROM (SELECT unnest($agents) AS agent)", {"agents": listed}
        )
    return [Software(*row) for row in result.rows]


@cache
def known() -> tuple[Software, ...]:
    return tuple(software_of(agents()))


def pairs(kind: str) -> Iterator[tuple[str, str, str]]:
    """Each agent with its name here and in ua-parser, where both have one."""
    for found in known():
        parsed = parse(found.agent)
        theirs = parsed.user_agent if kind == "browser" else parsed.os
        ours = getattr(found, kind)
        if theirs is not None and ours != OTHER:
            yield found.agent, ours, theirs.family


def test_both_name_the_same_engine() -> None:
    wrong, unknown, total = set[tuple[str, str, str]](), 0, 0
    for agent, ours, theirs in pairs("browser"):
        total += 1
        unknown += theirs not in ENGINE_OF
        if theirs in ENGINE_OF and ENGINE_OF[theirs] != ENGINE_OF[ours] and (ours, theirs) not in EXCEPTIONS:
            wrong.add((ours, theirs, agent))
    assert wrong == set()
    assert total > 900
    assert unknown < UNKNOWN * total


def test_both_name_the_same_system() -> None:
    wrong = {
        (ours, theirs, agent)
        for agent, ours, theirs in pairs("system")
        if SYSTEM_OF.get(theirs, theirs) != ours and (ours, theirs) not in EXCEPTIONS
    }
    assert wrong == set()


def test_what_only_ua_parser_knows_is_rare() -> None:
    current = [
        found
        for found in known()
        if (user_agent := parse(found.agent).user_agent) and user_agent.family in ENGINE_OF
    ]
    assert sum(found.browser == OTHER for found in current) < 0.02 * len(current)


ANDROID = "AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/137.0.7151.115 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
CASES = {
    # an agent: its browser, system and device
    f"Mozilla/5.0 (Linux; Android 13; SM-A135F; wv) {ANDROID} Zalo android/12110000": (
        "Zalo",
        "Android",
        "phone",
    ),
    f"{IPHONE} Mobile/21F90 [FBAN/MessengerForiOS;FBAV/462.0.0.29.108]": ("Messenger", "iOS", "phone"),
    f"Mozilla/5.0 (Linux; Android 14; SM-X200; wv) {ANDROID}": ("Android app", "Android", "tablet"),
    f"{MAC} Version/18.5 Safari/605.1.15": ("Safari", "macOS", "desktop"),  # or an iPad
    f"Mozilla/5.0 (Linux; Android 7.1.2; FPT Play Box; wv) {ANDROID}": ("Android app", "Android", "TV"),
    "Mozilla/5.0 (PLAYSTATION 3; 1.70)": (OTHER, OTHER, "console"),
    "": (OTHER, OTHER, OTHER),
}


@pytest.mark.parametrize("agent", CASES)
def test_an_agent_has_a_browser_a_system_and_a_device(agent: str) -> None:
    assert software_of([agent]) == [Software(agent, *CASES[agent])]
