"""Well-known names that thieves borrow, and the domains that are theirs.

A name maps to the labels under which its owner has domains: "paypal" owns paypal.com and paypal.de alike.
Names that are also everyday words are looked for in a sender's name and subject only.
"""

from __future__ import annotations

import re

_DISTINCT = """paypal; amazon=amazon,amazonses,primevideo,audible; icloud=apple,icloud; apple id=apple,icloud; microsoft=microsoft,microsoftonline,outlook,live,office,azure,msn,xbox,windows;
office 365=microsoft,office; office365=microsoft,office; outlook=microsoft,outlook,live; onedrive=microsoft,live; sharepoint=microsoft,sharepoint; netflix; spotify; facebook=facebook,facebookmail,fb,meta;
instagram=instagram,facebook,facebookmail; whatsapp=whatsapp,facebook; linkedin; gmail=google,gmail; google=google,youtube,goo,gmail; dropbox; docusign; adobe; coinbase; binance; metamask=metamask,consensys;
trust wallet=trustwallet; blockchain.com=blockchain; kraken; wells fargo=wellsfargo; bank of america=bankofamerica,bofa,ml; citibank=citi,citibank; citizens bank=citizensbank; hsbc; barclays; lloyds=lloydsbank,lloyds;
natwest; halifax=halifax,lloydsbank; american express=americanexpress,aexp,amex; mastercard; capital one=capitalone; us bank=usbank; td bank=td,tdbank; scotiabank; usaa; navy federal=navyfederal;
santander=santander,gruposantander; bradesco; itau=itau,itaubank; nubank; mercado livre=mercadolivre,mercadolibre; mercado libre=mercadolibre; mercado pago=mercadopago,mercadolivre,mercadolibre; banco do brasil=bb,bancodobrasil;
correios; serasa; livelo; bbva; caixabank; bankinter; unicaja; banco popular=bancopopular; bancolombia; dhl; fedex; usps; postnl; bpost; la poste=laposte; colissimo=laposte,colissimo; chronopost; mondial relay=mondialrelay;
royal mail=royalmail; evri; canada post=canadapost,postescanada; australia post=auspost; poste italiane=poste,posteitaliane; postepay=poste; intesa sanpaolo=intesasanpaolo; unicredit; sparkasse=sparkasse,dsv-gruppe; volksbank=volksbank,vr;
commerzbank; deutsche bank=deutsche-bank,db; postbank; comdirect; consorsbank; targobank; rabobank; abn amro=abnamro; ziggo; kpn; digid; belastingdienst; credit agricole=credit-agricole,ca; bnp paribas=bnpparibas,bnp;
societe generale=societegenerale,sg; caisse d'epargne=caisse-epargne; banque postale=labanquepostale; ameli; ionos; strato; telekom=telekom,t-online; swisscom; postfinance; ubs; raiffeisen; ebay; walmart; costco; home depot=homedepot;
best buy=bestbuy; ace hardware=acehardware; harbor freight=harborfreight; dick's sporting=dickssportinggoods,dcsg; kohl's=kohls; lowe's=lowes; walgreens; cvs pharmacy=cvs; omaha steaks=omahasteaks; southwest airlines=southwest;
delta airlines=delta; verizon; xfinity=xfinity,comcast; comcast; t-mobile=t-mobile; at&t=att; norton=norton,nortonlifelock,gendigital,symantec; mcafee; geek squad=geeksquad,bestbuy; state farm=statefarm; starbucks; blue cross=bcbs;
rakuten; mercari; smbc=smbc,smbc-card; mufg=mufg; jcb; au pay=au; docomo; softbank; line pay=line; yodobashi; sagawa=sagawa-exp; kuroneko=kuronekoyamato; disney; hulu; roblox; godaddy; namecheap; hostgator; wetransfer; zoom; stripe; revolut; klarna; wise;
irs; hmrc; social security administration=ssa; interpol; opensea; ledger live=ledger; robinhood; venmo; zelle=zellepay,zelle; cash app=cash,squareup; western union=westernunion; moneygram; swift"""
_AMBIGUOUS = "apple; chase; orange; ing; steam; target; ups; caixa; visa; discover; free; sfr; delta; marriott; yeti; starlink; tesla; temu; shein; costco; ledger; wise; zoom; line; meta; swift; stripe; hermes; gls; dpd; att; booking"


def _read(listed: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for entry in listed.split(";"):
        name, _, owners = entry.strip().partition("=")
        found[name] = (
            frozenset(owners.split(",")) if owners else frozenset({name.replace(" ", "").replace("'", "")})
        )
    return found


DISTINCT = _read(_DISTINCT)
AMBIGUOUS = _read(_AMBIGUOUS)
_WORD = re.compile(r"[^\W_]+(?:['&.-][^\W_]+)*")


def _grams(folded: str) -> set[str]:
    words = _WORD.findall(folded)
    grams = set(words)
    grams.update(a + " " + b for a, b in zip(words, words[1:], strict=False))
    grams.update(" ".join(words[i : i + 3]) for i in range(len(words) - 2))
    return grams


def named_in_short(folded: str) -> dict[str, frozenset[str]]:
    """The brands that a name or subject (folded) mentions, each with its owner's labels."""
    grams = _grams(folded[:400])
    found = {name: owners for name, owners in DISTINCT.items() if name in grams}
    found.update((name, owners) for name, owners in AMBIGUOUS.items() if name in grams and name not in found)
    return found


def named_in_text(folded: str) -> dict[str, frozenset[str]]:
    """The brands that the head of a text (folded) mentions; everyday words do not count."""
    return {name: DISTINCT[name] for name in _grams(folded[:3000]) & DISTINCT.keys()}


def label_of(org: str) -> str:
    """The registered label of an Organizational Domain: "paypal" of paypal.com."""
    return org.partition(".")[0]


def owns(org: str, owners: frozenset[str]) -> bool:
    """Whether an Organizational Domain is one of the brand's."""
    return label_of(org) in owners


def imitated_in(host: str, org: str) -> bool:
    """Whether a host name carries a brand's label and its Organizational Domain is not that brand's."""
    pieces = set(re.split(r"[.\-_]", host))
    if label_of(org) in DISTINCT:
        return False
    for name, owners in DISTINCT.items():
        key = name.replace(" ", "").replace("'", "")
        if len(key) >= 5 and not owns(org, owners) and (key in pieces or (len(key) >= 7 and key in host)):
            return True
    return False
