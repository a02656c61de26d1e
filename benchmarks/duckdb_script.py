"""What a data engineer would write in an hour: the four figures of a log by one statement of DuckDB.

    python benchmarks/duckdb_script.py big.log

It reads the whole log each time and stores nothing. A bot is one only if its agent says so in usual words. A
line counts twice if two logs have it, and lines that do not match the pattern are left out without a word.
"""

from __future__ import annotations

import json
import sys

import duckdb

COMBINED = (
    r'^(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) ([^ "]+)[^"]*" (\d{3}) (\S+) "([^"]*)" "([^"]*)"'  # the fields
)
FIELDS = ["client", "time", "method", "url", "status", "size", "referrer", "agent"]
BOTS = r"(?i)bot|crawl|spider|slurp|curl|wget|python|java/|okhttp|monitor|preview|facebookexternalhit|http://"
ASSETS = r"(?i)\.(css|js|png|jpe?g|gif|webp|svg|ico|woff2?|ttf|mp4|pdf|xml|txt|map|json)$"
FIGURES = """
    WITH line AS (
        SELECT regexp_extract(line, $combined, {fields}) AS field
        FROM read_csv($path, columns = {'line': 'VARCHAR'}, delim = chr(1), quote = '', header = false)
    ), hit AS (
        SELECT
            field.client AS client,
            field.agent AS agent,
            split_part(field.url, '?', 1) AS article,
            strptime(field.time, '%d/%b/%Y:%H:%M:%S %z') AT TIME ZONE 'Asia/Ho_Chi_Minh' AS logged_at,
            field.method = 'GET' AND field.status IN ('200', '206', '304')
                AND NOT regexp_matches(field.agent, $bots)
                AND NOT regexp_matches(split_part(field.url, '?', 1), $assets) AS is_view
        FROM line
        WHERE field.client <> ''
    ), view AS (
        SELECT
            *,
            coalesce(
                logged_at > lag(logged_at) OVER of_visitor + INTERVAL 30 MINUTE, true
            ) AS begins,
            max(logged_at) OVER () AS newest_at
        FROM hit
        WHERE is_view
        WINDOW of_visitor AS (PARTITION BY client, agent ORDER BY logged_at)
    ), most_read AS (
        SELECT article, count(*) AS views FROM view GROUP BY article ORDER BY views DESC LIMIT 20
    )
    SELECT
        (SELECT count(*) FROM hit) AS lines,
        count(DISTINCT (client, agent)) FILTER (WHERE logged_at > newest_at - INTERVAL 10 MINUTE) AS online,
        count(*) FILTER (WHERE begins AND logged_at >= date_trunc('day', newest_at)) AS today,
        count(*) FILTER (WHERE begins AND logged_at >= date_trunc('week', newest_at)) AS week,
        count(*) FILTER (WHERE begins) AS visits,
        (SELECT list(article ORDER BY views DESC) FROM most_read) AS most_read
    FROM view
"""


def main() -> None:
    """Print the figures of the log that the command line names."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        connection.execute("SET preserve_insertion_order = false")
        params = {"path": sys.argv[1], "combined": COMBINED, "bots": BOTS, "assets": ASSETS}
        cursor = connection.execute(FIGURES.replace("{fields}", str(FIELDS)), params)
        names = [column[0] for column in cursor.description or ()]
        row = cursor.fetchone() or ()
    print(json.dumps(dict(zip(names, row, strict=True))))


if __name__ == "__main__":
    main()
