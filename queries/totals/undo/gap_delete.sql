-- title: Gaps after the position of a log
-- about: Deletes gaps at bytes that are unread again.
-- reads: store.source
-- makes: store.gap
DELETE FROM store.gap AS gap
WHERE NOT EXISTS (
    FROM store.source AS source
    WHERE source.source_id = gap.source_id AND source.position >= gap.position
)
