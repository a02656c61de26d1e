"""Stores are the same, whether usual lines were read natively or by the statements."""

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from support.lines import Line, chunks_of, contents, numbered, read_in
from support.surface import PORTAL, SAMPLES

from logstats import native
from logstats.formats import named
from logstats.ingest import native_lines
from logstats.native import reader

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
    monkeypatch.setattr(native_lines, "FEW", 0)  # however many lines are odd
    logs = LOGS[name](tmp_path)
    if name == "days of the sample" and size < 1 << 20:
        logs = logs[:2]
    with chunks_of(size), patch.object(native_lines, "read", wraps=native_lines.read) as natively:
        for choice in ("0", "1"):
            monkeypatch.setenv(native.VARIABLE, choice)
            read_in(tmp_path / choice, *logs, log_format="auto", verify=True)
            assert (natively.call_count > 0) == (choice == "1")
    assert contents(tmp_path / "0") == contents(tmp_path / "1")
