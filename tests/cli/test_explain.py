"""`explain`: each step from an address to its article, and the rule and pattern that judge an agent."""

import json
from pathlib import Path

import pytest
from support.lines import FIREFOX
from support.surface import assert_in_words, run
from unit.rules.test_articles import BY_OWN, OWN, TARGETS, classified

from logstats.config import Settings
from logstats.rules import explain

TOML = """
[[site]]
name = "portal"
hosts = ["p.vn", "www.p.vn"]
rules = "nukeviet"
[[site]]
name = "other"
[bots]
add = ["Quokka"]
except = ["^Office"]
"""


def explained(tmp_path: Path, *arguments: str, text: str = TOML) -> dict[str, str]:
    """Return the result of each step of `explain`."""
    (tmp_path / "my.toml").write_text(text)
    ran = run("--config", tmp_path / "my.toml", "explain", *arguments, "-f", "json")
    assert (ran.code, ran.err) == (0, "")
    return {row["step"]: row["result"] for row in json.loads(ran.out)}


def test_each_step_from_a_url_to_its_article_is_shown(tmp_path: Path) -> None:
    url = "https://WWW.p.vn//vi/news/tin-421/%74en-bai-5.html;jsessionid=1?utm_source=zalo&b=2&a=1#c"
    shown = explained(tmp_path, url)
    rule = shown.pop("rule")
    assert rule.endswith("→ {module}/{lang}/{id}")
    assert shown == {
        "site": "portal",
        "as logged": "//vi/news/tin-421/%74en-bai-5.html;jsessionid=1?utm_source=zalo&b=2&a=1#c",
        "without a fragment": "//vi/news/tin-421/%74en-bai-5.html;jsessionid=1?utm_source=zalo&b=2&a=1",
        "path, without a session": "//vi/news/tin-421/%74en-bai-5.html",
        "decoded, composed (NFC)": "//vi/news/tin-421/ten-bai-5.html",
        "folders collapsed": "/vi/news/tin-421/ten-bai-5.html",
        "without index file and last slash": "/vi/news/tin-421/ten-bai-5.html",
        "parameters kept, sorted": "a=1&b=2",
        "canonical URL": "/vi/news/tin-421/ten-bai-5.html?a=1&b=2",
        "article": "news/vi/5",
        "section": "/tin-421/",
    }


def test_what_is_explained_is_what_is_counted() -> None:
    settings = Settings(sites=(OWN,))
    for target in [*BY_OWN, *TARGETS]:
        rows = dict(explain.explain_url(settings, target, None).rows)
        assert rows["article"] == classified(OWN, [target])[target].identity


@pytest.mark.parametrize(
    ("arguments", "step", "result"),
    [
        (["/a.css", "--site", "portal"], "an asset", "yes"),
        (["/gioi-thieu", "--site", "portal"], "rule", "no rule matches: a page, not an article"),
        (["/gioi-thieu", "--site", "other"], "rule", "the site has no rules: each page is an article"),
        (["http://p.vn"], "site", "portal"),
        (["curl/8.0"], "pattern", "^curl"),
        (["Mozilla/5.0 (X11; Quokka)"], "pattern", "(?:Quokka)"),
        (["Mozilla/5.0 (X11; Quokka)"], "reason", "added"),
        (["Office/1.0"], "pattern", "^Office"),
        (["Office/1.0"], "a bot", "no"),
        ([FIREFOX], "a bot", "no"),
        (["QUOKKA-BOT"], "reason", "generic"),
        (["My/1.0"], "pattern", r"not ^(?:Mozilla/[45]\.0 |Opera/[89]\.)"),
        (["Mozilla/5.0 (compatible; My 1)"], "pattern", r"^Mozilla/[45]\.0 ?\(compatible"),
        (["--agent", ""], "reason", "empty"),
        (["/", "--agent"], "name", "/"),
    ],
)
def test_the_result_of_one_step(tmp_path: Path, arguments: list[str], step: str, result: str) -> None:
    assert explained(tmp_path, *arguments)[step] == result


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["/tin"], "the URL names no site; give --site, one of portal, other"),
        (["/tin", "--site", "nowhere"], "no site 'nowhere' in logstats.toml; there are: portal, other"),
        (["http://x.vn/tin"], "the URL names no site; "),
    ],
)
def test_an_ambiguous_or_unknown_site_is_refused(tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "my.toml").write_text(TOML)
    ran = run("--config", tmp_path / "my.toml", "explain", *arguments)
    assert_in_words(ran.err)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
