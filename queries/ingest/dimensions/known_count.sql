-- title: How much the run remembers
-- about: The longest of the tables of what it has met, in rows.
SELECT greatest((SELECT count(*) FROM met_request), (SELECT count(*) FROM met_referrer)) AS size
