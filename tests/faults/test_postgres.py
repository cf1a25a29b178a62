#!/usr/bin/env python3
"""A PostgreSQL that fails: the server or the program's session dies at each step of a load, the answer to COMMIT is lost, others
hold locks, the disk is full, a right is missing, the server is a standby.  Each source's facts are then as before or as
after, the exit code and one message say why, and the next run makes it whole.

usage: test_postgres.py [PART-OF-A-NAME...]     starts itself inside tests/with-postgres
STADSLAGER_CHECK_LONG=1 kills at every step in every way; else in turn.
Prints a line per test and, last, "N passed, N failed"; before that "faults PostgreSQL N".
"""
import glob
import json
import os
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "integration")]
import lib_faults  # noqa: E402
import lib_run  # noqa: E402
from lib_run import DATABASE, DEADLINE, DONE, LOCKED, QUARANTINED, Ended, Failed, Source, export, holds, line, rows, same  # noqa: E402
from relay import Relay  # noqa: E402

LONG = os.environ.get("STADSLAGER_CHECK_LONG") == "1"
SERVER = os.environ.get("PGHOST", "")
BIN = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))[-1:]
# The steps of a load, from the first row that is written to the last.
STEPS = ("config_recorded", "dimensions_written", "load_begun", "decode_begun", "stage_cleared", "copy_begun", "copy_sent", "stage_filled", "limits_checked",
         "load_marked", "ledger_written", "facts_closed", "facts_added", "quarantine_filled", "load_written", "publish_before_commit",
         "publish_after_commit", "run_end_recorded")
injected = 0


def as_server(*command, **options):
    """Runs a command as the user that the server runs as."""
    return subprocess.run((["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []) + list(command), cwd="/", stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)


class Servers(lib_faults.World):
    def __init__(self):
        super().__init__()
        self.ready_loaded = None
        self.relay = Relay(os.path.join(self.folder, "relay"), SERVER)

    # -- the server --

    def postmaster(self, folder=SERVER):
        with open(os.path.join(folder, "data", "postmaster.pid"), encoding="utf-8") as f:
            return int(f.readline())

    def start_server(self, folder=SERVER, **options):
        """After a kill the lock file of the dead postmaster may stand for a moment."""
        for _ in range(100):
            done = as_server(BIN[0] + "/pg_ctl", "-D", folder + "/data", "-w", "-t", "60", "-l", folder + "/log", "-o",
                             "-c listen_addresses='' -c unix_socket_directories='%s' -c port=5432" % folder, "start", **options)
            if done.returncode == 0:
                return
            time.sleep(0.2)
        raise Failed("the server does not start: %s" % done.stdout.decode())

    def kill_server(self):
        os.kill(self.postmaster(), signal.SIGKILL)
        self.start_server()

    def restart_server(self):
        same(as_server(BIN[0] + "/pg_ctl", "-D", SERVER + "/data", "-w", "-m", "fast", "stop").returncode, 0, "the server stops")
        self.start_server()

    def backend(self):
        return int(self.sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'stadslager' AND datname = '%s'" % self.database))

    def kill_backend(self):
        os.kill(self.backend(), signal.SIGKILL)
        for _ in range(600):  # the server ends all sessions and recovers
            done = subprocess.run(["psql", "-XAtqc", "SELECT 1", "-d", "postgres"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            if done.returncode == 0:
                return
            time.sleep(0.1)
        raise Failed("the server does not come back")

    def terminate_backend(self):
        same(self.sql("SELECT pg_terminate_backend(%d, 10000)" % self.backend(), "postgres"), "t")

    # -- the run --

    def begin(self, dsn=None):
        """Two sources are loaded; both have something new."""
        if not self.ready_loaded:
            self.content.update(bromma=export(*rows(9), line("Antal drakar", "1")), farsta=export(*rows(district="Farsta")))
            self.configure(Source("bromma"), Source("farsta"))
            self.run("run", code=QUARANTINED)
            self.idle()
            self.ready_loaded = self.database, self.archive
            self.fresh()
        database, archive = self.ready_loaded
        self.sql("DROP DATABASE %s" % self.database, "postgres")
        self.sql("CREATE DATABASE %s TEMPLATE %s" % (self.database, database), "postgres")
        # A copied sequence takes its next numbers as if the log had them already: after a crash it would give them again.
        self.sql("DO $$ DECLARE s record; BEGIN FOR s IN SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename) AS name, last_value"
                 " FROM pg_sequences WHERE last_value IS NOT NULL LOOP PERFORM setval(s.name, s.last_value); END LOOP; END $$")
        shutil.copytree(archive, self.archive)
        self.content.update(bromma=export(*rows(9, first=50), line("Antal drakar", "2")), farsta=export(*rows(9, first=50, district="Farsta")))
        self.configure(Source("bromma"), Source("farsta"), dsn=dsn)
        self.before = self.by_source()

    def by_source(self):
        found = {"bromma": [], "farsta": []}
        for row in self.values():
            found[re.search(r",(bromma|farsta),", row).group(1)].append(row)
        return found

    def paused_at(self, point, nth=1, arguments=("run",), **extra):
        """A run that stands still at POINT."""
        env = self.environment(dict(extra, STADSLAGER_CRASH="%s:%d:pause" % (point, nth)))
        child = subprocess.Popen(self.command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        self.children.append(child)
        _, status = os.waitpid(child.pid, os.WUNTRACED)
        holds(os.WIFSTOPPED(status), "the run came to %s" % point)
        return child

    def goes_on(self, child):
        child.send_signal(signal.SIGCONT)
        ended = self.finish(child, timeout=180)
        holds("Sanitizer" not in ended.err and "runtime error" not in ended.err, str(ended))
        return ended

    def with_relay(self, *arguments):
        return self.run(*arguments, env={"PGHOST": self.relay.folder})

    # -- what must hold --

    def whole(self):
        """What an undisturbed run makes of it."""
        if not hasattr(self, "wanted"):
            database = self.database
            self.database = "undisturbed"
            self.sql("CREATE DATABASE undisturbed TEMPLATE %s" % self.ready_loaded[0], "postgres")
            archive, self.archive, config = self.archive, self.archive + "-undisturbed", self.config
            shutil.copytree(self.ready_loaded[1], self.archive)
            self.configure(Source("bromma"), Source("farsta"))
            self.run("run", code=QUARANTINED)
            self.wanted = self.by_source()
            self.database, self.archive, self.config = database, archive, config
        return self.wanted

    def recovers(self, published=None):
        """PUBLISHED: the sources that are as after, where it is known; the others are as before.  Then it is made whole."""
        wanted = self.whole()
        self.idle()
        now = self.by_source()
        for source in now:
            if published is None:
                holds(now[source] in (self.before[source], wanted[source]), "a part of %s is published" % source)
            else:
                same(now[source], (wanted if source in published else self.before)[source], source)
        self.configure(Source("bromma"), Source("farsta"))
        ended = self.run("run")
        holds(ended.code in (DONE, QUARANTINED), str(ended))
        same(self.by_source(), wanted, "after the next run")
        same(self.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), "0", "advisory locks")
        same(self.sql("SELECT (SELECT count(*) FROM drift.stage_row) + (SELECT count(*) FROM drift.stage_fact)"), "0", "staged rows")
        same(os.listdir(os.path.join(self.archive, "tmp")), [], "temporary files")
        same(self.sql("SELECT id FROM drift.load WHERE lines_read <> lines_loaded + lines_unchanged + lines_quarantined + lines_ignored"), "")
        same(self.run("run", code=DONE).result("bromma")[1].get("facts new", 0), 0)


def fault(number=1):
    global injected
    injected += number


def fails(ended, code, *causes):
    """One message, that fits one of CAUSES."""
    same(ended.code, code, str(ended))
    said = [text for text in ended.said() if not text.startswith("warning: ")]
    same(len(said), 1, "messages in %s" % ended)
    holds(any(re.search(cause, said[0]) for cause in causes), "none of %s in %s" % (causes, ended))


GONE = ("server closed the connection unexpectedly", "terminating connection", "no connection to the server", "connection to server .* failed")


def dies(w, steps, kill, causes=GONE):
    """The server, or the session, dies while the run stands at each of STEPS; the message fits one of CAUSES."""
    for step in steps:
        w.fresh()
        w.begin()
        fault()
        try:
            child = w.paused_at(step)
            kill(w)
            ended = w.goes_on(child)
            if step == "run_end_recorded":  # all is done; what comes after is not worth a failure
                same(ended.code, QUARANTINED, str(ended))
            else:
                fails(ended, DATABASE, *causes)
            w.recovers()
        except Failed as failed:
            raise Failed("at %s: %s" % (step, failed))


def steps_of(turn):
    return STEPS if LONG else STEPS[turn::4]


def case_the_program_s_session_is_killed_at_each_step(w):
    dies(w, steps_of(0), Servers.kill_backend)


def case_the_postmaster_is_killed_at_each_step(w):
    dies(w, steps_of(1), Servers.kill_server)


def case_the_session_is_terminated_at_each_step(w):
    """The server says why it ends a session; so does the program, be it in the middle of a COPY or at its end."""
    dies(w, tuple(dict.fromkeys(("copy_begun", "copy_sent") + steps_of(2))), Servers.terminate_backend, ("terminating connection",))


def case_the_server_is_restarted_at_each_step(w):
    dies(w, tuple(dict.fromkeys(("publish_before_commit",) + steps_of(3))), Servers.restart_server)


# ---- the answer to COMMIT ----

def lost(w, how, nth, published, code):
    w.fresh()
    w.begin()
    fault()
    w.relay.arm(cut_commit=(how, nth))
    ended = w.with_relay("run")
    same(w.relay.cuts, 1, "cuts")
    same(ended.code, code, str(ended))
    if code == DATABASE:
        fails(ended, DATABASE, *GONE)
    else:
        same(ended.said(), [], "a lost reply that is settled is nobody's concern: %s" % ended)
    w.recovers(published)


def case_commit_is_done_and_its_answer_is_lost(w):
    for nth in (2, 3):  # the first is that of the dimensions
        lost(w, "reply", nth, ("bromma", "farsta"), QUARANTINED)


def case_commit_is_done_and_its_answer_is_cut_in_the_middle(w):
    lost(w, "half", 2, ("bromma", "farsta"), QUARANTINED)


def case_commit_never_arrives(w):
    w.fresh()
    w.begin()
    fault()
    w.relay.arm(cut_commit=("request", 2))
    ended = w.with_relay("run")
    fails(ended, DATABASE, 'source "bromma": could not commit the load: server closed the connection')
    holds('The load of source "bromma" was rolled back; run again.' in ended.err, str(ended))
    w.recovers(("farsta",))  # over the new connection


def case_the_commit_of_the_dimensions_is_cut(w):
    w.fresh()
    w.begin()
    fault()
    w.relay.arm(cut_commit=("request", 1))
    fails(w.with_relay("run"), DATABASE, *GONE)
    w.recovers(())


def case_the_connection_is_cut_after_any_number_of_bytes(w):
    chance = random.Random(8)
    w.fresh()
    w.begin()
    w.relay.arm()
    same(w.with_relay("run").code, QUARANTINED)
    total = w.relay.received
    for _ in range(40 if LONG else 8):
        after = chance.randrange(total)
        w.fresh()
        w.begin()
        fault()
        w.relay.arm(cut_after=after)
        ended = w.with_relay("run")
        same(w.relay.cuts, 1, "cuts after %d bytes of %d" % (after, total))
        holds(ended.code in (DATABASE, QUARANTINED), "cut after %d bytes: %s" % (after, ended))
        if ended.code == DATABASE:
            fails(ended, DATABASE, *GONE)
        w.recovers(None if ended.code == DATABASE else ("bromma", "farsta"))


# ---- locks ----

def session(w, text, expected):
    """Another session that has said TEXT and waits; returns it."""
    other = subprocess.Popen(["psql", "-XAtq", "-d", w.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    w.children.append(other)
    other.stdin.write((text + "\n").encode())
    other.stdin.flush()
    if expected:
        same(other.stdout.readline().decode().strip(), expected)
    return other


def case_another_session_holds_the_lock_of_a_run(w):
    w.begin()
    fault()
    other = session(w, "SELECT pg_advisory_lock(x'53544144534c4147'::bigint); SELECT 'held';", "")
    while other.stdout.readline() != b"held\n":
        pass
    fails(w.run("run"), LOCKED, "another run is under way in this warehouse")
    other.communicate(timeout=30)
    w.recovers(())


def case_a_table_is_locked_until_the_deadline(w):
    w.begin()
    fault()
    other = session(w, "BEGIN; LOCK TABLE lager.fact_utfall; SELECT 'held';", "held")
    fails(w.run("run", "--deadline", "3"), DEADLINE, "deadline of 3 s has passed")
    other.communicate(b"ROLLBACK;\n", timeout=30)
    w.recovers(())


def case_a_table_is_locked_longer_than_lock_timeout(w):
    """The session's own lock_timeout is a minute; a trigger makes it shorter on the way."""
    w.begin()
    fault()
    w.sql(TRIGGER % "set_config('lock_timeout', '100ms', true)")
    other = session(w, "BEGIN; LOCK TABLE lager.fact_utfall IN SHARE MODE; SELECT 'held';", "held")
    ended = w.run("run")
    same(ended.code, DATABASE, str(ended))
    same([re.sub('^source "[a-z]*": ', "", text).split(": ")[-1] for text in ended.said()], ["canceling statement due to lock timeout"] * 2, str(ended))
    holds("Another session holds the table" in ended.err, str(ended))
    other.communicate(b"ROLLBACK;\n", timeout=30)
    w.sql(NO_TRIGGER)
    w.recovers(())


TRIGGER = ("CREATE FUNCTION public.stor() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM %s; RETURN NEW; END $$;"
           " GRANT EXECUTE ON FUNCTION public.stor() TO PUBLIC;"
           " CREATE TRIGGER stor BEFORE INSERT ON drift.load FOR EACH ROW EXECUTE FUNCTION public.stor()")
NO_TRIGGER = "DROP TRIGGER stor ON drift.load; DROP FUNCTION public.stor()"


def case_a_statement_takes_longer_than_statement_timeout(w):
    w.begin()
    fault()
    w.sql(TRIGGER % "set_config('statement_timeout', '1ms', true)")
    ended = w.run("run")
    same(ended.code, DEADLINE, str(ended))
    holds(all("canceling statement due to statement timeout" in text for text in ended.said()), str(ended))
    w.sql(NO_TRIGGER)
    w.recovers(())


def case_somebody_cancels_the_statement(w):
    w.begin()
    fault()
    release = w.block("drift.quarantine")
    child = w.start("run")
    w.wait_blocked()
    w.sql("SELECT pg_cancel_backend(%d)" % w.backend())
    w.wait_blocked()  # of the next source
    release()
    ended = w.finish(child)
    same(ended.code, DEADLINE, str(ended))
    fails(ended, DEADLINE, "canceling statement due to user request")
    w.recovers()


def case_a_deadlock(w):
    """The run holds the ledger and wants the quarantine; another holds that and wants the ledger."""
    w.begin()
    fault()
    child = w.paused_at("ledger_written")
    other = session(w, "BEGIN; LOCK TABLE drift.quarantine IN SHARE MODE; SELECT 'held';", "held")
    other.stdin.write(b"LOCK TABLE drift.load; SELECT 'both'; ROLLBACK;\n")
    other.stdin.flush()
    w.wait_for("SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'LOCK TABLE drift.load%' AND"
               " state_change < clock_timestamp() - interval '2 s'", "the other waits, and has looked for deadlocks in vain")
    ended = w.goes_on(child)
    fails(ended, DATABASE, 'source "bromma": .*deadlock detected')
    other.communicate(timeout=30)
    w.recovers(("farsta",))


# ---- room, rights, roles ----

def case_the_disk_of_the_server_is_full(w):
    if os.getuid() != 0:
        print("SKIPPED: a full disk needs root (mount)", flush=True)
        return
    w.begin()
    fault()
    folder = os.path.join(SERVER, "small")
    os.makedirs(folder, exist_ok=True)
    holds(subprocess.call(["mount", "-t", "tmpfs", "-o", "size=64m,mode=700,uid=%d,gid=%d" % (os.stat(SERVER).st_uid, os.stat(SERVER).st_gid), "none", folder]) == 0,
          "a small file system")
    filler = os.path.join(folder, "filler")
    w.sql("CREATE TABLESPACE small LOCATION '%s'" % folder, "postgres")
    try:
        w.sql("ALTER DATABASE %s SET TABLESPACE small" % w.database, "postgres")
        child = w.paused_at("load_begun")
        fill(filler)
        ended = w.goes_on(child)
        os.unlink(filler)
        same(ended.code, DATABASE, str(ended))
        holds(ended.said() and all("No space left on device" in text for text in ended.said()), str(ended))
        w.recovers(())
    finally:
        w.tidy()
        if os.path.exists(filler):
            os.unlink(filler)
        w.idle()
        w.sql("ALTER DATABASE %s SET TABLESPACE pg_default" % w.database, "postgres")
        w.sql("DROP TABLESPACE small", "postgres")
        subprocess.call(["umount", "-l", folder])


def fill(path):
    """Takes all the room there is."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(fd, b"x" * 4096)
    except OSError:
        pass
    finally:
        os.close(fd)


def role(w, name, *memberships):
    w.sql("DROP ROLE IF EXISTS %s" % name, "postgres")
    w.sql("CREATE ROLE %s LOGIN%s" % (name, "".join(" IN ROLE " + m for m in memberships)), "postgres")
    return {"dsn": "dbname=%s user=%s" % (w.database, name)}


def case_a_role_without_any_right(w):
    w.begin()
    fault()
    w.configure(Source("bromma"), Source("farsta"), dsn=role(w, "ingen"))
    ended = w.run("run")
    fails(ended, DATABASE, "permission denied")
    holds("The role must be a member of stadslager_loader" in ended.err, str(ended))
    w.recovers(())


def case_a_role_that_may_only_read(w):
    w.begin()
    fault()
    w.configure(Source("bromma"), Source("farsta"), dsn=role(w, "lasare", "stadslager_auditor"))
    fails(w.run("run"), DATABASE, "permission denied")
    w.recovers(())


def case_one_right_is_missing_late_in_the_load(w):
    w.begin()
    fault()
    w.configure(Source("bromma"), Source("farsta"), dsn=role(w, "laddare", "stadslager_loader"))
    w.sql("REVOKE INSERT ON drift.load FROM stadslager_loader")
    ended = w.run("run")
    same(ended.code, DATABASE, str(ended))
    holds(ended.said() and all("permission denied for table load" in text for text in ended.said()), str(ended))
    w.sql("GRANT INSERT ON drift.load TO stadslager_loader")
    w.recovers(())


def case_a_standby_that_only_reads(w):
    w.begin()
    fault()
    folder = SERVER + "-standby"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    shutil.chown(folder, os.stat(SERVER).st_uid, os.stat(SERVER).st_gid)
    try:
        done = as_server(BIN[0] + "/pg_basebackup", "-D", folder + "/data", "-R", "-h", SERVER, "-U", "postgres", "--checkpoint=fast", "--no-sync")
        same(done.returncode, 0, done.stdout.decode())
        w.start_server(folder)
        ended = w.run("run", env={"PGHOST": folder})
        fails(ended, DATABASE, "read-only transaction|recovery is in progress")
    finally:
        as_server(BIN[0] + "/pg_ctl", "-D", folder + "/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)
    w.recovers(())


def case_a_database_that_only_reads_by_default(w):
    """The session sets what it needs."""
    w.begin()
    fault()
    w.sql("ALTER DATABASE %s SET default_transaction_read_only = on" % w.database, "postgres")
    w.run("run", code=QUARANTINED)
    w.sql("ALTER DATABASE %s RESET default_transaction_read_only" % w.database, "postgres")
    w.recovers(("bromma", "farsta"))


# ---- the schema, the database, the server ----

def case_no_schema(w):
    w.begin()
    fault()
    w.sql("CREATE DATABASE tom", "postgres")
    w.configure(Source("bromma"), dsn={"dsn": "dbname=tom"})
    ended = w.run("run")
    fails(ended, DATABASE, "the warehouse has no schema yet")
    holds('Run "stadslager migrate"' in ended.err, str(ended))


def case_a_schema_that_is_too_old(w):
    w.begin()
    fault()
    version = w.sql("DELETE FROM drift.schema_version WHERE version = (SELECT max(version) FROM drift.schema_version) RETURNING version")
    fails(w.run("run"), DATABASE, "the schema of the warehouse has version %d, this program needs %s" % (int(version) - 1, version))
    w.sql("INSERT INTO drift.schema_version VALUES (%s, 'x', 'x')" % version)
    w.recovers(())


def case_a_schema_that_is_too_new(w):
    w.begin()
    fault()
    w.sql("INSERT INTO drift.schema_version VALUES (999, '999_future', '9')")
    fails(w.run("run"), DATABASE, "the schema of the warehouse has version 999, this program knows")
    w.sql("DELETE FROM drift.schema_version WHERE version = 999")
    w.recovers(())


def case_a_database_of_another_encoding(w):
    w.begin()
    for encoding in ("LATIN1", "SQL_ASCII"):
        fault()
        name = "kodning_" + encoding.lower()
        w.sql("CREATE DATABASE %s ENCODING '%s' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'" % (name, encoding), "postgres")
        w.configure(Source("bromma"), dsn={"dsn": "dbname=" + name})
        for command in ("migrate", "run"):
            ended = w.run(command)
            fails(ended, DATABASE, "the database of the warehouse has the encoding %s, not UTF8" % encoding)
            holds("createdb --encoding UTF8" in ended.err, str(ended))
        same(w.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'lager'", name), "0", "what migrate made")


def case_a_database_of_another_time_zone_and_date_style(w):
    w.begin()
    fault()
    for setting in ("TimeZone = 'Asia/Tokyo'", "DateStyle = 'German, DMY'", "IntervalStyle = 'sql_standard'", "bytea_output = 'escape'", "standard_conforming_strings = off",
                    "search_path = 'pg_temp'", "lc_numeric = 'C'", "extra_float_digits = -5", "default_transaction_isolation = 'serializable'"):
        w.sql("ALTER DATABASE %s SET %s" % (w.database, setting), "postgres")
    w.run("run", code=QUARANTINED)
    same(w.run("audit", "--year", "2023").code, DONE)
    w.sql("ALTER DATABASE %s RESET ALL" % w.database, "postgres")
    w.recovers(("bromma", "farsta"))


def case_every_connection_is_taken(w):
    w.begin()
    fault()
    most = int(w.sql("SHOW max_connections"))
    taken = []
    try:
        body = struct.pack("!i", 196608) + b"user\0postgres\0database\0postgres\0\0"
        for _ in range(most):
            s = socket.socket(socket.AF_UNIX)
            s.connect(os.path.join(SERVER, ".s.PGSQL.5432"))
            s.sendall(struct.pack("!i", len(body) + 4) + body)
            taken.append(s)
        for s in taken:
            s.recv(65536)
        fails(w.run("run"), DATABASE, "too many clients already|remaining connection slots are reserved")
    finally:
        for s in taken:
            s.close()
    for _ in range(100):
        if subprocess.run(["psql", "-XAtqc", "SELECT 1", "-d", "postgres"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
            break
        time.sleep(0.1)
    w.recovers(())


def case_no_server(w):
    w.begin()
    fault()
    ended = w.run("run", env={"PGHOST": w.folder})
    fails(ended, DATABASE, "could not connect to the warehouse: ")
    holds("Is PostgreSQL running" in ended.err, str(ended))
    w.recovers(())


def case_a_session_that_hangs_does_not_hold_up_the_end(w):
    """The server's process stands still: a cancel does not reach it, and the run ends all the same."""
    w.begin()
    fault()
    child = w.paused_at("stage_filled", arguments=("run", "--deadline", "5"))
    backend = w.backend()
    os.kill(backend, signal.SIGSTOP)
    try:
        ended = w.goes_on(child)
    finally:
        os.kill(backend, signal.SIGCONT)
    same(ended.code, DEADLINE, str(ended))
    holds("stopped, but something did not answer" in ended.err, str(ended))
    w.recovers(())


def case_a_server_whose_clock_is_wrong(w):
    """No fact depends on it; doctor finds it."""
    library = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    if not library:
        print("SKIPPED: libfaketime is not installed", flush=True)
        return
    w.begin()
    fault()
    same(as_server(BIN[0] + "/pg_ctl", "-D", SERVER + "/data", "-w", "-m", "fast", "stop").returncode, 0)
    w.start_server(env=dict(os.environ, LD_PRELOAD=library[0], FAKETIME="-3000d", FAKETIME_DONT_FAKE_MONOTONIC="1"))
    try:
        w.run("run", code=QUARANTINED)
        said = json.loads(w.run("doctor", "--format", "json").out)
        holds(any(f["check"] == "clock" and f["level"] == "fail" for f in said), str(said))
    finally:
        w.restart_server()
    w.recovers(("bromma", "farsta"))


def main():
    lib_run.enter()
    passed = failed = 0
    w = Servers()
    try:
        for name, case in list(globals().items()):
            if not name.startswith("case_") or (sys.argv[1:] and not any(part in name for part in sys.argv[1:])):
                continue
            title = name[5:].replace("_", " ")
            began = time.monotonic()
            try:
                w.fresh()
                case(w)
                passed += 1
                print("ok    %s (%.0f s)" % (title, time.monotonic() - began), flush=True)
            except Exception as error:  # a case that breaks is a case that fails; the others still run
                failed += 1
                print("FAIL  %s\n        %s: %s" % (title, type(error).__name__, str(error).replace("\n", "\n        ")), flush=True)
            finally:
                w.tidy()
    finally:
        w.relay.end()
        w.end()
    print("faults PostgreSQL %d" % injected)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
