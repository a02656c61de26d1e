"""What the markup languages of tables give a meaning to, and how a cell is written that has it as a text.

Cells hold what strangers sent: without these escapes a URL could add columns, links, images or macros to the
page that a table is pasted into.
"""

import re
from collections.abc import Callable, Mapping

Escape = Callable[[str], str]

_ENTITY = "&#{};"
_BACKSLASH = "\\{}"


def _marked(marks: str, escape: str) -> Escape:
    """Return a function that writes each of the marks as `escape` says; {} is the mark, or its number."""
    by_number = escape == _ENTITY
    table = {ord(mark): escape.format(ord(mark) if by_number else mark) for mark in marks}
    return lambda text: text.translate(table)


def _rst(text: str) -> str:
    """Escape inline marks, and the first character where it could begin a directive, a list or a border."""
    text = re.sub(r"[\\*`|_]", r"\\\g<0>", text).replace("::", ":\\:")
    return re.sub(r"^\s*([!-.:-@\[\]^{}~])", r"\\\1", text)


_BORDER = _marked("|", _BACKSLASH)  # a bar in a cell is not one between cells
_MARKDOWN = _marked("\\`*_[]<>|~&", _BACKSLASH)  # & begins an entity, < a tag; [ a link or an image
_ORG = str.maketrans({"|": r"\vert{}", "\\": r"\backslash{}", "[": r"\lbrack{}", "]": r"\rbrack{}"})

ESCAPES: Mapping[str, Escape] = {
    # style of tabulate: the escape of a cell. Tabulate itself escapes those of `html`, `latex` and its
    # variants; other styles that are not here have no marks but spaces.
    "github": _MARKDOWN,
    "pipe": _MARKDOWN,
    "orgtbl": lambda text: text.translate(_ORG),
    "jira": _marked("\\|{}[]!*_^~+?", _BACKSLASH),  # {macro}, [link], !image!, emphasis
    "mediawiki": _marked("&<>|!{}[]'~_", _ENTITY),  # {{template}}, [[link]], ''emphasis'', ~~~~, __TOC__
    "moinmoin": _marked("&<>|{}[]'`_^~,", _ENTITY),  # {{image}}, [[link]], <<macro>>, ''emphasis'', ,,sub,,
    "youtrack": _marked("&<>|{}[]!*_'`", _ENTITY),  # {macro}, [link], !image!
    "textile": _marked('&<>|*_@+^~%!?"[]{}=', _ENTITY),  # !image!, "link":url, %span%, ==raw==
    "asciidoc": _marked("&<>|*_`#^~+{}[]'\"\\=", _ENTITY),  # {attribute}, macro:[], <<reference>>, +raw+
    "rst": _rst,
    **dict.fromkeys(
        # borders of bars
        ("grid", "outline", "colon_grid", "presto", "pretty", "psql"),
        _BORDER,
    ),
    **dict.fromkeys(
        # borders of line-drawing characters
        (
            *("simple_grid", "rounded_grid", "heavy_grid", "mixed_grid", "double_grid", "fancy_grid"),
            *("simple_outline", "rounded_outline", "heavy_outline", "mixed_outline", "double_outline"),
            "fancy_outline",
        ),
        _marked("│┃║", _BACKSLASH),
    ),
}


_LATEX = ("latex", "latex_booktabs", "latex_longtable")


def guarded(table: str, style: str) -> str:
    r"""Return a table in which no cell is an argument of the command that ends the row before it.

    LaTeX takes a star or brackets after `\\` and `\toprule` as theirs, even on the next line.
    """
    return re.sub(r"(?m)^(\s*)(?=[\[*])", r"\1{}", table) if style in _LATEX else table


def escape_of(style: str) -> Escape:
    """Return the function that escapes a cell of a style's tables."""
    return ESCAPES.get(style, lambda text: text)
