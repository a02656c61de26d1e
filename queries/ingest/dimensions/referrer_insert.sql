-- title: New referrers
-- about: chunk_referrer_known: each referrer with its id in the store; new referrers are inserted.
-- reads: chunk_referrer, store.referrer
-- makes: chunk_referrer_known, chunk_referrer_new, store.referrer
CREATE OR REPLACE TEMP TABLE chunk_referrer_known AS
SELECT chunk_referrer.referrer_key, chunk_referrer.referrer, known.referrer_id, chunk_referrer.times
FROM store.referrer AS known
JOIN chunk_referrer ON chunk_referrer.referrer_key = known.referrer_key;

CREATE OR REPLACE TEMP TABLE chunk_referrer_new AS
SELECT
    (SELECT coalesce(max(referrer_id), 0) FROM store.referrer)
        + row_number() OVER (ORDER BY referrer_key) AS referrer_id,
    referrer_key,
    referrer,
    times
FROM chunk_referrer
ANTI JOIN chunk_referrer_known USING (referrer_key);

INSERT INTO store.referrer
SELECT referrer_id, referrer_key, referrer FROM chunk_referrer_new;

INSERT INTO chunk_referrer_known
SELECT referrer_key, referrer, referrer_id, times FROM chunk_referrer_new
