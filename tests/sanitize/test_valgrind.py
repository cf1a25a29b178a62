#!/usr/bin/env python3
"""The release build under valgrind: no invalid or uninitialised read, no definite leak, in what is shipped.

usage: test_valgrind.py [PART-OF-A-NAME...]    starts itself inside tests/with-postgres.
With STADSLAGER_CHECK_LONG=1 every fixture, a run with fetching, an offline run, audit, export, report and more; else one decoding.
Prints a line per test and, last, "N passed, N failed".
"""
import os
import shutil
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "integration"))
import lib_run  # noqa: E402
from lib_run import DONE, EXPORTS, QUARANTINED, REFUSED, TOP, Source, export, holds, rows  # noqa: E402

LONG = os.environ.get("STADSLAGER_CHECK_LONG") == "1"
PROGRAM = os.path.join(TOP, "build", "stadslager")
FOUND = 97  # valgrind's exit status when it found something: none of the program's
VALGRIND = ["valgrind", "--quiet", "--error-exitcode=%d" % FOUND, "--leak-check=full", "--errors-for-leak-kinds=definite",
            "--show-leak-kinds=definite", "--num-callers=25", "--suppressions=" + os.path.join(HERE, "valgrind.supp")]
DISTRICTS = {"bromma": "Bromma", "farsta": "Farsta", "hasselby": "Hässelby-Vällingby", "kungsholmen": "Kungsholmen",
             "skarholmen": "Skärholmen", "sodermalm": "Södermalm"}


def checked(w, *arguments, codes=(DONE,)):
    """Runs the program under valgrind; what valgrind finds fails the test, as its exit status is none of the program's."""
    ended = w.run(*arguments, command=VALGRIND + [PROGRAM, "--config", w.config] + list(arguments))
    holds(ended.code in codes and "==" not in ended.err, str(ended))
    return ended


def decoded(w, name, table):
    connector = {"txt": "rapporttext", "xlsx": "xlsx"}.get(name.rsplit(".", 1)[1], "delimited")
    place = []
    if connector == "rapporttext":
        parts = name.split(".")[0].split("-")
        place = ["--stadsdel", DISTRICTS[parts[0]], "--year", parts[-1]]
    for unit in "ABC" if name == "kungsholmen-2021.txt" else "":  # three reports in a row
        place += ["--enhet", unit]
    return checked(w, "decode", "--connector", connector, *place, "--table", table, os.path.join(EXPORTS, name),
                   codes=(DONE, REFUSED)).out  # refused: its columns would have to be mapped


def case_decoding_a_report(w):
    holds(decoded(w, "bromma-2023.txt", "indikator").count("\n") > 10, "it has rows")


def long_case_decoding_each_fixture(w):
    for name in sorted(os.listdir(EXPORTS)):
        for table in ("indikator", "mal", "aktivitet", "tabell") if name.endswith(".txt") else ("indikator",):
            decoded(w, name, table)


def loaded(w):
    """A report, a workbook and a delimited export that is built aside, fetched and loaded under valgrind."""
    w.content["a"] = w.fixture("bromma-2023.txt")
    w.content["b"] = w.fixture("sodermalm-2023.xlsx")
    w.content["c"] = export(*rows(10, period="VB 2021", district="Farsta stadsdelsnämnd"))
    w.configure(Source("a", "rapporttext", stadsdel="Bromma", year=2023), Source("b", "xlsx"), Source("c"),
                limits={"max_quarantined_pct": 100}, load={"aside_from": "1"})
    return checked(w, "run", codes=(DONE, QUARANTINED))


def long_case_a_run_that_fetches_and_the_same_offline_and_again(w):
    loaded(w)
    checked(w, "run", codes=(DONE,))
    w.content["c"] = export(*rows(10, first=30, period="VB 2021", district="Farsta stadsdelsnämnd"))
    checked(w, "run", codes=(DONE, QUARANTINED))
    before = w.values()
    w.sql("DROP DATABASE %s WITH (FORCE)" % w.database, "postgres")
    w.sql("CREATE DATABASE %s TEMPLATE ready" % w.database, "postgres")
    checked(w, "run", "--offline", codes=(DONE, QUARANTINED))
    holds(len(w.values()) == len(before), "the archive gives the same facts")


def long_case_what_reads_the_warehouse(w):
    loaded(w)
    w.idle()
    out = os.path.join(w.folder, "out-%d" % w.number)
    os.mkdir(out)
    checked(w, "audit", "--year", "2023", "--manifest", os.path.join(out, "manifest.json"))
    checked(w, "audit", "--verify", os.path.join(out, "manifest.json"))
    for form in ("csv", "sdmx-csv", "json-stat2", "px", "xlsx"):
        checked(w, "export", "--format", form, "--year", "2023", "--out", os.path.join(out, "utfall." + form))
    checked(w, "report", "--out", os.path.join(out, "site"))
    for arguments in (("status",), ("compare", "Sjukfrånvaro", "--period", "2021"), ("quarantine", "list"), ("rerun", "--year", "2023", "--dry-run"),
                      ("diff", "--from", "1", "--to", "2"), ("check-names",), ("check-config",), ("prune", "--dry-run"),
                      ("explain", "Farsta", "Sjukfrånvaro", "2021")):
        checked(w, *arguments, codes=range(11))


if __name__ == "__main__":
    if not shutil.which("valgrind"):
        print("skip: valgrind is not installed")
        sys.exit(77)
    chosen = {name.replace("long_case_", "case_"): case for name, case in globals().items()
              if name.startswith("case_") or (LONG and name.startswith("long_case_"))}
    sys.exit(lib_run.main(chosen))
