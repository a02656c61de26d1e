"""Pages that pictures of the README are taken of: a terminal, and a portal's sidebar."""

import html
import re
from collections.abc import Sequence
from pathlib import Path

from support.surface import CONFIG, on_terminal_shell, run

SIZE = {"COLUMNS": "80", "LINES": "50", "LC_ALL": "C.UTF-8"}
STYLES = {"1": "font-weight: bold", "2": "opacity: .65"}  # of an escape of a terminal
_ESCAPE = re.compile("\x1b\\[([0-9]*)m")
TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #14201f; color: #e4efec }}
pre {{ margin: 0; padding: 20px 24px; font: 15px/1.35 "DejaVu Sans Mono", monospace }}
.typed {{ color: #6cd3c0 }}
</style><pre>{text}</pre>"""
SIDEBAR = """<!doctype html><html lang="vi"><meta charset="utf-8"><style>
body {{ margin: 0; padding: 20px; width: 300px; background: #f3f5f6 }}
body {{ font: 16px/1.45 "Noto Sans", sans-serif; color: #1b2b34 }}
section {{ background: #fff; border: 1px solid #d5dde0; margin-bottom: 16px }}
h2, h3 {{ margin: 0; padding: 8px 12px; font-size: 16px; text-transform: uppercase }}
h2, h3 {{ background: #a31f1f; color: #fff }}
ul, ol {{ margin: 0; padding: 10px 14px 10px 32px }}
li {{ margin: 6px 0 }}
a {{ color: #14507a; text-decoration: none }}
</style>
<section><h2>Đọc nhiều</h2>{most_read}</section>
<section>{box}</section>
</html>"""


def terminal(store: Path, commands: Sequence[str], program: str) -> str:
    """Return a page that shows commands, and what they print on a terminal of 80 columns."""
    env = {**SIZE, "LOGSTATS_DB": str(store), "LOGSTATS_CONFIG": str(CONFIG)}
    shown = []
    for command in commands:
        ran = on_terminal_shell(command.replace("logstats", program, 1), store.parent, env)
        typed = f'<span class="typed">$ {html.escape(command)}</span>'
        shown.append(f"{typed}\n{_styled(ran.out)}")
    return TERMINAL.format(text="\n".join(shown))


def _styled(text: str) -> str:
    """Return a terminal's text as HTML, with its escapes as styles."""

    def tag(match: re.Match[str]) -> str:
        return f'<span style="{STYLES[match[1]]}">' if match[1] in STYLES else "</span>"

    return _ESCAPE.sub(tag, html.escape(text, quote=False))


def sidebar(store: Path, at: str) -> str:
    """Return a portal's sidebar with the list of the most read articles and the box."""
    options = ("--db", store, "--config", CONFIG)
    most_read = run(*options, "articles", "--top", "5", "--period", "week", "--at", at, "-f", "html").out
    box = run(*options, "counters", "--at", at, "-f", "html").out
    return SIDEBAR.format(most_read=most_read, box=box)
