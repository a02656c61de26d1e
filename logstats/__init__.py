"""logstats: a portal's visit counter and reports, computed from its own access logs."""
