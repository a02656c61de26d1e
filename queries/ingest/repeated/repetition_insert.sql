-- title: What a run has left out
-- about: Inserts for each run that has stored the repeated lines how many of them there are.
-- reads: chunk_repeated, $ingest_id
-- makes: store.repetition
INSERT INTO store.repetition
SELECT $ingest_id, ingest_id, count(*)
FROM chunk_repeated
WHERE ingest_id IS NOT NULL
GROUP BY ingest_id
ORDER BY ingest_id
