"""Weights, thresholds, rules and providers: the shipped tables, the trained weights, the user's own file."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

import msgspec

from scorer.risk import Weights

TABLE = Path(__file__).parent / "tables" / "weights.toml"


class ConfigError(ValueError):
    """A configuration that cannot be used; one line naming the file and the key."""


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scores from which a mailing is to be reviewed, or fixed, before it is sent."""

    review: float = 25.0
    fix: float = 50.0


class _Own(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a user's file may say."""

    weights: dict[str, float] = {}
    thresholds: Thresholds | None = None
    disable: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    block: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    model: str = ""
    local_blocklists: tuple[str, ...] = ()
    dnsbl: tuple[str, ...] = ()
    dnsbl_keys: dict[str, str] = {}


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form of `tables/weights.toml`."""

    bias: float
    rules: dict[str, float]
    thresholds: Thresholds
    exclusive: tuple[tuple[str, ...], ...] = ()


class Config(msgspec.Struct, frozen=True):
    """Everything that can be set without touching the code.

    `block` names rules whose finding blocks the mailing whatever the score; `disabled` rules are not run;
    `providers` limits the verdicts ((), all of them). `dnsbl` names the DNS blocklists to ask ((), those that
    are on by default), `dnsbl_keys` holds keys by list, `local_blocklists` files with one entry a line.
    """

    weights: Weights
    thresholds: Thresholds
    disabled: frozenset[str] = frozenset()
    block: frozenset[str] = frozenset()
    providers: tuple[str, ...] = ()
    model: str = ""
    local_blocklists: tuple[str, ...] = ()
    dnsbl: tuple[str, ...] = ()
    dnsbl_keys: dict[str, str] = {}


@lru_cache(maxsize=1)
def _table() -> _Table:
    return msgspec.convert(tomllib.loads(TABLE.read_text("utf-8")), _Table)


def default_config() -> Config:
    """The shipped configuration, with the prior weights of the table."""
    table = _table()
    return Config(Weights(table.bias, table.rules, exclusive=table.exclusive), table.thresholds)


def read_config(path: str | Path) -> Config:
    """The shipped configuration with a user's TOML file on top.

    Raises:
        ConfigError: the file cannot be read, is not TOML, or names what does not exist.
    """
    from scorer.rules import all_rules

    try:
        own = msgspec.convert(tomllib.loads(Path(path).read_text("utf-8")), _Own)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{path}: {error}") from None
    known = set(all_rules())
    named = {id.partition("/")[0] for id in own.weights} | set(own.disable) | set(own.only) | set(own.block)
    for id in sorted(named - known - {"bias", "text", "structure"}):
        raise ConfigError(f"{path}: there is no rule {id}; `score rules` lists them")
    for id, weight in own.weights.items():
        if id != "bias" and not 0 <= weight < 100:
            raise ConfigError(f"{path}: weights.{id} must be a number of log-odds from 0 to 100")
    base = default_config()
    weights = own.weights
    return Config(
        weights=Weights(
            bias=weights.get("bias", base.weights.bias),
            rules={**base.weights.rules, **weights},
            text=weights.get("text", base.weights.text),
            structure=weights.get("structure", base.weights.structure),
            exclusive=base.weights.exclusive,
        ),
        thresholds=own.thresholds or base.thresholds,
        disabled=frozenset(own.disable) | (frozenset(known - set(own.only)) if own.only else frozenset()),
        block=frozenset(own.block),
        providers=own.providers,
        model=own.model,
        local_blocklists=own.local_blocklists,
        dnsbl=own.dnsbl,
        dnsbl_keys=own.dnsbl_keys,
    )
