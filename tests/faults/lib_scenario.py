"""A warehouse that stands at one export and a command that takes it to the next: run again and again, a call failing each
time, from the same start."""
import os
import shutil

import lib_faults
from lib_faults import CODES, LONG, Standing, Sweep, Verdicts, after_fault, count, holds, same
from lib_run import DONE, QUARANTINED, TOP, Ended, Source, export, line

# The current facts of each source, every version of every fact, locks and staging, in one look.
FIXTURES = os.path.join(TOP, "tests", "fixtures", "config")
LOOK = ("SELECT (SELECT coalesce(string_agg(f.source || ' ' || f.md5, ',' ORDER BY f.source), '') FROM (%s) f(source, md5)) || '|' ||"
        " (SELECT md5(coalesce(string_agg(v, E'\\n' ORDER BY v), '')) FROM (%s) x(v)) || '|' ||"
        " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        " || '|' || (SELECT count(*) FROM pg_stat_activity WHERE application_name = 'stadslager' AND datname = current_database())"
        % (lib_faults.SOURCES, " UNION ALL ".join("SELECT t::text FROM lager.%s t" % t for t in lib_faults.FACTS)))


class Scenario:
    """BEFORE is loaded; AFTER waits: on the web server, and with OFFLINE in the archive as well."""

    code = QUARANTINED  # of the undisturbed run

    def __init__(self, w, offline=True):
        self.w, self.offline = w, offline
        # few names: reading the configuration is swept elsewhere
        self.options = {"limits": {"max_quarantined_pct": 50}, "registries": {n: os.path.join(FIXTURES, n + ".yaml") for n in
                                                                              ("stadsdelar", "enheter", "indikatorer")}}
        w.content["a"] = export(line("Sjukfrånvaro", "5,5 %", "5 %", "6 %"), line("Antal barn", "10"))
        w.configure(Source("a"), **self.options)
        w.run("run", code=DONE)
        w.content["a"] = export(line("Sjukfrånvaro", "6,5 %", "5 %", "6 %", target="öka"), line("Antal barn", "11", unit="Familjeenheten"),
                                line("Okänd indikator", "1 %"))
        if offline:  # the bytes come into the archive by a run into another warehouse
            there = w.database
            w.database = there + "_other"
            w.sql("CREATE DATABASE %s TEMPLATE ready" % w.database, "postgres")
            w.configure(Source("a"), **self.options)
            w.run("run", code=QUARANTINED)
            w.idle()
            w.sql("DROP DATABASE %s" % w.database, "postgres")
            w.database = there
        self.config = w.configure(Source("a"), **self.options)
        self.arguments = ("run", "--offline") if offline else ("run",)
        self.stood = Standing(w)
        self.kept = w.database + "_kept"
        w.sql("CREATE DATABASE %s TEMPLATE %s" % (self.kept, w.database), "postgres")
        self.archive = w.archive + "-kept-" + self.kept
        shutil.copytree(w.archive, self.archive)
        self.start = self.look()
        w.run(*self.arguments, code=QUARANTINED)
        self.wanted = Standing(w)
        self.end = self.look()
        holds(self.start != self.end, "the undisturbed run changes something")
        self.reset()

    def command(self):
        return [lib_faults.PROGRAM, "--config", self.config] + list(self.arguments)

    def look(self):
        self.w.wait_for("SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'stadslager' AND datname = '%s'" % self.w.database,
                        "the program's session has ended")
        return self.w.sql(LOOK)

    def reset(self):
        w = self.w
        w.sql("DROP DATABASE %s WITH (FORCE)" % w.database, "postgres")
        w.sql("CREATE DATABASE %s TEMPLATE %s" % (w.database, self.kept), "postgres")

    def restore_archive(self):
        shutil.rmtree(self.w.archive)
        shutil.copytree(self.archive, self.w.archive)

    def judge(self, child, cause):
        """All invariants; True when the warehouse must be put back."""
        ended = Ended(self.arguments, child.code, child.out, child.err)
        holds("Sanitizer" not in child.err and "runtime error" not in child.err, child.err)
        holds(child.code in CODES, str(child))
        lib_faults.no_secret(ended)
        now = self.look()
        if now == self.start:
            holds(child.code not in (DONE, QUARANTINED), "nothing was loaded, and yet it ended with %d: %s" % (child.code, child.err))
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
        holds(ended.code in (DONE, QUARANTINED), "the run after the fault: %s" % ended)
        same(Standing(w).sources, self.wanted.sources, "the warehouse after the run that follows the fault")
        lib_faults.counts_reconcile(w)
        lib_faults.nothing_left(w)

    def sweep(self, kind, title, step, again_every, cause=None, **how):
        """Every STEP-th call (each in check-long) fails; after each AGAIN_EVERY-th fault (four times as many in check-long) the
        run is repeated: where all is as it was before the fault, that run is the undisturbed one."""
        verdicts = Verdicts(title)
        again_every = again_every // 4 if LONG else again_every
        for child in Sweep(self.command(), self.w.folder, step=1 if LONG else step, **how):
            if child.failed == "-":  # undisturbed, the last
                same(child.code, self.code, child.err)
                self.reset()
                if not self.offline:
                    self.restore_archive()
                continue
            changed = []
            verdicts.judge(child, lambda: changed.append(self.judge(child, cause)))
            if verdicts.number % again_every == 0:
                verdicts.judge(child, self.again)
                verdicts.number -= 1
                changed = [True]
            if changed != [False]:
                self.reset()
            if changed != [False] or not self.offline:
                self.restore_archive()
        count(kind, verdicts.number)
        verdicts.end()
