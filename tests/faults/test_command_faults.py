#!/usr/bin/env python3
"""Commands that look at the warehouse and change nothing: each call to libpq that one makes fails, and each allocation.

Such a command says what an undisturbed one says and ends like it, or ends with another documented code and a message; it
never ends well having said something else, and never changes a fact.

usage: test_command_faults.py [PART-OF-A-NAME...]    starts itself inside tests/with-postgres; in make check every so many
calls, with STADSLAGER_CHECK_LONG=1 every one.  Prints a line per test and, last, "N passed, N failed".
"""
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_faults  # noqa: E402
from lib_faults import CODES, LONG, Standing, Sweep, Verdicts, count, holds, same  # noqa: E402
from lib_run import DONE, QUARANTINED, TOP, Source, export, line  # noqa: E402

FIXTURES = os.path.join(TOP, "tests", "fixtures", "config")
ALLOCATIONS = 61  # in make check each 61st, of thousands

LOCKING = ("migrate", "quarantine", "rerun")


def loaded(w):
    """Two loads of a source, with revisions, findings and rows in quarantine; few names, as each is an allocation."""
    registries = {n: os.path.join(FIXTURES, n + ".yaml") for n in ("stadsdelar", "enheter", "indikatorer")}
    w.configure(Source("a"), limits={"max_quarantined_pct": 50}, registries=registries)
    w.content["a"] = export(line("Sjukfrånvaro", "5,5 %", "5 %", "6 %"), line("Antal barn", "10", previous="9", target="öka"))
    w.run("run", code=DONE)
    w.content["a"] = export(line("Sjukfrånvaro", "6,5 %", "5 %", "6 %", target="8 %"), line("Antal barn", "11", unit="Familjeenheten"),
                            line("Okänd indikator", "1 %"))
    w.run("run", code=QUARANTINED)
    w.idle()


def steady(text):
    """What a command prints, without what differs from one moment to the next: times, free bytes and inodes, seconds, how far clocks are apart."""
    text = re.sub(r"[^\n]*(as the database server's|the database server's clock)[^\n]*", "clock", text)
    return re.sub(r"(?<=_bytes\": )\d+|\d+([.,]\d+)? ?[kMGT]?i?B\b|\d{4}-\d\d-\d\d[T ][0-9:.]+Z?|\d+ (s|min|h)\b|\d+ %(?= of the inodes)", "#", text)


def judge(plain, child):
    holds("Sanitizer" not in child.err and "runtime error" not in child.err, child.err)
    holds(child.code in CODES or child.code == 10, str(child))
    if child.failed == "-" or child.code == plain.code:
        same((child.code, steady(child.out)), (plain.code, steady(plain.out)), "an undisturbed output")
        return
    holds(child.code != DONE, "it ended well although %s did not" % plain)
    holds(lib_faults.said(child.err) or child.out, "nothing was said: %s" % child)


def sweep(w, *arguments, allocations=ALLOCATIONS):
    """ALLOCATIONS: which ones fail in make check.  Of a command that makes many calls, those to libpq fail once for each place there."""
    plain = w.run(*arguments)
    command = [lib_faults.PROGRAM, "--config", w.config] + list(arguments)
    stood = Standing(w)
    for kind, how in (("call", dict(fault="pq", how="cut")), ("call", dict(fault="pq", how="null")), ("allocation", {}),
                      ("allocation", dict(stays=True))):
        step = allocations if kind == "allocation" and not LONG else 1
        verdicts = Verdicts("%s, %s %s" % (" ".join(arguments), kind, how))
        places = kind == "call" and allocations != ALLOCATIONS and not LONG
        for child in Sweep(command, w.folder, first=1 + step // 2 * ("stays" in how), step=step, places=places, **how):
            verdicts.judge(child, lambda: judge(plain, child))
            if arguments[0] in LOCKING:
                w.idle()  # the server may not know yet that the session it holds the lock for was cut
        count(kind, verdicts.number)
        verdicts.end()
    same(Standing(w).sources, stood.sources, "the facts")


def case_status(w):
    loaded(w)
    sweep(w, "status")
    sweep(w, "status", "--format", "json")


def case_explain(w):
    loaded(w)
    sweep(w, "explain", "Bromma", "Sjukfrånvaro", "VB 2023")
    sweep(w, "explain", "Bromma", "Sjukfrånvaro", "VB 2023", "--format", "json")


def case_diff(w):
    loaded(w)
    sweep(w, "diff", "--from", "1", "--to", "2")
    sweep(w, "diff", "--from", "1", "--to", "2", "--format", "json")


def case_names(w):
    loaded(w)
    sweep(w, "check-names")


def case_prune(w):
    loaded(w)
    sweep(w, "prune", "--dry-run")


def case_audit_of_a_manifest(w):
    loaded(w)
    manifest = os.path.join(w.folder, "kept.json")
    w.run("audit", "--year", "2023", "--manifest", manifest, code=DONE)
    sweep(w, "audit", "--verify", manifest, allocations=211)


def case_report(w):
    loaded(w)
    folder = os.path.join(w.folder, "report")
    os.mkdir(folder)
    sweep(w, "report", "--out", os.path.join(folder, "sida"), allocations=397)


def case_doctor(w):
    loaded(w)
    sweep(w, "doctor")
    sweep(w, "doctor", "--full", "--format", "json", allocations=211)


def case_quarantine(w):
    loaded(w)
    sweep(w, "quarantine", "list")
    sweep(w, "quarantine", "list", "--format", "json", allocations=211)
    sweep(w, "quarantine", "replay", "--dry-run", allocations=397)


def case_migrate(w):
    loaded(w)
    sweep(w, "migrate")
    sweep(w, "migrate", "--dry-run")


def case_rerun(w):
    loaded(w)
    sweep(w, "rerun", "--year", "2023", "--dry-run", allocations=397)


def case_compare(w):
    loaded(w)
    for form in ("table", "csv", "json"):
        sweep(w, "compare", "Sjukfrånvaro", "--format", form)


def case_export(w):
    loaded(w)
    print("pending  export: libxlsxwriter itself crashes when malloc fails in it, so that no call of a workbook's export is failed")
    for form in ("csv", "sdmx-csv", "json-stat2", "px"):
        sweep(w, "export", "--format", form)


if __name__ == "__main__":
    sys.exit(lib_faults.main(globals()))
