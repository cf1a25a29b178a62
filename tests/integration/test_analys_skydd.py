#!/usr/bin/env python3
"""Disclosure control: what a reader of all views can derive by subtraction, on made-up data with many small groups."""
import os
import random
import subprocess
import sys

import lib_run
from lib_derive import Views
from lib_run import Failed, Source, export, holds, line, same

ANALYST = "test_analyst"
HASH = "0" * 64


def script(w, text, user=None):
    done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", w.database] + (["-U", user] if user else []),
                          input=text.encode("utf-8"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
    if done.returncode:
        raise Failed("psql: %s" % done.stderr.decode("utf-8")[:2000])
    return [row.split("|") for row in done.stdout.decode("utf-8").splitlines()]


def ask(w):
    return lambda query: script(w, query, ANALYST)


def truth(w):
    return lambda query: script(w, query)


def analyst(w):
    if w.number_of("SELECT count(*) FROM pg_roles WHERE rolname = '%s'" % ANALYST) == 0:
        w.sql("CREATE ROLE %s LOGIN IN ROLE stadslager_analyst" % ANALYST)


def begin(w):
    analyst(w)
    script(w, "INSERT INTO drift.file VALUES ('%s', 1);"
              "INSERT INTO drift.run (id, program_version, config_hash, arguments) VALUES (1, '0', '', '');" % HASH)


def load(number):
    return ("INSERT INTO drift.load (id, run_id, source, precedence, file_sha256, url, connector, config_hash, way, complete, ar, stadsdel_id,"
            " lines_ignored_by, lines_read, lines_loaded, lines_unchanged, lines_quarantined, lines_ignored, rows_read, rows_loaded,"
            " rows_unchanged, rows_quarantined, rows_ignored, mal_read, mal_loaded, mal_unchanged, mal_quarantined, facts_new, facts_revised,"
            " facts_withdrawn, facts_unchanged, findings) VALUES (%d, 1, 's', 1, '%s', 'u', 'c', '', 'difference', true, '{}', '{}', '{}',"
            " 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);" % (number, HASH))


DISTRICTS = (("SDN_BRO", None, None), ("SDN_RK", None, "2023-06-30"), ("SDN_ST", None, "2023-06-30"), ("SDN_JAR", "2023-07-01", None),
             ("STAD", None, None))
YEARS = range(2021, 2025)
# id, kind, unit, meaning of the sexes, threshold
INDICATORS = ((1, "antal", "st", "eget_antal", 5), (2, "antal", "st", "delsumma", 5), (3, None, "", None, 5), (4, "antal", "st", "eget_antal", 10),
              (5, "antal", "st", "andel_av_total", 5), (6, "andel", "%", "egen_andel", 5), (7, "antal", "st", "eget_antal", 0))


def quote(text):
    return "NULL" if text is None else "'%s'" % text


def dimensions():
    yield "".join("SELECT lager.skapa_ar(%d);" % year for year in YEARS)
    for number, (code, first, last) in enumerate(DISTRICTS, 1):
        yield "INSERT INTO lager.dim_stadsdel VALUES (%d, '%s', '%s', %s, %s);" % (number, code, code, quote(first), quote(last))
        for unit in range(9):
            yield ("INSERT INTO lager.dim_enhet (id, stadsdel_id, namn, nyckel, hel_namnd) VALUES (%d, %d, '%s', '%s', %s);"
                   % (number * 10 + unit, number, "Enhet %d" % unit, "" if unit == 0 else unit, unit == 0))
    yield "INSERT INTO lager.stadsdel_foljd VALUES (2, 4, '2023-07-01'), (3, 4, '2023-07-01');"
    for i, kind, unit, meaning, threshold in INDICATORS:
        yield ("INSERT INTO lager.dim_indikator (id, kod, namn, nyckel, matt, slag, polaritet, kon_mening, troskel) VALUES (%d, 'I%d', 'I%d', 'i%d',"
               " '%s', %s, 'hogre', %s, %d);" % (i, i, i, i, unit, quote(kind), quote(meaning), threshold))
    for year in YEARS:
        yield ("INSERT INTO lager.dim_period (id, ar, slag, forsta_dag, sista_dag, namn) VALUES (%d, %d, 'ar', '%d-01-01', '%d-12-31', '%d');"
               % (year * 10000, year, year, year, year))


def count(r):
    return r.choice((0, 0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 20, 28, 35, 41, 80, 95, 120, 200, 310))


def table(r, units, third):
    """Counts of units by sex, their sums, and sometimes what does not add up: {(unit, sex): count}."""
    cells = {}
    for unit in units:
        for sex in "MKO" if third else "MK":
            cells[unit, sex] = count(r)
        cells[unit, "T"] = sum(cells[unit, sex] for sex in "MKO" if (unit, sex) in cells) + r.choice((0,) * 12 + (1, 3, 9))
    for sex in "MKOT":
        if units and (units[0], sex) in cells:
            cells[0, sex] = sum(cells[unit, sex] for unit in units) + r.choice((0,) * 8 + (2, 4, 30))
    if not units:
        for sex in "MK":
            cells[0, sex] = count(r)
        cells[0, "T"] = cells[0, "M"] + cells[0, "K"] + r.choice((0, 0, 0, 2))
    return cells


def fact(year, district, unit, indicator, sex, value, load_id=1, unit_name="st"):
    hidden = value is None
    return "(%d,%d,%d,%d,%d,%d,1,0,'%s','%s',%s,'%s','%s',%s,%s)" % (
        year, district, district * 10 + unit, indicator, year * 10000, load_id, "suppressed" if hidden else "reported", sex,
        "NULL" if hidden else value, "Q" if hidden else "A", "C" if hidden else "F", "'..'" if hidden else "NULL", quote(unit_name))


FACT = ("INSERT INTO lager.fact_utfall (ar, stadsdel_id, enhet_id, indikator_id, period_id, load_id, rad, byte_offset, varde_status, kon, varde,"
        " obs_status, conf_status, tryckt, matt) VALUES ")
BEFORE = ("INSERT INTO lager.fact_foregaende (ar, stadsdel_id, enhet_id, indikator_id, period_id, load_id, rad, byte_offset, varde_status, varde)"
          " VALUES ")


def facts(r):
    """Outcomes and previous values of all indicators, districts and years."""
    outcomes, previous, boards = [], [], {}
    for i, kind, unit_name, meaning, _ in INDICATORS:
        for year in YEARS:
            city = {}
            for district, (code, first, last) in enumerate(DISTRICTS, 1):
                if code == "STAD" or (last and year >= 2023) or (first and year < 2023):
                    continue
                units = sorted(r.sample(range(1, 9), r.choice((0, 0, 1, 2, 3, 5, 8))))
                cells = table(r, units, r.random() < 0.3)
                if r.random() < 0.3:  # no sexes, or no board
                    cells = {c: v for c, v in cells.items() if c[1] == "T"} if r.random() < 0.5 else \
                        {c: v for c, v in cells.items() if c[0] or not units}
                for (unit, sex), value in cells.items():
                    if unit == 0:
                        city[sex] = city.get(sex, 0) + value
                        boards[i, year, district, sex] = value
                    if kind == "andel" or (meaning == "andel_av_total" and sex != "T"):
                        value = round(100 * r.random(), 2)
                    shown = None if r.random() < 0.04 else value
                    outcomes.append(fact(year, district, unit, i, sex, shown, unit_name=unit_name or None))
                    if sex == "T" and year + 1 in YEARS and r.random() < 0.7:
                        later = district if not (last and year + 1 >= 2023) else None
                        if later:
                            previous.append("(%d,%d,%d,%d,%d,1,1,0,'reported',%s)" % (
                                year + 1, district, district * 10 + unit, i, (year + 1) * 10000, value if r.random() < 0.9 else count(r)))
            for sex, value in city.items():
                if kind != "andel" and meaning != "andel_av_total":
                    outcomes.append(fact(year, len(DISTRICTS), 0, i, sex, value, unit_name=unit_name or None))
        parts = [boards.get((i, 2022, district, "T")) for district in (2, 3)]
        if kind != "andel" and None not in parts:  # the merged district's first report says what both said the year before
            previous.append("(2023,4,40,%d,20230000,1,1,0,'reported',%d)" % (i, sum(parts)))
    return outcomes, previous


def fill(w, seed):
    r = random.Random(seed)
    begin(w)
    outcomes, previous = facts(r)
    script(w, "\n".join(dimensions()) + load(1) + FACT + ",\n".join(outcomes) + ";" + BEFORE + ",\n".join(previous) + ";")
    return r


def views(w):
    found = Views(ask(w), truth(w))
    found.city(str(len(DISTRICTS)))
    return found


def decisions(w):
    return w.sql("SELECT * FROM lager.utfall_skydd ORDER BY 1, 2, 3, 4, 5"), w.sql("SELECT * FROM lager.utfall_skydd_grupp ORDER BY 1, 2, 3")


def decide_all_anew(w):
    w.sql("TRUNCATE lager.utfall_skydd, lager.utfall_skydd_grupp; SELECT lager.skydda_indikator(id) FROM lager.dim_indikator ORDER BY id")


def case_no_small_count_can_be_derived_from_the_views(w):
    cells = 0
    for seed in range(4):
        if seed:
            w.fresh()
        fill(w, seed)
        found = views(w)
        found.check()
        cells += len(found.small)
        holds(len(found.reader.known) > 150, "too little is shown: %d cells" % len(found.reader.known))
    holds(cells > 400, "there are too few small cells: %d" % cells)


def case_without_complementary_suppression_small_counts_are_derived(w):
    fill(w, 0)
    w.sql("CREATE OR REPLACE FUNCTION lager.skydda_tabell(varden numeric[], lagen int[], namnd int) RETURNS int[]"
          " LANGUAGE sql IMMUTABLE AS 'SELECT lagen'")
    decide_all_anew(w)
    leaks = views(w).leaks()
    holds(len(leaks) > 50, "the derivation finds only %d cells" % len(leaks))


def case_without_the_rule_for_previous_values_small_counts_are_derived(w):
    fill(w, 0)
    w.sql("UPDATE lager.utfall_skydd_grupp SET foregaende = false")
    holds(views(w).leaks(), "previous values give nothing away")


def case_the_previous_value_of_a_merged_district_or_the_city_gives_no_part_away(w):
    fill(w, 0)
    same(script(w, "SELECT foregaende FROM analys.utfall WHERE ar = 2023 AND kon_kod = 'T' AND indikator_id = 7 AND stadsdel = 'SDN_JAR' AND hel_namnd"
                   " AND foregaende IS NOT NULL", ANALYST) != [], True, "where nothing is protected it is shown")
    script(w, "TRUNCATE lager.fact_utfall, lager.fact_foregaende, lager.utfall_skydd, lager.utfall_skydd_grupp;" + FACT +
           ",".join((fact(2022, 2, 0, 1, "T", 3), fact(2022, 3, 0, 1, "T", 400), fact(2022, 1, 0, 1, "T", 50), fact(2023, 4, 0, 1, "T", 450),
                     fact(2023, 5, 0, 1, "T", 500), fact(2022, 2, 0, 4, "T", 30), fact(2022, 3, 0, 4, "T", 60), fact(2023, 4, 0, 4, "T", 95),
                     fact(2023, 5, 0, 4, "T", 95))) + ";" +
           BEFORE + "(2023,4,40,1,20230000,1,1,0,'reported',403), (2023,5,50,1,20230000,1,1,0,'reported',453),"
                    "(2023,4,40,4,20230000,1,1,0,'reported',90), (2023,5,50,4,20230000,1,1,0,'reported',90);")
    same(["|".join(r) for r in script(w, "SELECT stadsdel, indikator_kod, coalesce(foregaende::text, foregaende_status::text), coalesce(forandring::text, '-')"
                                         "  FROM analys.utfall WHERE ar = 2023 ORDER BY 2, 1", ANALYST)],
         ["SDN_JAR|I1|suppressed|-", "STAD|I1|suppressed|-", "SDN_JAR|I4|90|5", "STAD|I4|90|5"])
    views(w).check()


def case_revisions_and_withdrawals_are_decided_as_if_from_the_start(w):
    r = fill(w, 7)
    for number in range(2, 8):
        script(w, load(number) + "SELECT setseed(%f);" % r.random() +
               "CREATE TEMP TABLE vald AS SELECT * FROM lager.fact_utfall WHERE ersatt_load_id IS NULL AND random() < 0.05"
               " ORDER BY stadsdel_id, period_id, indikator_id, enhet_id, kon;"
               "UPDATE lager.fact_utfall f SET ersatt_load_id = %d, ersatt_orsak = CASE WHEN v.enhet_id %% 3 = 0 THEN 'withdrawn' ELSE 'revised' END"
               "  FROM vald v WHERE f.ersatt_load_id IS NULL AND (f.ar, f.stadsdel_id, f.enhet_id, f.indikator_id, f.period_id, f.kon)"
               "     = (v.ar, v.stadsdel_id, v.enhet_id, v.indikator_id, v.period_id, v.kon);"
               "INSERT INTO lager.fact_utfall (ar, stadsdel_id, enhet_id, indikator_id, period_id, load_id, rad, byte_offset, varde_status, kon, varde, matt)"
               " SELECT ar, stadsdel_id, enhet_id, indikator_id, period_id, %d, 1, 0, 'reported', kon, (enhet_id * 7 + %d) %% 15, matt"
               "   FROM vald WHERE enhet_id %% 3 > 0;" % (number, number, number))
        kept = decisions(w)
        decide_all_anew(w)
        same(decisions(w), kept, "the decisions after load %d" % number)
        views(w).check()
    script(w, "UPDATE lager.dim_indikator SET troskel = 8 WHERE id = 1; UPDATE lager.dim_indikator SET slag = 'antal' WHERE id = 3;"
              "DELETE FROM lager.fact_utfall WHERE enhet_id % 10 = 2;")
    kept = decisions(w)
    decide_all_anew(w)
    same(decisions(w), kept, "the decisions after changes of the registry and deletions")
    views(w).check()


def case_the_same_facts_in_another_order_hide_the_same_cells(w):
    fill(w, 3)
    first = w.sql("SELECT * FROM lager.utfall_skydd ORDER BY 1, 2, 3, 4, 5")
    script(w, "CREATE TEMP TABLE allt AS SELECT * FROM lager.fact_utfall; TRUNCATE lager.fact_utfall, lager.utfall_skydd, lager.utfall_skydd_grupp;"
              + "".join("INSERT INTO lager.fact_utfall SELECT * FROM allt WHERE (enhet_id * 31 + indikator_id * 7 + period_id / 10000) %% 5 = %d"
                        " ORDER BY kon DESC, enhet_id DESC;" % part for part in (3, 1, 4, 0, 2)))
    same(w.sql("SELECT * FROM lager.utfall_skydd ORDER BY 1, 2, 3, 4, 5"), first, "what is hidden")


def case_a_threshold_of_zero_hides_nothing(w):
    fill(w, 1)
    same(w.number_of("SELECT count(*) FROM lager.utfall_skydd WHERE indikator_id = 7"), 0)
    same(w.number_of("SELECT count(*) FROM analys.utfall WHERE indikator_kod = 'I7' AND varde BETWEEN 1 AND 4") > 3, True)


def case_shares_are_rounded_and_hidden_for_both_sexes(w):
    fill(w, 2)
    same(w.number_of("SELECT count(*) FROM analys.utfall WHERE slag = 'andel' AND scale(varde) > 0"), 0)
    same(w.number_of("SELECT count(*) FROM analys.utfall m JOIN analys.utfall k USING (stadsdel_id, enhet_id, indikator_id, period_id)"
                     " WHERE m.slag = 'andel' AND m.kon_kod = 'M' AND k.kon_kod = 'K' AND (m.varde IS NULL) <> (k.varde IS NULL)"), 0)
    # 36,36 % of 11 is 4
    script(w, FACT + ",".join((fact(2024, 1, 1, 5, "T", 11, 1), fact(2024, 1, 1, 5, "M", 36.36, 1, "%"), fact(2024, 1, 1, 5, "K", 63.64, 1, "%"))) +
           " ON CONFLICT DO NOTHING;")
    same(w.sql("SELECT string_agg(coalesce(varde::text, tryckt), ' ' ORDER BY kon_kod DESC) FROM analys.utfall"
               " WHERE indikator_kod = 'I5' AND stadsdel = 'SDN_BRO' AND enhet = 'Enhet 1' AND ar = 2024 AND kon_kod <> 'T' AND varde = 36"), "")


def case_an_analyst_has_the_views_and_nothing_else(w):
    fill(w, 0)
    reachable = script(w, "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                          " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relkind IN ('r', 'v', 'p', 'm', 'S', 'f')"
                          "   AND CASE c.relkind WHEN 'S' THEN has_sequence_privilege(c.oid, 'USAGE, SELECT, UPDATE')"
                          "       ELSE has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')"
                          "         OR has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES') END", ANALYST)
    holds(reachable and all(name.startswith("analys.") for name, in reachable), "an analyst reaches %s" % reachable)
    same(script(w, "SELECT relname FROM pg_class WHERE relnamespace = 'analys'::regnamespace AND relkind = 'v'"
                   " AND NOT coalesce(reloptions::text, '') LIKE '%security_barrier=true%'"), [], "views without a barrier")
    same(script(w, "SELECT relname FROM pg_class WHERE relnamespace = 'analys'::regnamespace AND (relkind <> 'v' OR pg_get_userbyid(relowner)"
                   " <> 'stadslager_owner')"), [], "what is no view of the owner's")
    same(script(w, "SELECT relname FROM pg_class WHERE relnamespace = 'analys'::regnamespace"
                   " AND has_table_privilege('%s', oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')" % ANALYST), [], "views to write to")
    same(script(w, "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('lager', 'drift', 'analys')"
                   " AND (has_function_privilege('public', p.oid, 'EXECUTE')"
                   "      OR has_function_privilege('%s', p.oid, 'EXECUTE') AND (p.prosecdef OR p.provolatile <> 'i' AND p.proname <> 'oforandrat'))" % ANALYST), [],
         "functions that reach further than arithmetic")  # oforandrat: than the catalogue, which is everybody's
    for query in ("SELECT * FROM lager.fact_utfall", "SELECT * FROM lager.utfall_visat", "SELECT * FROM drift.quarantine", "SELECT lager.andel_nara(1, 0)",
                  "SELECT * FROM lager.utfall_skydd", "CREATE TABLE public.t ()", "CREATE FUNCTION analys.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                  "SET ROLE stadslager_owner", "SET ROLE stadslager_loader"):
        try:
            script(w, query, ANALYST)
        except Failed as refused:
            holds("permission denied" in str(refused), "%s: %s" % (query, refused))
        else:
            raise Failed("an analyst may %s" % query)
    same(script(w, "SELECT count(*) FROM pg_stats WHERE schemaname IN ('lager', 'drift')", ANALYST), [["0"]], "statistics of columns")


def case_a_function_of_the_readers_sees_no_hidden_value(w):
    fill(w, 0)
    seen = script(w, "CREATE FUNCTION pg_temp.spy(v numeric, s text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS"
                     " $$ BEGIN IF v IS NOT NULL AND s = 'suppressed' THEN RAISE EXCEPTION 'seen'; END IF; RETURN true; END $$;"
                     "SELECT count(*) FROM analys.utfall WHERE pg_temp.spy(varde, varde_status::text) AND varde_status = 'suppressed'", ANALYST)
    holds(int(seen[0][0]) > 100, "nothing is hidden")


def case_a_load_hides_and_a_withdrawal_shows_again(w):
    indicator = "Antal vräkningar som berör barn"
    analyst(w)
    w.configure(Source("a"), unknown={"enhet": "add"}, limits={"max_dropped_pct": 100})

    def shown(*lines):
        w.content["a"] = export(*lines)
        w.run("run", code=lib_run.DONE)
        return w.sql("SELECT string_agg(enhet || ' ' || kon_kod || ' ' || coalesce(varde::text, tryckt), ', ' ORDER BY hel_namnd DESC, enhet,"
                     " kon_kod DESC) FROM analys.utfall")
    same(shown(line(indicator, "12 st", "3 st", "9 st")), "Hela nämnden T 12, Hela nämnden M .., Hela nämnden K ..")
    same(shown(line(indicator, "12 st", "5 st", "7 st")), "Hela nämnden T 12, Hela nämnden M 5, Hela nämnden K 7")
    same(w.sql("SELECT string_agg(kon_kod || coalesce(varde_fore, -1) || coalesce(varde_efter, -1), ' ' ORDER BY kon_kod) FROM analys.revideringar"),
         "K-1-1 M-1-1", "older versions")
    same(shown(line(indicator, "40 st"), line(indicator, "3 st", unit="A"), line(indicator, "37 st", unit="B")),
         "Hela nämnden T 40, A T .., B T ..")
    same(shown(line(indicator, "40 st"), line(indicator, "5 st", unit="A"), line(indicator, "35 st", unit="B")),
         "Hela nämnden T 40, A T 5, B T 35")
    same(shown(line(indicator, "40 st", previous="3 st")), "Hela nämnden T 40")
    same(w.sql("SELECT coalesce(foregaende::text, foregaende_status::text) FROM analys.utfall"), "suppressed")


def demo():
    """Inside tests/with-demo."""
    def psql(*arguments):
        return lambda query: [r.split("|") for r in subprocess.run(
            ("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", query) + arguments, check=True, stdout=subprocess.PIPE,
            timeout=120).stdout.decode("utf-8").splitlines()]
    found = Views(psql("-d", os.environ["STADSLAGER_DEMO_ANALYST"]), psql())
    found.check()
    print("%d cells shown, %d small" % (len(found.reader.known), len(found.small)))
    return 0 if found.small and found.reader.known else 1


def case_the_demo_gives_nothing_away(w):
    if not os.access(os.path.join(lib_run.TOP, "build", "stadslager"), os.X_OK):
        raise Failed("build/stadslager is not there")
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run([os.path.join(lib_run.TOP, "tests", "with-demo"), sys.executable, os.path.abspath(__file__), "--demo"], env=outside,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    same(done.returncode, 0, done.stdout.decode("utf-8"))


if __name__ == "__main__":
    if sys.argv[1:] == ["--demo"]:
        sys.exit(demo())
    sys.exit(lib_run.main(globals()))
