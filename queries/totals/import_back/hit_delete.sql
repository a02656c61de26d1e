-- title: Rows of an import
-- about: Deletes its hits, and the rows that are kept of its other hits.
-- reads: store.import, {import_id}
-- makes: store.hit, store.pruned, store.pruned_article_day, store.pruned_day, store.pruned_hour, store.pruned_visit
DELETE FROM store.hit
WHERE ingest_id IN (SELECT unnest(ingest_ids) FROM store.import WHERE import_id = {import_id});

DELETE FROM store.pruned WHERE import_id = {import_id};

DELETE FROM store.pruned_visit WHERE import_id = {import_id};

DELETE FROM store.pruned_day WHERE import_id = {import_id};

DELETE FROM store.pruned_article_day WHERE import_id = {import_id};

DELETE FROM store.pruned_hour WHERE import_id = {import_id}
