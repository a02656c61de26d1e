-- title: How much the run remembers
-- about: The longest of the tables of what it has met, in rows.
-- reads: known_referrer, known_request
SELECT greatest((SELECT count(*) FROM known_request), (SELECT count(*) FROM known_referrer)) AS size
