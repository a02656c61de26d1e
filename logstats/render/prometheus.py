"""Facts in the text format of Prometheus, for node_exporter's textfile collector."""

import re
from collections.abc import Iterable
from typing import NamedTuple

PREFIX = "logstats"
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


class Metric(NamedTuple):
    """A gauge: its name without the prefix, its help, and its samples, each with labels and a value."""

    name: str
    about: str
    samples: tuple[tuple[dict[str, str], float], ...]


def text(metrics: Iterable[Metric]) -> str:
    """Return metrics in the exposition format, version 0.0.4; those without a sample are left out."""
    return "".join(_metric(metric) for metric in metrics if metric.samples)


def _metric(metric: Metric) -> str:
    name = f"{PREFIX}_{metric.name}"
    about = metric.about.replace("\\", "\\\\").replace("\n", "\\n")
    samples = "".join(f"{name}{_labels(labels)} {_number(value)}\n" for labels, value in metric.samples)
    return f"# HELP {name} {about}\n# TYPE {name} gauge\n{samples}"


def _labels(labels: dict[str, str]) -> str:
    pairs = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{','.join(pairs)}}}" if labels else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(round(value, 3))
