-- title: Whether a line names a host
-- about: An expression: whether a line names one of the hosts in `refused`, and its page is not known.
-- reads: refused
line.page_id IS NULL AND line.vhost IN (SELECT vhost FROM refused)
