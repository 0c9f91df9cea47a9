# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Which of many phrases stand in a text, as whole words that follow one another.

Mirrors what `scorer.structure.lexicons.phrases_in`, `scorer.structure.borrowed.named` and
`scorer.domains.brands.brand_mentioned` look for: the text is taken apart into words, and where the longest word of a
phrase is met, the words around it are compared with the others. Nothing is made of the words that are met nowhere.
"""

from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc
from cpython.unicode cimport (
    Py_UNICODE_ISALNUM,
    Py_UNICODE_ISDECIMAL,
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
    PyUnicode_Substring,
)
from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t

cdef enum:
    WORDS_AND_NUMBERS = 0  # [^\W\d_]+(?:'[^\W\d_]+)?|\d+
    ALNUM = 1  # [^\W_]+
    JOINED = 2  # [^\W_]+(?:['&.-][^\W_]+)*

cdef enum:
    OTHER = 0
    LETTER = 1
    DIGIT = 2
    JOINER = 4  # one of ' & . -
    APOSTROPHE = 8

cdef enum:
    MARKS = 1 << 15  # bits of the sieve that most words do not pass
    MAX_TEXT = 1 << 24  # code points: far more than any caller hands over

ctypedef fused CodePoint:
    uint8_t
    uint16_t
    uint32_t

cdef struct Span:
    int32_t start
    int32_t end

cdef struct Word:
    int32_t start  # in the code points of all words
    int32_t size
    int32_t first  # of the phrases of which it is the longest word; in `_order`
    int32_t phrases

cdef uint8_t _LATIN[256]
"""What each character of Latin-1 is: a letter is what `re` takes for alphanumeric and not for a digit."""


cdef void _fill_latin() noexcept:
    cdef int c
    for c in range(256):
        _LATIN[c] = OTHER
        if Py_UNICODE_ISALNUM(c):
            _LATIN[c] = DIGIT if Py_UNICODE_ISDECIMAL(c) else LETTER
    for c in (c"&", c".", c"-"):
        _LATIN[c] = JOINER
    _LATIN[<int>c"'"] = JOINER | APOSTROPHE


_fill_latin()


cdef inline int _class_of(CodePoint c) noexcept:
    if CodePoint is uint8_t:
        return _LATIN[c]
    else:
        if c < 256:
            return _LATIN[c]
        if not Py_UNICODE_ISALNUM(c):
            return OTHER
        return DIGIT if Py_UNICODE_ISDECIMAL(c) else LETTER


cdef inline Py_ssize_t _run(const CodePoint* text, Py_ssize_t at, Py_ssize_t size, int kinds) noexcept:
    """Where the characters of these kinds that start at `at` end."""
    while at < size and _class_of(text[at]) & kinds:
        at += 1
    return at


cdef Py_ssize_t _spans(const CodePoint* text, Py_ssize_t size, int how, Span* spans) noexcept:
    """The words of a text, in order; `spans` has room for `size` of them. How many there are."""
    cdef Py_ssize_t at = 0, start, found = 0
    cdef int what
    while at < size:
        what = _class_of(text[at]) & (LETTER | DIGIT)
        if not what:
            at += 1
            continue
        start = at
        if how != WORDS_AND_NUMBERS:
            at = _run(text, at + 1, size, LETTER | DIGIT)
            while (
                how == JOINED
                and at + 1 < size
                and _class_of(text[at]) & JOINER
                and _class_of(text[at + 1]) & (LETTER | DIGIT)
            ):
                at = _run(text, at + 1, size, LETTER | DIGIT)
        else:
            at = _run(text, at + 1, size, what)
            if (
                what == LETTER
                and at + 1 < size
                and _class_of(text[at]) & APOSTROPHE
                and _class_of(text[at + 1]) & LETTER
            ):
                at = _run(text, at + 1, size, LETTER)
        spans[found].start = <int32_t>start
        spans[found].end = <int32_t>at
        found += 1
    return found


cdef inline uint32_t _mark(uint32_t first, uint32_t second, uint32_t last, uint32_t size) noexcept:
    """A place in the sieve, told from a few characters."""
    return (first + 37 * second + 1009 * last + 5003 * size) & (MARKS - 1)


cdef inline uint32_t _hash(const CodePoint* word, Py_ssize_t size) noexcept:
    cdef uint32_t value = 2166136261U
    cdef Py_ssize_t at
    for at in range(size):
        value = (value ^ <uint32_t>word[at]) * 16777619U
    return value


cdef inline bint _same(const CodePoint* text, const uint32_t* word, Py_ssize_t size) noexcept:
    cdef Py_ssize_t at
    for at in range(size):
        if <uint32_t>text[at] != word[at]:
            return False
    return True


cdef class Lexicon:
    """A table of phrases, each a list of words as `how` tells words apart in a text (0: runs of letters, with an
    apostrophe within, and runs of digits; 1: runs of letters and digits; 2: those joined by ' & . -).

    Phrases whose number is in `alone` count only where they are all words of a text.
    """

    cdef int how
    cdef Py_ssize_t phrases
    cdef uint32_t* letters  # of all words, one after another
    cdef Word* words
    cdef int32_t* slots  # the words by their hash; -1 for none
    cdef uint32_t slot_mask
    cdef uint8_t* sieve  # places of the words that are the longest of a phrase
    cdef int32_t* order  # phrases by their longest word
    cdef int32_t* parts  # words of the phrases, one phrase after another
    cdef int32_t* part_of  # where each phrase begins in `parts`; one more at the end
    cdef int32_t* key_at  # place of the longest word in each phrase
    cdef uint8_t* alone

    def __cinit__(self, phrases, int how, alone=()):
        cdef Py_ssize_t number, total, at
        cdef uint32_t slot
        numbers: dict[str, int] = {}
        by_word: dict[str, list[int]] = {}
        self.how = how
        self.phrases = len(phrases)
        for number, words in enumerate(phrases):
            for word in words:
                numbers.setdefault(word, len(numbers))
            # The longest word is met in fewer texts than the others ("your account", "within 24 hours").
            by_word.setdefault(max(words, key=len), []).append(number)
        total = sum(map(len, phrases))
        slots = 1
        while slots < 2 * len(numbers) + 2:
            slots *= 2
        self.slot_mask = slots - 1
        self.letters = <uint32_t*>_room(sum(map(len, numbers)), sizeof(uint32_t))
        self.words = <Word*>_room(len(numbers), sizeof(Word))
        self.slots = <int32_t*>_room(slots, sizeof(int32_t))
        self.sieve = <uint8_t*>_room(MARKS // 8, 1)
        self.order = <int32_t*>_room(self.phrases, sizeof(int32_t))
        self.parts = <int32_t*>_room(total, sizeof(int32_t))
        self.part_of = <int32_t*>_room(self.phrases + 1, sizeof(int32_t))
        self.key_at = <int32_t*>_room(self.phrases, sizeof(int32_t))
        self.alone = <uint8_t*>_room(self.phrases, 1)
        for at in range(slots):
            self.slots[at] = -1
        cdef int32_t start = 0, first = 0
        cdef uint32_t mark
        for word, number in numbers.items():
            for at in range(len(word)):
                self.letters[start + at] = <uint32_t>ord(word[at])
            self.words[number] = Word(start, <int32_t>len(word), first, 0)
            slot = _hash(self.letters + start, len(word)) & self.slot_mask
            while self.slots[slot] >= 0:
                slot = (slot + 1) & self.slot_mask
            self.slots[slot] = <int32_t>number
            start += <int32_t>len(word)
            for phrase in by_word.get(word, ()):
                self.order[first] = phrase
                first += 1
                self.key_at[phrase] = phrases[phrase].index(word)
            self.words[number].phrases = first - self.words[number].first
            if self.words[number].phrases:
                mark = _mark(ord(word[0]), ord(word[len(word) > 1]), ord(word[len(word) - 1]), len(word))
                self.sieve[mark >> 3] |= 1 << (mark & 7)
        start = 0
        for number, words in enumerate(phrases):
            self.part_of[number] = start
            for word in words:
                self.parts[start] = numbers[word]
                start += 1
            self.part_of[number + 1] = start
        for number in alone:
            if not 0 <= number < self.phrases:
                raise ValueError(f"there is no phrase {number}")
            self.alone[number] = 1

    def __dealloc__(self):
        PyMem_Free(self.letters)
        PyMem_Free(self.words)
        PyMem_Free(self.slots)
        PyMem_Free(self.sieve)
        PyMem_Free(self.order)
        PyMem_Free(self.parts)
        PyMem_Free(self.part_of)
        PyMem_Free(self.key_at)
        PyMem_Free(self.alone)

    def met(self, str text not None):
        """The phrases that stand in `text`, each once, in the order of their first places: the number of the word at
        which each begins, and the phrase's number."""
        cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef const void* data = PyUnicode_DATA(text)
        if size > MAX_TEXT:
            raise ValueError("the text is too long")
        cdef Span* spans = <Span*>PyMem_Malloc((size + 1) * sizeof(Span))
        if spans == NULL:
            raise MemoryError
        cdef uint8_t* seen = NULL
        try:
            seen = <uint8_t*>_room(self.phrases, 1)
            if kind == 1:
                return self._met(<const uint8_t*>data, size, spans, seen)
            if kind == 2:
                return self._met(<const uint16_t*>data, size, spans, seen)
            return self._met(<const uint32_t*>data, size, spans, seen)
        finally:
            PyMem_Free(spans)
            PyMem_Free(seen)

    cdef list _met(self, const CodePoint* text, Py_ssize_t size, Span* spans, uint8_t* seen):
        cdef Py_ssize_t count = _spans(text, size, self.how, spans), at, length
        cdef int32_t number, phrase, step
        cdef uint32_t mark
        cdef const CodePoint* word
        cdef list found = []
        for at in range(count):
            word = text + spans[at].start
            length = spans[at].end - spans[at].start
            mark = _mark(
                <uint32_t>word[0], <uint32_t>word[length > 1], <uint32_t>word[length - 1], <uint32_t>length
            )
            if not self.sieve[mark >> 3] & (1 << (mark & 7)):
                continue
            number = self._number(word, length)
            if number < 0:
                continue
            for step in range(self.words[number].phrases):
                phrase = self.order[self.words[number].first + step]
                if not seen[phrase] and self._stands(text, spans, count, at - self.key_at[phrase], phrase):
                    seen[phrase] = 1
                    found.append((at - self.key_at[phrase], phrase))
        if len(found) > 1:
            found.sort()
        return found

    cdef inline int32_t _number(self, const CodePoint* word, Py_ssize_t length) noexcept:
        """The number of a word of the table, -1 for another."""
        cdef uint32_t slot = _hash(word, length) & self.slot_mask
        cdef int32_t number
        while True:  # Half of the slots or more are empty.
            number = self.slots[slot]
            if number < 0:
                return -1
            if self.words[number].size == length and _same(
                word, self.letters + self.words[number].start, length
            ):
                return number
            slot = (slot + 1) & self.slot_mask

    cdef bint _stands(
        self, const CodePoint* text, const Span* spans, Py_ssize_t count, Py_ssize_t first, int32_t phrase
    ) noexcept:
        """Whether the words of a phrase are the words of the text from `first` on."""
        cdef int32_t begin = self.part_of[phrase], end = self.part_of[phrase + 1], at
        cdef Span span
        cdef Word* word
        if first < 0 or first + (end - begin) > count:
            return False
        if self.alone[phrase] and count != end - begin:
            return False
        for at in range(begin, end):
            span = spans[first + at - begin]
            word = self.words + self.parts[at]
            if span.end - span.start != word.size or not _same(
                text + span.start, self.letters + word.start, word.size
            ):
                return False
        return True


cdef void* _room(Py_ssize_t count, Py_ssize_t size) except NULL:
    """Room for `count` things and one more, all zero."""
    cdef void* room = PyMem_Calloc(count + 1, size)
    if room == NULL:
        raise MemoryError
    return room


# Scripts whose words are written without spaces, or bend too much to be listed in every form.
cdef inline bint _is_stem(uint32_t c) noexcept:
    return (
        0x0400 <= c <= 0x052F
        or 0x1100 <= c <= 0x11FF
        or 0x3040 <= c <= 0x30FF
        or 0x3400 <= c <= 0x9FFF
        or 0xAC00 <= c <= 0xD7AF
    )


def holds_stems(str text not None):
    """Whether a character of `scorer.structure.lexicons._STEMS_IN` stands in `text`."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t at, size = PyUnicode_GET_LENGTH(text)
    if kind == 1:
        return False
    if kind == 2:
        for at in range(size):
            if _is_stem((<const uint16_t*>data)[at]):
                return True
        return False
    for at in range(size):
        if _is_stem((<const uint32_t*>data)[at]):
            return True
    return False


cdef uint8_t _ACCENTED[256]
"""From U+00C0 on, letters that are an ASCII letter with accents."""


def _fill_accented():
    import unicodedata

    for c in range(256):
        parts = unicodedata.normalize("NFD", chr(0xC0 + c))
        _ACCENTED[c] = parts[0].isascii() and all(map(unicodedata.combining, parts[1:]))


_fill_accented()


cdef list _strange(str whole, const CodePoint* text, Py_ssize_t size):
    cdef Py_ssize_t at = 0, start
    cdef list found = []
    cdef bint strange
    while at < size:
        if not _class_of(text[at]) & (LETTER | DIGIT):
            at += 1
            continue
        start = at
        strange = False
        while at < size and _class_of(text[at]) & (LETTER | DIGIT):
            if text[at] >= 0x80 and not (0xC0 <= text[at] < 0x1C0 and _ACCENTED[text[at] - 0xC0]):
                strange = True
            at += 1
        if strange:
            found.append(PyUnicode_Substring(whole, start, at))
    return found


def strange_words(str text not None):
    """The words of `text` (runs of letters and digits) that are not of ASCII but for their accents. Others do not
    pretend to be another word (`scorer.domains.brands._look_without_marks_differs`)."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    if kind == 1:
        return _strange(text, <const uint8_t*>data, size)
    if kind == 2:
        return _strange(text, <const uint16_t*>data, size)
    return _strange(text, <const uint32_t*>data, size)
