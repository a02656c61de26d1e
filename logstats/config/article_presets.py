"""Ready article rules for portal software, as data: the choices of `rules` in logstats.toml.

A rule's pattern (RE2) is searched in the canonical URL. The first rule of a site that matches gives the
article: `key`, in which {name} or {1} stands for a group of the pattern. A rule without a key says that the
URL is a page and not an article. Keys do not begin with a slash, so that no key equals the URL of a page.
`section` is filled in the same way; without it, the section is the first part of the path.
"""

from typing import Annotated, NamedTuple

from logstats.config.converters import PATTERN, REBUILD, TEXT, Setting


class ArticleRule(NamedTuple):
    """One rule: a URL that matches the pattern is the article `key` in `section`."""

    pattern: Annotated[
        str,
        Setting(
            PATTERN,
            "A regular expression (RE2), searched in the canonical URL.",
            REBUILD,
            example=r"'^(/van-ban/).*-(?P<id>\d+)$'",
            default="none; the key is required",
        ),
    ]
    key: Annotated[
        str | None,
        Setting(
            TEXT,
            "The article. {id} stands for the group `id` of the pattern, {1} for the first group. Without "
            "a key, the URL is a page and not an article.",
            REBUILD,
            example='"van-ban/{id}"',
            default="none",
        ),
    ] = None
    section: Annotated[
        str | None,
        Setting(
            TEXT,
            "The section of the article, written like `key`.",
            REBUILD,
            example='"{1}"',
            default="the first part of the URL's path",
        ),
    ] = None


class Portal(NamedTuple):
    """One family of portals: its rules in order, and whether its server ignores case in URLs."""

    rules: tuple[ArticleRule, ...]
    fold_case: bool = False


_END = r"(?:\?|$)"  # an id in the path identifies the article, with any query
_ID = r"(?P<id>\d+)"
_GUID = r"(?P<id>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"

PORTALS: dict[str, Portal] = {
    # Lào Cai's portals, before and after their relaunch
    "laocai": Portal(
        (
            # /section/slug-1105750: an id has at least five digits, so that a year at the end is not an id
            ArticleRule(r"^(?P<section>/(?:[^?]*/)?)[^/?]*-(?P<id>\d{5,})(?:\?|$)", "{id}", "{section}"),
            # /site/folder/category/article/slug/slug: the fourth of four numbers is the article's id
            ArticleRule(rf"^(?P<section>/\d+/\d+/\d+/){_ID}(?:[/?]|$)", "old/{id}", "{section}"),
        )
    ),
    # newspapers: baolaocai.vn, VnExpress's children, mic.gov.vn
    "bao": Portal(
        (
            # /slug-post397110.html; .amp and .tpo are other renderings of the same article
            ArticleRule(rf"-post{_ID}\.(?:html?|amp|tpo|vov|vnp){_END}", "post/{id}"),
            # /slug-197118208.htm, /slug-20241003083820222.htm: at least nine digits, so that
            # a date in a title is not an id
            ArticleRule(r"-(?P<id>\d{9,})\.(?:html?|chn|amp)(?:\?|$)", "{id}"),
            # /en/bai-viet/23443: the id is the same in each language
            ArticleRule(rf"^(?:/[a-z]{{2}})?/bai-viet/{_ID}(?:[/?]|$)", "bai-viet/{id}"),
            # /tin-tuc/slug.html: there is no id; 2026 at the end is a year
            ArticleRule(
                r"^(?P<section>/(?:[^/?]+/)+)(?P<slug>[^/?]*-[^/?]*-[^/?]*)\.html?(?:\?|$)",
                "{slug}",
                "{section}",
            ),
        )
    ),
    "liferay": Portal(
        (
            # content/id/11456789, document/id/126552: the asset's id
            ArticleRule(rf"/-/asset_publisher/[^/]+/(?:content|document)/id/{_ID}{_END}", "asset/{id}"),
            # content/slug/20181: the number is the site's id, and slugs are unique per site: the key has both
            ArticleRule(
                rf"/-/asset_publisher/[^/]+/content/(?P<slug>[^/?]+)/{_ID}{_END}", "content/{slug}/{id}"
            ),
            # content/slug
            ArticleRule(r"/-/asset_publisher/[^/]+/content/(?P<slug>[^/?]+)(?:\?|$)", "content/{slug}"),
            # /-/details/188850/slug-81095830: the number in the middle is the site's id
            ArticleRule(rf"/-/details/\d+/[^/?]*-{_ID}{_END}", "details/{id}"),
            # /-/view_content/content/2965950/slug; /view/2965950/907893219797, whose second number is random
            ArticleRule(rf"/-/view_content/content/{_ID}(?:[/?]|$)", "view/{id}"),
            ArticleRule(rf"/view/{_ID}/\d+{_END}", "view/{id}"),
            # /-/view-article/1/13848241113627/1589692995213: the last number is the time of creation, the
            # same in each language
            ArticleRule(rf"/-/view-article/\d+/\d+/{_ID}{_END}", "view-article/{id}"),
        )
    ),
    "nukeviet": Portal(
        (
            # forms and files beside an article are not views of it
            ArticleRule(r"^(?:/[a-z]{2})?/[a-z0-9-]+/(?:sendmail|savefile|rss|tag|search)/"),
            # /vi/news/category/slug-26895.html, and its print/ form; ids are unique per module and language
            ArticleRule(
                r"^(?:/(?P<lang>[a-z]{2}))?/(?P<module>[a-z0-9-]+)/(?:print/)?(?P<section>[^/?]+)/"
                rf"[^/?]+-{_ID}\.html{_END}",
                "{module}/{lang}/{id}",
                "/{section}/",
            ),
            # the same without URL rewriting; the canonical URL has its parameters sorted
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
            # …/Lists/ThoiSu/View_Detail.aspx?ItemID=13820: ids are unique per list, and lists per subsite
            ArticleRule(
                r"^/(?P<site>(?:.*?/)?)lists/(?P<list>[^/?]+)/[^/?]+\.aspx\?(?:.*&)?(?:item)?id=(?P<id>\d+)",
                "{site}{list}/{id}",
                "/{site}{list}/",
            ),
            # Pages/chitiettin.aspx?idTin=2211&idcm=9: idcm is the article's category
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
            # Default.aspx?tabid=22641&ID=5: a tab shows the article with that id, or its own text
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
            # Default.aspx?sname=ubndnamdinh&sid=4&pageid=468: the pages of several sites in one installation
            ArticleRule(
                r"^/default\.aspx\?(?:.*&)?pageid=(?P<id>\d+)&(?:.*&)?sid=(?P<site>\d+)",
                "{site}/{id}",
                "/{site}/",
            ),
        ),
        fold_case=True,
    ),
    # ids in the paths of custom-made portals
    "path-id": Portal(
        (
            # /group/167/nid/4819/slug
            ArticleRule(rf"/nid/{_ID}(?:[/?]|$)", "nid/{id}"),
            # /chi-tiet-van-ban/VB_ID=16778
            ArticleRule(r"/(?P<name>[A-Za-z_]+)=(?P<id>\d+)(?:\?|$)", "{name}={id}"),
            # /chi-tiet/3403/slug
            ArticleRule(rf"^(?P<section>/chi-tiet[^/?]*/){_ID}(?:[/?]|$)", "chi-tiet/{id}", "{section}"),
            # /section/slug/2695/
            ArticleRule(rf"^(?P<section>/(?:[^/?]+/)*)[^/?]*-[^/?]*/{_ID}{_END}", "{id}", "{section}"),
        )
    ),
    # ids in their queries
    "query-id": Portal(
        (
            # the GUID after a slug
            ArticleRule(rf"^/(?P<page>[^?]+)\?(?:.*&)?param=[^&]*-{_GUID}", "{id}", "/{page}/"),
            # /chi-tiet-tin-tuc?d=1045&c=7: c is the article's category
            ArticleRule(
                rf"^/(?P<page>[^?]+)\?(?:.*&)?(?:d|id|nid|newsid|articleid|itemid)={_ID}(?:&|$)",
                "{page}/{id}",
                "/{page}/",
            ),
        )
    ),
}
