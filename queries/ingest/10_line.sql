-- title: A chunk's lines, typed
-- about: chunk_line: one row a line, a hit's fields or the reason it is refused. Where the run has met
-- about: an agent, a referrer or a request before, their ids stand in place of the text.
-- about: A line whose quotes and words stand where its format has them is cut at them; any other
-- about: goes through the format's whole pattern. Which of the two reads a line changes nothing.
-- about: The row of a line is its place in the chunk.
CREATE OR REPLACE TEMP TABLE chunk_line AS
WITH text_line AS (
    SELECT line
    FROM read_csv($chunk, header = false, auto_detect = false, columns = {'line': 'VARCHAR'},
        delim = E'\x01', quote = '', escape = '', comment = '', nullstr = E'\x02', new_line = '\n',
        strict_mode = false, buffer_size = 8388608)
), quoted AS (
    SELECT line, string_split(line, '"') AS q
    FROM text_line
), worded AS (
    SELECT line, q{words}
    FROM quoted
), placed AS (
    SELECT
        line,
        {places},
        try_strptime(time, '[%d/%b/%Y:%H:%M:%S %z]') AS placed_at,
        {is_clean} AND placed_at IS NOT NULL AND NOT contains(client, E'\t') AND strlen(line) < $longest
            AS is_placed
    FROM worded
), judged AS (
    SELECT *, coalesce(is_placed, false) AS is_clean
    FROM placed
), matched AS (
    SELECT *, CASE WHEN NOT is_clean THEN regexp_extract(line, $pattern, {groups}) END AS x
    FROM judged
), field AS (
    SELECT line, is_clean, is_clean OR (x.client <> '' AND NOT contains(x.client, E'\t')) AS fits, placed_at, {fields}
    FROM matched
), typed AS (
    SELECT
        line,
        is_clean,
        coalesce(fits, false) AS fits,
        lower(split_part(vhost, ':', 1)) AS vhost,
        client,
        make_timestamp(epoch_us(
            CASE WHEN is_clean THEN placed_at ELSE try_strptime(time, '[%d/%b/%Y:%H:%M:%S %z]') END
        )) AS logged_at,
        request,
        CASE WHEN is_clean OR regexp_full_match(status, '[0-9]{3}') THEN try_cast(status AS SMALLINT) END AS status,
        CASE
            WHEN bytes = '-' THEN 0
            WHEN is_clean OR regexp_full_match(bytes, '[0-9]{1,18}') THEN try_cast(bytes AS BIGINT)
        END AS bytes,
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
            WHEN NOT fits THEN 'does not fit the format'
            WHEN logged_at IS NULL THEN 'no such time'
            WHEN status IS NULL THEN 'no such status'
            WHEN bytes IS NULL THEN 'no such size'
        END AS reason
    FROM typed
)
SELECT
    told.reason,
    CASE WHEN told.reason IS NOT NULL THEN coalesce(told.line, '') END AS line,
    told.client,
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
