-- title: JSON lines
-- about: A query of the fields of each line, found by their keys. A line that is not JSON does not match the format.
-- reads: text_line
WITH extracted AS (
    SELECT
        line,
        contains(line, '\') AS is_escaped,
        CASE WHEN starts_with(line, '{') AND json_valid(line) THEN json_extract_string(line, {paths}) END AS v
    FROM text_line
), named AS (
    SELECT line, {keys}
    FROM extracted
)
SELECT
    line,
    false AS is_clean,
    client <> '' AND time <> '' AND request <> '' AND status <> '' AS fits,
    {logged_at} AS logged_at,
    {fields}
FROM named
