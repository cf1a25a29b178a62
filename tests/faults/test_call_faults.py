#!/usr/bin/env python3
"""Each call to the system, to libpq and to libcurl that a run makes fails, once or from then on, and each of its allocations.

usage: test_call_faults.py [PART-OF-A-NAME...]    starts itself inside tests/with-postgres; in make check every so many calls,
with STADSLAGER_CHECK_LONG=1 every one.  Prints a line per test and, last, "N passed, N failed".
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_faults  # noqa: E402
from lib_scenario import Scenario  # noqa: E402


def case_allocations_of_a_run(w):
    s = Scenario(w)
    for stays in (False, True):
        s.sweep("allocation", "from then on" if stays else "once", 97, 20, stays=stays)


def case_files_of_a_run_that_fetches(w):
    s = Scenario(w, offline=False)
    for how, stays, step in (("EIO", False, 2), ("ENOSPC", False, 5), ("EIO", True, 5), ("short", False, 5), ("EINTR", False, 5)):
        s.sweep("call", "%s %s" % (how, "from then on" if stays else "once"), step, 20, fault="file", how=how, stays=stays)


def case_the_database_of_a_run(w):
    s = Scenario(w)
    for how, stays, step in (("cut", False, 2), ("null", False, 2), ("null", True, 4)):
        s.sweep("call", "%s %s" % (how, "from then on" if stays else "once"), step, 20, fault="pq", how=how, stays=stays)


def case_the_transfer_of_a_run(w):
    s = Scenario(w, offline=False)
    for stays in (False, True):
        s.sweep("call", "from then on" if stays else "once", 1, 20, fault="curl", stays=stays)


if __name__ == "__main__":
    sys.exit(lib_faults.main(globals()))
