#!/usr/bin/env python3
"""What an operator does over the years: status, prune, doctor, migrate, backup and restore.

usage: test_operate.py [PART-OF-A-NAME...]     starts itself inside tests/with-postgres; STADSLAGER names another binary
Prints a line per test and, last, "N passed, N failed".
"""
import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_run  # noqa: E402
from lib_run import (CONFIG, DATABASE, DONE, FETCH, LOCKED, QUARANTINED, REFUSED, TOP, USAGE, Source, export, holds, line,  # noqa: E402
                     rows, same)
from lib_sockets import serve  # noqa: E402

MIGRATIONS = os.path.join(TOP, "sql", "migrations")


def status(w, *arguments, code=DONE):
    return json.loads(w.run("status", "--format", "json", *arguments, code=code).out)


def objects(w):
    found = []
    for folder, _, names in os.walk(os.path.join(w.archive, "objects")):
        found += [name[:-3] for name in names if name.endswith(".gz")]
    return sorted(found)


# ---- status ----

def expected(w, day):
    return {(e["source"], e["report"]): (e["state"], e["late_days"]) for e in status(w, "--as-of", day)["expected"]}


def case_status_tells_which_reports_are_late_by_the_citys_calendar(w):
    w.content.update(bromma=export(*rows(period="VB 2023")), tertial=export(*rows(district="Farsta", period="T1 2024")))
    w.configure(Source("bromma", year=2023), Source("later", year=2024), Source("tertial", expected=["T1", "T2"]),
                Source("silent"))
    w.run("migrate", code=DONE)
    same(expected(w, "2024-02-29")[("bromma", "VB 2023")], ("awaited", 0), "on the last day it is not late")
    same(expected(w, "2024-03-01")[("bromma", "VB 2023")], ("late", 1), "the day after")
    same(expected(w, "2023-12-31")[("bromma", "VB 2023")], ("not yet", 0), "within its year")
    w.content.update(later=b"", silent=b"")
    w.run("run", "--source", "bromma", code=DONE)
    w.run("run", "--source", "tertial", code=DONE)
    same(expected(w, "2024-10-05"), {("bromma", "VB 2023"): ("here", 0), ("later", "VB 2024"): ("not yet", 0),
                                     ("tertial", "T1 2024"): ("here", 0), ("tertial", "T2 2024"): ("late", 5)})
    same(expected(w, "2025-06-03")[("tertial", "T1 2025")], ("late", 3), "the next year's is another report")
    same(expected(w, "2025-03-02")[("later", "VB 2024")], ("late", 2))


def case_a_report_without_values_is_here_only_where_the_source_is_that_one_report(w):
    w.content.update({name: export(line("Okänd indikator", "5 %")) for name in ("one", "two", "any")})
    w.configure(Source("one", year=2023, expected=["VB"]), Source("two", year=2023, expected=["VB", "T1"]), Source("any", expected=["VB"]),
                limits={"max_quarantined_pct": 100})
    w.run("run", code=QUARANTINED)
    same(expected(w, "2024-03-01"), {("one", "VB 2023"): ("here", 0), ("two", "VB 2023"): ("late", 1), ("two", "T1 2023"): ("late", 275),
                                     ("any", "VB 2023"): ("late", 1)})


def case_status_tells_runs_changes_quarantine_and_the_archive(w):
    w.content["bromma"] = export(*rows(9), line("Sjukfrånvaro", "12 4,5 7 %"))
    w.configure(Source("bromma"))
    w.run("run", code=QUARANTINED)
    changed = status(w)["sources"][0]["changed"]
    w.content["bromma"] = w.content["bromma"] + b"\n"  # another file that says the same
    w.run("run")
    s = status(w)
    same([(r["id"], r["exit_code"]) for r in s["runs"]], [(2, 3), (1, 3)], "the runs")
    same((s["sources"][0]["source"], s["sources"][0]["changed"]), ("bromma", changed), "the last change")
    same((s["quarantine"]["open"], len(s["quarantine"]["rows"])), (1, 1))
    same(s["archive"]["exports"], len(objects(w)))
    holds(s["archive"]["bytes"] > 0 and s["archive"]["free_bytes"] > 0, str(s["archive"]))
    holds("timer" in s, "the timer, known or not")
    text = w.run("status", code=DONE).out
    for title in ("Last runs", "Sources", "Expected reports (on ", "Open quarantine (1 rows", "Archive   2 exports", "Next run  "):
        holds(title in text, "%s in\n%s" % (title, text))


def case_status_without_a_database_shows_what_it_can_and_why_not_the_rest(w):
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    w.configure(Source("bromma"), dsn={"dsn": "dbname=no_such_database"})
    ended = w.run("status", code=DATABASE)
    holds("Archive   1 exports" in ended.out and "could not connect" in ended.err, str(ended))
    same(status(w, code=DATABASE)["archive"]["exports"], 1)


def case_options_that_do_not_exist_are_usage_errors(w):
    for arguments in (("status", "--format", "xml"), ("status", "--as-of", "2024-02-30"), ("doctor", "now"), ("doctor", "--format", "xml"),
                      ("prune", "--keep-days", "-1"), ("prune", "--keep-days", "x"), ("prune", "now"), ("migrate", "--dry-run", "now")):
        ended = w.run(*arguments, code=USAGE)
        holds(not ended.out and ended.err, str(ended))


# ---- prune ----

def refused_and_loaded(w):
    """An archive with two exports that loads were made from, one of which is history, and three that were refused."""
    w.configure(Source("bromma"))
    for content in (export(*rows()), export(*rows(first=40))):
        w.content["bromma"] = content
        w.run("run", code=DONE)
    needed = objects(w)
    for i in range(3):
        w.content["bromma"] = export(*rows(4 - i, first=60 + i))  # far fewer rows than the last time
        w.run("run", code=REFUSED)
    same(len(objects(w)), 5, "exports")
    return needed


def case_prune_removes_what_no_load_was_made_from_and_nothing_else(w):
    needed = refused_and_loaded(w)
    last = json.loads(open(os.path.join(w.archive, "fetches", "bromma.jsonl")).read().splitlines()[-1])["sha256"]
    facts = w.facts()
    before = objects(w)
    dry = w.run("prune", "--dry-run", "--keep-days", "0", code=DONE)
    same(objects(w), before, "the archive after a dry run")
    ended = w.run("prune", "--keep-days", "0", code=DONE)
    same(objects(w), sorted(needed + [last]), "the archive")
    same(re.findall(r"^removed\t(\w+)", ended.out, re.M), sorted(set(before) - set(needed) - {last}), "what is said to be removed")
    same(dry.out, ended.out.replace("removed", "would remove"), "what the dry run said")
    holds("removed 2 of 5 exports" in ended.out and "kept: 2 that loads were made from, 1 last of their source, 0 younger" in ended.out, str(ended))
    same(w.facts(), facts)
    w.content["bromma"] = export(*rows(first=60))
    w.run("run", code=DONE)


def case_prune_leaves_alone_what_the_program_did_not_put_there(w):
    needed = refused_and_loaded(w)
    one, folder = needed[0], os.path.join(w.archive, "objects")
    other = os.path.join(folder, "00" if one[:2] != "00" else "01")
    os.makedirs(other, exist_ok=True)
    strangers = [os.path.join(folder, "note.txt"), os.path.join(folder, one[:2], "note.gz"), os.path.join(folder, one[:2], one + ".bak"),
                 os.path.join(folder, one[:2], one[:-1] + "G.gz"), os.path.join(other, one + ".gz")]
    for path in strangers:
        with open(path, "w") as f:
            f.write("not an export")
    os.symlink(strangers[0], os.path.join(folder, one[:2], one[:-1] + ("0" if one[-1] != "0" else "1") + ".gz"))
    ended = w.run("prune", "--keep-days", "0", code=DONE)
    holds("6 files in the archive are no exports and were left alone" in ended.out and "removed 2 of 5 exports" in ended.out, str(ended))
    same([path for path in strangers if not os.path.exists(path)], [], "what is gone")


def case_prune_leaves_what_is_young(w):
    refused_and_loaded(w)
    before = objects(w)
    w.run("prune", code=DONE)
    same(objects(w), before, "the archive, by archive.keep_days")
    old = time.time() - 91 * 86400
    for name in before:
        os.utime(os.path.join(w.archive, "objects", name[:2], name + ".gz"), (old, old))
    ended = w.run("prune", code=DONE)
    holds("removed 2 of 5" in ended.out, str(ended))


def case_prune_refuses_without_the_warehouse_or_with_another_one(w):
    refused_and_loaded(w)
    before = objects(w)
    w.configure(Source("bromma"), dsn={"dsn": "dbname=no_such_database"})
    w.run("prune", "--keep-days", "0", code=DATABASE)
    w.configure(Source("bromma"), dsn={"dsn": "dbname=ready"})  # migrated, and empty
    ended = w.run("prune", "--keep-days", "0", code=REFUSED)
    same(ended.said(), ["the warehouse was loaded from none of the archive's 5 exports"])
    same(objects(w), before, "the archive")


def case_prune_waits_for_no_run_but_refuses_beside_one(w):
    refused_and_loaded(w)
    w.content["bromma"] = export(*rows(first=80))
    release = w.block("drift.load")
    child = w.start("run")
    w.wait_blocked()
    w.run("prune", "--keep-days", "0", code=LOCKED)
    release()
    same(w.finish(child).code, DONE)


# ---- doctor ----

def findings(w, *arguments, code=DONE, env=None):
    ended = w.run("doctor", "--format", "json", *arguments, code=code, env=env)
    found = json.loads(ended.out)
    for f in found:
        same(list(f), ["check", "level", "message", "hint"], "the fields of a finding")
        holds(f["level"] == "ok" or f["hint"], "a finding without a hint: %s" % f)
    return found


def worse(found):
    return [(f["check"], f["level"]) for f in found if f["level"] != "ok"]


def case_doctor_finds_nothing_wrong_where_nothing_is(w):
    w.content["bromma"] = export(*rows())
    w.sql("DROP ROLE IF EXISTS nattkorning")
    w.sql("CREATE ROLE nattkorning LOGIN IN ROLE stadslager_loader")
    dsn = {"dsn": "dbname=%s user=nattkorning" % w.database}
    w.configure(Source("bromma", credentials_file=w.file("basic", "anna:x\n")), dsn=dsn)
    w.run("run", code=DONE)
    same(worse(findings(w)), [])
    text = w.run("doctor", code=DONE).out
    holds(re.search(r"^\d+ ok, 0 warnings, 0 failures$", text.splitlines()[-1]), text)
    for check in ("configuration", "disk", "credentials", "timer", "database", "schema", "rights", "clock", "last run", "locks", "quarantine",
                  "freshness", "archive"):
        holds(re.search(r"^ok    %s +" % check, text, re.M), "%s in\n%s" % (check, text))


def case_doctor_warns_of_rights_that_no_run_needs(w):
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    same(worse(findings(w)), [("rights", "warn")])  # a superuser
    w.sql("GRANT USAGE ON SCHEMA lager TO stadslager_analyst; GRANT SELECT ON lager.fact_utfall TO stadslager_analyst")
    same(worse(findings(w)), [("rights", "warn"), ("rights", "warn")])


def case_doctor_names_rights_that_are_missing(w):
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    w.sql("DROP ROLE IF EXISTS dagkorning")
    w.sql("CREATE ROLE dagkorning LOGIN IN ROLE stadslager_loader")
    w.sql("REVOKE INSERT ON drift.load FROM stadslager_loader")
    w.configure(Source("bromma"), dsn={"dsn": "dbname=%s user=dagkorning" % w.database})
    found = [f for f in findings(w, code=DATABASE) if f["level"] == "fail"]
    same([(f["check"], f["message"]) for f in found], [("rights", "the role lacks INSERT on drift.load")])
    w.sql("REVOKE INSERT ON drift.file FROM stadslager_loader")
    same([f["message"] for f in findings(w, code=DATABASE) if f["level"] == "fail"], ["the role lacks INSERT on drift.file and more"])


class Wire:
    """The server over TCP, without encryption; with an OLD version it says to be of that one."""

    def __init__(self, old=None):
        self.old = old
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        serve(self.listener, self.talk)

    def talk(self, client):
        server = socket.socket(socket.AF_UNIX)
        server.connect(os.path.join(os.environ["PGHOST"], ".s.PGSQL.5432"))
        for source, target in ((client, server), (server, client)):
            threading.Thread(target=self.pass_on, args=(source, target), daemon=True).start()

    def pass_on(self, source, target):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                if self.old:
                    data = re.sub(rb"(?<=server_version\0)\d\d(?=\.)", self.old, data)
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def dsn(self, w):
        return {"dsn": "host=127.0.0.1 port=%d dbname=%s user=postgres" % (self.port, w.database)}


def case_doctor_warns_of_a_connection_that_others_can_read_and_names_a_server_that_is_too_old(w):
    w.content["bromma"] = export(*rows())
    lineage = os.path.join(w.folder, "wire.jsonl")
    wire, old = Wire(), Wire(b"12")
    w.configure(Source("bromma"), dsn=wire.dsn(w), observe={"openlineage_file": lineage})
    w.run("run", code=DONE)
    with open(lineage, encoding="utf-8") as f:
        same({o["namespace"] for o in json.loads(f.readlines()[-1])["outputs"]}, {"postgres://127.0.0.1:%d" % wire.port})
    same([f["message"] for f in findings(w) if f["check"] == "encryption"], ['the connection to "127.0.0.1" is not encrypted'])
    w.configure(Source("bromma"), dsn=old.dsn(w))
    same([(f["message"], f["hint"]) for f in findings(w, code=DATABASE) if f["check"] == "database"],
         [("PostgreSQL 12 is older than the 13 that the schema needs", "Upgrade the server.")])
    for end in (wire, old):
        end.listener.close()


def case_doctor_names_what_is_late_and_says_when_there_was_no_run(w):
    w.configure(*(Source("s%d" % i, expected=["VB"]) for i in range(7)))
    found = findings(w)
    same([f["message"] for f in found if f["check"] == "last run"], ["there was no run yet"])
    late = [f["message"] for f in found if f["check"] == "freshness"]
    same(len(late), 5, "reports that are named in %s" % late)
    holds(all(re.match(r'source "s\d": VB \d{4} was due \d{4}-02-2\d, \d+ days ago$', m) for m in late), str(late))


def case_doctor_tells_of_the_last_run_what_it_can(w):
    names = ["s%d" % i for i in range(6)]
    for name in names:
        w.answer[name] = lambda r: r.answer("404 Not Found", b"no")
    w.configure(*map(Source, names))
    w.run("run", code=FETCH)
    told = [f for f in findings(w) if f["check"] == "last run"]
    same(len(told), 1 + 5, "findings about a run of which six sources failed")
    holds(all(f["hint"].startswith("Ask who runs that server") for f in told[1:]), str(told))
    w.sql("UPDATE drift.run_result SET counts = replace(counts::text, '\"fetch\"', '\"flood\"')::jsonb")  # by a later version, for a reason of its own
    same({f["hint"] for f in findings(w) if f["check"] == "last run" and "404" in f["message"]}, {'"stadslager status" shows more.'})
    w.sql("DELETE FROM drift.run_result")
    told = [f["message"] for f in findings(w) if f["check"] == "last run"]
    holds(len(told) == 1 and re.search("was killed, lost its connection or failed early: it has no end$", told[0]), str(told))


def case_doctor_warns_of_clocks_that_are_minutes_apart(w):
    w.configure(Source("bromma"))
    for apart, words in ((-300, "ahead"), (300, "behind")):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + apart))
        told = [f for f in findings(w, env={"STADSLAGER_NOW": now}) if f["check"] == "clock"]
        same([(f["level"], re.sub(r"\d+ s", "N s", f["message"])) for f in told], [("warn", "this machine says %s, the database server is N s %s" % (now, words))])


def case_doctor_names_five_damaged_exports_and_counts_the_others(w):
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    for i in range(7):
        name = "%064x" % (i + 1)
        os.makedirs(os.path.join(w.archive, "objects", name[:2]), exist_ok=True)
        with open(os.path.join(w.archive, "objects", name[:2], name + ".gz"), "wb") as f:
            f.write(gzip.compress(b"something else", mtime=0))
    with open(os.path.join(w.archive, "objects", "README"), "wb") as f:
        f.write(b"kept by somebody")
    told = [(f["level"], f["message"]) for f in findings(w, "--full", code=REFUSED) if f["check"] == "archive"]
    same(len([m for level, m in told if level == "fail" and m.startswith("archived bytes of 0000")]), 5, "those named in %s" % told)
    holds(("fail", "7 exports are damaged") in told and ("warn", "1 files in the archive are no exports") in told, str(told))


def case_doctor_reads_a_sample_of_the_archive_and_with_full_all_of_it(w):
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    import hashlib
    for i in range(120):  # stored long ago, by other means
        body = b"export %d" % i
        name = hashlib.sha256(body).hexdigest()
        path = os.path.join(w.archive, "objects", name[:2], name + ".gz")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(gzip.compress(body, mtime=0))
        os.utime(path, (1000 + i, 1000 + i))
    sample = [f["message"] for f in findings(w) if f["check"] == "archive"]
    holds(any(re.match(r"5\d of 121 exports were read and are whole \(--full reads all\)|6\d of 121", m) for m in sample), str(sample))
    same([f["message"] for f in findings(w) if f["check"] == "archive"], sample, "the sample, again")
    holds("121 of 121 exports were read and are whole" in [f["message"] for f in findings(w, "--full") if f["check"] == "archive"], "all")


# ---- upgrade ----

def migrations():
    return sorted(name for name in os.listdir(MIGRATIONS) if name.endswith(".sql"))


def schema_of(w, database):
    dump = subprocess.run(["pg_dump", "--schema-only", "-d", database], stdout=subprocess.PIPE, check=True, timeout=120).stdout.decode()
    # pg_dump of later minor versions marks its output with random words.
    return [text for text in dump.splitlines() if not re.match(r"\\(un)?restrict |--|$", text)]


def case_every_older_schema_is_brought_to_the_same_newest_one(w):
    names = migrations()
    wanted = schema_of(w, "ready")
    for count in range(len(names)):
        database = "%s_from%d" % (w.database, count)
        w.sql("CREATE DATABASE %s" % database, "postgres")
        for number, name in enumerate(names[:count], 1):
            with open(os.path.join(MIGRATIONS, name), encoding="utf-8") as f:
                text = f.read()
            w.sql("BEGIN; %s; INSERT INTO drift.schema_version VALUES (%d, '%s', '0'); COMMIT" % (text, int(name[:3]), name[:-4]), database)
        w.configure(Source("a"), dsn={"dsn": "dbname=" + database})
        if count:
            holds("needs %d" % int(names[-1][:3]) in w.run("run", code=DATABASE).said()[0], "an older schema is refused")
        ended = w.run("migrate", code=DONE)
        same(ended.out, "schema version %d, %d migration%s applied\n" % (int(names[-1][:3]), len(names) - count, "" if len(names) - count == 1 else "s"))
        same(schema_of(w, database), wanted, "the schema that began with %d migrations" % count)


def case_a_dry_run_of_migrate_prints_sql_that_does_the_same(w):
    database = w.database + "_dry"
    w.sql("CREATE DATABASE " + database, "postgres")
    w.configure(Source("a"), dsn={"dsn": "dbname=" + database})
    ended = w.run("migrate", "--dry-run", code=DONE)
    same(w.sql("SELECT count(*) FROM pg_namespace WHERE nspname IN ('lager', 'drift', 'analys')", database), "0", "schemas")
    holds("-- %d migrations would be applied" % len(migrations()) in ended.out, ended.out[-200:])
    # The parameters stand as comments; put in, psql takes the rest as it is.
    filled, values = [], None
    for text in ended.out.splitlines():
        given = re.match(r"-- \$1 = (\d+), \$2 = (\S+), \$3 = (\S+)$", text)
        values = given.groups() if given else values
        if values and "VALUES ($1::int, $2, $3)" in text:
            text = text.replace("$1", values[0]).replace("$2", "'%s'" % values[1]).replace("$3", "'%s'" % values[2])
        filled.append(text)
    subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database], input="\n".join(filled).encode(), check=True,
                   stdout=subprocess.DEVNULL, timeout=120)
    same(schema_of(w, database), schema_of(w, "ready"), "the schema")
    same(w.run("migrate", code=DONE).out, "schema version %d, 0 migrations applied\n" % int(migrations()[-1][:3]))


def case_a_newer_schema_is_refused_by_every_command_and_left_alone(w):
    w.configure(Source("a"))
    w.sql("INSERT INTO drift.schema_version VALUES (999, '999_future', '9')")
    for command in (("run",), ("migrate",), ("migrate", "--dry-run"), ("status",), ("prune",)):
        ended = w.run(*command, code=DATABASE)
        same(ended.said()[0], "the schema of the warehouse has version 999, this program knows %d" % int(migrations()[-1][:3]))
        holds("hint: Install the stadslager that made it, or a newer one." in ended.err, str(ended))


# ---- backup and restore ----

def case_a_dump_and_a_copy_of_the_archive_restore_the_warehouse(w):
    w.content.update(bromma=export(*rows(9), line("Sjukfrånvaro", "12 4,5 7 %")), farsta=export(*rows(district="Farsta")))
    w.configure(Source("bromma"), Source("farsta"))
    w.run("run", code=QUARANTINED)
    w.content["farsta"] = export(*rows(first=40, district="Farsta"))
    w.run("run")
    values, everything, physical_archive = w.values(), w.everything(), objects(w)
    # Archive first, then the database: what a load was made from is then always in the copy.
    copy, dump = w.archive + "-copy", os.path.join(w.folder, "dump")
    shutil.copytree(w.archive, copy)
    subprocess.run(["pg_dump", "-Fc", "-f", dump, "-d", w.database], check=True, timeout=120)
    shutil.rmtree(w.archive)
    w.sql("DROP DATABASE %s" % w.database, "postgres")
    # A fresh server has the roles first (pg_dumpall --roles-only); this one has them.
    restored = w.database + "_restored"
    w.sql("CREATE DATABASE " + restored, "postgres")
    subprocess.run(["pg_restore", "--exit-on-error", "-d", restored, dump], check=True, timeout=120)
    w.database, w.archive = restored, copy
    w.configure(Source("bromma"), Source("farsta"))
    same(w.values(), values, "the current facts")
    same(w.everything(), everything, "all tables")
    same(objects(w), physical_archive, "the archive")
    same([f for f in findings(w, "--full") if f["level"] == "fail"], [], "what doctor finds")
    holds("verdict: identical\n" in w.run("audit", "--year", "2023").out, "the restored warehouse is not what its archive says")
    ended = w.run("run", "--offline", code=QUARANTINED)
    holds("facts new 0, revised 0, withdrawn 0" in ended.ending(), str(ended))
    same(w.values(), values, "the current facts, read again from the archive")
    w.content["farsta"] = export(*rows(first=50, district="Farsta"))
    w.run("run")
    holds(w.values() != values, "the restored warehouse goes on")


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
