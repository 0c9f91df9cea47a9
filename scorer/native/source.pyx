# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The source of a message: header fields, encoded content, and marks that stand inside words.

Mirrors how `scorer.mimetree` reads a header and `scorer.mime` decodes content, and says beforehand whether `scorer.rules.content.split_words` can find
enough.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ
from libc.string cimport memchr, memcpy, memset


cdef int _digit(unsigned char c) noexcept:
    """The value of a hexadecimal digit, -1 for any other byte."""
    if c'0' <= c <= c'9':
        return c - c'0'
    if c'A' <= c <= c'F':
        return c - c'A' + 10
    if c'a' <= c <= c'f':
        return c - c'a' + 10
    return -1


def decode_quoted_printable(bytes data not None):
    """Just what `binascii.a2b_qp(data)` returns."""
    cdef const unsigned char* source = <const unsigned char*>PyBytes_AS_STRING(data)
    cdef Py_ssize_t size = PyBytes_GET_SIZE(data)
    # No output is longer than its input.
    cdef unsigned char* out = <unsigned char*>PyMem_Malloc(size if size else 1)
    if out == NULL:
        raise MemoryError
    try:
        return PyBytes_FromStringAndSize(<char*>out, _decoded(source, size, out))
    finally:
        PyMem_Free(out)


cdef Py_ssize_t _decoded(const unsigned char* source, Py_ssize_t size, unsigned char* out) noexcept:
    """Decode into `out`; how many bytes that makes."""
    cdef Py_ssize_t at = 0, made = 0, run
    cdef const unsigned char* equals
    cdef const unsigned char* line_feed
    cdef int high, low
    while at < size:
        # What stands before the next "=" is copied as it is.
        equals = <const unsigned char*>memchr(source + at, c'=', size - at)
        run = (equals - source if equals != NULL else size) - at
        memcpy(out + made, source + at, run)
        made += run
        at += run + 1
        if at >= size:
            break
        if source[at] == c'\n':
            at += 1
        elif source[at] == c'\r':
            # A soft line break goes on to the next line feed.
            line_feed = <const unsigned char*>memchr(source + at, c'\n', size - at)
            at = line_feed - source + 1 if line_feed != NULL else size
        elif source[at] == c'=':
            out[made] = c'='
            made += 1
            at += 1
        else:
            high = _digit(source[at])
            low = _digit(source[at + 1]) if at + 1 < size else -1
            if high >= 0 and low >= 0:
                out[made] = <unsigned char>(high << 4 | low)
                at += 2
            else:
                out[made] = c'='
            made += 1
    return made


cdef enum:
    OTHER = 64
    BLANK = 65
    PAD = 66

cdef unsigned char SIXES[256]
"""What each byte stands for in base64: its six bits, white space, padding, or nothing."""


cdef void _fill_sixes() noexcept:
    cdef const char* alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    cdef const char* blanks = b" \t\n\r\x0b\x0c"
    cdef int number
    memset(SIXES, OTHER, 256)
    for number in range(64):
        SIXES[<unsigned char>alphabet[number]] = number
    for number in range(6):
        SIXES[<unsigned char>blanks[number]] = BLANK
    SIXES[c'='] = PAD


_fill_sixes()


def decode_base64(bytes data not None):
    """What `binascii.a2b_base64(data)` returns, where `data` is whole base64 and white space; else None."""
    cdef const unsigned char* source = <const unsigned char*>PyBytes_AS_STRING(data)
    cdef Py_ssize_t size = PyBytes_GET_SIZE(data), made
    # Four characters make three bytes.
    cdef unsigned char* out = <unsigned char*>PyMem_Malloc(size // 4 * 3 + 3)
    if out == NULL:
        raise MemoryError
    try:
        made = _from_base64(source, size, out)
        return PyBytes_FromStringAndSize(<char*>out, made) if made >= 0 else None
    finally:
        PyMem_Free(out)


cdef Py_ssize_t _from_base64(const unsigned char* source, Py_ssize_t size, unsigned char* out) noexcept:
    """Decode into `out`; how many bytes that makes, -1 for what is not whole."""
    cdef Py_ssize_t at, made = 0
    cdef unsigned int bits = 0, six
    cdef int held = 0, padding = 0
    for at in range(size):
        six = SIXES[source[at]]
        if six < 64:
            if padding:
                return -1
            bits = bits << 6 | six
            held += 1
            if held == 4:
                out[made] = bits >> 16 & 0xFF
                out[made + 1] = bits >> 8 & 0xFF
                out[made + 2] = bits & 0xFF
                made += 3
                held = 0
        elif six == PAD:
            padding += 1
        elif six == OTHER:
            return -1
    if held == 0 and padding == 0:
        return made
    if held + padding != 4 or padding > 2:
        return -1
    bits <<= 6 * padding
    out[made] = bits >> 16 & 0xFF
    if padding == 1:
        out[made + 1] = bits >> 8 & 0xFF
    return made + 3 - padding


def header_fields(str text not None, Py_ssize_t start):
    """The (name, value) of the header fields that begin at `start`, and where the body begins, as `_Reader._header` of
    `scorer.mimetree` reads them; None where that is to say. A value is what stands after the colon and white space.
    Where that is nothing or begins on the next line, the whole field stands in place of its name, and None for the
    value."""
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text), at = start, body, colon, value, end
    cdef list fields = []
    if start < 0:
        return None
    while True:
        body = _after_break(kind, data, at, size)
        if body:
            return fields, body
        colon = _colon(kind, data, at, size)
        if colon < 0:
            return None
        value = colon + 1
        while value < size and _is_blank(PyUnicode_READ(kind, data, value)):
            value += 1
        end = _end_of_field(kind, data, value, size)
        if end < 0:
            return None
        if value == end or PyUnicode_READ(kind, data, value) in (c'\r', c'\n'):
            fields.append((text[at:end], None))
        else:
            fields.append((text[at:colon], text[value:end]))
        at = _after_break(kind, data, end, size)


cdef bint _is_blank(Py_UCS4 c) noexcept:
    return c == c' ' or c == c'\t'


cdef Py_ssize_t _after_break(int kind, void* data, Py_ssize_t at, Py_ssize_t size) noexcept:
    """Where the line break at `at` ends; 0 if there is none."""
    if at < size and PyUnicode_READ(kind, data, at) == c'\n':
        return at + 1
    if at + 1 < size and PyUnicode_READ(kind, data, at) == c'\r' and PyUnicode_READ(kind, data, at + 1) == c'\n':
        return at + 2
    return 0


cdef Py_ssize_t _colon(int kind, void* data, Py_ssize_t at, Py_ssize_t size) noexcept:
    """Where the name of the field at `at` ends; -1 if none begins there. A boundary line can look like one."""
    cdef Py_ssize_t first = at
    cdef Py_UCS4 c
    if at + 1 < size and PyUnicode_READ(kind, data, at) == c'-' and PyUnicode_READ(kind, data, at + 1) == c'-':
        return -1
    while at < size:
        c = PyUnicode_READ(kind, data, at)
        if c == c':':
            return at if at > first else -1
        if c < c'!' or c > c'~':
            return -1
        at += 1
    return -1


cdef Py_ssize_t _end_of_field(int kind, void* data, Py_ssize_t at, Py_ssize_t size) noexcept:
    """Where the last line of a field ends (before its line break); -1 if the text ends first or has a lone "\\r"."""
    cdef Py_ssize_t after
    cdef Py_UCS4 c
    while at < size:
        c = PyUnicode_READ(kind, data, at)
        if c == c'\n' or c == c'\r':
            after = _after_break(kind, data, at, size)
            if not after:
                return -1
            if after == size or not _is_blank(PyUnicode_READ(kind, data, after)):
                return at
            at = after
        else:
            at += 1
    return -1


def may_split_words(str source not None, Py_ssize_t least):
    """Whether at least `least` marks stand in `source` where they may split a word: comments after two ASCII letters,
    and numeric character references that follow another at once."""
    return _count(source, c'!', least) + _count(source, c'#', least) >= least


cdef Py_ssize_t _count(str source, unsigned char sign, Py_ssize_t least):
    """How many such marks there are that hold `sign` ("!" of comments, "#" of references), at most `least`."""
    cdef int kind = PyUnicode_KIND(source)
    cdef void* data = PyUnicode_DATA(source)
    cdef const char* first = <const char*>data
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(source), at = 0, found = 0
    cdef const char* met
    while at < size and found < least:
        # A byte of the sign's value is the sign or a part of another character.
        met = <const char*>memchr(first + at * kind, sign, (size - at) * kind)
        if met == NULL:
            break
        at = (met - first) // kind
        if PyUnicode_READ(kind, data, at) == sign:
            if sign == c'!':
                found += _is_comment(kind, data, at, size)
            else:
                found += _follows(kind, data, at)
        at += 1
    return found


cdef bint _is_comment(int kind, void* data, Py_ssize_t at, Py_ssize_t size) noexcept:
    """Whether a comment begins with the "!" at `at`, right after two letters."""
    return (
        at >= 3
        and at + 2 < size
        and PyUnicode_READ(kind, data, at - 1) == c'<'
        and PyUnicode_READ(kind, data, at + 1) == c'-'
        and PyUnicode_READ(kind, data, at + 2) == c'-'
        and _is_letter(PyUnicode_READ(kind, data, at - 2))
        and _is_letter(PyUnicode_READ(kind, data, at - 3))
    )


cdef bint _follows(int kind, void* data, Py_ssize_t at) noexcept:
    """Whether the "#" at `at` is of a reference, and what may be the end of another stands before that."""
    cdef Py_UCS4 before
    if at < 2 or PyUnicode_READ(kind, data, at - 1) != c'&':
        return False
    before = PyUnicode_READ(kind, data, at - 2)
    return before == c';' or (before < 128 and _digit(<unsigned char>before) >= 0)


cdef bint _is_letter(Py_UCS4 c) noexcept:
    return c'a' <= c <= c'z' or c'A' <= c <= c'Z'
