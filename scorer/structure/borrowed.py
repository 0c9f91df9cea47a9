"""Names of shops, insurers and banks that unasked mail borrows, beyond the brands of `scorer.domains`.

A name maps to the labels of its owner's domains; a sender or link under such a label has not borrowed it.
Compiled by hand for this project from what is generally known of these companies.
"""

from __future__ import annotations

import itertools
import re
from functools import cache

from scorer.lazyre import lazy
from scorer.screen import Phrases

try:
    from scorer.native import lexicon as _native
except ImportError:  # nothing was compiled
    _native = None  # type: ignore[assignment]

_NAMES = """
office365=microsoft,office; citizens bank=citizensbank; lloyds=lloydsbank,lloyds; us bank=usbank; td
bank=td,tdbank; scotiabank; usaa; bradesco; itau=itau,itaubank; nubank; mercado
livre=mercadolivre,mercadolibre; mercado libre=mercadolibre; mercado
pago=mercadopago,mercadolivre,mercadolibre; banco do brasil=bb,bancodobrasil; correios; serasa; livelo;
bankinter; unicaja; banco popular=bancopopular; bancolombia; canada post=canadapost,postescanada;
australia post=auspost; caisse d'epargne=caisse-epargne; banque postale=labanquepostale; ameli;
telekom=telekom,t-online; home depot=homedepot; best buy=bestbuy; ace hardware=acehardware; harbor
freight=harborfreight; dick's sporting=dickssportinggoods,dcsg; kohl's=kohls; lowe's=lowes; walgreens;
cvs pharmacy=cvs; omaha steaks=omahasteaks; southwest airlines=southwest; delta airlines=delta; geek
squad=geeksquad,bestbuy; state farm=statefarm; starbucks; blue cross=bcbs; rakuten; mercari;
smbc=smbc,smbc-card; mufg=mufg; jcb; au pay=au; docomo; softbank; line pay=line; yodobashi;
sagawa=sagawa-exp; kuroneko=kuronekoyamato; disney; hulu; namecheap; hostgator; social security
administration=ssa; interpol; opensea; robinhood; swift; sam's club=samsclub; tractor
supply=tractorsupply; cracker barrel=crackerbarrel; dollar general=dollargeneral; jetblue; milwaukee
tool=milwaukeetool; dewalt; yeti cooler=yeti; blue apron=blueapron; petsmart; sephora; ulta; rite
aid=riteaid; cvs; macy's=macys; nordstrom; unitedhealthcare=uhc,unitedhealthcare; aetna; humana;
medicare=medicare,cms; allstate; geico; progressive insurance=progressive; liberty mutual=libertymutual;
farmers insurance=farmers; nbc; cnn; fox news=foxnews; cbs; ring doorbell=ring
"""

_WORD = lazy(r"[^\W_]+(?:['&.-][^\W_]+)*")


def _read(listed: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for entry in " ".join(listed.split()).split(";"):
        name, _, owners = entry.strip().partition("=")
        own = owners.split(",") if owners else [name.replace(" ", "").replace("'", "")]
        found[name] = frozenset(own)
    return found


NAMES = _read(_NAMES)


_FIRST_WORDS = frozenset(name.partition(" ")[0] for name in NAMES)
_PARTED = {name: re.escape(name).replace("\\ ", "[^a-z0-9]+") for name in NAMES}
_MAY_NAME = Phrases(rf"(?:^|[^a-z0-9])(?:{'|'.join(sorted(_PARTED.values()))})(?:[^a-z0-9]|$)")
"""Without this no name stands in a folded text. What parts the words of a name may be more than a space."""


def named(folded: str) -> dict[str, frozenset[str]]:
    """The names that a folded text mentions as whole words, each with its owner's labels."""
    folded = folded[:2000]
    if _native:
        names, lexicon = _lexicon()
        met = lexicon.met(folded)
        return {name: NAMES[name] for name in sorted([names[number] for _, number in met])} if met else {}
    if not _MAY_NAME.within(folded):
        return {}
    words = _WORD.findall(folded)
    if _FIRST_WORDS.isdisjoint(words):
        return {}
    grams = set(words)
    grams.update(a + " " + b for a, b in itertools.pairwise(words))
    grams.update(" ".join(words[start : start + 3]) for start in range(len(words) - 2))
    return {name: NAMES[name] for name in sorted(grams & NAMES.keys())}


@cache
def _lexicon() -> tuple[list[str], _native.Lexicon]:
    """The names, and the compiled table of their words."""
    names = list(NAMES)
    return names, _native.Lexicon([name.split(" ") for name in names], 2)


def is_owner(label: str, owners: frozenset[str]) -> bool:
    """Whether a registered label is the owner's: the label itself, or one that starts with it."""
    return any(label == owner or (len(owner) >= 5 and label.startswith(owner)) for owner in owners)
