-- title: Hosts that visits came from
-- about: A query of the visits of `first_hit`, each with the host that its first page view came from, '' where the browser
-- about: sent none or one of the site's own, and whether it sent none. Of several page views in one second, one from
-- about: elsewhere decides, the first by host.
-- reads: first_hit, foreign_host
SELECT
    first_hit.site_id,
    any_value(first_hit.day) AS day,
    first_hit.client,
    first_hit.agent_id,
    first_hit.first_at,
    coalesce(min(foreign_host.host) FILTER (WHERE foreign_host.host <> ''), '') AS host,
    bool_and(foreign_host.is_none) AS is_none
FROM first_hit
JOIN foreign_host ON foreign_host.site_id = first_hit.site_id AND foreign_host.referrer_id = first_hit.referrer_id
GROUP BY first_hit.site_id, first_hit.client, first_hit.agent_id, first_hit.first_at
