"""Texts of strangers in the page: URLs, referrers, search words, titles and the site's name stay text."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from support.browser import Browser
from support.lines import Line
from support.surface import run

SITE = "portal.example"
MARKUP = "<img src=x onerror=window.hacked=1>"
END = "</script><script>window.hacked=1</script>"
TEXTS = (
    MARKUP,
    END,
    '"><svg onload=window.hacked=1>',
    "'+window.hacked+'",
    "{{ 7 * 7 }}{% raw %}",
    "<!--<script>",
    "]]>&lt;b&gt;\\u003cscript",
    "javascript:window.hacked=1",
    "\u202egnp.exe",
    "%E2%80%AEgnp.exe",
    "%ff%00",
    "__proto__",
    "constructor",
)
AT = datetime(2026, 11, 20, 10)


def in_url(text: str) -> str:
    return text.replace(" ", "%20").replace('"', "%22")


def hostile_lines() -> list[bytes]:
    """Page views, errors, referrers, searches and agents with hostile texts, by three clients each."""
    lines = []
    for number, text in enumerate(TEXTS):
        url = in_url(text)
        for client in range(3):
            start = Line(client=f"192.0.{number + 2}.{client + 1}", at=AT)
            lines += [
                replace(start, request=f"GET /tin/{url} HTTP/1.1", referrer=f"https://{url}.example/{url}"),
                replace(
                    start, request=f"GET /thieu/{url} HTTP/1.1", status="404", referrer=f"javascript:{url}"
                ),
                replace(start, request=f"GET /tim?q={url} HTTP/1.1", referrer=f"https://{SITE}/{url}"),
            ]
        agent = "Bot/1.0 " + text.replace("\\", "").replace('"', "")
        lines.append(Line(client="192.0.2.99", at=AT, agent=agent))
    return [line.combined() for line in lines]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the page of a store that is full of hostile texts."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "access.log").write_bytes(b"".join(hostile_lines()))
    titles = [f'/tin/{in_url(text)},"{text.replace(chr(34), chr(34) * 2)}"' for text in TEXTS]
    (folder / "titles.csv").write_text("\n".join(titles) + "\n", encoding="utf-8")
    store = folder / "store.duckdb"
    options = ("--db", store)
    for command in (
        ("ingest", folder / "access.log", "--site", SITE, "--timezone", "UTC"),
        ("titles", "--site", SITE, folder / "titles.csv"),
        ("dashboard", "-o", folder / "page.html", "--at", "2026-11-20T12:00", "--period", "today"),
    ):
        ran = run(*options, *command)
        assert ran.code == 0, ran
    return folder / "page.html"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_hostile_texts_stay_text(chromium: Browser, page: Path, script: bool) -> None:
    chromium.open(page, script=script)
    if script:
        chromium.evaluate(
            "for (const name of ['tab', 'more', 'lang']) for (let index = 0; index < 40; index++) {"
            "const node = document.querySelectorAll(`button[data-${name}]`)[index]; if (node) node.click(); }"
            "for (const id of ['tab-most_read', 'tab-entries', 'lang']) document.getElementById(id).click()"
        )
    found = chromium.evaluate(
        "({hacked: window.hacked === undefined, scripts: document.scripts.length,"
        "images: document.images.length,"
        "handlers: document.querySelectorAll('[onload], [onerror], [onclick]').length,"
        "frames: document.querySelectorAll('iframe, object, embed, base, main svg[onload]').length,"
        "links: [...document.querySelectorAll('a')].map((node) => node.href)"
        ".filter((url) => !url.startsWith('file:'))})"
    )
    assert found["hacked"]
    assert (found["scripts"], found["images"], found["handlers"], found["frames"]) == (2, 0, 0, 0)
    assert found["links"]
    assert {link.partition("/tin")[0].partition("/tim")[0].rstrip("/") for link in found["links"]} == {
        f"https://{SITE}"
    }
    assert chromium.heard.console == []
    assert {url for url in chromium.heard.requests if not url.startswith("data:")} == {page.as_uri()}
    text = chromium.evaluate("document.body.innerText")
    assert MARKUP in text
    assert END in text
    assert "\u202e" not in text


def test_the_data_ends_no_script(page: Path) -> None:
    html = page.read_text(encoding="utf-8")
    block = html.partition('id="data">')[2].partition("</script>")[0]
    assert "<" not in block
    labels = json.loads(block)["labels"]
    assert any(END in label for label in labels)
