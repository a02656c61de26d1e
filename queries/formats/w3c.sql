-- title: Lines of W3C extended logs
-- about: A query of the fields of each line, which the header lines above it name. Values are separated by tabs or
-- about: spaces; they may be quoted, and IIS writes a space in them as +. CloudFront, which uses tabs, percent-encodes
-- about: agents once or twice. Times are UTC, except in fields whose names contain local.
-- reads: chunk_header, text_line, $zone, {columns}, {commands}, {hosts}, {names}, {stamped_at}
WITH numbered AS (
    SELECT line_row, line, sum(CAST(starts_with(line, '#') AS INTEGER)) OVER (ROWS UNBOUNDED PRECEDING) AS header_no
    FROM text_line
), worded AS (
    SELECT
        line_row,
        line,
        coalesce(header_no, 0) AS header_no,
        {formats/w3c_words} AS w
    FROM numbered
), named AS (
    SELECT
        line_row,
        line,
        w[header.method_index] NOT IN ('GET', 'POST', 'HEAD')
            AND (
                regexp_matches(w[header.method_index], '^\[[0-9]+\]')
                OR list_contains([{commands}], upper(w[header.method_index]))
            ) AS is_command,
        len(w) = header.width AND NOT starts_with(line, '#') AS has_all,
        w[header.stamp_index] AS stamp,
        CASE WHEN header.day_index IS NOT NULL THEN w[header.day_index] ELSE CAST(header.day AS VARCHAR) END AS day,
        w[header.time_index] AS time,
        concat(w[header.local_day_index], ' ', w[header.local_time_index]) AS local_time,
        list_filter([{hosts}], lambda host: host NOT IN ('', '-'))[1] AS vhost,
        w[header.client_index] AS client,
        coalesce(w[header.method_index], CASE WHEN stamp IS NOT NULL THEN 'GET' END) AS method,
        CASE
            WHEN left(w[header.path_index], 1) IN ('/', '*', '-') THEN w[header.path_index]
            ELSE regexp_replace(w[header.path_index], '^(?i:[a-z]+://)?[^/?]+', '')  -- a whole URL, as proxies log it
        END AS path,
        CASE
            WHEN left(w[header.path_index], 1) IN ('/', '*', '-') THEN ''
            ELSE regexp_extract(w[header.path_index], '^(?i:[a-z]+)://(?:[^/?@]*@)?([^/?]*)', 1)
        END AS url_host,
        nullif(w[header.query_index], '-') AS query,
        coalesce(w[header.status_index], CASE WHEN stamp IS NOT NULL THEN '200' END) AS status,
        CASE WHEN header.agent_index IS NOT NULL THEN coalesce(w[header.agent_index], '') END AS agent,
        {columns}
    FROM worded
    LEFT JOIN chunk_header AS header USING (header_no)
)
SELECT
    line_row,
    line,
    false AS is_clean,
    has_all
        AND client <> ''
        AND regexp_full_match(method, '[A-Za-z][A-Za-z_-]*')
        AND NOT coalesce(is_command, false)
        AND path <> '' AS fits,
    CASE WHEN has_all AND is_command THEN 'a command of FTP, SMTP or NNTP' END AS fault,
    CASE
        WHEN stamp IS NOT NULL THEN {stamped_at}
        WHEN starts_with(time, '24') THEN NULL  -- DuckDB would take it for the next day
        WHEN time IS NOT NULL THEN try_cast(concat(day, ' ', regexp_replace(time, ':60$', ':59')) AS TIMESTAMP)
        ELSE make_timestamp(epoch_us(try_cast(local_time AS TIMESTAMP) AT TIME ZONE $zone))
    END AS logged_at,
    coalesce(vhost, url_host, '') AS vhost,
    client,
    concat(method, ' ', path, CASE WHEN query <> '' THEN concat('?', query) ELSE '' END, ' HTTP/1.1') AS request,
    status,
    CASE
        WHEN contains(line, E'\t') AND contains(agent, '%') THEN coalesce(try(url_decode(url_decode(agent))), agent)
        WHEN contains(agent, '+') AND NOT contains(agent, ' ')
            THEN replace(replace(replace(agent, '++', E' \x01'), '+', ' '), E'\x01', '+')
        ELSE agent
    END AS agent,
    {names}
FROM named
