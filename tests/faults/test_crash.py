#!/usr/bin/env python3
"""A program that dies at any step, or is told to stop there, leaves nothing half-done: the same command again makes what an
undisturbed one makes.  The steps are the named points of etl/crash_point.h; each command below is traced first, then killed,
signalled, and killed again while it recovers, at the points that it meets.  Random-time kills come from a seed.

usage: test_crash.py [PART-OF-A-COMMAND...]     starts itself inside tests/with-postgres
STADSLAGER_CHECK_LONG=1 kills at every occurrence of every point, sends SIGTERM and kills twice at the first and the last of each,
sends SIGINT at the first, and kills 200 times at random; else a sample.  CRASH_SEED sets the seed.
Prints a line per test and, last, "N passed, N failed"; before that "faults KIND N", how many faults were injected.
"""
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "integration")]
import lib_faults  # noqa: E402
import lib_run  # noqa: E402
from lib_run import DEADLINE, DONE, QUARANTINED, REFUSED, USAGE, Ended, Failed, Source, export, holds, line, rows, same  # noqa: E402
from relay import Relay  # noqa: E402

LONG = os.environ.get("STADSLAGER_CHECK_LONG") == "1"
SEED = int(os.environ.get("CRASH_SEED", "8"))
KILLS = 200 if LONG else 40
WORKERS = 2  # each loads a core: the program and its server take turns
SHOWN = 4  # failures of a test
MARK = "--next--"
STAGING = ("row", "fact", "quarantine", "finding", "doubt", "repeat", "diff", "current", "piece", "gone")
KILLED, TERM, INT = "kill", "term", "int"
FARSTA = "Farsta stadsdelsnämnd"
# Come after a statement of a publication: a run that has been told to stop does not come to them any more.
WORK = {"delta_staged", "delta_compared", "swap_filled", "swap_keyed", "swap_protected", "swap_exchanged", "aside_keys_begun",
        "aside_attached", "aside_protected", "load_marked", "ledger_written", "load_written"}
SIGNALS = {KILLED: signal.SIGKILL, TERM: signal.SIGTERM, INT: signal.SIGINT}


class Caught:
    """Takes the query of lib_run's values()."""

    def sql(self, query):
        self.query = query
        return ""


caught = Caught()
lib_run.World.values(caught)
VALUES = caught.query


class Crashing(lib_faults.World):
    """The configuration's text is the same in every case, whatever database and archive it means: PGDATABASE and the contents
    of one folder decide, so that a restored state is the state there was."""

    def __init__(self):
        super().__init__()
        self.work, self.kept = os.path.join(self.folder, "work"), os.path.join(self.folder, "kept")
        self.relay = Relay(os.path.join(self.folder, "relay"), os.environ["PGHOST"])
        self.counts = {"crash point": 0, "kill": 0}
        self.points = subprocess.run([self.binary, "--list-crash-points"], stdout=subprocess.PIPE, check=True).stdout.decode().split()
        self.reached, self.swept = set(), set()
        self.secret = self.file("dsn", "application_name=ours password=%s\n" % lib_faults.SECRETS[0])

    def path(self, name):
        return os.path.join(self.work, name)

    def begin(self, scenario):
        self.fresh()
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.path("site"))
        os.rmdir(self.path("site"))
        self.archive = self.path("archive")
        self.schema = False
        scenario.prepare(self)
        self.idle()
        self.base_schema = self.has_schema()
        self.base = self.database
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.copytree(self.work, self.kept, symlinks=True)

    def restore(self):
        """The state that prepare made, again."""
        self.number += 1
        self.schema = self.base_schema
        if self.database != self.base:
            self.sql("DROP DATABASE %s WITH (FORCE)" % self.database, "postgres")
        self.database = "case%d" % self.number
        self.sql("CREATE DATABASE %s TEMPLATE %s" % (self.database, self.base), "postgres")
        shutil.rmtree(self.work)
        shutil.copytree(self.kept, self.work, symlinks=True)
        self.relay.arm()

    def settle(self, *sources, **sections):
        """Writes the configuration, with everything that a run writes to."""
        sections.setdefault("observe", {"metrics_file": self.path("metrics.prom"), "openlineage_file": self.path("lineage.jsonl")})
        self.configure(*sources, dsn={"dsn_file": self.secret}, **sections)
        shutil.move(self.config, self.path("stadslager.yaml"))
        self.config = self.path("stadslager.yaml")

    def launch(self, arguments, crash=None, trace=None, through_relay=False, kill_after=None):
        extra = {"PGDATABASE": self.database}
        if crash:
            extra["STADSLAGER_CRASH"] = crash
        if trace:
            extra["STADSLAGER_CRASH_TRACE"] = trace
        if through_relay:
            extra["PGHOST"] = self.relay.folder
        child = subprocess.Popen(self.command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env=self.environment(extra))
        if kill_after is not None:
            time.sleep(kill_after)
            child.kill()
        out, err = child.communicate(timeout=120)
        ended = Ended(arguments, child.returncode, out.decode("utf-8"), err.decode("utf-8"))
        holds("Sanitizer" not in ended.err and "runtime error" not in ended.err, str(ended))
        lib_faults.no_secret(ended)
        self.idle()
        return ended

    def new_trace(self):
        trace = os.path.join(self.folder, "trace")
        if os.path.exists(trace):
            os.unlink(trace)
        return trace

    def traced(self, trace):
        """The points that were met, in order."""
        if not os.path.exists(trace):
            return []
        with open(trace, encoding="utf-8") as f:
            return f.read().split()

    # -- what must hold --

    def ask(self, *queries):
        """The rows of each query, in one session."""
        command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.database]
        for query in queries:
            command += ["-c", query, "-c", "SELECT '" + MARK + "'"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        holds(done.returncode == 0, done.stderr.decode("utf-8"))
        return [part.splitlines() for part in done.stdout.decode("utf-8").split(MARK + "\n")[:-1]]

    def look(self):
        """(STATE, HISTORY).  STATE: all that analysts, the operator and an auditor see, by what it says.  HISTORY: every version
        of every fact, but for what may replace it later."""
        if not self.has_schema():
            return {"schema": False}, set()
        versions = " UNION ALL ".join("SELECT '%s', count(*) FROM lager.%s" % (t, t) for t in lib_run.FACTS)
        history = " UNION ALL ".join("SELECT '%s', md5((to_jsonb(t) - '{ersatt_load_id,ersatt_orsak}'::text[])::text) FROM lager.%s t" % (t, t) for t in lib_run.FACTS)
        values, quarantine, findings, versions, schema, history = self.ask(
            VALUES, "SELECT source, status, rule, rad, column_name, value, who, why FROM drift.quarantine ORDER BY 1, 2, 3, 4, 5",
            "SELECT l.source, f.rad, f.rule, f.severity, f.message FROM drift.finding f JOIN drift.load l ON l.id = f.load_id ORDER BY 1, 2, 3, 5",
            versions, "SELECT max(version) FROM drift.schema_version", history)
        return {"facts": values, "quarantine": quarantine, "findings": findings, "versions": versions, "schema": schema}, set(history)

    def has_schema(self):
        """Only a migration begins without one."""
        self.schema = self.schema or self.sql(
            "SELECT to_regclass('lager.fact_ekonomi') IS NOT NULL AND to_regclass('drift.stage_row') IS NOT NULL") == "t"
        return self.schema

    def files(self):
        found = {}
        for folder, _, names in os.walk(self.work):
            for name in names:
                path = os.path.join(folder, name)
                found[os.path.relpath(path, self.work)] = os.path.getsize(path)
        return found

    def nothing_left(self, what):
        """No lock, no temporary file, no transaction, no staged row, no table that was built aside and not attached."""
        left = [name for name in self.files() if re.search(r"(\.tmp-|^archive/tmp/|\.[A-Za-z0-9]{6}$)", name)]
        same(left, [], "%s: temporary files" % what)
        lib_faults.no_secret_in(self.work)
        staged = " UNION ALL ".join("SELECT count(*) FROM drift.stage_%s" % name for name in STAGING)
        asked = self.ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'",
                         "SELECT count(*) FROM pg_stat_activity WHERE datname = '%s' AND application_name <> 'psql'" % self.database,
                         "SELECT sum(n) FROM (%s) x(n)" % staged if self.has_schema() else "SELECT 0",
                         "SELECT count(*) FROM pg_class WHERE relname ~ '^fact_.*_[0-9]{4}$' AND relkind = 'r' AND NOT relispartition")
        same(asked, [["0"], ["0"], ["0"], ["0"]], "%s: advisory locks, sessions, staged rows, tables aside" % what)


class Scenario:
    """A command, the state it begins in, and what it may end with when it is given again after it had in fact been done."""
    command = ("run",)
    again = (DONE,)
    through_relay = False
    signals = (TERM, INT)
    stopped_at = ()  # where the short check, too, sends SIGTERM, whoever has been there before

    def prepare(self, w):
        raise NotImplementedError

    def arm(self, w):
        pass

    def check(self, w, ended):
        pass

    def audit(self):
        return True


# ---- the commands ----

def contents(w):
    w.content.update(bromma=export(*rows(9), line("Antal drakar", "1")), farsta=export(*rows(8, district="Farsta"), line("Antal monster", "2", district="Farsta")),
                     kista=w.fixture("skarholmen-2023.txt"))


def three(w, **sections):
    """Three exports: two tables with a row each that nobody knows, and a report text."""
    contents(w)
    w.settle(Source("bromma"), Source("farsta"), Source("kista", "rapporttext", stadsdel="Skärholmen", year=2023), **sections)


class FirstRun(Scenario):
    def prepare(self, w):
        three(w, report={"dir": w.path("site")})

    def check(self, w, ended):
        holds(os.path.exists(w.path("site/index.html")), "there is no site: %s" % ended)


class SecondRun(Scenario):
    """Values are revised, withdrawn and new, units are new, a year is new, rows leave the quarantine and come into it."""

    def prepare(self, w):
        three(w, unknown={"enhet": "add"})
        w.launch(self.command)
        w.content.update(bromma=export(*rows(9, first=50), line("Antal drakar", "3")),
                         farsta=export(*rows(8, first=50, district="Farsta"), line("Sjukfrånvaro", "5 %", unit="Förskolan Solen", district="Farsta"),
                                       line("Andel nöjda föräldrar till barn i förskolan", "50 %", period="VB 2021", district="Farsta")))


class Aside(Scenario):
    """Two new years are built aside and attached; the second source has one of them too, so it is declined and loaded the general way."""

    def prepare(self, w):
        w.content.update(bromma=export(*rows(9), *rows(6, first=30, period="VB 2022"), line("Sjukfrånvaro", "5 %", unit="Ny enhet"), line("Antal drakar", "1")),
                         farsta=export(*rows(8, district="Farsta stadsdelsnämnd"), line("Antal monster", "2", district="Farsta stadsdelsnämnd")))
        w.settle(Source("bromma"), Source("farsta"), unknown={"enhet": "add"}, load={"aside_from": 0})


class Difference(Scenario):
    """Few lines differ from those of the last exports: only they are read.  A value is revised, one is withdrawn, one comes, a row
    enters the quarantine and one leaves it."""
    stopped_at = ("copy_sent", "doubt_staged")  # before the steps that are the difference's own

    def prepare(self, w):
        def lines(district):
            return [line(indicator, "%d,5 %%" % (10 + i + unit), unit="Enhet %d" % unit, district=district)
                    for i, indicator in enumerate(lib_run.INDICATORS[:9]) for unit in range(6)] + [line("Antal drakar", "1", district=district)]
        districts = {"bromma": "Bromma stadsdelsnämnd", "farsta": "Farsta stadsdelsnämnd"}
        w.content.update({name: export(*lines(district)) for name, district in districts.items()})
        w.settle(Source("bromma"), Source("farsta"), unknown={"enhet": "add"})
        w.launch(self.command)
        for name, district in districts.items():
            now = lines(district)
            now[3] = line(lib_run.INDICATORS[0], "77 %", unit="Enhet 3", district=district)
            del now[10]
            now[-1] = line("Antal monster", "2", district=district)
            w.content[name] = export(*now, line(lib_run.INDICATORS[9], "88 %", unit="Enhet 1", district=district))


class Exchange(Scenario):
    """Most of a year has changed: two of its tables are built aside and exchanged; the second source's facts in it stay."""
    stopped_at = ("swap_keyed", "load_written")

    def prepare(self, w):
        def lines(shift):
            return [line(indicator, "%d,5 %%" % (10 + (i + unit + shift) % 70), "%d %%" % (9 + (i + unit + shift) % 70), "%d %%" % (11 + (i + unit + shift) % 70),
                         target="%d %%" % (20 + shift), kf="%d %%" % (30 + shift), unit="Enhet %d" % unit)
                    for i, indicator in enumerate(lib_run.INDICATORS[:9]) for unit in range(60)]
        w.content.update(bromma=export(*lines(0)), farsta=export(*rows(9, district=FARSTA)))
        w.settle(Source("bromma"), Source("farsta"), unknown={"enhet": "add"}, load={"aside_from": 0})
        w.launch(self.command)
        w.content["bromma"] = export(*lines(1), line("Antal drakar", "1"))

    def check(self, w, ended):
        holds("most of a year, built aside and exchanged: 2 of its tables" in ended.err or "unchanged since" in ended.err or "loaded" not in ended.err, str(ended))


class OfflineAgain(Scenario):
    """Nothing has changed but the program's configuration: everything is verified, nothing written."""
    command = ("run", "--offline")

    def prepare(self, w):
        three(w)
        w.launch(("run",))
        with open(w.config, "a", encoding="utf-8") as f:
            f.write("# read again\n")


class LostReply(Scenario):
    """The reply to the COMMIT of the second source is lost; the program dies while it finds out."""
    through_relay = True

    def prepare(self, w):
        three(w)

    def arm(self, w):
        w.relay.arm(cut_commit=("reply", 3))  # the first is that of the dimensions


class Rerun(Scenario):
    command = ("rerun", "--year", "2023")
    stopped_at = ("load_written",)  # also the last one: all is done then, and nothing published

    def prepare(self, w):
        three(w)
        w.launch(("run",))
        three(w, unknown={"indikator": "add"})


class RerunRefused(Scenario):
    """One of the sources is refused, so none is published."""
    command = ("rerun", "--year", "2023")
    again = ()

    def prepare(self, w):
        three(w)
        w.launch(("run",))
        three(w, unknown={"indikator": "add"})
        sha = w.sql("SELECT file_sha256 FROM drift.load WHERE source = 'farsta'")
        os.unlink(w.path("archive/objects/%s/%s.gz" % (sha[:2], sha)))

    def audit(self):
        return False


class Replay(Rerun):
    command = ("quarantine", "replay")


class Waive(Scenario):
    command = ("quarantine", "waive", "1", "--why", "it is a dragon", "--by", "anna")
    again = (USAGE,)

    def prepare(self, w):
        three(w)
        w.launch(("run",))


class Audit(Scenario):
    def prepare(self, w):
        three(w)
        w.launch(("run",))
        self.command = ("audit", "--year", "2023", "--manifest", w.path("manifest.json"))
        w.launch(self.command)

    def check(self, w, ended):
        holds("verdict: identical" in ended.out, str(ended))


class Prune(Scenario):
    command = ("prune", "--keep-days", "0")

    def prepare(self, w):
        three(w)
        w.launch(("run",))
        w.content["bromma"] = export(line("Antal drakar", "7"))  # refused: fetched for nothing, as the next
        same(w.launch(("run",)).code, REFUSED)
        w.content["bromma"] = export(line("Antal drakar", "8"))
        same(w.launch(("run",)).code, REFUSED)
        w.content["bromma"] = export(line("Antal drakar", "9"))
        same(w.launch(("run",)).code, REFUSED)
        same(len(archived(w)), 6)

    def check(self, w, ended):
        same(len(archived(w)), 4, "exports in the archive")


class Export(Scenario):
    def prepare(self, w):
        three(w)
        w.launch(("run",))
        self.command = ("export", "--format", "csv", "--year", "2023", "--out", w.path("utfall.csv"))
        w.launch(self.command)

    def check(self, w, ended):
        with open(w.path("utfall.csv"), encoding="utf-8") as f:
            same(len(f.read().splitlines()) > 10, True, "the export is whole")


class Report(Scenario):
    def prepare(self, w):
        three(w)
        w.launch(("run",))
        self.command = ("report", "--out", w.path("site"))
        w.launch(self.command)

    def check(self, w, ended):
        same({name for name in w.files() if name.startswith("site/")}, self.pages(w), "the files of the site")

    def pages(self, w):
        if not hasattr(self, "whole"):
            self.whole = {name for name in w.files() if name.startswith("site/")}
            holds(len(self.whole) > 10, "there is a site")
        return self.whole


class Migrate(Scenario):
    command = ("migrate",)

    def prepare(self, w):
        w.sql("DROP DATABASE %s WITH (FORCE)" % w.database, "postgres")
        w.sql("CREATE DATABASE %s" % w.database, "postgres")
        three(w)

    def audit(self):
        return False


def archived(w):
    return sorted(name for name in w.files() if name.startswith("archive/objects/"))


SCENARIOS = {"a first run": FirstRun, "a second run": SecondRun, "a run that verifies": OfflineAgain, "a lost reply to commit": LostReply,
             "a run that builds aside": Aside, "a run of the difference": Difference, "a run that exchanges a year": Exchange,
             "a rerun": Rerun, "a refused rerun": RerunRefused, "a replay": Replay, "a waiver": Waive, "an audit": Audit, "a prune": Prune,
             "an export": Export, "a report": Report, "a migration": Migrate}


# ---- the sweeps ----

def by_source(state):
    found = {}
    for row in state["facts"]:
        name = re.search(r",(bromma|farsta|kista),", row)
        found.setdefault(name.group(1) if name else "?", []).append(row)
    return found


class Undisturbed:
    """What a command does when nothing happens: its end, the state it leaves, the points it meets."""

    def __init__(self, w, name):
        self.name, self.scenario = name, SCENARIOS[name]()
        w.begin(self.scenario)
        w.restore()
        self.before, self.versions = w.look()
        trace = w.new_trace()
        self.scenario.arm(w)
        began = time.monotonic()
        self.ended = w.launch(self.scenario.command, trace=trace, through_relay=self.scenario.through_relay)
        self.seconds = time.monotonic() - began
        holds(self.ended.code in range(11), str(self.ended))
        self.scenario.check(w, self.ended)
        w.nothing_left(name)
        self.after, _ = w.look()
        met = w.traced(trace)
        self.visits = {point: met.count(point) for point in dict.fromkeys(met)}
        w.reached.update(met)

    def occurrences(self, every=False):
        """(point, n): the first and the last of each point, or EVERY one."""
        return [(point, n) for point, count in self.visits.items() for n in (range(1, count + 1) if every else sorted({1, count}))]

    def crash(self, w, point, n, action):
        trace = w.new_trace()
        self.scenario.arm(w)
        w.counts["crash point"] += 1
        ended = w.launch(self.scenario.command, crash="%s:%d:%s" % (point, n, action), trace=trace, through_relay=self.scenario.through_relay)
        met = w.traced(trace)
        after = met[[i for i, name in enumerate(met) if name == point][n - 1] + 1:] if met.count(point) >= n else []
        holds(action == KILLED or not WORK & set(after), "%s at %s (%d): it went on to %s" % (action, point, n, " ".join(after)))
        return ended

    def whole_or_not(self, w, what):
        """Each source is as before, or as after."""
        now, history = w.look()
        if not now["schema"] or "facts" not in self.before or "facts" not in now:
            return now
        holds(self.versions <= history, "%s: an earlier version is gone or changed" % what)
        before, after, present = by_source(self.before), by_source(self.after), by_source(now)
        for source in set(before) | set(after) | set(present):
            holds(present.get(source) in (before.get(source), after.get(source)), "%s: a part of %s is published" % (what, source))
        return now

    def recovers(self, w, what, audit=False):
        """The command again: as if nothing had happened."""
        w.relay.arm()
        ended = w.launch(self.scenario.command, through_relay=self.scenario.through_relay)
        holds(ended.code in (self.ended.code,) + self.scenario.again, "%s, then %s" % (what, ended))
        if ended.code == self.ended.code:
            self.scenario.check(w, ended)
        w.nothing_left(what + ", then again")
        state, history = w.look()
        for part in self.after:
            same(state.get(part), self.after[part], "%s, then again: %s" % (what, part))
        holds(self.versions <= history, "%s, then again: an earlier version is gone or changed" % what)
        if audit and self.scenario.audit():
            ended = w.launch(("audit", "--year", "2023"))
            same(ended.code, DONE, "%s, then again: %s" % (what, ended))


def swept(w, name, undisturbed, action, point, n, audit=False):
    what = "%s: %s at %s (%d)" % (name, action, point, n)
    w.restore()
    ended = undisturbed.crash(w, point, n, action)
    now = undisturbed.whole_or_not(w, what)
    if action == KILLED:
        same(ended.code, -signal.SIGKILL, "%s: %s" % (what, ended))
    elif ended.code == DEADLINE:
        said = [text for text in ended.said() if text not in undisturbed.ended.said()]
        same(said, ["stopped by SIG%s; what was not yet published is rolled back" % action.upper()], "%s: %s" % (what, ended))
        w.nothing_left(what)
    else:  # all was done, or nothing was left to do
        same(ended.code, undisturbed.ended.code, "%s: %s" % (what, ended))
        same(now, undisturbed.after, "%s: what it left" % what)
        w.nothing_left(what)
    undisturbed.recovers(w, what, audit)


def all_of(cases):
    """Runs every case; fails with what the first few that fail say."""
    failures = []
    for case in cases:
        try:
            case()
        except Exception as error:  # the others are still tried
            failures.append("%s: %s" % (type(error).__name__, error))
    holds(not failures, "%d cases:\n%s" % (len(failures), "\n".join(failures[:SHOWN])))


def sweep(w, name):
    """A test per way of dying, over the points of one command."""
    undisturbed = Undisturbed(w, name)
    chance = random.Random("%d %s" % (SEED, name))
    every = undisturbed.occurrences()
    first = [o for o in every if o[1] == 1 and o[0] not in w.swept]
    w.swept.update(point for point, _ in every)

    def chosen(least, whole=False, long=every):
        """LONG in the long check; else those that no other command has met before, and some more."""
        if LONG:
            return long
        rest = [o for o in every if not whole or o not in first]
        return (first if whole else []) + chance.sample(rest, min(least, len(rest)))

    def stopped():
        return list(dict.fromkeys(chosen(2, True) + [o for o in every if o[0] in undisturbed.scenario.stopped_at]))

    def sweep_of(action, occurrences):
        audited = set(occurrences if LONG and action == KILLED else [o for o in occurrences if o[0] in ("facts_added", "publish_before_commit")])
        all_of([lambda o=o: swept(w, name, undisturbed, action, *o, audit=o in audited) for o in occurrences])

    def twice():
        def case(point, n, then, m):
            what = "%s: killed at %s (%d), then at %s (%d)" % (name, point, n, then, m)
            w.restore()
            undisturbed.crash(w, point, n, KILLED)
            undisturbed.crash(w, then, m, KILLED)  # which the recovery may not come to any more
            undisturbed.whole_or_not(w, what)
            undisturbed.recovers(w, what)
        all_of([lambda o=o: case(*o, *chance.choice(every)) for o in chosen(2)])

    yield "%s that is killed at any step leaves what a clean one makes whole" % name, lambda: sweep_of(KILLED, chosen(3, True, undisturbed.occurrences(True)))
    yield "%s that gets SIGTERM at any step ends rolled back, or whole" % name, lambda: sweep_of(TERM, stopped())
    yield "%s that gets SIGINT at any step ends rolled back, or whole" % name, lambda: sweep_of(INT, chosen(2, long=[o for o in every if o[1] == 1]))
    yield "%s that is killed again while it recovers is whole after the third" % name, twice


def random_kills(w, name, count):
    """Kills at times drawn from a seed, as a fraction of what the undisturbed command takes."""
    chance = random.Random("%d random %s" % (SEED, name))
    undisturbed = Undisturbed(w, name)

    def case(i):
        fraction = chance.random()
        what = "%s killed after %.3f of its time (seed %d, number %d)" % (name, fraction, SEED, i)
        w.restore()
        w.counts["kill"] += 1
        w.launch(undisturbed.scenario.command, kill_after=fraction * undisturbed.seconds)
        undisturbed.whole_or_not(w, what)
        undisturbed.recovers(w, what)
    all_of([lambda i=i: case(i) for i in range(count)])


def tests(w, names):
    for name in names:
        if name in RANDOM:
            scenario, share = RANDOM[name]
            count = KILLS * share // 10
            yield "%d kills at random times leave what %s makes whole" % (count, scenario), lambda: random_kills(w, scenario, count)
        else:
            yield from sweep(w, name)


# ---- several workers, each with a server of its own ----

RANDOM = {"random kills of a first run": ("a first run", 4), "random kills of a second run": ("a second run", 4), "random kills of a rerun": ("a rerun", 2)}
# What the workers take, in turn; a first run takes longest.
ORDER = ("a first run", "a second run", "random kills of a first run", "random kills of a second run", "a lost reply to commit", "a rerun",
         "a run that builds aside", "a run of the difference", "a run that exchanges a year", "a refused rerun", "random kills of a rerun", "a report", "a replay", "an audit", "a prune", "an export", "a waiver", "a migration",
         "a run that verifies")


def worker(names):
    lib_run.enter()
    passed = failed = 0
    w = Crashing()
    try:
        for title, test in tests(w, names):
            began, injected = time.monotonic(), sum(w.counts.values())
            try:
                test()
                passed += 1
                print("ok    %s (%d faults, %.0f s)" % (title, sum(w.counts.values()) - injected, time.monotonic() - began), flush=True)
            except Exception as error:  # a test that breaks is a test that fails; the others still run
                failed += 1
                print("FAIL  %s\n        %s: %s" % (title, type(error).__name__, str(error).replace("\n", "\n        ")), flush=True)
            finally:
                w.tidy()
    finally:
        w.relay.end()
        w.end()
    print("met %s" % " ".join(sorted(w.reached)))
    for kind, count in w.counts.items():
        print("faults %s %d" % (kind, count))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


def all_workers():
    """Shows what the workers say as it comes, and adds it up."""
    children = [subprocess.Popen([os.path.join(lib_run.TOP, "tests", "with-postgres"), sys.executable, os.path.abspath(__file__), "--worker"]
                                 + list(ORDER[i::WORKERS]), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) for i in range(WORKERS)]
    said, met, faults, sums = [], set(), {"crash point": 0, "kill": 0}, [0, 0]

    def listen(child):
        for row in child.stdout:
            said.append(row.decode("utf-8"))
            if not said[-1].startswith(("met ", "faults ")) and not re.match(r"\d+ passed", said[-1]):
                print(said[-1], end="", flush=True)
        child.wait()
    threads = [threading.Thread(target=listen, args=(child,)) for child in children]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for row in said:
        word, *rest = row.split()
        if word == "met":
            met.update(rest)
        elif word == "faults":
            faults[" ".join(rest[:-1])] += int(rest[-1])
        elif re.match(r"\d+ passed, \d+ failed$", row):
            sums = [sums[0] + int(word), sums[1] + int(rest[1])]
    sums[1] += sum(child.returncode not in (0, 1) for child in children)
    return met, faults, sums


def main():
    if sys.argv[1:2] == ["--worker"]:
        return worker(sys.argv[2:])
    if sys.argv[1:]:
        return worker([name for name in ORDER if any(part in name for part in sys.argv[1:])])
    met, faults, sums = all_workers()
    binary = os.path.join(lib_run.TOP, "build", "asan", "stadslager")
    points = set(subprocess.run([binary, "--list-crash-points"], stdout=subprocess.PIPE, check=True).stdout.decode().split())
    for title, fault in (("every named point is met by one of these commands", "never met: %s" % " ".join(sorted(points - met)) if points - met else ""),
                         ("a release build has no crash points", "it has" if release_has_points(os.path.join(lib_run.TOP, "build", "stadslager")) else "")):
        sums[bool(fault)] += 1
        print("FAIL  %s\n        %s" % (title, fault) if fault else "ok    %s" % title)
    for kind, count in faults.items():
        print("faults %s %d" % (kind, count))
    print("%d passed, %d failed" % tuple(sums))
    return 1 if sums[1] or not sums[0] else 0


def release_has_points(binary):
    with open(binary, "rb") as f:
        return b"STADSLAGER_CRASH" in f.read()


if __name__ == "__main__":
    sys.exit(main())
