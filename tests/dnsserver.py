"""A real DNS server on loopback, UDP and TCP, that does what a test tells it to.

    with DnsServer() as server:
        server.add("example.com", "TXT", '"v=spf1 -all"')
        server.misbehave("broken.example.com", "servfail")
        resolver = LiveResolver((server.address,), port=server.port)

A name without records is NXDOMAIN, a name with others (or below which there are some) NODATA; both come with a SOA
whose minimum is `negative_ttl`. CNAMEs are followed inside one answer unless `chase` is off.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
import time
from collections import defaultdict
from types import TracebackType

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

BEHAVIOURS = (
    "servfail",
    "refused",
    "drop",  # no answer at all
    "truncate",  # UDP only: the TC bit and nothing else
    "garbage",  # octets that are no DNS message
    "wrong-question",
    "no-edns",  # FORMERR to a query with EDNS(0), as some old servers do
    "update",  # an answer with another opcode
)


class DnsServer:
    address = "127.0.0.1"

    def __init__(self, *, negative_ttl: int = 60, chase: bool = True) -> None:
        self.negative_ttl = negative_ttl
        self.chase = chase
        self.queries: list[tuple[str, str, str]] = []
        self._records: dict[tuple[str, str], dns.rrset.RRset] = {}
        self._behaviour: dict[str, str] = {}
        self._times: dict[str, int] = defaultdict(lambda: -1)
        self._delay: dict[str, float] = {}
        self._lock = threading.Lock()

    def add(self, name: str, rdtype: str, *records: str, ttl: int = 300) -> None:
        """Publish `records` (zone-file form, names absolute) at `name`, besides what is there."""
        owner = name.rstrip(".").lower()
        rrset = dns.rrset.from_text(owner + ".", ttl, "IN", rdtype, *records)
        held = self._records.setdefault((owner, rdtype), rrset)
        held.update(rrset)

    def remove(self, name: str, rdtype: str) -> None:
        del self._records[name, rdtype]

    def misbehave(self, name: str, how: str, *, times: int = -1) -> None:
        """Do `how` (one of BEHAVIOURS) when asked for `name`: the next `times` times, or always."""
        assert how in BEHAVIOURS
        self._behaviour[name] = how
        self._times[name] = times

    def delay(self, name: str, seconds: float) -> None:
        """Answer questions for `name` after `seconds`."""
        self._delay[name] = seconds

    def asked(self, name: str, rdtype: str | None = None) -> int:
        """How often `name` was asked for."""
        return sum(1 for _, n, t in self.queries if n == name and rdtype in (None, t))

    def __enter__(self) -> DnsServer:
        answer = self._answer

        class Udp(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                wire, sock = self.request
                reply = answer(wire, "udp")
                if reply is not None:
                    with contextlib.suppress(OSError):
                        sock.sendto(reply, self.client_address)

        class Tcp(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                size = self._read(2)
                if size is None:
                    return
                wire = self._read(int.from_bytes(size, "big"))
                reply = None if wire is None else answer(wire, "tcp")
                if reply is not None:
                    with contextlib.suppress(OSError):
                        self.request.sendall(len(reply).to_bytes(2, "big") + reply)

            def _read(self, size: int) -> bytes | None:
                octets = b""
                while len(octets) < size:
                    try:
                        more = self.request.recv(size - len(octets))
                    except OSError:
                        return None
                    if not more:
                        return None
                    octets += more
                return octets

        self._servers: list[socketserver.BaseServer] = []
        for _ in range(20):  # the port that UDP gets may be taken on TCP
            udp = _ThreadingUdp((self.address, 0), Udp)
            try:
                tcp = _ThreadingTcp(udp.server_address[:2], Tcp)
            except OSError:
                udp.server_close()
                continue
            self.port: int = udp.server_address[1]
            self._servers = [udp, tcp]
            break
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def _answer(self, wire: bytes, transport: str) -> bytes | None:
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        rdtype = dns.rdatatype.to_text(question.rdtype)
        with self._lock:
            self.queries.append((transport, name, rdtype))
            how = self._behaviour.get(name) if self._times[name] != 0 else None
            if how is not None:
                self._times[name] -= 1
        if name in self._delay:
            time.sleep(self._delay[name])
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        match how:
            case "drop":
                return None
            case "garbage":
                return wire[:2] + b"\x81\x80 no DNS message"
            case "servfail":
                response.set_rcode(dns.rcode.SERVFAIL)
            case "refused":
                response.set_rcode(dns.rcode.REFUSED)
            case "no-edns" if query.edns >= 0:
                response.set_rcode(dns.rcode.FORMERR)
            case "truncate" if transport == "udp":
                response.flags |= dns.flags.TC
            case "wrong-question":
                other = dns.message.make_query("else.example", "A", id=query.id)
                return dns.message.make_response(other).to_wire()
            case "update":
                reply = bytearray(response.to_wire())
                reply[2] |= 5 << 3
                return bytes(reply)
            case _:
                self._fill(response, name, rdtype)
        if transport == "tcp":
            return response.to_wire(max_size=65535)
        payload = query.payload if query.edns >= 0 else 512
        try:
            return response.to_wire(max_size=max(512, payload))
        except dns.exception.TooBig:
            short = dns.message.make_response(query)
            short.flags |= dns.flags.TC
            return short.to_wire()

    def _fill(self, response: dns.message.Message, name: str, rdtype: str) -> None:
        seen: set[str] = set()
        while True:
            rrset = self._records.get((name, rdtype))
            if rrset is not None:
                response.answer.append(rrset)
                return
            cname = self._records.get((name, "CNAME"))
            if cname is None or name in seen:
                break
            seen.add(name)
            response.answer.append(cname)
            name = cname[0].target.to_text(omit_final_dot=True).lower()
            if not self.chase:
                return
        if cname is None:
            exists = any(n == name or n.endswith("." + name) for n, _ in self._records)
            if not exists:
                response.set_rcode(dns.rcode.NXDOMAIN)
            zone = ".".join(name.split(".")[-2:])
            soa = f"ns.{zone}. hostmaster.{zone}. 1 3600 600 86400 {self.negative_ttl}"
            response.authority.append(dns.rrset.from_text(zone + ".", 3600, "IN", "SOA", soa))


class _ThreadingUdp(socketserver.ThreadingUDPServer):
    daemon_threads = True
    max_packet_size = 65535


class _ThreadingTcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def closed_port() -> int:
    """A UDP and TCP port on loopback where nothing listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
