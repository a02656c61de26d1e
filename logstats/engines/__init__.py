"""Engines that apply a function to the jobs of a run: each module is one, with a function `each`."""

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Any

from logstats.errors import UsageError

Each = Callable[[Callable[[Any], Any], Sequence[Any]], Sequence[Any]]

MODULES = {
    # how the name of an engine begins: its module of this folder
    "local": "local",
}


def engine(name: str) -> Each:
    """Return the function of an engine: `local`, or a scheme with an address."""
    scheme = name.partition(":")[0].partition("[")[0]
    if scheme not in MODULES:
        raise UsageError(f"no engine '{name}'; there are: {', '.join(MODULES)}")
    module = import_module(f"logstats.engines.{MODULES[scheme]}")
    return partial(module.each, name)
