"""DKIM: keys in the DNS, signatures in headers, and whether they verify (RFC 6376, 8301, 8463)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable

import msgspec

from scorer.dns import Absent, Failed, Resolver
from scorer.lazyre import lazy
from scorer.said import joined, say
from scorer.unknown import Unknown

MAX_SIGNATURES = 5
"""Signatures of one message that are verified; the rest stay unknown."""
MAX_MESSAGE = 50_000_000
"""Bytes of a message above which no signature is verified."""
MINIMUM_BITS = 1024
RECOMMENDED_BITS = 2048
"""RFC 8301 §3.2: verifiers refuse RSA keys below 1024 bits; signers should use at least 2048."""
LARGEST_BITS = 4096
"""RFC 8301 §3.2: the longest RSA key that every verifier has to accept."""

_MAX_HEADER = 100_000
_MAX_BLANKS = 2 * 10**8
_TAG = lazy(r"[A-Za-z][A-Za-z0-9_]*\Z")
_SPACE = lazy(r"[ \t\r\n]+")
_MEANT_AS_KEY = lazy(r"\s*(?:v\s*=\s*DKIM|k\s*=)", re.IGNORECASE)
_BLANKS = lazy(rb"[ \t]+")
_REQUIRED = ("v", "a", "b", "bh", "d", "h", "s")
_ALGORITHMS = ("rsa-sha256", "ed25519-sha256")
_RSA_ENCRYPTION = bytes.fromhex("2a864886f70d010101")
STATES = {
    "valid": "valid",
    "absent": "absent",
    "revoked": "revoked",
    "invalid": "invalid",
    "unknown": "unknown",
}
"""The words for a key's `status`."""
_COVERED = ("From", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post")


class DkimKey(msgspec.Struct, frozen=True):
    """A public key record and whether a receiver would use it.

    `status`: "valid", "revoked" (empty p=), "invalid", "absent" or "unknown" (with `reason`). `strength` of a
    valid key: "recommended", "weak" (RSA of 1024 to 2047 bits), "refused" (below). `usable` is what counts: a
    signature made with it can pass. `chain` holds the CNAMEs that led to the record: the last one names the
    service that runs the key. `faults` are ids.
    """

    selector: str
    domain: str
    name: str
    status: str
    record: str = ""
    reason: str = ""
    algorithm: str = ""
    bits: int = 0
    strength: str = ""
    testing: bool = False
    strict_identity: bool = False
    services: tuple[str, ...] = ("*",)
    hashes: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def usable(self) -> bool | Unknown:
        if self.status == "unknown":
            return Unknown(self.reason)
        return self.status == "valid" and self.strength != "refused"


class Signature(msgspec.Struct, frozen=True):
    """A DKIM-Signature header field. Times are seconds since 1970, `body_length` octets; None if not given.

    `index` counts the message's signatures from the top. `oversigned` are fields that `h` names more often
    than the message has them, so that none can be added later: good practice. `faults` are ids:
    "missing:<tag>", "duplicate:<tag>", "not-covered:<field>", "body-length", "expired", "rsa-sha1" …
    """

    index: int
    domain: str
    selector: str
    identity: str
    algorithm: str
    canonicalization: tuple[str, str]
    headers: tuple[str, ...]
    body_length: int | None
    signed_at: int | None
    expires_at: int | None
    oversigned: tuple[str, ...]
    faults: tuple[str, ...]

    def covers(self, name: str) -> bool:
        """Whether `h` names this header field."""
        return name.lower() in self.headers


class Verified(msgspec.Struct, frozen=True):
    """The result for one signature: "pass", "fail", "permerror" or "unknown", and why not "pass"."""

    domain: str
    selector: str
    result: str
    reason: str = ""


# --- keys ---------------------------------------------------------------------------------------


def inspect_key(resolver: Resolver, selector: str, domain: str) -> DkimKey:
    """The key at `selector._domainkey.domain` (RFC 6376 §3.6.1)."""
    selector, domain = selector.strip().rstrip(".").lower(), _domain(domain)
    name = f"{selector}._domainkey.{domain}"
    answer = resolver.lookup(name, "TXT")
    if isinstance(answer, Failed):
        return DkimKey(selector, domain, name, "unknown", reason=answer.reason)
    if isinstance(answer, Absent):
        return DkimKey(selector, domain, name, "absent", chain=answer.chain)
    keys = [text for text in answer.records if "p" in (_tags(text)[0])]
    faults: list[str] = ["several-records"] if len(keys) > 1 else []
    if not keys:
        # A wildcard TXT record answers for every selector: that is no key, not a broken one.
        meant = next((t for t in answer.records if _MEANT_AS_KEY.match(t)), None)
        status, fault = ("absent", "other-records") if meant is None else ("invalid", "missing:p")
        text = meant or ""
        return DkimKey(selector, domain, name, status, text, chain=answer.chain, faults=(fault,))
    return _read_key(DkimKey(selector, domain, name, "valid", keys[0], chain=answer.chain), faults)


def _read_key(key: DkimKey, faults: list[str]) -> DkimKey:
    tags, order, syntax = _tags(key.record)
    faults += syntax
    version = tags.get("v")
    fatal = False
    if version is not None and version != "DKIM1":
        faults.append("wrong-version")
        fatal = True
    elif version is not None and order[0] != "v":
        faults.append("version-not-first")
        fatal = True
    flags = _list(tags.get("t", ""))
    services = _list(tags.get("s", "*"))
    hashes = _list(tags.get("h", ""))
    if not {"*", "email"} & set(services):
        faults.append("not-for-email")
        fatal = True
    if hashes and "sha256" not in hashes:
        faults.append("no-sha256")
        fatal = True
    algorithm = tags.get("k", "rsa").lower()
    encoded = _SPACE.sub("", tags["p"])
    status, bits, strength = "valid", 0, ""
    if not encoded:
        status = "revoked"
    else:
        bits, fault = _key_bits(algorithm, encoded)
        if fault:
            faults.append(fault)
            fatal = True
        elif algorithm == "ed25519":
            strength = "recommended"
        else:
            weak = "weak" if bits < RECOMMENDED_BITS else "recommended"
            strength = "refused" if bits < MINIMUM_BITS else weak
            if bits > LARGEST_BITS:
                faults.append("longer-than-verifiers-must-accept")
    if fatal and status == "valid":
        status, strength = "invalid", ""
    return msgspec.structs.replace(
        key,
        status=status,
        algorithm=algorithm,
        bits=bits,
        strength=strength,
        testing="y" in flags,
        strict_identity="s" in flags,
        services=services,
        hashes=hashes,
        faults=tuple(dict.fromkeys(faults)),
    )


def _key_bits(algorithm: str, encoded: str) -> tuple[int, str]:
    """Bits of the key, and a fault where it cannot be read."""
    if algorithm not in ("rsa", "ed25519"):
        return 0, "unknown-algorithm"
    try:
        der = base64.b64decode(encoded.encode("ascii"), validate=True)
    except (ValueError, UnicodeError, binascii.Error):
        return 0, "broken-base64"
    if algorithm == "ed25519":
        # RFC 8463 §4.2: the 32 octets themselves, without any wrapping.
        return (256, "") if len(der) == 32 else (0, "wrong-key-length")
    modulus = _rsa_modulus(der)
    return (modulus.bit_length(), "") if modulus else (0, "not-an-rsa-key")


def _rsa_modulus(der: bytes) -> int:
    """The modulus of a SubjectPublicKeyInfo (RFC 5280 §4.1) or RSAPublicKey (RFC 8017 A.1.1), else 0."""
    try:
        outer, _ = _element(der, 0x30)
        if outer[:1] == b"\x30":
            identifier, rest = _element(outer, 0x30)
            oid, _ = _element(identifier, 0x06)
            bits, _ = _element(rest, 0x03)
            if oid != _RSA_ENCRYPTION or bits[:1] != b"\x00":
                return 0
            outer, _ = _element(bits[1:], 0x30)
        modulus, rest = _element(outer, 0x02)
        _element(rest, 0x02)
    except ValueError:
        return 0
    value = int.from_bytes(modulus, "big", signed=True)
    return max(value, 0)


def _element(der: bytes, tag: int) -> tuple[bytes, bytes]:
    """Content of the DER element at the start of `der`, and what follows; ValueError if it is no `tag`."""
    if len(der) < 2 or der[0] != tag:
        raise ValueError("unexpected element")
    length, start = der[1], 2
    if length & 0x80:
        size = length & 0x7F
        start += size
        if not 0 < size <= 3 or len(der) < start:
            raise ValueError("bad length")
        length = int.from_bytes(der[2:start], "big")
    end = start + length
    if end > len(der):
        raise ValueError("cut off")
    return der[start:end], der[end:]


# --- signatures ---------------------------------------------------------------------------------


def parse_signatures(headers: Iterable[tuple[str, str]], now: int | None = None) -> tuple[Signature, ...]:
    """The DKIM-Signature fields among `headers` ((name, raw value) in order), read and checked.

    `now` in seconds since 1970 decides whether a signature has expired; without it, that is not judged.
    """
    fields = [(name.strip().lower(), value) for name, value in headers]
    if not any(name == "dkim-signature" for name, _ in fields):
        return ()
    counts: dict[str, int] = {}
    for name, _ in fields:
        counts[name] = counts.get(name, 0) + 1
    values = [value for name, value in fields if name == "dkim-signature"]
    return tuple(_read_signature(i, _decoded(value), counts, now) for i, value in enumerate(values[:50]))


def _decoded(value: str) -> str:
    """A raw value whose bytes beyond ASCII are UTF-8 (RFC 8616 §3); what is none is told as U+FFFD."""
    return value if value.isascii() else value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _read_signature(index: int, value: str, counts: dict[str, int], now: int | None) -> Signature:
    tags, _, faults = _tags(value)
    faults += [f"missing:{name}" for name in _REQUIRED if not tags.get(name)]
    if tags.get("v", "1") != "1":
        faults.append("wrong-version")
    domain, algorithm = _domain(tags.get("d", "")), tags.get("a", "").lower()
    identity = _SPACE.sub("", tags.get("i", "")) or f"@{domain}"
    owner = _domain(identity.rpartition("@")[2])
    if owner != domain and not owner.endswith("." + domain):
        faults.append("identity-outside-domain")
    if algorithm == "rsa-sha1":
        faults.append("rsa-sha1")
    elif algorithm and algorithm not in _ALGORITHMS:
        faults.append("unknown-algorithm")
    header, _, body = tags.get("c", "simple/simple").lower().partition("/")
    canonicalization = (header.strip(), body.strip() or "simple")
    if not {*canonicalization} <= {"simple", "relaxed"}:
        faults.append("unknown-canonicalization")
    length = _number("l", tags, faults)
    if length is not None:
        faults.append("body-length")
    signed_at, expires_at = _number("t", tags, faults), _number("x", tags, faults)
    if signed_at is not None and expires_at is not None and expires_at <= signed_at:
        faults.append("expires-before-signed")
    if now is not None and expires_at is not None and expires_at < now:
        faults.append("expired")
    covered = _list(tags.get("h", ""))
    for name in _COVERED:
        present = counts.get(name.lower(), 0)
        if covered.count(name.lower()) < max(present, name == "From"):
            faults.append(f"not-covered:{name.lower()}")
    return Signature(
        index=index,
        domain=domain,
        selector=_SPACE.sub("", tags.get("s", "")).lower(),
        identity=identity,
        algorithm=algorithm,
        canonicalization=canonicalization,
        headers=covered,
        body_length=length,
        signed_at=signed_at,
        expires_at=expires_at,
        oversigned=tuple(
            name for name in dict.fromkeys(covered) if covered.count(name) > counts.get(name, 0)
        ),
        faults=tuple(dict.fromkeys(faults)),
    )


def _tags(text: str) -> tuple[dict[str, str], list[str], list[str]]:
    """The tag list of RFC 6376 §3.2: values (the first of each name), names in order, faults."""
    tags: dict[str, str] = {}
    order: list[str] = []
    faults: list[str] = []
    specs = text[:_MAX_HEADER].split(";")
    for position, spec in enumerate(specs):
        name, equals, value = spec.partition("=")
        name = name.strip()
        if not equals or not _TAG.match(name):
            if name or position < len(specs) - 1:
                faults.append("syntax")
        elif name in tags:
            faults.append(f"duplicate:{name}")
        else:
            tags[name] = value.strip()
            order.append(name)
    return tags, order, faults


def _list(value: str) -> tuple[str, ...]:
    return tuple(item.strip().lower() for item in value.split(":") if item.strip())[:1000]


def _number(name: str, tags: dict[str, str], faults: list[str]) -> int | None:
    value = tags.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 15):
        faults.append(f"invalid:{name}")
        return None
    return int(value)


def _domain(text: str) -> str:
    from scorer.facts.dmarc import normalize

    return normalize(_SPACE.sub("", text))


# --- verification -------------------------------------------------------------------------------


def verify_signatures(raw_message: bytes, resolver: Resolver) -> tuple[Verified, ...]:
    """Verify the message's signatures, the topmost five of them, with keys from `resolver`.

    A result is "unknown" where a key could not be looked up, where the signature has expired since (it may
    have been good on arrival), or where this installation cannot compute it (Ed25519 without PyNaCl).
    """
    if len(raw_message) > MAX_MESSAGE or b"dkim-signature" not in raw_message.lower():
        return ()
    import dkim

    try:
        fields, _ = dkim.rfc822_parse(raw_message)
    except Exception as error:  # hostile input: dkimpy indexes and decodes without checks
        return (Verified("", "", "permerror", say("message: {error}", error=_said(error))),)
    headers = [(_text(name), _text(value)) for name, value in fields]
    signatures = parse_signatures(headers)
    resolver.prefetch(
        dict.fromkeys((f"{s.selector}._domainkey.{s.domain}", "TXT") for s in signatures[:MAX_SIGNATURES])
    )
    return tuple(
        _verify(raw_message, one, resolver)
        if one.index < MAX_SIGNATURES
        else Verified(
            one.domain, one.selector, "unknown", say("only {count} are verified", count=MAX_SIGNATURES)
        )
        for one in signatures
    )


def _verify(raw_message: bytes, signature: Signature, resolver: Resolver) -> Verified:
    def said(result: str, reason: str = "") -> Verified:
        return Verified(signature.domain, signature.selector, result, reason)

    fatal = [f for f in signature.faults if f.startswith(_FATAL)]
    if fatal:
        return said("permerror", ", ".join(fatal))
    key = inspect_key(resolver, signature.selector, signature.domain)
    if key.status == "unknown":
        return said("unknown", joined((key.name, key.reason), ": "))
    if key.usable is not True:
        return said("permerror", f"key {key.strength or key.status}: {' '.join(key.faults)}".rstrip(": "))
    if not signature.algorithm.startswith(key.algorithm + "-"):
        return said("permerror", say("key of another algorithm"))
    owner = signature.identity.rpartition("@")[2].lower()
    if key.strict_identity and _domain(owner) != signature.domain:
        return said("permerror", say("the key allows no subdomain in i="))
    if _too_blank(raw_message):
        return said("unknown", say("runs of blanks too long to verify"))
    return _compute(raw_message, signature, key, said)


def _too_blank(raw_message: bytes) -> bool:
    """Whether runs of blanks would keep dkimpy busy: its work grows with the square of their length."""
    if b" " * 64 not in raw_message.replace(b"\t", b" "):
        return False
    return sum((m.end() - m.start()) ** 2 for m in _BLANKS.finditer(raw_message)) > _MAX_BLANKS


_FATAL = (
    "missing:",
    "duplicate:",
    "invalid:",
    "syntax",
    "wrong-version",
    "rsa-sha1",
    "unknown-",
    "identity-outside-domain",
    "not-covered:from",
    "expires-before-signed",
)


def _compute(
    raw_message: bytes, signature: Signature, key: DkimKey, said: Callable[..., Verified]
) -> Verified:
    import dkim

    def record(name: bytes, timeout: float = 5) -> bytes:
        return key.record.encode("utf-8", "surrogateescape")

    try:
        good = dkim.DKIM(raw_message, minkey=MINIMUM_BITS).verify(signature.index, dnsfunc=record)
    except dkim.NaClNotFoundError:
        return said("unknown", say("Ed25519 signatures need PyNaCl"))
    except dkim.ValidationError as error:
        text = str(error)
        if text.startswith("x= value is past"):
            return said("unknown", say("expired since it was signed"))
        return said("fail", say("the body was changed") if "body hash" in text else text[:200])
    except Exception as error:  # dkimpy raises what its parsers happen to raise
        return said("permerror", _said(error))
    return said("pass") if good else said("fail", say("the signature does not match the header"))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")
