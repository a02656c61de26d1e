-- title: Lines of hosts that are no site, of one log
-- about: The number of a log's rejects for $reason.
-- reads: store.reject, $reason, $source_id
SELECT count(*)
FROM store.reject
WHERE source_id = $source_id AND reason = $reason
