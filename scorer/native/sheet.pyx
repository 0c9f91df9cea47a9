# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""The rules of a style sheet that may hide something: the search of `scorer.html._hiding_classes`, which reads what
is found here. Most sheets hide nothing outside of media queries, and this is all that is done with them."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport PyUnicode_DecodeASCII

cdef enum:
    SELECTORS = 400  # characters of a rule's selectors, and of what stands before a block of an at-rule
    BODY = 4000  # characters of a block
    BLOCKS = 400  # in an at-rule

ctypedef char byte


cdef inline Py_ssize_t plain(const byte *text, Py_ssize_t at, Py_ssize_t end) noexcept:
    """Where the run that begins at `at` of what is not a brace ends, at `end` at the latest."""
    while at < end and text[at] != c"{" and text[at] != c"}":
        at += 1
    return at


cdef inline Py_ssize_t least(Py_ssize_t one, Py_ssize_t other) noexcept:
    return one if one < other else other


cdef Py_ssize_t without_comments(const byte *text, Py_ssize_t size, byte *to) noexcept:
    """Write `text` without its comments to `to`; how much that is."""
    cdef Py_ssize_t at = 0, written = 0, end
    while at < size:
        if text[at] == c"/" and at + 3 < size and text[at + 1] == c"*":
            end = at + 2
            while end + 1 < size and not (text[end] == c"*" and text[end + 1] == c"/"):
                end += 1
            if end + 1 < size:
                at = end + 2
                continue
            # No comment ends any more.
            while at < size:
                to[written] = text[at]
                written += 1
                at += 1
            return written
        to[written] = text[at]
        written += 1
        at += 1
    return written


cdef Py_ssize_t end_of_at_rule(const byte *text, Py_ssize_t at, Py_ssize_t size) noexcept:
    """Behind the at-rule that begins at `at`; -1 if none does."""
    cdef Py_ssize_t end = least(size, at + 1 + SELECTORS)
    cdef int blocks = 0
    at += 1
    while at < end and text[at] != c"{" and text[at] != c"}" and text[at] != c";":
        at += 1
    if at >= size or text[at] != c"{":
        return -1
    at += 1
    while True:
        at = plain(text, at, least(size, at + BODY))
        if at >= size:
            return -1
        if text[at] == c"}":
            return at + 1
        if text[at] != c"{" or blocks == BLOCKS:
            return -1
        at += 1
        at = plain(text, at, least(size, at + BODY))
        if at >= size or text[at] != c"}":
            return -1
        at += 1
        blocks += 1


cdef Py_ssize_t without_at_rules(const byte *text, Py_ssize_t size, byte *to) noexcept:
    cdef Py_ssize_t at = 0, written = 0, end
    while at < size:
        if text[at] == c"@":
            end = end_of_at_rule(text, at, size)
            if end >= 0:
                at = end
                continue
        to[written] = text[at]
        written += 1
        at += 1
    return written


cdef bint may_hide(const byte *at, const byte *end) noexcept:
    """Whether a block may hide what it is for: by the beginnings of the names that `scorer.html._style_of` asks for.
    Only a size of the letters that is plainly larger than nothing is read: nearly every block has one."""
    cdef byte char, second
    while at < end:
        char = at[0] | 32
        at += 1
        if at >= end:
            return False
        second = at[0] | 32
        if char == c"d" and second == c"i":  # di: display
            if starts(at, end, b"isplay", 6) and shows_none(at + 6, end):
                return True
        elif char == c"v" and second == c"i":  # vi: visibility
            if starts(at, end, b"isibility", 9):
                return True
        elif char == c"o" and (second == c"p" or second == c"v"):  # op, ov: opacity, overflow
            if starts(at, end, b"pacity", 6) or starts(at, end, b"verflow", 7):
                return True
        elif char == c"t" and (second == c"e" or second == c"o"):  # te, to: text-indent, top
            if starts(at, end, b"ext-indent", 10) or (starts(at, end, b"op", 2) and negative(at + 2, end)):
                return True
        elif char == c"l" and second == c"e":  # le: left
            if starts(at, end, b"eft", 3) and negative(at + 3, end):
                return True
        elif char == c"f" and second == c"o":  # fo: font-size
            if starts(at, end, b"ont-size", 8) and small(at + 8, end):
                return True
    return False


cdef bint starts(const byte *at, const byte *end, const char *text, Py_ssize_t length) noexcept:
    cdef Py_ssize_t i
    if end - at < length:
        return False
    for i in range(length):
        if at[i] != text[i] and (at[i] | 32) != text[i]:
            return False
    return True


cdef inline bint is_space(byte char) noexcept:
    return char == c" " or 9 <= char <= 13 or 28 <= char <= 31


cdef bint shows_none(const byte *at, const byte *end) noexcept:
    """Whether "none" stands before the next semicolon, or "!important", which may stand in its midst."""
    while at < end and at[0] != c";":
        if at[0] == c"!" or ((at[0] | 32) == c"n" and starts(at, end, b"none", 4)):
            return True
        at += 1
    return False


cdef bint negative(const byte *at, const byte *end) noexcept:
    """Whether a minus stands before the next semicolon."""
    while at < end and at[0] != c";":
        if at[0] == c"-":
            return True
        at += 1
    return False


cdef bint small(const byte *at, const byte *end) noexcept:
    """Whether what stands here after a colon may be a length of at most one pixel: not if it is two digits or more,
    the first no 0, and no share, nor if it begins with a letter."""
    cdef const byte *stop
    while at < end and (is_space(at[0]) or at[0] == c":"):
        at += 1
    if at >= end:
        return False
    if c"a" <= (at[0] | 32) <= c"z":
        return False
    stop = at
    while stop < end and stop[0] != c";":
        if stop[0] == c"%":
            return True
        stop += 1
    return not (c"1" <= at[0] <= c"9" and at + 1 < end and c"0" <= at[1] <= c"9")


def may_hide_rules(str css not None):
    """The rules of `css` that may hide, outside of at-rules: pairs of selectors and block. None for a sheet that is not
    ASCII, which is left to Python."""
    cdef Py_ssize_t size, at, end, begun, done, length
    cdef bytes data
    cdef const byte *text
    cdef byte *once
    cdef byte *twice
    cdef list found = []
    if not css.isascii():
        return None
    data = css.encode("ascii")
    text = data
    size = len(data)
    once = <byte *> PyMem_Malloc(size + 1)
    twice = <byte *> PyMem_Malloc(size + 1)
    try:
        if once == NULL or twice == NULL:
            raise MemoryError
        size = without_comments(text, size, once)
        size = without_at_rules(once, size, twice)
        text = twice
        done = at = 0
        while at < size:
            # A rule's selectors are the last 400 characters before its block.
            end = plain(text, at, size)
            if end >= size:
                break
            begun = end - SELECTORS if end - at > SELECTORS else at
            at = end + 1
            if text[end] == c"}" or begun == end:
                continue
            length = plain(text, at, least(size, at + BODY))
            if length >= size or text[length] != c"}":
                continue
            if may_hide(text + end + 1, text + length):
                found.append(
                    (
                        PyUnicode_DecodeASCII(text + begun, end - begun, NULL),
                        PyUnicode_DecodeASCII(text + end + 1, length - end - 1, NULL),
                    )
                )
            at = length + 1
    finally:
        PyMem_Free(once)
        PyMem_Free(twice)
    return found
