"""Whether a text holds something like a postal address, in the spellings of many countries.

The question is only whether one may be there: a wrong "no" accuses a sender, a wrong "yes" costs nothing.
"""

from __future__ import annotations

import re

from scorer.lazyre import lazy
from scorer.screen import DIGIT, SPACE, Gates, Phrases, folded

try:
    from scorer.native import search as _native
except ImportError:  # nothing was compiled
    _native = None  # type: ignore[assignment]

MAX_TEXT = 50_000

# Words for street, post box, floor and the like. Short ones need a number near by.
_STREET_PATTERN = (
    r"\b(?:street|avenue|boulevard|blvd|parkway|pkwy|highway|suite|p\.? ?o\.? ?box|po box|building|plaza|"
    r"floor|mailbox|crescent|terrace|broadway|mailing address|postal address|registered office|head office|"
    r"postfach|postboks|postbox|box \d|boîte postale|b\.?p\.? \d|apartado|casella postale|skrytka|"
    r"rue|calle|avenida|piazza|plaza|paseo|carrer|rua|travessa|ulica|ulice|utca|cadde|caddesi|sokak|mahallesi|"
    r"strada|bulevardul|katu|tie|väg|gränd|plats|vej|gade|plads|allé|veien|gata|gate|vei|plass|torg|"
    r"anschrift|adresse|adress|address|besøksadresse|postadresse|postadress|dirección|indirizzo|endereço|osoite)\b"
    r"|\b\w{3,40}?(?:straße|strasse|str\.|gasse|platz|weg|allee|ring|damm|ufer|straat|laan|plein|kade|gracht|"
    r"vägen|gatan|gata|torget|vej|vejen|gade|gaden|veien|gaten|gate|vegen|katu|kuja|tie)\b"
)
_STREET = lazy(_STREET_PATTERN, re.IGNORECASE)
_SHORT_STREET_PATTERN = (
    r"\b\d{1,5}[a-z]?,? (?:[\w.'-]{1,40} ){0,4}(?:st|ave|rd|road|dr|drive|ln|lane|way|ct|court|pl|place|sq|square|hwy|blvd)\b"
    r"|\b(?:via|via dei|str|ul|av|cra|rua|pl)\.? \w[\w .'-]{2,40},? \d"
)
_SHORT_STREET = lazy(_SHORT_STREET_PATTERN, re.IGNORECASE)
# 0150 Oslo, D-10115 Berlin: alone, because RE2 does not look ahead.
_POSTCODE_AND_PLACE_PATTERN = r"(?<![\d ] )\b(?!20[0-3]\d )(?:[A-Z]{1,3}[- ])?\d{4,5} (?![a-z])[^\W\d_]{2}"
_POSTCODE_ALONE = (
    r"\b[A-Z]{2},? \d{5}(?:-\d{4})?\b"  # United States
    r"|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"  # United Kingdom
    r"|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b"  # Canada
    r"|\b\d{4} ?[A-Z]{2}\b"  # the Netherlands
    r"|\b\d{3} \d{2} [^\W\d_]{2}"  # 111 22 Stockholm
    r"|\b\d{2}-\d{3} [^\W\d_]{2}|\b\d{4}-\d{3}\b"  # Poland, Portugal
    r"|\b[^\W\d_]{2,40},? \d{5,6}\b"  # Bengaluru 560001, Kyiv, 01001
    r"|\b(?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT) \d{4}\b"
    r"|〒|\d{3}-\d{4}"
)
_POSTCODE = lazy(f"{_POSTCODE_AND_PLACE_PATTERN}|{_POSTCODE_ALONE}")
_POSTCODE_AND_PLACE = lazy(_POSTCODE_AND_PLACE_PATTERN)
_CERTAIN_POSTCODE = Phrases(_POSTCODE_ALONE.replace(r"[^\W\d_]", "[A-Za-z]"))
_ANY_POSTCODE_AND_PLACE = Phrases(r"[0-9]{4} [A-Z][A-Za-z]")
"""The same for RE2, where all letters and digits are ASCII."""
# Where the names of streets have other letters: the words and signs for street, house, district.
_OTHER_SCRIPTS_PATTERN = (
    r"\b(?:ул|просп|пер|вул|бул|г)\. ?[^\W\d_]|\bд\. ?\d|\b(?:улица|проспект|пр-т|вулиця)\b|[市区區路街號号弄]\s?\d|\d\s?[丁番號号]|"
    r"[시구로길동]\s?\d|شارع|ص\.ب|רחוב|ת\.ד|οδός|λεωφ|τ\.κ\.|मार्ग|रोड|ถนน|đường|phố|quận"
)
_OTHER_SCRIPTS = lazy(_OTHER_SCRIPTS_PATTERN, re.IGNORECASE)
# At least letters, and at least what words are made of.
_LETTER, _WORD = r"[^\x00-\x40]", r"[^\x00-\x2f]"
_GATES = Gates()
_ANY_STREET = _GATES.add(
    r"\b(?:street|avenue|boulevard|blvd|parkway|pkwy|highway|suite|p\.? ?o\.? ?box|building|plaza|floor|mailbox|"
    r"crescent|terrace|broadway|mailing address|postal address|registered office|head office|postfach|postboks|"
    r"postbox|casella postale|skrytka|apartado|rue|calle|avenida|piazza|paseo|carrer|rua|travessa|ulica|ulice|"
    r"utca|cadde|caddesi|sokak|mahallesi|strada|bulevardul|katu|tie|väg|gränd|plats|vej|gade|plads|veien|gata|"
    r"gate|vei|plass|torg|anschrift|adresse|adress|address|besøksadresse|postadresse|postadress|dirección|"
    r"indirizzo|endereço|osoite)\b"
    rf"|\bbox {DIGIT}|boîte postale|\bb\.?p\.? {DIGIT}|allé"
    rf"|{_WORD}{{3}}(?:straße|strasse|gasse|platz|weg|allee|ring|damm|ufer|straat|laan|plein|kade|gracht|vägen|"
    r"gatan|gata|torget|vej|vejen|gade|gaden|veien|gaten|gate|vegen|katu|kuja|tie)\b|str\."
)
_ANY_SHORT_STREET = _GATES.add(
    rf"{DIGIT}[a-z]?,? [^\n]*\b(?:st|ave|rd|road|dr|drive|ln|lane|way|ct|court|pl|place|sq|square|hwy|blvd)\b"
    rf"|\b(?:via|str|ul|av|cra|rua|pl)\.? {_WORD}[^\n]*,? {DIGIT}"
)
_ANY_POSTCODE = _GATES.add(
    rf"{DIGIT}{{4}} ?{_LETTER}{{2}}|{_LETTER}{{2}},? {DIGIT}{{5}}|{DIGIT}(?:[a-z]|{DIGIT})? ?{DIGIT}[a-z]{{2}}"
    rf"|[a-z]{DIGIT}[a-z] ?{DIGIT}[a-z]{DIGIT}|{DIGIT}{{3}} {DIGIT}{{2}} |{DIGIT}{{2}}-{DIGIT}{{3}} "
    rf"|{DIGIT}{{4}}-{DIGIT}{{3}}|(?:nsw|vic|qld|wa|sa|tas|act|nt) {DIGIT}{{4}}|〒|{DIGIT}{{3}}-{DIGIT}{{4}}"
)
_FOREIGN_LETTERS = _GATES.add(r"[^\x00-\x7f\pP\pS\pZ\pC]")
_ANY_OTHER_SCRIPT = _GATES.add(
    folded(
        rf"(?:ул|просп|пер|вул|бул|г)\. ?{_LETTER}|д\. ?{DIGIT}|улица|проспект|пр-т|вулиця|[市区區路街號号弄]{SPACE}?{DIGIT}|"
        rf"{DIGIT}{SPACE}?[丁番號号]|[시구로길동]{SPACE}?{DIGIT}|شارع|ص\.ب|רחוב|ת\.ד|οδός|λεωφ|τ\.κ\.|मार्ग|रोड|ถนน|đường|phố|quận"
    )
)
_CERTAIN = _GATES.add(_STREET_PATTERN), _GATES.add(_SHORT_STREET_PATTERN)
"""The expressions themselves: where all letters and digits are ASCII, RE2 reads them as Python does."""
_BEHIND = (
    *((_ANY_STREET, _STREET), (_ANY_SHORT_STREET, _SHORT_STREET)),
    *((_ANY_POSTCODE, _POSTCODE), (_ANY_OTHER_SCRIPT, _OTHER_SCRIPTS)),
)
"""Each expression with the gate without which it cannot match."""
_LIKE_ASCII = "\u0130\u0131\u017f\u212a\u0307"
"""Letters that folding makes letters of ASCII."""
_TAG = lazy(r"address|adresse|company|sender_|sender\.|account\.|organi[sz]ation", re.IGNORECASE)


def may_hold_address(text: str) -> bool:
    """Whether a postal address may stand in the text."""
    text = text[-MAX_TEXT:]
    if not text:
        return False
    if _native is not None and _native.names_street(text):
        return True
    opened = _GATES.open(text)
    if _FOREIGN_LETTERS in opened:
        return any(gate in opened and pattern.search(text) for gate, pattern in _BEHIND)
    return not opened.isdisjoint(_CERTAIN) or (_ANY_POSTCODE in opened and _holds_postcode(text))


def _holds_postcode(text: str) -> bool:
    """Whether `_POSTCODE` matches a text without foreign letters and digits."""
    if any(letter in text for letter in _LIKE_ASCII):
        return _POSTCODE.search(text) is not None
    return _CERTAIN_POSTCODE.within(text) or (
        _ANY_POSTCODE_AND_PLACE.within(text) and _POSTCODE_AND_PLACE.search(text) is not None
    )


def is_address_tag(tag: str) -> bool:
    """Whether a merge tag may stand for the sender's address (*|LIST:ADDRESS|*, {{company.address}})."""
    return _TAG.search(tag) is not None
