"""XML: sitemaps, RSS and Atom.

It is read without entities, so that nothing is fetched and nothing unfolds, and without a tree, so that
memory does not grow with the file.
"""

from typing import NamedTuple

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from logstats.errors import TitlesError
from logstats.titles.entries import Listing, listing, plain

NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
INDEX = "sitemapindex"
DEEPEST = 100  # elements in each other
SHOWN = 3  # addresses of an index


class Kind(NamedTuple):
    """Where the entries of a kind are, and in an entry its address (the first that is there) and its title.

    Names that are not in the entry's own namespace are others; those of news sitemaps begin with `news:`.
    """

    entry: str
    address: tuple[str, ...]
    title: str
    is_html: bool = False


KINDS = {
    # the outermost element, without its namespace: what is in it
    "urlset": Kind("url", ("loc",), "news:news/news:title"),
    INDEX: Kind("sitemap", ("loc",), ""),
    "rss": Kind("item", ("link", "guid"), "title", is_html=True),
    "RDF": Kind("item", ("link",), "title", is_html=True),  # RSS 1.0
    "feed": Kind("entry", ("link",), "title"),  # Atom
}
NONE_TITLED = {
    # what is said where no entry has a title
    "urlset": "a sitemap of {count:,} pages and no title; those of news have titles, and so have feeds",
}


def read(data: bytes, name: str) -> Listing:
    """Return the entries of an XML file, or raise TitlesError."""
    events = _Events(name)
    parser = DefusedXMLParser(target=events)
    try:
        parser.feed(data)
        parser.close()
    except DefusedXmlException as error:
        raise TitlesError(
            f"{name}: defines entities, which nobody needs in a list of titles; not read"
        ) from error
    except ParseError as error:
        raise TitlesError(f"{name}: is no whole XML: {error}") from error
    except (LookupError, ValueError) as error:
        raise TitlesError(f"{name}: its encoding can't be read: {error}") from error
    if events.root == INDEX:
        raise TitlesError(_index(events.entries, name))
    told = listing(events.entries)
    if told.skipped and not told.titles:
        why = NONE_TITLED.get(events.root, "none of its {count:,} entries has an address and a title")
        raise TitlesError(f"{name}: {why.format(count=told.skipped)}")
    return told


def _index(entries: list[tuple[str, str]], name: str) -> str:
    first = ", ".join(address for address, _ in entries[:SHOWN] if address.isprintable())
    more = ", …" if len(entries) > SHOWN else ""
    return f"{name}: a list of {len(entries):,} sitemaps; nothing is fetched, so give these: {first}{more}"


class _Events:
    """What the parser tells of elements, kept as far as it is an entry's address or title."""

    def __init__(self, name: str) -> None:
        self.root = ""
        self.entries: list[tuple[str, str]] = []
        self._name = name
        self._kind = KINDS["urlset"]
        self._entry = _Entry("", is_html=False)
        self._is_in_entry = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element; `tag` is {namespace}name."""
        space, _, name = tag.rpartition("}")
        if self._is_in_entry:
            self._entry.start(tag, attributes)
            if len(self._entry.path) > DEEPEST:
                raise TitlesError(f"{self._name}: has elements in each other, more than {DEEPEST} deep")
        elif not self.root:
            if name not in KINDS:
                raise TitlesError(f"{self._name}: is XML of «{name}»; no sitemap, nor an RSS or Atom feed")
            self.root, self._kind = name, KINDS[name]
        elif name == self._kind.entry:
            self._entry, self._is_in_entry = _Entry(space, is_html=self._kind.is_html), True

    def data(self, text: str) -> None:
        """Take text in the innermost element."""
        if self._is_in_entry:
            self._entry.data(text, self._kind)

    def end(self, _tag: str) -> None:
        """Take the end of the innermost element."""
        if not self._is_in_entry:
            return
        if self._entry.path:
            self._entry.path.pop()
            return
        self.entries.append(self._entry.told(self._kind))
        self._is_in_entry = False

    def close(self) -> None:
        """Take the end of the file: nothing is left to do."""


class _Entry:
    """An entry as far as it was read: where in it the parser is, and the texts by their paths."""

    def __init__(self, space: str, *, is_html: bool) -> None:
        self.path: list[str] = []
        self._space = space
        self._is_html = is_html
        self._texts: dict[str, list[str]] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition("}")
        self.path.append(f"news:{name}" if tag.startswith(NEWS) else name if space == self._space else tag)
        at = "/".join(self.path)
        if at == "link" and "href" in attributes:
            is_page = attributes.get("rel", "alternate") == "alternate"
            self.path[-1] = "link of the page" if is_page else "another link"
            if is_page:
                self._texts.setdefault("link", [attributes["href"]])
        elif at == "guid" and attributes.get("isPermaLink") == "false":
            self.path[-1] = "no address"
        elif at == "title" and attributes.get("type") == "html":
            self._is_html = True

    def data(self, text: str, kind: Kind) -> None:
        at = "/".join(self.path)
        for wanted in (*kind.address, kind.title):
            if at == wanted or (wanted == kind.title and at.startswith(f"{wanted}/")):
                self._texts.setdefault(wanted, []).append(text)

    def told(self, kind: Kind) -> tuple[str, str]:
        texts = {path: "".join(parts) for path, parts in self._texts.items()}
        address = next((texts[path] for path in kind.address if texts.get(path, "").strip()), "")
        title = texts.get(kind.title, "")
        return address.strip(), plain(title) if self._is_html else title
