-- title: Hosts with the name of their origin
-- about: A query of each host of `first_view` with its name and channel. A host that is in no row of the names is a site
-- about: of its own, named by its host without www.; an IP or a host without a dot is `other`.
-- reads: first_view
WITH host AS (
    SELECT DISTINCT host, string_split(host, '.') AS labels
    FROM first_view
    WHERE host <> ''
), suffix AS (
    SELECT host, unnest(list_transform(range(len(labels)), lambda index: array_to_string(labels[index + 1:], '.'))) AS suffix
    FROM host
), spelled AS (
    SELECT host, suffix FROM suffix
    UNION
    SELECT host, regexp_replace(suffix, '^([^.]+)[.](?:com?[.])?[a-z]{2,3}$', '\1.*') FROM suffix
), known_name AS (
    {fragments/origins/names}
), named AS (
    SELECT
        spelled.host,
        max_by({name: known_name.name, channel: known_name.channel}, (length(known_name.suffix), known_name.suffix)) AS origin
    FROM spelled
    JOIN known_name ON known_name.suffix = spelled.suffix
    GROUP BY spelled.host
)
SELECT
    host.host,
    coalesce(named.origin.name, regexp_replace(host.host, '^www[.]', '')) AS name,
    CASE
        WHEN named.origin.channel IS NOT NULL THEN named.origin.channel
        WHEN regexp_matches(host.host, '^[0-9.]+$|:|^[^.]*$') THEN 'other'
        ELSE 'site'
    END AS channel
FROM host
LEFT JOIN named ON named.host = host.host
