#!/usr/bin/env python3
"""A new year that is built aside: the same as if it had been loaded the general way, whatever the export holds; what cannot
be decided aside goes the general way; readers see nothing before the commit; and whoever is killed leaves nothing behind."""
import json
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib_run import DATABASE, DEADLINE, DONE, INDICATORS, QUARANTINED, REFUSED, Failed, Source, export, holds, line, main, rows, same

ADD = {"enhet": "add", "indikator": "add"}
NOT_SAID = {  # what tells the two ways apart, the clock, and the configuration, which names the way
    "drift.load": ["way", "published_at", "config_hash"], "drift.run": ["started_at", "config_hash"],
    "drift.run_result": ["finished_at"], "drift.config_snapshot": ["hash", "content", "parts"], "drift.schema_version": ["applied_at"],
}
TABLES_ASIDE = "SELECT count(*) FROM pg_class WHERE relnamespace = 'lager'::regnamespace AND relname ~ '_(19|20|21)[0-9]{2}$'"


def everything(w):
    """All rows of all tables but what NOT_SAID says; partitions by their name."""
    w.idle()
    query = " UNION ALL ".join("SELECT '%s', to_jsonb(t) - '{%s}'::text[] FROM %s t" % (t, ",".join(NOT_SAID.get(t, [])), t) for t in w.tables())
    return sorted(w.sql(query).splitlines())


def differing(one, other):
    if one == other:
        return None
    of_one, of_other = set(one), set(other)
    return [x for x in one if x not in of_other][:2], [x for x in other if x not in of_one][:2]


def configure(w, *sources, aside=True, **sections):
    w.configure(*(sources or (Source("a"),)), unknown=sections.pop("unknown", ADD), load={"aside_from": 0 if aside else "1 GiB"}, **sections)


def ways(w):
    return w.sql("SELECT string_agg(way, ' ' ORDER BY id) FROM drift.load")


def both_ways(w, content, code=DONE, aside="aside", prepare=None, **sections):
    """Loads CONTENT aside and the general way, each in a fresh warehouse; the two must be equal.  Returns the run aside."""
    seen = {}
    for way in (False, True):
        w.fresh()
        if prepare:
            prepare(w)
        if aside != "aside" and not way:
            w.sql("SELECT nextval(pg_get_serial_sequence('drift.load', 'id'))")  # a load that is given up leaves a gap
        configure(w, aside=way, **dict(sections))
        w.content["a"] = content
        ended = w.run("run", code=code)
        same(w.sql("SELECT way FROM drift.load WHERE source = 'a' ORDER BY id DESC LIMIT 1"), aside if way else "difference")
        seen[way] = everything(w), w.sql(definitions())
    same(differing(seen[True][0], seen[False][0]), None, "the difference")
    same(seen[True][1], seen[False][1], "the definitions of the partitions")
    same(w.run("audit", "--year", "2023", code=DONE).code, DONE)
    return ended


def definitions():
    """Columns, constraints, indices (each a part of its parent's), owners and rights of all partitions."""
    return ("SELECT string_agg(x, chr(10) ORDER BY x) FROM ("
            "SELECT concat_ws(' ', c.relname, r.rolname, c.relacl, c.relreplident, pg_get_expr(c.relpartbound, c.oid)) AS x FROM pg_class c"
            " JOIN pg_roles r ON r.oid = c.relowner WHERE c.relispartition"
            " UNION ALL SELECT concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid))"
            " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
            " WHERE c.relispartition AND c.relkind = 'r'"
            " UNION ALL SELECT concat_ws(' ', c.relname, o.conname, o.contype, pg_get_constraintdef(o.oid), o.conparentid::regclass) FROM pg_class c"
            " JOIN pg_constraint o ON o.conrelid = c.oid WHERE c.relispartition"
            " UNION ALL SELECT concat_ws(' ', c.relname, pg_get_indexdef(i.indexrelid), i.indisvalid, p.relname) FROM pg_class c"
            " JOIN pg_index i ON i.indrelid = c.oid LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid LEFT JOIN pg_class p ON p.oid = h.inhparent"
            " WHERE c.relispartition AND c.relkind = 'r') y")


def nothing_left(w, killed=False):
    """Nothing of a load: no rows, no tables aside, no units and indicators, no lock.  Of one that was killed tables are left that
    nobody sees."""
    w.idle()
    same(w.number_of(TABLES_ASIDE + (" AND relispartition" if killed else "")), 0, "tables of years")
    same(w.sql("SELECT count(*) FROM drift.load"), "0")
    same(w.sql("SELECT count(*) FROM lager.dim_enhet WHERE namn LIKE 'Ny enhet%'"), "0", "units")
    same(w.sql("SELECT count(*) FROM lager.dim_indikator WHERE kod IS NULL"), "0", "indicators")
    same(w.sql("SELECT count(*) FROM lager.dim_period"), "0", "periods")
    same(w.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), "0", "advisory locks")


MIXED = (rows(6) + rows(4, first=30, district="Farsta stadsdelsnämnd")
         + [line("Sjukfrånvaro", "7,5 %", "6 %", "9 %", "7,1 %", "7 %", "6,5 %", unit="Ny enhet %d" % i) for i in range(40)]
         + [line("Antal nya saker %d" % i, "%d st" % (i + 1), "%d st" % i, "1 st", target="öka", kf="Tas fram av nämnd", unit="Ny enhet 3")
            for i in range(30)]
         + [line("Antal barn per grupp", "3", "1", "2", unit="Ny enhet 5"), line("Antal vräkningar som berör barn", "2", "..", ".."),
            line("Andel smarta lås i hemtjänsten", "99,7 %", "99 %", "100 %"), line("Sjukfrånvaro", "5,5 %", period="T1 2023"),
            line("Sjukfrånvaro", "12.4.5 %", unit="Ny enhet 6"),
            line("Andel nöjda föräldrar till barn i förskolan", "120 %", unit="Ny enhet 6"),
            line("Sjukfrånvaro", "", unit="Ny enhet 70"), line("Aktivt Medskapandeindex", "82", "83", "", "81", unit="Ny enhet 6"),
            line("Sjukfrånvaro", "4 %", district="Tomteboda stadsdelsnämnd"), ";;;;;;;;;", ""])


def case_an_export_is_loaded_aside_as_it_is_loaded_the_general_way(w):
    ended = both_ways(w, export(*MIXED), code=QUARANTINED, limits={"max_quarantined_pct": 50})
    words, counts = ended.result("a")
    same(words, "loaded")
    holds("  way: new years, built aside and attached" in ended.err, "the way is not said: %s" % ended)
    holds(counts["indicator rows quarantined"] >= 2 and counts["indicator rows loaded"] > 70 and counts["facts new"] > 200, str(counts))
    holds(w.number_of("SELECT count(*) FROM drift.finding") > 0, "the findings")
    holds(w.number_of("SELECT count(*) FROM lager.utfall_skydd") > 0, "nothing is hidden")
    same(ended.said(), [], "what was said besides")


def case_rows_without_a_fact_are_counted_as_the_general_way_counts_them(w):
    both_ways(w, export(*rows(3), line("Sjukfrånvaro dag 1-14", "", unit="Ny enhet 1"), line("Antal barn per grupp", "", target="")))


def case_an_export_of_several_new_years_is_built_aside(w):
    mixed = [line(INDICATORS[i], "%d,5 %%" % (year - 2000 + i), previous="%d,%d %%" % (year - 2001 + i, 5 * (i % 2)), period="VB %d" % year,
                  unit="Ny enhet %d" % unit) for i in range(10) for year in range(2019, 2024) for unit in range(2)]
    both_ways(w, export(*mixed))
    same(w.sql("SELECT array_agg(DISTINCT ar ORDER BY ar) FROM lager.fact_utfall"), "{2019,2020,2021,2022,2023}")
    holds(w.number_of("SELECT count(*) FROM drift.finding WHERE rule = 'L-FOREGAENDE'") > 10, "no previous value was compared")


def case_a_large_export_fills_many_blocks(w):
    """More rows than the queue holds, units that are new all along, and the order of the lines in the ledger."""
    many = [line(INDICATORS[i % 10], "%d,%d %%" % (i % 90, i % 10), "1 %", "2 %", "3 %", "4 %", "5 %", unit="Ny enhet %d" % (i // 10), district=d)
            for i in range(4000) for d in ("Bromma stadsdelsnämnd",)]
    both_ways(w, export(*many))
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), 12000)
    same(w.number_of("SELECT count(*) FROM lager.dim_enhet WHERE namn LIKE 'Ny enhet%'"), 400)


def case_the_years_beside_it_are_compared(w):
    def before(w):
        configure(w, Source("old"), aside=False)
        w.content["old"] = export(*[line(INDICATORS[i], "%d,5 %%" % (10 + i), period="VB 2022") for i in range(10)],
                                  *[line(INDICATORS[i], "%d %%" % (60 + i), previous="%d %%" % (10 + i), period="VB 2024") for i in range(10)])
        w.run("run", code=DONE)
    both_ways(w, export(*[line(INDICATORS[i], "%d %%" % (11 + i % 3), previous="%d,%d %%" % (10 + i, 5 * (i % 2)), period="VB 2023") for i in range(10)]),
              prepare=before)
    holds(w.number_of("SELECT count(*) FROM drift.finding WHERE rule = 'L-FOREGAENDE' AND column_name = 'foregaende'") > 0, "before")
    holds(w.number_of("SELECT count(*) FROM drift.finding WHERE rule = 'L-FOREGAENDE' AND column_name = 'utfall'") > 0, "after")


def declined(w, why, content, code=DONE, **keys):
    ended = both_ways(w, content, code=code, aside="difference", **keys)
    holds(any('source "a": not built aside: ' + why == text for text in ended.said()), "%s was not said: %s" % (why, ended))


def case_a_year_that_has_facts_is_declined(w):
    def before(w):
        configure(w, Source("b"), aside=False)
        w.content["b"] = export(*rows(2, first=50))
        w.run("run", code=DONE)
    declined(w, "the warehouse has the year 2023 already", export(*rows(8)), code=QUARANTINED, prepare=before,
             limits={"max_quarantined_pct": 100})
    holds(w.number_of("SELECT count(*) FROM drift.quarantine WHERE rule = 'L-KALLA'") == 2, "the other source was not heard")


def case_a_year_with_empty_partitions_is_declined(w):
    declined(w, "the warehouse has the year 2023 already", export(*rows(8)),
             prepare=lambda w: w.sql("SELECT lager.skapa_ar(2023)"))


SICK, MANY = "Sjukfrånvaro", {"max_quarantined_pct": 90}
REPEATED = (rows(9)
            + [line(SICK, "5 %", "4 %", "6 %", "5,5 %", "7 %", "6 %", unit="Ny enhet 1")] * 2  # alike, side by side
            + [line(SICK, "5 %", unit="Ny enhet 2"), line(SICK, "6 %", unit="Ny enhet 2"), line(SICK, "5 %", unit="Ny enhet 2")]
            + [line(SICK, "5 %", unit="Ny enhet 3"), line(SICK, "", "4 %", "6 %", unit="Ny enhet 3")]  # an empty cell is said too
            + [line(SICK, "5 %", "4 %", "6 %", unit="Ny enhet 4"), line(SICK, "5 %", "4 %", "6 %", kf="6 %", unit="Ny enhet 4")]  # in part, alike
            + [line(SICK, "5 %", "4 %", unit="Ny enhet 5"), line(SICK, "5 %", "4,5 %", "6 %", target="7 %", unit="Ny enhet 5")]  # in part
            + [line(SICK, "5 %", unit="Ny enhet 6"), line(SICK, "5,0 %", unit="Ny enhet 6")]  # printed otherwise
            + [line(SICK, "5 %", target="7 %", unit="Ny enhet 7"), line(SICK, "", target="8 %", kf="6 %", unit="Ny enhet 7")]  # the target
            + [line(SICK, "5 %", kf="7 %", unit="Ny enhet 8"), line(SICK, "", "4 %", target="7 %", kf="7 %", unit="Ny enhet 8")]
            + [line(SICK, "5 %", previous="4 %", unit="Ny enhet 9"), line(SICK, "", "5 %", previous="4,4 %", unit="Ny enhet 9")]
            + [line(SICK, "5 %", unit="Ny enhet 10"), line(SICK, "5 %", unit="Ny enhet 10", period="T1 2023")]  # another period
            + [line(SICK, "5 %", unit="Ny enhet 11"), line(SICK, "5 %", unit="Ny enhet 11", district="Farsta stadsdelsnämnd")]
            + [line(SICK, "5 %", unit="Ny enhet 12"), line(SICK, "12.4.5 %", unit="Ny enhet 12")]  # one that cannot be read says nothing
            + [line("Antal vräkningar som berör barn", "3", "1", "2", unit="Ny enhet 13")] * 3  # small counts
            + [line("Antal barn per grupp", "3", unit="Ny enhet 14"), line("Antal barn per grupp", "", "1", "2", unit="Ny enhet 14")]
            + [line("Antal nya saker %d" % i, "%d st" % (i + 1), unit="Ny enhet 15") for i in range(30)]
            + [line("Andel nöjda föräldrar till barn i förskolan", "120 %", unit="Ny enhet 16")] * 2  # with a finding of its own
            + rows(1) + [line(INDICATORS[1], "77 %")] + rows(1))  # across the export


def hiding(year):
    """Outcomes of which some are hidden, and what they say of the year before."""
    period = "VB %d" % year
    return ([line("Antal vräkningar som berör barn", "%d" % (i + 3), "%d" % i, "3", "%d" % (i + 2), period=period, unit="Ny enhet %d" % i) for i in range(1, 9)]
            + [line("Sjukfrånvaro", "99,8 %", "7 %", "100 %", "0,3 %", period=period, unit="Ny enhet %d" % i) for i in range(3)]
            + [line("Andel smarta lås i hemtjänsten", "..", "40 %", "60 %", "..", period=period, unit="Ny enhet 4")] + rows(5, period=period))


def case_what_may_be_seen_of_new_years_is_what_the_general_way_decides(w):
    """Before the years are attached; of one of them an older or a later year is there already, or none, or both are new."""
    for there, new in (((), (2022, 2023)), ((2022,), (2023,)), ((2024,), (2023,)), ((2021, 2024), (2022, 2023))):
        def prepare(w, there=there):
            if there:
                configure(w, Source("b"), aside=False)
                w.content["b"] = export(*[row for year in there for row in hiding(year)])
                w.run("run", code=DONE)
        both_ways(w, export(*[row for year in new for row in hiding(year)]), prepare=prepare)
        for table in ("utfall_skydd", "utfall_skydd_grupp"):
            holds(w.number_of("SELECT count(*) FROM lager.%s WHERE period_id / 10000 = 2023" % table) > 2, "nothing is hidden in %s" % table)


def case_keys_that_stand_twice_are_settled_as_the_general_way_settles_them(w):
    ended = both_ways(w, export(*REPEATED), code=QUARANTINED, limits=MANY)
    same(ended.said(), [], "what was said besides")
    words, counts = ended.result("a")
    same(words, "loaded")
    same(w.number_of("SELECT count(*) FROM drift.quarantine WHERE rule = 'L-DUBBLETT'"), 19, "rows that contradict each other")
    same(w.number_of("SELECT count(*) FROM drift.finding WHERE rule = 'L-DUBBLETT' AND severity = 'note'"), 6, "rows that repeat others")
    holds(w.number_of("SELECT facts_repeated FROM drift.load") > 12, "facts that repeat others")
    same(w.number_of("SELECT count(*) FROM lager.fact_arsmal a JOIN lager.dim_enhet e ON e.id = a.enhet_id WHERE e.namn = 'Ny enhet 4'"), 1)
    holds(w.number_of("SELECT count(*) FROM lager.utfall_skydd") > 5, "nothing is hidden")
    same(counts["indicator rows ignored"], 6, str(counts))
    holds(w.run("run", code=DONE).result("a")[0].startswith("unchanged"), "the second run")


def case_only_repeats_of_a_few_rows_are_withheld_among_many(w):
    """The repeats stand in other blocks of the export than what they repeat."""
    many = [line(INDICATORS[i % 10], "%d,%d %%" % (i % 90, i % 10), "1 %", "2 %", "3 %", "4 %", "5 %", unit="Ny enhet %d" % (i // 10))
            for i in range(3000)]
    ended = both_ways(w, export(*(many + many[100:110] + [line(INDICATORS[7], "99 %", unit="Ny enhet 250")])), code=QUARANTINED)
    same((ended.said(), w.sql("SELECT concat_ws(' ', rows_loaded, rows_ignored, rows_quarantined, facts_new) FROM drift.load")),
         ([], "2999 10 2 17994"))


def case_repeated_rows_are_compared_with_the_years_beside_them(w):
    def before(w):
        configure(w, Source("old"), aside=False)
        w.content["old"] = export(*[line(INDICATORS[i], "%d,5 %%" % (10 + i), period="VB 2022") for i in range(10)],
                                  *[line(INDICATORS[i], "%d %%" % (60 + i), previous="%d %%" % (10 + i), period="VB 2024") for i in range(10)])
        w.run("run", code=DONE)
    content = [line(INDICATORS[i], "%d %%" % (11 + i % 3), previous="%d,%d %%" % (10 + i, 5 * (i % 2)), period="VB 2023") for i in range(10)]
    twice = content[:4] + [line(INDICATORS[6], "88 %"), line(INDICATORS[7], "", "12 %", previous="3 %"), line(INDICATORS[8], "", "1 %", previous="18 %")]
    for more in (twice, content):  # some are withheld; all are
        ended = both_ways(w, export(*(content + more)), code=None, prepare=before, limits=MANY)
        same(ended.said(), [])
        same(w.sql("SELECT string_agg(DISTINCT column_name, ' ' ORDER BY column_name) FROM drift.finding WHERE rule = 'L-FOREGAENDE'"),
             "foregaende utfall")


def case_repeats_in_several_new_years_are_settled(w):
    mixed = [line(INDICATORS[i], "%d,5 %%" % (year - 2000 + i), previous="%d,%d %%" % (year - 2001 + i, 5 * (i % 2)), period="VB %d" % year)
             for i in range(6) for year in range(2019, 2024)]
    other = [line(INDICATORS[i], "1 %", period="VB 2021") for i in range(2)]
    ended = both_ways(w, export(*(mixed + other + mixed[9:14])), code=QUARANTINED, limits=MANY)
    same(ended.said(), [])
    holds(w.number_of("SELECT count(*) FROM drift.finding WHERE rule = 'L-FOREGAENDE'") > 5, "no previous value was compared")


def case_a_year_of_which_nothing_is_left_gets_no_tables(w):
    nothing = [line(INDICATORS[0], "5 %", period="VB 2021"), line(INDICATORS[0], "6 %", period="VB 2021")]
    both_ways(w, export(*(rows(5) + nothing + [line(INDICATORS[0], "5 %", period="VB 2020")] * 2)), code=QUARANTINED, limits=MANY)
    same(w.sql("SELECT string_agg(right(relname, 4), ' ' ORDER BY relname) FROM pg_class WHERE relname ~ '^fact_utfall_[0-9]{4}$'"), "2020 2023")


def case_the_limits_count_rows_that_contradict_each_other(w):
    configure(w, limits={"max_quarantined_rows": 2, "max_quarantined_pct": 100})
    w.content["a"] = export(*rows(8), line(INDICATORS[0], "77 %"), line(SICK, "1.2.3", unit="Ny enhet 1"))
    ended = w.run("run", code=REFUSED)
    holds("3 rows are in doubt, the limit is 2" in ended.err, str(ended))
    nothing_left(w)


def case_facts_of_an_attached_year_are_not_to_be_taken_out(w):
    configure(w)
    w.content["a"] = export(*rows(5))
    w.run("run", code=DONE)
    said = failing(w, "SET ROLE stadslager_loader; INSERT INTO drift.stage_row SELECT byte_offset, 'I', 1, rad, byte_offset, 1"
                       " FROM lager.fact_utfall; SELECT lager.hall_inne(2023)")
    holds("is no table beside the fact tables" in said, said)
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), 5)


def case_a_rule_that_rejects_by_another_year_is_declined(w):
    def before(w):
        configure(w, Source("old"), aside=False)
        w.content["old"] = export(*rows(3, period="VB 2022"))
        w.run("run", code=DONE)
    declined(w, "rule L-FOREGAENDE rejects some rows", export(line(INDICATORS[0], "1 %", previous="99 %"), *rows(7)[1:]),
             code=QUARANTINED, prepare=before, rules={"L-FOREGAENDE": "reject"}, limits={"max_quarantined_pct": 50})


def case_too_many_years_are_declined(w):
    declined(w, "it is about more than 8 years",
             export(*[line(INDICATORS[0], "5 %", period="VB %d" % (2015 + i)) for i in range(9)]))


def case_a_year_out_of_range_is_declined(w):
    declined(w, "the year 1989 is out of range", export(*rows(6), line(INDICATORS[7], "5 %", period="1989")), code=QUARANTINED,
             limits={"max_quarantined_pct": 50})
    same(w.sql("SELECT rule FROM drift.quarantine"), "L-AR")


def case_small_exports_dry_runs_and_reruns_go_the_general_way(w):
    configure(w, aside=False)
    w.content["a"] = export(*rows(5))
    w.run("run", code=DONE)
    same(ways(w), "difference")
    w.fresh()
    configure(w)
    w.content["a"] = export(*rows(5))
    ended = w.run("run", "--dry-run", code=DONE)
    same((len(ended.out.splitlines()), ended.said()), (5, []))
    nothing_left(w)
    w.run("run", code=DONE)
    w.run("rerun", "--year", "2023", code=DONE)
    same(ways(w), "aside unchanged")


def case_what_a_complete_source_published_before_is_withdrawn_the_general_way(w):
    configure(w, limits={"vanished": "withdraw"})
    w.content["a"] = export(*rows(5, period="VB 2022"))
    w.run("run", code=DONE)
    w.content["a"] = export(*rows(5, period="VB 2023"))
    ended = w.run("run", code=DONE)
    same((ways(w), ended.said()), ("aside difference", []))
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall WHERE ersatt_orsak = 'withdrawn'"), 5)


def case_the_next_year_of_a_source_that_is_not_complete_is_built_aside(w):
    seen = []
    for way in (False, True):
        w.fresh()
        configure(w, Source("a", complete=False), aside=way)
        for year in (2022, 2023):
            w.content["a"] = export(*rows(5, first=year - 2010, period="VB %d" % year))
            w.run("run", code=DONE)
        seen.append(everything(w))
    same(differing(seen[1], seen[0]), None)
    same(ways(w), "aside aside")


def case_what_changes_afterwards_is_loaded_by_difference(w):
    seen = []
    for way in (False, True):
        w.fresh()
        configure(w, aside=way)
        for content in (rows(8), rows(2, first=40) + rows(8)[2:6], rows(3, first=40) + rows(8)[3:6]):
            w.content["a"] = export(*content)
            w.run("run", code=DONE, *(["--source", "a", "--accept-shrunken"]))
        seen.append(everything(w))
    same(differing(seen[1], seen[0]), None)
    same(ways(w), "aside difference difference")
    w.run("audit", "--year", "2023", code=DONE)


def case_the_limits_hold_and_leave_nothing(w):
    configure(w, limits={"max_quarantined_rows": 1, "max_quarantined_pct": 100})
    w.content["a"] = export(*rows(8), line("Ny indikator", "3", unit="Ny enhet 1"), line("Sjukfrånvaro", "1.2.3"), line("Sjukfrånvaro", "x", "1.2.3"))
    ended = w.run("run", code=REFUSED)
    holds("2 rows are in doubt, the limit is 1" in ended.err, str(ended))
    nothing_left(w)


def case_a_transaction_that_began_before_sees_nothing_of_it(w):
    """Hidden values are hidden by rows that such a transaction does not see: it must not see the values either."""
    configure(w)
    w.content["a"] = export(*rows(8), line("Antal vräkningar som berör barn", "2", unit="Ny enhet 1"))
    reader = subprocess.Popen(["psql", "-XAtq", "-d", w.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    w.children.append(reader)
    look = b"SELECT (SELECT count(*) FROM lager.fact_utfall), (SELECT count(*) FROM analys.jamforelse), (SELECT count(*) FROM analys.utfall);\n"
    reader.stdin.write(b"BEGIN ISOLATION LEVEL REPEATABLE READ;\n" + look)
    reader.stdin.flush()
    same(reader.stdout.readline(), b"0|0|0\n")
    w.run("run", code=DONE)
    same(ways(w), "aside")
    out, _ = reader.communicate(look + b"COMMIT;\n" + look, timeout=60)
    before, after = out.splitlines()
    same(before, b"0|0|0", "what the old transaction sees")
    holds(after.startswith(b"9|"), "what a new one sees: %s" % after)


def failing(w, query):
    try:
        return w.sql(query)
    except Failed as failed:
        return str(failed)


def stop_at(w, table, content=None):
    configure(w)
    w.content["a"] = content or export(*MIXED[:70])
    release = w.block(table)
    child = w.start("run")
    w.wait_blocked()
    return child, release


def case_readers_are_not_held_up_and_see_nothing_before_the_commit(w):
    child, release = stop_at(w, "drift.file")
    same(w.number_of("SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = 'fact_utfall'"
                     " AND l.mode = 'ShareUpdateExclusiveLock'"), 1, "the year is attached, and not committed")
    for table in ("lager.fact_utfall", "lager.fact_arsmal", "analys.utfall", "analys.jamforelse", "lager.dim_period"):
        same(w.sql("SET statement_timeout = '20s'; SELECT count(*) FROM %s" % table), "0", table)
    release()
    ended = w.finish(child)
    same(ended.code, DONE, str(ended))
    holds(w.number_of("SELECT count(*) FROM analys.utfall") > 100, "nothing arrived")


def loads_all_then(w):
    """What was killed left nothing, and the next run loads everything."""
    nothing_left(w, killed=True)
    w.run("run", code=DONE)
    same((ways(w), w.number_of(TABLES_ASIDE + " AND NOT relispartition")), ("aside", 0))
    w.run("audit", "--year", "2023", code=DONE)


def case_the_program_is_killed_before_the_keys(w):
    child, release = stop_at(w, "drift.stage_row")
    child.kill()
    child.wait()
    release()
    loads_all_then(w)


def case_the_program_is_killed_before_the_commit(w):
    child, release = stop_at(w, "drift.file")
    child.kill()
    child.wait()
    release()
    loads_all_then(w)


LONG = [line(INDICATORS[i % 10], "%d,%d %%" % (i % 90, i % 10), "1 %", "2 %", "3 %", "4 %", "5 %", unit="Ny enhet %d" % (i // 10)) for i in range(30000)]


def in_mid_copy(w):
    """A run whose first block is sent and whose last is not; the pid of its session."""
    configure(w)
    w.content["a"] = export(*LONG)
    child = w.start("run")
    session = ("SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE application_name = 'stadslager' AND datname = '%s'"
               " AND query ~ 'COPY lager.fact_'" % w.database)
    for _ in range(3000):
        pid = w.number_of(session)
        if pid:
            return child, pid
        time.sleep(0.002)
    raise Failed("no COPY was seen")


def case_the_program_is_killed_in_mid_copy(w):
    child, _ = in_mid_copy(w)
    child.kill()
    child.wait()
    loads_all_then(w)


def case_the_program_is_stopped_in_mid_copy(w):
    child, _ = in_mid_copy(w)
    child.send_signal(signal.SIGTERM)
    ended = w.finish(child)
    same(ended.code, DEADLINE, str(ended))
    holds("stopped by SIGTERM" in ended.err, str(ended))
    loads_all_then(w)


def case_the_session_is_ended_in_mid_copy(w):
    child, pid = in_mid_copy(w)
    w.sql("SELECT pg_terminate_backend(%d)" % pid)
    ended = w.finish(child)
    same(ended.code, DATABASE, str(ended))
    holds("terminating connection" in ended.err and "aborted" not in ended.err, str(ended))
    loads_all_then(w)


def case_the_servers_process_is_killed_in_mid_copy(w):
    child, pid = in_mid_copy(w)
    os.kill(pid, signal.SIGKILL)
    ended = w.finish(child)
    same(ended.code, DATABASE, str(ended))
    for _ in range(100):
        try:
            w.sql("SELECT 1")
            break
        except Failed:
            time.sleep(0.1)
    loads_all_then(w)


def case_the_way_is_said(w):
    configure(w)
    w.content["a"] = export(*rows(5))
    ended = w.run("run", "--log", "json", code=DONE)
    events = [json.loads(text) for text in ended.err.splitlines()]
    same([e["counts"]["way"] for e in events if e["event"] == "source_loaded"], ["new years, built aside and attached"])
    holds("aside" in w.run("status", code=None).out, "status does not say it")


if __name__ == "__main__":
    sys.exit(main(globals()))
