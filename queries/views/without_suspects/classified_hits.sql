-- title: Hits with their class, without suspects
-- about: classified_hits: the page views of suspects have the class 'suspect'.
-- reads: suspect, store.hit
-- makes: classified_hits
CREATE OR REPLACE TEMP VIEW classified_hits AS
SELECT
    {fragments/hit_columns},
    CASE
        WHEN suspect.day IS NOT NULL AND hit.hit_class = 'page view' THEN 'suspect'
        ELSE CAST(hit.hit_class AS VARCHAR)
    END AS counts_as
FROM store.hit AS hit
LEFT JOIN suspect ON {fragments/of_suspect}
