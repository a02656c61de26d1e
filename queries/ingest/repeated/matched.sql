-- title: Lines that equal stored ones
-- about: chunk_matched: the chunk's hits with an equal stored one, by their rows in chunk_line. Of several equal lines
-- about: the first is matched with the first stored one, and so on; those in excess of the stored ones begin another
-- about: pass, since a log may be in the chunk twice. is_first: the first of equal lines in its pass.
-- reads: chunk_hit, chunk_stored
-- makes: chunk_matched
CREATE OR REPLACE TEMP TABLE chunk_matched AS
WITH numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY {fragments/same_hit} ORDER BY line) - 1 AS number
    FROM chunk_hit
    SEMI JOIN chunk_stored USING ({fragments/same_hit})
), counted AS (
    SELECT DISTINCT {fragments/same_hit}, times FROM chunk_stored
), paired AS (
    SELECT
        numbered.*,
        numbered.number // counted.times AS pass,
        numbered.number % counted.times + 1 AS stored_number
    FROM numbered
    JOIN counted USING ({fragments/same_hit})
)
SELECT paired.line, paired.pass, paired.stored_number = 1 AS is_first, stored.ingest_id
FROM paired
JOIN (SELECT * RENAME (number AS stored_number) FROM chunk_stored) AS stored
    USING ({fragments/same_hit}, stored_number)
