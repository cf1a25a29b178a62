#!/usr/bin/env python3
"""The paths with more than one thread under ThreadSanitizer: the sender of an export that is built aside, the reader of an audit,
the transfers.  The tests of tests/integration and tests/faults are run with the program built for it (`make tsan`); a race that is
reported fails the test that met it.

usage: test_threads.py [PART-OF-A-SUITE'S-NAME...]   without parts only with STADSLAGER_CHECK_LONG=1: building it takes a minute.
Prints a line per test and, last, "N passed, N failed".
"""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.join(TOP, "build", "tsan", "stadslager")
RACED = 98  # ThreadSanitizer's exit status: none of the program's
# Suites with the parts of their tests' names.  Left out is what measures memory, which ThreadSanitizer multiplies.
SUITES = (
    ("integration/test_aside", ()),
    ("integration/test_audit", ("every_year", "whatever_is_changed", "any_fact_table", "as_of_its_time", "one_state", "manifest", "limit", "flipped_bit")),
    ("integration/test_run", ("deadline", "sigterm", "sigint", "goes_away", "others_are_loaded")),
    ("faults/test_peer", ("redirect", "good_certificate", "nested_gzip", "others")),
)


def run(suite, parts):
    """Shows what SUITE says; how many of its tests passed and failed."""
    env = dict(os.environ, STADSLAGER=PROGRAM, TSAN_OPTIONS="exitcode=%d" % RACED)
    done = subprocess.run([sys.executable, os.path.join(TOP, "tests", suite + ".py")] + list(parts), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env)
    *said, last = done.stdout.decode("utf-8", "replace").splitlines() or [""]
    print("\n".join([suite] + said), flush=True)
    words = last.split()
    if len(words) == 4 and words[1::2] == ["passed,", "failed"] and int(words[0]) + int(words[2]):
        return int(words[0]), int(words[2])
    print("FAIL  %s ended with %d: %s" % (suite, done.returncode, last))
    return 0, 1


def main():
    if not sys.argv[1:] and os.environ.get("STADSLAGER_CHECK_LONG") != "1":
        print("skip: ThreadSanitizer is part of make check-long")
        return 77
    passed = failed = 0
    subprocess.run(["make", "--no-print-directory", "-j2", "tsan"], cwd=TOP, stdin=subprocess.DEVNULL, check=True)
    for suite, parts in SUITES:
        if not sys.argv[1:] or any(part in suite for part in sys.argv[1:]):
            ok, bad = run(suite, parts)
            passed, failed = passed + ok, failed + bad
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
