#!/usr/bin/env python3
"""Each call to the system that a command makes for its files fails, once or from then on, in commands that load nothing: those
that read files, and those that read the warehouse and print or write what they found.

Such a command prints, and leaves in its files, what it would have undisturbed, and ends as it would have; or it ends with another
documented code and one message that names the cause, and the file that stood there before stands there as it was.

usage: test_file_faults.py [PART-OF-A-NAME...]    starts itself inside tests/with-postgres; in make check of the calls of
the longer ones those from the same place once, with STADSLAGER_CHECK_LONG=1 every one.  Prints a line per test and, last, "N passed, N failed".
"""
import itertools
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_faults  # noqa: E402
from lib_faults import CODES, LONG, Sweep, Verdicts, count, each, each_place, holds, no_secret, no_secret_in, nothing_left, same  # noqa: E402
from test_command_faults import steady  # noqa: E402
from lib_run import DONE, EXPORTS, QUARANTINED, TOP, Ended, Source, export, line, rows  # noqa: E402

CAUSES = {"EIO": "Input/output error", "ENOSPC": "No space left on device", "EINTR": "Interrupted system call", "EMFILE": "Too many open files",
          "EACCES": "Permission denied"}
# No signal interrupts every call for ever: who begins again after EINTR would never end.
FILES = [(how, stays) for how in ("EIO", "ENOSPC", "EINTR", "EMFILE", "EACCES", "short") for stays in (False, True) if (how, stays) != ("EINTR", True)]
NOW = {"STADSLAGER_NOW": "2026-05-05T05:05:05Z"}  # no command prints another time than the one before


class Command:
    """One that loads nothing, what it prints and leaves undisturbed."""

    def __init__(self, w, *arguments, config=None, writes=None, code=DONE):
        self.w, self.arguments, self.writes, self.code = w, arguments, writes, code
        self.command = [lib_faults.PROGRAM] + (["--config", config] if config else []) + list(arguments)
        self.before = self.look()
        done = subprocess.run(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=w.environment(NOW))
        same(done.returncode, code, done.stderr.decode("utf-8"))
        self.out, self.after = steady(done.stdout.decode("utf-8")), self.look()
        self.restore()

    def look(self):
        """What stands where it writes, by name."""
        found = {}
        for folder, _, names in os.walk(self.writes or ""):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as f:
                    found[os.path.relpath(path, self.writes)] = f.read()
        return found

    def restore(self):
        if not self.writes or self.look() == self.before:
            return
        shutil.rmtree(self.writes)
        for name, content in self.before.items():
            path = os.path.join(self.writes, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(content)

    def judge(self, child, cause, cleans):
        ended = Ended(self.arguments, child.code, child.out, child.err)
        holds("Sanitizer" not in child.err and "runtime error" not in child.err, child.err)
        holds(child.code in CODES, str(child))
        no_secret(ended)
        now = self.look()
        if child.code == self.code:
            same(steady(child.out), self.out, "what it prints")
            now = {name: content for name, content in now.items() if name in self.after or "could not remove the report of before" not in child.err}
            holds(now == self.after, "it ended as undisturbed, but left others than %s, or not as undisturbed: %s" % (sorted(self.after), child.err))
            return
        messages = lib_faults.said(child.err) or re.findall(r"^\S.*:\d+:\d+: .*$", child.err, re.MULTILINE)
        messages = [text for text in messages if not re.match(r"export: \d+ values as |report: \d+ pages in |could not remove the report of before", text)]  # what it did, said before it went wrong
        holds(len(messages) == 1, "one message, be it about several lines of the configuration: %s" % child.err)
        if child.failed == "fwrite":  # a stream remembers that it failed, not why
            cause = "could not write|standard output"
        holds(not cause or re.search(cause, child.err), "the cause, %s, is named in %s" % (cause, child.err))
        left = [name for name in now if name not in self.before and name not in self.after]
        holds(not left or not cleans or child.failed.startswith("unlink"), "temporary files are left: %s" % left)
        now = {name: content for name, content in now.items() if name not in left}
        holds(now in (self.before, self.after), "the files are neither as before nor as after: %s" % child.err)

    def sweep(self, hows, choose=None):
        """Every call fails, in each of HOWS; in make check those from the same place once."""
        for how, stays in hows:
            verdicts = Verdicts("%s: %s %s" % (self.arguments[0], how, "from then on" if stays else "once"))
            for child in Sweep(self.command, self.w.folder, fault="file", how=how, stays=stays, env=NOW, choose=choose):
                if child.failed == "-":
                    same((child.code, steady(child.out)), (self.code, self.out), "undisturbed")
                    self.restore()
                    continue
                verdicts.judge(child, lambda: self.judge(child, CAUSES.get(how), not stays))
                self.restore()
            count("call", verdicts.number)
            verdicts.end()


def case_the_configuration(w):
    folder = os.path.join(TOP, "tests", "fixtures", "config")
    Command(w, "check-config", config=os.path.join(folder, "good.yaml")).sweep(FILES, each)


def decode(w, connector, file, *arguments):
    Command(w, "decode", "--connector", connector, *arguments, os.path.join(EXPORTS, file)).sweep(FILES, each)


def case_decoding(w):
    decode(w, "rapporttext", "farsta-2023.txt", "--stadsdel", "Farsta", "--year", "2023", "--table", "indikator")
    decode(w, "delimited", "farsta-2022.csv", "--table", "indikator")
    decode(w, "xlsx", "sodermalm-2023.xlsx", "--table", "indikator")


def loaded(w):
    """A warehouse with an export in it, and a folder for what commands write."""
    w.content["a"] = export(*rows(9), line("Antal drakar", "1"))
    w.configure(Source("a"))
    w.run("run", code=QUARANTINED)
    folder = os.path.join(w.folder, "%d-writes" % w.number)
    os.mkdir(folder)
    return folder


def read_only(w, writes, arguments):
    """It stands at an older output than it will write."""
    Command(w, *arguments, config=w.config, writes=writes).sweep([how for how in FILES if how[0] in ("EIO", "ENOSPC") or how == ("short", False)])
    if writes:
        no_secret_in(writes)
    nothing_left(w)


def case_a_comparison(w):
    loaded(w)
    read_only(w, None, ("compare", "Sjukfrånvaro", "--period", "2023"))


def case_an_export(w):
    writes = loaded(w)
    with open(os.path.join(writes, "utfall.csv"), "w", encoding="utf-8") as f:
        f.write("an older one\n")
    read_only(w, writes, ("export", "--format", "csv", "--out", os.path.join(writes, "utfall.csv")))


def case_an_audit(w):
    loaded(w)
    read_only(w, None, ("audit", "--year", "2023"))


def case_the_status(w):
    loaded(w)
    read_only(w, None, ("status",))


def each_fourth_place(places):
    """A report takes longer than all others, and most of its places write a part of a page."""
    return itertools.islice(each_place(places), 0, None, 4)


def case_a_report(w):
    writes = loaded(w)
    w.run("report", "--out", os.path.join(writes, "sida"), code=DONE)
    w.run("run", "--offline", code=DONE)
    report = Command(w, "report", "--out", os.path.join(writes, "sida"), config=w.config, writes=writes)
    report.sweep([("EIO", False)], each if LONG else each_fourth_place)
    report.sweep([("EIO", True)], each_place if LONG else each_fourth_place)
    nothing_left(w)


if __name__ == "__main__":
    sys.exit(lib_faults.main(globals()))
