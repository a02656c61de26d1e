-- title: Whether a line without its newline was read before
-- about: is_known: whether the only line of a chunk, which may be cut, is the beginning of a stored one: of a hit, of a
-- about: reject of the log that it begins like, or of a hit that would be pruned by now. A cut leaves one field
-- about: incomplete, and those after it empty. That may be the host, so the site is not compared.
-- reads: chunk_line, store.agent, store.hit, store.method, store.page, store.pruned, store.referrer, store.reject,
-- reads: $alike, $length, $line, {compared_client}, {kept_line}
WITH cut AS (
    SELECT
        logged_at,
        client,
        trim(regexp_replace(request, ' +HTTP/[0-9.]*$', '')) AS request,
        coalesce(CAST(status AS VARCHAR), '') AS status,
        CASE WHEN bytes > 0 THEN CAST(bytes AS VARCHAR) ELSE '' END AS bytes,
        CASE WHEN referrer <> '-' THEN referrer ELSE '' END AS referrer,
        CASE WHEN agent NOT IN ('-', {fragments/unknown_agent}) THEN agent ELSE '' END AS agent
    FROM chunk_line
), stored AS (
    SELECT
        hit.site_id,
        hit.client,
        cut.client AS cut_client,
        starts_with(trim(method.method || ' ' || page.target), cut.request)
            AND starts_with(CAST(hit.status AS VARCHAR), cut.status)
            AND starts_with(coalesce(CAST(hit.bytes AS VARCHAR), ''), cut.bytes)
            AND starts_with(referrer.referrer, cut.referrer)
            AND starts_with(agent.agent, cut.agent) AS begins_alike
    FROM store.hit AS hit
    JOIN cut ON cut.logged_at = hit.logged_at
    JOIN store.method AS method ON method.method_id = hit.method_id
    JOIN store.page AS page ON page.page_id = hit.page_id
    JOIN store.referrer AS referrer ON referrer.referrer_id = hit.referrer_id
    JOIN store.agent AS agent ON agent.agent_id = hit.agent_id
), compared AS (
    SELECT site_id, cut_client AS client, {compared_client} AS stored_client
    FROM stored
    WHERE begins_alike
), known_hit AS (
    SELECT 1 FROM compared WHERE {compared_client} = stored_client
), line AS (
    SELECT left({kept_line}, $length) AS text FROM (SELECT $line AS line, client FROM chunk_line)
), known_reject AS (
    SELECT 1
    FROM store.reject AS reject
    JOIN line ON starts_with(reject.line, line.text)
    WHERE reject.source_id = $alike
), pruned AS (
    SELECT 1
    FROM store.pruned AS pruned
    JOIN cut ON cut.logged_at < pruned.hits_from
)
SELECT
    EXISTS (SELECT 1 FROM known_hit)
    OR EXISTS (SELECT 1 FROM known_reject)
    OR EXISTS (SELECT 1 FROM pruned) AS is_known
