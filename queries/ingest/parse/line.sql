-- title: A chunk's lines, typed
-- about: chunk_line: one row a line, with the fields of a hit or the reason for its rejection. A fragment of
-- about: queries/formats finds the texts of the fields; here they are typed. A last fragment looks up what the run knows.
-- about: The row number of a line is its index in the chunk.
CREATE OR REPLACE TEMP TABLE {typed} AS
WITH text_line AS (
    {text_line}
),
{reading}
typed AS (
    SELECT
        line,
        is_clean,
        coalesce(fits, false) AS fits,
        logged_at,
        {typed_columns},
        {forwarded} AS forwarded
    FROM field
), parsed AS (
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
{met}
