"""Measures a message for the structure model: one number for each feature, None where it says nothing."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from scorer.domains import (
    Mailbox,
    brand_mentioned,
    brand_of,
    is_freemail,
    mixed_scripts,
    organizational_domain_psl,
    parse_mailbox_list,
    public_suffix,
    sending_service_of,
)
from scorer.facts.links import WEB, Links, LinkTarget, read_links
from scorer.facts.optout import SAYS_UNSUBSCRIBE, mentions_unsubscribe
from scorer.lazyre import lazy
from scorer.message import Message
from scorer.runs import letters_of
from scorer.screen import DIGIT, SPACE, VISIBLE, Phrases
from scorer.structure.borrowed import is_owner, named
from scorer.structure.lexicons import CATEGORIES, phrases_in, plain, window

try:
    from scorer.native import texts as _native
except ImportError:  # nothing was compiled
    _native = None  # type: ignore[assignment]

MAX_TEXT = 60_000
_HEAD = 20_000
"""Characters of the text whose lines and strings are counted."""
_CAPITALS = 3_000
"""Words that are looked at for capitals."""
MAX_LINKS = 400
"""Links that are looked at one by one; the first ones and the last ones of a longer list."""

_LEGACY = frozenset({"com", "net", "org", "info", "biz"})
# Names kept for documentation and tests (RFC 2606) say nothing of their owner.
_RESERVED = frozenset({"example", "test", "invalid", "localhost"})
_INSTITUTION = frozenset({"edu", "gov", "mil", "int", "ac", "gouv", "gob"})
_ROLES = lazy(
    r"(?:no-?repl(?:y|ies)|do-?not-?reply|info|news|newsletters?|mail(?:ing|er)?|contact|kontakt|contato|contacto|hello|hi|support|"
    r"service|team|office|admin|updates?|notifications?|notify|alerts?|marketing|sales|events?|offers?|email|e-?news|press|"
    r"customer-?(?:service|care)|reply|bounces?|list|announce|membership|subscriptions?)[\d._-]*"
)
_CONSONANTS = lazy(r"[bcdfghjklmnpqrstvwxz]+")
_SEAMS = lazy(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
_ODD_PAIRS = lazy(r"q(?!u)|[jvwxz][jqxz]|[fghvw][kqvxz]|[bcdp][vxzqj]|x[bdgjknrz]")
_LOCAL_PARTS = lazy(r"[._+=-]")
_NAME_ODD = lazy(
    r"[_!?*$%#|=~()\[\]{}<>]|[.,]{2}|[\u2000-\u206f\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]|\d{2,}"
)
_AT = lazy(r"@(?<=[\w.+-]@)((?:[\w-]{1,63}\.){1,4}[\w-]{2,24})")
_DOMAIN = lazy(r"\b(?:[a-z0-9-]{1,63}\.)+[a-z]{2,10}\b")
_FREE_HOSTS = frozenset(
    [
        "storage.googleapis.com",
        "googleapis.com",
        "sites.google.com",
        "docs.google.com",
        "drive.google.com",
        "forms.gle",
        "script.google.com",
        "firebasestorage.googleapis.com",
        "web.app",
        "firebaseapp.com",
        "appspot.com",
        "run.app",
        "blogspot.com",
        "weebly.com",
        "weeblysite.com",
        "wixsite.com",
        "wix.com",
        "editorx.io",
        "yolasite.com",
        "webnode.page",
        "jimdosite.com",
        "jimdofree.com",
        "godaddysites.com",
        "square.site",
        "site123.me",
        "strikingly.com",
        "mystrikingly.com",
        "carrd.co",
        "webflow.io",
        "framer.app",
        "framer.website",
        "notion.site",
        "r2.dev",
        "pages.dev",
        "workers.dev",
        "github.io",
        "gitlab.io",
        "netlify.app",
        "vercel.app",
        "herokuapp.com",
        "onrender.com",
        "glitch.me",
        "surge.sh",
        "fly.dev",
        "replit.app",
        "repl.co",
        "amazonaws.com",
        "cloudfront.net",
        "awsapprunner.com",
        "azurewebsites.net",
        "blob.core.windows.net",
        "web.core.windows.net",
        "azureedge.net",
        "azurefd.net",
        "cloudapp.azure.com",
        "digitaloceanspaces.com",
        "ondigitalocean.app",
        "backblazeb2.com",
        "wasabisys.com",
        "linodeobjects.com",
        "oraclecloud.com",
        "myqcloud.com",
        "aliyuncs.com",
        "ipfs.io",
        "dweb.link",
        "fleek.co",
        "000webhostapp.com",
        "infinityfreeapp.com",
        "epizy.com",
        "rf.gd",
        "byethost.com",
        "5gbfree.com",
        "freehostia.com",
        "duckdns.org",
        "ddns.net",
        "hopto.org",
        "no-ip.org",
        "ngrok.io",
        "ngrok-free.app",
        "trycloudflare.com",
        "serveo.net",
        "typeform.com",
        "jotform.com",
        "formspree.io",
        "forms.office.com",
        "sharepoint.com",
        "1drv.ms",
        "dropbox.com",
        "canva.site",
        "canva.com",
        "lnk.bio",
        "linktr.ee",
        "beacons.ai",
        "telegra.ph",
        "t.me",
        "wordpress.com",
        "tumblr.com",
        "page.link",
        "app.link",
        "geocities.com",
        "tripod.com",
        "angelfire.com",
        "lycos.com",
    ]
)
_SOCIAL = frozenset(
    [
        "facebook",
        "fb",
        "twitter",
        "x",
        "instagram",
        "linkedin",
        "youtube",
        "youtu",
        "pinterest",
        "tiktok",
        "flickr",
        "vimeo",
        "vk",
        "xing",
        "snapchat",
        "threads",
        "bsky",
        "mastodon",
        "spotify",
        "whatsapp",
        "tumblr",
        "reddit",
        "meetup",
    ]
)
_NEUTRAL_HOSTS = frozenset(["w3", "w3schools", "apple", "google", "microsoft", "adobe", "mozilla"])
_SAYS_NOTHING = _SOCIAL | _NEUTRAL_HOSTS
_INTRUDED = lazy(
    r"/(?:wp-(?:content|includes|admin)|\.well-known|cgi-sys|administrator/|tmp/|images/[^?]*\.(?:php|html?)|css/[^?]*\.(?:php|html?)|js/[^?]*\.php)",
    re.IGNORECASE,
)
_SUM = lazy(
    # What a match begins with is asked first: most letters are none.
    r"(?=[$€£¥\dudegr])(?:(?:[$€£¥]|us\$|usd|eur|gbp|r\$|\bdollars?|\beuros?)\s{0,2}\d[\d.,\s]{0,15}|\d[\d.,]{0,15}\s{0,2}(?:[$€£¥]|usd|eur\b|gbp|dollars?|euros?|million|milli|kr\b))",
    re.IGNORECASE,
)
# Without these the expressions cannot match: most mailings name no sum.
_MONEY = VISIBLE.add(
    rf"(?:[$€£¥]|usd|eur|gbp|dollars?|euros?){SPACE}{{0,2}}{DIGIT}"
    rf"|{DIGIT}(?:{DIGIT}|[.,])*{SPACE}{{0,2}}(?:[$€£¥]|usd|eur|gbp|dollar|million|milli|kr)"
)
_NUMBERS = VISIBLE.add(rf"{DIGIT}{{2}}\)?(?:{SPACE}|[.-]){DIGIT}{{3,4}}(?:{SPACE}|[.-]){DIGIT}{{2}}")
_SEAM = 64
"""No sum and no telephone number is as long."""
_SAYS_WROTE = VISIBLE.add(
    "wrote|writes|schrieb|schreef|escribi|escreveu|ha scritto|crit|skrev|kirjoitti|napisa"
)
_LARGE = lazy(
    r"\d{1,3}(?:[.,]\d{3}){2,}|\d{1,3}[.,]\d{3}[.,]000|\d{6,}|\b\d{1,3}(?:[.,]\d)?\s?milli|\d{3}[.,]000\b",
    re.IGNORECASE,
)
_PHONE = lazy(r"(?:\+\d{1,3}[\s.()-]{0,2})?(?:\(\d{2,4}\)|\b\d{2,4})[\s.-]\d{3,4}[\s.-]\d{2,4}\b")
_PLACE = lazy(
    r"\b\d{1,5}\s[A-Z][\w.]{2,20}\s[A-Z][\w.]{1,20}|\b[A-Z]{2}\s{1,2}\d{5}\b|"
    r"\b\d{4,5}\s[A-Z][a-zà-ÿ]{2,}|\b[A-Za-zà-ÿß.]{4,30}\s\d{1,4}[a-z]?,"
)
_MAY_PLACE = Phrases(
    rf"{DIGIT}{SPACE}[A-Z]\S\S+{SPACE}[A-Z]|[A-Z]{{2}}{SPACE}{{1,2}}{DIGIT}{{5}}|{DIGIT}{{4}}{SPACE}[A-Z][a-zà-ÿ]{{2}}"
    rf"|[A-Za-zà-ÿß.]{{4}}{SPACE}{DIGIT}{{1,4}}[a-z]?,"
)
_QUOTE = lazy(r"^[ \t]{0,3}[>|][ \t>|]{0,20}\S", re.MULTILINE)
_WROTE = lazy(
    r"\b(?:wrote|writes|schrieb|schreef|escribi[oó]|escreveu|ha scritto|[aà] écrit|skrev|kirjoitti|napisał\(?a?\)?)"
    r"[^\n]{0,40}:[ \t]{0,3}$",
    re.MULTILINE,
)
_SIGNATURE = lazy(r"^(?:--|__{8,40})[ \t]{0,3}$", re.MULTILINE)
_LIST = lazy(r"\s{0,3}(?:(?:re|fwd?|aw|sv)\s?:\s{0,3}){0,3}\[[\w .:/+-]{2,40}\]", re.IGNORECASE)
_SYMBOL = lazy("[\u2190-\u2bff\u3000-\u3003\U0001f000-\U0001faff★☆✔✅✓❤]")
_SPLIT = lazy("(?<=[^\\W\\d_])[\u200b\u2060-\u2064\ufeff\u034f\u00ad](?=[^\\W\\d_])")
_STRING = lazy(r"\S{31,400}")
_DIGITS = lazy(r"\d+")


_SAYS = {category: f"says.{category}" for category in CATEGORIES}
_SUBJECT_SAYS = {
    category: f"subject.{category}"
    for category in ("credentials", "urgency", "prize", "fortune", "delivery", "invoice", "newsletter")
}
_NOTHING_SAID: dict[str, float | None] = dict.fromkeys([*_SAYS.values(), *_SUBJECT_SAYS.values()], 0.0)
_PLATFORMS = frozenset(
    [
        "google",
        "googleapis",
        "googleusercontent",
        "gstatic",
        "microsoft",
        "facebook",
        "fbcdn",
        "instagram",
        "linkedin",
        "licdn",
        "youtube",
        "amazonaws",
        "amazon",
    ]
)


def label_of(org: str) -> str:
    """The registered label of an Organizational Domain: "example" of example.co.uk."""
    return org.partition(".")[0]


@lru_cache(maxsize=4096)
def _random_name(label: str) -> float:
    """`randomness` of a label of a domain: those come back."""
    return randomness(label)


def randomness(label: str) -> float:
    """How little a name looks like one made of words, 0 to 1: runs of consonants, few vowels, mixed-in digits."""
    label = label.lower().replace("-", "")
    if len(label) < 5 or label.startswith("xn"):
        return 0.0
    longest, letters, vowels, seams, odd = _shape(label) if not _native else _native.shape_of_name(label)
    score = (0.0, 0.0, 0.0, 0.0, 0.15, 0.45, 0.7, 0.9)[min(longest, 7)]
    if letters >= 6:
        share = vowels / letters
        score += 0.35 if share < 0.18 else 0.15 if share < 0.25 else 0.0
    score += 0.25 * max(0, seams - 1)
    score += 0.2 * odd
    return min(1.0, score)


def _shape(label: str) -> tuple[int, int, int, int, int]:
    """Of a name: its longest run of consonants, its letters, its vowels, places where letters and digits meet, and
    letters that seldom stand side by side. The compiled twin is `shape_of_name`."""
    return (
        max((len(run) for run in _CONSONANTS.findall(label)), default=0),
        sum(map(str.isalpha, label)),
        sum(character in "aeiouy" for character in label),
        len(_SEAMS.findall(label)),
        len(_ODD_PAIRS.findall(label)),
    )


def measure(message: Message, links: Links | None = None) -> dict[str, float | None]:
    """The features of `message` by id. Never raises for a parsed message."""
    links = read_links(message) if links is None else links
    visible = message.visible_text[:MAX_TEXT]
    folded = window(visible)
    squeezed = _Squeezed(folded)
    sender = message.authors[0] if message.authors else None
    org = (organizational_domain_psl(sender.domain) or sender.domain) if sender else ""
    values: dict[str, float | None] = {}
    _sender(values, message, sender, org, folded, squeezed)
    web = _considered(links)
    _links(values, web, links, org, squeezed)
    _optout(values, links, web, org, visible, message.gates)
    counts = _counts(visible) if not _native else Counts(*_native.look_over(visible, _HEAD, _CAPITALS))
    _page(values, message, len(visible), counts, len(web))
    _text(values, visible, counts, folded, message.gates)
    values |= _NOTHING_SAID
    for category, number in phrases_in(folded).items():
        values[_SAYS[category]] = float(number)
    _subject(values, message.subject[:500], folded)
    orgs = {link.org for link in web}
    orgs.add(org)
    labels = set(map(label_of, orgs))
    lent = named(plain(message.subject[:300]) + "\n" + folded[:1500])
    elsewhere = any(not any(is_owner(label, owners) for label in labels) for owners in lent.values())
    mentioned = {b.name for b in (*brand_mentioned(message.subject[:300]), *brand_mentioned(visible[:1500]))}
    if mentioned:
        owners = {owner.name for one in orgs if (owner := brand_of(one))}
        elsewhere = elsewhere or not mentioned & owners
    values["text.brand-elsewhere"] = float(elsewhere)
    return values


def _digits_in(name: str) -> int:
    return 0 if name.isalpha() else sum(map(str.isdigit, name))


class _Squeezed:
    """A folded text that is asked for labels of domains, whose words may be set apart there."""

    def __init__(self, folded: str) -> None:
        self._folded = folded
        self._squeezed: str | None = None

    def names(self, label: str) -> bool:
        """Whether the text without its spaces holds a label."""
        if label in self._folded:
            return True
        if self._squeezed is None:
            text = self._folded
            self._squeezed = _native.without_spaces(text) if _native else text.replace(" ", "")
        return label in self._squeezed


@lru_cache(maxsize=4096)
def _hyphens(label: str, org: str) -> float:
    """Hyphens in a name. Under a country's domain one is ordinary (stadt-bibliothek.de) and does not count."""
    ordinary = len(org.rpartition(".")[2]) == 2
    return float(max(0, label.count("-") - ordinary))


@lru_cache(maxsize=4096)
def _tld_kind(org: str) -> str:
    labels = org.split(".")
    if set(labels[1:]) & _INSTITUTION:
        return "institution"
    last = labels[-1]
    return (
        "new"
        if len(last) > 2 and last not in _LEGACY | _RESERVED and not last.startswith("xn--")
        else "other"
    )


@lru_cache(maxsize=4096)
def _host_label(host: str) -> str:
    """The part of a host name that its owner chose, for free hosting the name below the host."""
    suffix = public_suffix(host)
    name = host[: -len(suffix.name) - 1] if suffix and host != suffix.name else host
    return name.rpartition(".")[2]


def _sender(
    values: dict[str, float | None],
    message: Message,
    sender: Mailbox | None,
    org: str,
    folded: str,
    squeezed: _Squeezed,
) -> None:
    if sender is None or not org:
        return
    name = sender.display_name.strip()
    local = sender.local_part.lower()
    free = is_freemail(sender.domain)
    label = label_of(org)
    below = sender.domain[: -len(org)].strip(".") if sender.domain.endswith(org) else ""
    kind = _tld_kind(org)
    values["sender.free-mail"] = float(free)
    values["sender.institution"] = float(kind == "institution")
    values["sender.new-tld"] = float(kind == "new")
    values["sender.domain-depth"] = float(below.count(".") + 1 if below else 0)
    values["sender.domain-random"] = 0.0 if free else _random_name(label)
    values["sender.host-random"] = max(map(_random_name, below.split(".")))
    values["sender.domain-digits"] = float(_digits_in(label))
    values["sender.domain-hyphens"] = _hyphens(label, org)
    values["sender.domain-length"] = float(len(label))
    # Shorter ones are no random strings.
    parts = [part for part in _LOCAL_PARTS.split(local[:64]) if len(part) >= 5]
    values["sender.local-random"] = max(map(randomness, parts)) if parts else 0.0
    values["sender.local-digits"] = float(_digits_in(local))
    values["sender.role"] = float(_ROLES.fullmatch(local) is not None)
    shown = (
        {organizational_domain_psl(d) for d in _DOMAIN.findall(name.lower()[:300])} if "." in name else set()
    )
    shown.discard(None)
    values["sender.name-other-domain"] = float(bool(shown) and org not in shown)
    plain_name = plain(name[:200])
    words = letters_of(plain_name)
    parts = [w for w in words if len(w) >= 3]
    whole = "".join(parts)
    initials = "".join([w[0] for w in words])
    place = label.replace("-", "") + "." + below
    fitting = sum(len(w) for w in parts if w in place) / len(whole) if whole and not free else 0.0
    if whole and not free and (whole in place or (len(initials) >= 3 and initials in label)):
        fitting = 1.0
    values["sender.name-fits"] = fitting
    odd = len(_NAME_ODD.findall(name[:200])) + (name.isupper() and len(name) > 5) + ("_" in name)
    values["sender.name-odd"] = float(odd)
    values["sender.borrows-name"] = float(
        any(not is_owner(label, owners) for owners in named(plain_name).values())
    )
    values["sender.in-text"] = float(
        not free and len(label) >= 3 and (label in folded or squeezed.names(label.replace("-", "")))
    )
    values["sender.name-in-text"] = float(len(whole) >= 4 and plain_name.strip(" '\"") in folded)
    answers = parse_mailbox_list(message.get("reply-to"))
    if answers and answers[0].domain:
        answer = answers[0].domain
        free_answer = is_freemail(answer)
        same = (answers[0].local_part.lower(), answer) == (local, sender.domain)
        values["reply.other-mailbox"] = float(free_answer and free and not same)


def _at_free_mail(text: str) -> bool:
    """Whether a mail address at a free-mail provider stands in the text."""
    done = 0
    for match in _AT.finditer(text) if "@" in text else ():
        if match.start() > done:  # What stands before the @ is not part of another address.
            done = match.end()
            if is_freemail(match[1].lower().rstrip(".")):
                return True
    return False


def _considered(links: Links) -> list[LinkTarget]:
    web = [link for link in links.web if link.host]
    if len(web) > MAX_LINKS:
        web = web[: MAX_LINKS // 2] + web[-MAX_LINKS // 2 :]
    return web


@lru_cache(maxsize=4096)
def _is_free_host(host: str, org: str) -> bool:
    if host in _FREE_HOSTS or org in _FREE_HOSTS:
        return True
    suffix = public_suffix(host)
    if suffix is not None and suffix.section == "private":
        return True
    parent = host.partition(".")[2]
    while parent:
        if parent in _FREE_HOSTS:
            return True
        parent = parent.partition(".")[2]
    return False


@lru_cache(maxsize=4096)
def _related(label: str, other: str) -> bool:
    if len(label) < 3 or len(other) < 3 or label == other:
        return label == other
    short, long = sorted((label.replace("-", ""), other.replace("-", "")), key=len)
    return len(short) >= 4 and (short in long or (len(short) >= 6 and short[:5] == long[:5]))


def _links(
    values: dict[str, float | None],
    web: list[LinkTarget],
    links: Links,
    org: str,
    squeezed: _Squeezed,
) -> None:
    count = len(web)
    values["links.count"] = float(len(links.web))
    # Links to pages are neither empty nor letters.
    others = [link for link in links.all if link.scheme not in WEB] if len(links.all) > len(links.web) else []
    values["links.empty"] = float(sum(link.flaw == "empty" or link.href == "#" for link in others))
    mailto = [link for link in others if link.scheme == "mailto"]
    values["links.mailto"] = float(len(mailto))
    values["links.mailto-free"] = float(any(_at_free_mail(link.href) for link in mailto[:20]))
    images = {organizational_domain_psl(host) or host for host in links.resource_hosts[:50]}
    if org and images:
        values["links.images-from-sender"] = float(org in images)
    if not count:
        return
    values["links.targets"] = float(len({(link.host, link.path, link.query) for link in web}))
    texts = {link.text for link in web}
    values["links.texts"] = float(len({text.strip().lower() for text in texts} - {""}))
    # What follows depends on the host alone: each is looked at once, in the order in which they appear.
    hosts: dict[str, str] = {}
    times: dict[str, int] = {}
    for link in web:
        host = link.host
        if host in times:
            times[host] += 1
        else:
            times[host] = 1
            hosts[host] = link.org
    orgs = set(hosts.values())
    values["links.domains"] = float(len(orgs))
    values["links.social"] = float(len(_SOCIAL.intersection(map(label_of, orgs))))
    telling = [host for host, one in hosts.items() if _tells(host, one, org)] or [
        host for host, one in hosts.items() if one == org
    ]
    main_of = telling or list(hosts)
    linked: dict[str, int] = {}
    for host in main_of:
        linked[hosts[host]] = linked.get(hosts[host], 0) + times[host]
    told = sum(linked.values())
    label = label_of(org)
    if org and telling and not is_freemail(org):
        own = linked.get(org, 0)
        values["links.to-sender"] = own / told
        values["links.none-to-sender"] = float(not own)
        related = sum(number for one, number in linked.items() if _related(label, label_of(one)))
        values["links.related"] = related / told
    main = max(linked, key=linked.__getitem__)
    host = max([host for host in main_of if hosts[host] == main], key=times.__getitem__)
    own_label = _host_label(host)
    values["links.main-share"] = linked[main] / told
    values["links.main-random"] = max(_random_name(own_label), _random_name(host.partition(".")[0]) * 0.7)
    values["links.main-digits"] = float(_digits_in(own_label))
    values["links.main-hyphens"] = _hyphens(own_label, main)
    values["links.main-length"] = float(len(host))
    values["links.main-depth"] = float(host.count(".") - main.count(".") if host.endswith(main) else 0)
    values["links.main-new-tld"] = float(_tld_kind(main) == "new")
    main_label = label_of(main)
    values["links.in-text"] = float(len(main_label) >= 3 and squeezed.names(main_label))
    free = sum(times[host] for host, one in hosts.items() if one != org and _is_free_host(host, one))
    values["links.hosted-free"] = free / count
    values["links.punycode"] = float(any("xn--" in host for host in hosts))
    # No path holds a question mark, and the expression goes beyond none.
    paths = "?".join([link.path[:300] for link in web])
    values["links.site-intruded"] = float(_INTRUDED.search(paths) is not None)
    fragments = [link.href.partition("#")[2] for link in web if "#" in link.href]
    values["links.fragment-data"] = float(any(len(data) > 15 or "@" in data for data in fragments))
    foreign = [one for one in images if one not in orgs and one != org and label_of(one) not in _PLATFORMS]
    values["links.images-elsewhere"] = float(any(brand_of(one) for one in foreign))


def _tells(host: str, own: str, org: str) -> bool:
    """Whether a link to `host`, under the domain `own`, tells whose mailing of `org` it is: a sending service's does
    not, nor one to a social network."""
    return not _is_service(host) and (own == org or label_of(own) not in _SAYS_NOTHING)


@lru_cache(maxsize=4096)
def _is_service(host: str) -> bool:
    return sending_service_of(host) is not None


def _optout(
    values: dict[str, float | None],
    links: Links,
    web: list[LinkTarget],
    org: str,
    visible: str,
    gates: frozenset[int],
) -> None:
    values["optout.wording"] = float(
        SAYS_UNSUBSCRIBE in gates
        and (mentions_unsubscribe(visible[-6000:]) or mentions_unsubscribe(visible[:2000]))
    )
    last = len(links.all) - MAX_LINKS // 2
    out = [
        link
        for link in links.out
        if link.visible
        and link.scheme in ("http", "https", "mailto")
        and (link.index < MAX_LINKS // 2 or link.index >= last)
    ]
    values["optout.link"] = float(bool(out))
    if out:
        orgs = Counter([link.org for link in web])
        values["optout.link-to-sender"] = float(
            any(
                link.scheme != "mailto"
                and (link.org == org or _is_service(link.host) or orgs[link.org] * 3 >= len(web) > 3)
                for link in out
            )
        )


class Counts(NamedTuple):
    """What is counted of a text: words; letters of the long words of scripts without spaces; words that could be in
    capitals, and those that are; exclamation marks; long strings that are no words; lines; lines that quote."""

    words: int
    unspaced: int
    long: int
    shouted: int
    exclamations: int
    strings: int
    lines: int
    quotes: int


def _counts(visible: str) -> Counts:
    """The counts of a text; the compiled twin is `look_over`."""
    words = letters_of(visible)
    unspaced = 0
    if not visible.isascii():
        unspaced = sum(len(word) for word in words if word[0] >= "\u3040" and len(word) > 4)
    head = visible[:_HEAD]
    long = [word for word in words[:_CAPITALS] if len(word) > 3]
    if not head.isascii():
        long = [word for word in long if word.isascii() or word.lower() != word.upper()]
    return Counts(
        words=len(words),
        unspaced=unspaced,
        long=len(long),
        shouted=sum(map(str.isupper, long)),
        exclamations=head.count("!") + head.count("！"),
        strings=sum(
            "/" not in s
            and "@" not in s
            and not s.startswith(("-", "_", "=", "*", "."))
            and s.isascii()
            and any(map(str.isdigit, s))
            for s in _strings(head)
        ),
        lines=sum(map(bool, map(str.strip, head.split("\n")))),
        quotes=len(_QUOTE.findall(head)) if ">" in head or "|" in head else 0,
    )


def _page(values: dict[str, float | None], message: Message, size: int, counts: Counts, links: int) -> None:
    page = message.page
    values["page.html"] = float(page is not None)
    count = float(counts.words)
    if counts.unspaced:  # Scripts without spaces: about two letters make a word.
        count += counts.unspaced / 2
    values["page.words"] = count
    values["page.words-per-link"] = count / links if links else None
    if page is None:
        return
    values["page.text-share"] = size / max(page.bytes, 1)
    pictures = [i for i in page.images if not i.hidden and not ((i.width or 9) <= 2 or (i.height or 9) <= 2)]
    values["page.images"] = float(len(pictures))
    if pictures:
        values["page.alt-share"] = sum(bool((i.alt or "").strip()) for i in pictures) / len(pictures)
    values["page.huge-text"] = float(page.large_text)


def _text(
    values: dict[str, float | None], visible: str, counts: Counts, folded: str, gates: frozenset[int]
) -> None:
    if counts.long >= 8:
        values["text.shouting"] = counts.shouted / counts.long
    if counts.words >= 8:
        values["text.exclamations"] = 100 * counts.exclamations / counts.words
        values["text.long-words"] = counts.strings / counts.words
    window_text = visible[:4000] + "\n" + visible[-2000:] if len(visible) > 6000 else visible
    # Where the two windows meet there may be what is not in the text itself; only there, where a gate is closed.
    seam = "" if window_text == visible else visible[4000 - _SEAM : 4000] + "\n" + visible[-2000:][:_SEAM]
    sums = _sums(window_text if _MONEY in gates else seam)
    values["text.sums"] = float(bool(sums))
    values["text.large-sum"] = float(any(_LARGE.search(one) for one in sums))
    values["text.phone"] = float(_phones(window_text if _NUMBERS in gates else seam))
    values["text.dates-places"] = float(_places(visible[-1500:]))
    values["text.free-mail"] = float(_at_free_mail(window_text))
    values["text.quotes"] = float(counts.quotes)
    values["text.reply-line"] = float(_SAYS_WROTE in gates and _says_who_wrote(visible))
    values["text.signature"] = float(_is_signed(visible[-3000:]))
    values["text.copyright"] = float("©" in visible or "(c)" in folded)
    values["text.paragraphs"] = float(counts.lines)


def _sums(text: str) -> list[str]:
    """The sums of money that a text names."""
    if not _native:
        return _SUM.findall(text)
    return [match[0] for match in _matches(_SUM, text, _native.sum_starts(text))]


def _phones(text: str) -> int:
    """How many telephone numbers a text names."""
    if not _native:
        return len(_PHONE.findall(text))
    return len(_matches(_PHONE, text, _native.phone_starts(text)))


def _places(text: str) -> int:
    """How many numbers stand beside words as in postal addresses."""
    if not _native:
        return len(_PLACE.findall(text)) if _MAY_PLACE.within(text) else 0
    return len(_matches(_PLACE, text, _native.place_starts(text)))


def _matches(expression: re.Pattern[str], text: str, starts: list[int]) -> list[re.Match[str]]:
    """What `finditer` finds, where it is known that a match can begin at none but these places."""
    found: list[re.Match[str]] = []
    end = 0
    for start in starts:
        if start >= end and (match := expression.match(text, start)) is not None:
            found.append(match)
            end = match.end()
    return found


def _says_who_wrote(text: str) -> bool:
    """Whether a line of the head of a text says who wrote what is answered."""
    if not _native:
        return _WROTE.search(text, 0, _HEAD) is not None
    return any(
        _WROTE.search(text, start, end) is not None for start, end in _native.lines_with_colon(text, _HEAD)
    )


def _is_signed(text: str) -> bool:
    """Whether a line of dashes or underscores sets off a signature."""
    if not _native:
        return ("--" in text or "________" in text) and _SIGNATURE.search(text) is not None
    return _native.is_signed(text)


def _strings(text: str) -> list[str]:
    """The strings of more than 30 characters without a space, those of more than 400 in pieces."""
    pieces = text.split()
    if max(map(len, pieces), default=0) <= 30:
        return []
    found = [piece for piece in pieces if len(piece) > 30]
    return _STRING.findall(" ".join(found)) if any(len(piece) > 400 for piece in found) else found


def _subject(values: dict[str, float | None], subject: str, folded: str) -> None:
    words, number = _words_and_number(subject) if not _native else _native.words_and_longest_number(subject)
    values["subject.words"] = float(words)
    values["subject.exclamations"] = float(subject.count("!") + subject.count("！"))
    values["subject.list"] = float("[" in subject and _LIST.match(subject) is not None)
    values["subject.digits"] = float(number)
    strange = not subject.isascii()
    values["subject.symbols"] = float(len(_SYMBOL.findall(subject)) if strange else 0)
    values["subject.damaged"] = float(strange and _damaged(subject))
    plain_subject = plain(subject)
    telling = {word for word in letters_of(plain_subject) if len(word) > 3}
    if telling:
        values["subject.in-text"] = float(2 * sum([word in folded for word in telling]) >= len(telling))
    for category, times in phrases_in(plain_subject).items():
        if category in _SUBJECT_SAYS:
            values[_SUBJECT_SAYS[category]] = float(times)


def _words_and_number(subject: str) -> tuple[int, int]:
    """How many words there are, and how many digits the longest number has."""
    return len(letters_of(subject)), max(map(len, _DIGITS.findall(subject)), default=0)


def _damaged(subject: str) -> bool:
    return (
        "\ufffd" in subject
        or any("Latn" in mixed_scripts(word) for word in letters_of(subject)[:60] if not word.isascii())
        or _SPLIT.search(subject) is not None
    )
