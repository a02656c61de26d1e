-- title: Logs of a batch that share a line
-- about: The logs with a hit that equals a hit of another log of the batch.
-- reads: batch_line, {chunk_hit}, {compared_client}
WITH hit AS (
    {chunk_hit}
), compared AS (
    SELECT
        batch_line.log,
        site_id, logged_at, {compared_client} AS client, agent_id, page_id, referrer_id, method_id, status,
        coalesce(bytes, -1) AS bytes
    FROM hit
    JOIN batch_line ON batch_line.line_row = hit.line
), shared AS (
    SELECT list(log) AS logs
    FROM compared
    GROUP BY {fragments/same_hit}
    HAVING min(log) <> max(log)
)
SELECT DISTINCT unnest(logs) AS log
FROM shared
ORDER BY log
