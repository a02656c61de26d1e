"""logstats.toml: what it may hold, and the settings that are read from it.

settings          the file as typed values: sites, their logs, counter files, rules
converters        what a setting may be written as, one function a kind
article_presets   ready article rules of portal software
starter           a commented logstats.toml that fits a machine
"""

from logstats.config.settings import (
    ARTICLE_KEYS,
    BOT_KEYS,
    CONFIG_NAME,
    COUNTER_KEYS,
    DEFAULT_SITE,
    KEYS,
    LOOPBACK,
    SITE_KEYS,
    SUSPECT_KEYS,
    Bots,
    CounterFile,
    HostLogs,
    Settings,
    Site,
    counter_file,
    database_path,
    load,
    system_timezone,
)

__all__ = [
    "ARTICLE_KEYS",
    "BOT_KEYS",
    "CONFIG_NAME",
    "COUNTER_KEYS",
    "DEFAULT_SITE",
    "KEYS",
    "LOOPBACK",
    "SITE_KEYS",
    "SUSPECT_KEYS",
    "Bots",
    "CounterFile",
    "HostLogs",
    "Settings",
    "Site",
    "counter_file",
    "database_path",
    "load",
    "system_timezone",
]
