"""The trained artefacts as the scorer uses them: the evidence of words and of structure, and the weights.

Loading runs no code: an artefact is data, checked against its hashes (see `scorer.artefact`).
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from scorer.assessment import ModelInfo
from scorer.message import Message
from scorer.risk import Evidence, Term

if TYPE_CHECKING:
    from scorer.config import Config
    from scorer.facts.links import Links
    from scorer.structure.model import StructureModel
    from scorer.text.model import TextModel


class TrainedWeights(msgspec.Struct, frozen=True):
    """`weights.json` of an artefact: the outcome of the joint fit, in log-odds."""

    bias: float
    rules: dict[str, float] = {}
    scale: dict[str, float] = {}


class Models:
    """The text model, the structure model and the weights that were fitted with them."""

    def __init__(
        self,
        text: TextModel | None = None,
        structure: StructureModel | None = None,
        weights: TrainedWeights | None = None,
        info: ModelInfo | None = None,
        base_rate: float | None = None,
    ) -> None:
        self.text, self.structure, self.weights, self.base_rate = text, structure, weights, base_rate
        self.info = info or ModelInfo("none", "", "")

    def text_evidence(self, message: Message) -> Evidence | None:
        """What the words say, None without a text model."""
        if self.text is None:
            return None
        found = self.text.evidence(message)
        terms = tuple([Term(item.term, item.log_odds, item.title, item.spans) for item in found.terms])
        return Evidence(found.log_odds, terms, found.remainder)

    def structure_evidence(self, message: Message, links: Links) -> Evidence | None:
        """What the make-up says, None without a structure model. `links` are the message's, read already."""
        if self.structure is None:
            return None
        found = self.structure.evidence(message, links)
        terms = tuple([Term(item.feature, item.log_odds, item.title) for item in found.terms])
        return Evidence(found.log_odds, terms, found.log_odds - math.fsum(term.log_odds for term in terms))

    def applied_to(self, config: Config) -> Config:
        """`config` with the trained weights in place of the priors, except where the user set their own."""
        if self.weights is None:
            return config
        from scorer.config import default_config

        prior, own, trained = default_config().weights, config.weights, self.weights
        rules = {
            id: trained.rules.get(id, weight) if weight == prior.rules.get(id) else weight
            for id, weight in own.rules.items()
        }
        bias = own.bias
        if bias == prior.bias and self.base_rate is not None:
            bias = math.log(self.base_rate / (1.0 - self.base_rate))
        return msgspec.structs.replace(
            config,
            weights=msgspec.structs.replace(
                own,
                bias=bias,
                rules=rules,
                text=own.text * trained.scale.get("text", 1.0),
                structure=own.structure * trained.scale.get("structure", 1.0),
                # What was fitted starts at the trained bias; the report starts at the base rate.
                offset=trained.bias - bias,
            ),
        )


@lru_cache(maxsize=4)
def load_models(name: str = "") -> Models:
    """The artefact of that name or folder ("" for the shipped one).

    Raises:
        scorer.artefact.ArtefactError: it is not there, or not what its manifest says.
    """
    from scorer.artefact import ArtefactError, default_artefact, map_file, read_manifest
    from scorer.structure.model import load_structure_model
    from scorer.text.model import load_text_model

    folder = Path(name) if name else default_artefact()
    manifest = read_manifest(folder)
    try:
        weights = msgspec.json.decode(map_file(folder, "weights.json", manifest), type=TrainedWeights)
    except msgspec.DecodeError as error:
        raise ArtefactError(f"{folder}/weights.json: {error}") from None
    digest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    info = ModelInfo(folder.name, manifest.trained, digest)
    base_rate = float(manifest.base_rate["value"])
    return Models(load_text_model(folder), load_structure_model(folder), weights, info, base_rate)
