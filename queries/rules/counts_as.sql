-- title: What a hit counts as
-- about: An expression over a hit with its agent and page: a page view or, by the first reason that
-- about: holds, none. Statements put it in where they write {counts_as}.
CASE
    WHEN is_bot THEN 'bot'
    WHEN {internal} THEN 'internal'
    WHEN is_asset THEN 'asset'
    WHEN method_id <> 1 THEN 'method'
    WHEN status = 304 OR status BETWEEN 200 AND 299 THEN 'page view'
    ELSE 'status'
END
