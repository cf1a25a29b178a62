#!/usr/bin/env python3
"""A year of which most has changed is built aside and exchanged: what is stored is what the general way stores, version for version;
the new parts are like those of other years; readers see the old state or the new one and are held up by the exchange alone; whoever
began before it is told so; what stays in the way is not waited for; and whoever is killed leaves nothing behind."""
import os
import random
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_aside
from lib_run import DATABASE, DEADLINE, DONE, INDICATORS, QUARANTINED, Failed, Source, export, holds, line, main, rows, same
from test_aside import configure, definitions, differing, ways

test_aside.NOT_SAID.update({"drift.quarantine": ["changed_at"], "drift.quarantine_history": ["changed_at"]})
WHOLE = {"max_quarantined_pct": 50, "difference_pct": 0}  # of an export that changed a little, too, the whole is read
COUNT = 1300  # rows: two thousand previous values are closed and added, the least that is exchanged
EXCHANGED = "  way: most of a year, built aside and exchanged: %d of its tables"


def row(i, shift, unit=None, year=2023, district="Bromma stadsdelsnämnd"):
    indicator = INDICATORS[i % 10]
    unit = "Ny enhet %d" % (i // 10) if unit is None else unit
    if indicator.startswith("Antal"):
        men, women = (i + shift) % 7, (i * 3 + shift) % 11
        return line(indicator, "%d" % (men + women), "%d" % men, "%d" % women, "%d" % ((i + shift) % 13), "%d" % (i % 5 + shift),
                    "%d" % (i % 3 + shift), period="VB %d" % year, unit=unit, district=district)
    value = (i * 7 + shift * 11) % 90 + 5
    return line(indicator, "%d,%d %%" % (value, shift % 10), "%d %%" % (value - 2), "%d %%" % (value + 3), "%d %%" % (value - 1),
                "%d %%" % (value + shift), "%d %%" % (value + 1 + shift), period="VB %d" % year, unit=unit, district=district)


def lines(shift, count=COUNT, **keys):
    return [row(i, shift, **keys) for i in range(count)]


def revised(chance, shift, doubt):
    """Most rows say something else, some are gone, some new, some as they were; where DOUBT is, some cannot be loaded."""
    found = []
    for i in range(COUNT):
        fate = chance.random()
        if fate < 0.86:
            found.append(row(i, shift))
        elif fate < 0.95:
            found.append(row(i, shift - 1))
        elif fate < 0.97 and doubt:
            found += [row(i, shift), row(i, shift + chance.randrange(2))]  # stands twice, alike or not
        elif fate < 0.975 and doubt:
            found.append(line(INDICATORS[i % 10], "1.2.3", unit="Ny enhet %d" % (i // 10)))
    found += [row(i, shift, unit="Enhet %d av omgång %d" % (i // 10, shift)) for i in range(chance.randrange(60))]
    found += [line("Ny sak %d" % i, "%d st" % (i + shift), "%d st" % i, unit="Ny enhet 1") for i in range(chance.randrange(20))]
    return found


def everything(w):
    return test_aside.everything(w), w.sql(definitions()), w.sql(CATALOGUE)


# What definitions() leaves out of partitions: triggers, options, comments, what tells an index or a constraint from another.
CATALOGUE = ("SELECT string_agg(x, chr(10) ORDER BY x) FROM ("
             "SELECT concat_ws(' ', c.relname, c.relkind, c.reltablespace, c.relam, c.reloptions, c.relhastriggers, c.relhasrules, c.relrowsecurity,"
             " obj_description(c.oid), am.amname) AS x FROM pg_class c LEFT JOIN pg_am am ON am.oid = c.relam WHERE c.relispartition OR c.relname ~ '[0-9]_ny'"
             " UNION ALL SELECT concat_ws(' ', c.relname, t.tgname) FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid WHERE c.relispartition"
             " UNION ALL SELECT concat_ws(' ', c.relname, a.attname, a.attnum, a.attstorage, a.attcompression, a.attstattarget, a.attacl, a.attislocal, a.attinhcount)"
             " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 WHERE c.relispartition AND c.relkind = 'r'"
             " UNION ALL SELECT concat_ws(' ', c.relname, o.conname, o.conislocal, o.coninhcount, o.convalidated, o.conindid::regclass)"
             " FROM pg_class c JOIN pg_constraint o ON o.conrelid = c.oid WHERE c.relispartition"
             " UNION ALL SELECT concat_ws(' ', 'index', i.indexrelid::regclass, i.indisunique, i.indisprimary, i.indisready, i.indislive, i.indcheckxmin,"
             " i.indisclustered, i.indisreplident) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relispartition"
             " UNION ALL SELECT concat_ws(' ', 'view', oid::regclass, pg_get_viewdef(oid)) FROM pg_class WHERE relname LIKE '%_att_skydda'"
             " UNION ALL SELECT concat_ws(' ', 'statistics', tablename, attname) FROM pg_stats WHERE NOT inherited AND tablename ~ '^fact_(utfall|arsmal|foregaende)_') y")


def give_comments(w, comment):
    """A part that has one is not exchanged."""
    w.sql("DO $$ DECLARE d regclass; BEGIN FOR d IN SELECT inhrelid FROM pg_inherits WHERE inhparent IN ('lager.fact_utfall'::regclass,"
          " 'lager.fact_arsmal'::regclass, 'lager.fact_foregaende'::regclass) LOOP EXECUTE format('COMMENT ON TABLE %%s IS %s', d); END LOOP; END $$" % comment)


def load(w, content, swap=True, code=DONE, source="a", **sections):
    sections.setdefault("limits", WHOLE)
    configure(w, *[Source(name) for name in sorted(w.content.keys() | {source})], **sections)
    w.content[source] = export(*content)
    if not swap:
        give_comments(w, "''mine''")
    ended = w.run("run", code=code)
    if not swap:
        give_comments(w, "NULL")
    return ended


def both_ways(w, contents, way="swap", prepare=None, **sections):
    """Loads CONTENTS one after the other, exchanging and the general way, each in a fresh warehouse; the two must be equal."""
    seen = {}
    for swap in (False, True):
        w.fresh()
        if prepare:
            prepare(w, swap)
        for content in contents:
            ended = load(w, content, swap=swap, code=None, **sections)
            holds(ended.code in (DONE, QUARANTINED), str(ended))
        same(w.sql("SELECT way FROM drift.load WHERE source = 'a' ORDER BY id DESC LIMIT 1"), way if swap else "difference", "the way: %s" % ended)
        w.sql("ANALYZE")
        seen[swap] = everything(w)
    for one, other in zip(seen[True], seen[False]):
        if isinstance(one, str):
            one, other = one.splitlines(), other.splitlines()
        same(differing(one, other), None, "the difference")
    same(w.run("audit", "--year", "2023", code=None).code, DONE, "the audit")
    return ended


def case_a_year_that_is_exchanged_holds_what_the_general_way_stores(w):
    ended = both_ways(w, [lines(0), lines(1)])
    holds(EXCHANGED % 3 in ended.err, "the way is not said: %s" % ended)
    same(ended.said(), [], "what was said besides")
    same(w.sql("SELECT concat_ws(' ', count(*), count(*) FILTER (WHERE ersatt_orsak = 'revised')) FROM lager.fact_utfall"), "7800 3900")
    holds(w.number_of("SELECT count(*) FROM lager.utfall_skydd") > 20, "nothing is hidden")
    holds("swap" in w.run("status", code=None).out, "status does not say it")


def case_revisions_at_random_are_stored_alike_either_way(w):
    for seed in range(2):
        chance = random.Random(seed)
        both_ways(w, [lines(0)] + [revised(chance, shift, doubt=shift == 1 + seed) for shift in (1, 2)])
        same(ways(w), "aside swap swap", "seed %d" % seed)
        holds(w.number_of("SELECT count(*) FROM lager.fact_utfall WHERE ersatt_orsak = 'withdrawn'") > 0, "nothing was withdrawn")
        holds(w.number_of("SELECT count(*) FROM drift.quarantine") > 10, "nothing was in doubt")
        same(w.number_of("SELECT count(DISTINCT ersatt_load_id) FROM lager.fact_utfall"), 2, "loads that closed something")


def case_the_facts_of_others_in_that_year_stay_as_they_are(w):
    def before(w, swap):
        load(w, lines(5, count=200, district="Farsta stadsdelsnämnd"), swap=swap, source="b")
        load(w, lines(6, count=200, district="Farsta stadsdelsnämnd"), swap=swap, source="b")
    both_ways(w, [lines(0), lines(1)], prepare=before)
    same(w.sql("SELECT string_agg(DISTINCT l.source, ' ') FROM lager.fact_utfall f JOIN drift.load l ON l.id = f.load_id"), "a b")


def case_of_two_years_only_the_one_that_changed_is_exchanged(w):
    old = lines(0, year=2022, count=800)
    both_ways(w, [old + lines(0), old[:-3] + [row(i, 4, year=2022) for i in range(797, 800)] + lines(1)])
    both_ways(w, [lines(3, year=2022) + lines(0) + lines(4, year=2024), lines(4, year=2022) + lines(1) + lines(5, year=2024)])
    holds(w.number_of("SELECT count(*) FROM drift.finding WHERE rule = 'L-FOREGAENDE'") > 5, "no previous value was compared")


def case_what_changed_a_little_or_is_little_is_written_row_by_row(w):
    few = [row(i, 1) for i in range(200)] + lines(0)[200:]
    both_ways(w, [lines(0), few], way="difference")
    both_ways(w, [lines(0, count=300), lines(1, count=300)], way="difference")


# ---- what is somebody's own ----

def case_a_part_with_something_of_its_own_is_not_exchanged(w):
    for what, kept in (("GRANT SELECT ON lager.fact_utfall_2023 TO stadslager_analyst", "SELECT has_table_privilege('stadslager_analyst', 'lager.fact_utfall_2023', 'SELECT')"),
                       ("CREATE INDEX egen ON lager.fact_utfall_2023 (rad)", "SELECT to_regclass('lager.egen') IS NOT NULL"),
                       ("ALTER TABLE lager.fact_utfall_2023 SET (fillfactor = 80)", "SELECT reloptions IS NOT NULL FROM pg_class WHERE oid = 'lager.fact_utfall_2023'::regclass"),
                       ("COMMENT ON TABLE lager.fact_utfall_2023 IS 'mine'", "SELECT obj_description('lager.fact_utfall_2023'::regclass) = 'mine'"),
                       ("ALTER TABLE lager.fact_utfall_2023 ALTER varde SET (n_distinct = 7)",
                        "SELECT attoptions::text LIKE '%n_distinct=7%' FROM pg_attribute WHERE attrelid = 'lager.fact_utfall_2023'::regclass AND attname = 'varde'"),
                       ("CREATE STATISTICS lager.egen ON ar, rad FROM lager.fact_utfall_2023", "SELECT count(*) = 1 FROM pg_statistic_ext")):
        w.fresh()
        load(w, lines(0))
        w.sql(what)
        ended = load(w, lines(1))
        holds(EXCHANGED % 2 in ended.err, "%s: %s" % (what, ended))
        same(w.sql(kept), "t", what)
        same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), 7800, what)


def case_a_part_that_a_view_reads_is_not_exchanged(w):
    load(w, lines(0))
    w.sql("CREATE VIEW public.mine AS SELECT count(*) AS n FROM lager.fact_utfall_2023 WHERE ersatt_load_id IS NULL")
    ended = load(w, lines(1))
    holds("others kept its tables from being exchanged" in ended.err, str(ended))
    same((ways(w).split()[-1], w.sql("SELECT n FROM public.mine")), ("difference", "3900"))


# ---- readers ----

class Reader:
    """A session of psql that stays."""

    def __init__(self, w):
        self.psql = subprocess.Popen(["psql", "-XAtq", "-d", w.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        w.children.append(self.psql)

    def ask(self, query):
        """The lines that it answers, errors too."""
        self.psql.stdin.write((query + ";\nSELECT '--';\n" if query != "COMMIT" else "COMMIT;\nSELECT '--';\n").encode())
        self.psql.stdin.flush()
        found = []
        for text in iter(self.psql.stdout.readline, b"--\n"):
            holds(text, "psql has ended")
            if b"current transaction is aborted" in text:
                break
            found.append(text.decode().rstrip())
        return "\n".join(found)


VALUE = "SELECT concat_ws(' ', count(*), sum(varde)) FROM %s"
LOOKED_AT = ("lager.fact_utfall", "lager.fact_arsmal", "lager.fact_foregaende", "analys.utfall", "analys.arsmal", "analys.jamforelse", "lager.vintage",
             "drift.load", "lager.utfall_skydd")


def picture(ask):
    return [ask("SELECT count(*) FROM %s" % table) for table in LOOKED_AT] + [ask(VALUE % "analys.utfall"), ask(VALUE % "lager.fact_utfall")]


def case_readers_are_not_held_up_while_a_year_is_built(w):
    load(w, lines(0))
    before = picture(w.sql)
    holder = Reader(w)
    holder.ask("BEGIN; LOCK TABLE drift.finding IN SHARE MODE")  # the findings are written after the facts
    child = w.start("run")
    w.content["a"] = export(*lines(1))
    w.wait_blocked()
    same(w.number_of("SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname ~ '^fact_(utfall|arsmal|foregaende)(_2023)?$'"
                     " AND l.mode = 'AccessExclusiveLock'"), 0, "locks that keep readers out")
    same(w.number_of("SELECT count(DISTINCT relation) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation >= 16384"
                     " AND relation NOT IN (SELECT oid FROM pg_class)") > 2, True, "tables are being built")
    same(picture(lambda query: w.sql("SET statement_timeout = '20s'; " + query)), before, "what a reader sees")
    holder.ask("COMMIT")
    same(w.finish(child).code, DONE)
    same(ways(w).split()[-1], "swap")
    after = picture(w.sql)
    holds(after[0] == "7800" and after[-1] != before[-1], "nothing arrived: %s" % after)


def case_a_reader_who_stays_is_not_waited_for(w):
    load(w, lines(0))
    load(w, lines(1), swap=False)
    expected = everything(w)[0]
    w.fresh()
    load(w, lines(0))
    reader = Reader(w)
    for isolation in ("REPEATABLE READ",):
        reader.ask("BEGIN ISOLATION LEVEL " + isolation)
        before = picture(reader.ask)
        ended = load(w, lines(1))
        holds("others kept its tables from being exchanged" in ended.err, str(ended))
        same(ways(w).split()[-1], "difference")
        same(picture(reader.ask), before, "what the reader sees")
        reader.ask("COMMIT")
    skip = ("drift.finding", "drift.quarantine")  # numbers that were taken by what was undone
    found = everything(w)[0]
    same(differing([x for x in found if not x.startswith(skip)], [x for x in expected if not x.startswith(skip)]), None)
    same(w.run("audit", "--year", "2023", code=None).code, DONE)
    holds(picture(reader.ask)[0] == "7800", "a new transaction sees it")


def case_a_reader_who_lets_go_in_time_is_waited_for(w):
    load(w, lines(0))
    reader = Reader(w)
    reader.ask("BEGIN")
    reader.ask("SELECT count(*) FROM lager.fact_arsmal")
    w.content["a"] = export(*lines(1))
    child = w.start("run")
    w.wait_blocked()
    reader.ask("COMMIT")
    ended = w.finish(child)
    same((ended.code, ways(w).split()[-1]), (DONE, "swap"), str(ended))


def case_a_transaction_that_is_older_is_told_so_and_reads_no_empty_year(w):
    load(w, lines(0))
    reading = w.sql("WITH RECURSIVE l AS (SELECT unnest(ARRAY['lager.fact_utfall', 'lager.fact_arsmal', 'lager.fact_foregaende'])::regclass::oid AS oid UNION"
                    " SELECT r.ev_class FROM l JOIN pg_depend d ON d.refobjid = l.oid AND d.classid = 'pg_rewrite'::regclass JOIN pg_rewrite r ON r.oid = d.objid)"
                    " SELECT l.oid::regclass FROM l JOIN pg_class c USING (oid) WHERE c.relnamespace = 'analys'::regnamespace ORDER BY 1::text").splitlines()
    holds(len(reading) >= 5, str(reading))
    reader = Reader(w)
    reader.ask("BEGIN ISOLATION LEVEL REPEATABLE READ")
    loads = reader.ask("SELECT count(*) FROM drift.load")
    ended = load(w, lines(1))
    holds(EXCHANGED % 3 in ended.err, str(ended))
    same(reader.ask("SELECT count(*) FROM drift.load"), loads, "what an old transaction sees of other tables")
    for view in reading + ["lager.vintage", "lager.utfall_gallande", "lager.arsmal_gallande", "lager.foregaende_gallande"]:
        reader.ask("SAVEPOINT s")
        said = reader.ask("SELECT count(*) FROM " + view)
        holds("facts were exchanged after this transaction began" in said, "%s: %s" % (view, said))
        reader.ask("ROLLBACK TO s")
    reader.ask("COMMIT")
    same(reader.ask("SELECT count(*) > 0 FROM analys.utfall"), "t", "a new one")


def case_a_transaction_that_locks_before_it_looks_keeps_its_state(w):
    load(w, lines(0))
    reader = Reader(w)
    reader.ask("BEGIN ISOLATION LEVEL REPEATABLE READ; SET ROLE stadslager_analyst; LOCK TABLE analys.utfall IN ACCESS SHARE MODE")
    load(w, lines(1))
    same((reader.ask("SELECT count(*) FROM analys.utfall"), reader.ask("RESET ROLE; SELECT count(*) FROM lager.fact_utfall"), ways(w).split()[-1]),
         ("3900", "3900", "difference"))


def case_an_audit_that_runs_beside_it_keeps_its_state(w):
    """It takes its locks before it looks: an exchange does not come in between."""
    load(w, lines(0))
    with open(os.path.join(os.path.dirname(__file__), "..", "..", "sql", "queries", "audit_begin.sql"), encoding="utf-8") as f:
        begin = f.read()
    reader = Reader(w)
    reader.ask(begin.strip())
    same(reader.ask("SELECT count(*) FROM drift.load"), "1")
    load(w, lines(1))
    same((reader.ask("SELECT count(*) FROM lager.fact_utfall"), ways(w).split()[-1]), ("3900", "difference"))


# ---- disclosure ----

def case_what_decides_disclosure_reads_what_is_built_aside(w):
    same(w.sql("SELECT string_agg(x::text, ' ') FROM lager.skydda_ar_laser() x"), "", "functions that read the fact tables themselves")
    load(w, lines(0))
    before = w.sql("SELECT count(*) FROM lager.fact_utfall")
    w.sql("DO $$ BEGIN EXECUTE replace(pg_get_functiondef('lager.skydda_utfall_mangd'::regproc), 'lager.utfall_att_skydda', 'lager.fact_utfall'); END $$")
    ended = load(w, lines(1), code=DATABASE)
    holds("reads a fact table past the views made for it" in ended.err, str(ended))
    same(w.sql("SELECT count(*) FROM lager.fact_utfall"), before)


# ---- faults ----

def nothing_changed(w, before):
    w.idle()
    same(picture(w.sql), before, "what is stored")
    same(w.number_of("SELECT count(*) FROM pg_class WHERE relname ~ '[0-9]_ny'"), 0, "tables that were being built")
    same(w.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), "0", "advisory locks")
    w.run("run", code=DONE)
    same(ways(w).split()[-1], "swap", "the next run")
    w.run("audit", "--year", "2023", code=DONE)


def stop_before_the_exchange(w):
    load(w, lines(0))
    before = picture(w.sql)
    w.content["a"] = export(*lines(1))
    holder = Reader(w)
    holder.ask("BEGIN; LOCK TABLE drift.finding IN SHARE MODE")
    child = w.start("run")
    w.wait_blocked()
    return before, holder, child


def case_the_program_is_killed_before_the_exchange(w):
    before, holder, child = stop_before_the_exchange(w)
    child.kill()
    child.wait()
    holder.ask("COMMIT")
    nothing_changed(w, before)


def case_the_program_is_stopped_before_the_exchange(w):
    before, holder, child = stop_before_the_exchange(w)
    child.send_signal(signal.SIGTERM)
    ended = w.finish(child)
    holder.ask("COMMIT")
    same(ended.code, DEADLINE, str(ended))
    nothing_changed(w, before)


def case_the_session_is_ended_before_the_exchange(w):
    before, holder, child = stop_before_the_exchange(w)
    w.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stadslager' AND datname = '%s'" % w.database)
    ended = w.finish(child)
    holder.ask("COMMIT")
    same(ended.code, DATABASE, str(ended))
    nothing_changed(w, before)


def case_the_program_is_stopped_while_it_waits_for_readers(w):
    load(w, lines(0))
    before = picture(w.sql)
    reader = Reader(w)
    reader.ask("BEGIN")
    reader.ask("SELECT count(*) FROM lager.fact_utfall")
    w.content["a"] = export(*lines(1))
    child = w.start("run")
    w.wait_blocked()
    child.send_signal(signal.SIGTERM)
    ended = w.finish(child)
    reader.ask("COMMIT")
    same(ended.code, DEADLINE, str(ended))
    nothing_changed(w, before)


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


def case_the_disk_of_the_server_is_full_while_a_year_is_built(w):
    if os.getuid() != 0:
        print("SKIPPED: a full disk needs root (mount)", flush=True)
        return
    server = os.environ["PGHOST"]
    folder, owner = os.path.join(server, "small"), os.stat(server)
    os.makedirs(folder)
    holds(subprocess.call(["mount", "-t", "tmpfs", "-o", "size=96m,mode=700,uid=%d,gid=%d" % (owner.st_uid, owner.st_gid), "none", folder]) == 0, "a small file system")
    filler = os.path.join(folder, "filler")
    w.sql("CREATE TABLESPACE small LOCATION '%s'" % folder, "postgres")
    try:
        load(w, lines(0))
        before = picture(w.sql)
        w.idle()
        w.sql("ALTER DATABASE %s SET TABLESPACE small" % w.database, "postgres")
        w.content["a"] = export(*lines(1))
        holder = Reader(w)
        holder.ask("BEGIN; LOCK TABLE drift.load IN SHARE MODE")  # what was staged is on the disk, and nothing is built yet
        child = w.start("run")
        w.wait_blocked()
        fill(filler)
        holder.ask("COMMIT")
        ended = w.finish(child)
        os.unlink(filler)
        same(ended.code, DATABASE, str(ended))
        holds("No space left on device" in ended.err, str(ended))
        holder.psql.communicate()
        nothing_changed(w, before)
    finally:
        w.tidy()
        if os.path.exists(filler):
            os.unlink(filler)
        w.idle()
        w.sql("ALTER DATABASE %s SET TABLESPACE pg_default" % w.database, "postgres")
        w.sql("DROP TABLESPACE small", "postgres")
        subprocess.call(["umount", "-l", folder])


def case_only_the_loader_may_call_what_exchanges(w):
    for function in ("skapa_del_bredvid('fact_utfall', 2023)", "nyckla_del('fact_utfall', 2023)", "byt_delar('{fact_utfall}', '{2023}')",
                     "skydda_bredvid(2023, '{fact_utfall}', '{2023}', '_ny')", "fyll_del('fact_utfall', 2023, 1)", "byt_del('fact_utfall', 2023)"):
        try:
            w.sql("SET ROLE stadslager_analyst; SELECT lager.%s" % function)
            raise Failed("an analyst may call %s" % function)
        except Failed as failed:
            holds("permission denied" in str(failed), str(failed))
    try:
        w.sql("SET ROLE stadslager_loader; SELECT lager.skapa_del_bredvid('dim_kon', 2023)")
        raise Failed("any table may be named")
    except Failed as failed:
        holds("there is no part" in str(failed), str(failed))


def case_no_version_is_lost_by_whoever_calls_it(w):
    """The loader's login may delete no fact, and cannot do it this way either."""
    load(w, lines(0))
    try:
        w.sql("SET ROLE stadslager_loader; SELECT lager.skapa_del_bredvid('fact_utfall', 2023); SELECT lager.byt_delar('{fact_utfall}', '{2023}')")
        raise Failed("the year could be exchanged for an empty one")
    except Failed as failed:
        holds("versions of lager.fact_utfall_2023 would be lost" in str(failed), str(failed))
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), 3900)


if __name__ == "__main__":
    sys.exit(main(globals()))
