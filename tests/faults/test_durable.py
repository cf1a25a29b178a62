#!/usr/bin/env python3
"""What a power cut leaves: the order in which the program writes, syncs and names files, as durable.c notes it.

usage: test_durable.py [PART-OF-A-NAME...]    starts itself inside tests/with-postgres.
Prints a line per test and, last, "N passed, N failed".
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_faults  # noqa: E402
from lib_faults import DONE, holds, lib_run  # noqa: E402
from lib_run import REFUSED, Source, export, rows  # noqa: E402

NOTER = os.path.join(lib_run.TOP, "build", "faults", "durable.so")


def noted(w, *arguments, code=DONE):
    """What one run of the program did to files: lists of words, in order."""
    log = os.path.join(w.folder, "durable.log")
    if os.path.exists(log):
        os.remove(log)
    w.run(*arguments, code=code, env={"LD_PRELOAD": NOTER, "DURABLE_LOG": log,
                                      "ASAN_OPTIONS": "exitcode=99:verify_asan_link_order=0"})
    with open(log, encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t") for line in f]


class Disk:
    """What would not be there after a power cut: paths whose bytes, or whose names in them, were not synced."""

    def __init__(self, *folders):
        self.folders, self.pending = [f + "/" for f in folders], set()
        self.syncs = self.renames = self.commits = 0

    def changed(self, path):
        if any((path + "/").startswith(folder) for folder in self.folders):
            self.pending.add(path)

    def below(self, path):
        return sorted(p for p in self.pending if p == path or p.startswith(path + "/"))

    def named(self, a, b, is_swap):
        """Nothing gets its name before it is whole on the disk."""
        self.renames += 1
        for path in (a, b) if is_swap else (a,):
            holds(not self.below(path), "%s was named %s before it was synced: %s" % (a, b, self.below(path)))
        self.changed(os.path.dirname(a))
        self.changed(os.path.dirname(b))

    def take(self, what, path, to):
        if what == "write":
            self.changed(path)
        elif what == "create":
            self.changed(path)
            self.changed(os.path.dirname(path))
        elif what in ("folder", "remove"):
            self.pending.discard(path)
            self.changed(os.path.dirname(path))
        elif what in ("rename", "swap"):
            self.named(path, to, what == "swap")
        elif what == "sync":
            self.syncs += 1
            self.pending.discard(path)
        elif what == "sync-all":
            self.syncs += 1
            self.pending.clear()
        elif what == "commit":
            self.commits += 1
            self.whole("at a commit")

    def whole(self, when):
        """All that is kept is on the disk; what is temporary need not be, nor the number of the process in the lock."""
        missing = sorted(p for p in self.pending if os.path.basename(p) not in ("tmp", "lock")
                         and os.path.dirname(p) != self.folders[0] + "tmp")
        holds(not missing, "%s not on the disk: %s" % (when, missing))

    def play(self, events):
        for event in events:
            self.take(*event)
        return self


def case_what_a_load_was_made_from_is_on_the_disk_before_the_load_is_committed(w):
    w.content["a"], w.content["b"] = export(*rows(10)), export(*rows(10, district="Farsta stadsdelsnämnd"))
    w.configure(Source("a"), Source("b"))
    disk = Disk(w.archive, os.path.dirname(w.archive)).play(noted(w, "run"))
    disk.whole("at the end of a run")
    holds(disk.renames >= 2 and disk.commits >= 2 and disk.syncs >= 8, "bodies were named, loads committed")
    w.content["a"] = export(*rows(10, first=30))
    disk.play(noted(w, "run")).whole("at the end of the next run")
    disk.play(noted(w, "run")).whole("at the end of a run without news")


def objects(w):
    return [os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(w.archive, "objects")) for name in names]


def case_what_is_pruned_is_pruned_on_the_disk(w):
    w.configure(Source("a"))
    for count, code in ((10, DONE), (2, REFUSED), (1, REFUSED)):
        w.content["a"] = export(*rows(count))
        w.run("run", code=code)
    for path in objects(w):
        os.utime(path, (0, 0))
    disk = Disk(w.archive)
    before = len(objects(w))
    disk.play(noted(w, "prune", "--keep-days", "0")).whole("after prune")
    holds(len(objects(w)) < before and disk.syncs, "something was removed")


def case_exports_pages_manifests_and_metrics_are_whole_before_they_get_their_names(w):
    out = os.path.join(w.folder, "out-%d" % w.number)
    os.mkdir(out)
    w.content["a"] = export(*rows(10))
    w.configure(Source("a"), observe={"metrics_file": os.path.join(out, "stadslager.prom")})
    for arguments in (("run",), ("export", "--format", "csv", "--out", os.path.join(out, "utfall.csv")),
                      ("report", "--out", os.path.join(out, "site")), ("report", "--out", os.path.join(out, "site")),
                      ("audit", "--year", "2023", "--manifest", os.path.join(out, "manifest.json"))):
        disk = Disk(out).play(event for event in noted(w, *arguments) if event[0] != "commit")
        holds(disk.renames and disk.syncs, "%s named and synced something" % (arguments,))


if __name__ == "__main__":
    sys.exit(lib_faults.main(globals()))
