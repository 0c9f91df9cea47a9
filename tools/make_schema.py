"""Write `scorer/tables/assessment.schema.json`, the JSON Schema of `score --format json`.

python tools/make_schema.py            writes the file
python tools/make_schema.py --check    exit status 1 if it is not up to date
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from scorer.assessment import SCHEMA, json_schema

TARGET = Path(__file__).parent.parent / "scorer" / "tables" / "assessment.schema.json"


def schema_text() -> str:
    """The file's content."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Assessment of a mailing, schema version {SCHEMA}",
    }
    return json.dumps(head | json_schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        current = TARGET.read_text("utf-8") if TARGET.exists() else ""
        if current != schema_text():
            print(f"{TARGET.name} is not up to date: run tools/make_schema.py", file=sys.stderr)
            return 1
        return 0
    TARGET.write_text(schema_text(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
