-- title: JSON lines
-- about: A fragment: `field`, the texts of each line's fields, found by their keys. A line that is not JSON does
-- about: not fit.
extracted AS (
    SELECT
        line,
        contains(line, '\') AS is_escaped,
        CASE WHEN starts_with(line, '{') AND json_valid(line) THEN json_extract_string(line, {paths}) END AS v
    FROM text_line
), named AS (
    SELECT line, {keys}
    FROM extracted
), field AS (
    SELECT
        line,
        false AS is_clean,
        client <> '' AND NOT contains(client, ' ') AND time <> '' AND request <> '' AND status <> '' AS fits,
        {logged_at} AS logged_at,
        {fields}
    FROM named
),
