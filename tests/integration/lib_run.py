"""What the tests of whole runs share: a private PostgreSQL (tests/with-postgres), a scripted web server, a fresh database
and archive for each test, and looks into the warehouse through psql."""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import misbehaving_peer

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXPORTS = os.path.join(TOP, "tests", "fixtures", "exports")
DONE, INTERNAL, USAGE, QUARANTINED, LOCKED, CONFIG, FETCH, REFUSED, DATABASE, DEADLINE = range(10)
FACTS = ("fact_utfall", "fact_arsmal", "fact_foregaende", "fact_maluppfyllelse", "fact_aktivitet", "fact_tabell", "fact_ekonomi")

HEADER = ("Stadsdelsnämnd;Enhet;Indikator;Periodens utfall;Utfall män;Utfall kvinnor;Föregående års utfall;Årsmål;"
          "KF:s årsmål;Period")
# Names of the registry.
INDICATORS = ("Sjukfrånvaro", "Sjukfrånvaro dag 1-14", "Aktivt Medskapandeindex", "Antal barn per grupp",
              "Andel nöjda föräldrar till barn i förskolan", "Andel trygga omsorgstagare i hemtjänsten",
              "Antal vräkningar som berör barn", "Andel digitala inköp i hemtjänsten", "Andel smarta lås i hemtjänsten",
              "Andelen nöjda omsorgstagare i hemtjänst")


def enter():
    """Runs the calling script again inside tests/with-postgres, once."""
    if not os.environ.get("PGHOST"):
        with_postgres = os.path.join(TOP, "tests", "with-postgres")
        os.execv(with_postgres, [with_postgres, sys.executable] + sys.argv)


class Failed(Exception):
    pass


def same(found, expected, what="it"):
    if found != expected:
        raise Failed("%s is %r, expected %r" % (what, found, expected))


def holds(condition, what):
    if not condition:
        raise Failed(what)


def line(indicator, outcome, men="", women="", previous="", target="", kf="", period="VB 2023", unit="",
         district="Bromma stadsdelsnämnd"):
    return ";".join((district, unit, indicator, outcome, men, women, previous, target, kf, period))


def export(*lines):
    return "".join(row + "\n" for row in (HEADER,) + lines).encode("utf-8")


def rows(count=10, first=10, district="Bromma stadsdelsnämnd", period="VB 2023"):
    """COUNT lines with outcomes FIRST, FIRST + 1, ... %."""
    return [line(INDICATORS[i], "%d,5 %%" % (first + i), district=district, period=period) for i in range(count)]


class Source:
    """A source of the configuration; its URL is the test's own web server unless PATH says otherwise."""

    def __init__(self, name, connector="delimited", **keys):
        self.name, self.connector, self.keys = name, connector, keys


def yaml(value, indent=""):
    if isinstance(value, dict):
        return "".join("\n%s%s:%s" % (indent, json.dumps(k, ensure_ascii=False), yaml(v, indent + "  "))
                       for k, v in value.items())
    if isinstance(value, list):
        return "".join("\n%s-%s" % (indent, yaml(v, indent + "  ")) for v in value)
    return " " + json.dumps(value, ensure_ascii=False)


class Ended:
    """A run of the program that has ended."""

    def __init__(self, arguments, code, out, err):
        self.arguments, self.code, self.out, self.err = arguments, code, out, err

    def __str__(self):
        return "stadslager %s ended with %d\n%s%s" % (" ".join(self.arguments), self.code, self.out, self.err)

    def said(self):
        """The messages: what is neither progress nor a result.  Details and hints belong to the line above."""
        progress = re.compile(r'stadslager: (run (begins|ends): |source "[^"]*": (fetched: |loaded$|verified: |unchanged '
                              r'since |not reached;|would be loaded ))')
        return [text[12:] for text in self.err.splitlines()
                if text.startswith("stadslager: ") and not progress.match(text)]

    def result(self, source):
        """What was said of the source's load: the words, and the counts by name ("lines read", "facts new", ...)."""
        lines = self.err.splitlines()
        found = [i for i, text in enumerate(lines) if text.startswith('stadslager: source "%s": ' % source)]
        holds(found, "nothing is said of %s:\n%s" % (source, self))
        words = lines[found[-1]].split('": ', 1)[1]
        counts = {}
        for text in lines[found[-1] + 1:]:
            if not text.startswith("  "):
                break
            what, _, rest = text.strip().partition(": ")
            counts.update(("%s %s" % (what, name), int(n)) for name, n in re.findall(r"(\w+) (\d+)", rest))
        return words, counts

    def ending(self):
        return self.err.splitlines()[-1]


class World:
    """The web server, the binary, and what each test gets fresh: a database with the schema, an archive, a configuration."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="test-run-")
        self.children = []
        self.content, self.answer, self.etag, self.asked = {}, {}, {}, []
        self.binary = os.environ.get("STADSLAGER", "")
        for name in ("build/asan/stadslager", "build/stadslager"):
            self.binary = self.binary or (os.path.join(TOP, name) if os.access(os.path.join(TOP, name), os.X_OK) else "")
        holds(self.binary, "the program is not built")
        misbehaving_peer.fault_export = self.serve
        self.peer = misbehaving_peer.Peer().begin()
        self.dead = misbehaving_peer.Peer()  # a port where nobody answers
        self.dead.server_close()
        # What is dead must stay countable.
        self.sql("ALTER SYSTEM SET autovacuum = off", "postgres")
        self.sql("ALTER SYSTEM SET fsync = off", "postgres")  # kills of the program are tested, not of the machine
        self.sql("SELECT pg_reload_conf()", "postgres")
        self.sql("CREATE DATABASE ready", "postgres")
        self.number = 0
        self.database = "ready"
        self.archive = os.path.join(self.folder, "archive-0")
        self.configure(Source("a"))
        self.run("migrate", code=DONE)
        self.idle()

    def fresh(self):
        self.number += 1
        self.database = "test%d" % self.number
        self.archive = os.path.join(self.folder, "archive-%d" % self.number)
        self.sql("CREATE DATABASE %s TEMPLATE ready" % self.database, "postgres")
        self.dsn = None
        for memory in (self.content, self.answer, self.etag, self.asked, self.peer.visits, self.peer.requests):
            memory.clear()

    def tidy(self):
        """After each test: nothing of it is still running."""
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.communicate()
        self.children.clear()

    def end(self):
        self.tidy()
        self.peer.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- the web server --

    def serve(self, request):
        """/export/NAME: what the test put there, with an ETag; or the fault the test chose."""
        name = request.path.split("/")[2]
        self.asked.append((name, request.headers))
        if name in self.answer:
            self.answer[name](request)
            return
        body = self.content[name]
        etag = '"%s"' % self.etag.get(name, hashlib.sha256(body).hexdigest())
        if request.headers.get("if-none-match") == etag:
            request.answer("304 Not Modified", length=False, ETag=etag)
        else:
            request.answer(body=body, ETag=etag)

    def fixture(self, name):
        with open(os.path.join(EXPORTS, name), "rb") as f:
            return f.read()

    # -- configuration and runs --

    def file(self, name, content, mode=0o600):
        path = os.path.join(self.folder, "%d-%s" % (self.number, name))
        with open(path, "w", encoding="utf-8") as f:
            f.write(content)
        os.chmod(path, mode)
        return path

    def configure(self, *sources, comment="", limits=None, unknown=None, dsn=None, **sections):
        """Writes the configuration and returns its path."""
        registries = {name: os.path.join(TOP, "config", name + ".yaml") for name in ("stadsdelar", "enheter", "indikatorer")}
        document = {
            "warehouse": dsn or {"dsn": "dbname=" + self.database},
            "archive": {"path": self.archive},
            "fetch": {"allow_http": True, "retries": 1, "backoff_ms": 1, "connect_timeout_s": 5},
            "registries": registries,
            "sources": [dict({"name": s.name, "url": self.peer.url("/export/" + s.name), "connector": s.connector}, **s.keys)
                        for s in sources],
        }
        for name, section in dict(sections, limits=limits, unknown=unknown).items():
            if section:
                document[name] = section
        self.config = self.file("stadslager.yaml", comment + yaml(document)[1:] + "\n")
        return self.config

    def command(self, *arguments):
        return [self.binary, "--config", self.config] + list(arguments)

    @staticmethod
    def environment(extra=None):
        keep = {name: value for name, value in os.environ.items() if name != "STADSLAGER_CONFIG"}
        return dict(dict(keep, ASAN_OPTIONS="exitcode=99", LC_ALL="C.UTF-8"), **(extra or {}))

    def run(self, *arguments, code=None, env=None, command=None):
        """Runs to the end.  CODE: the exit code it must have; a sanitizer's report fails every test."""
        done = subprocess.run(command or self.command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=120, env=self.environment(env))
        ended = Ended(arguments, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
        holds("Sanitizer" not in ended.err and "runtime error" not in ended.err and ended.code in range(11), str(ended))
        if code is not None:
            same(ended.code, code, "%s; its exit code" % ended)
        return ended

    def start(self, *arguments):
        child = subprocess.Popen(self.command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, env=self.environment())
        self.children.append(child)
        return child

    def finish(self, child, *arguments, timeout=60):
        out, err = child.communicate(timeout=timeout)
        return Ended(arguments or ("run",), child.returncode, out.decode("utf-8"), err.decode("utf-8"))

    # -- the warehouse --

    def sql(self, query, database=None):
        done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database or self.database, "-c", query],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        if done.returncode:
            raise Failed("psql: %s\n%s" % (query, done.stderr.decode("utf-8")))
        return done.stdout.decode("utf-8").rstrip("\n")

    def number_of(self, query):
        return int(self.sql(query))

    def facts(self, columns="t"):
        """Every version of every fact, whole."""
        self.idle()
        return {t: self.sql("SELECT %s FROM lager.%s t ORDER BY 1" % (columns, t)).splitlines() for t in FACTS}

    def values(self):
        """The current facts with their places, by what they say: without numbers that depend on the history of loads."""
        return self.sql("SELECT x::text FROM (SELECT tabell, g.ar, s.kod, e.namn AS enhet, coalesce(i.namn, m.nummer || ' ' || m.text, a.namn || ' ' ||"
                        " a.nr, concat_ws('|', c.titel, tabell_nr, radetikett, rad_nr, kolumnetikett, kolumn_nr)),"
                        " g.period_id, del, varde, varde_status, g.matt, tryckt, operator, uppfyllelse, flaggor, g.rad, l.source,"
                        " start_dag, slut_dag, klar, storhet, post, overforing, avser"
                        " FROM drift.gallande g JOIN lager.dim_stadsdel s ON s.id = g.stadsdel_id"
                        " JOIN lager.dim_enhet e ON e.id = g.enhet_id JOIN drift.load l ON l.id = g.load_id"
                        " LEFT JOIN lager.dim_indikator i ON tabell IN ('U', 'A', 'F') AND i.id = objekt_id"
                        " LEFT JOIN lager.dim_mal m ON tabell = 'M' AND m.id = objekt_id"
                        " LEFT JOIN lager.dim_aktivitet a ON tabell = 'V' AND a.id = objekt_id"
                        " LEFT JOIN lager.dim_tabellcell c ON tabell IN ('T', 'E') AND c.id = objekt_id) x ORDER BY 1").splitlines()

    def tables(self):
        return self.sql("SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                        " WHERE c.relkind = 'r' AND n.nspname IN ('lager', 'drift') ORDER BY 1").splitlines()

    def everything(self):
        """All rows of all tables, by table."""
        self.idle()
        query = " UNION ALL ".join("SELECT '%s', md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM %s t" % (t, t)
                                   for t in self.tables())
        return dict(row.split("|") for row in self.sql(query).splitlines())

    def physical(self):
        """What shows that a table was written to, even where it holds the same: rows, newest transaction, rows ever
        inserted, updated and deleted, dead rows, bytes."""
        self.idle()
        tables = [t for t in self.tables() if t not in ("drift.run", "drift.run_result", "drift.config_snapshot")
                  and not t.startswith("drift.stage_")]
        query = " UNION ALL ".join(
            "SELECT '%s', (SELECT count(*) FROM %s), (SELECT max(xmin::text::bigint) FROM %s), n_tup_ins, n_tup_upd, n_tup_del,"
            " n_dead_tup, pg_relation_size(relid), pg_indexes_size(relid) FROM pg_stat_all_tables WHERE relid = '%s'::regclass"
            % (t, t, t, t) for t in tables)
        return self.sql(query).splitlines()

    def idle(self):
        """Waits until the server has no session of the program any more: its counters are whole then."""
        self.wait_for("SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'stadslager' AND datname = '%s'"
                      % self.database, "the program's session has ended")

    def wait_for(self, query, what):
        for _ in range(600):
            if self.sql(query) == "t":
                return
            time.sleep(0.05)
        raise Failed("not within 30 s: " + what)

    def block(self, table):
        """Holds TABLE so that a run stops there; returns what lets it go."""
        holder = subprocess.Popen(["psql", "-XAtq", "-d", self.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
        self.children.append(holder)
        holder.stdin.write(b"BEGIN; LOCK TABLE %s IN ACCESS EXCLUSIVE MODE; SELECT 'held';\n" % table.encode())
        holder.stdin.flush()
        same(holder.stdout.readline(), b"held\n", "the lock")

        def release():
            holder.communicate(b"ROLLBACK;\n", timeout=30)
        return release

    def wait_blocked(self):
        self.wait_for("SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name = 'stadslager' AND datname = '%s'"
                      " AND wait_event_type = 'Lock'" % self.database, "the run is in the middle of its load")


def main(cases):
    """Runs the functions case_... of CASES, each in a fresh world; the last line is the sum."""
    enter()
    only = sys.argv[1:]
    passed = failed = 0
    world = World()
    try:
        for name, case in list(cases.items()):
            if not name.startswith("case_") or (only and not any(part in name for part in only)):
                continue
            began = time.monotonic()
            title = name[5:].replace("_", " ")
            try:
                world.fresh()
                case(world)
                passed += 1
                print("ok    %s (%.1f s)" % (title, time.monotonic() - began), flush=True)
            except Exception as error:  # a case that breaks is a case that fails; the others still run
                failed += 1
                print("FAIL  %s\n        %s: %s" % (title, type(error).__name__, str(error).replace("\n", "\n        ")),
                      flush=True)
            finally:
                world.tidy()
    finally:
        world.end()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0
