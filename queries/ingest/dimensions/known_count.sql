-- title: The number of texts that a run knows
-- about: The number of rows of the longest table of known texts.
-- reads: known_page, known_referrer, known_request
SELECT greatest(
    (SELECT count(*) FROM known_request), (SELECT count(*) FROM known_referrer), (SELECT count(*) FROM known_page)
) AS size
