-- title: Methods of an import
-- about: Inserts the methods that the store does not have yet.
-- reads: import_hit, store.method
-- makes: store.method
INSERT INTO store.method
WITH new AS (
    SELECT DISTINCT method FROM import_hit
    ANTI JOIN store.method AS known USING (method)
)
SELECT (SELECT max(method_id) FROM store.method) + row_number() OVER (ORDER BY method), method
FROM new
