"""Bots by their agent: people are none, robots are, with a reason, a class and a name."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import EXAMPLES, FIREFOX, examples

from logstats import config
from logstats.config import Settings
from logstats.errors import ConfigError
from logstats.rules import agents as new_agents
from logstats.rules import bots, ruleset
from logstats.store import Session

FOLDER = Path(__file__).parent / "agents"


def listed(name: str) -> list[str]:
    """Return the agents of a file here, one a line; a line that begins with # says what follows."""
    lines = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


PEOPLE, ROBOTS = listed("people"), listed("robots")
REASONS = {
    # an agent for each rule, and for each pair of rules whose order matters
    "": "empty",
    "-": "empty",
    "Googlebot-News": "list",
    "Googlebot/2.1 (+http://www.google.com/bot.html)": "list",  # generic as well
    "curl/8.0": "list",  # not-a-browser as well
    "Quokkabot/0.1": "generic",
    "QUOKKA-BOT": "generic",
    "Quokka robots 1": "generic",
    "Mozilla/5.0 (X11; quokka_bot) Gecko": "generic",
    "Mozilla/5.0 (compatible; Quokka-Crawl 1)": "generic",  # compatible as well
    "Mozilla/5.0 (compatible; Quokka 1)": "compatible",
    "Mozilla/4.0 (compatible;)": "compatible",
    "Mozilla/5.0(compatible; Quokka)": "compatible",  # not-a-browser as well
    "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)": None,
    "Quokka/1.0": "not-a-browser",
    "Mozilla/3.0 (Win95; I)": "not-a-browser",
    "Opera/7.54 (Windows NT 5.1; U)": "not-a-browser",
    "My Mozilla/5.0 (X11)": "not-a-browser",
    "Mozilla/5.0 (X11; Quokkaboth 1) Gecko/20100101 Firefox/115.0": None,  # bot is no word in it
    "Mozilla/5.0 (X11; Botany) Gecko/20100101 Firefox/115.0": None,
}


KINDS = {
    # agent: class and name, for each class and each way to a name
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": (
        "search engine",
        "Googlebot",
    ),
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)": ("search engine", "bingbot"),
    "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/)": ("search engine", "coccoc"),
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.0)": ("AI crawler", "GPTBot"),
    "Mozilla/5.0 (compatible; ChatGPT-User/1.0; +https://openai.com/bot)": ("AI assistant", "ChatGPT-User"),
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)": (
        "preview",
        "facebookexternalhit",
    ),
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)": ("monitor", "UptimeRobot"),
    "Mozilla/5.0 zgrab/0.x": ("scanner", "zgrab"),
    "Tiny Tiny RSS/21.11 (http://tt-rss.org/)": ("feed reader", "Tiny Tiny RSS"),
    "curl/7.88.1": ("library", "curl"),
    "2Bone_LinkChkr/1.0 libwww-perl/6.03": ("library", "libwww-perl"),
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)": (
        "preview",
        "LinkedInBot",
    ),
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)": ("other", "AhrefsBot"),
    "Mozilla/5.0 (X11) (dbot)": ("preview", "dbot"),
    "Mediapartners (Googlebot)": ("other", "Mediapartners (Googlebot)"),
    "quokka-bot/2.1": ("other", "quokka-bot"),
    "Quokka/2.1 +https://quokka.example": ("other", "Quokka"),
    "gobuster/3.6": ("scanner", "gobuster"),
    "Quokka Java/17.0.9": ("library", "Java"),
    "Mozilla/5.0 (compatible; Quokka 1)": ("other", "Quokka 1"),
    "Quokka/1.0 (X11)": ("other", "Quokka"),
    "Mozilla/5.0": ("other", "Mozilla"),
    "/": ("other", "/"),
    "": ("other", "(none)"),
    FIREFOX: (None, None),
}
OWN = {
    # agents by the rules of a logstats.toml that adds Quokka and «^Visitor/», and leaves out the second,
    # «Office» and curl 8
    "Mozilla/5.0 (X11; Quokka) Gecko": ("added", "other", "Quokka"),
    "curl/7 Quokka": ("added", "other", "Quokka"),
    "Visitor/2": (None, None, None),
    "Office/1.0": (None, None, None),
    "curl/8.0": (None, None, None),
    "curl/7.0": ("list", "library", "curl"),
    "": ("empty", "other", "(none)"),
}
OWN_BOTS = '[bots]\nadd = ["Quokka", "^Visitor/"]\nexcept = ["^Visitor/|Office", "^curl/8", "^$"]\n'


class AgentClass(NamedTuple):
    """What an agent is: all None for a person's."""

    reason: str | None
    bot_class: str | None
    name: str | None


def own(folder: Path, text: str) -> Settings:
    """Return the settings of a logstats.toml."""
    (folder / "logstats.toml").write_text(text)
    return config.load(folder / "logstats.toml")


def classified(agents: Iterable[str], settings: Settings | None = None) -> dict[str, AgentClass]:
    """Return how each agent is classified; a log's '-' is no agent."""
    with Session() as session:
        session.execute(
            "CREATE TEMP TABLE chunk_agent_new AS SELECT unnest($agents) AS agent",
            {"agents": ["" if agent == "-" else agent for agent in agents]},
        )
        new_agents.classify(session, (settings or Settings()).bots)
        classified = "SELECT agent, bot_reason, bot_class, bot_name FROM chunk_agent_classified"
        rows = session.execute(classified).rows
    return {agent: AgentClass(*values) for agent, *values in rows}


@pytest.fixture(scope="module")
def classified_agents() -> dict[str, AgentClass]:
    """Give how all agents named here are classified."""
    return classified({*PEOPLE, *ROBOTS, *REASONS, *KINDS})


def test_no_person_is_a_bot(classified_agents: dict[str, AgentClass]) -> None:
    assert len(PEOPLE) >= 300
    assert {agent: classified_agents[agent] for agent in PEOPLE if classified_agents[agent].reason} == {}


def test_no_robot_is_a_person(classified_agents: dict[str, AgentClass]) -> None:
    assert len(ROBOTS) >= 300
    assert [agent for agent in ROBOTS if classified_agents[agent].reason is None] == []


@pytest.mark.parametrize("agent", REASONS)
def test_the_reason_is_the_first_that_applies(classified_agents: dict[str, AgentClass], agent: str) -> None:
    assert classified_agents["" if agent == "-" else agent].reason == REASONS[agent]


@pytest.mark.parametrize("agent", KINDS)
def test_a_bot_has_a_class_and_a_name(classified_agents: dict[str, AgentClass], agent: str) -> None:
    assert classified_agents[agent][1:] == KINDS[agent]


def test_rules_of_ones_own_add_bots_and_leave_some_out(tmp_path: Path) -> None:
    assert classified(OWN, own(tmp_path, OWN_BOTS)) == OWN


BAD = {
    # what is written, and what is said of it: the last two are patterns to Python, but not to the store
    '[bots]\nadd = ["("]': "bots.add: '(' is not a pattern of RE2",
    '[bots]\nadd = "bot"': "add must be a list of regular expressions in brackets, not 'bot'",
    "bots = 5": "bots must be a table; write [bots]",
    '[bots]\nonly = ["a"]': "only: unknown setting; use one of add, except",
    '[bots]\nadd = ["Quokka", "a(?=b)"]': "bots.add: 'a(?=b)' is not a pattern of RE2: ",
    '[bots]\nexcept = ["a(?!b)"]': "bots.except: 'a(?!b)' is not a pattern of RE2: ",
}


@pytest.mark.parametrize("text", BAD)
def test_a_bad_pattern_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError) as caught, Session() as session:
        ruleset.require(own(tmp_path, text), session.complaint)
    assert f"logstats.toml: line {caught.value.line}: {BAD[text]}" in str(caught.value)
    assert caught.value.line == text.count("\n") + 1


def test_each_pattern_that_we_know_by_name_is_still_in_the_list() -> None:
    # a pattern that the list has corrected needs no replacement any more
    patterns = {entry["pattern"] for entry in bots.listed()}
    assert {*bots.LIST_REPLACED, *bots.ASSISTANTS} - patterns == set()


def test_each_tag_of_the_list_has_a_class() -> None:
    others = {"seo", "advertising", "archiver", "academic", "browser-automation"}
    tags = {tag for entry in bots.listed() for tag in entry["tags"]}
    assert tags - {*bots.CLASSES.values()} == others


def test_each_agent_that_the_list_shows_for_a_pattern_is_a_bot() -> None:
    shown_for = [entry for entry in bots.listed() if entry["pattern"] not in bots.LIST_REPLACED]
    shown = {" ".join(agent.split()) for entry in shown_for for agent in entry["instances"]}
    # some are listed for more than one pattern, and one of those is a phone's
    replaced = {agent for agent in shown if "AP3A.240617.008" in agent or "Code/1." in agent}
    found = classified(shown - replaced)
    assert len(found) > 2000
    assert [agent for agent, agent_class in found.items() if agent_class.reason is None] == []


INSTANCES = tuple(
    dict.fromkeys(agent for entry in bots.listed() for agent in entry["instances"] if agent.strip())
)


@given(chosen=st.lists(st.sampled_from([*INSTANCES, *PEOPLE, *KINDS]), max_size=new_agents.FEW, unique=True))
@settings(max_examples=examples(20))
def test_few_agents_are_classified_as_many_are(chosen: list[str]) -> None:
    few = classified(chosen)
    with patch.object(new_agents, "FEW", -1):
        assert few == classified(chosen)


def test_each_agent_alone_is_classified_as_all_are() -> None:
    with patch.object(new_agents, "FEW", -1):
        together = classified(INSTANCES)
    for agent in INSTANCES[:: max(1, round(20 / EXAMPLES))]:
        assert classified([agent]) == {agent: together[agent]}


PLAIN = {
    # a pattern: the only text that it matches
    "Googlebot": "Googlebot",
    r"Feed\/1\.0": "Feed/1.0",
    r"a\-b": "a-b",
    "x y": "x y",
    r"^a": None,
    r"a$": None,
    r"a.b": None,
    r"[aA]b": None,
    r"a|b": None,
    r"a?b": None,
    r"a\\b": None,
    r"a\\.b": None,
    r"a\d": None,
    r"(?i:a)": None,
    r"a{2}": None,
}


@pytest.mark.parametrize("pattern", PLAIN)
def test_the_only_text_of_a_pattern(pattern: str) -> None:
    assert bots.plain_text(pattern) == PLAIN[pattern]
    if (text := PLAIN[pattern]) is not None:
        assert re.fullmatch(pattern, text)


def test_the_screen_lets_each_agent_through_that_the_list_finds() -> None:
    screened = classified([*INSTANCES, *PEOPLE, *KINDS])
    with patch.object(bots, "screen", lambda: ""):
        assert screened == classified([*INSTANCES, *PEOPLE, *KINDS])


def test_the_screen_lets_few_people_through() -> None:
    with Session() as session:
        params = {"agents": PEOPLE, "screen": bots.screen()}
        sql = "SELECT count(*) FROM (SELECT unnest($agents) AS agent) WHERE regexp_matches(agent, $screen)"
        assert session.execute(sql, params).value() < len(PEOPLE) / 10
