-- title: The class of a hit
-- about: An expression over a hit with its agent and page: 'page view', or the first reason why the hit is not one.
-- about: It fills the slot {hit_class} of statements.
-- reads: {internal}
CASE
    WHEN is_bot THEN CAST('bot' AS store.hit_class)
    WHEN {internal} THEN CAST('internal' AS store.hit_class)
    WHEN is_asset THEN CAST('asset' AS store.hit_class)
    WHEN NOT {fragments/is_get} THEN CAST('method' AS store.hit_class)
    WHEN {fragments/is_success} THEN CAST('page view' AS store.hit_class)
    ELSE CAST('status' AS store.hit_class)
END
