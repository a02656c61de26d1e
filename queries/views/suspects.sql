-- title: Visitors who behave unlike people
-- about: suspects: the visitors of each UTC day that match a rule, and their page views of that day. The rules:
-- about: `scanner paths`, three requests for paths that only scanners request and that do not exist; `too many a
-- about: minute`, sixty page views in one minute; `clockwork`, twenty page views whose gaps differ by less than a
-- about: tenth; `no assets`, twenty page views without an image, style or script, on a day on which the site's log
-- about: has more of these than page views. Some suspects may be people, such as a reader with a full cache or with
-- about: many tabs.
-- reads: examined_hits, pages
-- makes: suspects
CREATE OR REPLACE TEMP VIEW suspects AS
{fragments/suspects/suspect(examined_hits)}
