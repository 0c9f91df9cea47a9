"""DKIM keys, signatures and their verification. Keys are made here; none is kept as a file."""

from __future__ import annotations

import base64
import functools
import time

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from scorer.facts.dkim import inspect_key, parse_signatures, verify_signatures
from scorer.unknown import Unknown
from tests.fakedns import FakeDNS

NAME = ("s1._domainkey.example.com", "TXT")
MESSAGE = (
    b"From: News <news@example.com>\r\nTo: you@example.org\r\nSubject: Hello\r\n"
    b"List-Unsubscribe: <https://example.com/u/1>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n\r\nHello there.\r\n"
)
ALL = [b"From", b"To", b"Subject", b"List-Unsubscribe", b"List-Unsubscribe-Post"]


@functools.cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def spki(bits: int = 2048) -> str:
    der = (
        rsa_key(bits)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return base64.b64encode(der).decode()


def bare(bits: int = 2048) -> str:
    der = (
        rsa_key(bits).public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    )
    return base64.b64encode(der).decode()


def sign(message: bytes = MESSAGE, *, bits: int = 2048, fields: list[bytes] = ALL, **more: object) -> bytes:
    pem = rsa_key(bits).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    more.setdefault("canonicalize", (b"relaxed", b"relaxed"))
    return dkim.sign(message, b"s1", b"example.com", pem, include_headers=fields, **more) + message


def publish(record: str, name: tuple[str, str] = NAME) -> FakeDNS:
    return FakeDNS({name: [record]})


def key(record: str):
    return inspect_key(publish(record), "s1", "example.com")


class TestKey:
    @pytest.mark.parametrize(
        ("bits", "strength", "usable"), [(2048, "recommended", True), (1024, "weak", True)]
    )
    def test_rsa_sizes(self, bits: int, strength: str, usable: bool) -> None:
        for encoded in (spki(bits), bare(bits)):
            found = key(f"v=DKIM1; k=rsa; p={encoded}")
            assert (found.status, found.algorithm, found.bits) == ("valid", "rsa", bits)
            assert (found.strength, found.usable, found.faults) == (strength, usable, ())

    def test_short_keys_are_refused(self) -> None:
        # 512 bits: OpenSSL no longer makes such keys, so the DER is written out.
        modulus = b"\x00" + bytes([0x81] + [1] * 63)
        body = b"\x02\x41" + modulus + b"\x02\x03\x01\x00\x01"
        encoded = base64.b64encode(b"\x30" + bytes([len(body)]) + body).decode()
        found = key(f"p={encoded}")
        assert (found.bits, found.strength, found.status, found.usable) == (512, "refused", "valid", False)

    def test_ed25519(self) -> None:
        raw = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        found = key(f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode()}")
        assert (found.algorithm, found.bits, found.strength) == ("ed25519", 256, "recommended")
        assert key("k=ed25519; p=" + base64.b64encode(raw[:31]).decode()).faults == ("wrong-key-length",)

    def test_revoked_absent_unknown(self) -> None:
        assert key("v=DKIM1; p=").status == "revoked" and key("v=DKIM1; p=").usable is False
        assert inspect_key(FakeDNS(), "s1", "example.com").status == "absent"
        failed = inspect_key(FakeDNS({NAME: "servfail"}), "s1", "example.com")
        assert failed.status == "unknown" and failed.usable == Unknown("SERVFAIL")

    def test_flags_and_services(self) -> None:
        found = key(f"v=DKIM1; t=y:s; s=email; h=sha1:sha256; p={spki()}")
        assert found.testing and found.strict_identity
        assert found.services == ("email",) and found.hashes == ("sha1", "sha256")
        assert found.usable is True

    @pytest.mark.parametrize(
        ("record", "fault"),
        [
            ("v=DKIM2; p=@", "wrong-version"),
            ("p=@; v=DKIM1", "version-not-first"),
            ("v=DKIM1; s=tlsrpt; p=@", "not-for-email"),
            ("v=DKIM1; h=sha1; p=@", "no-sha256"),
            ("v=DKIM1; k=dsa; p=@", "unknown-algorithm"),
            ("v=DKIM1; p=not*base64", "broken-base64"),
            ("v=DKIM1; p=MIIBIjAN", "not-an-rsa-key"),
            ("v=DKIM1; p=AAAA", "not-an-rsa-key"),
            ("v=DKIM1; k=rsa", "missing:p"),
        ],
    )
    def test_faults_that_make_it_unusable(self, record: str, fault: str) -> None:
        found = key(record.replace("@", spki()))
        assert fault in found.faults and found.status == "invalid" and found.usable is False

    def test_a_wildcard_record_is_no_key(self) -> None:
        found = key("v=spf1 -all")
        assert (found.status, found.faults, found.usable) == ("absent", ("other-records",), False)

    def test_several_records(self) -> None:
        dns = FakeDNS({NAME: ["v=spf1 -all", f"p={spki()}", "v=DKIM1; p="]})
        found = inspect_key(dns, "s1", "example.com")
        assert found.faults == ("several-records",) and found.bits == 2048

    def test_line_breaks_in_the_key_do_not_matter(self) -> None:
        encoded = spki()
        assert key(f"v=DKIM1; p={encoded[:100]} \t{encoded[100:]}").bits == 2048

    def test_delegated_to_the_service(self) -> None:
        dns = FakeDNS(
            {
                ("s1._domainkey.example.com", "CNAME"): ["s1.dkim.esp.example"],
                ("s1.dkim.esp.example", "TXT"): [f"p={spki()}"],
            }
        )
        assert inspect_key(dns, "S1", "Example.com.").chain == ("s1.dkim.esp.example",)

    @given(st.binary(max_size=80))
    def test_any_der_is_read_without_complaint(self, der: bytes) -> None:
        key("p=" + base64.b64encode(der).decode())

    @given(st.text(max_size=80))
    def test_any_record(self, text: str) -> None:
        key(text)
        key("p=" + text)


def read(signature: str, *others: tuple[str, str], now: int | None = None):
    headers = [("DKIM-Signature", signature), ("From", "a@example.com"), *others]
    return parse_signatures(headers, now)[0]


GOOD = "v=1; a=rsa-sha256; c=relaxed/simple; d=Example.com; s=S1; h=From:Subject; bh=aGk=; b=aGk="


class TestSignature:
    def test_read(self) -> None:
        found = read(GOOD + "; t=1700000000; x=1700003600", ("Subject", "x"))
        assert (found.domain, found.selector, found.identity) == ("example.com", "s1", "@example.com")
        assert found.canonicalization == ("relaxed", "simple")
        assert found.headers == ("from", "subject") and found.covers("FROM")
        assert (found.signed_at, found.expires_at, found.body_length) == (1700000000, 1700003600, None)
        assert found.faults == ()

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            (("h=From:Subject", "h=Subject"), "not-covered:from"),
            (("a=rsa-sha256", "a=rsa-sha1"), "rsa-sha1"),
            (("a=rsa-sha256", "a=dsa"), "unknown-algorithm"),
            (("b=aGk=", "b=aGk=; l=10"), "body-length"),
            (("b=aGk=", "b=aGk=; l=-1"), "invalid:l"),
            (("b=aGk=", "b=aGk=; i=u@example.net"), "identity-outside-domain"),
            (("b=aGk=", "b=aGk=; i=@notexample.com"), "identity-outside-domain"),
            (("; bh=aGk=", ""), "missing:bh"),
            (("v=1", "v=2"), "wrong-version"),
            (("d=Example.com", "d=a.example; d=b.example"), "duplicate:d"),
            (("c=relaxed/simple", "c=nofws"), "unknown-canonicalization"),
            (("b=aGk=", "b=aGk=; t=10; x=5"), "expires-before-signed"),
            (("s=S1", "s"), "syntax"),
        ],
    )
    def test_faults(self, change: tuple[str, str], fault: str) -> None:
        assert fault in read(GOOD.replace(*change)).faults

    @pytest.mark.parametrize("name", ["Subject", "List-Unsubscribe", "List-Unsubscribe-Post"])
    def test_fields_that_are_there_and_not_covered(self, name: str) -> None:
        bare_signature = GOOD.replace("h=From:Subject", "h=From")
        fault = f"not-covered:{name.lower()}"
        assert fault in read(bare_signature, (name, "x")).faults
        assert fault not in read(bare_signature).faults
        covered = GOOD.replace("h=From:Subject", f"h=From:{name}")
        assert fault not in read(covered, (name, "x")).faults
        assert fault in read(covered, (name, "x"), (name, "y")).faults

    def test_expired_only_by_the_given_clock(self) -> None:
        text = GOOD + "; x=1000"
        assert "expired" not in read(text).faults
        assert "expired" not in read(text, now=1000).faults
        assert "expired" in read(text, now=1001).faults

    def test_oversigned(self) -> None:
        found = read(GOOD.replace("h=From:Subject", "h=From:From:Subject:Reply-To"), ("Subject", "x"))
        assert found.oversigned == ("from", "reply-to") and found.faults == ()

    def test_bytes_beyond_ascii_are_utf_8(self) -> None:
        value = GOOD.replace("s=S1", "s=Caf\u00e9").encode() + b"; x\xd5=1"
        assert read(value.decode("ascii", "surrogateescape")).selector == "caf\u00e9"
        damaged = GOOD.replace("s=S1", "s=\udcd5key")
        assert read(damaged).selector == "\ufffdkey"

    def test_a_subdomain_in_i_is_allowed(self) -> None:
        assert read(GOOD + "; i=@news.example.com").faults == ()

    @given(st.text(max_size=200))
    def test_hostile_text(self, text: str) -> None:
        parse_signatures([("DKIM-Signature", text), ("From", text)], 0)


class TestVerify:
    @pytest.mark.parametrize("body", [b"relaxed", b"simple"])
    def test_pass(self, body: bytes) -> None:
        dns = publish(f"v=DKIM1; p={spki()}")
        found = verify_signatures(sign(canonicalize=(b"relaxed", body)), dns)
        assert [(v.domain, v.selector, v.result, v.reason) for v in found] == [
            ("example.com", "s1", "pass", "")
        ]
        assert dns.prefetched == [(NAME,)]

    def test_one_key_asked_in_one_round_and_weak_keys_pass(self) -> None:
        found = verify_signatures(sign(bits=1024), publish(f"p={spki(1024)}"))
        assert found[0].result == "pass"

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ((b"Hello there", b"Hello you"), "the body was changed"),
            ((b"Subject: Hello", b"Subject: Bye"), "the signature does not match the header"),
        ],
    )
    def test_changed_messages_fail(self, change: tuple[bytes, bytes], reason: str) -> None:
        found = verify_signatures(sign().replace(*change), publish(f"p={spki()}"))
        assert (found[0].result, found[0].reason) == ("fail", reason)

    def test_bare_line_feeds_verify_as_sent(self) -> None:
        message = sign().replace(b"\r\n", b"\n")
        assert verify_signatures(message, publish(f"p={spki()}"))[0].result == "pass"

    def test_the_key_decides(self) -> None:
        message = sign()
        assert verify_signatures(message, FakeDNS({NAME: "servfail"}))[0].result == "unknown"
        for record in ("p=", "p=AAAA", f"k=ed25519; p={base64.b64encode(bytes(32)).decode()}"):
            assert verify_signatures(message, publish(record))[0].result == "permerror"
        assert verify_signatures(message, FakeDNS())[0].result == "permerror"
        assert verify_signatures(message, publish(f"p={spki(1024)}"))[0].result == "fail"

    def test_sha1_does_not_count(self) -> None:
        message = sign(signature_algorithm=b"rsa-sha1") if b"rsa-sha1" in dkim.HASH_ALGORITHMS else b""
        message = message or sign().replace(b"a=rsa-sha256", b"a=rsa-sha1")
        found = verify_signatures(message, publish(f"p={spki()}"))[0]
        assert found.result == "permerror" and "rsa-sha1" in found.reason

    def test_expired_since(self) -> None:
        late = str(int(time.time()) - 100_000).encode()
        message = sign().replace(b"DKIM-Signature: v=1;", b"DKIM-Signature: v=1; x=" + late + b";", 1)
        message = b"\r\n".join(line for line in message.split(b"\r\n") if not line.startswith(b" t="))
        found = verify_signatures(message.replace(b" t=", b" z="), publish(f"p={spki()}"))[0]
        assert (found.result, found.reason) == ("unknown", "expired since it was signed")

    def test_no_more_than_five(self) -> None:
        message = sign()
        line = message[: message.index(b"\r\nFrom:") + 2]
        found = verify_signatures(line * 7 + message, publish(f"p={spki()}"))
        assert [v.result for v in found[5:]] == ["unknown"] * 3
        assert len(found) == 8

    def test_unsigned(self) -> None:
        assert verify_signatures(MESSAGE, FakeDNS()) == ()

    def test_long_runs_of_blanks_are_not_paid_for(self) -> None:
        message = sign(MESSAGE) + b" " * 300_000 + b"x"
        started = time.monotonic()
        assert verify_signatures(message, publish(f"p={spki()}"))[0].result == "unknown"
        assert time.monotonic() - started < 2

    @given(st.binary(max_size=200))
    def test_hostile_bytes(self, junk: bytes) -> None:
        verify_signatures(b"DKIM-Signature: " + junk, FakeDNS())
        verify_signatures(junk + b"\r\nDKIM-Signature: v=1; " + junk, FakeDNS())


def test_an_ed25519_signature_is_verified() -> None:
    import dkim

    private = ed25519.Ed25519PrivateKey.generate()
    public = base64.b64encode(private.public_key().public_bytes_raw()).decode()
    message = b"From: a@example.com\r\nSubject: News\r\n\r\nHello.\r\n"
    signature = dkim.sign(
        message,
        b"ed",
        b"example.com",
        base64.b64encode(private.private_bytes_raw()),
        signature_algorithm=b"ed25519-sha256",
        include_headers=[b"from", b"subject"],
    )
    dns = FakeDNS({("ed._domainkey.example.com", "TXT"): [f"v=DKIM1; k=ed25519; p={public}"]})
    (found,) = verify_signatures(signature + message, dns)
    assert (found.result, found.domain) == ("pass", "example.com")
    (changed,) = verify_signatures(signature + message.replace(b"Hello", b"Hallo"), dns)
    assert changed.result == "fail"
