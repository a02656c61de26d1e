"""Apache Spark: `spark://HOST:PORT`, or `spark:MASTER` as in `spark:yarn` and `spark:local[2]`.

`spark` alone takes the master from Spark's own settings, as under spark-submit.
"""

from collections.abc import Callable, Sequence
from typing import Any

from pyspark.sql import SparkSession

from logstats.engines import calls


def each(name: str, function: Callable[[Any], Any], jobs: Sequence[Any]) -> list[Any]:
    """Apply a function to each job, each a task; Spark tries a task again whose executor is gone."""
    builder = SparkSession.builder.appName("logstats")
    master = name if "://" in name else name.partition(":")[2]
    session = (builder.master(master) if master else builder).getOrCreate()
    try:
        tasks = session.sparkContext.parallelize(calls.pack(function, jobs), max(1, len(jobs)))
        return calls.unpack(tasks.map(calls.call).collect())
    finally:
        session.stop()
