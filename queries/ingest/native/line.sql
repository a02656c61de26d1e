-- title: Lines of the native reader
-- about: Adds its rows to chunk_row, with the codes of their texts, which begin at $base: the reader numbers the texts of
-- about: each part from 0. A line that it has handed back, or whose client is one of $no_clients, has the reason $odd
-- about: until native/line_update.
-- reads: native_row, $base, $no_clients, $odd
-- makes: chunk_row
INSERT INTO chunk_row
SELECT
    NULL,
    hit.logged_at,
    hit.client,
    hit.status,
    hit.bytes,
    NULL,
    NULL,
    CASE WHEN {fragments/native/is_odd} THEN $odd END,
    $base + hit.agent_code,
    $base + hit.referrer_code,
    {fragments/native/request_code}
FROM native_row AS hit
