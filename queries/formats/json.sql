-- title: JSON lines
-- about: A query of the fields of each line, found by their keys. A line may be an item of an array: brackets and commas
-- about: around an object are left out, and a line with nothing else is a header line. Where a line is not valid JSON,
-- about: escapes that servers write, but JSON does not have (\xHH, \v), are kept as text, and a key without a value has
-- about: none. {refined} are the texts of {keys} as a line of text would have them; {fault} says which field is missing.
-- reads: text_line, {composed}, {faultless}, {faults}, {fields}, {keys}, {logged_at}, {paths}, {refined}
WITH trimmed AS (
    SELECT
        line_row,
        line,
        CASE
            WHEN starts_with(line, '{') AND ends_with(line, '}') THEN line
            ELSE regexp_replace(line, '^[\s,\x{FEFF}]*\[?\s*|\s*\]?[\s,]*$', '', 'g')
        END AS object
    FROM text_line
), valid AS (
    SELECT
        line_row,
        line,
        contains(line, '\') AS is_escaped,
        CASE
            WHEN NOT starts_with(object, '{') THEN NULL
            WHEN json_valid(object) THEN object
            ELSE list_filter(
                [regexp_replace(
                    regexp_replace(object, '([^\\](?:\\\\)*)\\([xv])', '\1\\\\\2', 'g'), '("\s*:\s*)-?\s*([,}])', '\1null\2', 'g'
                )],
                lambda mended: json_valid(mended)
            )[1]
        END AS object
    FROM trimmed
), extracted AS (
    SELECT
        line_row,
        line,
        is_escaped,
        json_extract_string(object, {paths}) AS v
    FROM valid
), named AS (
    SELECT line_row, line, is_escaped, v IS NOT NULL AS is_object, {keys}
    FROM extracted
), refined AS (
    SELECT line_row, line, is_object, {refined}
    FROM named
), composed AS (
    SELECT *, {composed}
    FROM refined
), checked AS (
    SELECT *, {faultless} AS fits
    FROM composed
)
SELECT
    line_row,
    line,
    false AS is_clean,
    fits,
    CASE
        WHEN fits THEN NULL
        WHEN is_object THEN {faults}
        WHEN regexp_full_match(line, '[\s,]*[\[\]][\s,]*') THEN {fragments/header_line}
        ELSE 'does not fit the format: not a JSON object'
    END AS fault,
    {logged_at} AS logged_at,
    {fields}
FROM checked
