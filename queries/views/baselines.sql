-- title: Baselines
-- about: baselines: the count of an old counter before a day; of several for one site and day the newest one.
-- reads: store.baseline
-- makes: baselines
CREATE OR REPLACE TEMP VIEW baselines AS
SELECT site_id, on_day, visits, note, set_at
FROM store.baseline
QUALIFY row_number() OVER (PARTITION BY site_id, on_day ORDER BY set_at DESC) = 1
