"""Says before a mailing is sent how risky it is, why, and what to change.

The public names: `score_message`, `Scorer`, `Assessment`, `Draft`, `Sending`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Assessment", "Draft", "Scorer", "Sending", "score_message"]

if TYPE_CHECKING:
    from scorer.assessment import Assessment
    from scorer.draft import Draft
    from scorer.engine import Scorer
    from scorer.sending import Sending

_HOMES = {"Assessment": "assessment", "Draft": "draft", "Scorer": "engine", "Sending": "sending"}


def __getattr__(name: str) -> Any:
    # Loaded on first use: `import scorer` alone must cost nothing.
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(f"scorer.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'scorer' has no attribute {name!r}")


def score_message(
    message: bytes | Draft, sending: Sending | str | None = None, *, dns: str = "offline"
) -> Assessment:
    """Assess one mailing with the shipped configuration.

    Args:
        message: a raw MIME message, or an editor's draft.
        sending: how it will be sent: a profile's name, a path, or a `Sending`; None if not known.
        dns: "offline", "live", or the path of a snapshot in zone-file form.

    Raises:
        ValueError: the message is no mail, the draft cannot be used, or there is no such profile or snapshot.
    """
    from scorer.dns import open_resolver, session
    from scorer.engine import Scorer
    from scorer.sending import load_profile

    resolver = open_resolver(dns)
    profile = load_profile(sending) if isinstance(sending, str) else sending
    return Scorer(resolver=lambda: session(resolver)).score(message, profile)
