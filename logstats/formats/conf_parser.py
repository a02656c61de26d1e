"""Parse the configuration files of a web server, with included files, into one sequence of directives."""

import contextlib
import glob
import itertools
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from logstats.errors import UsageError
from logstats.formats.caret import line_numbers
from logstats.formats.nginx_lexer import error_at, words

MAX_FILES = 10_000  # a hosting server has thousands
LONGEST_FILE = 1 << 20  # bytes, of an included file
MOST_BYTES = 16 << 20  # of all included files; the largest of a hosting server have a tenth
MAX_DEPTH = 100  # Apache's own is 128
TOO_MANY = "too many files or bytes, or includes that are nested too deep"


class Block(NamedTuple):
    """A block around directives, such as `server { … }` or `<VirtualHost …>`, and where it begins."""

    name: str
    path: str
    offset: int


class Directive(NamedTuple):
    """One directive: its name in lower case, its arguments, the blocks around it, and `file:line`."""

    name: str
    words: tuple[str, ...]
    blocks: tuple[Block, ...]
    where: str

    def within(self, name: str) -> tuple[Block, ...]:
        """Return the blocks down to the innermost one of this name, () if there is none."""
        depth = max((number for number, block in enumerate(self.blocks, 1) if block.name == name), default=0)
        return self.blocks[:depth]


class Configuration(NamedTuple):
    """All directives in the order in which the server reads them, and the errors of unreadable files."""

    server: str  # nginx or apache
    directives: tuple[Directive, ...]
    unread: tuple[str, ...]


def read(path: Path) -> Configuration:
    """Read nginx.conf, httpd.conf, apache2.conf or a part of one, and the files that it includes.

    Raise UsageError where the file can't be read or is not of one of these servers. The errors of included
    files are in `unread`.
    """
    text = _text(path)
    server = next((name for name, sign in SIGNS.items() if sign.search(text)), None)
    if server is None:
        raise UsageError(
            f"{path}: this is neither nginx's configuration nor Apache's; give nginx.conf or httpd.conf"
        )
    walk = _Walk(server, path)
    if server == "apache":
        walk.defined.update(_environment(path.with_name("envvars")))
    directives = tuple(_directives(walk, path, text, (), ()))
    return Configuration(server, directives, tuple(walk.unread))


def nginx_directives(text: str, path: str, around: tuple[Block, ...]) -> Iterator[Directive]:
    """Split a file of nginx into directives; raise SyntaxFaultError at an unpaired quote or brace."""
    text, line_of = _without_lua(text), line_numbers(text)
    blocks, arguments, begin = list(around), list[str](), 0
    for word in words(text, path):
        begin = begin if arguments else word.start
        if word.is_sign("}"):
            if arguments or len(blocks) == len(around):
                raise error_at("this } closes nothing", text, word.start, path)
            blocks.pop()
        elif not word.is_sign(";{"):
            arguments.append(word.text)
        elif word.text == "{":
            blocks.append(Block(arguments.pop(0) if arguments else "", path, begin))
            arguments.clear()
        elif arguments:
            yield Directive(arguments.pop(0), tuple(arguments), tuple(blocks), f"{path}:{line_of(begin)}")
            arguments.clear()
    if arguments or len(blocks) > len(around):
        what = f"{arguments[0]} has no ; at its end" if arguments else "this { is not closed"
        raise error_at(what, text, begin if arguments else blocks[-1].offset, path)


def _without_lua(text: str) -> str:
    """Blank out the Lua blocks, which have other quotes and comments; line numbers stay."""
    for begins in re.finditer(r"_by_lua_block\s*\{", text):
        depth, end = 1, begins.end()
        while depth and end < len(text):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        inside = re.sub(r"[^\n]", " ", text[begins.end() : end - 1])
        text = text[: begins.end()] + inside + text[end - 1 :]
    return text


_APACHE_LINE = re.compile(r"(?:[^\n\\]|\\\r?\n|\\)+")  # a backslash at the end of a line continues it
_APACHE_WORD = re.compile(r""""((?:[^"\\]|\\.)*)"?|'((?:[^'\\]|\\.)*)'?|(\S+)""")


def apache_directives(text: str, path: str, around: tuple[Block, ...]) -> Iterator[Directive]:
    """Split a file of Apache into directives, one a line."""
    blocks, line_of = list(around), line_numbers(text)
    for match in _APACHE_LINE.finditer(text):
        line = re.sub(r"\\\r?\n", "", match[0]).strip()
        if line.startswith("</"):
            del blocks[max(len(around), len(blocks) - 1) :]
        elif line.startswith("<"):
            blocks.append(Block(re.split(r"[\s>]", line[1:])[0].lower(), path, match.start()))
        elif line and not line.startswith("#"):
            name, *arguments = _apache_words(line)
            yield Directive(name.lower(), tuple(arguments), tuple(blocks), f"{path}:{line_of(match.start())}")


def _apache_words(line: str) -> list[str]:
    found = (
        next(word for word in match.groups() if word is not None) for match in _APACHE_WORD.finditer(line)
    )
    return [re.sub(r"""\\(["'\\])""", r"\1", word) for word in found]


READERS: dict[str, Callable[[str, str, tuple[Block, ...]], Iterator[Directive]]] = {
    "nginx": nginx_directives,
    "apache": apache_directives,
}
SIGNS = {
    # server: a pattern of lines that only its configuration has; Apache's begin with a capital or <
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
    """The state of reading files that include others."""

    server: str
    first: Path
    root: Path | None = None  # Apache's ServerRoot
    defined: dict[str, str] = field(default_factory=dict)  # Apache's Define, and its environment
    files: int = 0
    bytes: int = 0  # of included files
    unread: list[str] = field(default_factory=list)


def _directives(
    walk: _Walk, path: Path, text: str, around: tuple[Block, ...], chain: tuple[Path, ...]
) -> Iterator[Directive]:
    walk.files += 1
    for directive in READERS[walk.server](text, str(path), around):
        expanded = _expanded(walk, directive)
        if expanded.name in INCLUDES:
            yield from _included(walk, expanded, path, (*chain, path.resolve()))
        elif expanded.name == "define" and expanded.words:
            walk.defined[expanded.words[0]] = "".join(expanded.words[1:2])
        elif expanded.name == "serverroot" and expanded.words:
            walk.root = Path(expanded.words[0])
        else:
            yield expanded


def _included(walk: _Walk, include: Directive, path: Path, chain: tuple[Path, ...]) -> Iterator[Directive]:
    for pattern in include.words:
        folders = [folder for folder in (walk.root, walk.first.parent, path.parent) if folder]
        has_folders = walk.server == "apache"  # nginx reads no folder
        found = (_files(folder, pattern, has_folders=has_folders) for folder in folders)
        files = next((one for one in found if one), [])
        if not files and not _may_be_absent(include.name, pattern, folders):
            walk.unread.append(f"{include.where}: no such file: {pattern}")
        for file in files:
            if walk.files >= MAX_FILES or walk.bytes > MOST_BYTES or len(chain) >= MAX_DEPTH:
                walk.unread.append(f"{include.where}: {file} and what follows is not read: {TOO_MANY}")
                break
            if file.resolve() in chain:
                walk.unread.append(f"{include.where}: {file} includes itself")
            else:
                yield from _one_included(walk, file, include.blocks, chain)


def _one_included(
    walk: _Walk, file: Path, around: tuple[Block, ...], chain: tuple[Path, ...]
) -> Iterator[Directive]:
    try:
        data = _included_bytes(file)
        walk.bytes += len(data)
        yield from list(_directives(walk, file, data.decode("utf-8", "replace"), around, chain))
    except UsageError as error:
        walk.unread.append(str(error))
    except OSError as error:
        walk.unread.append(f"{file}: can't be read: {error.strerror or error}")


def _included_bytes(file: Path) -> bytes:
    """Return what an included file has; raise UsageError or OSError where it can't be one.

    A pattern can match any file: one that is huge, one that waits, or one of /proc, whose size is 0.
    """
    data = b""
    if is_short := file.stat().st_size <= LONGEST_FILE:
        with open(file, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as opened:
            data = opened.read(LONGEST_FILE + 1) or b""
    if not is_short or len(data) > LONGEST_FILE:
        raise UsageError(f"{file}: is not a configuration, which has {LONGEST_FILE:,} bytes at most")
    return data


def _files(folder: Path, pattern: str, *, has_folders: bool) -> list[Path]:
    """Return the files that match a pattern, sorted by name; with `has_folders`, all files in a folder.

    There is one more than are read, where there are too many.
    """
    found = [Path(name) for name in sorted(_matching(folder, pattern))]
    files: Iterable[Path] = found
    if has_folders:
        files = (file for one in found for file in (_of_folder(one) if os.path.isdir(one) else [one]))  # noqa: PTH112 - as below
    whole = (file for file in files if os.path.isfile(file))  # noqa: PTH113 - false where it may not be known
    return [*itertools.islice(whole, MAX_FILES + 1)]


def _of_folder(folder: Path) -> list[Path]:
    """Return what is below a folder, sorted; not more than the files that are read, of a folder such as /."""
    found: list[Path] = []
    with contextlib.suppress(OSError):  # a folder that may not be read, or that has just gone
        found.extend(itertools.islice(folder.rglob("*"), MAX_FILES))
    return sorted(found)


def _matching(folder: Path, pattern: str) -> list[str]:
    """Return the paths that match a pattern; none where it holds a NUL, which no path has."""
    path = pattern if pattern.startswith("/") else f"{glob.escape(str(folder))}/{pattern}"
    return [] if "\0" in path else glob.glob(path)  # noqa: PTH207 - a pattern of any root


def _may_be_absent(name: str, pattern: str, folders: list[Path]) -> bool:
    """Whether an include may find no file: it is optional, or a pattern in an existing folder."""
    if not glob.has_magic(pattern):
        return name == "includeoptional"
    return any(_matching(folder, str(Path(pattern).parent)) for folder in folders)


def _expanded(walk: _Walk, directive: Directive) -> Directive:
    """Replace Apache's ${NAME} by its value; in nginx it is a variable of the request."""
    if walk.server != "apache":
        return directive
    expanded = (
        re.sub(r"\$\{(\w+)\}", lambda name: walk.defined.get(name[1], name[0]), word)
        for word in directive.words
    )
    return directive._replace(words=tuple(expanded))


def _environment(path: Path) -> dict[str, str]:
    """Return the variables that Debian's envvars sets for Apache by plain lines: NAME=value$SUFFIX."""
    if not path.is_file():
        return {}
    found = re.findall(r"^\s*(?:export\s+)?(\w+)=([^\s$]*)(?:\$SUFFIX)?\s*$", _text(path), re.MULTILINE)
    return dict(found)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror or error}") from error
