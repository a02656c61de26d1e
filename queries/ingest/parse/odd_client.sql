-- title: Clients to look at
-- about: Each client of a hit that is not an IPv4 address, or for which something is forwarded; {columns} are client
-- about: and, where a line of the format may have it, forwarded. The clients are made distinct first: the pattern is
-- about: then tested for a tenth of the lines. OFFSET keeps DuckDB from testing it before.
-- reads: {columns}, {forwarded}, {table}
SELECT client, {forwarded} AS forwarded
FROM (
    SELECT DISTINCT {columns}
    FROM {table}
    WHERE reason IS NULL
    OFFSET 0
)
WHERE {forwarded} <> '' OR NOT {fragments/is_ipv4(client)}
