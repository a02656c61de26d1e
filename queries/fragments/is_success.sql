-- title: The status is a success
-- about: A condition on a hit: only requests with the status 2xx or 304 are page views.
(status = 304 OR status BETWEEN 200 AND 299)
