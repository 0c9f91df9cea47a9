# ruff: noqa: E501
"""Which language a text is in, by its function words: enough to know where the evidence is thin."""

from __future__ import annotations

from collections.abc import Iterable

# The commonest function words of each language; a word that two languages share counts for both.
_WORDS = {
    "en": "the of and to in is you that it for on are with as this be at or from your have not by we our if will all an can has more was but they their what about out up please",
    "de": "der die das und in zu den ist mit sie von nicht ein eine auf für im dem des sich auch als wir ihre ihr ihnen uns werden bei oder haben zum zur einen können unter wird sind nur bitte noch über",
    "fr": "le la les de des et à un une en du est que pour dans vous votre nous pas sur ce au avec par plus qui vos ne se sont cette notre été aux être ou si",
    "es": "el la los las de que y en un una por con para su del se no es al lo más como sus si este nuestra tu usted ha está son sobre también le te",
    "pt": "o a os as de que e em um uma para com não do da dos das por se na no seu sua você mais como está ao foi são pelo pela também nos é à",
    "it": "il la di che e un una in per con non del della dei delle i le al è si da sono tuo tua nel alla più questo gli lo ci anche se ti su come vostro",
    "nl": "de het een en van in je is dat op te voor met niet zijn aan u uw ook om wij we als bij of naar door deze nog kunt worden maar heeft er dit jouw",
    "sv": "och att det i en som på är av för med den till inte har du vi ett om från kan din eller dig ditt så vår men var",
    "da": "og det at en den til er som på de med for af ikke der har du vi et kan om din fra eller dit dig vores så hvis",
    "no": "og det i på at en til er som for med av den har ikke du vi et kan om din fra eller deg vår så hvis også dine",
    "fi": "ja on ei että se oli mutta myös voit kun jos sinun tai ovat meidän sekä kuin joka tämä niin vain olet sinulle nyt kaikki",
    "pl": "i w na z do się nie to że jest o od za jak po dla oraz przez lub są twoje co ale aby tym może być ze czy te",
    "cs": "a v na se je že to s z do o pro za od nebo jako ve si po vaše jsme jsou podle vám který ale by při",
    "hu": "a az és hogy nem is egy van meg ez ha csak már vagy az el be de mint ön kell minden még után amely",
    "ro": "și de în la cu pe un o nu din este pentru care să mai sau dumneavoastră prin fi au ce sunt vă dacă",
    "tr": "ve bir bu için ile de da en çok daha olarak veya olan size ne gibi kadar sizin tüm lütfen değil her",
    "ru": "и в на не что с по для вы к это как ваш от о за из мы или если все у но вас при до же",
    "uk": "і в на не що з для ви до це як ваш від або про за та ми якщо все у але вас при",
    "el": "και το να του η της με για την από που στο τα σας τον είναι θα δεν σε ένα οι στην",
    "he": "של את על לא עם זה או גם אם כל אתה יש הוא היא אנו",
    "ar": "في من على إلى أن هذا مع عن أو التي ما لا هو هذه كل لك تم",
    "id": "yang dan di untuk dengan ini anda dari pada adalah tidak akan ke kami atau itu dapat telah",
    "vi": "và của là có cho không được các với bạn trong này một để đã từ khi",
}  # fmt: skip
_OF: dict[str, tuple[str, ...]] = {}
for _language, _listed in _WORDS.items():
    for _word in _listed.split():
        _OF[_word] = (*_OF.get(_word, ()), _language)
LANGUAGES = tuple(_WORDS)


def shares(words: Iterable[str]) -> tuple[dict[str, float], int]:
    """Each language's share of the words that are its function words (0 to 1), and how many words there were."""
    counts: dict[str, int] = {}
    total = 0
    for word in words:
        total += 1
        for language in _OF.get(word, ()):
            counts[language] = counts.get(language, 0) + 1
    return {language: count / total for language, count in counts.items()}, total


_SCRIPTS = (
    ("ja", "\u3040", "\u30ff"),
    ("ko", "\uac00", "\ud7af"),
    ("zh", "\u4e00", "\u9fff"),
    ("th", "\u0e00", "\u0e7f"),
    ("hi", "\u0900", "\u097f"),
)


def guess(words: list[str], text: str = "") -> str:
    """The language of a text as an ISO 639-1 code, "" where it cannot be told. `text` is looked at for scripts
    that are written without spaces."""
    sample = text[:4000]
    for code, low, high in _SCRIPTS:
        if sum(low <= character <= high for character in sample) > 0.1 * len(sample) > 0:
            return code
    found, total = shares(words[:2000])
    if not found or total < 5:
        return ""
    best = max(found, key=lambda language: (found[language], language == "en", language))
    return best if found[best] >= 0.08 else ""
