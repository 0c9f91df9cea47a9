# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Counts what a text shows, without a string for each word.

Mirrors `_page`, `_text` and `_subject` of `scorer.structure.measure`. The three functions that end in `_starts` say where
an expression of that module may match: it is tried there and nowhere else.
"""

from cpython.unicode cimport (
    Py_UNICODE_ISALNUM,
    Py_UNICODE_ISALPHA,
    Py_UNICODE_ISDECIMAL,
    Py_UNICODE_ISLOWER,
    Py_UNICODE_ISSPACE,
    Py_UNICODE_ISTITLE,
    Py_UNICODE_ISUPPER,
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
    PyUnicode_Substring,
)
from libc.stdint cimport uint8_t, uint16_t, uint32_t

cdef extern from "Python.h":
    str PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)
    Py_UCS4 PyUnicode_MAX_CHAR_VALUE(object text)

cdef enum:
    LETTER = 1  # [^\W\d_]
    DIGIT = 2  # \d
    WORD = 4  # \w
    SPACE = 8  # \s
    UPPER = 16
    LOWER = 32  # or in title case: what `str.isupper` does not allow
    PLACE = 64  # [A-Za-zà-ÿß.]
    MONEY = 128  # what a sum may begin with: [$€£¥\dudegr], without regard to case

ctypedef fused CodePoint:
    uint8_t
    uint16_t
    uint32_t

cdef struct Counts:
    Py_ssize_t words
    Py_ssize_t unspaced  # letters of long words in scripts without spaces
    Py_ssize_t long  # words that could be in capitals
    Py_ssize_t shouted  # those that are
    Py_ssize_t exclamations
    Py_ssize_t strings  # long ones that are no words
    Py_ssize_t lines
    Py_ssize_t quotes

cdef uint8_t _LATIN[256]
cdef uint8_t _STOPS[256]


cdef int _properties(uint32_t c) noexcept:
    """What Python says of a character."""
    cdef int found = 0
    if Py_UNICODE_ISALNUM(c):
        found |= WORD | (DIGIT if Py_UNICODE_ISDECIMAL(c) else LETTER)
    if Py_UNICODE_ISSPACE(c):
        found |= SPACE
    if Py_UNICODE_ISUPPER(c):
        found |= UPPER
    if Py_UNICODE_ISLOWER(c) or Py_UNICODE_ISTITLE(c):
        found |= LOWER
    return found


cdef void _fill_latin() noexcept:
    cdef int c
    for c in range(256):
        _LATIN[c] = _properties(c)
        _STOPS[c] = c == c"!" or Py_UNICODE_ISSPACE(c)
        if (0x41 <= (c & 0xDF) <= 0x5A and c < 0x80) or 0xDF <= c:
            _LATIN[c] |= PLACE
        if _LATIN[c] & DIGIT:
            _LATIN[c] |= MONEY
    _LATIN[<int>c"_"] |= WORD
    _LATIN[<int>c"."] |= PLACE
    for c in (0x24, 0xA3, 0xA5, c"u", c"d", c"e", c"g", c"r", c"U", c"D", c"E", c"G", c"R"):
        _LATIN[c] |= MONEY


_fill_latin()


cdef inline int _is(CodePoint c) noexcept:
    if CodePoint is uint8_t:
        return _LATIN[c]
    else:
        if c < 256:
            return _LATIN[c]
        return _properties(c) | (MONEY if c == 0x20AC or Py_UNICODE_ISDECIMAL(c) else 0)


cdef int _has_case(str text, const CodePoint* all, Py_ssize_t start, Py_ssize_t end) except -1:
    """`word.lower() != word.upper()`, for the word from `start` to `end`."""
    cdef Py_ssize_t at
    cdef uint32_t c
    for at in range(start, end):
        c = all[at]
        # Letters that have two cases, of one character each: what stands behind them cannot make them the same.
        if c < 0x80 or 0xC0 <= c < 0xDF or 0xE0 <= c <= 0xFF or 0x0400 <= c <= 0x0481:
            return 1
        # Letters of scripts without cases.
        if not (0x05D0 <= c <= 0x05EA or 0x0620 <= c <= 0x064A or 0x3041 <= c <= 0x3096 or 0x30A1 <= c <= 0x30FA
                or 0x4E00 <= c <= 0x9FFF or 0xAC00 <= c <= 0xD7A3):
            word = PyUnicode_Substring(text, start, end)
            return word.lower() != word.upper()
    return 0


cdef inline bint _shouted(const CodePoint* word, Py_ssize_t size) noexcept:
    """`str.isupper`."""
    cdef Py_ssize_t at
    cdef int what = 0
    for at in range(size):
        what |= _is(word[at])
        if what & LOWER:  # Most words show it at their first letter.
            return False
    return what & UPPER != 0


cdef int _count_words(
    str text, const CodePoint* all, Py_ssize_t size, bint head_is_ascii, Py_ssize_t capitals, Counts* found
) except -1:
    """Counts words; those among the first `capitals` for capitals."""
    cdef Py_ssize_t at = 0, start, length
    while at < size:
        if not _is(all[at]) & LETTER:
            at += 1
            continue
        start = at
        at += 1
        while at < size and _is(all[at]) & LETTER:
            at += 1
        found.words += 1
        length = at - start
        if length > 4 and all[start] >= 0x3040:
            found.unspaced += length
        if length > 3 and found.words <= capitals:
            if head_is_ascii or _is_ascii(all + start, length) or _has_case(text, all, start, at):
                found.long += 1
                found.shouted += _shouted(all + start, length)
    return 0


cdef bint _is_strange(const CodePoint* piece, Py_ssize_t size) noexcept:
    """Whether a string holds digits and is neither an address nor a line drawn with characters."""
    cdef Py_ssize_t at
    cdef uint32_t c = piece[0]
    cdef bint digits = False
    if c == c"-" or c == c"_" or c == c"=" or c == c"*" or c == c".":
        return False
    for at in range(size):
        c = piece[at]
        if c >= 0x80 or c == c"/" or c == c"@":
            return False
        if c"0" <= c <= c"9":
            digits = True
    return digits


cdef Py_ssize_t _strange_in(const CodePoint* piece, Py_ssize_t size) noexcept:
    """Of the string that stands between two spaces, in pieces of at most 400 and more than 30 characters."""
    cdef Py_ssize_t found = 0
    while size > 30:
        found += _is_strange(piece, min(size, 400))
        piece += 400
        size -= 400
    return found


cdef bint _quotes(const CodePoint* line, Py_ssize_t size) noexcept:
    """`^[ \\t]{0,3}[>|][ \\t>|]{0,20}\\S`: whether a line quotes another letter."""
    cdef Py_ssize_t at = 0, end
    while at < 3 and at < size and (line[at] == c" " or line[at] == c"\t"):
        at += 1
    if at == size or not (line[at] == c">" or line[at] == c"|"):
        return False
    at += 1
    end = min(at + 20, size - 1)
    while at < end and (line[at] == c" " or line[at] == c"\t"):
        at += 1
    return at < size and not _is(line[at]) & SPACE


cdef inline bint _stops(CodePoint c) noexcept:
    """Whether a character is a space or an exclamation mark."""
    if CodePoint is uint8_t:
        return _STOPS[c]
    else:
        return _STOPS[c] if c < 256 else c == 0xFF01 or Py_UNICODE_ISSPACE(c)


cdef void _count_lines(const CodePoint* text, Py_ssize_t size, Counts* found) noexcept:
    """Counts lines, long strings and exclamation marks."""
    cdef Py_ssize_t at = 0, line = 0, piece = 0
    cdef bint blank = True
    while True:
        while at < size and not _stops(text[at]):
            at += 1
        if at < size and not _is(text[at]) & SPACE:
            found.exclamations += 1
            at += 1
            continue
        if at > piece:
            blank = False
            if at - piece > 30:
                found.strings += _strange_in(text + piece, at - piece)
        if at == size or text[at] == c"\n":
            if not blank:
                found.lines += 1
                found.quotes += _quotes(text + line, at - line)
            if at == size:
                return
            blank = True
            line = at + 1
        at += 1
        piece = at


def look_over(str text not None, Py_ssize_t head, Py_ssize_t capitals):
    """Counts of a text: words, letters of long words without spaces, words that could be in capitals and those that are
    (both among the first `capitals`); and of its first `head` characters: exclamation marks, long strings that are no
    words, lines, lines that quote."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text), start = min(max(head, 0), size)
    cdef Counts found = Counts(0, 0, 0, 0, 0, 0, 0, 0)
    cdef bint is_ascii
    if kind == 1:
        is_ascii = _is_ascii(<const uint8_t*>data, start)
        _count_words(text, <const uint8_t*>data, size, is_ascii, capitals, &found)
        _count_lines(<const uint8_t*>data, start, &found)
    elif kind == 2:
        is_ascii = _is_ascii(<const uint16_t*>data, start)
        _count_words(text, <const uint16_t*>data, size, is_ascii, capitals, &found)
        _count_lines(<const uint16_t*>data, start, &found)
    else:
        is_ascii = _is_ascii(<const uint32_t*>data, start)
        _count_words(text, <const uint32_t*>data, size, is_ascii, capitals, &found)
        _count_lines(<const uint32_t*>data, start, &found)
    return (
        found.words,
        found.unspaced,
        found.long,
        found.shouted,
        found.exclamations,
        found.strings,
        found.lines,
        found.quotes,
    )


cdef bint _is_ascii(const CodePoint* text, Py_ssize_t size) noexcept:
    cdef Py_ssize_t at
    cdef uint32_t all = 0
    for at in range(size):
        all |= text[at]
    return all < 0x80


cdef bint _signed(const CodePoint* text, Py_ssize_t size) noexcept:
    """`^(?:--|__{8,40})[ \\t]{0,3}$`, at any line."""
    cdef Py_ssize_t at = 0, end, start
    while at < size:
        start = at
        while at < size and text[at] == c"_":
            at += 1
        if 9 <= at - start <= 41 or (
            at == start and at + 1 < size and text[at] == c"-" and text[at + 1] == c"-"
        ):
            if at == start:
                at += 2
            end = at + 3
            while at < end and at < size and (text[at] == c" " or text[at] == c"\t"):
                at += 1
            if at == size or text[at] == c"\n":
                return True
        while at < size and text[at] != c"\n":
            at += 1
        at += 1
    return False


def is_signed(str text not None):
    """Whether a line of dashes or underscores sets off a signature (`_SIGNATURE`)."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    if kind == 1:
        return _signed(<const uint8_t*>data, size)
    if kind == 2:
        return _signed(<const uint16_t*>data, size)
    return _signed(<const uint32_t*>data, size)


cdef inline bint _spells(const CodePoint* text, Py_ssize_t size, const char* word, Py_ssize_t length) noexcept:
    """Whether a text begins with a word, without regard to case; of letters beyond ASCII it may be that they count
    as the same."""
    cdef Py_ssize_t at
    if size < length:
        return False
    for at in range(length):
        if text[at] < 0x80 and (text[at] | 0x20) != <uint32_t>word[at]:
            return False
    return True


cdef inline bint _number_follows(const CodePoint* text, Py_ssize_t size, Py_ssize_t at) noexcept:
    """`\\s{0,2}\\d` at a place."""
    cdef Py_ssize_t end = min(at + 2, size)
    while at < end and _is(text[at]) & SPACE:
        at += 1
    return at < size and _is(text[at]) & DIGIT


cdef bint _money_follows(const CodePoint* text, Py_ssize_t size, Py_ssize_t at) noexcept:
    """Whether a number of at most 16 characters is followed by what may be a currency."""
    cdef Py_ssize_t end = min(at + 16, size)
    cdef uint32_t c
    while at < end and (_is(text[at]) & DIGIT or text[at] == c"." or text[at] == c","):
        at += 1
    end = min(at + 2, size)
    while at < end and _is(text[at]) & SPACE:
        at += 1
    if at == size:
        return False
    c = text[at]
    if c >= 0x80:
        return True
    if c == c"$":
        return True
    c |= 0x20
    return c == c"u" or c == c"e" or c == c"g" or c == c"d" or c == c"m" or c == c"k"


cdef bint _may_be_sum(const CodePoint* text, Py_ssize_t size) noexcept:
    """Whether `_SUM` may match at the start of the text, whose first character is one that it may begin with."""
    cdef uint32_t c = text[0]
    if _is(text[0]) & DIGIT:
        return _money_follows(text, size, 0)
    if c == c"$" or c >= 0x80:
        return _number_follows(text, size, 1)
    c |= 0x20
    if c == c"u":
        return (_spells(text, size, b"us$", 3) or _spells(text, size, b"usd", 3)) and _number_follows(text, size, 3)
    if c == c"r":
        return size > 1 and text[1] == c"$" and _number_follows(text, size, 2)
    if c == c"g":
        return _spells(text, size, b"gbp", 3) and _number_follows(text, size, 3)
    if c == c"d":
        return _spells(text, size, b"dollar", 6) and (
            _number_follows(text, size, 6)
            or (_spells(text, size, b"dollars", 7) and _number_follows(text, size, 7))
        )
    return _spells(text, size, b"eur", 3) and (
        _number_follows(text, size, 3)
        or (_spells(text, size, b"euro", 4) and _number_follows(text, size, 4))
        or (_spells(text, size, b"euros", 5) and _number_follows(text, size, 5))
    )


cdef list _sums(const CodePoint* text, Py_ssize_t size):
    cdef Py_ssize_t at
    cdef list found = []
    for at in range(size):
        if _is(text[at]) & MONEY and _may_be_sum(text + at, size - at):
            found.append(at)
    return found


def sum_starts(str text not None):
    """Where in `text` a sum of money may begin (`_SUM`), in order."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    if kind == 1:
        return _sums(<const uint8_t*>data, size)
    if kind == 2:
        return _sums(<const uint16_t*>data, size)
    return _sums(<const uint32_t*>data, size)


cdef inline Py_ssize_t _digits(const CodePoint* text, Py_ssize_t size, Py_ssize_t at) noexcept:
    """How many digits stand at a place, at most six of them counted."""
    cdef Py_ssize_t start = at, end = min(at + 6, size)
    while at < end and _is(text[at]) & DIGIT:
        at += 1
    return at - start


cdef inline bint _parted(const CodePoint* text, Py_ssize_t size, Py_ssize_t at) noexcept:
    """`[\\s.-]\\d` at a place."""
    return (
        at + 1 < size
        and (text[at] == c"." or text[at] == c"-" or _is(text[at]) & SPACE)
        and _is(text[at + 1]) & DIGIT
    )


cdef list _phones(const CodePoint* text, Py_ssize_t size):
    cdef Py_ssize_t at, digits
    cdef list found = []
    cdef int what, before = 0
    for at in range(size):
        what = _is(text[at])
        if what & DIGIT:
            if not before & WORD:
                digits = _digits(text, size, at)
                if 2 <= digits <= 4 and _parted(text, size, at + digits):
                    found.append(at)
        elif text[at] == c"(":
            digits = _digits(text, size, at + 1)
            if (
                2 <= digits <= 4
                and at + 1 + digits < size
                and text[at + 1 + digits] == c")"
                and _parted(text, size, at + digits + 2)
            ):
                found.append(at)
        elif text[at] == c"+" and at + 1 < size and _is(text[at + 1]) & DIGIT:
            found.append(at)
        before = what
    return found


def phone_starts(str text not None):
    """Where in `text` a telephone number may begin (`_PHONE`), in order."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    if kind == 1:
        return _phones(<const uint8_t*>data, size)
    if kind == 2:
        return _phones(<const uint16_t*>data, size)
    return _phones(<const uint32_t*>data, size)


cdef inline bint _capital(uint32_t c) noexcept:
    return c"A" <= c <= c"Z"


cdef inline bint _of_name(CodePoint c) noexcept:
    """`[\\w.]` or `[a-zà-ÿ]`, in which there is a sign of division."""
    return _is(c) & (WORD | PLACE) != 0


cdef bint _may_be_place(const CodePoint* text, Py_ssize_t size) noexcept:
    """Whether `_PLACE` may match at the start of a text that begins beside the boundary of a word."""
    cdef Py_ssize_t at, end
    at = _digits(text, size, 0)
    if at:
        # A number, a space, a capital letter and two letters more.
        return at <= 5 and at + 3 < size and _is(text[at]) & SPACE and _capital(text[at + 1]) and (
            _of_name(text[at + 2]) and _of_name(text[at + 3])
        )
    if size > 4 and _capital(text[0]) and _capital(text[1]) and _is(text[2]) & SPACE:
        if _is(text[3]) & DIGIT or (_is(text[3]) & SPACE and _is(text[4]) & DIGIT):
            return True
    # A word of 4 to 30 letters, a space, a number with a letter at most, a comma.
    end = min(size, 31)
    while at < end and _is(text[at]) & PLACE:
        at += 1
    if not 4 <= at <= 30 or at == size or not _is(text[at]) & SPACE:
        return False
    end = _digits(text, size, at + 1)
    at += 1 + end
    if at < size and c"a" <= text[at] <= c"z":
        at += 1
    return 1 <= end <= 4 and at < size and text[at] == c","


cdef inline bint _at_boundary(const CodePoint* text, Py_ssize_t at) noexcept:
    """`\\b` before a character of the text."""
    cdef int before = _is(text[at - 1]) if at else 0
    return (before ^ _is(text[at])) & WORD != 0


cdef list _places(const CodePoint* text, Py_ssize_t size):
    cdef Py_ssize_t at = 0, start, done = 0
    cdef list found = []
    while at < size:
        if not _is(text[at]) & DIGIT:
            at += 1
            continue
        # Only a number with a space beside it can be part of a place: it begins with the number, or with the word before.
        if at - done >= 3 and _is(text[at - 1]) & SPACE:
            start = at - 1
            if _is(text[start - 1]) & SPACE:
                start -= 1
            while start > done and start > at - 32 and _is(text[start - 1]) & PLACE:
                start -= 1
            while start < at - 2:
                if _at_boundary(text, start) and _is(text[start]) & PLACE and _may_be_place(text + start, size - start):
                    found.append(start)
                start += 1
        if _at_boundary(text, at) and _may_be_place(text + at, size - at):
            found.append(at)
        while at < size and _is(text[at]) & DIGIT:
            at += 1
        done = at
    return found


def place_starts(str text not None):
    """Where in `text` numbers and words as in a postal address may begin (`_PLACE`), in order."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    if kind == 1:
        return _places(<const uint8_t*>data, size)
    if kind == 2:
        return _places(<const uint16_t*>data, size)
    return _places(<const uint32_t*>data, size)


cdef tuple _subject(const CodePoint* text, Py_ssize_t size):
    cdef Py_ssize_t at = 0, start, words = 0, longest = 0
    while at < size:
        start = at
        if _is(text[at]) & LETTER:
            words += 1
            while at < size and _is(text[at]) & LETTER:
                at += 1
        elif _is(text[at]) & DIGIT:
            while at < size and _is(text[at]) & DIGIT:
                at += 1
            longest = max(longest, at - start)
        else:
            at += 1
    return words, longest


def words_and_longest_number(str text not None):
    """How many words `text` has, and how many digits its longest number."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    if kind == 1:
        return _subject(<const uint8_t*>data, size)
    if kind == 2:
        return _subject(<const uint16_t*>data, size)
    return _subject(<const uint32_t*>data, size)


cdef inline bint _odd_pair(uint32_t c, uint32_t d) noexcept:
    """`[jvwxz][jqxz]|[fghvw][kqvxz]|[bcdp][vxzqj]|x[bdgjknrz]`."""
    if (c == c"j" or c == c"v" or c == c"w" or c == c"x" or c == c"z") and (
        d == c"j" or d == c"q" or d == c"x" or d == c"z"
    ):
        return True
    if (c == c"f" or c == c"g" or c == c"h" or c == c"v" or c == c"w") and (
        d == c"k" or d == c"q" or d == c"v" or d == c"x" or d == c"z"
    ):
        return True
    if (c == c"b" or c == c"c" or c == c"d" or c == c"p") and (
        d == c"v" or d == c"x" or d == c"z" or d == c"q" or d == c"j"
    ):
        return True
    return c == c"x" and (
        d == c"b" or d == c"d" or d == c"g" or d == c"j" or d == c"k" or d == c"n" or d == c"r" or d == c"z"
    )


cdef inline bint _vowel(uint32_t c) noexcept:
    return c == c"a" or c == c"e" or c == c"i" or c == c"o" or c == c"u" or c == c"y"


cdef tuple _shape(const CodePoint* text, Py_ssize_t size):
    cdef Py_ssize_t at, run = 0, longest = 0, letters = 0, vowels = 0, seams = 0, odd = 0, after_pair = 0
    cdef uint32_t c, following
    cdef bint small, digit, small_before = False, digit_before = False
    for at in range(size):
        c = text[at]
        small = c"a" <= c <= c"z"
        digit = _is(text[at]) & DIGIT != 0
        letters += Py_UNICODE_ISALPHA(c)
        vowels += _vowel(c)
        run = run + 1 if small and not _vowel(c) else 0
        longest = max(longest, run)
        seams += (small_before and digit) or (digit_before and small)
        small_before = small
        digit_before = digit
        if at < after_pair:
            continue
        following = text[at + 1] if at + 1 < size else 0
        if c == c"q":
            odd += following != c"u"
        elif at + 1 < size and _odd_pair(c, following):
            odd += 1
            after_pair = at + 2
    return longest, letters, vowels, seams, odd


def shape_of_name(str label not None):
    """Of a name: its longest run of consonants, its letters, its vowels, places where letters and digits meet, and
    letters that seldom stand side by side (`scorer.structure.measure._shape`)."""
    cdef int kind = PyUnicode_KIND(label)
    cdef const void* data = PyUnicode_DATA(label)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(label)
    if kind == 1:
        return _shape(<const uint8_t*>data, size)
    if kind == 2:
        return _shape(<const uint16_t*>data, size)
    return _shape(<const uint32_t*>data, size)


cdef void _squeeze(const CodePoint* text, Py_ssize_t size, CodePoint* found) noexcept:
    cdef Py_ssize_t at, end = 0
    for at in range(size):
        if text[at] != c" ":
            found[end] = text[at]
            end += 1


cdef Py_ssize_t _spaces(const CodePoint* text, Py_ssize_t size) noexcept:
    cdef Py_ssize_t at, found = 0
    for at in range(size):
        found += text[at] == c" "
    return found


def without_spaces(str text not None):
    """`text.replace(" ", "")`."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text), spaces
    if kind == 1:
        spaces = _spaces(<const uint8_t*>data, size)
    elif kind == 2:
        spaces = _spaces(<const uint16_t*>data, size)
    else:
        spaces = _spaces(<const uint32_t*>data, size)
    if spaces == 0 or spaces == size:
        return "" if spaces else text
    # A space is never the character for which a text needs wider ones.
    cdef str found = PyUnicode_New(size - spaces, PyUnicode_MAX_CHAR_VALUE(text))
    if kind == 1:
        _squeeze(<const uint8_t*>data, size, <uint8_t*>PyUnicode_DATA(found))
    elif kind == 2:
        _squeeze(<const uint16_t*>data, size, <uint16_t*>PyUnicode_DATA(found))
    else:
        _squeeze(<const uint32_t*>data, size, <uint32_t*>PyUnicode_DATA(found))
    return found


cdef list _introducing(const CodePoint* text, Py_ssize_t size):
    cdef Py_ssize_t at, start = 0, last
    cdef list found = []
    for at in range(size + 1):
        if at < size and text[at] != c"\n":
            continue
        last = at - 1
        while last >= start and last > at - 5 and (text[last] == c" " or text[last] == c"\t"):
            last -= 1
        if last >= start and text[last] == c":":
            found.append((start, at))
        start = at + 1
    return found


def lines_with_colon(str text not None, Py_ssize_t head):
    """Where the lines of the first `head` characters that end in a colon begin and end, as one that `_WROTE`
    finds does."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = min(PyUnicode_GET_LENGTH(text), max(head, 0))
    if kind == 1:
        return _introducing(<const uint8_t*>data, size)
    if kind == 2:
        return _introducing(<const uint16_t*>data, size)
    return _introducing(<const uint32_t*>data, size)
