"""Sentences that remember how they were made, so that they can be said again in another language.

A sentence is text, and is compared, sorted and shown as the English that it is; that it was made of a template and
of values is known to who translates it (`scorer.language`) and to nobody else. A sentence without values needs none
of this: it is its own template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

Value = str | int | float
Translate = Callable[[str], str]


class Said(str):
    """English text with its template (`str.format`, named fields only) and the values in it. Of several parts
    that are joined the template is the separator, and the parts stand in `parts`."""

    __slots__ = ("params", "parts", "template")
    template: str
    params: Mapping[str, Value]
    parts: tuple[str, ...]

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (str(self), self.template, self.params, self.parts)


def _restored(text: str, template: str, params: Mapping[str, Value], parts: tuple[str, ...]) -> Said:
    said = Said(text)
    said.template, said.params, said.parts = template, params, parts
    return said


def say(template: str, **params: Value) -> str:
    """The template with the values in it. A value that is itself a sentence, or a word to be translated, comes out
    of `say`, too: `say("revoked")` tells a word from a name. A value called `reason` is taken for a sentence anyway.

    Raises:
        KeyError: the template names a value that is not given.
    """
    return _restored(template.format_map(params) if params else template, template, params, ())


def counted(one: str, many: str, count: int, **params: Value) -> str:
    """The sentence for a number, which stands in it as `{count}`: `one` for 1, else `many`. All languages here have
    one form for one and one for the rest."""
    return say(one if count == 1 else many, count=count, **params)


def said(text: str) -> str:
    """`text`, which is a sentence, marked as one: for fields in which names stand as well."""
    return text if isinstance(text, Said) else say(text)


def joined(parts: Iterable[str], separator: str = ", ") -> str:
    """Sentences (translated each for itself) one after the other; "" for none."""
    parts = tuple(parts)
    return parts[0] if len(parts) == 1 else _restored(separator.join(parts), separator, {}, parts)


class Comma(float):
    """A number that is written with a decimal comma, as every language but English here does."""

    def __format__(self, spec: str) -> str:
        return float.__format__(self, spec).replace(".", ",")

    def __str__(self) -> str:
        return float.__str__(self).replace(".", ",")


class _Lenient(dict[str, Value]):
    """Parameters of a template; one that is missing stays as its name in braces."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def fill(template: str, params: Mapping[str, Value]) -> str:
    """The sentence with this message's values in it."""
    return template.format_map(_Lenient(params))


def untranslated(text: str) -> str:
    """English: the sentences are their own ids."""
    return text


def sentence(template: str, params: Mapping[str, Value], translate: Translate = untranslated) -> str:
    """The template in the language of `translate`, filled: values that are sentences are translated, numbers
    written as the language does, and all else stays as it is."""
    if translate is untranslated:
        return fill(template, params)
    return fill(translate(template), localized(params, translate))


def localized(params: Mapping[str, Value], translate: Translate) -> dict[str, Value]:
    """Values as the language of `translate` writes them, any but English (see `sentence`)."""
    return {name: _local(name, value, translate) for name, value in params.items()}


def _local(name: str, value: Value, translate: Translate) -> Value:
    if isinstance(value, Said) or (name == "reason" and isinstance(value, str)):
        return translated(value, translate)
    return Comma(value) if isinstance(value, float) else value


def translated(text: str, translate: Translate) -> str:
    """`text` in the language of `translate`: by its template if it has one, else as its own template."""
    if isinstance(text, Said):
        if text.parts:
            return text.template.join(translated(part, translate) for part in text.parts)
        return sentence(text.template, text.params, translate) if text.params else translate(text.template)
    return translate(text) if text else text


def plain(value: object) -> object:
    """For encoders that know only exact types (`enc_hook`): the text of a sentence.

    Raises:
        NotImplementedError: `value` is no sentence.
    """
    if isinstance(value, Said):
        return str(value)
    raise NotImplementedError(f"cannot encode {type(value).__name__}")
