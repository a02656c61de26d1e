"""The patterns (RE2) that classify a user agent as a bot and give its class and name.

queries/rules/agent_class.sql applies them, group by group, in this order.
"""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from logstats.errors import LogstatsError
from logstats.rules import browsers
from logstats.store.statements import sql_text

LIST = "crawler-user-agents"
LIST_PACKAGE = "crawleruseragents"
PIECE = 225  # one alternation of all 1,504 patterns is 30 times slower than pieces of about 200

LIST_REPLACED = {
    # pattern of the list: its replacement (None: none), and the reason
    r"AP3A\.240617\.008": None,  # an Android build of many OPPO, realme and OnePlus phones
    r"MetaIAB Facebook": None,  # Facebook's own browser, in which people open links
    r"Sogou": r"Sogou[ A-Za-z]*[Ss]pider",  # the Sogou browser is a person's
    r"Sonic": r"RankSonic",  # Sonic is in the names of browsers and phones
    r"Butterfly": r"Butterfly\/1\.0",  # a word in the names of browsers and phones
    r"Fever": r"^Fever\/",  # a word
    r"Expanse": r"^Expanse|paloaltonetworks",  # a word
    r"Fluid": None,  # a browser for macOS
    r"Code\/1\.": None,  # the editor's built-in browser
    r"008\/": r"\b008\/0\.",  # the end of many version numbers
    r"Viber": r"^Viber$",  # the app's browser is a person's, its preview is not
    r"WhatsApp": r"^WhatsApp(?:/|$)",  # the same
    r"Podimo": None,  # a listener's app
}
UNLISTED = {
    # pattern that the list lacks: its class, and what it is; no browser that we know has these words
    r"Datadog\/Synthetics": "monitor",
    r"(?i:(?:uptime|synthetic|monitor)\w*)": "monitor",  # CloudWatchSynthetics, YottaaMonitor
    r"(?i:health-?checks?\b)": "monitor",  # Amazon-Route53-Health-Check-Service, Healthchecks.io
    r"Dynatrace|NewRelicPinger|OhDear|Pulsetic|Montastic|Freshping|Uptrends": "monitor",
    r"Rigor\b|Cronitor|Gatus|check_curl|[Ss]tatping|alertra\.com": "monitor",
    r"SpeedCurve|DebugBear|PTST[ /]|Neustar WPM|GomezAgent|iplabel": "monitor",  # of how fast a page is
    r"Cloudflare(?:Diagnostics|Observatory)": "monitor",
    r"Google-[A-Z][\w-]*|DuplexWeb-Google": "other",  # Google's checks of pages
    r"Google (?:Page Speed|Search Console|PP|Keyword|favicon)": "other",  # the same
    r"(?i:screenshot|link-?check|transcoder|wkhtmlto|webkit2png)": "other",  # pictures, checks of links
    r"BingLocalSearch|Akamai_Site_Analyzer|Alibaba\.Security|BacklinkHttpStatus|Mixnode": "other",
}

AI_ASSISTANT = "AI assistant"
OTHER = "other"
CLASSES = {
    # class: its tag in the list; an agent with several tags has the first of these classes
    AI_ASSISTANT: "",  # the list has no tag for them; see ASSISTANTS
    "AI crawler": "ai-crawler",
    "search engine": "search-engine",
    "preview": "social-preview",
    "monitor": "monitoring",
    "scanner": "scanner",
    "feed reader": "feed-reader",
    OTHER: "",  # seo, advertising, archiver, academic, browser-automation
    "library": "http-library",  # last, because many bots also name their library
}
ASSISTANTS = (
    # patterns of agents that fetch a page because a user has just asked about it
    r"ChatGPT-User",
    r"Claude-User",
    r"Perplexity-User",
    r"PerplexityUser",
    r"MistralAI-User",
    r"Manus-User",
    r"Amzn-User",
    r"IsonAI-User",
    r"DuckAssistBot",
    r"Google-NotebookLM",
    r"Gemini-Deep-Research",
    r"GoogleAgent-Mariner",
    r"Google-Agent",
    r"meta-externalfetcher\/",
    r"kagi-fetcher",
    r"linkReader\/",
    r"Devin",
)

GENERIC = (
    # class, and words that no browser's agent contains, in any case
    (
        "scanner",
        r"\b(?:nikto|sqlmap|nmap|masscan|zgrab|nuclei|acunetix|nessus|wpscan|dirbuster|gobuster|feroxbuster)\b",
        r"jndi:",
    ),
    (
        OTHER,
        r"[\w.-]*(?:^u?|[^u]|[^c]u)bots?(?:[^a-z]|$)",  # the end of a word; but CUBOT is a brand of phones
        r"[\w.-]*(?:crawl|spider|slurp|scraper|headless|lighthouse)\w*",
    ),
    (
        "library",
        r"[\w.-]*python[\w-]*",
        r"go-http[\w-]*",
        r"okhttp",
        r"\bcurl\b",
        r"\bwget\b",
        r"libwww[\w-]*",
        r"\bjava/\d",
    ),
)
CONTACT = (
    # where to ask about the sender: a mail address, or a URL (bsalsa.com, QtWeb.net: old browsers)
    r"https?://(?:[^bw/]|b[^s]|bs[^a]|w[^w]|ww[^w])[^\s;,)/]*",
    r"\bwww\.(?:[a-pr-z]|q[^t])[^\s;,)/]*",
    r"@[a-z][\w-]*\.[a-z][\w.-]+",
)
COMPATIBLE = r"^Mozilla/[45]\.0 ?\(compatible"
OLD_BROWSER = r"MSIE|Konqueror|Trident|NetFront|Polaris|Maple|IBrowse|ABrowse|Webpositive"
BROWSER = r"^(?:Mozilla/[45]\.0 |Opera/[89]\.)"
PRODUCT = r"^(?:Mozilla/[\d.]+ +)?(?:\(compatible[; ]*)?([^/;()]+)"  # the first product that an agent names
LETTER = r"A-Za-z\d\x{80}-\x{10ffff}"  # of any script; \pL takes 2 ms to compile
TRIMMED = (  # group 1: a text without a version at its end, and without marks around it
    rf"^[^{LETTER}]*(.*?(?:[{LETTER}]|\([^)]*\)))(?:/\d[\d.]*)?[^{LETTER}]*$"
)

NOTHING = r"^\b$"
USUAL = (
    # parts of agents of browsers that many visitors have: they distinguish no bot
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0",
    "Mobile Safari/537.36 Edg/147.0.0.0 OPR/120.0.0.0 (Windows NT 6.1; WOW64; rv:140.0) Gecko Firefox/140.0",
    "(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1",
    "(iPhone; CPU iPhone OS 18_6 like Mac OS X) Mobile/15E148 (Linux; Android 10; K) (X11; Ubuntu; Linux)",
    "SamsungBrowser/28.0 YaBrowser/25.0 UCBrowser/15 coc_coc_browser/130.0 MiuiBrowser/14.0 Vivaldi/7.0",
    "Instagram 300.0 [FBAN/FBIOS] MetaIAB Channel/stable SmartTV Media Twitter for iPhone Microsoft Opera",
)
WINDOW = 5  # characters of a plain text that are searched first
META = frozenset(r"\[](){}|?*+^$.")  # a pattern without these characters matches itself alone


class Group(NamedTuple):
    """Patterns that are matched as one, with the reason and class of the agents that match one of them."""

    reason: str
    bot_class: str
    patterns: tuple[str, ...]
    flags: str = ""

    @property
    def pattern(self) -> str:
        """Return the patterns as one."""
        return self.flags + "|".join(self.patterns)

    def each(self) -> Iterator[str]:
        """Yield the patterns one by one."""
        yield from (self.flags + pattern for pattern in self.patterns)


def groups(added: Sequence[str] = ()) -> list[Group]:
    """Return the groups in order; `added` are the patterns of logstats.toml."""
    own = [Group("added", OTHER, (f"(?:{pattern})",)) for pattern in added]
    generic = [Group("generic", kind, tuple(words), "(?i)") for kind, *words in GENERIC]
    return [*own, *_listed(), *generic, Group("contact", OTHER, CONTACT, "(?i)")]


def params(excepted: Sequence[str] = ()) -> dict[str, Any]:
    """Return the single patterns as parameters of agent_class."""
    return {
        "excepted": "|".join(f"(?:{pattern})" for pattern in excepted) or NOTHING,
        "compatible": COMPATIBLE,
        "old_browser": OLD_BROWSER,
        "browser": BROWSER,
        "product": PRODUCT,
        "trimmed": TRIMMED,
        "usual_form": browsers.usual_form(),
        "form": browsers.form(),
        "any_name": browsers.any_name(),
        "engine": browsers.ENGINE,
        "names": browsers.names(),
        "platform": browsers.PLATFORM,
        "brackets": browsers.BRACKETS,
        "name": browsers.NAME,
    }


def slots(added: Sequence[str] = (), texts: Sequence[str] | None = None) -> dict[str, str]:
    """Return the groups of patterns as expressions of agent_class; they are needed only for new agents.

    `texts` are those of agents that are searched, where they are few: patterns that none of them can match
    are left out, because DuckDB takes 24 ms to compile all.
    """
    patterns = groups(added)
    if texts is None:
        found = _found(patterns, screen())
    else:
        found = _found([_possible(group, "\n".join(texts)) for group in patterns], "")
    return {
        "found": found,
        "reasons": "[" + ", ".join(sql_text(group.reason) for group in patterns) + "]",
        "classes": "[" + ", ".join(sql_text(group.bot_class) for group in patterns) + "]",
        "list_version": sql_text(list_version()),
    }


@cache
def list_version() -> str:
    """Return the version of the bot list, from the name of the folder of its package metadata."""
    found = list(_list_folder().parent.glob(f"{LIST.replace('-', '_')}-*.dist-info"))
    if len(found) == 1:
        return found[0].name.removesuffix(".dist-info").rpartition("-")[2]
    from importlib import metadata  # noqa: PLC0415 - 20 ms, only for an unusual installation

    return metadata.version(LIST)


@cache
def _listed() -> tuple[Group, ...]:
    """Return the patterns of the list, in groups of at most PIECE patterns of one class."""
    of_class: dict[str, list[str]] = {kind: [] for kind in CLASSES}
    for entry in listed():
        pattern = LIST_REPLACED.get(entry["pattern"], entry["pattern"])
        if pattern is not None:
            of_class[_class(entry)].append(pattern)
    for pattern, kind in UNLISTED.items():
        of_class[kind].append(f"(?:{pattern})")
    return tuple(
        Group("list", kind, tuple(patterns[start : start + PIECE]))
        for kind, patterns in of_class.items()
        for start in range(0, len(patterns), PIECE)
    )


def listed() -> list[dict[str, Any]]:
    """Return the entries of the list, each with its pattern and its tags."""
    text = (_list_folder() / "crawler-user-agents.json").read_text("utf-8")
    entries: list[dict[str, Any]] = json.loads(text)
    return entries


@cache
def _list_folder() -> Path:
    """Return the folder of the list's package.

    Neither the package nor importlib.resources is imported: that would take 4 % of a cron run.
    """
    spec = find_spec(LIST_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise LogstatsError(f"the package {LIST} is missing; install logstats again with pip")
    return Path(spec.submodule_search_locations[0])


def _possible(group: Group, text: str) -> Group:
    """Return a group without the patterns that are plain texts, none of which is in `text`."""
    if group.reason != "list":
        return group
    left = [pattern for pattern in group.patterns if (plain := plain_text(pattern)) is None or plain in text]
    return group._replace(patterns=tuple(left) or (NOTHING,))


def plain_text(pattern: str) -> str | None:
    """Return the only text that a pattern matches, None where there may be several."""
    for escape in (r"\/", r"\-", r"\."):
        pattern = pattern.replace(escape, escape[1] if escape != r"\." else "\n")
    return None if META & {*pattern} else pattern.replace("\n", ".")


def _found(patterns: Sequence[Group], screened: str) -> str:
    """Return the expression of the list of what each group finds, '' where it finds nothing.

    The groups of the list, and those of words and addresses, are searched one by one only in the few agents
    in which one of them may be: those that match `screened`, and one pattern of all words.
    """
    added = [group for group in patterns if group.reason == "added"]
    listed = [group for group in patterns if group.reason == "list"]
    rare = [group for group in patterns if group.flags]
    words = "|".join(group.pattern for group in rare)
    return " || ".join([f"[{_extracts(added)}]", _searched_if(screened, listed), _searched_if(words, rare)])


def _searched_if(pattern: str, groups: Sequence[Group]) -> str:
    nothing = ", ".join("''" for _ in groups)
    return (
        f"CASE WHEN regexp_matches(text, {sql_text(pattern)}) THEN [{_extracts(groups)}] ELSE [{nothing}] END"
    )


@cache
def screen() -> str:
    """Return a pattern that matches each text in which a pattern of the list may be, and few others.

    Of a plain text it has the part that is rarest in usual agents. It takes a tenth of the time of the list.
    """
    usual = "\n".join(USUAL)
    patterns = [pattern for group in _listed() for pattern in group.patterns]
    plain = {pattern: plain_text(pattern) for pattern in patterns}
    parts = {min(_windows(text), key=usual.count) for text in plain.values() if text is not None}
    others = [f"(?:{pattern})" for pattern in patterns if plain[pattern] is None]
    return "|".join([*map(re.escape, sorted(parts)), *others])


def _windows(text: str) -> list[str]:
    return [text[start : start + WINDOW] for start in range(max(1, len(text) - WINDOW + 1))]


def _extracts(patterns: Sequence[Group]) -> str:
    return ", ".join(f"regexp_extract({_searched(group)}, {sql_text(group.pattern)})" for group in patterns)


def _searched(group: Group) -> str:
    """Return the text in which a group is searched: patterns of logstats.toml in the agent as it was sent."""
    return "agent" if group.reason == "added" else "text"


def _class(entry: dict[str, Any]) -> str:
    if entry["pattern"] in ASSISTANTS:
        return AI_ASSISTANT
    return next((kind for kind, tag in CLASSES.items() if tag in entry.get("tags", ())), OTHER)
