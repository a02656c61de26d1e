-- title: Gaps behind the byte that a log is read to
-- about: Where a log stands before one again, there is none.
-- reads: store.source
-- makes: store.gap
DELETE FROM store.gap AS gap
WHERE NOT EXISTS (
    FROM store.source AS source
    WHERE source.source_id = gap.source_id AND source.position >= gap.position
)
