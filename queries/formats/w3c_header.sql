-- title: W3C header lines of a chunk
-- about: chunk_header: the fields in force from each header line on (0: from the beginning of the chunk), with the
-- about: number of fields in a line, the index of each known field (NULL: absent), and the day of times without a date.
-- reads: $header, {indexes}, {text_line}
-- makes: chunk_header
CREATE OR REPLACE TEMP TABLE chunk_header AS
WITH text_line AS (
    {text_line}
), header_line AS (
    SELECT 0 AS header_no, unnest(generate_series(1, len(known))) AS position, unnest(known) AS line
    FROM (SELECT string_split($header, E'\n') AS known)
    UNION ALL
    SELECT header_no, 1, line
    FROM (
        SELECT line, sum(CAST(starts_with(line, '#') AS INTEGER)) OVER (ROWS UNBOUNDED PRECEDING) AS header_no
        FROM text_line
    )
    WHERE starts_with(line, '#')
), parsed AS (
    SELECT
        header_no,
        position,
        CASE WHEN starts_with(line, '#Fields:') THEN
            list_filter(
                regexp_split_to_array(lower(trim(substr(line, 9), E' \t')), '[ \t]+'),
                lambda name: name <> ''
            )
        END AS names,
        CASE WHEN starts_with(line, '#Date:') OR starts_with(line, '#Start-Date:')
            THEN try_cast(regexp_extract(line, '[0-9]{4}-[0-9]{2}-[0-9]{2}') AS DATE)
        END AS day
    FROM header_line
), in_force AS (
    SELECT
        header_no,
        last_value(names IGNORE NULLS) OVER (ORDER BY header_no, position ROWS UNBOUNDED PRECEDING) AS names,
        last_value(day IGNORE NULLS) OVER (ORDER BY header_no, position ROWS UNBOUNDED PRECEDING) AS day
    FROM parsed
    QUALIFY row_number() OVER (PARTITION BY header_no ORDER BY position DESC) = 1
)
SELECT header_no, day, len(names) AS width, {indexes}
FROM in_force
