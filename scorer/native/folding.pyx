# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Takes case and accents from a text, character by character.

Mirrors `scorer.structure.lexicons.plain` for text beyond ASCII: case folded, in compatibility form taken apart (NFKD),
without the marks U+0300 to U+036F, ’ as '. That comes to the same for each character by itself, unless other marks are
there, which may change places with their neighbours: then the answer is None, and Python has to say.
"""

import unicodedata

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND
from libc.stdint cimport uint8_t, uint16_t, uint32_t

cdef extern from "Python.h":
    str PyUnicode_FromKindAndData(int kind, const void* data, Py_ssize_t size)

cdef enum:
    MOST = 4  # characters that one becomes; those that become more are left to Python

# What a character becomes, in the upper bits of its entry; for one character, the lower bits hold it.
cdef enum:
    UNKNOWN = 0
    ONE = 1 << 24
    NOTHING = 2 << 24
    SEVERAL = 3 << 24
    STRANGE = 4 << 24
    KIND = 7 << 24
    VALUE = (1 << 24) - 1

ctypedef fused CodePoint:
    uint8_t
    uint16_t
    uint32_t

ctypedef fused Made:
    uint16_t
    uint32_t

cdef uint32_t _PLAIN[1 << 16]
"""What is known of each character of the basic plane: asked of Python once."""
cdef dict _SEVERAL = {}
"""Characters that become several, with these."""


cdef uint32_t _ask(uint32_t c) except 0:
    """The entry of a character of the basic plane."""
    cdef uint32_t entry
    apart = unicodedata.normalize("NFKD", chr(c).casefold())
    kept = [ord(one) for one in apart.replace("\u2019", "'") if not 0x0300 <= ord(one) <= 0x036F]
    if any([one > 0xFFFF or unicodedata.combining(chr(one)) for one in kept]) or len(kept) > MOST:
        entry = STRANGE
    elif not kept:
        entry = NOTHING
    elif len(kept) == 1:
        entry = ONE | <uint32_t>kept[0]
    else:
        entry = SEVERAL
        _SEVERAL[c] = kept
    _PLAIN[c] = entry
    return entry


cdef inline uint32_t _entry(uint32_t c) except 0:
    if c < 0x10000:
        return _PLAIN[c] or _ask(c)
    # Pictographs stand for themselves.
    return ONE | c if 0x1F300 <= c <= 0x1FAFF else <uint32_t>STRANGE


cdef Py_ssize_t _fold(const CodePoint* text, Py_ssize_t size, Made* made) except -2:
    """Writes the folded text, for which there is room for `MOST` times `size`; how long it is, -1 where Python has to
    say."""
    cdef Py_ssize_t at, end = 0
    cdef uint32_t entry, kind
    for at in range(size):
        entry = _entry(text[at])
        kind = entry & KIND
        if kind == ONE:
            made[end] = <Made>(entry & VALUE)
            end += 1
        elif kind == STRANGE:
            return -1
        elif kind == SEVERAL:
            for one in _SEVERAL[<uint32_t>text[at]]:
                made[end] = <Made><uint32_t>one
                end += 1
    return end


def plain(str text not None):
    """`text` without case and without accents; None where Python has to say."""
    cdef int kind = PyUnicode_KIND(text), width = 4 if kind == 4 else 2
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text), length
    if size > 1 << 24:
        return None
    cdef void* made = PyMem_Malloc((MOST * size + 1) * width)
    if made == NULL:
        raise MemoryError
    try:
        if kind == 1:
            length = _fold(<const uint8_t*>data, size, <uint16_t*>made)
        elif kind == 2:
            length = _fold(<const uint16_t*>data, size, <uint16_t*>made)
        else:
            length = _fold(<const uint32_t*>data, size, <uint32_t*>made)
        return None if length < 0 else PyUnicode_FromKindAndData(width, made, length)
    finally:
        PyMem_Free(made)
