-- title: Codes of requests that the log's reader knows
-- about: Remembers the ids of the chunk's new codes from {first} on, and the texts of those that have none.
-- reads: chunk_request_code, chunk_request_known, unused_request, {first}
-- makes: known_request_code, unused_request
INSERT INTO known_request_code
SELECT code, site_id, page_id, is_asset, method_id FROM chunk_request_known
WHERE code >= {first};

DELETE FROM unused_request
WHERE code IN (SELECT code FROM chunk_request_known);

INSERT INTO unused_request
SELECT code, vhost, request FROM chunk_request_code
ANTI JOIN chunk_request_known USING (code)
ANTI JOIN unused_request USING (code)
WHERE code >= {first}
