-- title: The number of texts without an id
-- about: The number of texts that no hit had.
-- reads: unused_agent, unused_referrer, unused_request
SELECT
    (SELECT count(*) FROM unused_agent)
    + (SELECT count(*) FROM unused_referrer)
    + (SELECT count(*) FROM unused_request) AS texts
