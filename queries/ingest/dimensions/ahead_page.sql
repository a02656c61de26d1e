-- title: Pages that may be new
-- about: chunk_page: the pages of the requests that are new to the run, except those that the run has stored, as if the
-- about: store did not have them. $names and $site_ids are its sites at the last commit; requests of other ones are left
-- about: out.
-- reads: chunk_request, known_page, $names, $site, $site_ids, {site_of}
-- makes: chunk_page
CREATE OR REPLACE TEMP TABLE chunk_page AS
WITH site AS (
    SELECT unnest($names) AS name, unnest($site_ids) AS site_id
)
SELECT site.site_id, request.target, request.target_key, CAST(NULL AS INTEGER) AS page_id
FROM chunk_request AS request
JOIN site ON site.name = coalesce($site, {site_of})
ANTI JOIN known_page AS known ON known.site_id = site.site_id AND known.target_key = request.target_key
