#!/usr/bin/env python3
"""Commands that look at the warehouse and change nothing: each call to libpq that one makes fails, and each allocation.

Such a command says what an undisturbed one says and ends like it, or ends with another documented code and a message; it
never ends well having said something else, and never changes a fact.

usage: test_command_faults.py [PART-OF-A-NAME...]    starts itself inside tests/with-postgres; in make check of the
calls from the same place one, with STADSLAGER_CHECK_LONG=1 every one.  Prints a line per test and, last, "N passed, N failed".
"""
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_faults  # noqa: E402
from lib_faults import CODES, LONG, AfterTheConfiguration, Standing, Sweep, Verdicts, count, each, each_place, holds, same  # noqa: E402
from lib_run import DONE, QUARANTINED, TOP, Source, export, line  # noqa: E402

FIXTURES = os.path.join(TOP, "tests", "fixtures", "config")

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


met = {False: set(), True: set()}  # places of allocations, those that fail once and those from which on all fail


def sweep(w, *arguments, calls=each, stays=(False, True)):
    """Each call to libpq, or the CALLS of a slow command, and each allocation beyond the configuration's: in make check where no command
    before has made one."""
    plain = w.run(*arguments)
    command = [lib_faults.PROGRAM, "--config", w.config] + list(arguments)
    stood = Standing(w)
    hows = [("call", dict(fault="pq", how=how, choose=each if LONG else calls)) for how in ("cut", "null") if calls]
    hows += [("allocation", dict(stays=s, choose=AfterTheConfiguration(w.config, w.folder, met[s]))) for s in ((False, True) if LONG else stays)]
    for kind, how in hows:
        verdicts = Verdicts("%s, %s %s" % (" ".join(arguments), kind, how.get("how", "from then on" if how.get("stays") else "once")))
        for child in Sweep(command, w.folder, **how):
            verdicts.judge(child, lambda: judge(plain, child))
            if arguments[0] in LOCKING:
                w.idle()  # the server may not know yet that the session it holds the lock for was cut
        count(kind, verdicts.number)
        if verdicts.number or verdicts.wrong or LONG:  # it may have no place of its own
            verdicts.end()
    same(Standing(w).sources, stood.sources, "the facts")


def case_configuration(w):
    loaded(w)
    command = ("check-config",)
    plain = w.run(*command)
    for stays in (False, True):
        verdicts = Verdicts("the configuration %s" % ("from then on" if stays else "once"))
        for child in Sweep([lib_faults.PROGRAM, "--config", w.config, *command], w.folder, stays=stays):
            verdicts.judge(child, lambda: judge(plain, child))
        count("allocation", verdicts.number)
        verdicts.end()


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
    sweep(w, "check-names", calls=None)


def case_prune(w):
    loaded(w)
    sweep(w, "prune", "--dry-run")


def case_audit_of_a_manifest(w):
    loaded(w)
    manifest = os.path.join(w.folder, "kept.json")
    w.run("audit", "--year", "2023", "--manifest", manifest, code=DONE)
    sweep(w, "audit", "--verify", manifest, calls=None)


def case_report(w):
    loaded(w)
    folder = os.path.join(w.folder, "report")
    os.mkdir(folder)
    sweep(w, "report", "--out", os.path.join(folder, "sida"), calls=each_place, stays=(True,))


def case_doctor(w):
    loaded(w)
    sweep(w, "doctor")
    sweep(w, "doctor", "--full", "--format", "json", calls=each_place)


def case_quarantine(w):
    loaded(w)
    sweep(w, "quarantine", "list")
    sweep(w, "quarantine", "list", "--format", "json")
    sweep(w, "quarantine", "replay", "--dry-run", calls=each_place)


def case_migrate(w):
    loaded(w)
    sweep(w, "migrate")
    sweep(w, "migrate", "--dry-run")


def case_rerun(w):
    loaded(w)
    sweep(w, "rerun", "--year", "2023", "--dry-run", calls=each_place)


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
