-- title: Lines of text
-- about: A query of the fields of each line. A line whose quotes and words are where the format has them is split at
-- about: them; other lines are matched against the format's whole pattern. Both ways give the same fields.
-- reads: text_line
WITH quoted AS (
    SELECT line, string_split(line, '"') AS q
    FROM text_line
), worded AS (
    SELECT line, q{words}
    FROM quoted
), cut AS (
    SELECT line, {places}, {is_clean} AS is_cut
    FROM worded
), timed AS (
    SELECT *, {placed_at} AS placed_at, is_cut AND placed_at >= TIMESTAMP '1000-01-01' AND strlen(line) < $longest AS is_placed
    FROM cut
), classed AS (
    SELECT *, coalesce(is_placed, false) AS is_clean
    FROM timed
), matched AS (
    SELECT *, CASE WHEN NOT is_clean THEN regexp_extract(line, $pattern, {groups}) END AS x
    FROM classed
)
SELECT
    line,
    is_clean,
    is_clean OR x.client <> '' AS fits,
    CASE WHEN is_clean THEN placed_at ELSE {matched_at} END AS logged_at,
    {fields}
FROM matched
