-- title: Lines without their prefix
-- about: A query of the lines of {logged_line} without what syslog, containers or tools wrote before each: '' for a part
-- about: of a line, and a line as it is where it has no prefix. A wrapper is an object of which one key has the line.
-- reads: $before, $inside, $kept, $kept_inside, $longest_part, $partial, {logged_line}, {wrapped}
WITH logged_line AS (
    {logged_line}
), replaced AS (
    SELECT
        *,
        CASE WHEN regexp_matches(line, $partial) THEN '' ELSE regexp_replace(line, $before, $kept) END AS wrapper
    FROM logged_line
), unwrapped AS (
    SELECT
        *,
        CASE WHEN starts_with(wrapper, '{') AND json_valid(wrapper) THEN {wrapped} END AS content,
        rtrim(content, E'\r\n') AS message
    FROM replaced
)
SELECT
    * EXCLUDE (wrapper, content, message)
    REPLACE (
        CASE
            WHEN content IS NULL THEN wrapper
            WHEN strlen(content) >= $longest_part AND NOT ends_with(content, E'\n') THEN ''
            WHEN contains(message, E'\n') THEN ''
            ELSE regexp_replace(
                regexp_replace(message, '[\x00-\x08\x0b-\x1f\x7f]', ' ', 'g'), $inside, $kept_inside
            )
        END AS line
    )
FROM unwrapped
