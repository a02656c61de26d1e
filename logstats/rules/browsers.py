"""The form of browsers' user agents, and the names that may be in them.

An agent that says Mozilla is a browser's if it has a platform, an engine with its version, and after them
nothing but names of browsers and of apps that have one. In the web view of a phone's app, and on televisions
and old phones, the names are those of apps and devices, of which there is no list: there any name may follow.

The patterns are RE2. They are short, since a run compiles them whenever it meets a new agent.
"""

PRODUCTS = {
    # a browser, or an app that shows pages: the names that it has in its agent, in any case
    "engines": (
        "AppleWebKit ApplelWebkit WebKit Apple Gecko Goanna KHTML Presto Servo Treco CoolpadWebkit U2 "
        "U3 U4 Qt QtWebEngine Electron Crosswalk Nuanti NuantiMeta SCEE WPE"
    ),
    "what browsers add to their engine": (
        "Version Mobile Safari MobileSafari Mozilla like Build Ver WebP Large Screen Tablet TV VR "
        "Browser UA-CPU x86"
    ),
    "systems": (
        "Linux Windows iPhone iPad iOS OS X Mac Android System Release Maemo RX-34 RX-51 N900 "
        "UNTRUSTED 3gpp-gba Ubuntu Kubuntu Debian Fedora SUSE openSUSE CentOS Gentoo Mint Mandriva "
        "Mageia Red Hat Enterprise Slackware CyanogenMod FreeBSD Raspbian Sabayon ASPLinux PLD "
        "elementary elementaryOS ArchLinux GNU Petra Pre Pixi TouchPad P160U Desktop"
    ),
    "Chrome, Chromium": "Chrome Chromium CriOS CrMo CrKey chromeframe Cr4 Chr0me DeviceType",
    "Firefox": (
        "Firefox FxiOS Fennec Focus Klar Rocket Firebird Phoenix Minefield GranParadiso Shiretoko "
        "Namoroka BonEcho Lorentz"
    ),
    "Microsoft Edge, Internet Explorer": "Edge Edg EdgA EdgiOS MSIE Trident",
    "Opera": "Opera OPR OPX OPT OPiOS OPRGX OPN-B OperaMini Coast Oupeng",
    "Samsung Internet": "SamsungBrowser Dolfin SMM-MMS",
    "Cốc Cốc": "coc_coc_browser",
    "Brave": "Brave",
    "Vivaldi": "Vivaldi",
    "DuckDuckGo": "DuckDuckGo Ddg",
    "Ecosia": "Ecosia",
    "Yandex": (
        "YaBrowser Yowser YaSearchBrowser YaSearchApp YaApp_Android YaApp_iOS YandexSearch "
        "YandexSearchBrowser YandexSearchWebView BroPP webOmni Odin SA TA ZenKit "
        "ru.yandex.searchplugin"
    ),
    "UC Browser": "UBrowser UCBrowser UCBrowser-CMCC UCWEB UCMobile UCTurbo UC",
    "browsers of makers of phones": (
        "MiuiBrowser XiaoMi MintBrowser HeyTapBrowser OppoBrowser VivoBrowser HuaweiBrowser ArkWeb "
        "MZBrowser MobileLenovoBrowser NokiaBrowser BrowserNG S40OviBrowser SailfishBrowser KAIOS "
        "wOSBrowser ACHEETAHI"
    ),
    "Huawei, Honor": "HonorBrowser HMSCore",
    "QQ, WeChat": (
        "MQQBrowser QQBrowser TBS MttCustomUA MicroMessenger WeChat Weixin XWEB MMWEBID MMWEBSDK "
        "NetType Language QQ QQTheme Core Pixel WKType QBWebViewType"
    ),
    "Baidu": (
        "baidubrowser bdbrowser bdbrowser_i18n BIDUBrowser BDSpark Spark baiduboxapp baiduboxpad "
        "BaiduHD BaiduClient FlyFlow T5 T7 search hao123 SearchCraft"
    ),
    "360, 2345, Cheetah, Sogou, Maxthon and others of China": (
        "360browser 360SE 360EE QIHU TheWorld 2345Explorer Mb2345Browser 2345chrome LBBROWSER "
        "LieBaoFast MetaSr SE 2.X SogouMSE SogouMSE,SogouMobileBrowser Maxthon MxBrowser MxNitro "
        "Quark OneBrowser QvodPlayerBrowser WebLight Tanggula oc_AppSearch AliApp WindVane GCanvas Tx"
    ),
    "Naver Whale": "Whale NAVER",
    "Puffin": "Puffin",
    "Amazon Silk": "Silk Silk-Accelerated cordova-amazon-fireos AmazonWebAppPlatform",
    "browsers of makers of antivirus software": (
        "Avast AvastSecureBrowser ASW Safer AVG CCleaner Norton Avira AviraScout ADG"
    ),
    "SRWare Iron": "Iron",
    "Mozilla's relatives": (
        "SeaMonkey PaleMoon Waterfox Basilisk Iceweasel IceCat Iceape IceDragon Cyberfox K-Meleon "
        "Camino Chimera Galeon Flock CometBird TenFourFox Netscape Netscape6 Navigator Beonex "
        "Kazehakase conkeror Kylo Kapiko Minimo MultiZilla lolifox K-Ninja Orca Prism Wyzo "
        "FireDownload FireTorrent Ordissimo webissimo3 Fireweb LibreWolf"
    ),
    "WebKit's relatives": (
        "Epiphany Konqueror Midori Falkon QupZilla qutebrowser Arora rekonq OmniWeb iCab Sunrise "
        "SunriseBrowser Cheshire Lunascape Sleipnir Snowshoe Shiira Stainless Hana Element dwb OWB "
        "Fluid QtWeb epiphany-webkit vimb Internet Swing"
    ),
    "Chromium's relatives": (
        "Iridium Dragon Comodo_Dragon ChromePlus CoolNovo RockMelt Slimjet Amigo MRCHROME SOC CoRom "
        "Nichrome Atom Chedot Beamrise BoBrowser 1stBrowser TO-Browser CrossBrowser FreeU WebBrowser "
        "Squider SznProhlizec Torch Honorlock LikeWise Wavebox Min LBrowser Superbird AOL AOLBuild "
        "Evernote Google Earth CMAC Zen Arc Orion Diglo Unico"
    ),
    "browsers for phones and tablets": (
        "AlohaBrowser mCent HiBrowser PHX JioSphere Kiwi Mercury Dolphin PicoBrowser "
        "MiniBrowserMobile Soul Ojxvms WIB NetFront NetFrontLifeBrowser POLARIS Web Explorer "
        "YaaniBrowser NTENTBrowser SalamWeb VIDObrowser Hawk RakutenWebsearch RakutenBrowser "
        "AltiBrowser BlueBrowser RaftBrowser AgentWeb Odd eliboM Atom YoloBrowser USCC-R530U "
        "USCC-R950 MobileIron Mobicip JuziBrowser MXiOS ZTE _id"
    ),
    "glasses, cars, readers": (
        "OculusBrowser Wolvic SteamDeck Tesla TeslaBrowser QtCarBrowser PocketBook Kindle SmartCast"
    ),
    "Facebook, Messenger, Threads": "FBAN FBAV FB_IAB FB4A FBSMTWB MetaIAB Facebook Barcelona",
    "Instagram": "Instagram",
    "Zalo": "Zalo ZaloTheme ZaloLanguage",
    "Line": "Line",
    "KakaoTalk, Daum": "KAKAOTALK DaumApps DaumDevice",
    "TikTok": (
        "musical_ly TikTok trill BytedanceWebview ByteLocale ByteFullLocale Region AppName "
        "app_version Channel JsSdk"
    ),
    "Viber": "Viber",
    "Telegram": "Telegram Telegram-Android",
    "Snapchat": "Snapchat",
    "Pinterest": "Pinterest",
    "LinkedIn": "LinkedIn LinkedInApp",
    "X": "Twitter TwitterAndroid for",
    "Google's app": "GSA GoogleApp",
    "Bing's app": "BingWeb BingSapphire Sapphire",
    "Yahoo! Japan": (
        "YJApp-ANDROID YJApp-IOS jp.co.yahoo.android.yjtop jp.co.yahoo.android.ybrowser jp.co.yahoo.ipn.appli"
    ),
    "other apps": (
        "WebClip Instabridge Flipboard News BMID GoodAccess Yammer WorxWeb ManagedBrowser mall_sdk "
        "HootSuite Blackboard PodLP SEB Indeed Slack AtomShell HipChat Janetter Ghost Discord Code "
        "UnityPlayer QuickLook WebMoney Advisor ADOK"
    ),
    "mail programs, which show pages": (
        "Thunderbird ThunderBrowse Lightning Postbox eM Client Mailbird Icedove"
    ),
    "televisions, players": (
        "OMI Model VIZIO VIZIO-DTV Viera SonyCEBrowser Espial TiVo-Device TiVoOS TvBrowser "
        "AQUOSBrowser AQUOS-AS GNBR InettvBrowser DTVNetBrowser GW-Device MR-Device MAG200 MAG250 "
        "MAG350 stbapp rev GoogleTV SigmaDesigns ABB UWS airGClient Aphone RV VSTVB VSTVB_MB97 MB95 "
        "MB97 MB100 MB200 FVC Store WebAppManager"
    ),
    "consoles": "NintendoBrowser NX NF Tizen PlayStation",
    "bars and extensions of old browsers": (
        "GTB5 GTB6 GTB7.0 GTB7.1 AlexaToolbar FirePHP Mnenhy MRA YB YFF35 YE IPTV OWASMIME pango-text "
        ".NET CLR NET4.OC IR sputnik MMS Profile Configuration UP.Link Privoxy SWRInfo HCF SVN GD "
        "MEGAUPLOAD StumbleUpon UnAuth-State NS8"
    ),
}

ANY_NAME = (
    # what precedes names of apps and devices, of which there is no list
    r"\(compatible;.*(?:NetFront|Polaris|Maple|IBrowse|ABrowse|Webpositive)",  # old browsers
    r"[^)]*; ?wv\)",  # the web view of an app on Android
    r".*[ )]Version/4\.0 (?:\w+/[\w.-]+ ){0,2}(?:Chrome|Mobile Safari|Safari)/",  # the same, of older ones
    r"\(i(?:Phone|Pad|Pod)[^()]*\) AppleWebKit/[\d.]+ \(KHTML,? like Gecko\) Mobile/\w+",  # the same on iOS
    r".* Electron/\d",  # programs for desktops that show pages
    r".*FB(?:AN|_IAB)/",  # Facebook's apps
    r".*(?:HbbTV|CE-HTML|Smart-?TV|NetCast|NETTV|Web[0O]S|Tizen|BRAVIA|VIDAA|\bDTV\b)",  # televisions
    r".*(?: OMI| WPE|CrKey|SigmaDesigns|stbapp|_STB_|Coolita|Viera)",  # players and set-top boxes
    # consoles, readers and phones before Android
    r"(?:\[\w+\] )?\([^()]*(?:PlayStation|PSP|Nintendo|Xbox|Kindle|BlackBerry|BB10|Tablet OS|Symbian)",
    r"(?:\[\w+\] )?\([^()]*(?:Nokia|Palm|Bada|BREW)",
    r"[^()]*\([^()]*(?:Windows CE|IEMobile|Windows Phone|NetFront|jig browser|MobilePhone|KDDI|REX|SCP-)",
    r"\([^()]*\) Opera \d",  # Opera 5 to 8 by another name
    # rid of brackets by a proxy
    r"(?:Linux|iPhone|iPad|Windows|Macintosh|X11)[;,].*AppleWebKit/[\d.+]+ \(?KHTML,? like Gecko",
)

# the model of a phone, which may be called bot: from Android's version to Build or the next semicolon
PHONE = (
    r"(Android[ -][\d.]+; ?(?:[a-z]{2}-[a-zA-Z]{2}; ?)?)"
    r"[\w +-]*(?i:bot|spider|crawl)[\w +-]*((?:Build/|[;)]))"
)
ENGINE = (
    r"(?i)^Mozilla/[45]\.0 ?(?:[\w/.]+ )?\("
    r".*(?:WebKit ?/?|Gecko/|Trident/|MSIE |Konqueror/|KHTML/|Firefox/)\d"
)
USUAL = (
    # names of most agents: these alone are found without a look into PRODUCTS
    "Chrome Mobile Safari Version Firefox Edg EdgA EdgiOS OPR CriOS FxiOS GSA SamsungBrowser YaBrowser "
    "UCBrowser HuaweiBrowser HeyTapBrowser VivoBrowser MiuiBrowser XiaoMi coc_coc_browser DuckDuckGo Ddg "
    "Brave Vivaldi Silk U3 SA BroPP YaSearchBrowser YaApp_Android YaSearchApp webOmni Edge Ubuntu"
)
# what stands in brackets after the platform: in browsers neither `compatible` nor the name of a host
_KHTML = r"\((?:KHTML)?[^();]*\b(?:Gecko|Gheko)(?:, ?(?:Safari[\d/.+ ]*|HEVC|HDR|UHD)|; googleweblight)*\)?"
_COMMENT = (
    r"\( *(?:[^()ck]|c[^()o.]|k[^()h.])"
    r"(?:[^().]|\.[^()a-z]|\d\.[a-z]|\.NET|\.dfsg|docs\.google\.com)*\)|\(\)|\([^();@.]*$"
)
_NESTED = r"[^()]*(?:\([^()]*\)[^()]*)*"
_ENGINES = (
    r"Appl(?:e|el)?WebKit ?/?[\d.+]+|Gecko(?:/[\d.]+)?|Servo/[\d.]+|KHTML/[\d.]+|Firefox/[\d.]+|Treco/\d+"
)
_BEGINNINGS = (
    rf"(?:[\w/.]+ )?\((?:Linux|Android|i(?:Phone|Pad|Pod)){_NESTED}(?:$|\))",  # some phones name no engine
    rf"(?:[\w/.]+ )?\({_NESTED}\) ?(?:{_ENGINES})",
    rf"\({_NESTED}(?:MSIE \d[\d.]*[ab]?(?:[;)]|$)|Trident/\d|Konqueror/\d){_NESTED}(?:$|\))",
)
PLATFORM = rf"^Mozilla/[45]\.0 ?(?:[\w/.]+ )?\({_NESTED}(?:\)|$)"
BRACKETS = rf"\({_NESTED}(?:\)|$)|\[[^\]]*\]?|\b(?:AskTb|BTRS)\w+"  # and numbered bars
# group 1 is a name, in what follows the platform, without brackets; \\pL takes 2 ms to compile
NAME = r"(?:^|\s)[;,\"]?([A-Za-z_.\x{80}-\x{10ffff}][^\s/:=;,\"\[\]]*)"


def usual_form() -> str:
    """Return the pattern of most browsers' agents."""
    engine = r"(?:AppleWebKit/[\d.]+ \(KHTML, like Gecko\)|Gecko/[\d.]+)"
    return rf"^Mozilla/5\.0 \({_NESTED}\) {engine}(?: (?:{USUAL.replace(' ', '|')})(?:/[^\s()]*)?)*$"


def form() -> str:
    """Return the pattern of a browser's whole agent, with any names."""
    item = rf"(?:[^\s()\[\]]+|{_KHTML}|{_COMMENT}|\[[^\]]*\]?)"
    return rf"(?i)^Mozilla/[45]\.0 ?(?:{'|'.join(_BEGINNINGS)})(?: *{item})* *$"


def any_name() -> str:
    """Return the pattern of an agent in which any name may follow."""
    return rf"(?i)^(?:Opera/|Mozilla/[45]\.0 ?(?:{'|'.join(ANY_NAME)}))"


def names() -> list[str]:
    """Return the names of PRODUCTS in small letters."""
    return [name.lower() for listed in PRODUCTS.values() for name in listed.split()]
