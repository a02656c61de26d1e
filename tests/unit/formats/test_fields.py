"""One table of a line's fields: each family of formats finds every field of it."""

import pytest

from logstats import formats
from logstats.formats import fields, w3c
from logstats.formats.log_format import LogFormat

FAMILIES = {
    "text": "combined",
    "JSON": "json time=t client=c request=r status=s",
    "W3C": "w3c",
}


def columns(log_format: LogFormat) -> str:
    """Return the columns that the format's fragment gives, as SQL."""
    slots = log_format.slots
    return f"{slots.get('fields', '')}, {slots.get('keys', '')}, {slots.get('names', '')}, "


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("field", fields.FIELDS)
def test_a_format_of_each_family_has_every_field(family: str, field: str) -> None:
    found = columns(formats.format_of(FAMILIES[family]))
    is_computed = family == "W3C" and field in w3c.COMPUTED
    assert is_computed or f"AS {field}, " in found or f" {field}, " in found


def test_every_field_of_the_table_is_typed() -> None:
    untyped = [field.name for field in fields.LINE_FIELDS if not field.typed]
    assert untyped == ["forwarded"]  # only with trusted proxies: `ingest/parse/line` has it
    assert all(
        f" AS {field.name}" in fields.typed_columns(has_escapes=False)
        for field in fields.LINE_FIELDS
        if field.typed
    )


def test_no_name_is_two_fields_in_a_family() -> None:
    every = (*fields.LINE_FIELDS, *fields.TIME_FIELDS, *fields.REQUEST_PARTS, *fields.OTHERS)
    for names in (
        [name for field in every for name in field.directives],
        [name for field in every for name in field.w3c],
        [field.name for field in every],
    ):
        assert len(names) == len(set(names))
