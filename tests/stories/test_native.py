"""Stores are the same, whether usual lines were read natively or by the statements."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from support.lines import START, Line, chunks_of, contents, numbered, read_in
from support.surface import PORTAL, SAMPLES

from logstats import native
from logstats.config import Settings, Site
from logstats.config.article_presets import ArticleRule
from logstats.formats import named
from logstats.ingest import native_layout, native_lines
from logstats.native import reader
from logstats.store import Session

pytestmark = pytest.mark.skipif(not native.is_built(), reason="the native reader was not built")


def _sample_days(_: Path) -> list[Path]:
    return sorted(PORTAL.glob("access.log*"))[:8]


def _several_formats(folder: Path) -> list[Path]:
    """Write logs of combined that have lines of other formats, other clients and faults in them."""
    lines = numbered(300)
    others = [
        f"{sample['line']}\n".encode() for name in reader.LAYOUTS for sample in named.load(name).samples
    ]
    clients = [
        Line(client=client).combined() for client in ("2001:db8::1", "2001:DB8::1", "unknown", "host-1")
    ]
    for number, line in enumerate([*others, *clients, b"\n", b"# a\n", b"\xff\n", b"\0\n", b"odd\n"] * 2):
        lines.insert(7 * number + 20, line)
    log = folder / "access.log"
    log.write_bytes(b"".join(lines))
    return [log]


LOGS: dict[str, Callable[[Path], list[Path]]] = {
    "days of the sample": _sample_days,
    "samples of formats": lambda _: sorted((SAMPLES / "formats").glob("*.log")),
    "several formats": _several_formats,
}


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize("size", [20_000, 100 << 20])
def test_stores_are_the_same(name: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native_layout, "FEW", 0)  # however many lines are odd
    logs = LOGS[name](tmp_path)
    if name == "days of the sample" and size < 1 << 20:
        logs = logs[:2]
    with chunks_of(size), patch.object(native_lines, "add", wraps=native_lines.add) as natively:
        for choice in ("0", "1"):
            monkeypatch.setenv(native.VARIABLE, choice)
            read_in(tmp_path / choice, *logs, log_format="auto", verify=True)
            assert (natively.call_count > 0) == (choice == "1")
    assert contents(tmp_path / "0") == contents(tmp_path / "1")


RULED = Settings(
    sites=(
        Site(name="portal.example", fold_case=True, aliases=(("/a-7.html", "/b-7.html"),)),
        Site(name="tin.example", articles=(ArticleRule(r"-(\d+)\.html$", "{1}"),)),
        Site(name="new.example"),
    ),
    new_sites=True,
)


@pytest.mark.parametrize("settings", [Settings(), RULED], ids=["one definition", "ruled"])
def test_urls_are_the_same_where_they_are_found_before_the_transaction(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hosts become sites while the log is read, and most pages are new in each chunk, or few are."""
    hosts = ["portal.example", "tin.example", "new.example", "other.example", "last.example"]
    pages = [900, 900, 90, *[900] * 5]
    log = tmp_path / "access.log"
    log.write_bytes(
        b"".join(
            Line(
                host=hosts[min(number // 300 + number % 2, 4)],
                at=START + timedelta(seconds=number),
                request=f"GET /{'aB'[number % 2]}-{number % pages[number // 200]}.html HTTP/1.1",
                agent=f"Mozilla/5.0 (X11; Linux x86_64; rv:{100 + number % 40}.0) Firefox/1.0",
            ).vhost_combined()
            for number in range(1500)
        )
    )
    run_names = []
    run = Session.run

    def noted(session: Session, name: str, *given: Any, **named_: Any) -> Any:
        run_names.append(name)
        return run(session, name, *given, **named_)

    with chunks_of(8_000), patch.object(Session, "run", noted):
        for choice in ("0", "1"):
            run_names.clear()
            monkeypatch.setenv(native.VARIABLE, choice)
            read_in(tmp_path / choice, log, log_format="vhost_combined", settings=settings, verify=True)
            assert (run_names.count("ingest/dimensions/ahead_url") > 2) == (choice == "1")
    assert run_names.count("ingest/dimensions/ahead_url") < run_names.count("ingest/hits/hit_insert")
    assert contents(tmp_path / "0") == contents(tmp_path / "1")
