-- title: Parameters of search pages
-- about: A query of the names of parameters that hold the words of a search on the site itself; of several in one URL the
-- about: first in this order counts. The remark is the reason why a name is there.
SELECT rank, name
FROM (VALUES
    (1, 'q'),  -- NukeViet, Google's site search and most programs
    (2, 'keyword'),  -- Liferay, older ASP.NET portals
    (3, 'tukhoa'),  -- portals that are made in Vietnam: từ khóa
    (4, 'search'),  -- Drupal's forms, and programs of one site
    (5, 's')  -- WordPress; the last, since elsewhere it may be a session or a sort
) AS parameter(rank, name)
