"""What is one article on the portals that there are: ready rules for logstats.toml's `rules`, as data.

A rule's pattern (RE2) is looked for in the canonical address; the first of a site's rules that fits says
which article it is: `key` with {name} or {1} in the place of the pattern's groups. Without a key the
address is a page, and no article. A key begins with no slash, so that none is the address of a page.
`section` is told likewise; without it, it is the first part of the path.
"""

from typing import NamedTuple


class ArticleRule(NamedTuple):
    """One rule: addresses that the pattern is found in are the article `key` in `section`."""

    pattern: str
    key: str | None = None
    section: str | None = None


class Portal(NamedTuple):
    """One family of portals: its rules in order, and whether its server takes capitals for small letters."""

    rules: tuple[ArticleRule, ...]
    fold_case: bool = False


_END = r"(?:\?|$)"  # an id in the path tells the article, whatever the query
_ID = r"(?P<id>\d+)"
_GUID = r"(?P<id>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"

PORTALS: dict[str, Portal] = {
    # Lào Cai's portals, before and after they were made anew
    "laocai": Portal(
        (
            # /section/slug-1105750: an id has five digits and more, so that a year at the end is none
            ArticleRule(r"^(?P<section>/(?:[^?]*/)?)[^/?]*-(?P<id>\d{5,})(?:\?|$)", "{id}", "{section}"),
            # /site/folder/category/article/slug/slug: four numbers, the fourth is the article's
            ArticleRule(rf"^(?P<section>/\d+/\d+/\d+/){_ID}(?:[/?]|$)", "old/{id}", "{section}"),
        )
    ),
    # newspapers: baolaocai.vn, VnExpress's children, mic.gov.vn
    "bao": Portal(
        (
            # /slug-post397110.html; .amp and .tpo are the same for other readers
            ArticleRule(rf"-post{_ID}\.(?:html?|amp|tpo|vov|vnp){_END}", "post/{id}"),
            # /slug-197118208.htm, /slug-20241003083820222.htm: nine digits and more are no date of a title
            ArticleRule(r"-(?P<id>\d{9,})\.(?:html?|chn|amp)(?:\?|$)", "{id}"),
            # /en/bai-viet/23443: the id is the same in each language
            ArticleRule(rf"^(?:/[a-z]{{2}})?/bai-viet/{_ID}(?:[/?]|$)", "bai-viet/{id}"),
            # /tin-tuc/slug.html: no id, and a 2026 at its end is a year
            ArticleRule(
                r"^(?P<section>/(?:[^/?]+/)+)(?P<slug>[^/?]*-[^/?]*-[^/?]*)\.html?(?:\?|$)",
                "{slug}",
                "{section}",
            ),
        )
    ),
    "liferay": Portal(
        (
            # content/id/11456789, document/id/126552: an id of the asset
            ArticleRule(rf"/-/asset_publisher/[^/]+/(?:content|document)/id/{_ID}{_END}", "asset/{id}"),
            # content/slug/20181: the number is of the site that the slug is of, so both are the identity
            ArticleRule(
                rf"/-/asset_publisher/[^/]+/content/(?P<slug>[^/?]+)/{_ID}{_END}", "content/{slug}/{id}"
            ),
            # content/slug
            ArticleRule(r"/-/asset_publisher/[^/]+/content/(?P<slug>[^/?]+)(?:\?|$)", "content/{slug}"),
            # /-/details/188850/slug-81095830: the number in the middle is the site's
            ArticleRule(rf"/-/details/\d+/[^/?]*-{_ID}{_END}", "details/{id}"),
            # /-/view_content/content/2965950/slug, and /view/2965950/907893219797, where the second is random
            ArticleRule(rf"/-/view_content/content/{_ID}(?:[/?]|$)", "view/{id}"),
            ArticleRule(rf"/view/{_ID}/\d+{_END}", "view/{id}"),
            # /-/view-article/1/13848241113627/1589692995213: the last is when it was made, in any language
            ArticleRule(rf"/-/view-article/\d+/\d+/{_ID}{_END}", "view-article/{id}"),
        )
    ),
    "nukeviet": Portal(
        (
            # forms and files beside an article are no readings of it
            ArticleRule(r"^(?:/[a-z]{2})?/[a-z0-9-]+/(?:sendmail|savefile|rss|tag|search)/"),
            # /vi/news/category/slug-26895.html, and its print/ form; ids are those of a module in a language
            ArticleRule(
                r"^(?:/(?P<lang>[a-z]{2}))?/(?P<module>[a-z0-9-]+)/(?:print/)?(?P<section>[^/?]+)/"
                rf"[^/?]+-{_ID}\.html{_END}",
                "{module}/{lang}/{id}",
                "/{section}/",
            ),
            # the same as written before addresses were made nice; parameters come sorted
            ArticleRule(
                rf"^/index\.php\?language=(?P<lang>[a-z]{{2}})&nv=(?P<module>[a-z0-9-]+)"
                rf"&op=(?:print/)?(?P<section>[^/&]+)/[^/&]+-{_ID}(?:\.html)?(?:&|$)",
                "{module}/{lang}/{id}",
                "/{section}/",
            ),
        )
    ),
    "sharepoint": Portal(
        (
            # …/Lists/ThoiSu/View_Detail.aspx?ItemID=13820: numbers are counted by list, and lists by subsite
            ArticleRule(
                r"^/(?P<site>(?:.*?/)?)lists/(?P<list>[^/?]+)/[^/?]+\.aspx\?(?:.*&)?(?:item)?id=(?P<id>\d+)",
                "{site}{list}/{id}",
                "/{site}{list}/",
            ),
            # Pages/chitiettin.aspx?idTin=2211&idcm=9: idcm is its category
            ArticleRule(rf"^/(?P<site>(?:.*?/)?)pages/[^/?]+\.aspx\?(?:.*&)?idtin={_ID}", "{site}tin/{id}"),
            # Pages/chi-tiet.aspx?url=/slug-20241003083820222.htm
            ArticleRule(
                rf"^/(?P<site>(?:.*?/)?)pages/[^/?]+\.aspx\?(?:.*&)?url=[^&]*-{_ID}\.html?", "{site}url/{id}"
            ),
        ),
        fold_case=True,
    ),
    "dnn": Portal(
        (
            # Default.aspx?do=detail&id=9d8c469f-…&page=news-detail
            ArticleRule(
                r"^/default\.aspx\?(?:.*&)?id=(?P<id>[0-9a-f]{8}-[^&]*)&(?:.*&)?page=(?P<page>[^&]+)",
                "{page}/{id}",
            ),
            # Default.aspx?tabid=22641&ID=5: a tab shows the article of that number, or its own text
            ArticleRule(
                r"^/default\.aspx\?(?:.*&)?id=(?P<id>\d*)&(?:.*&)?tabid=(?P<tab>\d+)",
                "tab/{tab}/{id}",
                "/tab/{tab}/",
            ),
            ArticleRule(
                r"/tabid/(?P<tab>\d+)/(?:.*/)?(?:id|itemid|articleid|newsid)/(?P<id>\d+)",
                "tab/{tab}/{id}",
                "/tab/{tab}/",
            ),
            # Default.aspx?sname=ubndnamdinh&sid=4&pageid=468: pages of several sites in one
            ArticleRule(
                r"^/default\.aspx\?(?:.*&)?pageid=(?P<id>\d+)&(?:.*&)?sid=(?P<site>\d+)",
                "{site}/{id}",
                "/{site}/",
            ),
        ),
        fold_case=True,
    ),
    # what stands in the path of portals made by hand
    "path-id": Portal(
        (
            ArticleRule(rf"/nid/{_ID}(?:[/?]|$)", "nid/{id}"),  # /group/167/nid/4819/slug
            ArticleRule(
                r"/(?P<name>[A-Za-z_]+)=(?P<id>\d+)(?:\?|$)", "{name}={id}"
            ),  # /chi-tiet-van-ban/VB_ID=16778
            ArticleRule(
                rf"^(?P<section>/chi-tiet[^/?]*/){_ID}(?:[/?]|$)", "chi-tiet/{id}", "{section}"
            ),  # /chi-tiet/3403/slug
            ArticleRule(
                rf"^(?P<section>/(?:[^/?]+/)*)[^/?]*-[^/?]*/{_ID}{_END}", "{id}", "{section}"
            ),  # /section/slug/2695/
        )
    ),
    # what stands in their query
    "query-id": Portal(
        (
            ArticleRule(
                rf"^/(?P<page>[^?]+)\?(?:.*&)?param=[^&]*-{_GUID}", "{id}", "/{page}/"
            ),  # the guid behind a slug
            # /chi-tiet-tin-tuc?d=1045&c=7: c is its category
            ArticleRule(
                rf"^/(?P<page>[^?]+)\?(?:.*&)?(?:d|id|nid|newsid|articleid|itemid)={_ID}(?:&|$)",
                "{page}/{id}",
                "/{page}/",
            ),
        )
    ),
}
