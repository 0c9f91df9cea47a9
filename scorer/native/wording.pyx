# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Counts the words of a text and those that two texts share, without a string for each.

Mirrors `_Words.counts` and `_compared` of `scorer.facts.content`, where a word is 2 to 40 letters of the text in
compatibility form (NFKC) and lower case. Here each character is folded by itself, which comes to the same unless
characters work upon each other (combining marks, Hangul letters); for texts with such characters, and for scripts
written without spaces where words are compared, the answer is None, and Python has to say.
"""

import unicodedata

from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc
from cpython.unicode cimport (
    Py_UNICODE_ISALNUM,
    Py_UNICODE_ISDECIMAL,
    Py_UNICODE_ISSPACE,
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
)
from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcmp

cdef enum:
    LONGEST = 40  # letters of a word; longer runs are taken in pieces
    MAX_TEXT = 1 << 24  # far more than any caller hands over
    MOST = 4  # characters that one becomes by folding; those that become more are left to Python
    MAX_PROBES = 128  # a text whose words meet in the same place this often is hostile: Python reads it

# What a character becomes, in the upper bits of its entry; a letter's lower bits hold the letter.
cdef enum:
    UNKNOWN = 0
    LETTER = 1 << 24
    BLANK = 2 << 24
    SEVERAL = 3 << 24
    STRANGE = 4 << 24
    KIND = 7 << 24
    UNSPACED = 8 << 24  # of a script without spaces
    VALUE = (1 << 24) - 1

ctypedef fused CodePoint:
    uint8_t
    uint16_t
    uint32_t

cdef uint32_t _FOLDED[1 << 16]
"""What is known of each character of the basic plane: asked of Python once."""
cdef dict _SEVERAL = {}
"""Characters that become several letters, with these."""


cdef bint _is_letter(uint32_t c) noexcept:
    return Py_UNICODE_ISALNUM(c) and not Py_UNICODE_ISDECIMAL(c)


cdef bint _is_unspaced(uint32_t c) noexcept:
    """`_UNSPACED`."""
    return (
        0x0E00 <= c <= 0x0EFF
        or 0x1000 <= c <= 0x109F
        or 0x1780 <= c <= 0x17FF
        or 0x3040 <= c <= 0x30FF
        or 0x3400 <= c <= 0x9FFF
        or 0xF900 <= c <= 0xFAFF
    )


cdef uint32_t _entry_of_one(uint32_t c) noexcept:
    """The entry of a character that is folded already."""
    return (LETTER | c if _is_letter(c) else BLANK) | (UNSPACED if _is_unspaced(c) else 0)


cdef uint32_t _ask(uint32_t c) except 0:
    """The entry of a character of the basic plane."""
    cdef uint32_t entry = STRANGE
    character = chr(c)
    compatible = unicodedata.normalize("NFKC", character)
    folded = compatible.lower()
    if 0xFE00 <= c <= 0xFE0F or c == 0x034F:
        entry = BLANK  # Variation selectors and the joiner of graphemes stand for themselves.
    elif (
        # Marks, and Hangul letters, may become one with what stands before them. A capital sigma (what a lunate one
        # becomes, too) is folded by what stands beside it, and a long s counts as an s in an address.
        any([unicodedata.category(one)[0] == "M" or unicodedata.combining(one) for one in character + folded])
        or any([0x1100 <= ord(one) <= 0x11FF for one in character + folded])
        or "\u03a3" in compatible
        or c == 0x017F
        or not 1 <= len(folded) <= MOST
    ):
        entry = STRANGE
    elif len(folded) == 1:
        entry = _entry_of_one(ord(folded))
    else:
        parts = [_entry_of_one(ord(one)) for one in folded]
        if all([part == BLANK for part in parts]):
            entry = BLANK
        elif all([part & (KIND | UNSPACED) == LETTER for part in parts]):
            _SEVERAL[c] = [part & VALUE for part in parts]
            entry = SEVERAL
    _FOLDED[c] = entry
    return entry


cdef inline uint32_t _fold(uint32_t c) except 0:
    """The entry of a character."""
    if c < 0x10000:
        return _FOLDED[c] or _ask(c)
    # Pictographs stand for themselves.
    return BLANK if 0x1F300 <= c <= 0x1FAFF else STRANGE


cdef struct Count:
    Py_ssize_t words
    Py_ssize_t letters


cdef inline void _add_run(Count* found, Py_ssize_t length) noexcept:
    while length > LONGEST:
        found.words += 1
        found.letters += LONGEST
        length -= LONGEST
    if length > 1:
        found.words += 1
        found.letters += length


cdef int _count(const CodePoint* text, Py_ssize_t size, Count* found) except -1:
    """Counts words and letters; 0 where Python has to."""
    cdef Py_ssize_t at, length = 0
    cdef uint32_t entry, kind
    for at in range(size):
        entry = _fold(text[at])
        kind = entry & KIND
        if kind == LETTER:
            length += 1
        elif kind == BLANK:
            if length:
                _add_run(found, length)
                length = 0
        elif kind == STRANGE:
            return 0
        else:
            length += len(_SEVERAL[<uint32_t>text[at]])
    _add_run(found, length)
    return 1


def count_words(str text not None):
    """How many words `text` has, and how many letters they have; None where Python has to say."""
    cdef int kind = PyUnicode_KIND(text), known
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    cdef Count found = Count(0, 0)
    if kind == 1:
        known = _count(<const uint8_t*>data, size, &found)
    elif kind == 2:
        known = _count(<const uint16_t*>data, size, &found)
    else:
        known = _count(<const uint32_t*>data, size, &found)
    return (found.words, found.letters) if known else None


cdef struct Word:
    Py_ssize_t start  # in the letters of all words
    uint32_t size
    uint32_t hash
    int32_t shared


cdef class _Words:
    """Different words, and which of them were met again."""

    cdef uint32_t* letters
    cdef Py_ssize_t used
    cdef Word* words
    cdef Py_ssize_t count
    cdef Py_ssize_t shared
    cdef Py_ssize_t looked_up  # words of other texts, as often as they stand there
    cdef Py_ssize_t known
    cdef bint crowded  # too many met in the same place: what was counted is not all
    cdef int32_t* slots
    cdef uint32_t mask

    def __cinit__(self, Py_ssize_t size):
        """For the words of a text of `size` characters: each has two or more letters and something behind it, or forty
        letters; one character makes `MOST` letters at most. Beyond them there is room for a word that is being read."""
        cdef Py_ssize_t most = size // 2 + 2, slots = 64
        while slots < 2 * most:
            slots *= 2
        self.mask = <uint32_t>(slots - 1)
        self.letters = <uint32_t*>PyMem_Malloc((MOST * size + LONGEST + 1) * sizeof(uint32_t))
        self.words = <Word*>PyMem_Malloc((most + 1) * sizeof(Word))
        self.slots = <int32_t*>PyMem_Calloc(slots, sizeof(int32_t))  # One more than a word's number; 0 for none.
        if self.letters == NULL or self.words == NULL or self.slots == NULL:
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.letters)
        PyMem_Free(self.words)
        PyMem_Free(self.slots)

    cdef inline void add_letter(self, uint32_t length, uint32_t letter, uint32_t* hash) noexcept:
        """Puts a letter behind those of the word that is being read, `length` so far."""
        self.letters[self.used + length] = letter
        hash[0] = (hash[0] ^ letter) * 16777619U + 97

    cdef void end_word(self, uint32_t size, uint32_t hash, bint again) noexcept:
        """The word whose letters were put behind the others: kept if it is new, or, where `again`, counted if it is
        one of those."""
        cdef uint32_t slot = (hash ^ (hash >> 15)) & self.mask
        cdef int probes = 0
        cdef Word* word
        if size < 2:
            return
        self.looked_up += again
        while self.slots[slot]:
            word = self.words + (self.slots[slot] - 1)
            if (
                word.hash == hash
                and word.size == size
                and memcmp(self.letters + word.start, self.letters + self.used, size * sizeof(uint32_t)) == 0
            ):
                self.known += again
                if again and not word.shared:
                    word.shared = 1
                    self.shared += 1
                return
            probes += 1
            if probes == MAX_PROBES:
                self.crowded = True
                return
            slot = (slot + 1) & self.mask
        if again:
            return
        self.words[self.count] = Word(self.used, size, hash, 0)
        self.used += size
        self.count += 1
        self.slots[slot] = <int32_t>self.count


cdef inline uint32_t _lower(uint32_t c) noexcept:
    return c | 0x20 if c"A" <= c <= c"Z" else c


cdef bint _spells(const CodePoint* text, Py_ssize_t size, const char* word, Py_ssize_t length) noexcept:
    cdef Py_ssize_t at
    if size < length:
        return False
    for at in range(length):
        if _lower(text[at]) != <uint32_t>word[at]:
            return False
    return True


cdef Py_ssize_t _address(const CodePoint* text, Py_ssize_t size) noexcept:
    """How long the address is with which the text begins (`_URL`), 0 where there is none."""
    cdef Py_ssize_t at, start
    if _spells(text, size, b"http://", 7):
        start = 7
    elif _spells(text, size, b"https://", 8):
        start = 8
    elif _spells(text, size, b"www.", 4):
        start = 4
    else:
        return 0
    at = start
    while at < size and at < start + 4000 and not (
        text[at] == c"<" or text[at] == c">" or Py_UNICODE_ISSPACE(text[at])
    ):
        at += 1
    return at if at > start else 0


cdef int _read(_Words words, const CodePoint* text, Py_ssize_t size, bint again, bint parts) except -1:
    """Puts the words of a text among `words`, or looks them up there; 0 where Python has to. Where `parts` of a mailing
    are compared, web addresses are left aside, and scripts without spaces are not read."""
    cdef Py_ssize_t at = 0, skipped
    cdef uint32_t entry, kind, length = 0, hash = 0, c
    cdef bint address
    while at < size:
        c = text[at]
        if parts and ((c | 0x20) == c"h" or (c | 0x20) == c"w"):
            address = at == 0 or not (Py_UNICODE_ISALNUM(text[at - 1]) or text[at - 1] == c"_")
            skipped = _address(text + at, size - at) if address else 0
            if skipped:
                words.end_word(length, hash, again)
                length = hash = 0
                at += skipped
                continue
        entry = _fold(c)
        at += 1
        kind = entry & KIND
        if kind == STRANGE or (parts and entry & UNSPACED):
            return 0
        if kind == LETTER:
            if length == LONGEST:
                words.end_word(length, hash, again)
                length = hash = 0
            words.add_letter(length, entry & VALUE, &hash)
            length += 1
        elif kind == BLANK:
            words.end_word(length, hash, again)
            length = hash = 0
        else:
            for letter in _SEVERAL[c]:
                if length == LONGEST:
                    words.end_word(length, hash, again)
                    length = hash = 0
                words.add_letter(length, letter, &hash)
                length += 1
    words.end_word(length, hash, again)
    return not words.crowded


cdef int _read_text(_Words words, str text, bint again, bint parts) except -1:
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    if kind == 1:
        return _read(words, <const uint8_t*>data, size, again, parts)
    if kind == 2:
        return _read(words, <const uint16_t*>data, size, again, parts)
    return _read(words, <const uint32_t*>data, size, again, parts)


cdef _Words _words_of(str text, bint parts):
    """The words of a text; None where Python has to say."""
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    if size > MAX_TEXT:
        return None
    cdef _Words words = _Words(size)
    return words if _read_text(words, text, False, parts) else None


def shared_words(str text not None, str other not None):
    """How many different words `text` has, its web addresses left aside, and how many of them `other` has too; None
    where Python has to say."""
    cdef _Words words = _words_of(text, True)
    if words is None or not _read_text(words, other, True, True):
        return None
    return words.count, words.shared


def words_not_in(str seen not None, list others not None):
    """For each of `others` how many words it has, and how many of them are none of `seen`, both as often as they stand
    there; None where Python has to say."""
    cdef _Words words = _words_of(seen, False)
    cdef list found = []
    if words is None:
        return None
    for other in others:
        if other is None:
            raise TypeError("a text is needed")
        words.looked_up = words.known = 0
        if not _read_text(words, other, True, False):
            return None
        found.append((words.looked_up, words.looked_up - words.known))
    return found
