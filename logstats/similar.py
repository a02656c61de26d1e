"""What a misspelt word most likely means: the end of an error's message, with the words that there are."""

from collections.abc import Iterable

MOST_LISTED = 20  # words that a message lists; a store may have a thousand sites
CLOSE_ENOUGH = 0.7  # difflib's ratio, from which a word is suggested
LEAST_BEGUN = 3  # characters of a word from which the only longer one is suggested
AS_MEANT = 0.75  # the ratio from which a word that has another meaning too is taken for a misspelt one


def closest(word: str, words: Iterable[str], ratio: float = CLOSE_ENOUGH) -> str | None:
    """Return the one of the words that is most like a misspelt one, None if none is like it.

    Case and the difference between - and _ do not count. A beginning of one word alone is like that word.
    """
    import difflib  # noqa: PLC0415 - 3 ms, only for an error

    spelled = {_plain(each): each for each in reversed([*words]) if each != word}
    found = difflib.get_close_matches(_plain(word), spelled, n=1, cutoff=ratio)
    longer = [each for each in spelled if each.startswith(_plain(word)) and len(word) >= LEAST_BEGUN]
    return spelled[(found or longer)[0]] if found or len(longer) == 1 else None


def suggestion(word: str, words: Iterable[str]) -> str:
    """Return "did you mean 'WORD'? ", or '' where no word is like the misspelt one."""
    found = closest(word, words)
    return f"did you mean '{found}'? " if found else ""


def offer(word: str, words: Iterable[str], none: str = "none") -> str:
    """Return "did you mean 'WORD'? There are: …", without the suggestion where no word is like it."""
    known = [*words]
    suggested = suggestion(word, known)
    return f"{suggested}{'There' if suggested else 'there'} are: {listed(known) or none}"


def listed(words: Iterable[str]) -> str:
    """Return words as a list, cut where there are too many."""
    known = [*words]
    more = len(known) - MOST_LISTED
    if more > 1:
        return f"{', '.join(known[:MOST_LISTED])} and {more:,} more"
    return ", ".join(known)


def _plain(word: str) -> str:
    return word.strip().strip("[]").lower().replace("_", "-")
