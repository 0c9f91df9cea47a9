# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""The walk of `scorer.html.read_page`, over the tree as lexbor writes it out instead of over its nodes.

Lexbor writes a tree in one canonical form (HTML Standard, 13.3 "Serializing HTML fragments"): every element that is
not void is closed, every attribute stands in double quotes, in text and attributes only `&amp;`, `&lt;`, `&gt;`,
`&nbsp;` and `&quot;` are escaped. One scan of it sees what a walk of the nodes sees, in the same order. What this form
does not tell apart from something else, and what mailings hardly ever hold (pictures in SVG, formulas, templates,
`<xmp>`, `<plaintext>`), is left to the walk in Python: the answer is None then.
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_DecodeUTF8, PyUnicode_KIND
from libc.string cimport memchr, memcmp, memcpy

from scorer.page import HiddenText, Image, Link, Page

ctypedef unsigned char byte
ctypedef unsigned long long word

cdef enum:  # what a byte of text is
    ORDINARY = 0
    BLANK = 1
    TAG = 2
    ENTITY = 3

cdef enum:  # what an element is
    BLOCK = 1
    SILENT = 2
    VOID = 4
    RAW = 8  # its content is written as it stands
    STRANGE = 16  # left to the walk in Python

cdef enum:  # the elements that are more than a place of text
    OTHER
    A
    AREA
    BASE
    FONT
    FORM
    HEAD
    HTML
    IMG
    LINK
    META
    TITLE
    SCRIPT
    INPUT
    FRAME
    OBJECT

cdef enum:  # the attributes that are read
    STYLE
    CLASS
    ID
    COLOR
    BGCOLOR  # up to here they make a state, see `Key`
    HIDDEN
    BACKGROUND
    HREF
    ALT
    SRC
    WIDTH
    HEIGHT
    ACTION
    LANG
    REL
    HTTP_EQUIV
    CONTENT
    ATTRIBUTES
    UNREAD

cdef enum:
    KEYED = 5  # attributes in a key
    SLOTS = 512  # of the table of states, a power of two
    PROBES = 4
    STRETCH = 32  # characters that are encoded together
    NAMES = 512  # slots of the table of names, a power of two
    BLUE = 238
    UNKNOWN = -1

cdef struct Piece:  # some bytes of the source; NULL: there is none
    const byte *start
    Py_ssize_t length

cdef struct Name:  # of an element or attribute, at most eight bytes long
    word key
    int code
    int flags

cdef struct State:  # `scorer.html._State`; texts are places in `Walk.reasons`
    int hidden
    int unseen
    int colour
    int background  # UNKNOWN: cannot be known
    double size

cdef struct Key:  # all that a state depends on
    int parent
    int flags
    Piece parts[KEYED]

cdef struct Made:  # a state and what it was made of
    Key key
    word hash
    State state

cdef struct Open:  # an element whose children are walked
    int state  # around it
    byte flags
    byte link

cdef byte KIND[256]
cdef Name TAGS[NAMES]
cdef Name ATTRIBUTE_NAMES[NAMES]


cdef word packed(const byte *start, Py_ssize_t length) noexcept:
    """A name of at most eight bytes as one number."""
    cdef word key = 0
    cdef Py_ssize_t i
    for i in range(length):
        key = key << 8 | start[i]
    return key


cdef inline unsigned int place(word key) noexcept:
    return <unsigned int> ((key * <word> 0x9E3779B97F4A7C15) >> 55)


cdef void put(Name *table, bytes name, int code, int flags) noexcept:
    cdef word key = packed(name, len(name))
    cdef unsigned int at = place(key)
    while table[at].key and table[at].key != key:
        at = (at + 1) & (NAMES - 1)
    table[at].key = key
    table[at].code = code
    table[at].flags |= flags


cdef inline Name *look_up(Name *table, const byte *start, Py_ssize_t length) noexcept:
    """The entry of a name, an empty one if it has none."""
    cdef word key = packed(start, length)
    cdef unsigned int at = place(key)
    while table[at].key and table[at].key != key:
        at = (at + 1) & (NAMES - 1)
    return &table[at]


cdef void fill():
    cdef bytes name
    for name in (b" ", b"\t", b"\r", b"\n", b"\f"):
        KIND[name[0]] = BLANK
    KIND[ord("<")] = TAG
    KIND[ord("&")] = ENTITY
    for name in (
        b"address article aside body br caption center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6"
        b" header hr li main nav ol option p pre section table tbody td tfoot th thead tr ul"
    ).split():
        put(TAGS, name, OTHER, BLOCK)
    for name in (
        b"head script style title noscript meta link object embed iframe select textarea noembed noframes base param"
        b" source track audio video canvas"
    ).split():
        put(TAGS, name, OTHER, SILENT)
    for name in (
        b"area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr"
    ).split():
        put(TAGS, name, OTHER, VOID)
    for name in b"script style iframe noembed noframes".split():
        put(TAGS, name, OTHER, RAW)
    for name in b"svg math template xmp frameset".split():
        put(TAGS, name, OTHER, STRANGE)
    for name, code in (
        (b"a", A), (b"area", AREA), (b"base", BASE), (b"font", FONT), (b"form", FORM), (b"head", HEAD),
        (b"html", HTML), (b"img", IMG), (b"link", LINK), (b"meta", META), (b"title", TITLE), (b"script", SCRIPT),
        (b"input", INPUT), (b"textarea", INPUT), (b"select", INPUT), (b"iframe", FRAME), (b"frame", FRAME),
        (b"object", OBJECT), (b"embed", OBJECT), (b"applet", OBJECT),
    ):
        put(TAGS, name, code, 0)
    for name, code in (
        (b"style", STYLE), (b"class", CLASS), (b"id", ID), (b"color", COLOR), (b"bgcolor", BGCOLOR),
        (b"hidden", HIDDEN), (b"href", HREF), (b"alt", ALT), (b"src", SRC), (b"width", WIDTH), (b"height", HEIGHT),
        (b"action", ACTION), (b"lang", LANG), (b"rel", REL), (b"content", CONTENT),
    ):
        # With the code a flag: an entry of code 0 is told from an empty one.
        put(ATTRIBUTE_NAMES, name, code, 1)


fill()


cdef inline bint is_at(const byte *at, const byte *end, const char *text, Py_ssize_t length) noexcept:
    return end - at >= length and memcmp(at, text, length) == 0


cdef const byte *behind(const byte *at, const byte *end, const char *text, Py_ssize_t length) noexcept:
    """Behind the first place of `text`; NULL if there is none."""
    while at < end:
        at = <const byte *> memchr(at, text[0], end - at)
        if at == NULL:
            return NULL
        if is_at(at, end, text, length):
            return at + length
        at += 1
    return NULL


cdef inline word mixed(word hash, Piece part) noexcept:
    """`hash` with the bytes of a piece."""
    cdef word chunk
    cdef Py_ssize_t i = 0
    hash = (hash ^ <word> part.length) * <word> 0x9E3779B97F4A7C15
    while i + 8 <= part.length:
        memcpy(&chunk, part.start + i, 8)
        hash = (hash ^ chunk) * <word> 0x9E3779B97F4A7C15
        hash ^= hash >> 29
        i += 8
    chunk = 0
    if i < part.length:
        memcpy(&chunk, part.start + i, part.length - i)
        hash = (hash ^ chunk) * <word> 0x9E3779B97F4A7C15
        hash ^= hash >> 29
    return hash


cdef bint without_value(const byte *at, Py_ssize_t length) noexcept:
    """Whether an attribute `alt` may stand in a source with no value at all, which lexbor writes as it does an empty
    one. Tags are not told from text: a text "alt" counts."""
    cdef const byte *start = at
    cdef const byte *end = at + length - 3
    cdef const byte *next
    cdef byte found
    cdef Py_ssize_t i, block
    while at < end:
        # Most blocks have none: told for sixteen bytes at a time by what the compiler makes of it.
        block = 256 if end - at > 256 else end - at
        found = 0
        for i in range(block):
            found |= <byte> (((at[i] | 32) ^ c"a" | (at[i + 1] | 32) ^ c"l" | (at[i + 2] | 32) ^ c"t") == 0)
        if found:
            for i in range(block):
                if not ((at[i] | 32) == c"a" and (at[i + 1] | 32) == c"l" and (at[i + 2] | 32) == c"t"):
                    continue
                next = at + i - 1
                if next >= start and not (next[0] == c"/" or next[0] == c'"' or next[0] == c"'" or KIND[next[0]] == BLANK):
                    continue
                next = at + i + 3
                if not (next[0] == c"=" or next[0] == c"/" or next[0] == c">" or KIND[next[0]] == BLANK):
                    continue  # part of a longer word
                while next < end and KIND[next[0]] == BLANK:
                    next += 1
                if next[0] != c"=":
                    return True
                next += 1
                while next < end + 2 and KIND[next[0]] == BLANK:
                    next += 1
                if next >= end + 2 or next[0] == c">":
                    return True
        at += block
    return False


cdef class Walk:
    """What is collected while the source is scanned: `scorer.html._Reader`."""

    cdef object style_of, colour_of, number
    cdef dict sheet
    cdef list reasons, hidden, links, images, forms, resources, stylesheets
    cdef str title, lang, base, refresh
    cdef const byte *start
    cdef const byte *end
    cdef const byte *raw
    cdef Py_ssize_t raw_size
    cdef int alt_known  # 0: not looked yet, 1: an empty `alt` is empty
    # The visible text in UTF-8, and how many characters it has.
    cdef byte *text
    cdef Py_ssize_t size, length
    cdef byte pending
    # The link that is open.
    cdef bint linked, link_image, link_hidden
    cdef Py_ssize_t link_position  # -1: not known yet
    cdef str link_href, link_alt, link_tag
    cdef byte *link_text
    cdef Py_ssize_t link_size
    cdef byte *scratch
    cdef Made *states
    cdef int state_count, state_room
    cdef int slots[SLOTS]  # places in `states`; 0: empty, for nothing makes the state at the root
    cdef Open *stack
    cdef int max_depth
    cdef Piece attributes[ATTRIBUTES]
    cdef bint handled, keyed, sheeted
    cdef int elements, depth, deepest, inputs, scripts, handlers, frames, objects, large

    def __cinit__(self, Py_ssize_t size, int max_depth):
        self.text = <byte *> PyMem_Malloc(size + 16)
        self.link_text = <byte *> PyMem_Malloc(size + 16)
        self.scratch = <byte *> PyMem_Malloc(size + 16)
        self.state_room = 64
        self.states = <Made *> PyMem_Malloc(self.state_room * sizeof(Made))
        self.max_depth = max_depth
        self.stack = <Open *> PyMem_Malloc((max_depth + 1) * sizeof(Open))
        if not (self.text and self.link_text and self.scratch and self.states and self.stack):
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.text)
        PyMem_Free(self.link_text)
        PyMem_Free(self.scratch)
        PyMem_Free(self.states)
        PyMem_Free(self.stack)

    cdef str value(self, int name):
        """An attribute's value; "" if it has none."""
        return self.decoded(self.attributes[name])

    cdef str decoded(self, Piece part):
        cdef const byte *at = part.start
        cdef const byte *end
        cdef byte *to
        if at == NULL or part.length == 0:
            return ""
        if memchr(at, c"&", part.length) == NULL:
            return PyUnicode_DecodeUTF8(<const char *> at, part.length, NULL)
        end = at + part.length
        to = self.scratch
        while at < end:
            if at[0] != c"&":
                to[0] = at[0]
                at += 1
                to += 1
            elif is_at(at, end, b"&amp;", 5):
                to[0] = c"&"
                at += 5
                to += 1
            elif is_at(at, end, b"&lt;", 4):
                to[0] = c"<"
                at += 4
                to += 1
            elif is_at(at, end, b"&gt;", 4):
                to[0] = c">"
                at += 4
                to += 1
            elif is_at(at, end, b"&quot;", 6):
                to[0] = c'"'
                at += 6
                to += 1
            elif is_at(at, end, b"&nbsp;", 6):
                to[0] = 0xC2
                to[1] = 0xA0
                at += 6
                to += 2
            else:
                raise ValueError("an ampersand that is not escaped")
        return PyUnicode_DecodeUTF8(<const char *> self.scratch, to - self.scratch, NULL)

    # --- states ---

    cdef int add(self, State state) except -1:
        cdef Made *more
        if self.state_count == self.state_room:
            more = <Made *> PyMem_Realloc(self.states, 2 * self.state_room * sizeof(Made))
            if more == NULL:
                raise MemoryError
            self.states = more
            self.state_room *= 2
        self.states[self.state_count].state = state
        self.state_count += 1
        return self.state_count - 1

    cdef int reason(self, str text) except -1:
        """The place of a text among the reasons; 0 is ""."""
        if not text:
            return 0
        self.reasons.append(text)
        return len(self.reasons) - 1

    cdef int below(self, int parent, bint link, bint font) except -1:
        """The state below the element whose attributes have been read: what has been worked out for one holds for
        all alike."""
        cdef Key key
        cdef word hash
        cdef int i
        cdef unsigned int at, slot
        cdef Made *made
        key.parent = parent
        key.flags = link | font << 1
        key.flags |= (self.attributes[HIDDEN].start != NULL) << 2
        key.flags |= (self.attributes[BACKGROUND].length != 0) << 3
        hash = <word> parent << 8 | <word> key.flags
        for i in range(KEYED):
            key.parts[i] = self.attributes[i]
            if (i == COLOR and not font) or ((i == CLASS or i == ID) and not self.sheeted):
                key.parts[i].start = NULL
                key.parts[i].length = 0
            if key.parts[i].length:
                hash = mixed(hash + i, key.parts[i])
        hash = (hash ^ hash >> 32) * <word> 0x9E3779B97F4A7C15
        slot = <unsigned int> (hash >> 40)
        for i in range(PROBES):
            at = (slot + i) & (SLOTS - 1)
            if not self.slots[at]:
                break
            made = &self.states[self.slots[at]]
            if made.hash == hash and same(&made.key, &key):
                return self.slots[at]
        # Now `at` is an empty slot, or the last of those looked at.
        i = self.worked_out(&key)
        self.states[i].key = key
        self.states[i].hash = hash
        self.slots[at] = i
        return i

    cdef int worked_out(self, Key *key) except -1:
        """`scorer.html._below`."""
        cdef State state = self.states[key.parent].state
        cdef State made
        cdef str hides = ""
        cdef object colour = None, background = None, size = None, cell
        cdef bint shows = False
        cdef str by_class, name, hidden
        cdef int other
        if key.parts[STYLE].length:
            hides, colour, background, shows, size = self.style_of(self.decoded(key.parts[STYLE]))
        if not hides and not shows and self.sheeted:
            by_class = ""
            for name in self.decoded(key.parts[CLASS]).split()[:20]:
                by_class = by_class or self.sheet.get("." + name, "")
            by_class = by_class or self.sheet.get("#" + self.decoded(key.parts[ID]), "")
            if by_class:
                hides = "class:" + by_class
        if not hides and key.flags & 4:
            hides = "hidden attribute"
        if colour is None and key.flags & 2:
            colour = self.colour_of(self.decoded(key.parts[COLOR]))
        if background is None and key.parts[BGCOLOR].length:
            background = self.colour_of(self.decoded(key.parts[BGCOLOR]))
        if key.flags & 8:
            background = "image"
        # An explicit font-size of readable height shows again, see `_below`.
        made.hidden = state.hidden
        hidden = self.reasons[state.hidden]
        if size is not None and hidden.startswith("font-size") and size > 1.0:
            made.hidden = 0
        if not made.hidden:
            made.hidden = self.reason(hides)
        if colour is not None:
            made.colour = as_number(colour)
        else:
            made.colour = BLUE if key.flags & 1 else state.colour
        made.background = state.background
        if background is not None:
            made.background = UNKNOWN if isinstance(background, str) else as_number(background)
        made.size = state.size if size is None else size
        made.unseen = made.hidden
        if not made.hidden and made.background != UNKNOWN and alike(made.colour, made.background):
            made.unseen = 1
        return self.add(made)

    # --- text ---

    cdef const byte *shown(self, const byte *at, int state) except NULL:
        """Take the text from `at` up to the next tag; where it ends."""
        cdef const byte *end = self.end
        cdef const byte *start = at
        cdef bint unseen = self.states[state].state.unseen != 0
        cdef byte *out = self.scratch if unseen else self.text + self.size
        cdef byte *from_ = out
        cdef byte *to = out
        cdef Py_ssize_t chars = 0
        cdef bint gap = False, begun = False, leading = False
        cdef byte char
        cdef int kind
        cdef str kept
        while at < end:
            char = at[0]
            kind = KIND[char]
            if kind == ORDINARY:
                at += 1
                if begun and not gap:  # inside a word
                    to[0] = char
                    to += 1
                    chars += (char & 0xC0) != 0x80
                    while at < end and KIND[at[0]] == ORDINARY:
                        char = at[0]
                        to[0] = char
                        chars += (char & 0xC0) != 0x80
                        at += 1
                        to += 1
                    continue
            elif kind == TAG:
                break
            elif kind == ENTITY:
                if is_at(at, end, b"&nbsp;", 6):
                    at += 6
                    kind = BLANK
                elif is_at(at, end, b"&amp;", 5):
                    at += 5
                elif is_at(at, end, b"&lt;", 4):
                    char = c"<"
                    at += 4
                elif is_at(at, end, b"&gt;", 4):
                    char = c">"
                    at += 4
                else:
                    raise ValueError("an ampersand that is not escaped")
            else:
                at += 1
                while at < end and KIND[at[0]] == BLANK:
                    at += 1
            if kind == BLANK:
                gap = True
                continue
            if not begun:
                begun = True
                leading = gap
                gap = False
                if not unseen:
                    if leading and not self.pending:
                        self.pending = c" "
                    if self.pending and self.length:
                        to[0] = self.pending
                        to += 1
                        self.length += 1
                    from_ = to
            elif gap:
                to[0] = c" "
                to += 1
                chars += 1
                gap = False
            to[0] = char
            to += 1
            chars += (char & 0xC0) != 0x80
        if not begun:
            if gap and not unseen and not self.pending:
                self.pending = c" "
            return at
        if unseen:
            kept = PyUnicode_DecodeUTF8(<const char *> from_, to - from_, NULL).strip()
            if kept:
                self.hidden.append(HiddenText(kept, self.reasons[self.states[state].state.unseen], self.length))
            return at
        if self.states[state].state.size >= 40 and PyUnicode_DecodeUTF8(<const char *> from_, to - from_, NULL).strip():
            self.large += 1
        self.pending = c" " if gap else 0
        self.size += to - out
        if self.linked:
            if self.link_position < 0:
                self.link_position = self.length
            memcpy(self.link_text + self.link_size, from_, to - from_)
            self.link_size += to - from_
            if gap:
                self.link_text[self.link_size] = c" "
                self.link_size += 1
        self.length += chars
        return at

    cdef void break_line(self) noexcept:
        self.pending = c"\n"
        if self.linked and self.link_size and self.link_text[self.link_size - 1] != c" ":
            self.link_text[self.link_size] = c" "
            self.link_size += 1

    cdef int close_link(self) except -1:
        cdef str shown
        if not self.linked:
            return 0
        self.linked = False
        shown = ""
        if self.link_size:
            shown = PyUnicode_DecodeUTF8(<const char *> self.link_text, self.link_size, NULL).strip()
        self.links.append(
            Link(
                len(self.links),
                self.link_href,
                shown or self.link_alt,
                self.length if self.link_position < 0 else self.link_position,
                not self.link_hidden and (bool(shown) or self.link_image),
                self.link_image,
                self.link_tag,
            )
        )
        return 0

    # --- elements ---

    cdef const byte *read_attributes(self, const byte *at) except NULL:
        """Read the attributes that are of use, from behind the element's name; where the tag ends."""
        cdef const byte *end = self.end
        cdef const byte *start
        cdef const byte *stop
        cdef Py_ssize_t length
        cdef int code
        cdef Name *name
        cdef Py_ssize_t i
        for i in range(ATTRIBUTES):
            self.attributes[i].start = NULL
            self.attributes[i].length = 0
        self.handled = self.keyed = False
        while at < end and at[0] == c" ":
            at += 1
            start = at
            at += 1  # a name may begin with "="
            while at < end and at[0] != c"=" and at[0] != c" " and at[0] != c">":
                at += 1
            length = at - start
            code = UNREAD
            if length <= 8:
                name = look_up(ATTRIBUTE_NAMES, start, length)
                if name.key:
                    code = name.code
            elif length == 10 and memcmp(start, b"background", 10) == 0:
                code = BACKGROUND
            elif length == 10 and memcmp(start, b"http-equiv", 10) == 0:
                code = HTTP_EQUIV
            if length >= 2 and start[0] == c"o" and start[1] == c"n":
                self.handled = True
            if at + 1 >= end or at[0] != c"=" or at[1] != c'"':
                raise ValueError("an attribute without a value")
            start = at + 2
            stop = <const byte *> memchr(start, c'"', end - start) if start < end else NULL
            if stop == NULL:
                raise ValueError("a value that does not end")
            if code != UNREAD:
                self.attributes[code].start = start
                self.attributes[code].length = stop - start
                if code <= BACKGROUND and (self.sheeted or (code != CLASS and code != ID)):
                    self.keyed = True
            at = stop + 1
        if at >= end or at[0] != c">":
            raise ValueError("a tag that does not end")
        return at + 1

    cdef const byte *end_of_raw(self, const byte *at, const byte *tag, Py_ssize_t length) except NULL:
        """Behind the end tag of an element whose content is written as it stands."""
        cdef char name[16]
        cdef const byte *end
        name[0] = c"<"
        name[1] = c"/"
        memcpy(name + 2, tag, length)
        name[length + 2] = c">"
        end = behind(at, self.end, name, length + 3)
        if end == NULL:
            raise ValueError("an element that does not end")
        # In a comment, a script may hold an end tag that does not end it.
        if tag[1] == c"c" and behind(at, end, b"<!--", 4) != NULL and behind(at, end, b"<script", 7) != NULL:
            raise ValueError("a script that may go on")
        return end

    cdef const byte *end_of_aside(self, const byte *at) except NULL:
        """Behind a comment or a processing instruction."""
        cdef const byte *end
        if is_at(at, self.end, b"<!--", 4):
            end = behind(at + 4, self.end, b"-->", 3)
        elif at[1] == c"?":
            end = behind(at, self.end, b">", 1)
        else:
            end = NULL
        if end == NULL:
            raise ValueError("neither a tag nor a comment")
        return end

    cdef const byte *end_of_silent(self, const byte *at) except NULL:
        """Behind the end tag of an element, given where its content begins: nothing in it is looked at."""
        cdef Py_ssize_t inside = 1
        cdef const byte *start
        cdef Name *name
        cdef Py_ssize_t length
        cdef int flags
        while inside:
            at = <const byte *> memchr(at, c"<", self.end - at) if at < self.end else NULL
            if at == NULL or at + 1 >= self.end:
                raise ValueError("an element that does not end")
            if at[1] == c"/":
                at = behind(at, self.end, b">", 1)
                if at == NULL:
                    raise ValueError("a tag that does not end")
                inside -= 1
                continue
            if at[1] == c"!" or at[1] == c"?":
                at = self.end_of_aside(at)
                continue
            start = at + 1
            at = end_of_name(start, self.end)
            length = at - start
            flags = flags_of(start, length)
            if flags & STRANGE:
                raise ValueError("foreign content")
            at = self.read_attributes(at)
            if flags & RAW:
                at = self.end_of_raw(at, start, length)
            elif not flags & VOID:
                inside += 1
        return at

    cdef int act(self, int code, int state) except -1:
        """Take note of an element that is more than a place of text: `_Reader.element`."""
        cdef str text
        cdef object alt, width, height
        cdef bint hidden
        if code == IMG:
            text = self.value(SRC).strip()
            alt = None
            if self.attributes[ALT].start != NULL:
                alt = self.value(ALT)
                if not alt and not self.alt_known:
                    if without_value(self.raw, self.raw_size):
                        raise ValueError("an attribute that may have no value")
                    self.alt_known = 1
            width = self.measure(WIDTH)
            height = self.measure(HEIGHT)
            hidden = self.states[state].state.hidden != 0
            self.images.append(Image(text, alt, width, height, hidden))
            if text:
                self.resources.append(text)
            if self.linked:
                if not (hidden or (width is not None and width <= 2)):
                    self.link_image = True
                if not self.link_alt and alt:
                    self.link_alt = alt.strip()
        elif code == A or code == AREA:
            self.close_link()
            if self.attributes[HREF].start != NULL:
                if code == AREA and self.attributes[HREF].length == 0:
                    raise ValueError("an attribute that may have no value")
                self.linked = True
                self.link_image = False
                self.link_hidden = self.states[state].state.hidden != 0
                self.link_position = -1
                self.link_href = self.value(HREF).strip()
                self.link_alt = self.value(ALT)
                self.link_tag = "a" if code == A else "area"
                self.link_size = 0
        elif code == FORM:
            self.forms.append(self.value(ACTION))
        elif code == BASE:
            self.base = self.base or self.value(HREF)
        elif code == HTML:
            self.lang = self.value(LANG)
        elif code == LINK:
            if "stylesheet" in self.value(REL).lower():
                self.stylesheets.append(self.value(HREF))
        elif code == META:
            if self.attributes[HTTP_EQUIV].length and self.value(HTTP_EQUIV).lower() == "refresh":
                self.refresh = self.value(CONTENT) or "0"
        elif code == SCRIPT:
            self.scripts += 1
        elif code == INPUT:
            self.inputs += 1
        elif code == FRAME:
            self.frames += 1
        elif code == OBJECT:
            self.objects += 1
        return 0

    cdef object measure(self, int name):
        """`scorer.html._number` of an attribute."""
        cdef Piece part = self.attributes[name]
        cdef Py_ssize_t i
        cdef int number = 0
        if part.length == 0:
            return None
        if part.length <= 5:
            for i in range(part.length):
                if not c"0" <= part.start[i] <= c"9":
                    break
                number = 10 * number + part.start[i] - c"0"
            else:
                return number
        return self.number(self.decoded(part))

    cdef int read_title(self, const byte *at, const byte *end) except -1:
        """The title that stands from `at` to `end`, with white space collapsed."""
        cdef Piece part
        part.start = at
        part.length = end - at
        if memchr(at, c"<", end - at) != NULL:
            raise ValueError("a title with elements")
        self.title = collapsed(self.decoded(part)).strip()
        return 0

    cdef bint scan(self, int max_elements) except -1:
        """Walk the whole source. False if it goes beyond a bound."""
        cdef const byte *at = self.start
        cdef const byte *end = self.end
        cdef const byte *tag
        cdef const byte *content
        cdef Py_ssize_t length
        cdef int state = 0, below, code, flags
        cdef bint silent = False, childless
        cdef Name *name
        cdef State root
        cdef Open *top
        root.hidden = root.unseen = root.colour = 0
        root.background = 0xFFFFFF
        root.size = 16.0
        self.add(root)
        while at < end:
            if at[0] != c"<":
                if silent:
                    at = <const byte *> memchr(at, c"<", end - at)
                    if at == NULL:
                        raise ValueError("text behind the end")
                else:
                    at = self.shown(at, state)
                continue
            if at + 1 >= end:
                raise ValueError("a tag that does not end")
            if at[1] == c"/":  # the end of an element whose children have been walked
                if self.depth == 0:
                    raise ValueError("an end tag too many")
                self.depth -= 1
                top = &self.stack[self.depth]
                state = top.state
                if top.link:
                    self.close_link()
                if top.flags & BLOCK:
                    self.break_line()
                silent = self.depth > 0 and self.stack[self.depth - 1].flags & SILENT != 0
                at = <const byte *> memchr(at, c">", end - at)
                if at == NULL:
                    raise ValueError("a tag that does not end")
                at += 1
                continue
            if at[1] == c"!" or at[1] == c"?":
                at = self.end_of_aside(at)
                continue
            tag = at + 1
            at = end_of_name(tag, end)
            length = at - tag
            code = OTHER
            if length <= 8:
                name = look_up(TAGS, tag, length)
                code = name.code
                flags = name.flags
            else:
                flags = flags_of(tag, length)
            if flags & STRANGE:
                raise ValueError("foreign content")
            at = self.read_attributes(at)
            self.elements += 1
            if self.elements >= max_elements:
                return False
            below = state
            if self.keyed or (code == A and self.states[state].state.colour != BLUE):
                below = self.below(state, code == A, code == FONT)
            if flags & BLOCK:
                self.break_line()
            if code != OTHER:
                self.act(code, below)
            if self.handled:
                self.handlers += 1
            if self.attributes[BACKGROUND].length:
                self.resources.append(self.value(BACKGROUND))
            if flags & VOID:
                if code == AREA:
                    self.close_link()
                continue
            if flags & RAW:
                at = self.end_of_raw(at, tag, length)
                continue
            childless = at + 1 < end and at[0] == c"<" and at[1] == c"/"
            if childless or (flags & SILENT and code != HEAD):
                content = at
                at = self.end_of_silent(at)
                if code == A:
                    self.close_link()
                elif code == TITLE and not self.title:
                    if at - content < 8:
                        raise ValueError("an end tag that is not that of a title")
                    self.read_title(content, at - 8)  # len("</title>")
                continue
            if self.depth >= self.max_depth:
                return False
            top = &self.stack[self.depth]
            top.state = state
            top.flags = <byte> flags
            top.link = code == A
            self.depth += 1
            if self.depth > self.deepest:
                self.deepest = self.depth
            state = below
            silent = flags & SILENT != 0
        if self.depth:
            raise ValueError("an element that does not end")
        self.close_link()
        return True


cdef inline const byte *end_of_name(const byte *at, const byte *end) noexcept:
    while at < end and at[0] != c" " and at[0] != c">":
        at += 1
    return at


cdef inline int flags_of(const byte *name, Py_ssize_t length) noexcept:
    if length <= 8:
        return look_up(TAGS, name, length).flags
    if length == 10 and (memcmp(name, b"blockquote", 10) == 0 or memcmp(name, b"figcaption", 10) == 0):
        return BLOCK
    if length == 9 and memcmp(name, b"plaintext", 9) == 0:
        return STRANGE
    return 0


cdef bint same(Key *one, Key *other) noexcept:
    cdef int i
    if one.parent != other.parent or one.flags != other.flags:
        return False
    for i in range(KEYED):
        if one.parts[i].length != other.parts[i].length:
            return False
        if one.parts[i].length and memcmp(one.parts[i].start, other.parts[i].start, one.parts[i].length):
            return False
    return True


cdef int as_number(tuple colour) except -1:
    cdef int red = colour[0], green = colour[1], blue = colour[2]
    return red << 16 | green << 8 | blue


cdef bint alike(int one, int other) noexcept:
    """`scorer.html._same`."""
    cdef int i, difference, total = 0
    for i in range(3):
        difference = (one >> 8 * i & 255) - (other >> 8 * i & 255)
        total += -difference if difference < 0 else difference
    return total <= 12


cdef str collapsed(str text):
    """`text` with each run of what `scorer.html._BLANKS` holds as one space."""
    cdef str char
    for char in "\xa0\t\r\n\f":
        text = text.replace(char, " ")
    return " ".join([word for word in text.split(" ") if word])


def read(
    str html not None,
    bytes raw not None,
    Py_ssize_t size,
    dict sheet not None,
    tuple helpers not None,
    int max_elements,
    int max_depth,
):
    """The page of a tree: `html` is the tree as lexbor writes it, `raw` the source it was parsed from, `size` the
    bytes of the whole source, `sheet` how the style sheets hide, `helpers` are `style_of`, `colour_of` and `_number`
    of `scorer.html`. None if the walk in Python is needed."""
    cdef Py_ssize_t length
    cdef Walk walk
    cdef bytes source
    if raw.endswith(b"<!"):
        return None  # Lexbor makes a comment of it that holds what it read before.
    try:
        source = utf8(html)
        length = len(source)
        walk = Walk.__new__(Walk, length, max_depth)
        walk.start = <const byte *> PyBytes_AS_STRING(source)
        walk.end = walk.start + length
        walk.raw = raw
        walk.raw_size = len(raw)
        walk.style_of, walk.colour_of, walk.number = helpers
        walk.sheet = sheet
        walk.sheeted = len(sheet) > 0
        walk.reasons = ["", "same colour"]
        walk.hidden = []
        walk.links = []
        walk.images = []
        walk.forms = []
        walk.resources = []
        walk.stylesheets = []
        walk.title = walk.lang = walk.base = walk.refresh = ""
        if not walk.scan(max_elements):
            return None
    except ValueError:  # Not the form that lexbor writes, or one that does not tell all.
        return None
    return Page(
        PyUnicode_DecodeUTF8(<const char *> walk.text, walk.size, NULL),
        tuple(walk.hidden),
        tuple(walk.links),
        tuple(walk.images),
        walk.title,
        walk.lang,
        walk.base,
        tuple(walk.forms),
        walk.inputs,
        walk.scripts,
        walk.handlers,
        walk.frames,
        walk.objects,
        tuple(walk.stylesheets),
        walk.refresh,
        walk.elements,
        walk.deepest,
        size,
        tuple(walk.resources),
        walk.large,
    )


ctypedef fused unit:  # a string's characters, by its kind
    unsigned char
    unsigned short
    unsigned int


cdef inline bint is_plain(const unit *text) noexcept:
    """Whether a stretch is of ASCII."""
    cdef unit beyond = 0
    cdef int i
    for i in range(STRETCH):
        beyond |= text[i]
    return beyond < 0x80


cdef bytes encoded(const unit *text, Py_ssize_t size):
    """`text` in UTF-8; None if it holds a surrogate. Pages are of ASCII for the most part, with a few other letters:
    stretches of it are taken over as they stand."""
    cdef Py_ssize_t at = 0, stop, length = size
    cdef unsigned int char
    cdef bytes made
    cdef byte *to
    cdef int i
    while at < size:
        if size - at >= STRETCH and is_plain(text + at):
            at += STRETCH
            continue
        stop = at + STRETCH if size - at > STRETCH else size
        for at in range(at, stop):
            char = text[at]
            length += (char >= 0x80) + (char >= 0x800) + (char >= 0x10000)
        at = stop
    made = PyBytes_FromStringAndSize(NULL, length)
    to = <byte *> PyBytes_AS_STRING(made)
    at = 0
    while at < size:
        if size - at >= STRETCH and is_plain(text + at):
            for i in range(STRETCH):
                to[i] = <byte> text[at + i]
            to += STRETCH
            at += STRETCH
            continue
        stop = at + STRETCH if size - at > STRETCH else size
        for at in range(at, stop):
            char = text[at]
            if char < 0x80:
                to[0] = <byte> char
                to += 1
            elif char < 0x800:
                to[0] = <byte> (0xC0 | char >> 6)
                to[1] = <byte> (0x80 | char & 0x3F)
                to += 2
            elif char < 0x10000:
                if char & 0xF800 == 0xD800:
                    return None
                to[0] = <byte> (0xE0 | char >> 12)
                to[1] = <byte> (0x80 | char >> 6 & 0x3F)
                to[2] = <byte> (0x80 | char & 0x3F)
                to += 3
            else:
                to[0] = <byte> (0xF0 | char >> 18)
                to[1] = <byte> (0x80 | char >> 12 & 0x3F)
                to[2] = <byte> (0x80 | char >> 6 & 0x3F)
                to[3] = <byte> (0x80 | char & 0x3F)
                to += 4
        at = stop
    return made


def utf8(str text not None):
    """`text.encode()`, faster for texts that are of ASCII for the most part."""
    cdef bytes made = None
    if not text.isascii():
        if PyUnicode_KIND(text) == 1:
            made = encoded(<const unsigned char *> PyUnicode_DATA(text), len(text))
        elif PyUnicode_KIND(text) == 2:
            made = encoded(<const unsigned short *> PyUnicode_DATA(text), len(text))
        else:
            made = encoded(<const unsigned int *> PyUnicode_DATA(text), len(text))
    return text.encode() if made is None else made


cdef inline bint begins(const byte *at, const byte *end, const char *name, Py_ssize_t length) noexcept:
    """Whether a tag of this name may begin at `at`: letters and spaces beyond ASCII may stand for such within it."""
    cdef Py_ssize_t i
    if end - at <= length:
        return False
    for i in range(length):
        if at[i] >= 128:
            return True
        if (at[i] | 32) != name[i]:
            return False
    return at[length] <= 32 or at[length] >= 128 or at[length] == c"/" or at[length] == c">"


cdef bint formats(const byte *at, const byte *end) noexcept:
    """Whether the name of a formatting element may begin at `at` (`scorer.bounds._FORMATTING`)."""
    cdef byte first = at[0] | 32
    if first >= 128:
        return True
    if first == c"b":
        return begins(at, end, b"b", 1) or begins(at, end, b"big", 3)
    if first == c"c":
        return begins(at, end, b"code", 4)
    if first == c"e":
        return begins(at, end, b"em", 2)
    if first == c"f":
        return begins(at, end, b"font", 4)
    if first == c"i":
        return begins(at, end, b"i", 1)
    if first == c"s":
        return (
            begins(at, end, b"s", 1)
            or begins(at, end, b"small", 5)
            or begins(at, end, b"strike", 6)
            or begins(at, end, b"strong", 6)
        )
    if first == c"t":
        return begins(at, end, b"tt", 2)
    return first == c"u" and begins(at, end, b"u", 1)


cdef bint is_link(const byte *at, const byte *end) noexcept:
    """Whether the name of a link or `nobr` may begin at `at` (`scorer.bounds._ALONE`)."""
    return begins(at, end, b"a", 1) or begins(at, end, b"nobr", 4)


cdef Py_ssize_t length_of_tag(const byte *at, const byte *end) noexcept:
    """How long the tag is whose name begins at `at`; -1 if that is left to Python."""
    cdef const byte *stop = <const byte *> memchr(at, c"<", end - at)
    cdef Py_ssize_t i, singles = 0, doubles = 0
    # No further than to the next tag: places that are looked at once again would add up.
    end = end if stop == NULL else stop
    stop = <const byte *> memchr(at, c">", end - at)
    if stop == NULL:
        return -1
    for i in range(stop - at):
        singles += at[i] == c"'"
        doubles += at[i] == c'"'
    if singles & 1 or doubles & 1 or (singles and doubles):
        # The ">" may stand within quotes.
        stop = end_of_tag(at, end)
        if stop == NULL:
            return -1
    return stop - at


def is_plainly_bounded(
    bytes source not None, Py_ssize_t nesting, Py_ssize_t few, Py_ssize_t copies, Py_ssize_t long_
):
    """Whether a source is within the bounds of `scorer.bounds`, as far as can be told at once: fewer than `nesting` tags
    that may stay open or no more open at once, and `few` in all or fewer than `copies` made of those that format, which
    count once more for each `long_` bytes of their tags."""
    cdef const byte *at = source
    cdef const byte *end = at + len(source)
    cdef Py_ssize_t tags = 0, lasting = 0, formatting = 0, lengths = 0, longest_link = 0, length
    cdef byte first, second
    # In a short source the lengths of tags do not matter, however many there are.
    cdef bint formats_text, measured = len(source) * (len(source) // long_) > copies
    while at < end:
        at = <const byte *> memchr(at, c"<", end - at)
        if at == NULL:
            break
        at += 1  # never beyond the zero behind the bytes
        tags += 1
        first = at[0]
        if first == c"/" or first == c"!":
            continue
        second = at[1] if first else 0
        # What `scorer.bounds._lasting` leaves out: <td, <tr, <p>, <p , <br, <img.
        if first == c"t" and (second == c"d" or second == c"r"):
            continue
        if first == c"p" and (second == c">" or second == c" "):
            continue
        if first == c"b" and second == c"r":
            continue
        if first == c"i" and second == c"m" and at[2] == c"g":
            continue
        lasting += 1
        formats_text = formats(at, end)
        formatting += formats_text
        if measured and (formats_text or is_link(at, end)):
            length = length_of_tag(at, end)
            if length < 0:
                return False
            if formats_text:
                lengths += length // long_
            elif length // long_ > longest_link:
                longest_link = length // long_
    if tags >= nesting and lasting >= nesting and not nests_plainly(source, nesting):
        return False
    if tags * (len(source) // long_) > copies and tags * (formatting + lengths + longest_link) > copies:
        return False
    return tags < few or tags * formatting <= copies


cdef enum:
    NEAR = 50  # `scorer.bounds._NEAR`

cdef word CLOSED_BY_OTHERS[64]
cdef word TABLE_KEY = packed(b"table", 5)
cdef word ROW_KEY = packed(b"tr", 2)
cdef word DATA_KEY = packed(b"td", 2)
cdef word HEAD_KEY = packed(b"th", 2)


cdef word OF_TEXT[8]


cdef void fill_closed():
    cdef bytes name
    cdef int i
    for i, name in enumerate(b"script style title textarea xmp iframe noembed noframes".split()):
        OF_TEXT[i] = packed(name, len(name))
    for i, name in enumerate(
        b"a area base br col dd dt embed hr img input li link meta nobr option p param source track wbr".split()
    ):
        CLOSED_BY_OTHERS[i] = packed(name, len(name))


fill_closed()


cdef inline bint parts_words(byte char) noexcept:
    """What is white space in a tag, to an expression for texts."""
    return char == c" " or 9 <= char <= 13 or 28 <= char <= 31


cdef bint is_kept_open(word key) noexcept:
    cdef int i = 0
    while CLOSED_BY_OTHERS[i]:
        if CLOSED_BY_OTHERS[i] == key:
            return False
        i += 1
    return True


cdef bint is_text(word key) noexcept:
    """Whether an element's content is text."""
    cdef int i
    for i in range(8):
        if OF_TEXT[i] == key:
            return True
    return False


cdef struct Nest:  # `scorer.bounds._Open`, without the copies
    word *opened
    Py_ssize_t depth
    Py_ssize_t deepest
    Py_ssize_t tables


cdef void opens(Nest *nest, word key) noexcept:
    if (key == ROW_KEY or key == DATA_KEY or key == HEAD_KEY) and not nest.tables:
        return
    if is_kept_open(key):
        nest.opened[nest.depth] = key
        nest.depth += 1
        nest.tables += key == TABLE_KEY
        if nest.depth > nest.deepest:
            nest.deepest = nest.depth


cdef void close_to(Nest *nest, Py_ssize_t depth) noexcept:
    while nest.depth > depth:
        nest.depth -= 1
        nest.tables -= nest.opened[nest.depth] == TABLE_KEY


cdef void closes(Nest *nest, word key) noexcept:
    cdef Py_ssize_t at = nest.depth
    while at > 0:
        at -= 1
        if nest.opened[at] == key:
            close_to(nest, at)
            return


cdef void end_before(Nest *nest, word key) noexcept:
    """End what a cell or row of a table ends that begins."""
    cdef Py_ssize_t at = nest.depth, least = nest.depth - NEAR
    cdef word last
    if not nest.tables:
        return
    while at > 0 and at > least:
        at -= 1
        last = nest.opened[at]
        if last == TABLE_KEY:
            return
        if last == ROW_KEY if key == ROW_KEY else (last == DATA_KEY or last == HEAD_KEY):
            close_to(nest, at)
            return


cdef const byte *named(const byte *at, const byte *end, word *key) noexcept:
    """The name that begins at a letter, in lower case; where it ends, NULL for one that is left to Python."""
    cdef byte char
    cdef byte lower[10]
    cdef Py_ssize_t length = 0
    while at < end:
        char = at[0]
        if parts_words(char) or char == c"/" or char == c">":
            break
        if char >= 128 or length == 10:
            return NULL
        lower[length] = char | 32 if c"A" <= char <= c"Z" else char
        length += 1
        at += 1
    if length > 8:
        if length != 10 or (memcmp(lower, b"blockquote", 10) != 0 and memcmp(lower, b"figcaption", 10) != 0):
            return NULL
        key[0] = packed(lower, 8) | <word> 1 << 63  # as no shorter name is
        return at
    key[0] = packed(lower, length)
    return at


cdef const byte *end_of_tag(const byte *at, const byte *end) noexcept:
    """Behind a tag, given where its name ends; NULL for one that is left to Python."""
    cdef byte char, quote
    while at < end:
        char = at[0]
        at += 1
        if char == c">":
            return at
        if char == c"<":
            return NULL
        if char != c"=":
            continue
        while at < end and parts_words(at[0]):
            at += 1
        if at >= end or at[0] >= 128:
            return NULL
        quote = at[0]
        if quote == c'"' or quote == c"'":
            at += 1
            while at < end and at[0] != quote:
                if at[0] == c"<":
                    return NULL
                at += 1
            if at >= end:
                return NULL
            at += 1
        else:
            while at < end and not parts_words(at[0]) and at[0] != c">":
                if at[0] >= 128 or at[0] == c"<":
                    return NULL
                at += 1
    return NULL


cdef const byte *end_of_text(const byte *at, const byte *end, const byte *name, Py_ssize_t length) noexcept:
    """Behind the name in the end tag of an element whose content is text, given where its own name ends; NULL for one
    that is left to Python: with what may be a tag in it, or a comment that goes on."""
    cdef bint comment = False
    cdef Py_ssize_t i
    while at < end:
        if at[0] == c"-" and is_at(at, end, b"-->", 3):
            comment = False
        if at[0] != c"<":
            at += 1
            continue
        at += 1
        if is_at(at, end, b"!--", 3):
            comment = True
        elif at < end and (c"a" <= (at[0] | 32) <= c"z" or at[0] >= 128):
            return NULL
        elif at < end and at[0] == c"/" and end - at > length + 1:
            for i in range(length):
                if (at[1 + i] | 32) != (name[i] | 32):
                    break
            else:
                at += 1 + length
                if not (parts_words(at[0]) or at[0] == c"/" or at[0] == c">"):
                    return NULL
                if comment:
                    return NULL
                return at
    return NULL


cdef bint nests_plainly(bytes source, Py_ssize_t nesting) except -1:
    """Whether no more than `nesting` elements of a source lie inside one another: what `scorer.bounds._end` says,
    False also where a tag looks other than those of nearly all mailings."""
    cdef const byte *at = source
    cdef const byte *end = at + len(source)
    cdef const byte *stop
    cdef const byte *start
    cdef word key
    cdef byte char
    cdef bint closing
    cdef Nest nest
    nest.depth = nest.deepest = nest.tables = 0
    nest.opened = <word *> PyMem_Malloc((nesting + 2) * sizeof(word))
    if nest.opened == NULL:
        raise MemoryError
    try:
        while at < end:
            at = <const byte *> memchr(at, c"<", end - at)
            if at == NULL:
                break
            at += 1
            char = at[0]  # never beyond the zero behind the bytes
            if char == c"!" and is_at(at, end, b"!--", 3):
                at += 3
                if at < end and (at[0] == c">" or is_at(at, end, b"->", 2)):
                    return False
                stop = behind(at, end, b"-->", 3)
                if stop == NULL or behind(at, stop, b"--!>", 4) != NULL:
                    return False
                # What may be a start tag in it counts as one.
                while at < stop:
                    at = <const byte *> memchr(at, c"<", stop - at)
                    if at == NULL:
                        break
                    at += 1
                    if at[0] >= 128:
                        return False
                    if c"a" <= (at[0] | 32) <= c"z":
                        at = named(at, stop, &key)
                        if at == NULL:
                            return False
                        opens(&nest, key)
                        if nest.deepest > nesting:
                            return False
                at = stop
                continue
            closing = char == c"/"
            if closing:
                at += 1
                char = at[0]
            if char >= 128:
                return False
            if not c"a" <= (char | 32) <= c"z":
                continue
            start = at
            at = named(at, end, &key)
            if at == NULL:
                return False
            if not closing and is_text(key):
                at = end_of_text(at, end, start, at - start)
            else:
                at = end_of_tag(at, end)
            if at == NULL:
                return False
            if closing:
                closes(&nest, key)
                continue
            if key == ROW_KEY or key == DATA_KEY or key == HEAD_KEY:
                end_before(&nest, key)
            opens(&nest, key)
            if nest.deepest > nesting:
                return False
    finally:
        PyMem_Free(nest.opened)
    return True
