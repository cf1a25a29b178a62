#!/usr/bin/env python3
"""Each allocation of a command fails, once or from then on: in the program, in its arenas and in the libraries it uses.

A command that lacks memory says so in one message and ends with a documented code that is not 0, or does its work as if
nothing had happened: nothing between, no crash, no leak, no value lost or changed.

usage: test_allocation_faults.py [PART-OF-A-NAME...]    in make check those of each place fail once from then on; with
STADSLAGER_CHECK_LONG=1 every one.  Prints a line per test and, last, "N passed, N failed".
"""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_faults  # noqa: E402
from lib_faults import CODES, LONG, Sweep, Verdicts, count, each, each_place, holds, same  # noqa: E402
from lib_run import CONFIG, DONE, INTERNAL, REFUSED, TOP, EXPORTS, World  # noqa: E402

# libzip takes some failures of malloc for a damaged archive and loses its own memory on the way; the file is refused all the same.
LIBZIP = "is no workbook (xlsx)"
CAUSE = ("out of memory", "Cannot allocate memory")


def judge_plain(plain, child):
    """A command without a database: its output is the undisturbed one, or it says that memory ran out."""
    holds("Sanitizer" not in child.err and "runtime error" not in child.err, child.err)
    holds(child.code in CODES, str(child))
    if child.failed == "-" or child.code == plain.returncode:
        same((child.code, child.out), (plain.returncode, plain.stdout.decode("utf-8")), "an undisturbed output")
        return
    if child.code == REFUSED and LIBZIP in child.err:
        return
    if child.code == CONFIG and CAUSE[1] in child.err:  # the file could not be read, and why
        return
    same(child.code, INTERNAL, "%s; its exit code" % child.err)
    messages = lib_faults.said(child.err)
    same(len(messages), 1, "messages in %s" % child.err)
    holds(any(cause in child.err for cause in CAUSE), "the cause is named in %s" % child.err)


def sweep_plain(w, title, *arguments):
    """All allocations of a command that needs no database; those that fail from then on, by their places in make check."""
    command = [lib_faults.PROGRAM] + list(arguments)
    plain = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=World.environment())
    same(plain.returncode, DONE, plain.stderr.decode("utf-8"))
    for stays in (False, True):
        verdicts = Verdicts("%s, %s" % (title, "from then on" if stays else "once"))
        for child in Sweep(command, w.folder, stays=stays, choose=each if LONG or not stays else each_place):
            verdicts.judge(child, lambda: judge_plain(plain, child))
        count("allocation", verdicts.number)
        verdicts.end()


def decode(connector, file, *arguments):
    return ("decode", "--connector", connector) + arguments + (os.path.join(EXPORTS, file),)


def case_layout_a_of_a_report(w):
    for table in ("indikator", "mal", "aktivitet", "tabell"):
        sweep_plain(w, table, *decode("rapporttext", "farsta-2023.txt", "--stadsdel", "Farsta", "--year", "2023", "--table", table))


def case_layout_b_of_a_report(w):
    sweep_plain(w, "indikator", *decode("rapporttext", "kungsholmen-2021.txt", "--stadsdel", "Kungsholmen", "--year", "2021", "--enhet", "A",
                                          "--enhet", "B", "--enhet", "C", "--table", "indikator"))


def case_delimited_text(w):
    sweep_plain(w, "semicolons", *decode("delimited", "farsta-2022.csv", "--table", "indikator"))
    sweep_plain(w, "more columns", *decode("delimited", "bromma-2022.csv", "--table", "indikator"))


def case_a_workbook(w):
    sweep_plain(w, "indikator", *decode("xlsx", "sodermalm-2023.xlsx", "--table", "indikator"))


def case_the_configuration(w):
    folder = os.path.join(TOP, "tests", "fixtures", "config")
    sweep_plain(w, "check-config", "--config", os.path.join(folder, "good.yaml"), "check-config")


if __name__ == "__main__":
    sys.exit(lib_faults.main(globals()))
