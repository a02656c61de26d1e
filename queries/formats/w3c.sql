-- title: Lines of W3C extended logs
-- about: A query of the fields of each line, which the header lines above it name. Values are separated by tabs or
-- about: spaces; they may be quoted, and IIS writes a space in them as +. CloudFront, which uses tabs, percent-encodes
-- about: agents once or twice. Times are UTC, except in fields whose names contain local.
-- reads: chunk_header, text_line, $vhost, $zone
WITH numbered AS (
    SELECT line, sum(CAST(starts_with(line, '#') AS INTEGER)) OVER (ROWS UNBOUNDED PRECEDING) AS header_no
    FROM text_line
), worded AS (
    SELECT
        line,
        coalesce(header_no, 0) AS header_no,
        CASE
            WHEN contains(line, E'\t') THEN string_split(line, E'\t')
            WHEN contains(line, '"') OR contains(line, '  ')
                THEN list_transform(
                    regexp_extract_all(line, '"(?:[^"]|"")*"|[^ ]+'),
                    lambda word: CASE
                        WHEN starts_with(word, '"') AND length(word) > 1 AND ends_with(word, '"')
                            THEN replace(substr(word, 2, length(word) - 2), '""', '"')
                        ELSE word
                    END
                )
            ELSE string_split(rtrim(line), ' ')
        END AS w
    FROM numbered
), named AS (
    SELECT
        line,
        len(w) = header.width AND NOT starts_with(line, '#') AS has_all,
        w[header.stamp_index] AS stamp,
        CASE WHEN header.day_index IS NOT NULL THEN w[header.day_index] ELSE CAST(header.day AS VARCHAR) END AS day,
        w[header.time_index] AS time,
        concat(w[header.local_day_index], ' ', w[header.local_time_index]) AS local_time,
        $vhost AS vhost,
        split_part(w[header.client_index], '%', 1) AS client,
        coalesce(w[header.method_index], CASE WHEN stamp IS NOT NULL THEN 'GET' END) AS method,
        CASE
            WHEN left(w[header.path_index], 1) IN ('/', '*', '-') THEN w[header.path_index]
            ELSE regexp_replace(w[header.path_index], '^(?:[a-z]+://)?[^/?]+', '')  -- a whole URL, as proxies log it
        END AS path,
        nullif(w[header.query_index], '-') AS query,
        coalesce(w[header.status_index], CASE WHEN stamp IS NOT NULL THEN '200' END) AS status,
        coalesce(w[header.agent_index], '') AS agent,
        {columns}
    FROM worded
    LEFT JOIN chunk_header AS header USING (header_no)
)
SELECT
    line,
    false AS is_clean,
    has_all AND client <> '' AND client <> '-' AND regexp_full_match(method, '[A-Za-z][A-Za-z_-]*') AND path <> '' AS fits,
    CASE
        WHEN stamp IS NOT NULL THEN {stamped_at}
        WHEN starts_with(time, '24') THEN NULL  -- DuckDB would take it for the next day
        WHEN time IS NOT NULL THEN try_cast(concat(day, ' ', time) AS TIMESTAMP)
        ELSE make_timestamp(epoch_us(try_cast(local_time AS TIMESTAMP) AT TIME ZONE $zone))
    END AS logged_at,
    vhost,
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
