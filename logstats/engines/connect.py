"""Spark Connect: `sc://HOST:PORT`, a server of Spark or of Sail."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pyspark.sql import SparkSession

from logstats.engines import calls

if TYPE_CHECKING:
    import pyarrow


def each(name: str, function: Callable[[Any], Any], jobs: Sequence[Any]) -> list[Any]:
    """Apply a function to each job; the workers need logstats, as the server's Python finds it."""
    session = SparkSession.builder.remote(name).getOrCreate()
    try:
        rows = [(number, packed) for number, packed in enumerate(calls.pack(function, jobs))]
        tasks = session.createDataFrame(rows, "number INT, packed BINARY").repartition(len(rows), "number")
        done = tasks.mapInArrow(_call, "number INT, packed BINARY").collect()
        return calls.unpack([bytes(row["packed"]) for row in sorted(done, key=lambda row: row["number"])])
    finally:
        session.stop()


def _call(batches: "Iterator[pyarrow.RecordBatch]") -> "Iterator[pyarrow.RecordBatch]":
    """Make the calls of a partition."""
    import pyarrow  # noqa: PLC0415 - in the worker

    for batch in batches:
        results = [calls.call(packed.as_py()) for packed in batch.column("packed")]
        packed = pyarrow.array(results, pyarrow.binary())
        yield pyarrow.RecordBatch.from_arrays([batch.column("number"), packed], names=["number", "packed"])
