-- title: A chunk's lines, typed
-- about: chunk_line: one row a line, a hit's fields or the reason it is refused. Where the run has met
-- about: an agent, a referrer or a request before, their ids stand in place of the text.
-- about: A line whose quotes and words stand where its format has them is cut at them; any other
-- about: goes through the format's whole pattern. Which of the two reads a line changes nothing. A cast
-- about: takes 1e3 and 2.0 for numbers too, so a number must be written as it would be written back.
CREATE OR REPLACE TEMP TABLE chunk_line AS
WITH text_line AS (
    SELECT row_number() OVER () AS line_no, line
    FROM read_csv($chunk, header = false, auto_detect = false, columns = {'line': 'VARCHAR'},
        delim = E'\x01', quote = '', escape = '', comment = '', nullstr = E'\x02', new_line = '\n',
        strict_mode = false)
), quoted AS (
    SELECT line_no, line, string_split(line, '"') AS q
    FROM text_line
), worded AS (
    SELECT line_no, line, q, {words}
    FROM quoted
), judged AS (
    SELECT *, coalesce({is_clean}, false) AS is_clean
    FROM worded
), matched AS (
    SELECT *, CASE WHEN NOT is_clean THEN regexp_extract(line, $pattern, {groups}) END AS x
    FROM judged
), field AS (
    SELECT line_no, line, is_clean OR x.client <> '' AS fits, {fields}
    FROM matched
), typed AS (
    SELECT
        line_no,
        line,
        coalesce(fits AND NOT contains(client, E'\t'), false) AS fits,
        lower(split_part(vhost, ':', 1)) AS vhost,
        client,
        make_timestamp(epoch_us(try_strptime(time, '[%d/%b/%Y:%H:%M:%S %z]'))) AS logged_at,
        request,
        CASE WHEN strlen(status) = 3 THEN try_cast(status AS SMALLINT) END AS status_number,
        CASE WHEN CAST(1000 + status_number AS VARCHAR) = concat('1', status) THEN status_number END AS status,
        CASE WHEN bytes = '-' THEN 0 ELSE try_cast(bytes AS BIGINT) END AS bytes_number,
        CASE WHEN bytes = '-' OR CAST(bytes_number AS VARCHAR) = bytes THEN bytes_number END AS bytes,
        CASE WHEN referrer = '-' THEN '' ELSE referrer END AS referrer,
        CASE WHEN agent = '-' THEN '' ELSE agent END AS agent
    FROM field
), told AS (
    SELECT
        *,
        CASE
            WHEN line IS NULL THEN 'blank line'
            WHEN strlen(line) >= $longest THEN 'longer than any log line'
            WHEN NOT fits THEN 'does not fit the format'
            WHEN logged_at IS NULL THEN 'no such time'
            WHEN status IS NULL THEN 'no such status'
            WHEN bytes IS NULL OR bytes < 0 THEN 'no such size'
        END AS reason
    FROM typed
)
SELECT
    told.line_no,
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
    met_request.method,
    CASE WHEN met_request.page_id IS NULL THEN told.vhost END AS vhost,
    CASE WHEN met_request.page_id IS NULL THEN told.request END AS request
FROM told
LEFT JOIN met_agent ON met_agent.agent = told.agent
LEFT JOIN met_referrer ON met_referrer.referrer = told.referrer
LEFT JOIN met_request ON met_request.vhost = told.vhost AND met_request.request = told.request
