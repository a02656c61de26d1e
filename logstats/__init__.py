"""logstats: a portal's visit counter and reports, worked out from its own access logs."""
