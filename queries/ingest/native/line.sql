-- title: Lines of the native reader
-- about: Adds its rows to chunk_row, with the codes of their texts. A line that it has handed back, or whose client is one
-- about: of $no_clients, has the reason $odd until native/line_update.
-- reads: chunk_row, native_row, $no_clients, $odd
-- makes: chunk_row
INSERT INTO chunk_row
SELECT
    (SELECT count(*) FROM chunk_row) + row_number() OVER () - 1,
    NULL,
    hit.logged_at,
    hit.client,
    hit.status,
    hit.bytes,
    NULL,
    NULL,
    CASE WHEN {fragments/native/is_odd} THEN $odd END,
    hit.agent_code,
    hit.referrer_code,
    hit.request_code
FROM native_row AS hit
