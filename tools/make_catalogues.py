"""The catalogues of translations: `scorer/locale/scorer.pot`, a `.po` and a `.mo` for each language, and
dictionaries for the pages.

    python tools/make_catalogues.py            extract the sentences, update every .po, compile, write dictionaries
    python tools/make_catalogues.py --check    change nothing; exit with 1 where something of it is out of date
    python tools/make_catalogues.py --report [de …]     what is missing, fuzzy or wrong, language by language
    python tools/make_catalogues.py --export de FILE    what is missing as JSON, for a translator
    python tools/make_catalogues.py --import de FILE    take that JSON with its translations in, and do the rest

Translations are never lost: a sentence that was reworded keeps its old translation, marked fuzzy, and one that is
gone stays at the end of its .po as obsolete. See docs/translating.md.
"""

from __future__ import annotations

import argparse
import ast
import gettext
import importlib
import io
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from scorer.language import DOMAIN, LOCALE, NAMES
from scorer.rules import all_rules
from scorer.sending import Audience
from scorer.structure import features

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "scorer"
TEMPLATE = LOCALE / f"{DOMAIN}.pot"
PAGES = PACKAGE / "service" / "pages"
TEMPLATES = (PACKAGE / "history" / "templates", PACKAGE / "render" / "templates")
DICTIONARIES = PAGES / "languages"
LANGUAGES = tuple(tag for tag in NAMES if tag != "en")
EPOCH = datetime(2026, 11, 25, tzinfo=UTC)
"""One date for all headers: what is made twice is the same twice."""

MARKERS = {
    "say": 1,
    "said": 1,
    "plural": 2,
    "counted": 2,
    "Unknown": 1,
    "Unchecked": 1,
    "Failed": 1,
    "Check": 1,
    "with_note": 1,
    "NotChecked": 2,
    "too_large": 1,
}
"""Functions whose first arguments are sentences, and how many."""
TABLES = (
    "scorer.domains.scripts:SCRIPTS",
    "scorer.facts.dkim:STATES",
    "scorer.history.digest:ANSWERS",
    "scorer.history.digest:STANDINGS",
    "scorer.history.measures:PLURAL",
    "scorer.history.monitor:UNREADABLE",
    "scorer.history.report:BY",
    "scorer.history.report:JUDGEMENTS",
    "scorer.history.report:METRIC_NAMES",
    "scorer.history.report:NAMELESS",
    "scorer.recipients.text:CONSENT",
    "scorer.recipients.text:FAULTS",
    "scorer.recipients.text:LABELS",
    "scorer.recipients.text:NO_MAIL",
    "scorer.recipients.text:ROLES",
    "scorer.recipients.text:SIGNS",
    "scorer.recipients.text:TRAPS",
    "scorer.render.readiness:STATES",
    "scorer.render.words:BIAS",
    "scorer.render.words:BODIES",
    "scorer.render.words:GROUPS",
    "scorer.render.words:NUMBERS",
    "scorer.render.words:PARTS",
    "scorer.render.words:PROVIDER_VERDICTS",
    "scorer.render.words:SEVERITIES",
    "scorer.render.words:VERDICTS",
    "scorer.risk:START",
    "scorer.route_text:TEXTS",
    "scorer.rules:FAILED",
    "scorer.service.problems:TITLES",
    "scorer.rules.address_words:PLAIN",
    "scorer.rules.address_words:WITH_CHARACTERS",
    "scorer.rules.authentication.spf_record_faulty:WORDS",
)
"""Constants that hold sentences: a text, or a tuple's items or a dictionary's values."""
JUDGES = ("scorer/providers.py",)
"""Modules whose functions return (value, sentence)."""
FIELD = re.compile(r"\{(\w+)[^{}]*\}")


class Found(NamedTuple):
    """A sentence (or its singular and plural), the file it stands in, and a word to the translator."""

    id: str | tuple[str, str]
    file: str
    note: str = ""


# --- extraction ------------------------------------------------------------------------------------------


def extract() -> Iterator[Found]:
    """Every sentence that an answer can hold, those that belong together one after the other."""
    yield from of_tables()
    yield from of_templates()
    yield from of_code()
    yield from of_providers()
    yield from of_features()
    yield from of_rules()
    yield from of_profiles()
    yield from of_pages()


def of_rules() -> Iterator[Found]:
    """The rules' texts, from the registry."""
    for id, (rule, _) in all_rules().items():
        file = f"scorer/rules/{rule.group}/{id.replace('-', '_')}.py"
        yield Found(rule.title, file, f"rule {id}: title")
        for name, text in rule.messages.items():
            yield Found(text, file, f"rule {id}: what was found ({name})")
        for fix in rule.fixes.values():
            yield Found(fix.text, file, f"rule {id}: what to do")
        yield Found(rule.why, file, f"rule {id}: why")
        yield Found(rule.limits, file, f"rule {id}: known limits")


def of_features() -> Iterator[Found]:
    """What the structure model looks at."""
    for feature in features.FEATURES:
        yield Found(
            feature.title, "scorer/structure/features.py", "a property that raises or lowers the score"
        )


def of_providers() -> Iterator[Found]:
    """What mailbox providers require, and the meanings of blocklists' codes."""
    table = tomllib.loads((PACKAGE / "tables/requirements.toml").read_text("utf-8"))
    for provider in table["provider"]:
        if is_description(provider["name"]):
            yield Found(provider["name"], "scorer/tables/requirements.toml", "mailbox providers' names")
        if provider["bulk_note"]:
            yield Found(
                provider["bulk_note"], "scorer/tables/requirements.toml", f"{provider['name']}: who is bulk"
            )
        for line in provider["requirement"]:
            yield Found(line["text"], "scorer/tables/requirements.toml", "a mailbox provider's requirement")
    for block in tomllib.loads((PACKAGE / "tables/blocks.toml").read_text("utf-8"))["block"]:
        yield Found(
            block["act"], "scorer/tables/blocks.toml", "what to do where a blocklist refuses the mail"
        )
    lists = tomllib.loads((PACKAGE / "tables/dnsbl.toml").read_text("utf-8"))
    for meaning in meanings(lists):
        yield Found(meaning, "scorer/tables/dnsbl.toml", "what a blocklist's answer means")


def meanings(value: object) -> Iterator[str]:
    """The meanings in the table of blocklists: code = [meaning, kind]."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "codes" or key == "bits":
                yield from (pair[0] for pair in item.values())
            else:
                yield from meanings(item)
    elif isinstance(value, list):
        for item in value:
            yield from meanings(item)


def of_profiles() -> Iterator[Found]:
    """The names of sending services that say more than a name, and why a profile does not know something."""
    for path in sorted((PACKAGE / "tables/profiles").glob("*.toml")):
        profile = tomllib.loads(path.read_text("utf-8"))
        if is_description(profile["service"]):
            yield Found(profile["service"], f"scorer/tables/profiles/{path.name}", "a sending service's name")
        for text in unknowns(profile):
            yield Found(
                text,
                f"scorer/tables/profiles/{path.name}",
                "why something about a sending service is unknown",
            )
    for text in ("not specified", "as observed in the message", "the given sending service"):
        yield Found(text, "scorer/sending.py", "in place of a sending service's name")


def is_description(name: str) -> bool:
    """Whether a name has words beside the proper names ("Yahoo and AOL", "Mailgun (EU region)")."""
    return bool(re.search(r"(?<![\w.])[a-z]{3,}(?![\w.])", name))


def unknowns(value: object) -> Iterator[str]:
    """The reasons in a profile: every key `unknown`."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "unknown" and isinstance(item, str):
                yield item
            else:
                yield from unknowns(item)
    elif isinstance(value, list):
        for item in value:
            yield from unknowns(item)


def of_tables() -> Iterator[Found]:
    """The constants of `TABLES`, and the names of what is known of an audience."""
    for entry in TABLES:
        module, _, name = entry.partition(":")
        value = getattr(importlib.import_module(module), name)
        texts = value.values() if isinstance(value, dict) else (value,) if isinstance(value, str) else value
        file = module.replace(".", "/") + ".py"
        for text in texts:
            yield Found(text, file)
    for field in Audience.__struct_fields__:
        yield Found(field.replace("_", " "), "scorer/sending.py", "what is known of the recipients")


def of_code() -> Iterator[Found]:
    """Literal arguments of the functions in `MARKERS`, and second items of what judges return."""
    for path in sorted(PACKAGE.rglob("*.py")):
        file = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield from called(node, file)
            elif file in JUDGES and isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
                yield from (Found(text, file) for text in literals(node.value.elts[1]))


def called(node: ast.Call, file: str) -> Iterator[Found]:
    """The sentences in a call."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    count = MARKERS.get(name, 0)
    texts = [list(literals(argument)) for argument in node.args[:count]]
    if name == "plural" and len(texts) == 2 and texts[0] and texts[1]:
        yield Found((texts[0][0], texts[1][0]), file)
    elif name != "plural":
        yield from (Found(text, file) for found in texts for text in found)


def literals(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can be, where they stand in it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from literals(value)


def of_templates() -> Iterator[Found]:
    """What the templates of reports say."""
    from jinja2 import Environment
    from jinja2.ext import extract_from_ast

    for path in sorted(path for folder in TEMPLATES for path in folder.glob("*.html")):
        file = path.relative_to(ROOT).as_posix()
        tree = Environment().parse(path.read_text("utf-8"))
        for _, name, texts in extract_from_ast(tree, gettext_functions=("say", "plural")):
            found = [text for text in (texts if isinstance(texts, tuple) else (texts,)) if text]
            yield Found((found[0], found[1]) if name == "plural" else found[0], file)


_STRING = r'"(?:[^"\\\n]|\\.)*"'
_CALL = re.compile(rf"(?<![\w$])(?:(t|m)\(\s*({_STRING})|n\(\s*({_STRING}),\s*({_STRING}))")


def of_pages() -> Iterator[Found]:
    """What the editor page and the component say: t("…"), m("…"), n("one", "many", …), and the page's own text."""
    for path in sorted(PAGES.rglob("*.js")):
        file = path.relative_to(ROOT).as_posix()
        for match in _CALL.finditer(path.read_text("utf-8")):
            if match[2]:
                yield Found(json.loads(match[2]), file)
            else:
                yield Found((json.loads(match[3]), json.loads(match[4])), file)
    page = Texts()
    page.feed((PAGES / "index.html").read_text("utf-8"))
    for text in page.found:
        yield Found(text, "scorer/service/pages/index.html")


class Texts(HTMLParser):
    """The texts and spoken attributes of a page, but for what is marked translate="no"."""

    SPOKEN = ("aria-label", "title", "placeholder", "alt")
    EMPTY = frozenset(("meta", "link", "img", "input", "br", "hr"))

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent: list[bool] = [False]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take the attributes; see whether what follows is spoken."""
        given = dict(attributes)
        silent = self.silent[-1] or given.get("translate") == "no" or tag in ("script", "style")
        if not silent:
            self.found += [
                text for name in self.SPOKEN if (text := given.get(name)) and re.search(r"[a-z]{2}", text)
            ]
        if tag not in self.EMPTY:
            self.silent.append(silent)

    def handle_endtag(self, tag: str) -> None:
        """Leave the element."""
        if tag not in self.EMPTY:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        """Take the text."""
        text = " ".join(data.split())
        if text and not self.silent[-1] and re.search(r"[A-Za-z]{2}", text):
            self.found.append(text)


def template() -> Catalog:
    """All sentences, each once."""
    catalog = Catalog(
        project="mailing-scorer",
        copyright_holder="the authors of mailing-scorer",
        creation_date=EPOCH,
        charset="utf-8",
        header_comment="# Sentences of mailing-scorer. Made by tools/make_catalogues.py.",
    )
    known: dict[str, Message] = {}
    found = list(extract())
    # A sentence that is a plural's singular elsewhere is looked up there.
    plurals = {item.id[0]: item.id for item in found if isinstance(item.id, tuple)}
    for item in found:
        key = item.id[0] if isinstance(item.id, tuple) else item.id
        if not key.strip() or not re.search(r"[A-Za-z]{2}", re.sub(FIELD, "", key)):
            continue
        message = known.get(key)
        if message is None:
            message = catalog.add(
                plurals.get(key, item.id),
                locations=[(item.file, None)],
                auto_comments=[item.note] if item.note else [],
            )
            assert message is not None
            message.flags.discard("python-format")
            if FIELD.search(key) or (isinstance(message.id, tuple) and FIELD.search(message.id[1])):
                message.flags.add("python-brace-format")
            known[key] = message
            continue
        if (item.file, None) not in message.locations:
            message.locations.append((item.file, None))
        if item.note and item.note not in message.auto_comments:
            message.auto_comments.append(item.note)
    return catalog


# --- catalogues ------------------------------------------------------------------------------------------


def po(tag: str) -> Path:
    """A language's translations."""
    return LOCALE / tag / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(tag: str) -> Catalog:
    """A language's catalogue as it stands; an empty one where there is none."""
    if not po(tag).exists():
        return Catalog(locale=tag, creation_date=EPOCH, revision_date=EPOCH, charset="utf-8")
    with po(tag).open("rb") as file:
        return read_po(file, locale=tag, charset="utf-8")


def written(catalog: Catalog, *, is_template: bool = False) -> bytes:
    """A catalogue as the bytes of its file: nothing in it but the sentences changes from run to run."""
    for message in catalog:
        message.flags.discard("python-format")
    out = io.BytesIO()
    write_po(
        out,
        catalog,
        width=100,
        include_lineno=False,
        omit_header=False,
        include_previous=True,
        ignore_obsolete=is_template,
    )
    text = out.getvalue().decode("utf-8")
    return re.sub(r'^"Generated-By: .*\n', "", text, flags=re.M).encode("utf-8")


def updated(tag: str, fresh: Catalog) -> Catalog:
    """A language's catalogue with the sentences of `fresh`, its translations kept."""
    catalog = read(tag)
    catalog.update(fresh, no_fuzzy_matching=False, update_header_comment=False, update_creation_date=False)
    catalog.creation_date = catalog.revision_date = EPOCH
    catalog.project, catalog.version = "mailing-scorer", "1"
    catalog.language_team = catalog.last_translator = "mailing-scorer"
    catalog.header_comment = f"# mailing-scorer in {NAMES[tag]}. Terms: docs/translating.md."
    catalog.fuzzy = False
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """The .mo of a catalogue: without what is fuzzy, which nobody has looked at."""
    out = io.BytesIO()
    write_mo(out, catalog, use_fuzzy=False)
    return out.getvalue()


def dictionary(catalog: Catalog, fresh: Catalog) -> bytes:
    """What the pages say, as JSON: the English sentence to its translation, or to [singular, plural]."""
    used = {m.id for m in fresh if any(file.startswith("scorer/service/pages/") for file, _ in m.locations)}
    strings: dict[str, object] = {}
    for message in catalog:
        if message.id in used and message.id and not message.fuzzy:
            if isinstance(message.id, tuple):
                if all(message.string):
                    strings[message.id[0]] = list(message.string)
            elif message.string:
                strings[message.id] = message.string
    return (json.dumps(strings, ensure_ascii=False, indent=0, sort_keys=True) + "\n").encode("utf-8")


def files() -> dict[Path, bytes]:
    """Every file as it ought to be."""
    fresh = template()
    wanted = {TEMPLATE: written(fresh, is_template=True)}
    for tag in LANGUAGES:
        catalog = updated(tag, fresh)
        wanted[po(tag)] = written(catalog)
        wanted[po(tag).with_suffix(".mo")] = compiled(catalog)
        wanted[DICTIONARIES / f"{tag}.json"] = dictionary(catalog, fresh)
    return wanted


def stale() -> list[str]:
    """The files that are missing or out of date. A .mo is compared by what it says."""
    names = []
    for path, wanted in files().items():
        there = path.read_bytes() if path.exists() else b""
        same = said(there) == said(wanted) if path.suffix == ".mo" and there else there == wanted
        if not same:
            names.append(path.relative_to(ROOT).as_posix())
    return names


def said(mo: bytes) -> dict[object, str]:
    """What a compiled catalogue says."""
    return dict(gettext.GNUTranslations(io.BytesIO(mo))._catalog)  # type: ignore[attr-defined]


# --- checks ----------------------------------------------------------------------------------------------


def forms(message: Message) -> list[tuple[str, str]]:
    """Pairs of an English sentence and its translation."""
    if isinstance(message.id, tuple):
        strings = list(message.string) if isinstance(message.string, tuple | list) else []
        return list(zip(message.id, strings, strict=False))
    return [(str(message.id), str(message.string))]


def missing(message: Message) -> bool:
    """Whether a sentence has no translation, or one that nobody has looked at."""
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    wanted = 2 if isinstance(message.id, tuple) else 1
    return bool(message.fuzzy) or len(strings) != wanted or not all(strings)


def faults(message: Message) -> list[str]:
    """What is wrong with a translation: fields, markup, ends, characters."""
    found: list[str] = []
    for english, text in forms(message):
        if not text:
            continue
        wanted, given = sorted(re.findall(r"\{[^{}]*\}", english)), sorted(re.findall(r"\{[^{}]*\}", text))
        optional = isinstance(message.id, tuple)  # "one" may say what "{count}" says
        if set(given) != set(wanted) and not (
            optional and set(given) <= set(re.findall(r"\{[^{}]*\}", message.id[1]))
        ):
            found.append(f"fields {', '.join(given) or 'none'} instead of {', '.join(wanted) or 'none'}")
        if sorted(re.findall(r"</?[a-zA-Z][^>]*>", english)) != sorted(
            re.findall(r"</?[a-zA-Z][^>]*>", text)
        ):
            found.append("markup that the English does not have")
        if english[:1].isspace() != text[:1].isspace() or english[-1:].isspace() != text[-1:].isspace():
            found.append("white space at an end")
        if (english[-1:] in ".?!:") != (text[-1:] in ".?!:"):
            found.append("full stop at the end in one and not in the other")
        if re.search(r"[\x00-\x08\x0b-\x1f\u200b-\u200f\u202a-\u202e]", text):
            found.append("a character that cannot be seen")
    return found


def report(tags: list[str]) -> int:
    """Print what is left to do. Returns the number of things."""
    count = 0
    fresh = template()
    for tag in tags:
        catalog = updated(tag, fresh)
        messages = [message for message in catalog if message.id]
        absent = [message for message in messages if missing(message)]
        wrong = [(message, found) for message in messages if (found := faults(message))]
        fuzzy = sum(1 for message in absent if message.fuzzy)
        done = f"{len(messages) - len(absent)} of {len(messages)} done"
        print(f"{tag}: {done}, {len(absent)} missing, {fuzzy} of them fuzzy; {len(wrong)} wrong")
        for message in absent[:40]:
            print(f"  {'fuzzy  ' if message.fuzzy else 'missing'} {shown(message)}")
        for message, found in wrong:
            print(f"  wrong   {shown(message)}: {'; '.join(found)}")
        count += len(absent) + len(wrong)
    return count


def shown(message: Message) -> str:
    """A sentence, cut."""
    text = message.id[0] if isinstance(message.id, tuple) else str(message.id)
    return text if len(text) < 90 else text[:89] + "…"


def exported(tag: str) -> list[dict[str, object]]:
    """What a language has no translation of: `text` is to be filled in, a plural's with [one, many]."""
    todo: list[dict[str, object]] = []
    for message in updated(tag, template()):
        if not message.id or not missing(message):
            continue
        plural = isinstance(message.id, tuple)
        todo.append(
            {
                "en": list(message.id) if plural else message.id,
                "text": ["", ""] if plural else "",
                "note": "; ".join(message.auto_comments),
                "files": [file for file, _ in message.locations],
            }
        )
    return todo


def taken_in(catalog: Catalog, entries: list[dict[str, object]]) -> list[str]:
    """Put translations into a catalogue. Returns what was wrong with those that were left out."""
    refused: list[str] = []
    for entry in entries:
        english, text = entry["en"], entry["text"]
        if not text or (isinstance(text, list) and not all(text)):
            continue
        id = tuple(english) if isinstance(english, list) else english
        message = catalog.get(id[0] if isinstance(id, tuple) else id)
        if message is None or message.id != id or isinstance(id, tuple) != isinstance(text, list):
            refused.append(f"no such sentence: {id}")
            continue
        before = message.string
        message.string = tuple(text) if isinstance(text, list) else str(text)
        if found := faults(message):
            message.string = before
            refused.append(f"{shown(message)}: {'; '.join(found)}")
            continue
        message.flags.discard("fuzzy")
        message.previous_id = []
    return refused


def main() -> None:
    """Update, check or report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--export", nargs=2, metavar=("TAG", "FILE"))
    parser.add_argument("--import", nargs=2, metavar=("TAG", "FILE"), dest="take")
    parser.add_argument("languages", nargs="*", metavar="TAG")
    options = parser.parse_args()
    if options.report:
        sys.exit(1 if report(options.languages or list(LANGUAGES)) else 0)
    if options.check:
        names = stale()
        sys.exit(f"run python tools/make_catalogues.py: {', '.join(names)}" if names else 0)
    if options.export:
        tag, file = options.export
        Path(file).write_text(json.dumps(exported(tag), ensure_ascii=False, indent=1) + "\n", "utf-8")
        return
    refused: list[str] = []
    if options.take:
        tag, file = options.take
        catalog = updated(tag, template())
        refused = taken_in(catalog, json.loads(Path(file).read_text("utf-8")))
        po(tag).parent.mkdir(parents=True, exist_ok=True)
        po(tag).write_bytes(written(catalog))
    for path, content in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"{sum(1 for message in template() if message.id)} sentences; see --report")
    if refused:
        sys.exit("not taken:\n  " + "\n  ".join(refused))


if __name__ == "__main__":
    main()
