-- title: Repeated lines
-- about: chunk_repeated: the lines of the runs that are repetitions.
-- reads: chunk_matched, $firsts, $lasts, $passes
-- makes: chunk_repeated
CREATE OR REPLACE TEMP TABLE chunk_repeated AS
WITH run AS (
    SELECT unnest($passes) AS pass, unnest($firsts) AS first, unnest($lasts) AS last
)
SELECT matched.line, matched.ingest_id
FROM chunk_matched AS matched
JOIN run ON run.pass = matched.pass AND matched.line BETWEEN run.first AND run.last
