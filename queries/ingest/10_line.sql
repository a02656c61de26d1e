-- title: A chunk's lines, typed
-- about: chunk_line: one row a line, a hit's fields or the reason it is refused. Where the run has met
-- about: an agent, a referrer or a request before, their ids stand in place of the text.
-- about: A fragment of queries/formats, the format's reading, finds the fields; here they are typed.
-- about: The row of a line is its place in the chunk.
CREATE OR REPLACE TEMP TABLE {typed} AS
WITH text_line AS (
    {text_line}
),
{reading}
typed AS (
    SELECT
        line,
        is_clean,
        coalesce(fits, false) AS fits,
        lower(split_part(vhost, ':', 1)) AS vhost,
        client,
        logged_at,
        request,
        CASE WHEN is_clean OR regexp_full_match(status, '[0-9]{3}') THEN try_cast(status AS SMALLINT) END AS status,
        CASE
            WHEN bytes = '-' THEN 0
            WHEN is_clean OR regexp_full_match(bytes, '[0-9]{1,18}') THEN try_cast(bytes AS BIGINT)
        END AS bytes,
        {forwarded} AS forwarded,
        CASE WHEN referrer = '-' THEN '' ELSE referrer END AS referrer,
        CASE WHEN agent = '-' THEN '' ELSE agent END AS agent
    FROM field
), told AS (
    SELECT
        *,
        CASE
            WHEN is_clean THEN NULL
            WHEN line IS NULL THEN 'blank line'
            WHEN strlen(line) >= $longest THEN 'longer than any log line'
            WHEN NOT fits AND starts_with(line, '#') THEN {rules/header_line}
            WHEN NOT fits THEN 'does not fit the format'
            WHEN logged_at IS NULL THEN 'no such time'
            WHEN logged_at < TIMESTAMP '1000-01-01' THEN 'a year of two digits'
            WHEN status IS NULL THEN 'no such status'
            WHEN bytes IS NULL THEN 'no such size'
        END AS reason
    FROM typed
)
SELECT
    told.reason,
    CASE WHEN told.reason IS NOT NULL THEN coalesce(told.line, '') END AS line,
    told.client,
    told.forwarded,
    told.logged_at,
    told.status,
    told.bytes,
    met_agent.agent_id,
    met_agent.is_bot,
    CASE WHEN met_agent.agent_id IS NULL THEN told.agent END AS agent,
    met_referrer.referrer_id,
    CASE WHEN met_referrer.referrer_id IS NULL THEN told.referrer END AS referrer,
    met_request.site_id,
    met_request.page_id,
    met_request.is_asset,
    met_request.method_id,
    CASE WHEN met_request.page_id IS NULL THEN told.vhost END AS vhost,
    CASE WHEN met_request.page_id IS NULL THEN told.request END AS request
FROM told
LEFT JOIN met_agent ON met_agent.agent = told.agent
LEFT JOIN met_referrer ON met_referrer.referrer = told.referrer
LEFT JOIN met_request ON met_request.vhost = told.vhost AND met_request.request = told.request
