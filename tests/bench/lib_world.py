"""What is measured against what: generated exports, databases that are fresh, the program, and the peers."""
import glob
import json
import os
import re
import shutil
import subprocess

from lib_measure import TOP, Wrong

BINARY = os.path.join(TOP, "build", "stadslager")
GENERATE = os.path.join(TOP, "build", "bench", "generate")
DECODE = os.path.join(TOP, "build", "bench", "decode")
YEAR = 2023
FACTS = ("fact_utfall", "fact_foregaende", "fact_arsmal")
LOADED = (0, 3)  # exit codes: done, and loaded with rows in quarantine

CONFIG = """warehouse: {{dsn: "dbname={database}"}}
archive: {{path: {folder}/archive}}
fetch: {{allow_http: true}}
limits: {{max_quarantined_rows: 10000000, max_run_quarantined_rows: 10000000, deadline_s: 86400}}
registries: {{stadsdelar: {top}/config/stadsdelar.yaml, indikatorer: {folder}/indikatorer.yaml}}
unknown: {{enhet: add}}
sources:
  - {{name: bench, url: "{url}", connector: {connector}, year: {year}{more}}}
"""


def psql_path():
    """The program itself, where Debian has a script in front of it that looks for clusters."""
    found = glob.glob("/usr/lib/postgresql/*/bin/psql")
    return max(found, key=lambda path: [int(n) for n in re.findall("[0-9]+", path)]) if found else "psql"


PSQL = psql_path()


def psql(*commands, database="postgres", variables=()):
    """Runs each command; returns the lines of the last one's result."""
    args = [PSQL, "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database]
    for command in commands:
        args += ["-c", command]
    done = subprocess.run(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise Wrong("psql: %s" % done.stderr.decode(errors="replace"))
    return done.stdout.decode().splitlines()


def number(command, database):
    return int(psql(command, database=database)[-1])


class Export:
    """A generated export, the folder and the database it is loaded from and into, and its configuration."""

    def __init__(self, world, facts, report=False):
        self.world, self.size = world, facts
        self.name = "%d" % facts
        self.folder = os.path.join(world.folder, self.name)
        self.database = "bench_%d" % facts
        os.makedirs(self.folder)
        repeats = ["--repeats"] if os.environ.get("BENCH_REPEATS") else []
        subprocess.run([GENERATE, str(facts), self.folder] + (["--report"] if report else []) + repeats, check=True)
        with open(os.path.join(self.folder, "expected.json"), encoding="utf-8") as f:
            self.expected = json.load(f)
        self.facts = self.expected["facts"]
        self.expected[FACTS[0]] += int(os.environ.get("BENCH_EXPECT_MORE") or 0)  # for a test of the comparison
        self.url_path = self.name + "/bench.csv.gz"
        self.config = self.configure("bench.yaml", self.url_path, "delimited")
        self.publish(changed=False)

    def file(self, name):
        return os.path.join(self.folder, name)

    def configure(self, name, url_path, connector, more=""):
        path = self.file(name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(CONFIG.format(database=self.database, folder=self.folder, top=TOP, url=self.world.web.url(url_path),
                                  connector=connector, year=YEAR, more=more))
        return path

    def publish(self, changed):
        self.world.web.publish(self.file("bench-changed.csv.gz" if changed else "bench.csv.gz"), self.url_path)

    def fresh(self):
        """An empty warehouse with its schema, and an empty archive."""
        self.drop()
        psql("CREATE DATABASE %s TEMPLATE bench_template" % self.database)

    def drop(self):
        psql("DROP DATABASE IF EXISTS %s" % self.database)
        shutil.rmtree(self.file("archive"), ignore_errors=True)

    def remove(self):
        self.drop()
        shutil.rmtree(self.folder)

    def command(self, *args, config=None):
        return [BINARY, "--config", config or self.config] + list(args)

    def archived(self):
        """The name of the one export in the archive."""
        (path,) = glob.glob(self.file("archive/objects/*/*.gz"))
        return os.path.basename(path)[:-len(".gz")]

    def counted(self):
        """The current facts of each table."""
        return {table: number("SELECT count(*) FROM lager.%s WHERE ersatt_load_id IS NULL" % table, self.database)
                for table in FACTS}

    def check_loaded(self):
        """What was loaded is what the generator wrote."""
        found = self.counted()
        expected = {table: self.expected[table] for table in FACTS}
        if found != expected:
            raise Wrong("%d facts: loaded were %s, expected %s" % (self.size, found, expected))
        quarantined = number("SELECT count(*) FROM drift.quarantine", self.database)
        if quarantined != self.expected["quarantined"]:
            raise Wrong("%d facts: %d rows are in quarantine, expected %d" % (self.size, quarantined, self.expected["quarantined"]))

    def check_changed(self):
        """The rows that changed, and no others, have a second version."""
        found = self.counted()
        expected = {table: self.expected[table] for table in FACTS}
        revised = sum(number("SELECT count(*) FROM lager.%s WHERE ersatt_orsak = 'revised'" % table, self.database)
                      for table in FACTS)
        # At least those printed otherwise; a row's other facts too where its flags became others (the total lies outside).
        least, most = self.expected["changed_facts"], self.expected["facts_of_changed_rows"]
        if found != expected or not least <= revised <= most:
            raise Wrong("%d facts: after the change %s are current and %d revised, expected %s and %d to %d" %
                        (self.size, found, revised, expected, least, most))


class World:
    def __init__(self, folder, web):
        self.folder, self.web = folder, web

    def make_template(self):
        psql("CREATE DATABASE bench_template")
        config = os.path.join(self.folder, "template.yaml")
        with open(config, "w", encoding="utf-8") as f:
            f.write(CONFIG.format(database="bench_template", folder=self.folder, top=TOP, url="http://127.0.0.1/x",
                                  connector="delimited", year=YEAR, more=""))
        open(os.path.join(self.folder, "indikatorer.yaml"), "w", encoding="utf-8").write("indikatorer: []\n")
        done = subprocess.run([BINARY, "--config", config, "migrate"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            raise Wrong("migrate ended with %d: %s" % (done.returncode, done.stdout.decode()))


# Settings that decide how durable a commit is; the benchmark measures what a server does by itself.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def server_settings():
    names = list(DURABLE) + ["wal_level", "shared_buffers", "max_wal_size", "maintenance_work_mem", "server_version"]
    settings = {name: psql("SHOW %s" % name)[0] for name in names}
    for name, wanted in DURABLE.items():
        if settings[name] != wanted:
            raise Wrong("the server has %s = %s" % (name, settings[name]))
    return settings


# ---- that nothing was written

FACT_RELATIONS = """SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'lager' AND c.relkind IN ('r', 'i') AND
       (c.relname LIKE 'fact_%' OR c.oid IN (SELECT indexrelid FROM pg_index JOIN pg_class t ON t.oid = indrelid WHERE t.relname LIKE 'fact_%'))"""


def quiet_pages(database):
    """No autovacuum on fact tables, and no page of theirs waiting to be written."""
    tables = psql("SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND oid IN (%s)" % FACT_RELATIONS, database=database)
    psql("CREATE EXTENSION IF NOT EXISTS pg_buffercache", *("ALTER TABLE %s SET (autovacuum_enabled = off)" % t for t in tables),
         "CHECKPOINT", database=database)


def dirty_pages(database):
    """Relations of fact tables with pages changed since, also such changes that are not in the WAL (hint bits)."""
    return psql("SELECT c.relname, count(*) FROM pg_buffercache b "
                "JOIN pg_class c ON pg_relation_filenode(c.oid) = b.relfilenode AND c.oid IN (%s) "
                "WHERE b.isdirty AND b.reldatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) "
                "GROUP BY 1" % FACT_RELATIONS, database=database)


def rows_written(database):
    """Rows inserted, updated and deleted in all tables of the warehouse so far, and bytes of facts with their indexes."""
    return psql("SELECT sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del), (SELECT sum(pg_relation_size(oid)) FROM (%s) f) "
                "FROM pg_stat_user_tables WHERE schemaname = 'lager'" % FACT_RELATIONS, database=database)
