"""`explain` of every agent that a test of bots names."""

from pathlib import Path

from cli.test_explain import explained
from unit.rules.test_bots import KINDS


def test_each_bot_of_the_list_has_a_pattern(tmp_path: Path) -> None:
    for agent, (kind, name) in KINDS.items():
        shown = explained(tmp_path, agent, "--agent", text="")
        assert (shown.get("class"), shown.get("name")) == (kind, name)
        assert ("pattern" in shown) == (kind is not None)
