"""The line that a message on logstats.toml names, and the setting that it suggests (FAULTS, mistakes)."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logstats import config
from logstats.config import documents, positions
from logstats.config.settings import Where
from logstats.errors import ConfigError

SITE = '[[site]]\nname = "a"\n'
WRONG = [
    # a file, the line of the mistake, words of the message
    ('[[sites]]\nname = "a"\n', 1, ["sites: unknown setting; did you mean [[site]]?", "[[counter]]"]),
    ('[[Site]]\nname = "a"\n', 1, ["did you mean [[site]]?"]),
    ('[[site]]\nnmae = "a"\n', 2, ["nmae: unknown setting; did you mean name?"]),
    ('# a comment\n\n[[site]]\ntimezone = "UTC"\n', 3, ["[[site]]: name is missing"]),
    (SITE + '\n[[site]]\nname = "b"\nlog = ["x"]\n', 6, ["log: unknown setting; did you mean logs?"]),
    (SITE + 'time-zone = "UTC"\n', 3, ["did you mean timezone?"]),
    (SITE + "keep_hits = 5\n", 3, ["keep_hits: unknown setting here; it belongs above the first [[site]]"]),
    ('visit_gap = "1h"\n' + SITE, 1, ["visit_gap: unknown setting here; it belongs below the [[site]]"]),
    ('databse = "x"\n', 1, ["did you mean database?"]),
    ("[bot]\nadd = []\n", 1, ["did you mean [bots]?"]),
    ("[bots]\nadds = []\n", 2, ["did you mean add?"]),
    ("[suspects]\nleave-out = true\n", 2, ["did you mean leave_out?"]),
    (SITE + "[[counters]]\n", 3, ["did you mean [[counter]]?"]),
    (SITE + "[[site.counters]]\n", 3, ["did you mean [[site.counter]]?"]),
    (SITE + '[[site.counter]]\nfille = "a"\n', 4, ["did you mean file?"]),
    (SITE + '[[site.counter]]\nfile = "a"\nformat = "jsn"\n', 5, ["not 'jsn'; did you mean 'json'?"]),
    (SITE + '[[site.counter]]\nfile = "a.jsn"\n', 4, ["'.jsn'", "did you mean '.json'?", ".html"]),
    (SITE + '[[site.counter]]\nfile = "box.md"\n', 4, ["no format of counter files", ".txt", "format ="]),
    (SITE + '[[site.article]]\npatern = "x"\n', 4, ["did you mean pattern?"]),
    (SITE + '[[site.article]]\nkey = "x"\n', 3, ["pattern is missing"]),
    (SITE + '[[site.article]]\npattern = "a"\nkey = "{x}"\n', 5, ["the pattern has no group 'x'"]),
    (SITE + 'rules = ["bao",\n "nukviet"]\n', 3, ["did you mean 'nukeviet'?"]),
    (SITE + 'week_start = "Monday"\n', 3, ["did you mean 'monday'?"]),
    (SITE + 'privacy = "hashed"\n', 3, ["did you mean 'hash'?"]),
    (SITE + 'timezone = "Asia/Ho_Chi_Mihn x"\n', 3, ["did you mean 'Asia/Ho_Chi_Minh'?"]),
    (SITE + 'timezone = "Hanoi city"\n', 3, ["no time zone 'Hanoi city'"]),
    (SITE + 'timezone = "asia/hanoi"\n', 3, ["did you mean 'Asia/Ho_Chi_Minh'?"]),
    (SITE + 'timezone = "+07:00"\n', 3, ["Etc/GMT-7"]),
    (SITE + 'internal = [\n  "office",\n]\n', 3, ["'office' is not a network"]),
    (SITE + 'visit_gap = "5m"\n', 3, ["online_window of 'a' is longer"]),
    (SITE + SITE, 4, ["site 'a' is defined twice"]),
    (
        SITE + '[[site.counter]]\nfile = "b"\n[[counter]]\nfile = "b"\n',
        4,
        ["[[site.counter]]: ", "is written by two counters"],
    ),
    (SITE + '[[site.counter]]\ninto = "b"\nlang = "en"\n', 4, ["into and lang can't be combined"]),
    ('at = "a"\nname = Asia/Tokyo\n', 2, ["column 8", "write a text in quotes", "name = Asia/Tokyo"]),
    ('at = "a\n', 1, ["column 8", "close the quotes"]),
    ('\nat = "a"\nat = "b"', 3, ["column 9", "at is given twice"]),
    ("at = [1,\n  2", 2, ["column 4", "close the brackets"]),
    ("[[site]\n", 1, ["column 7", "[[site]"]),
    ("a = " + "[" * 5000, None, ["nested too deep"]),
]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(("text", "line", "words"), WRONG)
def test_a_mistake_is_named_with_its_line(
    text: str, line: int | None, words: list[str], ending: str, tmp_path: Path
) -> None:
    path = tmp_path / "logstats.toml"
    path.write_bytes(text.replace("\n", ending).encode())
    with pytest.raises(ConfigError) as refused:
        config.load(path)
    message = str(refused.value)
    assert message.startswith(f"{path}: " if line is None else f"{path}: line {line}: "), message
    assert [word for word in words if word not in message] == [], message


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "logstats.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SITE.encode())
    assert config.load(path).sites[0].name == "a"


def keys_of(table: dict[str, Any], where: Where = ()) -> Iterator[Where]:
    """Yield the place of each key and table of a file, but nothing within a value."""
    for key, value in table.items():
        yield (*where, key)
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            for number, item in enumerate(value):
                yield (*where, key, number)
                yield from keys_of(item, (*where, key, number))
        elif isinstance(value, dict):
            yield from keys_of(value, (*where, key))


KEY = st.sampled_from(["a", "b-c", '"d.e"', "'[x]'", '"#"', 'f . "g="'])
VALUE = st.sampled_from(
    [
        "1",
        '"# ]"',
        "'[[a]]'",
        '"""\n[[a]]\nb = "1"\n"""',
        "'''\n# x = '1' ''",
        '[ # ]\n "]",\n ["x"] ]',
        '"\\"#"',
        '"""a\\""""',
    ]
).map(lambda text: text + "'''" if text.startswith("'''") else text)
HEADER = st.tuples(st.sampled_from(["[{}]", "[[{}]]", " [ {} ]# c", "[[{}]] # [x]"]), KEY, st.booleans())
STATEMENT = st.one_of(
    st.tuples(KEY, VALUE).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    HEADER.map(lambda one: one[0].format(f"{one[1]}.z" if one[2] else one[1])),
    st.sampled_from(["", "# [[a]]", "   # b = 1"]),
)


@given(st.lists(STATEMENT, max_size=12))
def test_every_key_of_a_valid_file_has_the_line_on_which_it_first_is(statements: list[str]) -> None:
    text = ""
    for statement in statements:  # those that make the file invalid are left out
        longer = f"{text}{statement}\n"
        try:
            tomllib.loads(longer)
        except tomllib.TOMLDecodeError:
            continue
        before, text = positions.lines(text), longer
        first = text[: -len(statement) - 1].count("\n") + 1
        new = {where: line for where, line in positions.lines(text).items() if where not in before}
        assert set(new.values()) <= {first}
    assert {*keys_of(tomllib.loads(text))} <= {*positions.lines(text)}


def test_every_key_of_the_documents_example_has_a_line() -> None:
    text = documents.example()
    assert {*keys_of(tomllib.loads(text))} <= {*positions.lines(text)} | {
        ("site", 0, "aliases", "/trang-chu")
    }
