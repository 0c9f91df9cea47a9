"""What the service is told when it starts."""

from __future__ import annotations

import ipaddress
from typing import Literal

import msgspec

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
DnsMode = Literal["default", "offline"]


class Address(msgspec.Struct, frozen=True):
    """Where to listen; port 0 lets the system choose."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Whether only programs on the same machine can connect."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


class Limits(msgspec.Struct, frozen=True):
    """Bounds on one request. Sizes are bytes, times are seconds.

    `head_seconds` is for the request line and headers, `body_seconds` for all of a body or one line of a
    batch, `work_seconds` for the answer. `queue` is how many jobs may wait in one worker.
    """

    body: int = 10 << 20
    form_parts: int = 8
    zone: int = 256 << 10
    batch_lines: int = 100_000
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    work_seconds: float = 60.0
    queue: int = 64


class Settings(msgspec.Struct, frozen=True):
    """How the service runs.

    `rate` is requests a second for each key (0: no limit), with bursts of `burst`. `hosts` are names that
    the Host header may have besides the loopback ones where no keys are used; `origins` may call from a
    browser page of their own; `spamd_from` are the networks that may use the SPAMC port.
    """

    http: Address = Address("127.0.0.1", 8025)
    spamd: Address | None = None
    workers: int = 0
    keys: str = ""
    rate: float = 0.0
    burst: float = 0.0
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    spamd_from: tuple[Network, ...] = ()
    limits: Limits = Limits()
    drain_seconds: float = 0.5
    grace_seconds: float = 30.0


class SettingsError(ValueError):
    """The service cannot run so; one line that says why."""


def checked(settings: Settings) -> Settings:
    """`settings`, if the service may run so.

    Raises:
        SettingsError: it would listen beyond the machine without keys, or without naming who may connect.
    """
    if not settings.http.loopback and not settings.keys:
        raise SettingsError(
            f"listening on {settings.http.host} needs API keys: make one with "
            "`score serve --keys FILE --new-key TENANT`, then start with --keys FILE"
        )
    if settings.spamd and not settings.spamd.loopback and not settings.spamd_from:
        raise SettingsError(
            f"the SPAMC protocol has no keys: to listen on {settings.spamd.host}, name who may connect "
            "with --spamd-from NETWORK"
        )
    return settings


def parse_address(text: str, default_port: int) -> Address:
    """HOST:PORT, [IPv6]:PORT, HOST or PORT.

    Raises:
        SettingsError: it is none of these.
    """
    host, port = text.strip(), str(default_port)
    if host.startswith("[") and "]" in host:
        host, _, rest = host[1:].partition("]")
        port = rest.removeprefix(":") or port
    elif host.isdigit():
        host, port = "127.0.0.1", host
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
    if not host or not port.isdigit() or not 0 <= int(port) < 65536:
        raise SettingsError(f"not an address to listen on: {text[:80]!r}; write HOST:PORT")
    return Address(host, int(port))
