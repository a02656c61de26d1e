-- title: Codes of referrers that the log's reader knows
-- about: Remembers the ids of the chunk's new codes from {first} on, and the texts of those that have none.
-- reads: chunk_referrer_code, chunk_referrer_id, unused_referrer, {first}
-- makes: known_referrer_code, unused_referrer
INSERT INTO known_referrer_code
SELECT code, referrer_id FROM chunk_referrer_id
WHERE code >= {first};

DELETE FROM unused_referrer
WHERE code IN (SELECT code FROM chunk_referrer_id);

INSERT INTO unused_referrer
SELECT code, referrer FROM chunk_referrer_code
ANTI JOIN chunk_referrer_id USING (code)
ANTI JOIN unused_referrer USING (code)
WHERE code >= {first}
