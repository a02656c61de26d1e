"""Engines that apply a function to the jobs of a run: each module is one, with a function `each`."""

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

from logstats.errors import UsageError

Each = Callable[[Callable[[Any], Any], Sequence[Any]], Sequence[Any]]


class Module(NamedTuple):
    """A module of this folder, and the extra of logstats that has its package, '' for none."""

    name: str
    extra: str


MODULES = {
    # how the name of an engine begins: its module
    "local": Module("local", ""),
    "spark": Module("spark", "spark"),
    "sc": Module("connect", "connect"),
    "ray": Module("ray", "ray"),
    "dask": Module("dask", "dask"),
}


def engine(name: str) -> Each:
    """Return the function of an engine: `local`, or a scheme with an address."""
    scheme = name.partition(":")[0]
    if scheme not in MODULES:
        raise UsageError(f"no engine '{name}'; there are: {', '.join(MODULES)}")
    module = MODULES[scheme]
    try:
        found = import_module(f"logstats.engines.{module.name}")
    except ImportError as error:
        missing = f"the engine '{name}' needs a package that is not installed ({error.name})"
        raise UsageError(f"{missing}; `pip install 'logstats[{module.extra}]'`") from error
    return partial(found.each, name)
