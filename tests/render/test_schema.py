from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec

from scorer.assessment import to_json
from tests.render import samples

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "scorer" / "tables" / "assessment.schema.json"


def test_the_schema_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "make_schema.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def check(value: object, schema: dict, defs: dict) -> None:
    """The part of JSON Schema that the file uses."""
    if "$ref" in schema:
        schema = defs[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        matching = []
        for option in schema["anyOf"]:
            try:
                check(value, option, defs)
            except AssertionError:
                continue
            matching.append(option)
        assert matching, value
        return
    if "enum" in schema:
        assert value in schema["enum"]
    kinds = {
        "object": dict,
        "array": list,
        "string": str,
        "number": (int, float),
        "integer": int,
        "boolean": bool,
    }
    if (kind := schema.get("type")) == "null":
        assert value is None
    elif kind:
        assert isinstance(value, kinds[kind])
    if isinstance(value, dict):
        assert set(schema.get("required", ())) <= set(value)
        for name, item in value.items():
            inner = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            if isinstance(inner, dict):
                check(item, inner, defs)
    if isinstance(value, list):
        for position, item in enumerate(value):
            prefix = schema.get("prefixItems", [])
            inner = prefix[position] if position < len(prefix) else schema.get("items", {})
            if isinstance(inner, dict):
                check(item, inner, defs)


def test_assessments_meet_the_schema() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    for assessment in (samples.risky(), samples.quiet()):
        check(json.loads(to_json(assessment)), schema, schema["$defs"])


def test_what_utf_8_cannot_hold_is_replaced_and_nothing_else() -> None:
    answer = samples.risky()
    halves = msgspec.structs.replace(answer.message, subject="é \ud800 \udcff")
    found = json.loads(to_json(msgspec.structs.replace(answer, message=halves)))
    whole = json.loads(to_json(answer))
    assert found["message"].pop("subject") == "é \ufffd \ufffd"
    del whole["message"]["subject"]
    assert found == whole
