-- title: What a hit counts as
-- about: An expression over a hit with its agent and page: a page view or, by the first reason that
-- about: holds, none. Statements put it in where they write {counts_as}.
CASE
    WHEN is_bot THEN CAST('bot' AS store.counted)
    WHEN {internal} THEN CAST('internal' AS store.counted)
    WHEN is_asset THEN CAST('asset' AS store.counted)
    WHEN method_id <> 1 THEN CAST('method' AS store.counted)
    WHEN status = 304 OR status BETWEEN 200 AND 299 THEN CAST('page view' AS store.counted)
    ELSE CAST('status' AS store.counted)
END
