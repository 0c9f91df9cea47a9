"""Well-known brands: whose name a domain imitates, and whose name a text uses.

A false accusation is worse than a missed imitation here, so each way of imitating is judged narrowly."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Literal

import msgspec

from scorer.domains.lists import is_freemail, sending_service_of
from scorer.domains.names import display_domain, normalize_domain
from scorer.domains.suffixes import organizational_domain_psl, public_suffix
from scorer.domains.tables import entries
from scorer.domains.uts39 import skeleton
from scorer.runs import alnum_of

try:
    from scorer.native import lexicon as _native
except ImportError:  # nothing was compiled
    _native = None  # type: ignore[assignment]

# Shorter names differ from too many others by one letter, or by a 0 in the place of an o.
_MIN_TYPO = 6
_MIN_ASCII_LOOKALIKE = 5
_MIN_LOOKALIKE = 3
# What stands for another letter in ASCII: 0 (o), 1 (l), rn (m), vv (w); m for rn is looked for apart.
_ASCII_SIGNS = ("0", "1", "rn", "vv")
_MAX_TEXT = 2000
# Hosting of code and documentation, where brands publish under their own names.
_CODE_HOSTS = ("github.io", "gitlab.io", "readthedocs.io", "js.org", "pages.dev", "vercel.app")

Kind = Literal["ambiguous", "distinctive", "typos"]


class Brand(msgspec.Struct, frozen=True):
    """A well-known sender. `domains` are those it really uses; "name.*" stands for that name under every
    country's suffix and under com, net and org."""

    name: str
    kind: Kind
    other_names: tuple[str, ...]
    domains: tuple[str, ...]

    def owns(self, domain: str) -> bool:
        """Whether `domain` is one of the brand's own or below one. At a consumer mailbox provider's domain
        (gmail.com for Google; see `is_freemail`) an address may be anybody's all the same."""
        name = normalize_domain(domain)
        return name is not None and _in_domains(name, self.domains)


class _Name(msgspec.Struct, frozen=True):
    words: tuple[str, ...]
    distinctive: bool
    brand: Brand


class _Index(msgspec.Struct, frozen=True):
    brands: tuple[Brand, ...]
    # Names as one word of letters and digits, as in a domain label.
    keys: dict[str, _Name]
    by_first_word: dict[str, tuple[_Name, ...]]
    typo_keys: tuple[tuple[str, Brand], ...]
    exact_domains: dict[str, Brand]
    any_suffix: dict[str, Brand]


def _in_domains(name: str, domains: tuple[str, ...]) -> bool:
    for domain in domains:
        if domain.endswith(".*"):
            if _any_suffix_label(name) == domain[:-2]:
                return True
        elif name == domain or name.endswith("." + domain):
            return True
    return False


def _any_suffix_label(name: str) -> str | None:
    """The label of the organizational domain of `name`, where it is under a country's suffix or com, net,
    org."""
    suffix = public_suffix(name)
    if suffix is None or suffix.section != "icann":
        return None
    top = suffix.name.rpartition(".")[2]
    if len(top) != 2 and suffix.name not in ("com", "net", "org"):
        return None
    return (organizational_domain_psl(name) or "").partition(".")[0]


def _words(text: str) -> tuple[str, ...]:
    folded = text.casefold()
    split = folded.split()
    # Most names are letters, digits and spaces: then the words need no looking for.
    return tuple(split if "".join(split).isalnum() else alnum_of(folded))


def _look(text: str) -> str:
    """What a lower-case word looks like, whatever the case: "g00gle" like "google", "vv" like "w"."""
    shown = skeleton(text).lower().replace("vv", "w")
    return _without_marks(shown)


def _without_marks(text: str) -> str:
    if text.isascii():
        return text
    return "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))


@cache
def _index() -> _Index:
    brands: list[Brand] = []
    keys: dict[str, _Name] = {}
    by_first_word: dict[str, list[_Name]] = {}
    typo_keys: list[tuple[str, Brand]] = []
    exact: dict[str, Brand] = {}
    any_suffix: dict[str, Brand] = {}
    for line in entries("brands.txt"):
        name, kind, others, domains = (field.strip() for field in line.split("|"))
        brand = Brand(
            name,
            kind,  # type: ignore[arg-type]
            tuple(other.strip() for other in others.split(",") if other.strip()),
            tuple(domains.split()),
        )
        brands.append(brand)
        for spelling in (name, *brand.other_names):
            words = _words(spelling)
            one = _Name(words, kind != "ambiguous" or (spelling != name and len(words) > 1), brand)
            by_first_word.setdefault(words[0], []).append(one)
            keys.setdefault(_without_marks("".join(words)), one)
        key = "".join(_words(name))
        if kind == "typos" and len(key) >= _MIN_TYPO:
            typo_keys.append((key, brand))
        for domain in brand.domains:
            if domain.endswith(".*"):
                any_suffix.setdefault(domain[:-2], brand)
            else:
                exact.setdefault(domain, brand)
    return _Index(
        tuple(brands),
        keys,
        {word: tuple(names) for word, names in by_first_word.items()},
        tuple(typo_keys),
        exact,
        any_suffix,
    )


@cache
def _looks() -> dict[str, _Name]:
    """The names by what they look like. Those with letters outside ASCII are left out: they would need the
    whole table of confusable characters."""
    return {_look(key): one for key, one in _index().keys.items() if key.isascii()}


@cache
def _words_of(table: str) -> frozenset[str]:
    return frozenset(entries(table))


def brands() -> tuple[Brand, ...]:
    """All brands of the table."""
    return _index().brands


def brand_of(domain: str) -> Brand | None:
    """The brand that owns `domain`, None if none of the table."""
    name = normalize_domain(domain)
    return None if name is None else _owner(name)


@lru_cache(maxsize=4096)
def _owner(name: str) -> Brand | None:
    index = _index()
    rest = name
    while rest:
        if rest in index.exact_domains:
            return index.exact_domains[rest]
        rest = rest.partition(".")[2]
    return index.any_suffix.get(_any_suffix_label(name) or "")


@lru_cache(maxsize=4096)
def imitated_brand(domain: str) -> Brand | None:
    """The brand whose name `domain` imitates; None for a brand's own domains and for everything ordinary.
    Imitations are:

    - a label that looks like the name without being it (UTS #39 skeleton, diacritics left aside): аррӏе,
      paypa1, rnicrosoft;
    - the name with one letter after the first added, lost, changed or swapped with its neighbour, for brands
      of kind "typos";
    - the name in a hyphenated label with nothing but words such as "login" or "support":
      paypal-secure-login.com;
    - one of the brand's domains in front of another organizational domain: paypal.com.example.net;
    - the very name under a top-level domain that is mostly registered for abuse, or on free hosting:
      paypal.top.
    """
    name = normalize_domain(domain)
    if name is None:
        return None
    organizational = organizational_domain_psl(name)
    suffix = public_suffix(name)
    if organizational is None or suffix is None:
        return None
    if (
        _owner(name)
        or organizational in _words_of("carrier_hosts.txt")
        or suffix.name in _words_of("carrier_hosts.txt")
        or is_freemail(name)
        or sending_service_of(name)
    ):
        return None
    own_part = name[: -len(suffix.name) - 1]
    label = own_part.rpartition(".")[2]
    for one in reversed(own_part.split(".")):
        found = _lookalike(one) or _hyphenated(one)
        if found is not None:
            return found
    return (
        _typo(label)
        or _embedded_domain(own_part, label)
        or _under_cheap_suffix(label, suffix.name, suffix.section)
    )


def _lookalike(label: str) -> Brand | None:
    shown = display_domain(label)
    for piece in {shown, *shown.split("-")}:
        if piece in _index().keys or len(piece) < _MIN_LOOKALIKE:
            continue
        if piece.isascii() and not any(sign in piece for sign in _ASCII_SIGNS):
            # Nothing that could stand for another letter: spares most messages the look-ups below.
            found = _index().keys.get(piece.replace("m", "rn"))
        else:
            found = _looks().get(_look(piece))
        if found is None:
            continue
        if piece.isascii():
            if len(piece) >= _MIN_ASCII_LOOKALIKE and piece not in _words_of(
                "brand_lookalike_exceptions.txt"
            ):
                return found.brand
        elif _look_without_marks_differs(piece) or (found.distinctive and len(piece) >= _MIN_ASCII_LOOKALIKE):
            # Letters of another script deceive; a mere accent does so only on a name that is no ordinary
            # word.
            return found.brand
    return None


def _look_without_marks_differs(piece: str) -> bool:
    """Whether more than accents on Latin letters tells `piece` from the brand's name."""
    return not _without_marks(piece).isascii()


def _hyphenated(label: str) -> Brand | None:
    tokens = [token for token in label.split("-") if token]
    if not 2 <= len(tokens) <= 8 or label.startswith("xn--"):
        return None
    index, lures = _index(), _words_of("brand_lure_words.txt")
    for start in range(len(tokens)):
        for stop in range(start + 1, min(start + 3, len(tokens)) + 1):
            found = index.keys.get("".join(tokens[start:stop]))
            if found is None or not found.distinctive:
                continue
            rest = tokens[:start] + tokens[stop:]
            if any(token in lures for token in rest) and all(
                token in lures or token.isdigit() or len(token) <= 2 for token in rest
            ):
                return found.brand
    return None


def _typo(label: str) -> Brand | None:
    if (
        not _MIN_TYPO - 1 <= len(label) <= 40
        or label in _index().keys
        or label in _words_of("brand_lookalike_exceptions.txt")
    ):
        return None
    for key, brand in _index().typo_keys:
        # A wrong first letter makes another word ("interest", "racebook") and deceives nobody.
        if label[0] == key[0] and abs(len(key) - len(label)) <= 1 and _one_edit(label, key):
            return brand
    return None


def _one_edit(one: str, other: str) -> bool:
    """Whether the words differ by one letter added, lost, changed, or two neighbours swapped (optimal string
    alignment distance 1), a hyphen not counting as a letter."""
    if one == other:
        return False
    start = 0
    shortest = min(len(one), len(other))
    while start < shortest and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if len(one) == len(other):
        if left[1:] == right[1:]:
            return "-" not in (left[0], right[0])
        return left[2:] == right[2:] and left[:2] == right[1::-1]
    if len(one) > len(other):
        return left[1:] == right and left[0] != "-"
    return right[1:] == left


def _embedded_domain(own_part: str, label: str) -> Brand | None:
    inner = own_part.removesuffix(label).removesuffix(".")
    labels = inner.split(".") if inner else []
    index = _index()
    for start in range(len(labels)):
        for stop in range(start + 2, min(start + 3, len(labels)) + 1):
            candidate = ".".join(labels[start:stop])
            found = index.exact_domains.get(candidate) or index.any_suffix.get(
                _any_suffix_label(candidate) or ""
            )
            if found is not None and organizational_domain_psl(candidate) == candidate:
                return found
    # "paypal.com-login.example": the domain goes on with a hyphen.
    for start in range(len(labels)):
        following = (labels[start + 1] if start + 1 < len(labels) else label).partition("-")
        if following[1]:
            found = index.exact_domains.get(f"{labels[start]}.{following[0]}")
            key = index.keys.get(labels[start])
            if found is None and following[0] == "com" and key is not None and key.distinctive:
                found = key.brand
            if found is not None:
                return found
    return None


def _under_cheap_suffix(label: str, suffix: str, section: str) -> Brand | None:
    found = _index().keys.get(label.replace("-", ""))
    if found is None or not found.distinctive or len(label) < _MIN_ASCII_LOOKALIKE:
        return None
    if section == "private":
        return found.brand if suffix not in _CODE_HOSTS and "git" not in suffix else None
    return found.brand if suffix in _words_of("abused_suffixes.txt") else None


def brand_mentioned(text: str) -> tuple[Brand, ...]:
    """The brands named in a short text such as a display name or a subject, in the order in which they
    appear.

    Distinctive names count as words anywhere, look-alike letters included ("PаyPal" with a Cyrillic а); a
    name that is also an ordinary word or is shared (Apple, Visa, ING) only where it is the whole text. Only
    the first 2,000 characters are read."""
    text = text[:_MAX_TEXT]
    if _native:
        folded = text.casefold()
        if folded.isascii() or all(_as_shown(word) == word for word in _native.strange_words(folded)):
            names, lexicon = _lexicon()
            met = lexicon.met(folded)
            return _each_once([names[number].brand for _, number in met]) if met else ()
    index = _index()
    words = _words(text)
    if not text.isascii():
        # A word in letters of another script may look like a name; ordinary accents are left as they are.
        words = tuple(
            word if word.isascii() or word in index.by_first_word else _as_shown(word) for word in words
        )
    by_first_word = index.by_first_word
    found: list[Brand] = []
    for start in [start for start, word in enumerate(words) if word in by_first_word]:
        for name in by_first_word[words[start]]:
            length = len(name.words)
            if words[start : start + length] == name.words and (name.distinctive or len(words) == length):
                found.append(name.brand)
    return _each_once(found)


def _each_once(found: Iterable[Brand]) -> tuple[Brand, ...]:
    by_name: dict[str, Brand] = {}
    for brand in found:
        by_name.setdefault(brand.name, brand)
    return tuple(by_name.values())


@cache
def _lexicon() -> tuple[list[_Name], _native.Lexicon]:
    """The names, those with the same first word together, and the compiled table of their words."""
    names = [name for listed in _index().by_first_word.values() for name in listed]
    alone = [number for number, name in enumerate(names) if not name.distinctive]
    return names, _native.Lexicon([name.words for name in names], 1, alone)


@lru_cache(maxsize=4096)
def _as_shown(word: str) -> str:
    found = _looks().get(_look(word))
    return (
        found.words[0]
        if found is not None and len(found.words) == 1 and _look_without_marks_differs(word)
        else word
    )
