"""Query parameters that say how a reader came to a page, or in which state a portal shows it.

They do not identify the content. A name that also identifies content on some sites has the values that do
not.
"""

import re
from typing import NamedTuple

ADGUARD = (
    "https://github.com/AdguardTeam/AdguardFilters/blob/master/TrackParamFilter/sections/general_url.txt"
)
REGISTRY = "https://github.com/mpchadwick/tracking-query-params-registry"
GOATCOUNTER = "GoatCounter, the parameters that it removes from paths"
SHARED = "seen in links that the app shares"
LOGS = "seen in logs of portals"


class Tracker(NamedTuple):
    """Parameters of one family: their names, where * stands for any characters, and where they are described.

    `values` is a pattern of the values with which they track; '' stands for any value.
    """

    family: str
    names: str
    source: str
    values: str = ""


TRACKERS = (
    Tracker("Google Analytics", "utm_* _ga _gl _gac", "https://support.google.com/analytics/answer/10071811"),
    Tracker("Google Analytics", "ga_source ga_medium ga_term ga_content ga_campaign ga_place", GOATCOUNTER),
    Tracker(
        "Google Ads",
        "gclid gclsrc gbraid wbraid dclid gad_* gclid_*",
        "https://support.google.com/google-ads/answer/9744275",
    ),
    Tracker("Google Search", "ved usg usqp", ADGUARD),
    Tracker("Google Merchant Center", "srsltid", "https://support.google.com/merchants/answer/11127659"),
    Tracker("Google Translate", "_x_tr_*", GOATCOUNTER),
    Tracker("Microsoft Advertising", "msclkid", "https://help.ads.microsoft.com/apex/index/3/en/60000"),
    Tracker("Facebook", "fbclid fb_action_ids fb_action_types fb_comment_id fb_ref fb_source", ADGUARD),
    Tracker("Facebook", "action_object_map action_ref_map action_type_map", ADGUARD),
    Tracker("Facebook", "mibextid sfnsn rdid share_url __cft__* __tn__", SHARED),
    Tracker("Instagram", "igshid igsh ig_rid ig_mid", SHARED),
    Tracker("X", "twclid", ADGUARD),
    Tracker("TikTok", "ttclid", "https://ads.tiktok.com/help/article/tiktok-click-id"),
    Tracker("Zalo", "zarsrc gidzl zalo_*", LOGS),
    Tracker("WeChat", "isappinstalled nsukey", GOATCOUNTER),
    Tracker("WeChat", "from", GOATCOUNTER, values="singlemessage|groupmessage|timeline"),
    Tracker("LinkedIn", "li_fat_id lipi trk trkinfo", "https://www.linkedin.com/help/lms/answer/a423304"),
    Tracker("Pinterest", "epik", REGISTRY),
    Tracker("Snapchat", "sccid", "https://businesshelp.snapchat.com/s/article/click-id"),
    Tracker("Reddit", "rdt_cid", "https://business.reddithelp.com/s/article/click-id"),
    Tracker("Yandex", "yclid ysclid _openstat", ADGUARD),
    Tracker("Yahoo", "guccounter guce_referrer guce_referrer_sig", ADGUARD),
    Tracker("Alibaba", "spm scm", "https://www.alibabacloud.com/help (spm is in each link)"),
    Tracker("Taboola, Outbrain", "tblci dicbo oborigurl", "parameters of their click ids"),
    Tracker(
        "Matomo", "mtm_* pk_* matomo_* piwik_*", "https://matomo.org/faq/reports/what-is-campaign-tracking/"
    ),
    Tracker(
        "Piano Analytics", "at_* xtor", "https://developers.atinternet-solutions.com (marketing campaigns)"
    ),
    Tracker("Adobe Analytics", "s_cid s_kwcid ef_id", f"{ADGUARD}, {REGISTRY}"),
    Tracker("Coremetrics", "cm_mmc* cm_me cm_cr", ADGUARD),
    Tracker(
        "Mapp", "wt_mc wt_zmc", "https://documentation.mapp.com/latest/en/url-campaign-mapper-19109338.html"
    ),
    Tracker("Webtrends", "wt.mc_*", REGISTRY),
    Tracker("Parse.ly", "itm_*", "https://www.parse.ly/help/kb/campaign-tracking-guide"),
    Tracker("Cxense", "cx_click cx_recsorder cx_recswidget", ADGUARD),
    Tracker("campaigns of several products", "cmpid", ADGUARD),
    Tracker("Mailchimp", "mc_cid mc_eid", REGISTRY),
    Tracker("HubSpot", "_hsenc _hsmi __hsfp __hssc __hstc hsa_* hsctatracking", ADGUARD),
    Tracker("Marketo", "mkt_tok", ADGUARD),
    Tracker("Eloqua", "elq elqtrackid elqaid elqat elqcampaignid elqak", ADGUARD),
    Tracker("Klaviyo", "_ke _kx", REGISTRY),
    Tracker("ActiveCampaign", "vgo_ee", "https://github.com/brave/brave-core (query filter)"),
    Tracker("Vero", "vero_conv vero_id", ADGUARD),
    Tracker("Drip", "__s", ADGUARD),
    Tracker("Omeda", "oly_anon_id oly_enc_id", ADGUARD),
    Tracker("Olytics", "rb_clickid", ADGUARD),
    Tracker("MailerLite", "ml_subscriber ml_subscriber_hash", ADGUARD),
    Tracker("Blueshift", "bsft_*", ADGUARD),
    Tracker(
        "Bronto, dotdigital, Listrak", "_bta_tid _bta_c dm_i trk_contact trk_msg trk_module trk_sid", REGISTRY
    ),
    Tracker(
        "Salesforce Marketing Cloud", "sfmc_*", "https://help.salesforce.com (parameters of email links)"
    ),
    Tracker("Branch, Adjust", "_branch_match_id _branch_referrer adjust_*", ADGUARD),
    Tracker("Impact, Awin, ShareASale, Tradedoubler", "irclickid irgwc ir_* awc sscid tduid", ADGUARD),
    Tracker("Marin, Wicked Reports", "mkwid pcrid wickedid", REGISTRY),
    Tracker("Cloudflare's challenges", "__cf_chl_*", GOATCOUNTER),
    Tracker("Liferay: a portlet's state", "p_p_* p_l_back_url p_auth", LOGS),
    Tracker("the page to which a portal's form returns", "redirect", LOGS),
    Tracker("sessions", "jsessionid phpsessid aspsessionid*", LOGS),
)


def pattern() -> str:
    """Return the pattern (RE2) of a decoded parameter that tracks; the names are matched in any case."""
    names = sorted(name for tracker in TRACKERS if not tracker.values for name in tracker.names.split())
    any_value = "|".join(map(_pattern, names))
    with_values = "".join(
        f"|{_pattern(tracker.names)}=(?:{tracker.values})$" for tracker in TRACKERS if tracker.values
    )
    return rf"^(?i:(?:{any_value})(?:\[\])?(?:=|$){with_values})"


def _pattern(name: str) -> str:
    return re.escape(name).replace(r"\*", "[^=]*")
