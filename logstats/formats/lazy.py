"""Modules of this folder that are imported when they are first used.

Each costs 10 to 30 ms, and a cron run that reads known logs needs at most one of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["detection", "json_messages", "jsonlines", "ltsv", "nginx", "prefixes", "w3c"]


class _Lazy:
    """A placeholder of a module, which is imported when one of its names is first used."""

    def __init__(self, name: str) -> None:
        self._name = f"logstats.formats.{name}"

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


if TYPE_CHECKING:
    from logstats.formats import detection, json_messages, jsonlines, ltsv, nginx, prefixes, w3c
else:
    detection, json_messages, jsonlines, ltsv, nginx, prefixes, w3c = map(_Lazy, __all__)
