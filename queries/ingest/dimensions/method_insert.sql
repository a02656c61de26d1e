-- title: Methods the store has not met
-- about: Each new method of the chunk's requests goes into the store.
-- reads: chunk_request, store.method
-- makes: store.method
INSERT INTO store.method
WITH newcomer AS (
    SELECT DISTINCT method FROM chunk_request
    ANTI JOIN store.method AS met USING (method)
)
SELECT (SELECT max(method_id) FROM store.method) + row_number() OVER (ORDER BY method), method
FROM newcomer
