-- title: Lines of W3C extended logs
-- about: A query of the fields of each line, by the header lines above it. Values are separated by tabs or spaces;
-- about: they may be quoted, and IIS writes a space in them as +. CloudFront, with tabs, percent-encodes agents, once
-- about: or twice. Times are UTC, except fields that are called local.
-- reads: chunk_header, text_line
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
        w[header.stamp_place] AS stamp,
        CASE WHEN header.day_place IS NOT NULL THEN w[header.day_place] ELSE CAST(header.day AS VARCHAR) END AS day,
        w[header.time_place] AS time,
        concat(w[header.local_day_place], ' ', w[header.local_time_place]) AS local_time,
        $vhost AS vhost,
        split_part(w[header.client_place], '%', 1) AS client,
        coalesce(nullif(w[header.forwarded_place], '-'), '') AS forwarded,
        coalesce(w[header.method_place], CASE WHEN stamp IS NOT NULL THEN 'GET' END) AS method,
        CASE
            WHEN left(w[header.path_place], 1) IN ('/', '*', '-') THEN w[header.path_place]
            ELSE regexp_replace(w[header.path_place], '^(?:[a-z]+://)?[^/?]+', '')  -- an absolute URL, as a proxy gets it
        END AS path,
        nullif(w[header.query_place], '-') AS query,
        coalesce(w[header.status_place], CASE WHEN stamp IS NOT NULL THEN '200' END) AS status,
        coalesce(w[header.bytes_place], '-') AS bytes,
        coalesce(w[header.referrer_place], '') AS referrer,
        coalesce(w[header.agent_place], '') AS agent
    FROM worded
    LEFT JOIN chunk_header AS header USING (header_no)
)
SELECT
    line,
    false AS is_clean,
    has_all AND client <> '' AND client <> '-' AND regexp_full_match(method, '[A-Za-z][A-Za-z_-]*') AND path <> '' AS fits,
    CASE
        WHEN stamp IS NOT NULL THEN {stamped_at}
        WHEN time IS NOT NULL THEN try_cast(concat(day, ' ', time) AS TIMESTAMP)
        ELSE make_timestamp(epoch_us(try_cast(local_time AS TIMESTAMP) AT TIME ZONE $zone))
    END AS logged_at,
    vhost,
    client,
    forwarded,
    concat(method, ' ', path, CASE WHEN query <> '' THEN concat('?', query) ELSE '' END, ' HTTP/1.1') AS request,
    status,
    bytes,
    referrer,
    CASE
        WHEN contains(line, E'\t') AND contains(agent, '%') THEN coalesce(try(url_decode(url_decode(agent))), agent)
        WHEN contains(agent, '+') AND NOT contains(agent, ' ')
            THEN replace(replace(replace(agent, '++', E' \x01'), '+', ' '), E'\x01', '+')
        ELSE agent
    END AS agent
FROM named
