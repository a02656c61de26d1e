-- title: Referrers of no hit
-- about: A referrer is kept for its hits; one that comes again is met again.
-- reads: store.hit
-- makes: store.referrer
DELETE FROM store.referrer
WHERE referrer_id NOT IN (SELECT DISTINCT referrer_id FROM store.hit)
