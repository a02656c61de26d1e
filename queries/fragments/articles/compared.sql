-- title: Views compared with the period before
-- about: A query of `views` with the change against `views_before`; it is NULL where the hits of a site do not go back
-- about: to the first day of the period before.
-- reads: known, sites, views, views_before, $before, $without_suspects
SELECT
    views.*,
    CASE
        WHEN CASE WHEN $without_suspects THEN known.suspects_from ELSE known.known_from END
            <= {fragments/local_day(CAST($before AS TIMESTAMP), sites.timezone)}
        THEN CAST(views.views - coalesce(views_before.views, 0) AS BIGINT)
    END AS change
FROM views
JOIN sites ON sites.site_id = views.site_id
JOIN known ON known.site_id = views.site_id
LEFT JOIN views_before
    ON views_before.site_id = views.site_id
    AND views_before.row_id = views.row_id
    AND views_before.section = views.section
