"""Which column of a list holds what: guessed by its header, or by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

MEANINGS = (
    "email",
    "created",
    "engaged",
    "opt_in",
    "confirmed",
    "source",
    "ip",
    "status",
    "bounced",
    "unsubscribed",
    "name",
)
"""What the check can use. `created`, `engaged`: dates of the sign-up and of the last sign of life; `opt_in`: how
the consent was given; `confirmed`, `bounced`, `unsubscribed`: a date or yes; `ip`: where the sign-up came from."""

SEVERAL = frozenset({"engaged", "name"})
"""Meanings that more than one column may have."""

_HEADERS: Mapping[str, str] = {
    "email": (
        "email e-mail mail emailaddress e-mailaddress emailadress mailaddress address recipient subscriber epost "
        "e-post epostadresse e-postadresse epostadress e-mailadresse emailadresse mailadresse e-mailadres emailadres "
        "courriel adressemail adresseemail adressecourriel correo correoelectronico email1 emailid primaryemail "
        "workemail contactemail customeremail posta postaelettronica indirizzoemail sahkoposti sähköposti"
    ),
    "created": (
        "created createdat createddate creationdate dateadded added addedat signup signupdate signedup signedupat "
        "subscribed subscribedat subscribeddate subscriptiondate joined joinedat registered registeredat "
        "registrationdate optintime optindate optinat dateofsignup timestamp opprettet registrert oprettet skapad "
        "angelegt erstellt anmeldedatum registriert aangemaakt inscription dateinscription fechaalta creado"
    ),
    "engaged": (
        "lastengaged lastengagement lastactivity lastactive lastopen lastopened lastopendate lastopenat lastclick "
        "lastclicked lastclickdate lastclickat lastseen lastlogin lastpurchase lastorder lastorderdate engaged "
        "engagement lastinteraction letzteaktivitat letzteraktivitat letzteöffnung sistaktiv sisteåpning sisteapning "
        "sisteaktivitet derniereactivite ultimaactividad"
    ),
    "opt_in": (
        "optin opt-in consent consenttype optintype optinmethod permission subscriptiontype samtykke samtycke "
        "einwilligung consentement consentimiento consenso toestemming"
    ),
    "confirmed": (
        "confirmed confirmedat confirmtime confirmdate confirmationdate confirmationtime doubleoptin doi "
        "doubleoptindate doidate verified verifiedat emailverified bekreftet bekraftad bestatigt confirmado"
    ),
    "source": (
        "source signupsource leadsource origin channel acquisition acquisitionsource importsource listsource utmsource "
        "referrer kilde kalla källa quelle herkunft bron fuente origen fonte campaign"
    ),
    "ip": "ip ipaddress signupip optinip ipadresse ipadress confirmip subscribeip remoteip clientip adresseip",
    "status": (
        "status state subscriptionstatus subscriberstatus memberstatus contactstatus emailstatus optinstatus tilstand"
    ),
    "bounced": (
        "bounced bounce bouncedate bouncedat hardbounce hardbounced hardbouncedate lastbounce bouncetype "
        "hardbouncereason"
    ),
    "unsubscribed": (
        "unsubscribed unsubscribedat unsubscribe unsubscribedate unsubtime optout optedout optoutdate optedoutat "
        "donotmail donotemail suppressed avmeldt avregistrerad abgemeldet desabonne uitgeschreven baja"
    ),
    "name": "name firstname lastname fullname givenname surname fornavn etternavn vorname nachname nom prenom nombre",
}
_NOISE = re.compile(r"[\W_]+")


class Columns(msgspec.Struct, frozen=True):
    """Where each meaning stands: column numbers from 0. `header` is the list's first record, () where it has
    none."""

    email: int
    at: Mapping[str, tuple[int, ...]]
    header: tuple[str, ...]

    def first(self, meaning: str) -> int | None:
        """The column with this meaning, None where there is none."""
        found = self.at.get(meaning, ())
        return found[0] if found else None


@cache
def _meanings() -> dict[str, str]:
    found: dict[str, str] = {}
    for meaning, names in _HEADERS.items():
        for name in names.split():
            found.setdefault(plain(name), meaning)
    return found


def plain(name: str) -> str:
    """A header or a word of a field without case, spaces and punctuation."""
    return _NOISE.sub("", name[:100].casefold())


def guess_columns(sample: Sequence[Sequence[str]], named: Mapping[str, str]) -> Columns:
    """The columns of a list from its first records. `named` gives a meaning's column by header or by number
    from 1, and wins over any guess.

    Raises:
        ValueError: `named` has a meaning or a column that does not exist.
    """
    first = list(sample[0]) if sample else []
    has_header = bool(first) and not any("@" in field for field in first) and _looks_like_header(sample)
    header = tuple(field.strip() for field in first) if has_header else ()
    at: dict[str, tuple[int, ...]] = {}
    for number, name in enumerate(header):
        meaning = _meanings().get(plain(name), "")
        if meaning and (meaning not in at or meaning in SEVERAL):
            at[meaning] = (*at.get(meaning, ()), number)
    width = max((len(record) for record in sample), default=0)
    for meaning, column in named.items():
        if meaning not in MEANINGS:
            raise ValueError(f"--column: {meaning} is none of {', '.join(MEANINGS)}")
        at[meaning] = (_column(column, header, width),)
    rows = sample[1:] if has_header else sample
    if "email" not in named:
        by_content = _most_addresses(rows, width)
        guessed = at.get("email")
        # A header that says "mail" above street addresses is worth less than a column full of @.
        if guessed is None or not any("@" in row[guessed[0]] for row in rows if len(row) > guessed[0]):
            at["email"] = (by_content,)
    email = at["email"][0]
    at = {key: tuple(n for n in numbers if key == "email" or n != email) for key, numbers in at.items()}
    return Columns(email, {key: numbers for key, numbers in at.items() if numbers}, header)


def _looks_like_header(sample: Sequence[Sequence[str]]) -> bool:
    """Whether the first record names columns: it has no address, and either a name that is known or rows with
    addresses below it."""
    if any(plain(field) in _meanings() for field in sample[0]):
        return True
    return any("@" in field for record in sample[1:] for field in record)


def _most_addresses(rows: Sequence[Sequence[str]], width: int) -> int:
    counts = [sum(1 for row in rows if len(row) > column and "@" in row[column]) for column in range(width)]
    return counts.index(max(counts)) if counts else 0


def _column(column: str, header: tuple[str, ...], width: int) -> int:
    wanted = plain(column)
    for number, name in enumerate(header):
        if name == column or (wanted and plain(name) == wanted):
            return number
    if (
        column.isascii()
        and column.isdigit()
        and len(column) < 6
        and 1 <= int(column) <= max(width, len(header))
    ):
        return int(column) - 1
    raise ValueError(f"--column: the list has no column {column!r}")
