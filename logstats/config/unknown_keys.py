"""The message on a key that logstats.toml can't have: the key that is meant, or the table it belongs in."""

from logstats import similar
from logstats.config.article_presets import ArticleRule
from logstats.config.converters import settings_of
from logstats.config.settings import Bots, Geo, Settings, Site, Suspects
from logstats.config.written_files import CounterTable, DayNote, ListFile, PageFile, ViewsFile

TABLES_IN = {
    # the fields of a table: the tables in it, each with the brackets around its name
    Settings: ("[[site]]", "[[counter]]", "[bots]", "[suspects]", "[geo]"),
    Site: (
        "[[site.article]]",
        "[[site.counter]]",
        "[[site.list]]",
        "[[site.article_views]]",
        "[[site.dashboard]]",
        "[[site.note]]",
        "[site.aliases]",
    ),
}
PLACES: dict[type, str] = {
    # the fields of a table: where a key of it is written
    Settings: "above the first [[site]] or other table",
    Site: "below the [[site]] that it is for",
    Bots: "below [bots]",
    Suspects: "below [suspects]",
    Geo: "below [geo]",
    CounterTable: "below a [[site.counter]]",
    ArticleRule: "below a [[site.article]]",
    ListFile: "below a [[site.list]]",
    ViewsFile: "below a [[site.article_views]]",
    PageFile: "below a [[site.dashboard]]",
    DayNote: "below a [[site.note]]",
}


def problem(fields: type, key: str) -> str:
    """Return the message on a key that the table with these fields can't have."""
    keys = sorted(settings_of(fields))
    tables = TABLES_IN.get(fields, ())
    listed = f"{', '.join(keys)}{'; or the tables ' if tables else ''}{', '.join(tables)}"
    names = {table.strip("[]").rpartition(".")[2]: table for table in tables}
    if key in names:  # it is a table in another notation
        return f"{key}: unknown setting; write the table {names[key]}. There are: {listed}"
    elsewhere = [
        position for other, position in PLACES.items() if other is not fields and key in settings_of(other)
    ]
    if elsewhere:
        return f"{key}: unknown setting here; it belongs {' or '.join(elsewhere)}. Here there are: {listed}"
    found = similar.closest(key, [*keys, *names])
    if found is None:
        return f"{key}: unknown setting; use one of {listed}"
    return f"{key}: unknown setting; did you mean {names.get(found, found)}? There are: {listed}"
