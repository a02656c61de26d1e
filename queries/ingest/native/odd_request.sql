-- title: Requests of the lines that the native reader has handed back
-- about: Adds them to chunk_request_code.
-- reads: chunk_line, $base
-- makes: chunk_request_code
INSERT INTO chunk_request_code
SELECT $base + row_number() OVER () - 1, vhost, request, site_id, page_id, is_asset, method_id
FROM (
    SELECT DISTINCT vhost, request, site_id, page_id, is_asset, method_id FROM chunk_line
    WHERE reason IS NULL
)
