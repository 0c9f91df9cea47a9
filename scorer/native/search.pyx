# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Quick looks for what most mailings do not hold, and for what most hold: the openings of `scorer.sending.merge_tags`,
the words of `scorer.rules.postal.may_hold_address`, the ordinary links of `scorer.facts.links`, and the phrases of
`scorer.screen.Phrases` that are literals."""

from cpython.bytes cimport PyBytes_AS_STRING
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_DecodeASCII, PyUnicode_KIND

from libc.string cimport memcmp, memcpy

ctypedef unsigned char byte
ctypedef unsigned long long word

ctypedef fused unit:  # a string's characters, by its kind
    unsigned char
    unsigned short
    unsigned int

cdef enum:
    NAMES = 256  # slots of the table of words, a power of two

cdef enum:
    HASHES = 8192  # what the first four bytes of a phrase may come to, a power of two
    BEGUN = 4
    MOST = 1000  # phrases
    SHORT = 2000  # bytes that are made lower case in place

cdef word STREETS[NAMES]


cdef inline unsigned int place(word key) noexcept:
    return <unsigned int> ((key * <word> 0x9E3779B97F4A7C15) >> 56)


cdef void fill():
    """The words of `scorer.rules.postal._STREET_PATTERN` that are of ASCII and at most eight letters long."""
    cdef bytes name
    cdef word key
    cdef byte letter
    cdef unsigned int at
    for name in (
        b"street avenue blvd parkway pkwy highway suite building plaza floor mailbox crescent terrace broadway postfach"
        b" postboks postbox apartado skrytka rue calle avenida piazza paseo carrer rua travessa ulica ulice utca cadde"
        b" caddesi sokak strada katu tie plats vej gade plads veien gata gate vei plass torg adresse adress address"
        b" osoite"
    ).split():
        key = 0
        for letter in reversed(name):
            key = key << 8 | letter
        at = place(key)
        while STREETS[at]:
            at = (at + 1) & (NAMES - 1)
        STREETS[at] = key


fill()


cdef int openings(const unit *text, Py_ssize_t size) noexcept:
    """Plain comparisons of neighbours, of which the compiler makes some for many characters at a time."""
    cdef unit braces = 0, blocks = 0, percent = 0, star = 0, brackets = 0, double = 0, dollar = 0
    cdef unit one, other
    cdef Py_ssize_t i
    for i in range(size - 1):
        one = text[i]
        other = text[i + 1]
        braces |= <unit> ((one == c"{") & (other == c"{"))
        blocks |= <unit> ((one == c"{") & (other == c"%"))
        percent |= <unit> ((one == c"%") & ((other == c"r") | (other == c"m") | (other == c"t")))
        star |= <unit> ((one == c"*") & (other == c"|"))
        brackets |= <unit> ((one == c"[") & (other == c"["))
        double |= <unit> ((one == c"%") & (other == c"%"))
        dollar |= <unit> ((one == c"$") & (other == c"{"))
    return braces | blocks << 1 | percent << 2 | star << 3 | brackets << 4 | double << 5 | dollar << 6


def tag_openings(str text not None):
    """Which openings of merge tags stand in `text`, as the sum of: 1 `{{`, 2 `{%`, 4 `%r`, `%m` or `%t`, 8 `*|`,
    16 `[[`, 32 `%%`, 64 `${`."""
    cdef Py_ssize_t size = len(text)
    if size < 2:
        return 0
    if PyUnicode_KIND(text) == 1:
        return openings(<const unsigned char *> PyUnicode_DATA(text), size)
    if PyUnicode_KIND(text) == 2:
        return openings(<const unsigned short *> PyUnicode_DATA(text), size)
    return openings(<const unsigned int *> PyUnicode_DATA(text), size)


cdef inline bint is_word(unsigned int char) noexcept:
    """Whether a character makes a word with its neighbours: those beyond ASCII are taken to do so."""
    return c"a" <= (char | 32) <= c"z" or c"0" <= char <= c"9" or char == c"_" or char >= 128


cdef bint street(const unit *text, Py_ssize_t at) noexcept:
    cdef Py_ssize_t end, length, digits, i
    cdef word key
    cdef unsigned int slot
    while at > 0:
        if not is_word(text[at - 1]):
            at -= 1
            continue
        end = at
        key = 0
        digits = 0
        while at > 0 and is_word(text[at - 1]):
            at -= 1
            key = key << 8 | (text[at] if text[at] < 128 else 0) | 32
            digits += c"0" <= text[at] <= c"9"
        length = end - at
        if digits == length == 5:
            # "CA 94105" or "CA, 94105"
            i = at - 1
            if i >= 0 and text[i] == c" ":
                i -= 1
                if i >= 0 and text[i] == c",":
                    i -= 1
                if i >= 1 and c"A" <= text[i] <= c"Z" and c"A" <= text[i - 1] <= c"Z" and (i == 1 or not is_word(text[i - 2])):
                    return True
        elif length <= 8 and not digits:
            slot = place(key)
            while STREETS[slot]:
                if STREETS[slot] == key:
                    return True
                slot = (slot + 1) & (NAMES - 1)
    return False


def names_street(str text not None):
    """Whether a text holds a common word of addresses ("Street", "Suite"), or two capitals and a postcode
    (`[A-Z]{2},? \\d{5}`), with no characters beyond ASCII beside: from its end on, where mailings have their
    address."""
    cdef Py_ssize_t size = len(text)
    if PyUnicode_KIND(text) == 1:
        return street(<const unsigned char *> PyUnicode_DATA(text), size)
    if PyUnicode_KIND(text) == 2:
        return street(<const unsigned short *> PyUnicode_DATA(text), size)
    return street(<const unsigned int *> PyUnicode_DATA(text), size)


cdef byte HOST[256]


cdef void fill_host():
    cdef bytes chars = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."
    cdef byte char
    for char in chars:
        HOST[char] = 1


fill_host()


def ordinary(str address not None):
    """Scheme, host, port, path and query of a web address that looks as nearly all do, and whether a merge tag may
    begin with a percent sign in it; None for all others: with spaces, backslashes, a user, or another opening."""
    if not address.isascii():
        return None
    cdef const byte *start = <const byte *> PyUnicode_DATA(address)
    cdef Py_ssize_t size = len(address), at, host, end, path, behind, query, i
    cdef str scheme
    cdef int port = -1
    cdef bint percent = False
    cdef byte char
    if size < 8 or (start[0] | 32) != c"h" or (start[1] | 32) != c"t" or (start[2] | 32) != c"t" or (start[3] | 32) != c"p":
        return None
    at = 4
    if (start[at] | 32) == c"s":
        at += 1
    if start[at] != c":" or start[at + 1] != c"/" or start[at + 2] != c"/":
        return None
    scheme = "https" if at == 5 else "http"
    host = at = at + 3
    for i in range(at, size):
        char = start[i]
        # Controls and the space, *, [, \, {, DEL
        if char <= 32 or char == c"*" or char == c"[" or char == c"\\" or char == c"{" or char == 127:
            return None
        if char == c"%":
            # A digit but 5 or 7: an encoded byte, and no brace or bracket.
            char = start[i + 1]
            percent |= not (c"0" <= char <= c"9") or char == c"5" or char == c"7"
    while at < size and HOST[start[at]]:
        at += 1
    end = at
    if end == host or start[host] == c".":
        return None
    if at < size and start[at] == c":":
        at += 1
        i = at
        port = 0
        while at < size and at - i < 4 and c"0" <= start[at] <= c"9":
            port = 10 * port + start[at] - c"0"
            at += 1
        if at == i:
            return None
    path = at
    if at < size and start[at] == c"/":
        while at < size and start[at] != c"?" and start[at] != c"#":
            at += 1
    behind = query = at
    if at < size and start[at] == c"?":
        query = at + 1
        while at < size and start[at] != c"#":
            at += 1
    if at < size and start[at] != c"#":
        return None
    while start[end - 1] == c".":
        end -= 1
    return (
        scheme,
        piece(start, host, end).lower(),
        None if port < 0 else port,
        piece(start, path, behind),
        piece(start, query, at) if at > query else "",
        percent,
    )


cdef inline str piece(const byte *text, Py_ssize_t start, Py_ssize_t end):
    return PyUnicode_DecodeASCII(<const char *> text + start, end - start, NULL)


cdef inline unsigned int hashed(const byte *at) noexcept:
    """Of four bytes."""
    cdef unsigned int four
    memcpy(&four, at, BEGUN)
    return (four * <unsigned int> 2654435761) >> 19


cdef class Literals:
    """Whether one of some phrases, each of at least four bytes, stands in a text. Each place is looked up by its next
    four bytes: at nearly none does a phrase begin with the same."""

    cdef tuple phrases
    cdef short first[HASHES]  # place of the first phrase, -1 for none
    cdef short next[MOST]  # of the next one that comes to the same

    def __init__(self, phrases):
        cdef int i
        cdef unsigned int at
        cdef bytes phrase
        self.phrases = tuple(phrases)
        if len(self.phrases) > MOST or min(map(len, self.phrases), default=BEGUN) < BEGUN:
            raise ValueError("too many phrases, or too short ones")
        for i in range(HASHES):
            self.first[i] = -1
        for i, phrase in enumerate(self.phrases):
            at = hashed(<const byte *> PyBytes_AS_STRING(phrase))
            self.next[i] = self.first[at]
            self.first[at] = <short> i

    cdef bint stands(self, const byte *at, Py_ssize_t size):
        cdef const byte *end = at + size
        cdef bytes phrase
        cdef int which
        cdef Py_ssize_t length
        while end - at >= BEGUN:
            which = self.first[hashed(at)]
            while which >= 0:
                phrase = <bytes> self.phrases[which]
                length = len(phrase)
                if end - at >= length and memcmp(at, PyBytes_AS_STRING(phrase), length) == 0:
                    return True
                which = self.next[which]
            at += 1
        return False

    cdef bint stands_folded(self, str text):
        """The same for a text in lower case."""
        cdef byte lower[SHORT]
        cdef Py_ssize_t size = len(text), i
        cdef const byte *start
        cdef byte char
        cdef bytes data
        if size <= SHORT and text.isascii():
            start = <const byte *> PyUnicode_DATA(text)
            for i in range(size):
                char = start[i]
                lower[i] = char | 32 if c"A" <= char <= c"Z" else char
            return self.stands(lower, size)
        data = text.lower().encode("utf-8", "replace")
        return self.stands(<const byte *> PyBytes_AS_STRING(data), len(data))

    def within(self, bytes text not None):
        """Whether a phrase stands in a text in UTF-8."""
        return self.stands(<const byte *> PyBytes_AS_STRING(text), len(text))


def leading_out(links, str visible_text not None, Literals words not None, Literals addresses not None, int context):
    """Those of `links` that lead off the list: `scorer.facts.optout.is_unsubscribe_link`."""
    cdef list found = []
    cdef str text, before
    cdef Py_ssize_t position, at
    cdef Py_UCS4 char
    for link in links:
        text = link.text
        if not words.stands_folded(text) and not addresses.stands_folded(link.href):
            if len(text) > 30:
                continue
            position = link.position
            before = visible_text[max(0, position - context) : position]
            at = len(before)
            while at > 0:
                char = before[at - 1]
                if char == c"." or char == c"!" or char == c"?" or char == c"\n":  # the end of a sentence
                    break
                at -= 1
            if not words.stands_folded(before[at:]):
                continue
        found.append(link)
    return found
