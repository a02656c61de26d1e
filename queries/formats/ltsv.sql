-- title: Lines of labelled values
-- about: A query of the fields of each line, found by the labels of its values, which tabs separate.
-- reads: text_line, {columns}, {fields}, {logged_at}, {values}
WITH labelled AS (
    SELECT line_row, line, concat(E'\t', line) AS tabbed
    FROM text_line
), valued AS (
    SELECT line_row, line, {values}
    FROM labelled
)
SELECT
    line_row,
    line,
    false AS is_clean,
    client <> '' AND time <> '' AND request <> '' AND status <> '' AS fits,
    {logged_at} AS logged_at,
    {fields}
FROM (SELECT line_row, line, time, {columns} FROM valued)
