-- title: Visitors online on pruned days
-- about: pruned_online: how many visitors were online at instants of pruned days, every ten minutes, where there was one.
-- reads: store.pruned_online
-- makes: pruned_online
CREATE OR REPLACE TEMP VIEW pruned_online AS
SELECT site_id, step_at, CAST(sum(online) AS BIGINT) AS online
FROM store.pruned_online
GROUP BY site_id, step_at
