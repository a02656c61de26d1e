-- title: The code of a host and a request
-- about: An expression of the codes of both, from $base on, as a number.
-- reads: $base
$base + hit.request_code + (CAST(hit.vhost_code AS BIGINT) << 32)
