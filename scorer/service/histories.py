"""The history in the service: each tenant's own, read for scores and written by `POST /v1/events`."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from scorer.facts.audience import History
from scorer.history.facts import of_sender
from scorer.history.ingest import Taken, take_in
from scorer.history.readers.items import Item
from scorer.history.store import Store, StoreError
from scorer.said import say
from scorer.sending import Audience
from scorer.service.logs import fault_of, log
from scorer.service.problems import Problem
from scorer.unknown import Unknown

FRESH_SECONDS = 10.0
"""How long what was read of a sender is used; what another worker takes in is known after as much."""
MAX_SENDERS = 10_000
"""Senders remembered in one process."""


class Histories:
    """The tenants' histories in one database, opened anew in each process: connections do not survive a fork.

    Args:
        location: a path or URL; "" for the default place.
        key: the file of the recipients' key; "" for the one that belongs to the place.
        tenant: whose history it is where no API key says so.

    Raises:
        scorer.history.store.StoreError: it cannot be opened.
    """

    def __init__(self, location: str = "", key: str = "", tenant: str = "default") -> None:
        self.location, self.key, self.tenant = location, key, tenant
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], tuple[float, Audience]] = {}
        with Store.open(location, key, create=True) as store:
            store.history(tenant, create=True)
        self._store: Store | None = None
        self._process = 0

    def of(self, tenant: str) -> History:
        """One tenant's history as the facts stage is handed it; "" for the service's own."""
        return _Tenant(self, tenant or self.tenant)

    def audience(self, tenant: str, sender_domain: str) -> Audience:
        """What a tenant's history says of a sender; unknown where it cannot be read."""
        asked = time.monotonic()
        found = self._known.get((tenant, sender_domain))
        if found is not None and asked - found[0] < FRESH_SECONDS:
            return found[1]
        try:
            store = self._open()
            if tenant not in store.tenants():
                audience = _unknown(Unknown("the history holds nothing yet"))
            else:
                audience = of_sender(store.history(tenant), sender_domain, datetime.now(UTC).date())
        except (StoreError, SQLAlchemyError) as error:
            log().error("history", **fault_of(error))
            audience = _unknown(Unknown("the history could not be read"))
        with self._lock:
            if len(self._known) >= MAX_SENDERS:
                self._known.clear()
            self._known[tenant, sender_domain] = (asked, audience)
        return audience

    def take(self, tenant: str, items: Iterable[Item], sender_domain: str = "") -> tuple[Taken, ...]:
        """Take items into a tenant's history, each once.

        Raises:
            Problem: the history cannot be written now (503), so that the sender of a webhook tries again.
        """
        try:
            history = self._open().history(tenant or self.tenant, create=True)
            today = datetime.now(UTC).date()
            taken = tuple(take_in(history, item, today, sender_domain) for item in items)
        except (StoreError, SQLAlchemyError) as error:
            log().error("history", **fault_of(error))
            raise Problem(
                503, "history", say("the history cannot be written now"), headers={"Retry-After": "30"}
            ) from None
        with self._lock:
            self._known = {key: value for key, value in self._known.items() if key[0] != history.tenant}
        return taken

    def _open(self) -> Store:
        with self._lock:
            if self._store is None or self._process != os.getpid():
                self._store, self._process = Store.open(self.location, self.key), os.getpid()
            return self._store


class _Tenant:
    """One tenant's part of the histories."""

    def __init__(self, histories: Histories, tenant: str) -> None:
        self._histories, self._tenant_name = histories, tenant

    def audience(self, sender_domain: str) -> Audience:
        """What is known of the audience of mail from a domain."""
        return self._histories.audience(self._tenant_name, sender_domain)


def _unknown(reason: Unknown) -> Audience:
    return msgspec.structs.replace(
        Audience(), **{field: reason for field in Audience.__struct_fields__ if field not in _STATED}
    )


_STATED = ("recipients", "opt_in", "oldest_contact_days", "inactive_share")
"""What only the sender can state; a history never knows it."""
