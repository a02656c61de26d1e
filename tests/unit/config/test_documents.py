"""What is written from the rows of settings: it is up to date, and what it shows is right."""

import tomllib
from pathlib import Path

import pytest

from logstats import config
from logstats.config import Site, documents

ROOT = Path(__file__).parents[3]
DOCUMENTS = ("docs/settings.md",)
TABLES = {table.header or "top": table for table in documents.TABLES}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_up_to_date(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert documents.updated(text) == text, "run `make settings`"


def test_each_section_is_in_a_document_that_is_written() -> None:
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS)
    assert [text.count(f"<!-- settings: {name} -->") for name in documents.SECTIONS] == [1, 1]
    assert all(name in (ROOT / "Makefile").read_text(encoding="utf-8") for name in DOCUMENTS)


def test_the_sections_of_a_document_are_replaced(tmp_path: Path) -> None:
    document = tmp_path / "document.md"
    document.write_text("# One\n<!-- settings: example -->\nold\n<!-- end -->\nTwo\n", encoding="utf-8")
    documents.main([str(document)])
    expected = f"# One\n<!-- settings: example -->\n```toml\n{documents.example()}```\n<!-- end -->\nTwo\n"
    assert document.read_text(encoding="utf-8") == expected


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_default_and_an_example_are_values_of_the_key(table: documents.Table) -> None:
    for key, row in table.rows().items():
        convert, default = row.setting.converter.convert, documents.default_of(row)
        assert convert(tomllib.loads(f"value = {documents.example_of(row)}")["value"]) is not None, key
        if default:
            assert convert(tomllib.loads(f"value = {default}")["value"]) == row.default, key
        else:
            assert row.setting.default, key


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_key_is_described_in_sentences(table: documents.Table) -> None:
    for key, row in table.rows().items():
        for text in (row.setting.doc, row.setting.after):
            assert (text[0].isupper(), text[-1]) == (True, "."), key
        assert "\n" not in row.setting.doc


def test_the_example_is_a_file_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "logstats.toml"
    path.write_text(documents.example(), encoding="utf-8")
    settings = config.load(path)
    assert [site.name for site in settings.sites] == ["batxat.laocai.gov.vn"]
    assert (len(settings.sites[0].counters), len(settings.counters)) == (3, 1)
    assert settings.sites[0].visit_gap_s == Site().visit_gap_s
