"""Other ways for the finished rows into the same tables."""
import os
import shutil

from lib_measure import TOP, Wrong
from lib_world import FACTS, PSQL, YEAR, number, psql

DATABASE = "bench_peer"
TENTH = 10  # pgloader loads one row of so many


class Finished:
    """The rows that a first load published, as files, in the order in which the export has them."""

    def __init__(self, export):
        self.folder = os.path.join(export.folder, "finished")
        os.makedirs(self.folder)
        self.rows = export.facts
        for table in FACTS:
            rows = "(SELECT * FROM lager.%s ORDER BY rad, byte_offset)" % table
            psql("\\copy %s TO '%s' CSV" % (rows, self.file(table, "csv")), "\\copy %s TO '%s'" % (rows, self.file(table, "txt")),
                 "\\copy %s TO '%s' (FORMAT binary)" % (rows, self.file(table, "bin")), database=export.database)
        self.tenth_rows = sum(self._tenth(table) for table in FACTS)

    def file(self, table, kind):
        return os.path.join(self.folder, "%s.%s" % (table, kind))

    def _tenth(self, table):
        """The first tenth of a table's CSV; returns its rows."""
        with open(self.file(table, "csv"), "rb") as f:
            wanted = max(1, sum(1 for _ in f) // TENTH)
            f.seek(0)
            with open(self.file(table, "tenth.csv"), "wb") as out:
                for _ in range(wanted):
                    out.write(next(f))
        return wanted


def make_database():
    psql("CREATE DATABASE %s TEMPLATE bench_template" % DATABASE)


def keyed_tables():
    """Empty tables with every column, default, constraint, key and index of the warehouse's: plain ones, which take rows faster
    than a partitioned parent does."""
    psql("DROP SCHEMA IF EXISTS peer CASCADE", "CREATE SCHEMA peer",
         *("CREATE TABLE peer.%s (LIKE lager.%s INCLUDING ALL)" % (table, table) for table in FACTS), database=DATABASE)


def check_loaded(rows, schema="peer"):
    found = sum(number("SELECT count(*) FROM %s.%s" % (schema, table), DATABASE) for table in FACTS)
    if found != rows:
        raise Wrong("a peer loaded %d rows of %d" % (found, rows))


def clear():
    psql("DROP SCHEMA IF EXISTS peer CASCADE", database=DATABASE)


def copy_command(finished, kind):
    options = {"csv": " CSV", "txt": ""}[kind]
    command = [PSQL, "-Xq", "-v", "ON_ERROR_STOP=1", "-d", DATABASE]
    for table in FACTS:
        command += ["-c", "\\copy peer.%s FROM '%s'%s" % (table, finished.file(table, kind), options)]
    return command


def floor_tables():
    """Partitioned parents, with keys and indexes and no partition yet."""
    psql("DROP SCHEMA IF EXISTS peer CASCADE", "CREATE SCHEMA peer",
         *("CREATE TABLE peer.%s (LIKE lager.%s INCLUDING ALL) PARTITION BY LIST (ar)" % (table, table) for table in FACTS),
         database=DATABASE)


def floor_command(finished):
    """One transaction: tables made in it, binary COPY FREEZE, then all keys and indexes with the attachment."""
    statements = ["BEGIN"]
    for table in FACTS:
        part = "peer.%s_%d" % (table, YEAR)
        statements += [
            "CREATE TABLE %s (LIKE peer.%s INCLUDING DEFAULTS INCLUDING CONSTRAINTS, CHECK (ar IS NOT NULL AND ar = %d))" % (part, table, YEAR),
            "\\copy %s FROM '%s' (FORMAT binary, FREEZE)" % (part, finished.file(table, "bin")),
            "ALTER TABLE peer.%s ATTACH PARTITION %s FOR VALUES IN (%d)" % (table, part, YEAR)]
    command = [PSQL, "-Xq", "-v", "ON_ERROR_STOP=1", "-d", DATABASE]
    for statement in statements + ["COMMIT"]:
        command += ["-c", statement]
    return command


PGLOADER = """LOAD CSV FROM '{file}' ({columns})
  INTO postgresql://{user}@unix:{host}:{port}/{database}
  TARGET TABLE peer.{table} ({names})
  WITH fields optionally enclosed by '"', fields escaped by double-quote, fields terminated by ',';
"""


def pgloader_command(finished):
    """None where pgloader is not installed."""
    if not shutil.which("pgloader"):
        return None
    path = os.path.join(finished.folder, "pgloader.load")
    with open(path, "w", encoding="utf-8") as f:
        for table in FACTS:
            names = psql("SELECT attname FROM pg_attribute WHERE attrelid = 'lager.%s'::regclass AND attnum > 0 "
                         "AND NOT attisdropped ORDER BY attnum" % table, database=DATABASE)
            f.write(PGLOADER.format(file=finished.file(table, "tenth.csv"), columns=", ".join(n + " [null if blanks]" for n in names),
                                    names=", ".join(names), user=os.environ["PGUSER"], host=os.environ["PGHOST"],
                                    port=os.environ["PGPORT"], database=DATABASE, table=table))
    return ["pgloader", "--root-dir", os.path.join(finished.folder, "pgloader"), path]


# ---- DuckDB: it reads the same export, and loads nothing

def duckdb_command(export):
    """None where get-duckdb could not fetch it."""
    home = os.path.join(TOP, "build", "duckdb")
    if not os.path.isdir(os.path.join(home, "node_modules", "@duckdb", "node-api")):
        return None
    script = os.path.join(home, "read.mjs")
    shutil.copy(os.path.join(TOP, "tests", "bench", "duckdb.mjs"), script)
    return ["node", script, export.file("bench.csv.gz")]
