-- title: Days of pruned views
-- about: pruned_article_days: how many page views of each article and local day are pruned.
-- reads: store.pruned_article_day
-- makes: pruned_article_days
CREATE OR REPLACE TEMP VIEW pruned_article_days AS
SELECT site_id, day, article_id, CAST(sum(views) AS BIGINT) AS views
FROM store.pruned_article_day
GROUP BY site_id, day, article_id
