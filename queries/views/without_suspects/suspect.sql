-- title: The suspects that are left out
-- about: suspect: visitors and UTC days. From here on the views of people are without them.
-- reads: suspects
-- makes: suspect
CREATE OR REPLACE TEMP TABLE suspect AS
SELECT site_id, client, agent_id, day
FROM suspects
