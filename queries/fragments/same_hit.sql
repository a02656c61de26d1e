-- title: The columns of equal hits
-- about: Two hits are of equal lines if these columns are equal.
site_id, logged_at, client, agent_id, page_id, referrer_id, method_id, status, bytes
