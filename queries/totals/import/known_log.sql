-- title: Logs of an export that this store has too
-- about: import_known: each log of the export that begins like one of this store, as far as the shorter of the two goes.
-- about: is_contained: this store has read all of it that the export has.
-- reads: import_source, store.ingest, store.source, $is_same_key
-- makes: import_known
CREATE OR REPLACE TEMP TABLE import_known AS
WITH head AS (
    SELECT source_id, unnest(head_hashes) AS head_hash FROM store.source
), new_head AS (
    SELECT log, unnest(head_hashes) AS head_hash FROM import_source
), alike AS (
    SELECT DISTINCT new_head.log, head.source_id
    FROM new_head
    JOIN head ON head.head_hash = new_head.head_hash
), compared AS (
    SELECT
        new.log,
        new.path AS new_path,
        source.source_id,
        source.path,
        new.is_mixed,
        new.position > source.position AS is_longer,
        CASE
            WHEN new.position > source.position THEN
                list_has_all(new.head_hashes, source.head_hashes)
                AND new.block_hashes[:len(source.block_hashes)] = source.block_hashes
            ELSE
                list_has_all(source.head_hashes, new.head_hashes)
                AND source.block_hashes[:len(new.block_hashes)] = new.block_hashes
                AND (new.position < source.position OR new.tail_hash = source.tail_hash)
        END AS is_same
    FROM import_source AS new
    JOIN alike ON alike.log = new.log
    JOIN store.source AS source ON source.source_id = alike.source_id
    WHERE $is_same_key
), newest AS (
    SELECT source_id, max(ingest_id) AS ingest_id FROM store.ingest GROUP BY source_id
)
SELECT
    compared.log,
    compared.new_path,
    compared.path,
    compared.is_mixed,
    NOT compared.is_longer AS is_contained,
    newest.ingest_id
FROM compared
JOIN newest ON newest.source_id = compared.source_id
WHERE compared.is_same
QUALIFY row_number() OVER (PARTITION BY compared.log ORDER BY compared.is_longer, newest.ingest_id) = 1
