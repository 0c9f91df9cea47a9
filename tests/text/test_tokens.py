"""Words and their places."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from scorer.text.language import guess
from scorer.text.terms import terms_of
from scorer.text.tokens import MAX_CHARS, MAX_WORD, Tokens, blank_addresses, fold, of_subject, words_of


@given(st.text(max_size=300))
@example("ﬁnd İstanbul ße 5\u00a0% €\u00a020 va\u200bcation http://ab.example/x?y=don't a@b.example")
@example("$5 and 20% off WWW.example.com/path")
def test_the_words_and_their_places_are_the_same_list(text: str) -> None:
    tokens = Tokens(text)
    edges = tokens.places()
    placed = list(zip(tokens.words, edges[::2], edges[1::2], strict=False))
    assert [word for word, _, _ in placed] == words_of(text)
    for word, start, end in placed:
        assert 0 <= start < end <= len(text)
        assert word in ("", fold(text[start:end]))


@given(st.text(alphabet="ab@./:whtps -", max_size=200))
def test_blanking_addresses_moves_nothing(text: str) -> None:
    assert len(blank_addresses(text)) == len(text)


def test_addresses_are_no_words() -> None:
    text = "Write to anna.berg@mail.example or see https://shop.example/deal?id=7 today"
    assert words_of(text) == ["write", "to", "or", "see", "today"]


def test_marks_of_a_reply_are_no_words_of_a_subject() -> None:
    subject = "Re: AW: Fwd[2]: Re-opening: seeds"
    tokens = of_subject(subject)
    edges = tokens.places()
    assert tokens.words == ["re", "opening", "seeds"]
    assert [subject[a:b] for a, b in zip(edges[::2], edges[1::2], strict=False)] == ["Re", "opening", "seeds"]
    assert of_subject("RE:" * 5000).words[0] == "re"
    assert of_subject("").words == []


def test_invisible_characters_do_not_split_a_word() -> None:
    assert words_of("fr\u200bee of\u00adfer") == ["free", "offer"]


def test_money_and_percentages_have_one_form_each() -> None:
    assert words_of("$5 €7 £ 9 50%") == ["$0", "$0", "$0", "0%"]


def test_numbers_are_left_out() -> None:
    assert words_of("Order 4711 of 2026") == ["order", "of"]


def test_a_very_long_run_of_letters_is_a_gap() -> None:
    assert words_of("a " + "x" * (MAX_WORD + 1) + " b") == ["a", "", "b"]
    _, body = terms_of([], ["a", "", "b"])
    assert body == {"a", "b"}


def test_reading_stops_at_the_bound() -> None:
    assert len(words_of("ab " * MAX_CHARS)) == MAX_CHARS // 3


def test_terms_of_subject_and_body_are_apart() -> None:
    subject, body = terms_of(["free", "gift"], ["free", "gift"])
    assert subject == {"s:free", "s:gift", "s:free gift"}
    assert body == {"free", "gift", "free gift"}


def test_languages_are_told_by_their_function_words() -> None:
    samples = {
        "en": "This is the letter that you have asked for, and it is on its way to you",
        "de": "Das ist der Brief, den Sie bestellt haben, und er ist auf dem Weg zu Ihnen",
        "pt": "Esta é a carta que você pediu e ela está a caminho da sua casa não demora",
        "nl": "Dit is de brief die je hebt besteld en hij is op weg naar je huis",
        "ru": "Это письмо, что вы просили, и оно уже на пути к вам за или из",
    }
    for language, text in samples.items():
        assert guess(words_of(text), text) == language
    assert guess([], "ご注文ありがとうございます。") == "ja"
    assert guess(words_of("Zzyzx qqq"), "Zzyzx qqq") == ""
