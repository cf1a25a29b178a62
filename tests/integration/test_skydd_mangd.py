#!/usr/bin/env python3
"""The disclosure decision of many groups at once, and of few units by key: the same rows as lager.skydda_grupp gives group by
group, on made-up data of every kind, after loads, revisions, withdrawals and changes of the registry.

SKYDD_SEEDS = of how many random histories few units change (default 2)."""
import os
import random
import sys

import lib_run
from lib_run import holds, same
from test_analys_skydd import begin, load, quote, script

YEARS = (2021, 2022, 2023, 2024)
PERIODS = tuple(year * 10000 + kind for year in YEARS for kind in (0, 1001))  # the year, its first tertial
DISTRICTS = ("SDN_BRO", "SDN_FAR", "SDN_SOD", "STAD")
CITY = len(DISTRICTS)
UNITS = 5  # of a district; 0 is the board
KINDS = (("antal", "st"), ("antal", "st"), ("antal", "kWh"), ("andel", "%"), ("andel", "%"), (None, ""), (None, "%"), ("index", ""), ("kvot", ""))
MEANINGS = ("eget_antal", "egen_andel", "andel_av_total", "delsumma", None)
OUTCOME = ("INSERT INTO lager.fact_utfall (ar, stadsdel_id, enhet_id, indikator_id, period_id, load_id, rad, byte_offset, varde_status, kon, varde,"
           " matt) VALUES ")
PREVIOUS = ("INSERT INTO lager.fact_foregaende (ar, stadsdel_id, enhet_id, indikator_id, period_id, load_id, rad, byte_offset, varde_status, varde,"
            " matt) VALUES ")
# As skydda_grupp decides: the districts', then the city's, then what is left of the previous values.
REFERENCE = """TRUNCATE lager.utfall_skydd, lager.utfall_skydd_grupp;
SELECT count(lager.skydda_grupp(g.stadsdel_id, g.period_id, g.indikator_id))
  FROM (SELECT DISTINCT stadsdel_id, period_id, indikator_id FROM lager.fact_utfall WHERE stadsdel_id <> %(city)d ORDER BY 1, 2, 3) g;
SELECT count(lager.skydda_grupp(g.stadsdel_id, g.period_id, g.indikator_id))
  FROM (SELECT DISTINCT stadsdel_id, period_id, indikator_id FROM lager.fact_utfall WHERE stadsdel_id = %(city)d ORDER BY 1, 2, 3) g;
SELECT count(lager.skydda_flaggor(g.stadsdel_id, g.period_id, g.indikator_id,
                                  lager.skydda_foregaende(g.stadsdel_id, g.period_id, g.indikator_id), NULL)::text)
  FROM (SELECT DISTINCT stadsdel_id, period_id, indikator_id FROM lager.fact_foregaende ORDER BY 1, 2, 3) g;""" % {"city": CITY}


def decisions(w):
    return (w.sql("SELECT string_agg(h::text, ' ' ORDER BY h) FROM lager.utfall_skydd h"),
            w.sql("SELECT string_agg(g::text, ' ' ORDER BY g) FROM lager.utfall_skydd_grupp g"))


def reference(w):
    script(w, REFERENCE)
    return decisions(w)


def agree(w, when):
    """What stands there is what the reference says; True where there is something."""
    found = decisions(w)
    expected = reference(w)
    for table, a, b in zip(("utfall_skydd", "utfall_skydd_grupp"), found, expected):
        a, b = set(a.split()), set(b.split())
        same((sorted(a - b)[:5], sorted(b - a)[:5]), ([], []), "%s: what only the many have, and only the single, of %s" % (when, table))
    return all(expected)


def dimensions(r, indicators):
    """Registry of INDICATORS random indicators: {id: (kind, unit, meaning, threshold)}, and its SQL."""
    sql = ["".join("SELECT lager.skapa_ar(%d);" % year for year in YEARS)]
    for number, code in enumerate(DISTRICTS, 1):
        sql.append("INSERT INTO lager.dim_stadsdel VALUES (%d, '%s', '%s');" % (number, code, code))
        for unit in range(UNITS):
            sql.append("INSERT INTO lager.dim_enhet (id, stadsdel_id, namn, nyckel, hel_namnd) VALUES (%d, %d, 'E', '%s', %s);"
                       % (number * 10 + unit, number, unit or "", unit == 0))
    for period in PERIODS:
        year = period // 10000
        sql.append("INSERT INTO lager.dim_period (id, ar, slag, forsta_dag, sista_dag, namn) VALUES (%d, %d, '%s', '%d-01-01', '%d-12-31', 'p');"
                   % (period, year, "tertial" if period % 10000 else "ar", year, year))
    registry = {}
    for i in range(1, indicators + 1):
        kind, unit = r.choice(KINDS)
        meaning, threshold, known = r.choice(MEANINGS), r.choice((5, 5, 5, 10, 1, 0)), r.choice(("NULL", "NULL", "3000", "60000"))
        registry[i] = (kind, unit, meaning, threshold)
        sql.append("INSERT INTO lager.dim_indikator (id, kod, namn, nyckel, matt, slag, kon_mening, troskel, namnare_minst) VALUES"
                   " (%d, 'I%d', 'I%d', 'i%d', '%s', %s, %s, %d, %s);" % (i, i, i, i, unit, quote(kind), quote(meaning), threshold, known))
    return registry, "\n".join(sql)


def share(r):
    return r.choice((0, 100, 0.4, 0.5, 0.004, 99.5, 99.499, 99.996, 100.5, 0.04, 99.95) + tuple(round(100 * r.random(), 1) for _ in range(40)))


def count(r, calm):
    return r.choice((0, 40, 52, 75, 90, 120, 300, -20)) if calm else r.choice((0, 0, 1, 3, 4, 5, 9, 12, 30, 55, 80, 140, -3, 2.5))


def status(r):
    return r.choices(("reported", "suppressed", "missing", "not_measured"), (88, 8, 2, 2))[0]


def group(r, registry, i, district):
    """Cells {(unit, sex): (status, value, unit of measure)} of one district, period and indicator."""
    kind, unit_name, meaning, _ = registry[i]
    calm = r.random() < 0.6  # nothing small but what does not add up
    units = [] if district == CITY else sorted(r.sample(range(1, UNITS), r.choice((0, 0, 1, 2, 4))))
    sexes = r.choice(("MK", "MK", "MKO", "", "M"))
    cells = {}
    for unit in units:
        for sex in sexes:
            cells[unit, sex] = count(r, calm)
        cells[unit, "T"] = sum(cells[unit, sex] for sex in sexes) + r.choice((0,) * 8 + (1, 4, 30)) if sexes else count(r, calm)
    for sex in sexes + "T":
        cells[0, sex] = sum(cells[unit, sex] for unit in units) + r.choice((0,) * 8 + (2, 4, 30)) if units else count(r, calm)
    if not units and sexes:
        cells[0, "T"] = sum(cells[0, sex] for sex in sexes) + r.choice((0,) * 8 + (3,))
    shares = kind not in ("antal", "index", None) or unit_name == "%"
    result = {}
    for (unit, sex), value in cells.items():
        if r.random() < 0.03:
            continue
        if shares or (meaning == "andel_av_total" and sex != "T" and r.random() < 0.8):
            value = share(r)
        s = "reported" if calm and r.random() < 0.9 else status(r)
        printed = unit_name or r.choices(("st", "%", None), (90, 2, 20))[0]
        result[unit, sex] = (s, value if s == "reported" else None, printed)
    return result


def row(period, district, unit, i, load_id, cell, sex=None):
    s, value, printed = cell
    return "(%d,%d,%d,%d,%d,%d,1,0,'%s',%s%s,%s)" % (
        period // 10000, district, district * 10 + unit, i, period, load_id, s, "'%s'," % sex if sex else "",
        "NULL" if value is None else value, quote(printed))


def facts(r, registry, periods=PERIODS, part=0.8):
    """Rows of outcomes and previous values, of one load."""
    outcomes, previous = [], []
    for period in periods:
        for i in registry:
            for district in range(1, CITY + 1):
                if r.random() > part:
                    continue
                cells = group(r, registry, i, district)
                outcomes += [row(period, district, unit, i, 1, cell, sex) for (unit, sex), cell in cells.items()]
                if r.random() < 0.6:
                    before = group(r, registry, i, district)
                    previous += [row(period, district, unit, i, 1, cell) for (unit, sex), cell in before.items() if sex == "T"]
    return outcomes, previous


def insert(head, rows):
    return head + ",\n".join(rows) + ";" if rows else ""


def revise(number, r):
    """Load NUMBER: some facts get other values, some are withdrawn, of outcomes and previous values."""
    yield load(number) + "SELECT setseed(%f);" % r.random()
    for table, key, columns in (("fact_utfall", "kon", "kon, "), ("fact_foregaende", "ar", "")):
        yield ("CREATE TEMP TABLE vald ON COMMIT DROP AS SELECT *, random() < 0.3 AS gone FROM lager.%(table)s WHERE ersatt_load_id IS NULL"
               " AND random() < %(share)f ORDER BY stadsdel_id, period_id, indikator_id, enhet_id, %(key)s;"
               "UPDATE lager.%(table)s f SET ersatt_load_id = %(load)d, ersatt_orsak = CASE WHEN v.gone THEN 'withdrawn' ELSE 'revised' END FROM vald v"
               " WHERE f.ersatt_load_id IS NULL AND (f.ar, f.stadsdel_id, f.enhet_id, f.indikator_id, f.period_id, f.%(key)s)"
               "     = (v.ar, v.stadsdel_id, v.enhet_id, v.indikator_id, v.period_id, v.%(key)s);"
               "INSERT INTO lager.%(table)s (ar, stadsdel_id, enhet_id, indikator_id, period_id, load_id, rad, byte_offset, varde_status, %(columns)svarde,"
               " matt) SELECT ar, stadsdel_id, enhet_id, indikator_id, period_id, %(load)d, 1, 0, 'reported', %(columns)s"
               " CASE WHEN random() < 0.5 THEN coalesce(varde, 0) + 1 ELSE (random() * 100)::numeric(5, 2) END, matt FROM vald WHERE NOT gone;"
               "DROP TABLE vald;"
               % {"table": table, "key": key, "columns": columns, "load": number, "share": r.choice((0.002, 0.05, 0.5))})


def begun(w, seed, indicators=30):
    r = random.Random(seed)
    begin(w)
    registry, sql = dimensions(r, indicators)
    script(w, sql + load(1))
    return r, registry


def case_years_that_came_past_the_triggers_are_decided_as_group_by_group(w):
    for seed in range(2):
        if seed:
            w.fresh()
        r, registry = begun(w, seed)
        outcomes, previous = facts(r, registry)
        past = "SET session_replication_role = replica;"  # no trigger fires
        script(w, past + insert(OUTCOME, outcomes) + insert(PREVIOUS, previous))
        same(decisions(w), ("", ""), "what the triggers decided")
        script(w, "".join("SELECT lager.skydda_ar(%d::smallint);" % year for year in YEARS))
        holds(agree(w, "seed %d" % seed), "nothing is hidden")
        for number in range(2, 4):
            script(w, "BEGIN; SET LOCAL session_replication_role = replica;" + "".join(revise(number, r)) + "COMMIT")
            script(w, "".join("SELECT lager.skydda_ar(%d::smallint);" % year for year in r.sample(YEARS, len(YEARS))))
            agree(w, "seed %d, load %d" % (seed, number))
        hidden = [int(n) for n in script(w, "SELECT count(*) FILTER (WHERE skal = 'dold'), count(*) FILTER (WHERE skal = 'nara'),"
                                            " count(*) FILTER (WHERE skal = 'kallan') FROM lager.utfall_skydd")[0]]
        flags = [int(n) for n in script(w, "SELECT count(*) FILTER (WHERE foregaende), count(*) FILTER (WHERE aldre) FROM lager.utfall_skydd_grupp")[0]]
        holds(min(hidden) > 10 and min(flags) > 10, "too little is hidden: %s, %s" % (hidden, flags))



def case_loads_and_revisions_are_decided_as_group_by_group(w):
    for seed in range(10, 12):
        if seed > 10:
            w.fresh()
        r, registry = begun(w, seed, 25)
        for periods in (PERIODS[4:], PERIODS[:4]):
            outcomes, previous = facts(r, registry, periods)
            r.shuffle(outcomes)
            third = len(outcomes) // 3
            for rows in (outcomes[:third], outcomes[third:]):
                script(w, insert(OUTCOME, rows))
            script(w, insert(PREVIOUS, previous))
        holds(agree(w, "seed %d" % seed), "nothing is hidden")
        for number in range(2, 5):
            script(w, "BEGIN;" + "".join(revise(number, r)) + "COMMIT")
            agree(w, "seed %d, load %d" % (seed, number))


def case_changes_of_the_registry_and_deletions_are_decided_as_group_by_group(w):
    r, registry = begun(w, 20, 25)
    outcomes, previous = facts(r, registry)
    script(w, insert(OUTCOME, outcomes) + insert(PREVIOUS, previous))
    for change in ("UPDATE lager.dim_indikator SET troskel = troskel + 3 WHERE id % 3 = 0", "UPDATE lager.dim_indikator SET slag = 'antal' WHERE id % 4 = 1",
                   "UPDATE lager.dim_indikator SET slag = 'index' WHERE id % 7 = 1", "UPDATE lager.dim_indikator SET slag = NULL WHERE id % 5 = 2",
                   "UPDATE lager.dim_indikator SET namnare_minst = 6000, kon_mening = 'andel_av_total' WHERE id % 4 = 3",
                   "DELETE FROM lager.fact_utfall WHERE enhet_id % 10 = 2", "DELETE FROM lager.fact_foregaende WHERE enhet_id % 10 = 0"):
        script(w, change)
        agree(w, change)


def case_what_does_not_change_is_not_written(w):
    r, registry = begun(w, 30, 25)
    outcomes, previous = facts(r, registry)
    script(w, insert(OUTCOME, outcomes) + insert(PREVIOUS, previous))
    places = "SELECT string_agg(x.ctid::text || x.xmin::text, ' ' ORDER BY x.ctid) FROM lager.%s x"
    before = w.sql(places % "utfall_skydd"), w.sql(places % "utfall_skydd_grupp")
    script(w, "".join("SELECT lager.skydda_ar(%d::smallint);" % year for year in YEARS) +
           "SELECT lager.skydda_indikator(id) FROM lager.dim_indikator")
    same((w.sql(places % "utfall_skydd"), w.sql(places % "utfall_skydd_grupp")), before, "where the decisions stand")


# What else can happen to facts than new versions and closed ones; SHARE of them.
OTHERWISE = (
    "UPDATE lager.fact_utfall SET varde = varde + 0.3 WHERE varde_status = 'reported' AND random() < %(share)f",
    "UPDATE lager.fact_utfall SET varde = NULL, varde_status = 'suppressed' WHERE varde_status = 'reported' AND random() < %(share)f / 4",
    "UPDATE lager.fact_utfall SET ersatt_load_id = NULL, ersatt_orsak = NULL WHERE ersatt_orsak = 'withdrawn' AND random() < 10 * %(share)f",
    "UPDATE lager.fact_foregaende SET ersatt_load_id = NULL, ersatt_orsak = NULL WHERE ersatt_orsak = 'withdrawn' AND random() < 10 * %(share)f",
    "UPDATE lager.fact_foregaende SET varde = varde + 0.3 WHERE varde_status = 'reported' AND random() < %(share)f",
    "DELETE FROM lager.fact_utfall WHERE random() < %(share)f", "DELETE FROM lager.fact_foregaende WHERE random() < %(share)f",
    "UPDATE lager.dim_indikator SET slag = CASE slag WHEN 'andel' THEN 'antal' WHEN 'antal' THEN 'andel' ELSE slag END WHERE random() < 0.1",
    "UPDATE lager.dim_indikator SET namnare_minst = CASE WHEN namnare_minst IS NULL THEN 60000 END WHERE random() < 0.1",
    "UPDATE lager.dim_indikator SET troskel = 5 - troskel WHERE troskel IN (0, 5) AND random() < 0.1")


def changes(r, number, rounds):
    """One transaction that does this and that."""
    yield load(number) + "SELECT setseed(%f);" % r.random()
    for _ in range(rounds):
        share = r.choice((0.0005, 0.002, 0.01))
        for table, key, columns in (("fact_utfall", "kon", "kon, "), ("fact_foregaende", "ar", "")):
            yield ("CREATE TEMP TABLE vald ON COMMIT DROP AS SELECT *, random() < 0.3 AS gone FROM lager.%(table)s WHERE ersatt_load_id IS NULL"
                   " AND load_id <> %(load)d AND random() < %(share)f;"
                   "UPDATE lager.%(table)s f SET ersatt_load_id = %(load)d, ersatt_orsak = CASE WHEN v.gone THEN 'withdrawn' ELSE 'revised' END"
                   " FROM vald v WHERE f.ersatt_load_id IS NULL AND (f.ar, f.stadsdel_id, f.enhet_id, f.indikator_id, f.period_id, f.%(key)s)"
                   "     = (v.ar, v.stadsdel_id, v.enhet_id, v.indikator_id, v.period_id, v.%(key)s);"
                   "INSERT INTO lager.%(table)s (ar, stadsdel_id, enhet_id, indikator_id, period_id, load_id, rad, byte_offset, varde_status,"
                   " %(columns)svarde, matt) SELECT ar, stadsdel_id, enhet_id, indikator_id, period_id, %(load)d, 1, 0, 'reported', %(columns)s"
                   " (ARRAY[0, 0.2, 3, 50, 99.7, 100, coalesce(varde, 0) + 1])[1 + floor(random() * 7)::int], matt FROM vald WHERE NOT gone;"
                   "DROP TABLE vald;" % {"table": table, "key": key, "columns": columns, "load": number, "share": share})
        if r.random() < 0.4:
            yield r.choice(OTHERWISE) % {"share": share} + ";"


def calls(w):
    """How often the decisions by key were made, by function."""
    return dict(script(w, "SELECT pg_stat_force_next_flush(); SELECT funcname, calls FROM pg_stat_user_functions WHERE schemaname = 'lager'")[1:])


def case_few_units_are_decided_by_key_as_group_by_group(w):
    seeds = int(os.environ.get("SKYDD_SEEDS") or 2)
    for seed in range(40, 40 + seeds):
        if seed > 40:
            w.fresh()
        r, registry = begun(w, seed, 25)
        w.sql("ALTER DATABASE %s SET track_functions = 'pl'" % w.database)
        outcomes, previous = facts(r, registry, PERIODS[2:6])
        script(w, insert(OUTCOME, outcomes) + insert(PREVIOUS, previous))
        holds(agree(w, "seed %d" % seed), "nothing is hidden")
        before = calls(w)
        for number in range(2, 8):
            script(w, "BEGIN;" + "".join(changes(r, number, r.choice((1, 1, 2, 4)))) + "COMMIT")
            same(w.sql("SELECT count(*) FROM lager.skydd_vantar"), "0", "what waits for its decision")
            agree(w, "seed %d, load %d" % (seed, number))
        after = calls(w)
        for name in ("skydda_andelar", "skydda_utfall_mangd", "skydda_foregaende_mangd"):
            holds(int(after.get(name, 0)) > int(before.get(name, 0)), "nothing was decided by %s" % name)


def case_older_versions_of_shares_are_hidden_where_another_unit_is_near_0_or_100(w):
    begun(w, 70, 2)
    script(w, "UPDATE lager.dim_indikator SET slag = 'andel', matt = '%', kon_mening = 'egen_andel', troskel = 5, namnare_minst = 60000")

    def share_of(unit, indicator, load_id, value):
        return row(20230000, 1, unit, indicator, load_id, ("reported", value, "%"), "T")

    older = "SELECT string_agg(indikator_id::text, ' ' ORDER BY 1) FROM lager.utfall_skydd_grupp WHERE aldre"
    # the board's share is shown with its decimals, and hides nothing
    script(w, insert(OUTCOME, [share_of(0, 1, 1, 99.7), share_of(1, 1, 1, 50), share_of(1, 2, 1, 50)]))
    same(w.sql("SELECT count(*) FROM lager.utfall_skydd"), "0", "hidden")
    script(w, "BEGIN;" + load(2) + "UPDATE lager.fact_utfall SET ersatt_load_id = 2, ersatt_orsak = 'revised' WHERE enhet_id = 11;" +
           insert(OUTCOME, [share_of(1, 1, 2, 51), share_of(1, 2, 2, 51)]) + "COMMIT")
    same(w.sql(older), "1", "beside the board's share near 100")
    agree(w, "a unit was revised")
    script(w, "BEGIN;" + load(3) + insert(OUTCOME, [share_of(2, 2, 3, 0.3)]) + "COMMIT")
    same(w.sql(older), "1 2", "beside a unit that came later")
    agree(w, "a unit came")
    script(w, "UPDATE lager.fact_utfall SET varde = 60 WHERE varde IN (99.7, 0.3)")
    same(w.sql(older), "", "where nothing is near any more")
    agree(w, "values were mended")


def case_what_changed_is_decided_before_anybody_sees_it(w):
    r, registry = begun(w, 50, 10)
    outcomes, previous = facts(r, registry)
    found = script(w, "BEGIN;" + insert(OUTCOME, outcomes) + insert(PREVIOUS, previous) +
                   "SELECT count(*) FROM lager.utfall_skydd; SET CONSTRAINTS ALL IMMEDIATE; SELECT count(*) > 10 FROM lager.utfall_skydd; COMMIT")
    same(found, [["0"], ["t"]], "what is hidden before and after the decision")
    agree(w, "decided at the end")


def tables(r, number):
    """Made-up tables of a count, as lager.skydda_tabell takes them."""
    for _ in range(number):
        rows = 1 + int(r.random() * r.random() * 12)
        dense = r.random() * r.random() * 0.6
        states = [0 if r.random() < 0.12 else r.choice((2, 2, 3, 3, 4)) if r.random() < dense else 1 for _ in range(rows * 4)]
        if r.random() < 0.3:
            states[2::4] = [0] * rows
        values = ["NULL" if state in (0, 3, 4) else str(r.randrange(8) * r.choice((1, 2, 3)) - r.choice((0,) * 19 + (3,))) for state in states]
        board = r.choice((0, rows, rows, rows, max(rows - 1, 1)))
        yield "('{%s}'::numeric[], '{%s}'::int[], %d)" % (",".join(values), ",".join(map(str, states)), board)


def case_a_count_hides_the_cells_that_the_first_rules_hid(w):
    with open(os.path.join(lib_run.TOP, "sql", "migrations", "010_skydd.sql"), encoding="utf-8") as f:
        text = f.read()
    begins = text.index("CREATE FUNCTION lager.skydda_tabell")
    script(w, text[begins:text.index("$$;", begins) + 3].replace("lager.skydda_tabell", "public.tabell_010"))
    for seed in range(60, 64):
        found = script(w, "SELECT count(*) FILTER (WHERE a IS DISTINCT FROM b), count(*) FILTER (WHERE a <> lagen) > 100 FROM ("
                          "SELECT lagen, public.tabell_010(varden, lagen, namnd) AS a, lager.skydda_tabell(varden, lagen, namnd) AS b FROM (VALUES %s)"
                          " AS t (varden, lagen, namnd) OFFSET 0) x" % ",".join(tables(random.Random(seed), 1500)))
        same(found, [["0", "t"]], "seed %d: tables decided otherwise, and whether some hide more than they began with" % seed)


def case_the_loader_may_have_a_year_decided_and_nothing_else_of_it(w):
    may = w.sql("SELECT string_agg(p.proname, ' ' ORDER BY p.proname) FROM pg_proc p WHERE p.pronamespace = 'lager'::regnamespace"
                " AND (p.proname LIKE 'skydda\\_%' OR p.proname LIKE 'dolda%') AND has_function_privilege('stadslager_loader', p.oid, 'EXECUTE')")
    same(may, "skydda_ar skydda_bredvid skydda_nya_ar")  # of years: attached, built aside, and new


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
