-- title: Lines that name no host
-- about: Gives the lines of chunk_line without a virtual host that of their log, where other lines of it name hosts.
-- reads: $site
-- makes: chunk_line
UPDATE chunk_line
SET vhost = $site
WHERE vhost = ''
