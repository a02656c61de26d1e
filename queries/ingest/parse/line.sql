-- title: A chunk's lines, typed
-- about: chunk_line: one row for each line, with the fields of a hit or the reason of a reject. {reading} is a query of
-- about: queries/formats that finds the fields; {texts} replaces texts that the run knows by their ids; {fault} is
-- about: why a line does not fit, NULL where its family of formats does not say. line_row is the index of a line in the
-- about: chunk; the rows are in any order, since a join need not keep it.
-- reads: $longest, {fault}, {forwarded}, {reading}, {table}, {text_line}, {texts}, {typed_columns}
-- makes: {table}
CREATE OR REPLACE TEMP TABLE {table} AS
WITH text_line AS (
    SELECT row_number() OVER () - 1 AS line_row, line
    FROM ({text_line})
), field AS (
    {reading}
), typed AS (
    SELECT
        line_row,
        line,
        is_clean,
        coalesce(fits, false) AS fits,
        logged_at,
        {typed_columns},
        {forwarded} AS forwarded,
        {fault} AS fault
    FROM field
), checked AS (
    SELECT
        * EXCLUDE (fault),
        CASE
            WHEN is_clean THEN NULL
            WHEN line IS NULL THEN 'blank line'
            WHEN strlen(line) >= $longest THEN 'longer than any log line'
            WHEN NOT fits AND starts_with(line, '#') THEN {fragments/header_line}
            WHEN NOT fits THEN coalesce(fault, 'does not fit the format')
            WHEN logged_at IS NULL THEN 'no such time'
            WHEN logged_at < TIMESTAMP '1000-01-01' THEN 'a year of two digits'
            WHEN logged_at >= TIMESTAMP '9998-12-31' THEN 'no such time'  -- its local day may be none that is stored
            WHEN status IS NULL THEN 'no such status'
            WHEN bytes IS NULL THEN 'no such size'
        END AS reason
    FROM typed
)
{texts}
