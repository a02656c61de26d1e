-- title: The rows of the native reader
-- about: A query of the lines of a part of a chunk, the first of which is line {first_line}, with the columns of
-- about: chunk_line. It has no lines that the reader has handed back.
-- reads: {first_line}, {part}
SELECT
    {first_line} + CAST(line AS BIGINT) AS line_row,
    CAST(NULL AS VARCHAR) AS line,
    logged_at,
    client,
    status,
    bytes,
    CAST(NULL AS BIGINT) AS duration,
    CAST(NULL AS VARCHAR) AS forwarded,
    CAST(NULL AS VARCHAR) AS reason,
    agent_code,
    referrer_code,
    request_code
FROM {part}
WHERE is_odd = 0
