-- title: Lines of text
-- about: A query of the fields of each line. A line whose quotes and words are where the format has them is split;
-- about: other lines are matched with the whole pattern of the format. Both ways give the same fields.
-- reads: text_line, $longest, $pattern, {columns}, {fields}, {groups}, {is_clean}, {matched_at}, {split_at}, {words}
WITH quoted AS (
    SELECT line_row, line, string_split(line, '"') AS q
    FROM text_line
), worded AS (
    SELECT line_row, line, q{words}
    FROM quoted
), fast AS (
    SELECT line_row, line, {columns}, {is_clean} AS is_split
    FROM worded
), timed AS (
    SELECT
        *,
        {split_at} AS split_at,
        is_split AND split_at BETWEEN TIMESTAMP '1000-01-01' AND TIMESTAMP '9998-12-30' AND strlen(line) < $longest AS is_valid
    FROM fast
), checked AS (
    SELECT *, coalesce(is_valid, false) AS is_clean
    FROM timed
), matched AS (
    SELECT *, CASE WHEN NOT is_clean THEN regexp_extract(line, $pattern, {groups}) END AS x
    FROM checked
)
SELECT
    line_row,
    line,
    is_clean,
    is_clean OR x.client <> '' AS fits,
    CASE WHEN is_clean THEN split_at ELSE {matched_at} END AS logged_at,
    {fields}
FROM matched
