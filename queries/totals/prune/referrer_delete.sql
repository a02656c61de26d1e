-- title: Referrers without hits
-- about: Deletes referrers that no hit refers to. A referrer that is sent again becomes a new row.
-- reads: store.hit
-- makes: store.referrer
DELETE FROM store.referrer
WHERE referrer_id NOT IN (SELECT DISTINCT referrer_id FROM store.hit)
