-- title: A hit's pseudonym
-- about: A join for hits of sites that store pseudonyms.
-- reads: chunk_pseudonym
LEFT JOIN chunk_pseudonym
    ON chunk_pseudonym.pseudonym_site_id = hit.site_id
    AND chunk_pseudonym.pseudonym_client = hit.client
    AND chunk_pseudonym.pseudonym_minute = date_trunc('minute', hit.logged_at)
