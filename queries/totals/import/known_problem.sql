-- title: Logs of which the import would not be exact
-- about: Logs that this store has too and that can't be left out: the export has read more of it, hits of it are pruned
-- about: there, its visits are merged with those of others, or another log of the export has lines that it left out.
-- reads: import_known, import_repetition, $is_merged
SELECT
    known.new_path,
    known.path,
    CASE
        WHEN NOT known.is_contained THEN 'longer'
        WHEN known.is_mixed THEN 'pruned'
        WHEN $is_merged THEN 'merged'
        ELSE 'repeated'
    END AS reason
FROM import_known AS known
WHERE NOT known.is_contained
    OR known.is_mixed
    OR $is_merged
    OR known.log IN (
        SELECT log FROM import_repetition
        WHERE read_in NOT IN (SELECT log FROM import_known)
    )
ORDER BY known.new_path
LIMIT 1
