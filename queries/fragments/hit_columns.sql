-- title: The columns of a hit that reports read
-- about: A list of columns of store.hit, for the views of classified hits.
hit.site_id,
hit.logged_at,
hit.client,
hit.agent_id,
hit.page_id,
hit.referrer_id,
hit.method_id,
hit.status,
hit.bytes,
hit.duration_ms
