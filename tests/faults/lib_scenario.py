"""A warehouse that stands at one export and a command that takes it to the next: run again and again, a call failing each
time, from the same start."""
import os
import re
import shutil
import subprocess
import time

import lib_faults
from lib_faults import CODES, Standing, Sweep, Verdicts, after_fault, count, holds, same
from lib_run import DONE, QUARANTINED, TOP, Ended, Failed, Source, export, line

# The current facts of each source, every version of every fact, locks and staging, in one look.
FIXTURES = os.path.join(TOP, "tests", "fixtures", "config")
LOOK = ("SELECT (SELECT coalesce(string_agg(f.source || ' ' || f.md5, ',' ORDER BY f.source), '') FROM (%s) f(source, md5)) || '|' ||"
        " (SELECT md5(coalesce(string_agg(v, E'\\n' ORDER BY v), '')) FROM (%s) x(v)) || '|' ||"
        " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        % (lib_faults.SOURCES, " UNION ALL ".join("SELECT t::text FROM lager.%s t" % t for t in lib_faults.FACTS)))
SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'stadslager' AND datname = current_database()"
# How the runs that reached it ended, and how much stands in its tables.
COUNTED = ("drift.load", "drift.file", "drift.config_snapshot", "drift.quarantine", "drift.finding", "lager.dim_enhet", "lager.dim_indikator",
           "lager.dim_period", "lager.fact_utfall", "pg_class", "drift.stage_row", "drift.stage_fact")
LEDGER = ("SELECT concat_ws('|', (SELECT string_agg(DISTINCT coalesce(exit_code::text, 'none'), ',') FROM drift.run LEFT JOIN drift.run_result"
          " ON run_id = id), %s)" % ", ".join("(SELECT count(*) FROM %s)" % table for table in COUNTED))
AGAIN = 20


class Scenario:
    """BEFORE and AFTER: exports by source.  BEFORE is loaded; AFTER waits: on the web server, and with OFFLINE in the archive as well."""

    changes = True  # the warehouse

    def __init__(self, w, sources, before, after, code=QUARANTINED, offline=True, arguments=(), **sections):
        self.w, self.sources, self.code, self.offline, self.seen = w, sources, code, offline, set()
        # few names: reading the configuration is swept elsewhere
        self.options = dict({"limits": {"max_quarantined_pct": 60}, "registries": {n: os.path.join(FIXTURES, n + ".yaml") for n in
                                                                                   ("stadsdelar", "enheter", "indikatorer")}}, **sections)
        if before:
            w.content.update(before)
            w.configure(*sources, **self.options)
            w.run("run", code=DONE)
        w.content.update(after)
        if offline:
            self.fetch_elsewhere()
        self.config = w.configure(*sources, **self.options)
        self.arguments = ("run",) + (("--offline",) if offline else ()) + arguments
        self.keep()
        self.ended = w.run(*self.arguments, code=code)
        self.way = w.sql("SELECT string_agg(DISTINCT way, ' ') FROM drift.load WHERE run_id = (SELECT max(id) FROM drift.run)")
        self.wanted, self.end = Standing(w), self.look()
        holds((self.start != self.end) == self.changes, "whether the undisturbed run changes something")
        self.reset()
        if not offline:
            self.restore_archive()

    def fetch_elsewhere(self):
        """The bytes come into the archive by a run into another warehouse."""
        w, there = self.w, self.w.database
        w.database = there + "_other"
        w.sql("CREATE DATABASE %s TEMPLATE ready" % w.database, "postgres")
        w.configure(*self.sources, **self.options)
        w.run("run", code=self.code)
        w.idle()
        w.sql("DROP DATABASE %s" % w.database, "postgres")
        w.database = there

    def keep(self):
        """What each fault begins with."""
        w = self.w
        self.stood, self.start = Standing(w), self.look()
        self.kept, self.archive = w.database + "_kept", w.archive + "-kept"
        w.sql("CREATE DATABASE %s TEMPLATE %s" % (self.kept, w.database), "postgres")
        if os.path.isdir(w.archive):
            shutil.copytree(w.archive, self.archive)

    def command(self):
        return [lib_faults.PROGRAM, "--config", self.config] + list(self.arguments)

    def look(self):
        for _ in range(600):
            sessions, found, self.ledger = self.asked(SESSIONS, LOOK, LEDGER)
            if sessions == "0":
                return found
            time.sleep(0.05)
        raise Failed("the program's session has not ended within 30 s")

    def asked(self, *queries):
        """The answers, of a row and column each; one psql for all, which is what most of a fault's time would go to."""
        done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.w.database] + [word for query in queries for word in ("-c", query)],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        rows = done.stdout.decode("utf-8").splitlines()
        holds(done.returncode == 0 and len(rows) == len(queries), "psql: %s" % rows)
        return rows

    def is_new(self):
        """Whether what stood at the last look differs from all that stood after a fault before: in the ledger or the archive."""
        left = (self.ledger, tuple(sorted((folder, len(names)) for folder, _, names in os.walk(self.w.archive))))
        if left in self.seen:
            return False
        self.seen.add(left)
        return True

    def reset(self):
        w = self.w
        w.sql("DROP DATABASE %s WITH (FORCE)" % w.database, "postgres")
        w.sql("CREATE DATABASE %s TEMPLATE %s" % (w.database, self.kept), "postgres")

    def restore_archive(self):
        shutil.rmtree(self.w.archive, ignore_errors=True)
        if os.path.isdir(self.archive):
            shutil.copytree(self.archive, self.w.archive)

    def judge(self, child, cause):
        """All invariants; True when the warehouse must be put back."""
        if lib_faults.SANITIZER_LACKED_MEMORY in child.err:
            return True
        ended = Ended(self.arguments, child.code, child.out, child.err)
        holds("Sanitizer" not in child.err and "runtime error" not in child.err, child.err)
        holds(child.code in CODES, str(child))
        lib_faults.no_secret(ended)
        now = self.look()
        if now == self.start:
            holds(child.code not in (DONE, QUARANTINED), "nothing was loaded, and yet it ended with %d: %s" % (child.code, child.err))
            if self.lasting:  # no memory from now on: each source says so
                holds(ended.said() and all(re.search(lib_faults.NO_MEMORY, text) for text in ended.said()), "each message names the cause in %s" % child.err)
            else:
                lib_faults.one_message(ended, cause)
            tmp = os.path.join(self.w.archive, "tmp")
            left = os.listdir(tmp) if os.path.isdir(tmp) else []
            return bool(left)  # the next run empties tmp/: judged by the rerun
        if child.code in (DONE, QUARANTINED):
            same(now.split("|")[0], self.end.split("|")[0], "the facts after a run that ended with %d" % child.code)
        after_fault(self.w, self.stood, self.wanted, ended if child.code in (DONE, QUARANTINED) else None)
        return True

    def again(self):
        """The run after the fault gives what an undisturbed one gives, and leaves nothing."""
        w = self.w
        ended = w.run(*self.arguments)
        holds(ended.code in (DONE, QUARANTINED, self.code), "the run after the fault: %s" % ended)
        same(Standing(w).sources, self.wanted.sources, "the warehouse after the run that follows the fault")
        lib_faults.counts_reconcile(w)
        lib_faults.nothing_left(w)

    def sweep(self, kind, title, cause=None, **how):
        """Each call (in make check those from the same place once) fails; after each AGAIN-th fault, and whenever one has left what none
        before it has left, the run is repeated.  Where all is as before the fault, that run is the undisturbed one."""
        verdicts, again = Verdicts(title), 0
        self.lasting = how.get("stays", False) and "fault" not in how
        for child in Sweep(self.command(), self.w.folder, **how):
            if child.failed == "-":
                same(child.code, self.code, child.err)
                self.reset()
                if not self.offline:
                    self.restore_archive()
                continue
            changed = []
            verdicts.judge(child, lambda: changed.append(self.judge(child, cause)))
            if verdicts.number % AGAIN == 0 or self.is_new():
                verdicts.judge(child, self.again)
                verdicts.number -= 1
                again += 1
                changed = [True]
            if changed != [False]:
                self.reset()
            if changed != [False] or not self.offline:
                self.restore_archive()
        print("      %s: %d faults, the run repeated after %d" % (title, verdicts.number, again), flush=True)
        count(kind, verdicts.number)
        verdicts.end()


def a_source_that_changes(w, offline=True):
    return Scenario(w, [Source("a")], {"a": export(line("Sjukfrånvaro", "5,5 %", "5 %", "6 %"), line("Antal barn", "10"))},
                    {"a": export(line("Sjukfrånvaro", "6,5 %", "5 %", "6 %", target="öka"), line("Antal barn", "11", unit="Familjeenheten"),
                                 line("Okänd indikator", "1 %"))}, offline=offline)
