-- title: The sources that are known
-- about: By what each source is known again, and how far it was read.
SELECT source_id, heads, anchor, position, format
FROM store.source
ORDER BY source_id DESC
