-- title: A chunk's lines, typed
-- about: chunk_line: one row for each line, with the fields of a hit or the reason of a reject. {reading} is a query of
-- about: queries/formats that finds the fields; {texts} replaces texts that the run knows by their ids. A line's
-- about: rowid is its index in the chunk.
-- reads: $longest, {forwarded}, {reading}, {table}, {text_line}, {texts}, {typed_columns}
-- makes: {table}
CREATE OR REPLACE TEMP TABLE {table} AS
WITH text_line AS (
    {text_line}
), field AS (
    {reading}
), typed AS (
    SELECT
        line,
        is_clean,
        coalesce(fits, false) AS fits,
        logged_at,
        {typed_columns},
        {forwarded} AS forwarded
    FROM field
), checked AS (
    SELECT
        *,
        CASE
            WHEN is_clean THEN NULL
            WHEN line IS NULL THEN 'blank line'
            WHEN strlen(line) >= $longest THEN 'longer than any log line'
            WHEN NOT fits AND starts_with(line, '#') THEN {fragments/header_line}
            WHEN NOT fits THEN 'does not fit the format'
            WHEN logged_at IS NULL THEN 'no such time'
            WHEN logged_at < TIMESTAMP '1000-01-01' THEN 'a year of two digits'
            WHEN status IS NULL THEN 'no such status'
            WHEN bytes IS NULL THEN 'no such size'
        END AS reason
    FROM typed
)
{texts}
