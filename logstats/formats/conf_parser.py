"""A web server's configuration files as one stream of directives, what they include among them."""

import glob
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from logstats.errors import UsageError
from logstats.formats.caret import line_numbers
from logstats.formats.nginx_lexer import at_fault, words

MAX_FILES = 10_000  # a hosting server has thousands
MAX_DEPTH = 100  # Apache's own is 128


class Block(NamedTuple):
    """What a directive stands in, like `server { … }` or `<VirtualHost …>`, and where that begins."""

    name: str
    path: str
    at: int


class Directive(NamedTuple):
    """One directive: its name in lower case, its words, the blocks around it and its place, `file:line`."""

    name: str
    words: tuple[str, ...]
    blocks: tuple[Block, ...]
    where: str

    def within(self, name: str) -> tuple[Block, ...]:
        """Return the blocks down to the innermost one of this name; none where it is outside of any."""
        depth = max((place for place, block in enumerate(self.blocks, 1) if block.name == name), default=0)
        return self.blocks[:depth]


class Configuration(NamedTuple):
    """All directives in the order in which the server reads them, and what could not be read of it."""

    server: str  # nginx or apache
    directives: tuple[Directive, ...]
    unread: tuple[str, ...]


def read(path: Path) -> Configuration:
    """Read nginx.conf, httpd.conf, apache2.conf or a part of one, and what it includes.

    Raise UsageError where the file can't be read or is neither; what it includes and can't be read
    is told in `unread`.
    """
    text = _text(path)
    server = next((name for name, looks in LOOKS.items() if looks.search(text)), None)
    if server is None:
        raise UsageError(f"{path}: neither nginx's configuration nor Apache's; give nginx.conf or httpd.conf")
    walk = _Walk(server, path)
    if server == "apache":
        walk.defined.update(_environment(path.with_name("envvars")))
    directives = tuple(_followed(walk, path, text, (), ()))
    return Configuration(server, directives, tuple(walk.unread))


def nginx_directives(text: str, path: str, around: tuple[Block, ...]) -> Iterator[Directive]:
    """Cut a file of nginx's; raise UsageError where its quotes or braces have no partner."""
    text, number_of = _without_lua(text), line_numbers(text)
    blocks, said, begin = list(around), list[str](), 0
    for word in words(text, path):
        begin = begin if said else word.start
        if word.is_sign("}"):
            if said or len(blocks) == len(around):
                raise at_fault("a } that closes nothing", text, word.start, path)
            blocks.pop()
        elif not word.is_sign(";{"):
            said.append(word.text)
        elif word.text == "{":
            blocks.append(Block(said.pop(0) if said else "", path, begin))
            said.clear()
        elif said:
            yield Directive(said.pop(0), tuple(said), tuple(blocks), f"{path}:{number_of(begin)}")
            said.clear()
    if said or len(blocks) > len(around):
        what = f"{said[0]} has no ; at its end" if said else "a { that is not closed"
        raise at_fault(what, text, begin if said else blocks[-1].at, path)


def _without_lua(text: str) -> str:
    """Blank out what is in Lua, where quotes and comments are others; lines keep their number."""
    for begins in re.finditer(r"_by_lua_block\s*\{", text):
        depth, end = 1, begins.end()
        while depth and end < len(text):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        inside = re.sub(r"[^\n]", " ", text[begins.end() : end - 1])
        text = text[: begins.end()] + inside + text[end - 1 :]
    return text


_APACHE_LINE = re.compile(r"(?:[^\n\\]|\\\r?\n|\\)+")  # a backslash at its end joins the next to it
_APACHE_WORD = re.compile(r""""((?:[^"\\]|\\.)*)"?|'((?:[^'\\]|\\.)*)'?|(\S+)""")


def apache_directives(text: str, path: str, around: tuple[Block, ...]) -> Iterator[Directive]:
    """Cut a file of Apache's: a directive a line."""
    blocks, number_of = list(around), line_numbers(text)
    for match in _APACHE_LINE.finditer(text):
        line = re.sub(r"\\\r?\n", "", match[0]).strip()
        if line.startswith("</"):
            del blocks[max(len(around), len(blocks) - 1) :]
        elif line.startswith("<"):
            blocks.append(Block(re.split(r"[\s>]", line[1:])[0].lower(), path, match.start()))
        elif line and not line.startswith("#"):
            name, *said = _apache_words(line)
            yield Directive(name.lower(), tuple(said), tuple(blocks), f"{path}:{number_of(match.start())}")


def _apache_words(line: str) -> list[str]:
    found = (
        next(word for word in match.groups() if word is not None) for match in _APACHE_WORD.finditer(line)
    )
    return [re.sub(r"""\\(["'\\])""", r"\1", word) for word in found]


READERS: dict[str, Callable[[str, str, tuple[Block, ...]], Iterator[Directive]]] = {
    "nginx": nginx_directives,
    "apache": apache_directives,
}
LOOKS = {
    # server: what a line of its configuration looks like; the other's begin with a capital or <
    "apache": re.compile(
        r"^[ \t]*(?:<(?:VirtualHost|If\w*|Directory|Location|Files|Macro|Proxy)\b"
        r"|(?:LogFormat|CustomLog|TransferLog|GlobalLog|ServerRoot|ServerName|IncludeOptional|Listen)[ \t]"
        r"|Include[ \t]+[^;\n]*$)",
        re.MULTILINE,
    ),
    "nginx": re.compile(r"^[ \t]*[a-z_]\w*(?:[ \t]+[^;{}#\n]*)?[;{]|^[ \t]*log_format\s", re.MULTILINE),
}
INCLUDES = ("include", "includeoptional")


@dataclass
class _Walk:
    """What is known while files are followed."""

    server: str
    first: Path
    root: Path | None = None  # Apache's ServerRoot
    defined: dict[str, str] = field(default_factory=dict)  # Apache's Define, and its environment
    files: int = 0
    unread: list[str] = field(default_factory=list)


def _followed(
    walk: _Walk, path: Path, text: str, around: tuple[Block, ...], chain: tuple[Path, ...]
) -> Iterator[Directive]:
    walk.files += 1
    for directive in READERS[walk.server](text, str(path), around):
        said = _expanded(walk, directive)
        if said.name in INCLUDES:
            yield from _included(walk, said, path, (*chain, path.resolve()))
        elif said.name == "define" and said.words:
            walk.defined[said.words[0]] = "".join(said.words[1:2])
        elif said.name == "serverroot" and said.words:
            walk.root = Path(said.words[0])
        else:
            yield said


def _included(walk: _Walk, include: Directive, path: Path, chain: tuple[Path, ...]) -> Iterator[Directive]:
    for pattern in include.words:
        folders = [folder for folder in (walk.root, walk.first.parent, path.parent) if folder]
        files = next((found for folder in folders if (found := _files(folder, pattern))), [])
        if not files and not _may_be_absent(include.name, pattern, folders):
            walk.unread.append(f"{include.where}: {pattern} is not there")
        for file in files:
            if file.resolve() in chain:
                walk.unread.append(f"{include.where}: {file} includes itself")
            elif walk.files >= MAX_FILES or len(chain) >= MAX_DEPTH:
                walk.unread.append(f"{include.where}: {file} is one file too many, or too deep")
            else:
                yield from _one_included(walk, file, include.blocks, chain)


def _one_included(
    walk: _Walk, file: Path, around: tuple[Block, ...], chain: tuple[Path, ...]
) -> Iterator[Directive]:
    try:
        yield from list(_followed(walk, file, _text(file), around, chain))
    except UsageError as error:
        walk.unread.append(str(error))


def _files(folder: Path, pattern: str) -> list[Path]:
    """Return the files that a pattern means, in the order of their names; of a folder, all in it."""
    found = [Path(name) for name in sorted(glob.glob(_absolute(folder, pattern)))]  # noqa: PTH207 - of any root
    return [
        file
        for one in found
        for file in (sorted(one.rglob("*")) if one.is_dir() else [one])
        if file.is_file()
    ]


def _absolute(folder: Path, pattern: str) -> str:
    return pattern if pattern.startswith("/") else f"{glob.escape(str(folder))}/{pattern}"


def _may_be_absent(name: str, pattern: str, folders: list[Path]) -> bool:
    """Whether nothing is amiss where nothing was found: it is optional, or fits nothing in a folder."""
    if not glob.has_magic(pattern):
        return name == "includeoptional"
    return any(glob.glob(_absolute(folder, str(Path(pattern).parent))) for folder in folders)  # noqa: PTH207


def _expanded(walk: _Walk, directive: Directive) -> Directive:
    """Put in what Apache's ${NAME} stands for; in nginx that is a variable of each request."""
    if walk.server != "apache":
        return directive
    said = (
        re.sub(r"\$\{(\w+)\}", lambda name: walk.defined.get(name[1], name[0]), word)
        for word in directive.words
    )
    return directive._replace(words=tuple(said))


def _environment(path: Path) -> dict[str, str]:
    """Return what Debian's envvars gives Apache, where it is plain: NAME=value$SUFFIX."""
    if not path.is_file():
        return {}
    found = re.findall(r"^\s*(?:export\s+)?(\w+)=([^\s$]*)(?:\$SUFFIX)?\s*$", _text(path), re.MULTILINE)
    return dict(found)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
