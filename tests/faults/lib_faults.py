"""What holds after every fault, and the loop that injects them (tests/faults/inject.c).

The invariants: a source's facts are as before or as after an undisturbed run, never between; earlier versions are as they
were; the exit code is a documented one and never 0 where the work was not done; the ledger's counts reconcile; nothing is
left behind (temporary file, lock, session); no secret is shown; one message at the top, which names the true cause; and
running again gives what an undisturbed run gives.

    stood = Standing(w)                 # before
    ended = w.run("run")                # with the fault
    after_fault(w, stood, wanted, ended)   # wanted: Standing of an undisturbed run
    rerun(w, wanted)
"""
import collections
import fcntl
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "integration"))
import lib_run  # noqa: E402
from lib_run import DONE, FACTS, QUARANTINED, Failed, holds, same  # noqa: E402

INJECT = os.path.join(lib_run.TOP, "build", "faults", "inject.so")
PROGRAM = os.path.join(lib_run.TOP, "build", "faults", "stadslager")  # with sanitizers, and an arena whose every allocation can fail
CODES = range(11)
# As we say it, as getaddrinfo does, and as a thread that cannot be started.
NO_MEMORY = "memory|Memory allocation failure|could not start a thread: Resource temporarily unavailable"
SANITIZER_LACKED_MEMORY = "CHECK failed: sanitizer_linux"  # for a thread that begins
LONG = os.environ.get("STADSLAGER_CHECK_LONG") == "1"  # make check-long: every fault instead of a sample
PLACES = os.environ.get("STADSLAGER_FAULT_PLACES") == "1"  # make coverage: in every sweep, each place of the program fails once
injected = collections.Counter()  # by kind; tests/run adds them up over all suites


def count(kind, number=1):
    """KIND: allocation, call, crash point, kill, HTTP, PostgreSQL, environment."""
    injected[kind] += number


def print_counts():
    """Before a suite's last line: what tests/run sums."""
    for kind in sorted(injected):
        print("faults %s %d" % (kind, injected[kind]), flush=True)


def main(cases):
    """lib_run.main, with the number of faults before the last line."""
    say = print

    class Counting:
        def write(self, text):
            if re.fullmatch(r"\d+ passed, \d+ failed", text):
                print_counts()
            say(text, end="", file=sys.__stdout__)

        def flush(self):
            sys.__stdout__.flush()
    sys.stdout = Counting()
    lib_run.World = World
    try:
        return lib_run.main(cases)
    finally:
        sys.stdout = sys.__stdout__


# What the program is lent in files and must never show: of the warehouse and of the servers that lend exports.
SECRETS = ("hemligt-om-lagret", "hemligt-om-kallan")


def no_secret(ended):
    for secret in SECRETS:
        holds(secret not in ended.out and secret not in ended.err, "a secret is shown by\n%s" % ended)


def no_secret_in(folder):
    """What the program wrote there: the archive's records, figures and lineage."""
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), "rb") as f:
                text = f.read()
            holds(not any(secret.encode() in text for secret in SECRETS), "a secret stands in %s" % os.path.join(path, name))


class World(lib_run.World):
    """Its connection string has a password and stands in a file, as do the credentials for each source; nothing shows them."""

    def configure(self, *sources, dsn=None, **sections):
        credentials = self.file("credentials", "Bearer %s\n" % SECRETS[1])
        for source in sources:
            source.keys.setdefault("credentials_file", credentials)
        dsn = dsn or {"dsn_file": self.file("dsn", "dbname=%s password=%s\n" % (self.database, SECRETS[0]))}
        return super().configure(*sources, dsn=dsn, **sections)

    def run(self, *arguments, **options):
        ended = super().run(*arguments, **options)
        no_secret(ended)
        return ended

    def finish(self, child, *arguments, **options):
        ended = super().finish(child, *arguments, **options)
        no_secret(ended)
        return ended


class Standing:
    """What the warehouse says: current facts by source, and each version by table."""

    def __init__(self, w):
        w.idle()
        self.sources = dict(row.split("|", 1) for row in w.sql(SOURCES).splitlines())
        self.versions = {t: set() for t in FACTS}
        for row in w.sql(" UNION ALL ".join(VERSIONS % (t, t) for t in FACTS)).splitlines():
            table, version = row.split(" ", 1)
            self.versions[table].add(version)

    def facts(self):
        return sum(len(rows) for rows in self.versions.values())


# A version of a fact, without what has replaced it.
VERSIONS = "SELECT '%s ' || (to_jsonb(t) - '{ersatt_load_id,ersatt_orsak}'::text[])::text FROM lager.%s t"

# By source, a digest of what stands, without numbers that depend on how it came to stand.
SOURCES = ("SELECT l.source, md5(string_agg(concat_ws('|', tabell, g.ar, s.kod, e.namn, coalesce(i.namn, m.nummer || ' ' || m.text, a.namn || ' ' || a.nr,"
           " concat_ws('|', c.titel, tabell_nr, radetikett, rad_nr, kolumnetikett, kolumn_nr)), g.period_id, del, varde, varde_status, g.matt, tryckt, operator,"
           " uppfyllelse, g.flaggor, g.rad, start_dag, slut_dag, klar, storhet, post, overforing, avser), E'\\n' ORDER BY g.rad, tabell, del, varde, tryckt, g.period_id,"
           " g.objekt_id))"
           " FROM drift.gallande g JOIN lager.dim_stadsdel s ON s.id = g.stadsdel_id JOIN lager.dim_enhet e ON e.id = g.enhet_id"
           " JOIN drift.load l ON l.id = g.load_id LEFT JOIN lager.dim_indikator i ON tabell IN ('U', 'A', 'F') AND i.id = objekt_id"
           " LEFT JOIN lager.dim_mal m ON tabell = 'M' AND m.id = objekt_id LEFT JOIN lager.dim_aktivitet a ON tabell = 'V' AND a.id = objekt_id"
           " LEFT JOIN lager.dim_tabellcell c ON tabell IN ('T', 'E') AND c.id = objekt_id GROUP BY l.source")


def whole(stood, now, wanted):
    """Each source is as before or as wanted, all of it."""
    for source in set(stood.sources) | set(now.sources) | set(wanted.sources):
        holds(now.sources.get(source) in (stood.sources.get(source), wanted.sources.get(source)),
              "source %s is neither as before nor as after an undisturbed run" % source)


def kept(stood, now):
    """Every version that was there is there, unchanged but for what replaced it."""
    for table, rows in stood.versions.items():
        lost = rows - now.versions[table]
        holds(not lost, "%s: %d earlier versions are gone or changed, as %s" % (table, len(lost), sorted(lost)[:1]))


def counts_reconcile(w):
    same(w.sql("SELECT id, 'does not add up' FROM drift.load WHERE lines_read <> lines_loaded + lines_unchanged + lines_quarantined + lines_ignored OR"
               " rows_read <> rows_loaded + rows_unchanged + rows_quarantined + rows_ignored"
               " UNION ALL"
               " SELECT id, 'has others' FROM drift.load l WHERE facts_new + facts_revised <> (SELECT count(*) FROM (%s) f WHERE f.load_id = l.id)"
               % " UNION ALL ".join("SELECT load_id FROM lager.%s" % t for t in FACTS)), "", "loads whose counts do not add up, or whose facts are not those counted")


def nothing_left(w, *folders):
    """No temporary file (also none in FOLDERS), lock, session or open transaction; called when no run is under way."""
    w.idle()
    tmp = os.path.join(w.archive, "tmp")
    same(os.listdir(tmp) if os.path.isdir(tmp) else [], [], "what stands in the archive's tmp/")
    for folder in folders:
        same(os.listdir(folder), [], "what stands in %s" % folder)
    lock = os.path.join(w.archive, "lock")
    if os.path.exists(lock):
        with open(lock, "rb") as f:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises where somebody holds it
    no_secret_in(w.archive)
    shown = " OR ".join("t::text LIKE '%%%s%%'" % secret for secret in SECRETS)
    same(w.sql("SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = '%s')),"
               " (SELECT count(*) FROM drift.config_snapshot t WHERE %s), (SELECT count(*) FROM drift.run t WHERE %s)"
               % (w.database, shown, shown)), "0|0|0", "advisory locks held, secrets in configurations and in runs")


def code_is_documented(ended):
    holds(ended.code in CODES, "the exit code %s is documented:\n%s" % (ended.code, ended))
    holds("Sanitizer" not in ended.err and "runtime error" not in ended.err, str(ended))


def one_message(ended, cause=None):
    """One message at the top, which names the cause (a pattern)."""
    said = [text for text in ended.said() if not text.startswith("warning: ")]
    if any(re.search(": out of memory( for query result)?$", text) for text in said):  # the run's end lacks what its source lacked
        said = [text for text in said if text not in ("out of memory", "could not record the run's end: out of memory")]
    same(len(said), 1, "the number of messages in\n%s" % ended)
    if cause:
        text = ended.err[ended.err.index(said[0]):]
        holds(re.search(cause, text), "the message names the cause, %s, in\n%s" % (cause, ended))


def after_fault(w, stood, wanted, ended, cause=None, messages=1, folders=()):
    """All invariants but the rerun.  CAUSE: a pattern the message fits; MESSAGES None = any number (a killed process)."""
    now = Standing(w)
    whole(stood, now, wanted)
    kept(stood, now)
    counts_reconcile(w)
    nothing_left(w, *folders)
    if ended is None:
        return now
    no_secret(ended)
    if ended.code in (DONE, QUARANTINED):
        same(now.sources, wanted.sources, "the warehouse after a run that ended with %d" % ended.code)
    elif messages:
        one_message(ended, cause)
    code_is_documented(ended)
    return now


def rerun(w, wanted, *arguments, codes=(DONE, QUARANTINED)):
    """Without the fault: what an undisturbed run gives."""
    ended = w.run("run", *arguments)
    holds(ended.code in codes, "the run after the fault: %s" % ended)
    now = Standing(w)
    same(now.sources, wanted.sources, "the warehouse after the run that follows the fault")
    counts_reconcile(w)
    nothing_left(w)
    return ended


# ---- the loop ----

class Child:
    """One run of the program in which call N failed."""

    def __init__(self, n, code, calls, failed, out, err):
        self.n, self.code, self.calls, self.failed = n, code, calls, failed
        self.out, self.err = out.decode("utf-8", "replace"), err.decode("utf-8", "replace")

    def __str__(self):
        return "call %d (%s) failed: ended with %d\n%s" % (self.n, self.failed, self.code, self.err)


class Sweep:
    """Runs COMMAND undisturbed, and then once for each call of a CLASS that is chosen, with that call failing.  One fork server runs
    them all.  Step by step: the next one begins when the one before has been looked at.

    CHOOSE, given the places of all calls, gives the numbers of those that fail: each_place, or each (which does not depend on how
    many the undisturbed command has made: until nothing failed)."""

    def __init__(self, command, folder, fault="alloc", how="", stays=False, scope="all", env=None, choose=None):
        self.command, self.folder = command, folder
        self.choose = each_place if PLACES else choose or (each if LONG else each_place)
        self.env = dict(lib_run.World.environment(env), LD_PRELOAD=INJECT, INJECT_CLASS=fault, INJECT_HOW=how, INJECT_SCOPE=scope,
                        INJECT_FROM="1" if stays else "0", INJECT_OUT=folder, INJECT_SWEEP="1",
                        ASAN_OPTIONS="exitcode=99:verify_asan_link_order=0:allocator_may_return_null=1",
                        LSAN_OPTIONS="print_suppressions=0:suppressions=" + os.path.join(HERE, "leaks.supp"))

    def __iter__(self):
        server = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env)
        try:
            child = self.child(server, 0)
            calls = child.calls
            yield child
            for n in self.choose(self.places()):
                child = self.child(server, n)
                calls = max(calls, child.calls)
                yield child
                if child.failed == "-" and n > calls:
                    break
        finally:
            server.stdin.close()
            server.stdout.close()
            err = server.stderr.read().decode("utf-8", "replace")
            server.stderr.close()
            holds(server.wait(60) == 0, "the sweep's own process ended with %d: %s" % (server.returncode, err))

    def child(self, server, number):
        server.stdin.write(b"%d\n" % number)
        server.stdin.flush()
        n, code, calls, failed, out, err = server.stdout.readline().split()
        out, err = server.stdout.read(int(out)), server.stdout.read(int(err))
        return Child(int(n), int(code), int(calls), failed.decode(), out, err)

    def places(self):
        """Of each call of the undisturbed command: where it was made, and where within the command."""
        with open(os.path.join(self.folder, "places"), encoding="ascii") as f:
            return [tuple(text.split()) for text in f]

    def undisturbed(self):
        """Its calls only."""
        self.choose = lambda places: ()
        for child in self:
            holds(child.failed == "-", str(child))
        return self.places()


def each(places):
    """Every call; beyond those of the undisturbed command too, if there are more this time."""
    return range(1, 1 << 40)


def each_place(places):
    """Of the calls that are made from the same place of the program, the first."""
    known = set()
    for n, (place, _) in enumerate(places, 1):
        if place not in known:
            known.add(place)
            yield n


class AfterTheConfiguration:
    """Of commands with this configuration, the allocations after they have read it: each one in check-long, else each place that no
    sweep with the same KNOWN has met.  To read it is the same in all of them, and swept in check-config; in check-long each place of it
    fails once here too, for what the command does then."""

    def __init__(self, config, folder, known=None):
        self.read, self.known = Sweep([PROGRAM, "--config", config, "check-config"], folder).undisturbed(), known

    def __call__(self, places):
        common = next((i for i, (a, b) in enumerate(zip(places, self.read)) if a[1] != b[1]), min(len(places), len(self.read)))
        if LONG:
            yield from (n for n in each_place(places) if n <= common)
            yield from range(common + 1, 1 << 40)
        for n in each_place(places) if not LONG else ():
            if n > common and (self.known is None or places[n - 1][1] not in self.known):
                yield n
        if self.known is not None:
            self.known.update(within for _, within in places)


def said(err):
    """The messages of a command that reports nothing else on standard error."""
    return [text[12:] for text in err.splitlines() if text.startswith("stadslager: ") and not text.startswith("stadslager: warning: ")]


class Verdicts:
    """Collects what was wrong, a line per kind of it, so that one defect hit by a thousand faults is one line."""

    def __init__(self, title):
        self.title, self.number, self.wrong = title, 0, collections.OrderedDict()

    def judge(self, child, check):
        """Runs CHECK; what it finds is kept with the first call that showed it."""
        self.number += child.failed != "-"
        try:
            check()
        except Failed as error:
            text = re.sub(r"0x[0-9a-f]+|==\d+==|\d{3,}", "#", str(error))
            self.wrong.setdefault(text, []).append("%d (%s)" % (child.n, child.failed))

    def end(self):
        holds(self.number, "%s: no fault was injected" % self.title)
        shown = ["%s\n    by call %s%s" % (text, ", ".join(calls[:5]), " and %d more" % (len(calls) - 5) if len(calls) > 5 else "")
                 for text, calls in list(self.wrong.items())[:20]]
        holds(not self.wrong, "%s: %d kinds of failure in %d faults\n%s" % (self.title, len(self.wrong), self.number, "\n".join(shown)))
