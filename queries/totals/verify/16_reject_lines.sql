-- title: a reject is a line of its log
-- about: Rejects whose number is larger than the number of lines of the log, or is also that of another reject.
-- reads: store.reject, store.source
SELECT
    coalesce(source.path, 'log ' || reject.source_id) AS what,
    'line ' || reject.line_number AS stored,
    'of ' || source.lines || ' lines' AS recomputed
FROM store.reject AS reject
LEFT JOIN store.source AS source ON source.source_id = reject.source_id
GROUP BY reject.source_id, source.path, source.lines, reject.line_number
HAVING count(*) > 1 OR source.lines IS NULL OR reject.line_number NOT BETWEEN 1 AND source.lines
ORDER BY reject.source_id, reject.line_number
