"""Makes the tables of public suffixes, scripts and confusable characters anew from their sources.

    python tools/make_domain_tables.py                                  suffixes and scripts, from installed
    packages python tools/make_domain_tables.py --confusables confusables.txt    that table too

Sources: the data file of the `publicsuffixlist` package, `fontTools.unicodedata` (Scripts.txt and
ScriptExtensions.txt of the Unicode Character Database), and Unicode's own confusables.txt
(https://www.unicode.org/Public/security/). Each table's header says which version it was made from.
"""

from __future__ import annotations

import argparse
import itertools
import re
from pathlib import Path

import fontTools.unicodedata.ScriptExtensions as extension_data
import fontTools.unicodedata.Scripts as script_data
import idna
import publicsuffixlist

TABLES = Path(__file__).parent.parent / "scorer" / "tables"
UNICODE_LICENCE = (
    "Unicode License v3 (https://www.unicode.org/license.txt), Copyright 1991-2026 Unicode, Inc."
)
BEYOND = 0x110000


def _ascii(rule: str) -> str:
    mark = "!" if rule.startswith("!") else ""
    labels = rule.removeprefix("!").split(".")
    return mark + ".".join(
        label if label == "*" or label.isascii() else idna.encode(label, uts46=True).decode()
        for label in labels
    )


def public_suffixes(source: str) -> str:
    version = re.search(r"^// VERSION: (\S+)", source, re.MULTILINE)
    commit = re.search(r"^// COMMIT: (\S+)", source, re.MULTILINE)
    if version is None or commit is None:
        raise SystemExit("the public suffix list does not say its version")
    icann, private = source.split("===BEGIN PRIVATE DOMAINS===")
    lines = [
        "# Public suffixes: anybody can register a name below one. One rule a line, names as A-labels.",
        "# '*.' stands for any one label, '!' marks an exception; below [private] is the private section.",
        "# Source: Public Suffix List (https://publicsuffix.org/list/), without comments, sorted, encoded.",
        f"# Version: {version[1]}, commit {commit[1]}",
        "# Licence: Mozilla Public License 2.0 (https://mozilla.org/MPL/2.0/): this file stays under it.",
        "# Made by tools/make_domain_tables.py.",
    ]
    for name, section in (("icann", icann), ("private", private)):
        rules = {
            line.split()[0] for line in section.splitlines() if line.strip() and not line.startswith("//")
        }
        lines += [f"[{name}]", *sorted(_ascii(rule) for rule in rules)]
    return "\n".join(lines) + "\n"


def _pieces(starts: list[int], values: list[object]) -> list[tuple[int, int, object]]:
    ends = [*starts[1:], BEYOND]
    return [(start, end - 1, value) for start, end, value in zip(starts, ends, values, strict=True)]


def _dated(module: object) -> str:
    text = Path(str(getattr(module, "__file__", ""))).read_text(encoding="utf-8")
    found = re.search(r"# (\w+-[\d.]+\.txt)\n# Date: (\d{4}-\d\d-\d\d)", text)
    if found is None:
        raise SystemExit(f"no version in {module}")
    return f"{found[1]} of {found[2]}"


def scripts() -> str:
    plain = _pieces(script_data.RANGES, script_data.VALUES)
    extended = _pieces(extension_data.RANGES, extension_data.VALUES)
    cuts = sorted({start for start, _, _ in (*plain, *extended)} | {BEYOND})
    rows: list[tuple[int, int, str]] = []
    at_plain = at_extended = 0
    for start, following in itertools.pairwise(cuts):
        while plain[at_plain][1] < start:
            at_plain += 1
        while extended[at_extended][1] < start:
            at_extended += 1
        extension = extended[at_extended][2]
        value = " ".join(sorted(extension)) if extension else str(plain[at_plain][2])  # type: ignore[call-overload]
        if rows and rows[-1][2] == value and rows[-1][1] == start - 1:
            rows[-1] = (rows[-1][0], following - 1, value)
        else:
            rows.append((start, following - 1, value))
    lines = [
        "# Script extensions of characters: first code point, last code point, scripts (ISO 15924 codes).",
        "# Where a character has no Script_Extensions of its own, its Script. Zyyy common, Zinh inherited.",
        "# Code points that are not listed have no script (Zzzz: unassigned, private use, surrogates).",
        f"# Source: Unicode Character Database, {_dated(script_data)} and {_dated(extension_data)}",
        f"# Licence: {UNICODE_LICENCE}",
        "# Made by tools/make_domain_tables.py.",
        *(f"{first:04X} {last:04X} {value}" for first, last, value in rows if value != "Zzzz"),
    ]
    return "\n".join(lines) + "\n"


def confusables(source: str) -> str:
    version = re.search(r"^# Version: (\S+)", source, re.MULTILINE)
    date = re.search(r"^# Date: (\d{4}-\d\d-\d\d)", source, re.MULTILINE)
    if version is None or date is None:
        raise SystemExit("confusables.txt does not say its version")
    # ASCII apart: most texts need no more than that, and it is read in no time.
    sections: dict[str, dict[str, list[int]]] = {"ascii": {}, "other": {}}
    for line in source.lstrip("\ufeff").splitlines():
        fields = [field.strip() for field in line.split("#")[0].split(";")]
        if len(fields) >= 2 and fields[0]:
            source_character = int(fields[0], 16)
            section = sections["ascii" if source_character < 0x80 else "other"]
            section.setdefault(fields[1], []).append(source_character)
    lines = [
        "# Characters that look alike: the prototype (code points), ';', the characters shown like it.",
        "# Those in ASCII come first.",
        f"# Source: Unicode Security Mechanisms (UTS #39), confusables.txt version {version[1]} of {date[1]}",
        f"# Licence: {UNICODE_LICENCE}",
        "# Made by tools/make_domain_tables.py.",
    ]
    for name, section in sections.items():
        lines.append(f"[{name}]")
        lines += (
            f"{target};{' '.join(f'{one:04X}' for one in sorted(section[target]))}"
            for target in sorted(section, key=lambda points: [int(one, 16) for one in points.split()])
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--confusables", type=Path, help="Unicode's confusables.txt")
    options.add_argument("--output", type=Path, default=TABLES, help="folder of the tables")
    given = options.parse_args()
    suffix_list = Path(publicsuffixlist.__file__).parent / "public_suffix_list.dat"
    made = {
        "public_suffixes.txt": public_suffixes(suffix_list.read_text(encoding="utf-8")),
        "scripts.txt": scripts(),
    }
    if given.confusables:
        made["confusables.txt"] = confusables(given.confusables.read_text(encoding="utf-8"))
    for name, text in made.items():
        (given.output / name).write_text(text, encoding="utf-8")
        print(f"{given.output / name}: {text.count(chr(10))} lines, {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
