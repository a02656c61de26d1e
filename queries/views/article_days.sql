-- title: Days of articles
-- about: article_days: the views of each article by people on each local day, also of days whose hits are pruned.
-- reads: store.article_day
-- makes: article_days
CREATE OR REPLACE TEMP VIEW article_days AS
SELECT site_id, day, article_id, views
FROM store.article_day
