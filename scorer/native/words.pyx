# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The trained model of words, natively: from two texts to the terms that weigh most and their places.

Mirrors, step by step, `scorer.text.tokens` (blanking of addresses, tokens, folding), `scorer.text.terms` (words, pairs,
runs of letters) and `TextModel.read` and `TextModel.evidence` of `scorer.text.model`, without an object of Python's for
a word, a pair or a run. What is rare and hard to get the same is handed to those: `evidence` then returns None.

A text of ASCII is lowered into the `arena` (bytes of words), where its words stay; any other is read as code points, and
its folded words are appended to the arena in UTF-8. Distinct words get numbers, a pair is two numbers. The vocabulary is
a table with open addressing over hashes; the term's bytes are compared where a hash agrees.
"""

from libc.math cimport fabs, sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memchr, memcmp, memcpy, memset

import unicodedata

from scorer.text import terms as _terms
from scorer.text import tokens as _tokens

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>

    #if defined(__GNUC__) || defined(__clang__)
    #define words_prefetch(at) __builtin_prefetch(at)
    #else
    #define words_prefetch(at) ((void)(at))
    #endif

    /* Up to eight bytes as a number; `room` bytes may be read at `at`. */
    static inline uint64_t words_load(const uint8_t *at, size_t count, size_t room) {
        uint64_t value = 0;
    #if PY_LITTLE_ENDIAN
        if (room >= 8) {
            memcpy(&value, at, 8);
            return count >= 8 ? value : value & ((((uint64_t)1) << (8 * count)) - 1);
        }
    #endif
        memcpy(&value, at, count < 8 ? count : 8);
        return value;
    }

    static inline uint64_t words_mix(uint64_t hash) {
        hash ^= hash >> 32;
        hash *= UINT64_C(0x9E3779B97F4A7C15);
        return hash ^ (hash >> 29);
    }
    """
    void prefetch "words_prefetch"(const void *at) noexcept
    uint64_t load "words_load"(const uint8_t *at, size_t count, size_t room) noexcept
    uint64_t mix "words_mix"(uint64_t hash) noexcept

cdef extern from "Python.h":
    int PyBUF_SIMPLE
    int PyObject_GetBuffer(object source, Py_buffer *view, int flags) except -1
    void PyBuffer_Release(Py_buffer *view)
    bint PyUnicode_IS_ASCII(object text)
    int PyUnicode_KIND(object text)
    void *PyUnicode_DATA(object text)
    Py_UCS4 PyUnicode_READ(int kind, void *data, Py_ssize_t at)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    const char *PyUnicode_AsUTF8AndSize(object text, Py_ssize_t *size) except NULL
    object PyUnicode_FromKindAndData(int kind, const void *data, Py_ssize_t size)
    object PyUnicode_DecodeUTF8(const char *data, Py_ssize_t size, const char *errors)
    bint Py_UNICODE_ISALNUM(Py_UCS4 c)
    bint Py_UNICODE_ISDECIMAL(Py_UCS4 c)
    bint Py_UNICODE_ISDIGIT(Py_UCS4 c)
    bint Py_UNICODE_ISSPACE(Py_UCS4 c)

cdef object _fold = _tokens.fold
cdef Py_ssize_t MAX_CHARS = _tokens.MAX_CHARS
cdef Py_ssize_t MAX_WORD = _tokens.MAX_WORD
cdef double LENGTH_BODY = _terms.BODY
cdef double LENGTH_SUBJECT = _terms.SUBJECT
cdef double LENGTH_LETTERS = _terms.LETTERS
cdef Py_ssize_t LETTERS_LEAST = _terms.LETTERS_LEAST
cdef Py_ssize_t RUN = _terms.RUN

cdef enum:
    # Kinds of characters.
    LETTER = 1
    DIGIT = 2
    SPACE = 4
    LOCAL = 8  # of what stands before an "@"
    HOST = 16  # of what stands after it
    URL_END = 32

    # Where a word or a pair stands, and of what a share is.
    SUBJECT = 1
    BODY = 2
    SPELT = 4

    MAX_PROBES = 128  # A text whose words meet in the same place this often is hostile: the twin reads it.
    MAX_URL = 4000
    MAX_LOCAL = 64
    MAX_HOST = 199
    UNLIKE = 1  # What is folded otherwise than to one letter.
    PAD = 16  # Bytes behind every text in the arena, so that eight can be read at once.
    KEPT = 1 << 20  # Bytes of scratch memory that are kept for the next text.
    MAX_PARTIALS = 64  # Doubles that do not overlap: fewer than (2046 + 53) / 53 of them are possible.

cdef uint64_t SUBJECT_SALT = 0x243F6A8885A308D3ULL
cdef uint64_t LETTERS_SALT = 0x13198A2E03707344ULL
cdef uint64_t PAIR_SALT = 0xA4093822299F31D0ULL

cdef struct Token:
    int32_t word  # -1 for a gap
    uint32_t start
    uint32_t end

cdef struct Word:
    uint64_t hash
    uint32_t at  # in the arena
    uint32_t length
    int32_t term  # its slot in the vocabulary's table, -1 where it is unknown
    int32_t wanted  # the first of what is looked for at this word, -1 for nothing
    uint8_t where
    uint8_t spelt  # whether it has runs of letters

cdef struct Pair:
    uint64_t hash
    int32_t first
    int32_t second
    int32_t term
    uint8_t where

cdef struct Share:
    double value
    int32_t term
    int32_t first
    int32_t second  # -1 for a word
    int32_t shown  # its number among the terms that are shown, -1 for none
    uint8_t kind

cdef struct Run:
    # A run of letters of an unknown word.
    uint64_t hash
    uint32_t at  # in the arena
    uint32_t length
    int32_t word
    int32_t term
    int32_t share  # its number among the shares, where it is known

cdef struct Wanted:
    # What is looked for at a word: the word that must follow (-1 for any), whose places they are, and in which texts.
    int32_t second
    int32_t shown
    int32_t next
    uint8_t where

cdef struct Place:
    uint32_t start
    uint32_t end
    uint8_t where

cdef struct Array:
    void *data
    size_t bytes  # allocated

cdef struct Slot:
    # Of the vocabulary's table, four in a line of the cache.
    uint32_t upper  # half of the hash
    uint32_t end  # of the term, in the text; 0 where the slot is free
    double weight

cdef struct Scratch:
    Array arena, wide, tokens, words, word_slots, pairs, pair_slots, shares, runs, run_slots, wanted
    size_t arena_used
    Py_ssize_t token_count, subject_count, word_count, pair_count, share_count, run_count, wanted_count
    size_t word_mask
    const Slot *table  # the vocabulary's
    size_t table_mask

cdef uint8_t KINDS[128]
cdef uint16_t FOLDED[0x530]  # The letter that one of ours is folded to, below that; 0 where it was not asked for yet.


cdef void fill_kinds() noexcept:
    """The kinds of the characters of ASCII, as `re` sees them; letters and digits by the same functions as the others."""
    cdef Py_ssize_t c
    for c in range(128):
        KINDS[c] = unusual_kind(<Py_UCS4>c)
        if c in (c"_", c".", c"+", c"=", c"-"):
            KINDS[c] |= LOCAL
        if c in (c".", c"-"):
            KINDS[c] |= HOST
        if c in (c"<", c">", c'"', c"'"):
            KINDS[c] |= URL_END


cdef uint8_t unusual_kind(Py_UCS4 c) noexcept:
    """The kind of a character that is not ASCII."""
    if Py_UNICODE_ISALNUM(c):
        return (DIGIT if Py_UNICODE_ISDECIMAL(c) else LETTER) | LOCAL | HOST
    return SPACE | URL_END if Py_UNICODE_ISSPACE(c) else 0


ctypedef fused character:
    uint8_t
    uint32_t


cdef inline uint8_t kind_of(character c) noexcept:
    if character is uint8_t:
        return KINDS[c]  # Only texts of ASCII are read so.
    else:
        return KINDS[c] if c < 128 else unusual_kind(c)


cdef uint16_t letter_of(uint32_t c):
    """What a letter of the scripts that stand first in Unicode (up to Cyrillic) is folded to wherever it stands: a letter
    that composes with no other and is folded to one. `UNLIKE` for any other character."""
    folded = _fold(chr(c))
    if unicodedata.category(chr(c))[0] != "L" or len(folded) != 1 or not 128 <= ord(folded) < 0x800:
        return UNLIKE
    return ord(folded) if unicodedata.is_normalized("NFKC", chr(c)) and not unicodedata.combining(chr(c)) else UNLIKE


cdef inline bint is_invisible(uint32_t c) noexcept:
    return c == 0xAD or 0x200B <= c <= 0x200D or c == 0x2060 or c == 0xFEFF


# --- scratch memory -------------------------------------------------------------------------------------------------


cdef inline int grow(Array *array, size_t wanted) except -1:
    """Make room for so many bytes."""
    return 0 if wanted <= array.bytes else enlarge(array, wanted)


cdef int enlarge(Array *array, size_t wanted) except -1:
    """Room for so many bytes, twice as many as before at least."""
    cdef void *data
    if wanted < 2 * array.bytes:
        wanted = 2 * array.bytes
    if wanted < 1024:
        wanted = 1024
    data = realloc(array.data, wanted)
    if data == NULL:
        raise MemoryError
    array.data, array.bytes = data, wanted
    return 0


cdef void release(Scratch *s) noexcept:
    if s == NULL:
        return
    free(s.arena.data)
    free(s.wide.data)
    free(s.tokens.data)
    free(s.words.data)
    free(s.word_slots.data)
    free(s.pairs.data)
    free(s.pair_slots.data)
    free(s.shares.data)
    free(s.runs.data)
    free(s.run_slots.data)
    free(s.wanted.data)
    free(s)


cdef size_t held(const Scratch *s) noexcept:
    return (s.arena.bytes + s.wide.bytes + s.tokens.bytes + s.words.bytes + s.word_slots.bytes + s.pairs.bytes
            + s.pair_slots.bytes + s.shares.bytes + s.runs.bytes + s.run_slots.bytes + s.wanted.bytes)


# --- blanking of web and mail addresses -----------------------------------------------------------------------------


cdef inline bint is_ascii_letter(character c, uint8_t lower) noexcept:
    """Whether `c` is that letter of "https" or "www", ignoring case as `re` does for text that is not ASCII."""
    if character is uint8_t:
        return c == lower  # Such a text was lowered.
    else:
        return c == lower or c == <uint32_t>lower - 32 or (c == 0x17F and lower == c"s")


cdef inline bint ends_web(character *text, Py_ssize_t at, Py_ssize_t size) noexcept:
    return at >= size or kind_of(text[at]) & URL_END


cdef Py_ssize_t next_anchor(character *text, Py_ssize_t start, Py_ssize_t size, uint8_t anchor) noexcept:
    cdef Py_ssize_t at
    cdef uint8_t *found
    if character is uint8_t:
        if start >= size:
            return size
        found = <uint8_t *>memchr(text + start, anchor, size - start)
        return size if found == NULL else found - text
    else:
        at = start
        while at < size and text[at] != anchor:
            at += 1
        return at


cdef Py_ssize_t next_scheme(character *text, Py_ssize_t start, Py_ssize_t size) noexcept:
    """Where the next "http://" or "https://" begins that is followed by something; `size` for nowhere."""
    cdef Py_ssize_t at = start - 1, begin
    while True:
        at = next_anchor(text, at + 1, size, c":")
        if at >= size:
            return size
        if at + 2 >= size or text[at + 1] != c"/" or text[at + 2] != c"/" or ends_web(text, at + 3, size):
            continue
        begin = at - 5 if at > start and is_ascii_letter(text[at - 1], c"s") else at - 4
        if (begin >= start and is_ascii_letter(text[begin], c"h") and is_ascii_letter(text[begin + 1], c"t")
                and is_ascii_letter(text[begin + 2], c"t") and is_ascii_letter(text[begin + 3], c"p")):
            return begin


cdef Py_ssize_t next_www(character *text, Py_ssize_t start, Py_ssize_t size) noexcept:
    """Where the next "www." begins that is followed by something; `size` for nowhere."""
    cdef Py_ssize_t at = start + 2
    while True:
        at = next_anchor(text, at + 1, size, c".")
        if at >= size:
            return size
        if (is_ascii_letter(text[at - 1], c"w") and is_ascii_letter(text[at - 2], c"w")
                and is_ascii_letter(text[at - 3], c"w") and not ends_web(text, at + 1, size)):
            return at - 3


cdef bint names_web(character *text, Py_ssize_t size) noexcept:
    """Whether web addresses are looked for: "://", "www." or "WWW." stands in the text."""
    cdef Py_ssize_t at
    if character is uint8_t:
        return True  # In lower case no address is without them.
    else:
        for at in range(2, size):
            if text[at] == c"/" and text[at - 1] == c"/" and text[at - 2] == c":":
                return True
            if text[at] == c"." and at >= 3 and (text[at - 1] == c"w" or text[at - 1] == c"W"):
                if text[at - 2] == text[at - 1] and text[at - 3] == text[at - 1]:
                    return True
        return False


cdef void blank(character *text, Py_ssize_t start, Py_ssize_t end) noexcept:
    cdef Py_ssize_t at
    for at in range(start, end):
        text[at] = c" "


cdef void blank_addresses(character *text, Py_ssize_t size) noexcept:
    """`tokens.blank_addresses`, in place."""
    cdef Py_ssize_t scheme, www, start, end, least, most, done = 0
    if names_web(text, size):
        scheme, www = next_scheme(text, 0, size), next_www(text, 0, size)
        while scheme < size or www < size:
            start = min(scheme, www)
            end = next_anchor(text, start, size, c":") + 3 if start == scheme else start + 4
            most = min(end + MAX_URL, size)
            while end < most and not kind_of(text[end]) & URL_END:
                end += 1
            blank(text, start, end)
            if scheme < end:
                scheme = next_scheme(text, end, size)
            if www < end:
                www = next_www(text, end, size)
    cdef Py_ssize_t place = next_anchor(text, 0, size, c"@")
    while place < size:
        start, least = place, max(done, place - MAX_LOCAL)
        while start > least and kind_of(text[start - 1]) & LOCAL:
            start -= 1
        end, most = place + 1, min(place + 1 + MAX_HOST, size)
        while end < most and kind_of(text[end]) & HOST:
            end += 1
        blank(text, start, end)
        done = end
        place = next_anchor(text, end, size, c"@")


# --- words ----------------------------------------------------------------------------------------------------------


cdef inline uint64_t hash_bytes(const uint8_t *at, size_t count, size_t room) noexcept:
    cdef uint64_t hash = count * <uint64_t>0xD1B54A32D192ED03ULL
    while count > 8:
        hash = mix(hash ^ load(at, 8, room))
        at += 8
        count -= 8
        room -= 8
    return mix(hash ^ load(at, count, room))


cdef inline uint64_t hash_pair(uint64_t first, uint64_t second) noexcept:
    return mix(mix(first + PAIR_SALT) ^ second)


cdef inline uint64_t hash_in_subject(uint64_t hash) noexcept:
    return mix(hash ^ SUBJECT_SALT)


cdef inline uint64_t hash_run(const uint8_t *at, size_t count, size_t room) noexcept:
    return mix(hash_bytes(at, count, room) ^ LETTERS_SALT)


cdef inline void expect(const Scratch *s, uint64_t hash) noexcept:
    """A term of that hash will be looked up: have its slot fetched, which takes as long as reading some ten words."""
    prefetch(s.table + (hash & s.table_mask))


cdef int add_word(
    Scratch *s, size_t at, size_t length, Py_ssize_t start, Py_ssize_t end, bint spelt, uint8_t where
) except -1:
    """A token whose folded bytes lie at `at` in the arena. 1 where the twin must read the text; 0 otherwise."""
    cdef Word *word
    cdef uint8_t *bytes_of = <uint8_t *>s.arena.data
    cdef uint32_t *slots = <uint32_t *>s.word_slots.data
    cdef uint64_t hash = hash_bytes(bytes_of + at, length, 8 if length <= 8 else length + 8)
    cdef size_t slot = hash & s.word_mask
    cdef int probes = 0
    while slots[slot]:
        word = <Word *>s.words.data + (slots[slot] - 1)
        if word.hash == hash and word.length == length and memcmp(bytes_of + word.at, bytes_of + at, length) == 0:
            word.where |= where
            return add_token(s, slots[slot] - 1, start, end)
        probes += 1
        if probes == MAX_PROBES:
            return 1
        slot = (slot + 1) & s.word_mask
    grow(&s.words, (s.word_count + 1) * sizeof(Word))
    word = <Word *>s.words.data + s.word_count
    word.hash, word.at, word.length = hash, <uint32_t>at, <uint32_t>length
    word.wanted, word.where, word.spelt = -1, where, spelt
    expect(s, hash)
    s.word_count += 1
    slots[slot] = <uint32_t>s.word_count
    return add_token(s, s.word_count - 1, start, end)


cdef inline int add_token(Scratch *s, Py_ssize_t word, Py_ssize_t start, Py_ssize_t end) except -1:
    grow(&s.tokens, (s.token_count + 1) * sizeof(Token))
    token = <Token *>s.tokens.data + s.token_count
    token.word, token.start, token.end = <int32_t>word, <uint32_t>start, <uint32_t>end
    s.token_count += 1
    return 0


cdef int add_folded(
    Scratch *s, const uint32_t *text, Py_ssize_t start, Py_ssize_t end, uint8_t where
) except -1:
    """`tokens.fold` of a token of letters that need not be ASCII."""
    cdef size_t at = s.arena_used, made = 0
    cdef Py_ssize_t i, size, letters = 0
    cdef uint32_t c
    cdef bint spelt
    cdef uint8_t *bytes_of
    grow(&s.arena, at + 2 * MAX_WORD + PAD)
    bytes_of = <uint8_t *>s.arena.data + at
    for i in range(start, end):
        c = text[i]
        if c < 128 or c == 0x2019:
            bytes_of[made] = c"'" if c == 0x2019 else <uint8_t>(c | 32)  # A letter or "'", which has that bit.
            made += 1
        elif is_invisible(c):
            continue
        elif c < 0x530:
            if not FOLDED[c]:
                FOLDED[c] = letter_of(c)
            c = FOLDED[c]
            if c == UNLIKE:
                break
            bytes_of[made] = <uint8_t>(0xC0 | c >> 6)
            bytes_of[made + 1] = <uint8_t>(0x80 | (c & 0x3F))
            made += 2
        else:
            break
        letters += 1
    else:
        s.arena_used += made
        return add_word(s, at, made, start, end, letters >= 3, where)
    folded = _fold(PyUnicode_FromKindAndData(4, text + start, end - start))
    encoded = PyUnicode_AsUTF8AndSize(folded, &size)
    # Words that could be taken for something else: a pair, a run of letters, a term of the subject, a gap.
    if not size or memchr(encoded, c" ", size) or memchr(encoded, c"#", size) or memchr(encoded, c":", size):
        return 1
    if memchr(encoded, c"\n", size):
        return 1
    grow(&s.arena, at + size + PAD)
    memcpy(<uint8_t *>s.arena.data + at, encoded, size)
    s.arena_used += size
    spelt = PyUnicode_GET_LENGTH(folded) >= 3
    for i in range(PyUnicode_GET_LENGTH(folded)):
        if Py_UNICODE_ISDIGIT(PyUnicode_READ(PyUnicode_KIND(folded), PyUnicode_DATA(folded), i)):
            spelt = False
    return add_word(s, at, size, start, end, spelt, where)


cdef inline int add_letters(
    Scratch *s, character *text, size_t at, Py_ssize_t start, Py_ssize_t end, uint8_t where
) except -1:
    """A token of letters; where it is too long, a gap. `at` is where a text of ASCII begins in the arena."""
    if end - start > MAX_WORD:
        return add_token(s, -1, start, end)
    if character is uint8_t:
        return add_word(s, at + start, end - start, start, end, end - start >= 3, where)
    else:
        return add_folded(s, text, start, end, where)


cdef inline bint is_currency(character c) noexcept:
    if character is uint8_t:
        return c == c"$"
    else:
        return c == c"$" or c == 0x20AC or c == 0xA3 or c == 0xA5


cdef inline Py_ssize_t joined(character *text, Py_ssize_t end, bint invisible) noexcept:
    """Where the letters go on behind an apostrophe (or invisible characters); -1 where they do not."""
    cdef Py_ssize_t at = end
    if character is uint8_t:
        if text[at] == c"'":
            at += 1
    else:
        while at - end < (4 if invisible else 1) and (
                text[at] == c"'" or text[at] == 0x2019 or (invisible and is_invisible(text[at]))):
            at += 1
    return at if at > end and kind_of(text[at]) & LETTER else -1


cdef int add_tokens(
    Scratch *s, character *text, Py_ssize_t size, size_t at, bint invisible, uint8_t where
) except -1:
    """The tokens of a text without addresses; a zero stands behind it. 1 where the twin must read it."""
    cdef Py_ssize_t start = 0, end, further
    cdef uint8_t kind
    while start < size:
        kind = kind_of(text[start])
        if kind & LETTER:
            end = start + 1
            while kind_of(text[end]) & LETTER:
                end += 1
            further = joined(text, end, invisible)
            while further >= 0:
                end = further + 1
                while kind_of(text[end]) & LETTER:
                    end += 1
                further = joined(text, end, True) if invisible else -1
            if add_letters(s, text, at, start, end, where):
                return 1
            start = end
        elif kind & DIGIT:
            if text[start + 1] == c"%":
                if add_word(s, 2, 2, start, start + 2, False, where):
                    return 1
                start += 1
            start += 1
        elif is_currency(text[start]):
            end = start + 2 if kind_of(text[start + 1]) & SPACE else start + 1
            if kind_of(text[end]) & DIGIT:
                if character is uint32_t:
                    if text[start] == c"$" and (text[start + 1] >= 128 or text[end] >= 128):
                        return 1  # Folded otherwise: rare.
                if add_word(s, 0, 2, start, end + 1, False, where):
                    return 1
                start = end
            start += 1
        else:
            start += 1
    return 0


cdef int add_text(Scratch *s, str text, uint8_t where) except -1:
    """`tokens.Tokens` of a text. 1 where the twin must read it."""
    cdef Py_ssize_t size = min(PyUnicode_GET_LENGTH(text), MAX_CHARS), i
    cdef int kind = PyUnicode_KIND(text)
    cdef void *data = PyUnicode_DATA(text)
    cdef const uint8_t *source = <const uint8_t *>data
    cdef size_t at = s.arena_used
    cdef uint8_t *plain
    cdef uint32_t *wide
    cdef bint ascii = PyUnicode_IS_ASCII(text), invisible = False
    if not ascii and size < PyUnicode_GET_LENGTH(text):
        ascii = True  # What is read of it may be.
        for i in range(size):
            if PyUnicode_READ(kind, data, i) >= 128:
                ascii = False
                break
    if ascii:
        grow(&s.arena, at + size + PAD)
        plain = <uint8_t *>s.arena.data + at
        if kind == 1:
            for i in range(size):
                plain[i] = source[i] + ((<uint8_t>(source[i] - 65) < 26) << 5)
        else:
            for i in range(size):
                plain[i] = <uint8_t>PyUnicode_READ(kind, data, i)
                plain[i] += (<uint8_t>(plain[i] - 65) < 26) << 5
        memset(plain + size, 0, PAD)
        s.arena_used += size + 1
        blank_addresses[uint8_t](plain, size)
        return add_tokens[uint8_t](s, plain, size, at, False, where)
    grow(&s.wide, (size + PAD) * sizeof(uint32_t))
    wide = <uint32_t *>s.wide.data
    for i in range(size):
        wide[i] = PyUnicode_READ(kind, data, i)
    memset(wide + size, 0, PAD * sizeof(uint32_t))
    blank_addresses[uint32_t](wide, size)
    for i in range(size):
        if is_invisible(wide[i]):
            invisible = True
            break
    return add_tokens[uint32_t](s, wide, size, 0, invisible, where)


# --- sums -----------------------------------------------------------------------------------------------------------


cdef struct Sum:
    double partials[MAX_PARTIALS]
    int count


cdef void add(Sum *sum, double x) noexcept:
    """As `math.fsum` adds: the partials are exact, do not overlap and ascend."""
    cdef int i, kept = 0
    cdef double y, hi, lo
    for i in range(sum.count):
        y = sum.partials[i]
        if fabs(x) < fabs(y):
            x, y = y, x
        hi = x + y
        lo = y - (hi - x)
        if lo != 0.0:
            sum.partials[kept] = lo
            kept += 1
        x = hi
    if x != 0.0:
        sum.partials[kept] = x
        kept += 1
    sum.count = kept


cdef double total(const Sum *sum) noexcept:
    """As `math.fsum` rounds: half to even, with an eye on what lies beyond."""
    cdef int n = sum.count
    cdef double hi = 0.0, lo = 0.0, x, y
    if n > 0:
        n -= 1
        hi = sum.partials[n]
        while n > 0:
            x = hi
            n -= 1
            y = sum.partials[n]
            hi = x + y
            lo = y - (hi - x)
            if lo != 0.0:
                break
        if n > 0 and ((lo < 0.0 and sum.partials[n - 1] < 0.0) or (lo > 0.0 and sum.partials[n - 1] > 0.0)):
            y = lo * 2.0
            x = hi + y
            if y == x - hi:
                hi = x
    return hi


cdef double exact_sum(const Share *shares, Py_ssize_t count) noexcept:
    """`math.fsum` of the shares: their exact sum, rounded once.

    Mostly a plain sum with the errors of its steps, which are exact, summed beside it, is enough: it has the rounding of
    the exact sum if a bound on the rounding of the errors' sum, taken away or added, changes nothing.
    """
    cdef double plain = 0.0, errors = 0.0, size = 0.0, x, next, part, error, bound, low, high
    cdef Py_ssize_t i
    cdef Sum sum
    for i in range(count):
        x = shares[i].value
        next = plain + x
        part = next - plain
        error = (plain - (next - part)) + (x - part)
        plain = next
        errors += error
        size += fabs(error)
    bound = size * (4.0 * (count + 4)) * 1.1102230246251565e-16
    low, high = plain + (errors - bound), plain + (errors + bound)
    if low == high and (size == 0.0 or bound > 1e-290):
        return high
    sum.count = 0
    for i in range(count):
        add(&sum, shares[i].value)
    return total(&sum)


# --- the vocabulary -------------------------------------------------------------------------------------------------


cdef class Vocabulary:
    """The terms of a text model and their weights, with a table to look them up.

    `text` is UTF-8, a term a line; `weights` are doubles of this machine, as many as terms. Both stay in use. Of a text
    the `shown` terms that weigh most are told, with at most `places` places each.

    Raises:
        ValueError: an empty term, another number of weights, or a weight that is no number of a sensible size.
    """

    cdef Py_buffer _text
    cdef const uint8_t *text
    cdef size_t size
    cdef Slot *slots
    cdef size_t mask
    cdef Scratch *spare
    cdef Py_ssize_t shown, places

    def __cinit__(self, text, weights, Py_ssize_t shown, Py_ssize_t places):
        cdef Py_buffer numbers
        if not 0 < shown <= 1000 or not 0 < places <= 1000:
            raise ValueError("shown and places must be from 1 to 1000")
        self.shown, self.places = shown, places
        PyObject_GetBuffer(text, &self._text, PyBUF_SIMPLE)
        self.text, self.size = <const uint8_t *>self._text.buf, self._text.len
        PyObject_GetBuffer(weights, &numbers, PyBUF_SIMPLE)
        try:
            self.fill(<const uint8_t *>numbers.buf, numbers.len // 8)
        finally:
            PyBuffer_Release(&numbers)

    def __dealloc__(self):
        PyBuffer_Release(&self._text)
        free(self.slots)
        release(self.spare)

    cdef int fill(self, const uint8_t *weights, Py_ssize_t count) except -1:
        """Make the table."""
        cdef size_t slots = 1024, begin = 0, end
        cdef const uint8_t *found
        cdef Py_ssize_t number
        cdef uint64_t hash
        cdef Slot *slot
        cdef double weight
        if self.size >= <size_t>1 << 31 or count >= <Py_ssize_t>1 << 28:
            raise ValueError("a vocabulary of gigabytes")
        while slots * 4 < <size_t>count * 7:
            slots *= 2
        self.mask = slots - 1
        self.slots = <Slot *>calloc(slots, sizeof(Slot))
        if self.slots == NULL:
            raise MemoryError
        for number in range(count):
            memcpy(&weight, weights + 8 * number, 8)
            if not fabs(weight) < 1e100:
                raise ValueError(f"the weight of term {number} is {weight}")
            if begin >= self.size:
                raise ValueError(f"{number} terms with {count} weights, or an empty term")
            found = <const uint8_t *>memchr(self.text + begin, c"\n", self.size - begin)
            end = self.size if found == NULL else found - self.text
            if end == begin:
                raise ValueError("an empty term")
            hash = self.hash_of(begin, end)
            slot = self.slots + (hash & self.mask)
            while slot.end:
                slot += 1
                if slot > self.slots + self.mask:
                    slot = self.slots
            slot.upper, slot.end, slot.weight = <uint32_t>(hash >> 32), <uint32_t>end, weight
            begin = end + 1
        if begin != self.size + 1 and (count or self.size):
            raise ValueError(f"more than {count} terms with {count} weights")
        return 0

    cdef uint64_t hash_of(self, size_t begin, size_t end) noexcept:
        """The hash of a term, as of the words that it is made of."""
        cdef const uint8_t *term = self.text + begin
        cdef const uint8_t *space
        cdef size_t length = end - begin, room = self.size - begin
        cdef bint marked
        cdef uint64_t hash
        if term[0] == c"#":
            return hash_run(term + 1, length - 1, room - 1)
        marked = length >= 2 and term[0] == c"s" and term[1] == c":"
        if marked:
            term += 2
            length -= 2
            room -= 2
        space = <const uint8_t *>memchr(term, c" ", length)
        if space == NULL:
            hash = hash_bytes(term, length, room)
        else:
            begin = space - term
            hash = hash_pair(
                hash_bytes(term, begin, room), hash_bytes(space + 1, length - begin - 1, room - begin - 1)
            )
        return hash_in_subject(hash) if marked else hash

    cdef inline Py_ssize_t candidate(self, uint64_t hash, size_t slot) noexcept:
        """The first slot from `slot` on whose term may have that hash, -1 for none; its term's bytes are fetched."""
        cdef uint32_t upper = <uint32_t>(hash >> 32)
        while True:
            if not self.slots[slot].end:
                return -1
            if self.slots[slot].upper == upper:
                prefetch(self.text + self.slots[slot].end - 8)
                return slot
            slot = (slot + 1) & self.mask

    cdef inline Py_ssize_t checked(
        self, Py_ssize_t slot, uint64_t hash, const char *mark, size_t mark_size, const uint8_t *first,
        size_t first_size, const uint8_t *second, size_t second_size
    ) noexcept:
        """The slot, from the candidate `slot` on, of the term "first second" ("first" where `second` is NULL) with a
        mark before it; -1 for none."""
        cdef size_t size = mark_size + first_size, begin, end
        cdef const uint8_t *term
        if second != NULL:
            size += 1 + second_size
        while slot >= 0:
            end = self.slots[slot].end
            if end >= size:
                begin = end - size
                term = self.text + begin
                if ((begin == 0 or self.text[begin - 1] == c"\n")
                        and (mark_size == 0 or memcmp(term, mark, mark_size) == 0)
                        and memcmp(term + mark_size, first, first_size) == 0
                        and (second == NULL or (
                            term[mark_size + first_size] == c" "
                            and memcmp(term + size - second_size, second, second_size) == 0))):
                    return slot
            slot = self.candidate(hash, (slot + 1) & self.mask)
        return -1

    cdef size_t begin_of(self, Py_ssize_t term) noexcept:
        """Where the term in that slot begins in the text."""
        cdef size_t begin = self.slots[term].end
        while begin > 0 and self.text[begin - 1] != c"\n":
            begin -= 1
        return begin

    cdef str name(self, Py_ssize_t term):
        cdef size_t begin = self.begin_of(term)
        return PyUnicode_DecodeUTF8(<const char *>self.text + begin, self.slots[term].end - begin, NULL)

    cdef bint precedes(self, Py_ssize_t one, Py_ssize_t other) noexcept:
        """Whether a term stands before another: code points have the order of their bytes in UTF-8."""
        cdef size_t a = self.begin_of(one), b = self.begin_of(other)
        cdef size_t size = self.slots[one].end - a, other_size = self.slots[other].end - b
        cdef int order = memcmp(self.text + a, self.text + b, min(size, other_size))
        return order < 0 if order else size < other_size

    @staticmethod
    def lines(text):
        """How many terms a text holds."""
        cdef Py_buffer view
        cdef const uint8_t *at
        cdef Py_ssize_t i, count = 1
        PyObject_GetBuffer(text, &view, PyBUF_SIMPLE)
        at = <const uint8_t *>view.buf
        for i in range(view.len):
            count += at[i] == c"\n"
        PyBuffer_Release(&view)
        return count

    def evidence(self, str subject not None, str body not None, heard, make):
        """What the words of two texts add to the log-odds: (trust, sum, terms, remainder), or None where the twin must do it.

        `heard(raw, familiarity, words)` gives the factor of every share and the trust; `make(term, share, places)` a term.
        """
        cdef Scratch *s = self.spare
        self.spare = NULL
        if s == NULL:
            s = <Scratch *>calloc(1, sizeof(Scratch))
            if s == NULL:
                raise MemoryError
        try:
            return self.read(s, subject, body, heard, make)
        finally:
            if self.spare == NULL and held(s) <= KEPT:
                self.spare = s
            else:
                release(s)

    cdef object read(self, Scratch *s, str subject, str body, object heard, object make):
        """`TextModel.evidence`."""
        cdef double familiarity
        s.table, s.table_mask = self.slots, self.mask
        if read_tokens(s, subject, body) or join_pairs(s):
            return None
        familiarity = self.look_up(s)
        factor, trust = heard(exact_sum(<Share *>s.shares.data, s.share_count), familiarity, s.token_count)
        if not factor or not s.share_count:
            return trust, 0.0, (), 0.0
        return (trust, *self.told(s, factor, make))

    cdef int keep(self, Scratch *s, Py_ssize_t term, Py_ssize_t first, Py_ssize_t second, uint8_t kind) except -1:
        """A known term with its weight, of which its share is still to be worked out."""
        grow(&s.shares, (s.share_count + 1) * sizeof(Share))
        share = <Share *>s.shares.data + s.share_count
        share.term, share.first, share.second = <int32_t>term, <int32_t>first, <int32_t>second
        share.kind, share.shown, share.value = kind, -1, self.slots[term].weight
        s.share_count += 1
        return 0

    cdef void weigh(self, Scratch *s, Py_ssize_t begin, double length, Py_ssize_t least) noexcept:
        """The shares of the terms from `begin` on."""
        cdef Share *shares = <Share *>s.shares.data
        cdef Py_ssize_t known = s.share_count - begin, i
        cdef double unit
        if known:
            unit = length / sqrt(<double>max(known, least))
            for i in range(begin, s.share_count):
                shares[i].value = shares[i].value * unit

    cdef double look_up(self, Scratch *s) except? -1.0:
        """`TextModel.read`: the shares of all known terms. How familiar the texts are."""
        cdef Word *words = <Word *>s.words.data
        cdef Pair *pairs = <Pair *>s.pairs.data
        cdef Word *word
        cdef Pair *pair
        cdef Word *first
        cdef Word *second
        cdef const uint8_t *arena = <const uint8_t *>s.arena.data
        cdef Py_ssize_t i, term, familiar = 0, begin
        cdef uint64_t hash
        # First the candidates of all, so that the terms' bytes are fetched before they are compared.
        for i in range(s.word_count):
            word = words + i
            word.term = <int32_t>self.candidate(word.hash, word.hash & self.mask)
            if word.where & SUBJECT:
                expect(s, hash_in_subject(word.hash))
        for i in range(s.pair_count):
            pair = pairs + i
            pair.term = <int32_t>self.candidate(pair.hash, pair.hash & self.mask)
            if pair.where & SUBJECT:
                expect(s, hash_in_subject(pair.hash))
        # As they stand: of the body; those of the subject tell what is unknown and how familiar the text is.
        for i in range(s.word_count):
            word = words + i
            if word.term >= 0:
                word.term = <int32_t>self.checked(
                    word.term, word.hash, NULL, 0, arena + word.at, word.length, NULL, 0
                )
                if word.term >= 0 and word.where & BODY:
                    self.keep(s, word.term, i, -1, BODY)
        for i in range(s.pair_count):
            pair = pairs + i
            if pair.term >= 0:
                first, second = words + pair.first, words + pair.second
                term = self.checked(
                    pair.term, pair.hash, NULL, 0, arena + first.at, first.length, arena + second.at, second.length
                )
                if term >= 0:
                    familiar += 1
                    if pair.where & BODY:
                        self.keep(s, term, pair.first, pair.second, BODY)
        self.weigh(s, 0, LENGTH_BODY, 1)
        # Of the subject, marked.
        begin = s.share_count
        for i in range(s.word_count):
            word = words + i
            if word.where & SUBJECT:
                hash = hash_in_subject(word.hash)
                term = self.checked(
                    self.candidate(hash, hash & self.mask), hash, b"s:", 2, arena + word.at, word.length, NULL, 0
                )
                if term >= 0:
                    self.keep(s, term, i, -1, SUBJECT)
        for i in range(s.pair_count):
            pair = pairs + i
            if not pair.where & SUBJECT:
                break  # Those of the subject come first.
            first, second = words + pair.first, words + pair.second
            hash = hash_in_subject(pair.hash)
            term = self.checked(
                self.candidate(hash, hash & self.mask), hash, b"s:", 2,
                arena + first.at, first.length, arena + second.at, second.length,
            )
            if term >= 0:
                self.keep(s, term, pair.first, pair.second, SUBJECT)
        self.weigh(s, begin, LENGTH_SUBJECT, 1)
        begin = s.share_count
        for i in range(s.word_count):
            if words[i].term < 0 and words[i].spelt:
                spell(s, i)
        self.look_up_runs(s)
        self.weigh(s, begin, LENGTH_LETTERS, LETTERS_LEAST)
        return <double>familiar / <double>s.pair_count if s.pair_count else 0.0

    cdef int look_up_runs(self, Scratch *s) except -1:
        """The known ones of the runs, each once in `shares`."""
        cdef Run *runs = <Run *>s.runs.data
        cdef Run *run
        cdef Share *share
        cdef uint32_t *slots
        cdef size_t size = 64, slot
        cdef Py_ssize_t i
        for i in range(s.run_count):
            runs[i].term = <int32_t>self.candidate(runs[i].hash, runs[i].hash & self.mask)
        while size < <size_t>s.run_count * 2:
            size *= 2
        grow(&s.run_slots, size * sizeof(uint32_t))
        slots = <uint32_t *>s.run_slots.data
        memset(slots, 0, size * sizeof(uint32_t))
        for i in range(s.run_count):
            run = runs + i
            run.share = -1
            if run.term < 0:
                continue
            run.term = <int32_t>self.checked(
                run.term, run.hash, b"#", 1, <const uint8_t *>s.arena.data + run.at, run.length, NULL, 0
            )
            if run.term < 0:
                continue
            # Which known runs meet here a text can choose, but of those that meet there are few in a vocabulary.
            slot = mix(run.term) & (size - 1)
            while slots[slot]:
                share = <Share *>s.shares.data + (slots[slot] - 1)
                if share.term == run.term:
                    run.share = <int32_t>(slots[slot] - 1)
                    break
                slot = (slot + 1) & (size - 1)
            else:
                run.share = <int32_t>s.share_count
                self.keep(s, run.term, -1, -1, SPELT)
                slots[slot] = <uint32_t>s.share_count
        return 0

    cdef tuple told(self, Scratch *s, double factor, object make):
        """The sum, the terms that weigh most, and the remainder."""
        cdef Share *shares = <Share *>s.shares.data
        cdef Py_ssize_t count = 0, i, j
        cdef Py_ssize_t *heavy = NULL
        cdef double *said = NULL
        cdef double remainder
        cdef Sum sum
        cdef list made
        try:
            heavy = <Py_ssize_t *>malloc((self.shown + 1) * sizeof(Py_ssize_t))
            said = <double *>malloc(self.shown * sizeof(double))
            if heavy == NULL or said == NULL:
                raise MemoryError
            count = self.strongest(s, heavy)
            for i in range(s.share_count):
                shares[i].value = shares[i].value * factor
            j = 0
            for i in range(count):
                if shares[heavy[i]].value != 0.0:
                    said[j] = shares[heavy[i]].value
                    heavy[j] = heavy[i]
                    shares[heavy[i]].value = 0.0
                    j += 1
            count = j
            remainder = exact_sum(shares, s.share_count)
            sum.count = 0
            for i in range(count):
                add(&sum, said[i])
            add(&sum, remainder)
            places = self.places_of(s, heavy, count)
            made = []
            for i in range(count):
                made.append(make(self.name(shares[heavy[i]].term), said[i], places[i]))
            return total(&sum), tuple(made), remainder
        finally:
            free(heavy)
            free(said)

    cdef Py_ssize_t strongest(self, Scratch *s, Py_ssize_t *heavy) noexcept:
        """`_strongest`: the numbers of the shares that weigh most, the heaviest first, by name where two weigh the same.

        There is room for one more than are shown.
        """
        cdef Share *shares = <Share *>s.shares.data
        cdef Py_ssize_t count = 0, i, at
        cdef double weight, other
        for i in range(s.share_count):
            weight = fabs(shares[i].value)
            at = count
            while at > 0:
                other = fabs(shares[heavy[at - 1]].value)
                if other > weight or (other == weight and self.precedes(shares[heavy[at - 1]].term, shares[i].term)):
                    break
                heavy[at] = heavy[at - 1]
                at -= 1
            if at < self.shown:
                heavy[at] = i
                if count < self.shown:
                    count += 1
        return count

    cdef list places_of(self, Scratch *s, const Py_ssize_t *heavy, Py_ssize_t count):
        """`_places`: where the shown terms stand."""
        cdef Share *share
        cdef Run *runs = <Run *>s.runs.data
        cdef Word *words = <Word *>s.words.data
        cdef Token *tokens = <Token *>s.tokens.data
        cdef Wanted *wanted
        cdef Py_ssize_t *found = NULL
        cdef Place *places = NULL
        cdef Place *place
        cdef Py_ssize_t i, j, end, last
        cdef uint8_t where
        cdef list made = []
        s.wanted_count = 0
        for i in range(count):
            share = <Share *>s.shares.data + heavy[i]
            share.shown = <int32_t>i
            if share.kind != SPELT:
                want(s, share.first, share.second, i, share.kind)
        for i in range(s.run_count):
            if runs[i].share >= 0:
                share = <Share *>s.shares.data + runs[i].share
                if share.shown >= 0:
                    want(s, runs[i].word, -1, share.shown, SUBJECT | BODY)
        try:
            found = <Py_ssize_t *>calloc(count + 1, sizeof(Py_ssize_t))
            places = <Place *>malloc((count * self.places + 1) * sizeof(Place))
            if found == NULL or places == NULL:
                raise MemoryError
            for i in range(s.token_count):
                if tokens[i].word < 0:
                    continue
                j = words[tokens[i].word].wanted
                where, last = (SUBJECT, s.subject_count) if i < s.subject_count else (BODY, s.token_count)
                while j >= 0:
                    wanted = <Wanted *>s.wanted.data + j
                    j = wanted.next
                    if not wanted.where & where or found[wanted.shown] >= self.places:
                        continue
                    end = i
                    if wanted.second >= 0:
                        end += 1
                        if end >= last or tokens[end].word != wanted.second:
                            continue
                    place = places + wanted.shown * self.places + found[wanted.shown]
                    place.start, place.end, place.where = tokens[i].start, tokens[end].end, where
                    found[wanted.shown] += 1
            for i in range(count):
                spans = []
                for j in range(found[i]):
                    place = places + i * self.places + j
                    spans.append(("subject" if place.where == SUBJECT else "body", place.start, place.end))
                made.append(tuple(spans))
            return made
        finally:
            free(found)
            free(places)


cdef inline const uint8_t *after(const uint8_t *at) noexcept:
    """The next code point in UTF-8."""
    at += 1
    while at[0] & 0xC0 == 0x80:
        at += 1
    return at


cdef int spell(Scratch *s, Py_ssize_t number) except -1:
    """`terms.runs` of a word."""
    cdef Word *word = <Word *>s.words.data + number
    cdef size_t size = word.length + 2
    cdef uint8_t *ends
    cdef const uint8_t *begin
    cdef const uint8_t *end
    cdef const uint8_t *last
    cdef Run *run
    cdef Py_ssize_t i
    grow(&s.arena, s.arena_used + size + PAD)
    ends = <uint8_t *>s.arena.data + s.arena_used
    ends[0], ends[size - 1] = c"<", c">"
    memcpy(ends + 1, <uint8_t *>s.arena.data + word.at, word.length)
    memset(ends + size, 0, PAD)  # No byte there continues a code point.
    begin = end = ends
    last = ends + size
    for i in range(RUN):
        end = after(end)
    while True:
        grow(&s.runs, (s.run_count + 1) * sizeof(Run))
        run = <Run *>s.runs.data + s.run_count
        run.hash = hash_run(begin, end - begin, last + PAD - begin)
        run.at, run.length = <uint32_t>(begin - <uint8_t *>s.arena.data), <uint32_t>(end - begin)
        run.word = <int32_t>number
        expect(s, run.hash)
        s.run_count += 1
        if end == last:
            break
        begin, end = after(begin), after(end)
    s.arena_used += size
    return 0


cdef int want(Scratch *s, Py_ssize_t first, Py_ssize_t second, Py_ssize_t shown, uint8_t where) except -1:
    """Look at the word `first` for the shown term of that number, once."""
    cdef Word *word = <Word *>s.words.data + first
    cdef Wanted *wanted
    if word.wanted >= 0:
        # A run of letters can stand in a word twice.
        wanted = <Wanted *>s.wanted.data + word.wanted
        while True:
            if wanted.shown == shown:
                return 0
            if wanted.next < 0:
                break
            wanted = <Wanted *>s.wanted.data + wanted.next
    grow(&s.wanted, (s.wanted_count + 1) * sizeof(Wanted))
    wanted = <Wanted *>s.wanted.data + s.wanted_count
    wanted.second, wanted.shown, wanted.next, wanted.where = <int32_t>second, <int32_t>shown, word.wanted, where
    word.wanted = <int32_t>s.wanted_count
    s.wanted_count += 1
    return 0


cdef int read_tokens(Scratch *s, str subject, str body) except -1:
    """The tokens of both texts, those of the subject first. 1 where the twin must read them."""
    cdef size_t slots = 64
    cdef size_t most = min(PyUnicode_GET_LENGTH(subject), MAX_CHARS) + min(PyUnicode_GET_LENGTH(body), MAX_CHARS)
    # One for two characters: even of short words, few texts have more distinct ones, and those the twin reads.
    while slots < most // 2:
        slots *= 2
    grow(&s.word_slots, slots * sizeof(uint32_t))
    memset(s.word_slots.data, 0, slots * sizeof(uint32_t))
    s.word_mask = slots - 1
    s.token_count = s.word_count = s.pair_count = s.share_count = s.run_count = s.wanted_count = 0
    # Money and a percentage, as they are folded.
    grow(&s.arena, 64)
    memcpy(s.arena.data, b"$00%", 4)
    s.arena_used = 4
    if add_text(s, subject, SUBJECT):
        return 1
    s.subject_count = s.token_count
    return add_text(s, body, BODY)


cdef int join_pairs(Scratch *s) except -1:
    """`terms.pairs` of both texts, those of the subject first. 1 where the twin must read them."""
    cdef Token *tokens = <Token *>s.tokens.data
    cdef Word *words = <Word *>s.words.data
    cdef Pair *pair
    cdef uint32_t *slots
    cdef size_t size = 64, slot
    cdef int probes
    cdef int32_t first, second
    cdef uint8_t where
    cdef uint64_t hash
    cdef Py_ssize_t i
    while size < <size_t>s.token_count * 2:
        size *= 2
    grow(&s.pair_slots, size * sizeof(uint32_t))
    slots = <uint32_t *>s.pair_slots.data
    memset(slots, 0, size * sizeof(uint32_t))
    for i in range(1, s.token_count):
        first, second = tokens[i - 1].word, tokens[i].word
        if first < 0 or second < 0 or i == s.subject_count:
            continue
        where = SUBJECT if i < s.subject_count else BODY
        hash = hash_pair(words[first].hash, words[second].hash)
        slot = hash & (size - 1)
        probes = 0
        while slots[slot]:
            pair = <Pair *>s.pairs.data + (slots[slot] - 1)
            if pair.first == first and pair.second == second:
                pair.where |= where
                break
            probes += 1
            if probes == MAX_PROBES:
                return 1
            slot = (slot + 1) & (size - 1)
        else:
            grow(&s.pairs, (s.pair_count + 1) * sizeof(Pair))
            pair = <Pair *>s.pairs.data + s.pair_count
            pair.hash, pair.first, pair.second, pair.where = hash, first, second, where
            expect(s, hash)
            s.pair_count += 1
            slots[slot] = <uint32_t>s.pair_count
    return 0


fill_kinds()
