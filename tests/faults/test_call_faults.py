#!/usr/bin/env python3
"""Each call to the system, to libpq and to libcurl that a run makes fails, once or from then on, and each of its allocations.

usage: test_call_faults.py [PART-OF-A-NAME...]    starts itself inside tests/with-postgres; in make check of the calls from
the same place one, with STADSLAGER_CHECK_LONG=1 every one.  Prints a line per test and, last, "N passed, N failed".
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_faults  # noqa: E402
from lib_scenario import a_source_that_changes  # noqa: E402


def once_or_from_then_on(stays):
    return "from then on" if stays else "once"


def case_allocations_of_a_run(w):
    s = a_source_that_changes(w)
    beyond = lib_faults.AfterTheConfiguration(s.config, w.folder)
    for stays in (False, True):
        s.sweep("allocation", once_or_from_then_on(stays), stays=stays, choose=beyond)


def case_files_of_a_run_that_fetches(w):
    s = a_source_that_changes(w, offline=False)
    for how, stays in (("EIO", False), ("ENOSPC", False), ("EIO", True), ("short", False), ("EINTR", False)):
        s.sweep("call", "%s %s" % (how, once_or_from_then_on(stays)), fault="file", how=how, stays=stays)


def case_the_database_of_a_run(w):
    s = a_source_that_changes(w)
    for how, stays in (("cut", False), ("null", False), ("null", True)):
        s.sweep("call", "%s %s" % (how, once_or_from_then_on(stays)), fault="pq", how=how, stays=stays)


def case_the_transfer_of_a_run(w):
    s = a_source_that_changes(w, offline=False)
    for stays in (False, True):
        s.sweep("call", once_or_from_then_on(stays), fault="curl", stays=stays)


if __name__ == "__main__":
    sys.exit(lib_faults.main(globals()))
