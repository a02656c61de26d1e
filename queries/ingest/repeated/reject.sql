-- title: Rejects that equal stored ones
-- about: Adds the chunk's rejects to chunk_matched whose text is that of a reject of a log with matched hits, or of
-- about: the log that the chunk begins like. They have no time, so they are no evidence by themselves.
-- reads: chunk_line, chunk_matched, chunk_near, store.reject, $alike, $ingest_id, $length, {kept_line}
-- makes: chunk_matched
INSERT INTO chunk_matched
WITH log AS (
    SELECT DISTINCT source_id FROM chunk_near
    WHERE ingest_id IN (SELECT ingest_id FROM chunk_matched)
    UNION
    SELECT $alike
), rejected AS (
    SELECT line_row AS line, left({kept_line}, $length) AS text FROM chunk_line
    WHERE reason IS NOT NULL
), numbered AS (
    SELECT line, text, row_number() OVER (PARTITION BY text ORDER BY line) - 1 AS number FROM rejected
), stored AS (
    SELECT
        reject.line AS text,
        reject.ingest_id,
        row_number() OVER (PARTITION BY reject.line ORDER BY reject.source_id, reject.line_number) AS stored_number,
        count(*) OVER (PARTITION BY reject.line) AS times
    FROM store.reject AS reject
    SEMI JOIN log USING (source_id)
    WHERE reject.ingest_id <> $ingest_id
), counted AS (
    SELECT DISTINCT text, times FROM stored
), paired AS (
    SELECT line, text, number // times AS pass, number % times + 1 AS stored_number
    FROM numbered
    JOIN counted USING (text)
)
SELECT paired.line, paired.pass, false, stored.ingest_id
FROM paired
JOIN stored USING (text, stored_number)
