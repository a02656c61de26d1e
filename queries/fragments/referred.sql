-- title: Referrers of hits
-- about: A query of the referrers of the hits of `hits`; hosts are found by a pattern, of these only. They are a list for
-- about: the reason that is given in `requested`.
-- reads: referrers
-- args: hits
WITH sent AS (
    SELECT unnest(list(DISTINCT referrer_id)) AS referrer_id
    FROM {hits}
)
SELECT referrers.referrer_id, referrers.referrer, referrers.host
FROM referrers
SEMI JOIN sent ON sent.referrer_id = referrers.referrer_id
