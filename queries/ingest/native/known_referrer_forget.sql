-- title: Codes of referrers that are forgotten
-- about: Empties the tables of codes and of texts: the reader has begun a new dictionary.
-- reads: known_referrer_code, unused_referrer
-- makes: known_referrer_code, unused_referrer
CREATE OR REPLACE TABLE known_referrer_code AS
FROM known_referrer_code
LIMIT 0;

CREATE OR REPLACE TABLE unused_referrer AS
FROM unused_referrer
LIMIT 0
