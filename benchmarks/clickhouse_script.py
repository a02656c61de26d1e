"""The statement of duckdb_script.py for ClickHouse: by chDB, or else by clickhouse-local.

python benchmarks/clickhouse_script.py big.log
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from duckdb_script import ASSETS, BOTS, COMBINED

FIGURES = """
    WITH hit AS (
        SELECT
            field[1] AS client,
            field[8] AS agent,
            splitByChar('?', field[4])[1] AS article,
            parseDateTime(field[2], '%d/%b/%Y:%H:%i:%s %z', 'Asia/Ho_Chi_Minh') AS logged_at,
            field[3] = 'GET' AND field[5] IN ('200', '206', '304')
                AND NOT match(agent, {bots:String}) AND NOT match(article, {assets:String}) AS is_view
        FROM (
            SELECT extractGroups(line, {combined:String}) AS field
            FROM file({path:String}, 'LineAsString', 'line String')
        )
        WHERE notEmpty(field)
    ), view AS (
        SELECT
            *,
            row_number() OVER of_visitor = 1
                OR logged_at > any(logged_at) OVER (
                    PARTITION BY client, agent ORDER BY logged_at ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING
                ) + INTERVAL 30 MINUTE AS begins,
            max(logged_at) OVER () AS newest_at
        FROM hit
        WHERE is_view
        WINDOW of_visitor AS (PARTITION BY client, agent ORDER BY logged_at)
    ), most_read AS (
        SELECT article, count() AS views FROM view GROUP BY article ORDER BY views DESC LIMIT 20
    )
    SELECT
        (SELECT count() FROM hit) AS lines,
        uniqExactIf((client, agent), logged_at > newest_at - INTERVAL 10 MINUTE) AS online,
        countIf(begins AND logged_at >= toStartOfDay(newest_at)) AS today,
        countIf(begins AND logged_at >= toStartOfWeek(newest_at, 1)) AS week,
        countIf(begins) AS visits,
        (SELECT groupArray(article) FROM most_read) AS most_read
    FROM view
    SETTINGS output_format_json_quote_64bit_integers = 0, max_threads = 2
    FORMAT JSONEachRow
"""


def main() -> None:
    """Print the figures of the log that the command line names."""
    params = {"path": str(Path(sys.argv[1]).resolve()), "combined": COMBINED, "bots": BOTS, "assets": ASSETS}
    if find_spec("chdb"):
        print(import_module("chdb").query(FIGURES, params=params))
    else:
        given = [f"--param_{name}={value}" for name, value in params.items()]
        os.execvp("clickhouse", ["clickhouse", "local", *given, "--query", FIGURES])


if __name__ == "__main__":
    main()
