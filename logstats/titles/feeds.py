"""XML: sitemaps, RSS and Atom.

XML is parsed without entities, so that nothing is fetched or expanded, and without a tree, so that memory
does not grow with the file.
"""

from typing import NamedTuple

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from logstats.errors import TitlesError
from logstats.titles.entries import Entry, Listing, listing, plain

NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
DUBLIN_CORE_DATE = "{http://purl.org/dc/elements/1.1/}date"
INDEX = "sitemapindex"
DEEPEST = 100  # nested elements
LISTED = 3  # URLs of an index that an error lists


class Kind(NamedTuple):
    """A kind of XML: the element of an entry, and the paths of its URL, its title and its date in it.

    Of several URLs the first that exists is used. Only names in the namespace of the entry match; those of
    news sitemaps begin with `news:`. A date is one of publication: `lastmod` and `updated` are those of the
    last change.
    """

    entry: str
    url: tuple[str, ...]
    title: str
    published: str = ""
    is_html: bool = False


KINDS = {
    # the outermost element, without its namespace: its kind
    "urlset": Kind("url", ("loc",), "news:news/news:title", "news:news/news:publication_date"),
    INDEX: Kind("sitemap", ("loc",), ""),
    "rss": Kind("item", ("link", "guid"), "title", "pubDate", is_html=True),
    "RDF": Kind("item", ("link",), "title", DUBLIN_CORE_DATE, is_html=True),  # RSS 1.0
    "feed": Kind("entry", ("link",), "title", "published"),  # Atom
}
WITHOUT_TITLES = {
    # the outermost element: the reason where no entry has a title
    "urlset": "a sitemap without titles; news sitemaps and feeds have them",
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
            "defines entities, which a list of titles does not need; not read", path=name
        ) from error
    except ParseError as error:
        raise TitlesError(f"is not valid XML: {error}", path=name) from error
    except (LookupError, ValueError) as error:
        raise TitlesError(f"its encoding can't be read: {error}", path=name) from error
    if events.root == INDEX:
        raise _index_error(events.entries, name)
    found = listing(events.entries)
    if found.skipped and not found.titles:
        reason = WITHOUT_TITLES.get(events.root, "no entry has a URL and a title")
        raise TitlesError(reason, path=name)
    return found


def _index_error(entries: list[Entry], name: str) -> TitlesError:
    first = ", ".join(entry.url for entry in entries[:LISTED] if entry.url.isprintable())
    more = ", …" if len(entries) > LISTED else ""
    return TitlesError(
        "a list of sitemaps, and nothing is fetched", path=name, advice=f"give these: {first}{more}"
    )


class _Events:
    """The parser's target: collects the entries."""

    def __init__(self, name: str) -> None:
        self.root = ""
        self.entries: list[Entry] = []
        self._name = name
        self._kind = KINDS["urlset"]
        self._entry = _Entry("", is_html=False)
        self._is_in_entry = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Handle the beginning of an element; `tag` is {namespace}name."""
        space, _, name = tag.rpartition("}")
        if self._is_in_entry:
            self._entry.start(tag, attributes)
            if len(self._entry.path) > DEEPEST:
                raise TitlesError(f"its elements are nested more than {DEEPEST} deep", path=self._name)
        elif not self.root:
            if name not in KINDS:
                raise TitlesError(
                    f"is XML of '{name}', not a sitemap, an RSS or an Atom feed", path=self._name
                )
            self.root, self._kind = name, KINDS[name]
        elif name == self._kind.entry:
            self._entry, self._is_in_entry = _Entry(space, is_html=self._kind.is_html), True

    def data(self, text: str) -> None:
        """Handle text in the innermost element."""
        if self._is_in_entry:
            self._entry.data(text, self._kind)

    def end(self, _tag: str) -> None:
        """Handle the end of the innermost element."""
        if not self._is_in_entry:
            return
        if self._entry.path:
            self._entry.path.pop()
            return
        self.entries.append(self._entry.result(self._kind))
        self._is_in_entry = False

    def close(self) -> None:
        """Handle the end of the file; nothing needs to be done."""


class _Entry:
    """An entry that is being parsed: the path of the current element, and the texts by path."""

    def __init__(self, space: str, *, is_html: bool) -> None:
        self.path: list[str] = []
        self._space = space
        self._is_html = is_html
        self._texts: dict[str, list[str]] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition("}")
        self.path.append(f"news:{name}" if tag.startswith(NEWS) else name if space == self._space else tag)
        path = "/".join(self.path)
        if path == "link" and "href" in attributes:
            is_article = attributes.get("rel", "alternate") == "alternate"
            self.path[-1] = "link to the article" if is_article else "another link"
            if is_article:
                self._texts.setdefault("link", [attributes["href"]])
        elif path == "guid" and attributes.get("isPermaLink") == "false":
            self.path[-1] = "not a URL"
        elif path == "title" and attributes.get("type") == "html":
            self._is_html = True

    def data(self, text: str, kind: Kind) -> None:
        path = "/".join(self.path)
        for wanted in (*kind.url, kind.published, kind.title):
            if path == wanted or (wanted == kind.title and path.startswith(f"{wanted}/")):
                self._texts.setdefault(wanted, []).append(text)

    def result(self, kind: Kind) -> Entry:
        texts = {path: "".join(parts) for path, parts in self._texts.items()}
        url = next((texts[path] for path in kind.url if texts.get(path, "").strip()), "")
        title = texts.get(kind.title, "")
        published = texts.get(kind.published, "")
        return Entry(url.strip(), plain(title) if self._is_html else title, published)
