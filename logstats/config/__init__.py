"""logstats.toml: its settings as typed values.

settings          each key of the file as one row: type, default, converter, documentation, example
written_files     the same for the tables that name what an update writes
loader            reads the file into `Settings`, and rejects wrong values
inputs            the files that logstats reads or keeps, which no output may replace
hosts             the one spelling of a host
converters        the kinds of values: how each is checked and converted
patterns          regular expressions: their groups, and the templates that name them
page_options      what a page can have
article_presets   ready article rules for portal software
documents         README's example and docs/settings.md, written from the rows
starter           the commented logstats.toml that `logstats init` writes for this machine
"""

from logstats.config.inputs import input_at
from logstats.config.loader import CONFIG_NAME, counter_file, database_path, load
from logstats.config.settings import Bots, MachineLogs, Settings, Site
from logstats.config.written_files import CounterFile, DayNote, ListFile, PageFile, ViewsFile

__all__ = [
    "CONFIG_NAME",
    "Bots",
    "CounterFile",
    "DayNote",
    "ListFile",
    "MachineLogs",
    "PageFile",
    "Settings",
    "Site",
    "ViewsFile",
    "counter_file",
    "database_path",
    "input_at",
    "load",
]
