#!/usr/bin/env python3
"""The sessions that build a new year: however many there are, the same is published; what they commit nobody sees before it is
published, and analysts not even then when they began to look before; and what was never published is dropped, at once or by the
next run."""
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_run import DATABASE, DEADLINE, DONE, INDICATORS, QUARANTINED, REFUSED, Source, export, holds, line, main, rows, same
from test_aside import ADD, MANY, MIXED, REPEATED, TABLES_ASIDE, definitions, differing, everything, nothing_left, ways

BESIDE = TABLES_ASIDE + " AND NOT relispartition"
LONG = [line(INDICATORS[i % 10], "%d,%d %%" % (i % 90, i % 10), "1 %", "2 %", "3 %", "4 %", "5 %", unit="Ny enhet %d" % (i // 10),
             period="VB %d" % (2021 + i % 3)) for i in range(9000)]
DROPPED = "dropped what an earlier load had built and not published: "


def configure(w, *sources, workers=2, aside=True, **sections):
    w.configure(*(sources or (Source("a"),)), unknown=ADD,
                load={"aside_from": 0 if aside else "1 GiB", "workers": workers}, **sections)


def begin(w, crash=None):
    extra = {"STADSLAGER_CRASH": crash} if crash else {}
    child = subprocess.Popen(w.command("run"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env=w.environment(extra))
    w.children.append(child)
    return child


def paused(w, point):
    """A run that waits at POINT of etl/crash_point.h."""
    child = begin(w, point + ":1:pause")
    _, status = os.waitpid(child.pid, os.WUNTRACED)
    holds(os.WIFSTOPPED(status), "it did not come to %s" % point)
    return child


def goes_on(w, child):
    child.send_signal(signal.SIGCONT)
    return w.finish(child)


def case_however_many_workers_there_are_the_same_is_published(w):
    for content, code, limits in ((MIXED, QUARANTINED, {"max_quarantined_pct": 50}), (REPEATED, QUARANTINED, MANY), (LONG, DONE, None)):
        seen = {}
        for workers in (1, 2, 4, 8):
            w.fresh()
            configure(w, workers=workers, limits=limits)
            w.content["a"] = export(*content)
            ended = w.run("run", code=code)
            same((ways(w), ended.said()), ("aside", []))
            found = everything(w), w.sql(definitions())
            w.run("audit", "--year", "2023", code=DONE)
            seen[workers] = found + (w.sql("SELECT root_warehouse FROM drift.audit"),)
        for workers in (2, 4, 8):
            same(differing(seen[workers][0], seen[1][0]), None, "the difference of %d workers" % workers)
            same(seen[workers][1:], seen[1][1:], "definitions and audit of %d workers" % workers)


def case_as_many_sessions_as_configured_build_it(w):
    for workers in (1, 2, 3):
        w.fresh()
        configure(w, workers=workers)
        w.content["a"] = export(*LONG[:90])
        child = paused(w, "aside_keys_begun")
        sessions = w.number_of("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'stadslager' AND datname = '%s'" % w.database)
        same(goes_on(w, child).code, DONE)
        same(sessions, workers + 1, "the run's own and the workers'")


def case_a_year_that_is_built_has_statistics_for_the_planner(w):
    """Building keys counts a table's rows: that is not knowing what is in them."""
    configure(w)
    w.content["a"] = export(*LONG)
    w.run("run", code=DONE)
    same(ways(w), "aside")
    same(w.sql("SELECT count(DISTINCT tablename) FROM pg_catalog.pg_stats WHERE schemaname = 'lager' AND attname = 'indikator_id'"
               " AND (tablename = 'fact_utfall' OR tablename ~ '^fact_utfall_202[123]$')"), "4", "the whole table and its years")


def case_who_began_to_look_before_the_publication_is_shown_nothing_of_it(w):
    """The rows are committed when this transaction begins, and attached when it looks; of names and periods it knows all."""
    configure(w)
    w.sql("INSERT INTO lager.dim_period (id, ar, slag, forsta_dag, sista_dag, namn)"
          " SELECT ar * 10000, ar, 'ar', make_date(ar, 1, 1), make_date(ar, 12, 31), ar::text FROM generate_series(2022, 2023) ar")
    w.content["a"] = export(*rows(8), *rows(5, first=30, period="VB 2022"), line("Antal vräkningar som berör barn", "2", unit="Ny enhet 1"))
    child = paused(w, "aside_keys_begun")
    same(w.number_of(BESIDE) > 0, True, "tables are committed")
    views = w.sql("SELECT string_agg(format('SELECT %L, count(*) FROM %s', oid::regclass, oid::regclass), ' UNION ALL ' ORDER BY relname)"
                  " FROM pg_class WHERE relnamespace = 'analys'::regnamespace AND relkind = 'v'").encode()
    reader = subprocess.Popen(["psql", "-XAtq", "-d", w.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    w.children.append(reader)
    reader.stdin.write(b"BEGIN ISOLATION LEVEL REPEATABLE READ;\n SELECT count(*) FROM drift.load;\n")
    reader.stdin.flush()
    same(reader.stdout.readline(), b"0\n")
    wanted = dict(row.split("|") for row in w.sql(views.decode()).split())
    same(goes_on(w, child).code, DONE)
    out, _ = reader.communicate(views + b";\nCOMMIT;\nSELECT 'then';\n" + views + b";\n", timeout=60)
    before, after = (dict(row.split("|") for row in part.split()) for part in out.decode().split("then\n"))
    same(before, wanted, "what the old transaction is shown")
    holds(int(after["analys.utfall"]) > 10 and int(after["analys.jamforelse"]) > 5, str(after))


def case_an_audit_does_not_begin_between_the_commit_of_rows_and_the_publication(w):
    configure(w)
    w.content["a"] = export(*rows(8))
    child = paused(w, "aside_keys_begun")
    audit = w.start("audit", "--year", "2023")
    w.wait_for("SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted", "the audit waits")
    same(goes_on(w, child).code, DONE)
    same(w.finish(audit).code, DONE)


def killed_between(w, **keys):
    configure(w, **keys)
    w.content["a"] = export(*LONG[:60])
    child = paused(w, "aside_keys_made")
    child.kill()
    child.wait()
    w.idle()
    same((w.number_of(BESIDE), w.number_of("SELECT count(*) FROM lager.fact_utfall")), (9, 0), "tables that are left, and facts")


def case_what_a_killed_run_has_left_the_next_one_drops(w):
    for aside in (True, False):
        w.fresh()
        killed_between(w)
        configure(w, aside=aside)
        ended = w.run("run", code=DONE)
        same([text for text in ended.said() if DROPPED in text],
             [DROPPED + ", ".join("fact_%s_%d" % (table, year) for table in ("arsmal", "foregaende", "utfall") for year in (2021, 2022, 2023))])
        same((ways(w), w.number_of(BESIDE)), ("aside" if aside else "difference", 0))
        same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), 180)
        same([text for text in w.run("run", code=DONE).said() if DROPPED in text], [])


def case_a_dry_run_drops_nothing_and_is_not_disturbed(w):
    killed_between(w)
    same(len(w.run("run", "--dry-run", code=DONE).out.splitlines()), 360)
    same(w.number_of(BESIDE), 9)


def case_a_rerun_drops_what_is_left_too(w):
    configure(w)
    w.content["a"] = export(*rows(5))
    w.run("run", code=DONE)
    w.sql("SET ROLE stadslager_loader; SELECT lager.skapa_bredvid('fact_arsmal_2019')")
    holds(DROPPED + "fact_arsmal_2019" in w.run("rerun", "--year", "2023", code=DONE).err, "it was not said")
    same(w.number_of(BESIDE), 0)


def case_only_tables_that_are_not_attached_are_dropped_and_only_by_who_has_the_lock(w):
    configure(w)
    w.content["a"] = export(*rows(5))
    w.run("run", code=DONE)
    w.sql("SET ROLE stadslager_loader; SELECT lager.skapa_bredvid('fact_utfall_2019')")
    w.sql("CREATE TABLE lager.fact_utfall_20199 (); CREATE TABLE lager.fact_aktivitet_2019 (); CREATE TABLE public.fact_utfall_2019 ()")
    holder = subprocess.Popen(["psql", "-XAtq", "-d", w.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    w.children.append(holder)
    holder.stdin.write(b"SELECT pg_advisory_lock(x'53544144534c4147'::bigint), 'held';\n")
    holder.stdin.flush()
    holder.stdout.readline()
    clear = "SET ROLE stadslager_loader; SELECT lager.stada_bredvid()"
    same(w.sql(clear), "{}", "dropped while another has the lock")
    holder.communicate(timeout=30)
    w.wait_for("SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory'", "the lock is free")
    same(w.sql(clear), "{fact_utfall_2019}")
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), 5)
    same(w.number_of("SELECT count(*) FROM pg_class WHERE relname IN ('fact_utfall_20199', 'fact_aktivitet_2019', 'fact_utfall_2019')"), 3)


def case_a_refused_load_leaves_no_table(w):
    configure(w, limits={"max_quarantined_rows": 2, "max_quarantined_pct": 100})
    w.content["a"] = export(*REPEATED)
    same(w.run("run", code=REFUSED).code, REFUSED)
    nothing_left(w)


def case_a_worker_that_loses_its_session_while_it_builds_keys_ends_the_load(w):
    for which in ("min", "max"):
        w.fresh()
        configure(w)
        w.content["a"] = export(*LONG[:60])
        child = paused(w, "aside_committed")
        w.sql("SELECT pg_terminate_backend((SELECT %s(pid) FROM pg_stat_activity WHERE application_name = 'stadslager' AND datname = '%s'"
              " AND state = 'idle'))" % (which, w.database))
        ended = goes_on(w, child)
        same((ended.code, len(ended.said())), (DATABASE, 1), str(ended))
        holds("could not build the keys of a new year: " in ended.err and "terminating connection" in ended.err, str(ended))
        nothing_left(w)
        w.run("run", code=DONE)
        same(ways(w), "aside")


def case_a_key_build_that_fails_cancels_the_others_and_leaves_nothing(w):
    configure(w)
    w.content["a"] = export(*LONG[:60])
    child = paused(w, "aside_committed")
    w.sql("DROP TABLE lager.fact_arsmal_2022")
    ended = goes_on(w, child)
    same((ended.code, len(ended.said())), (DATABASE, 1), str(ended))
    holds("could not build the keys of a new year: lager.fact_arsmal_2022 is no table beside the fact tables" in ended.err, str(ended))
    nothing_left(w)


def case_a_run_that_is_stopped_while_keys_are_built_leaves_nothing(w):
    """A worker waits for a lock: only what cancels its statement ends that."""
    configure(w)
    w.content["a"] = export(*LONG[:60])
    child = paused(w, "aside_committed")
    release = w.block("lager.fact_arsmal_2022")
    child.send_signal(signal.SIGCONT)
    w.wait_blocked()
    child.send_signal(signal.SIGTERM)
    w.wait_for("SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'stadslager' AND query ~ 'nycklar_bredvid'",
               "the statement is cancelled")
    release()
    ended = w.finish(child)
    same((ended.code, ended.said()), (DEADLINE, ["stopped by SIGTERM; what was not yet published is rolled back"]), str(ended))
    nothing_left(w)


def with_sessions(w, limit):
    role = "laddare%d" % limit
    w.sql("CREATE ROLE %s LOGIN IN ROLE stadslager_loader CONNECTION LIMIT %d" % (role, limit))
    configure(w, dsn={"dsn": "dbname=%s user=%s" % (w.database, role)}, workers=3)
    w.content["a"] = export(*LONG[:60])
    ended = w.run("run", code=DONE)
    w.idle()
    w.sql("DROP ROLE %s" % role)
    return ended


def case_a_role_of_one_session_loads_the_general_way(w):
    ended = with_sessions(w, 1)
    same(len(ended.said()), 1, str(ended))
    holds('source "a": not built aside: could not connect to the warehouse: ' in ended.err and "too many connections for role" in ended.err, str(ended))
    same((ways(w), w.number_of("SELECT count(*) FROM lager.fact_utfall")), ("difference", 180))


def case_with_fewer_sessions_than_configured_the_others_do_the_work(w):
    for limit in (2, 3):
        w.fresh()
        ended = with_sessions(w, limit)
        same(len(ended.said()), 1, str(ended))
        holds('source "a" is built by fewer sessions than load.workers says, %d: could not connect' % (limit - 1) in ended.err, str(ended))
        same((ways(w), w.number_of("SELECT count(*) FROM lager.fact_utfall")), ("aside", 180))


def case_the_loader_makes_no_table_of_another_name(w):
    for name in ("fact_utfall_1989", "fact_utfall_2200", "fact_aktivitet_2023", "dim_enhet_2023", "fact_utfall_2023x", ""):
        for call in ("skapa_bredvid('%s')", "nycklar_bredvid(ARRAY['%s'], '{}', 1)"):
            ended = subprocess.run(["psql", "-XAtq", "-d", w.database], input=("SET ROLE stadslager_loader; SELECT lager.%s" % call % name).encode(),
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            holds(b"beside the fact tables" in ended.stdout, "%s: %s" % (name, ended.stdout))
    same(w.number_of(BESIDE), 0)


if __name__ == "__main__":
    sys.exit(main(globals()))
