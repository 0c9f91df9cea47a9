# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""What measured values weigh by a table of cut points.

Mirrors `scorer.structure.model.StructureModel.weigh`: the share of each feature by the number of its cut points that its
value reaches, and those that are not nothing, the heaviest first.
"""

from cpython.dict cimport PyDict_GetItem
from cpython.float cimport PyFloat_AsDouble
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.ref cimport PyObject
from libc.math cimport fabs, isfinite

cdef struct Share:
    double weight  # without its sign
    Py_ssize_t rank  # of the feature's name in the order of all names
    Py_ssize_t feature
    Py_ssize_t reached  # where in `shares` its share is

cdef class Scorecard:
    """Made of each feature's name, title, rising cut points and shares: one more share than cut points."""

    cdef list names
    cdef list titles
    cdef list shares  # of all features, one after another, as Python's numbers
    cdef Py_ssize_t count
    cdef double* cuts
    cdef Py_ssize_t* first_cut  # where a feature's cut points begin; one more at the end
    cdef Py_ssize_t* rank

    def __cinit__(self, features):
        cdef Py_ssize_t number, at = 0
        self.count = len(features)
        self.names = [name for name, _, _, _ in features]
        self.titles = [title for _, title, _, _ in features]
        self.shares = []
        total = sum([len(cuts) for _, _, cuts, _ in features])
        self.cuts = <double*>PyMem_Calloc(total + 1, sizeof(double))
        self.first_cut = <Py_ssize_t*>PyMem_Calloc(self.count + 1, sizeof(Py_ssize_t))
        self.rank = <Py_ssize_t*>PyMem_Calloc(self.count + 1, sizeof(Py_ssize_t))
        if self.cuts == NULL or self.first_cut == NULL or self.rank == NULL:
            raise MemoryError
        for number, (_, _, cuts, shares) in enumerate(features):
            if len(shares) != len(cuts) + 1:
                raise ValueError("one more share than cut points is needed")
            self.first_cut[number] = at
            for cut in cuts:
                self.cuts[at] = cut
                at += 1
            self.shares.extend(shares)
        self.first_cut[self.count] = at
        for number, feature in enumerate(sorted(range(self.count), key=self.names.__getitem__)):
            self.rank[<Py_ssize_t>feature] = number

    def __dealloc__(self):
        PyMem_Free(self.cuts)
        PyMem_Free(self.first_cut)
        PyMem_Free(self.rank)

    def terms(self, dict values not None, make):
        """`make(name, value, share, title)` for each feature whose value has a share, the heaviest first, then by name;
        and the shares alone. A value that is None, no number or infinite says nothing."""
        cdef Share* found = <Share*>PyMem_Calloc(self.count + 1, sizeof(Share))
        if found == NULL:
            raise MemoryError
        try:
            return self._terms(values, make, found)
        finally:
            PyMem_Free(found)

    cdef tuple _terms(self, dict values, make, Share* found):
        cdef Py_ssize_t number, at, count = 0, place
        cdef PyObject* got
        cdef double value, share
        cdef Share one
        for number in range(self.count):
            got = PyDict_GetItem(values, self.names[number])
            if got == NULL or <object>got is None:
                continue
            value = PyFloat_AsDouble(<object>got)
            if not isfinite(value):
                continue
            at = self.first_cut[number]
            while at < self.first_cut[number + 1] and self.cuts[at] <= value:
                at += 1
            share = PyFloat_AsDouble(self.shares[at + number])
            if share == 0.0:
                continue
            one = Share(fabs(share), self.rank[number], number, at + number)
            place = count
            while place > 0 and (
                found[place - 1].weight < one.weight
                or (found[place - 1].weight == one.weight and found[place - 1].rank > one.rank)
            ):
                found[place] = found[place - 1]
                place -= 1
            found[place] = one
            count += 1
        cdef list terms = [], shares = []
        for place in range(count):
            number = found[place].feature
            shared = self.shares[found[place].reached]
            name = self.names[number]
            shares.append(shared)
            terms.append(make(name, values[name], shared, self.titles[number]))
        return tuple(terms), shares
