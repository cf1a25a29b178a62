#!/usr/bin/env python3
"""History: states as of a time or a run, guards, rerun, diff, explain, the quarantine as a workflow, vintages.

usage: test_history.py [PART-OF-A-NAME...]     starts itself inside tests/with-postgres; STADSLAGER names another binary
Prints a line per test and, last, "N passed, N failed".
"""
import csv
import io
import json
import os
import re
import signal
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_run  # noqa: E402
from lib_run import (DATABASE, DEADLINE, DONE, FACTS, LOCKED, QUARANTINED, REFUSED, USAGE, Source, export, holds, line, rows, same)  # noqa: E402

BROMMA, FARSTA = "Bromma stadsdelsnämnd", "Farsta stadsdelsnämnd"
BAD = "12,4,5 %"  # an outcome that reads in no way


def state(w, relation):
    """What a state of the seven fact tables says, by natural keys; RELATION makes a table's name into a relation."""
    shown = {"indikator_id": "i.namn", "mal_id": "m.nyckel", "aktivitet_id": "a.nyckel || ' ' || a.nr", "cell_id": "c.nyckel"}
    said = []
    for table in FACTS:
        names = w.sql("SELECT attname FROM pg_attribute WHERE attrelid = 'lager.%s'::regclass AND attnum > 0 AND attname NOT IN"
                      " ('load_id', 'ersatt_load_id', 'ersatt_orsak', 'stadsdel_id', 'enhet_id') ORDER BY attnum" % table).split("\n")
        wanted = ["s.kod", "e.nyckel"] + [shown.get(name, "f." + name) for name in names]
        said += w.sql("SELECT '%s', %s FROM %s f JOIN lager.dim_stadsdel s ON s.id = f.stadsdel_id JOIN lager.dim_enhet e ON e.id = f.enhet_id"
                      " %s %s %s %s ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9"
                      % (table, ", ".join(wanted), relation(table),
                         "JOIN lager.dim_indikator i ON i.id = f.indikator_id" if "indikator_id" in names else "",
                         "LEFT JOIN lager.dim_mal m ON m.id = f.mal_id" if "mal_id" in names else "",
                         "JOIN lager.dim_aktivitet a ON a.id = f.aktivitet_id" if "aktivitet_id" in names else "",
                         "JOIN lager.dim_tabellcell c ON c.id = f.cell_id" if "cell_id" in names else "")).splitlines()
    holds(said, "the state is not empty")
    return sorted(said)


def current(w):
    return state(w, lambda table: "lager.%s_gallande" % table.replace("fact_", ""))


def as_of_run(w, run):
    return state(w, lambda table: "lager.%s_as_of_run(%d)" % (table, run))


def as_of(w, time):
    return state(w, lambda table: "lager.%s_as_of('%s')" % (table, time))


def published(w):
    return w.sql("SELECT published_at FROM drift.load ORDER BY id").splitlines()


def last_run(w):
    return w.number_of("SELECT max(id) FROM drift.run")


def listed(ended):
    """The rows of a listing as text: a dictionary per row."""
    lines = ended.out.splitlines()
    return [dict(zip(lines[0].split("\t"), row.split("\t"))) for row in lines[1:]]


def two_sources(w, **options):
    w.content.update(bromma=export(*rows()), farsta=export(*rows(district=FARSTA)))
    w.configure(Source("bromma"), Source("farsta"), **options)
    w.run("run", code=DONE)


def alias(w, name, of):
    """The path of a registry of indicators in which NAME is an alias of OF."""
    with open(os.path.join(lib_run.TOP, "config", "indikatorer.yaml"), encoding="utf-8") as f:
        text = f.read()
    lines = text.splitlines()
    at = [i for i, words in enumerate(lines) if words.strip() in ("name: %s" % of, 'name: "%s"' % of)]
    same(len(at), 1, "entries of %s" % of)
    end = at[0] + 1
    while end < len(lines) and not lines[end].lstrip().startswith("- "):
        holds("aliases" not in lines[end], "the entry has aliases of its own")
        end += 1
    while not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#"):
        end -= 1
    indent = lines[at[0]][:len(lines[at[0]]) - len(lines[at[0]].lstrip())].replace("-", " ")
    lines.insert(end, '%saliases: ["%s"]' % (indent, name))
    return w.file("indikatorer.yaml", "\n".join(lines) + "\n")


def configure_registry(w, path, *sources, **options):
    """As configure, with the registry of indicators at PATH."""
    w.configure(*sources, **options)
    with open(w.config, encoding="utf-8") as f:
        text = f.read()
    with open(w.config, "w", encoding="utf-8") as f:
        f.write(text.replace(json.dumps(os.path.join(lib_run.TOP, "config", "indikatorer.yaml")), json.dumps(path)))


# ---- states ----

def case_three_generations_of_an_export_are_each_reproduced_by_run_and_by_time(w):
    report = w.fixture("hasselby-vallingby-2022.txt")
    w.configure(Source("bromma"), Source("hv", "rapporttext", stadsdel="Hässelby-Vällingby", year=2022))
    w.content["hv"] = report
    generations = [rows(10), rows(9, first=20), rows(10)]  # revised, one withdrawn; restored
    states, times, runs = [], [], []
    for generation in generations:
        w.content["bromma"] = export(*generation)
        holds(w.run("run").code in (DONE, QUARANTINED), "the run loads")
        states.append(current(w))
        times.append(w.sql("SELECT max(published_at) FROM drift.load"))
        runs.append(last_run(w))
    holds(states[0] == states[2] and states[0] != states[1], "the third generation says what the first said")
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall f JOIN drift.load l ON l.id = f.load_id WHERE l.source = 'bromma'"),
         10 + 9 + 10, "versions: a value that comes back is a new one")
    same(w.sql("SELECT ersatt_orsak, count(*) FROM lager.fact_utfall GROUP BY 1 ORDER BY 1"), "revised|18\nwithdrawn|1\n|%d"
         % w.number_of("SELECT count(*) FROM lager.utfall_gallande"))
    for i in range(3):
        same(as_of_run(w, runs[i]), states[i], "the state as of run %d" % runs[i])
        same(as_of(w, times[i]), states[i], "the state as of %s" % times[i])
    same(w.sql("SELECT count(*) FROM lager.fact_utfall_as_of('2000-01-01')"), "0", "before the first load")
    before = w.sql("SELECT timestamptz '%s' - interval '1 microsecond'" % times[1])
    same(as_of(w, before), states[0], "a moment before the second load")


def case_a_clock_that_was_set_back_leaves_one_version_per_key_in_each_state(w):
    two_sources(w)
    first = current(w)
    w.sql("UPDATE drift.load SET published_at = published_at + interval '1 year'")  # the clock was a year ahead then
    time = w.sql("SELECT max(published_at) FROM drift.load")
    w.content["bromma"] = export(*rows(first=40))
    w.run("run", code=DONE)
    times = published(w)
    same(times, sorted(times), "the times of the loads")
    same(as_of(w, time), first)
    same(as_of(w, times[-1]), current(w))


def case_a_state_of_a_year_reads_that_years_partition_only(w):
    two_sources(w)
    for call in ("lager.fact_utfall_as_of(now())", "lager.fact_utfall_as_of_run(1)"):
        w.sql("SELECT lager.skapa_ar(2019)")
        plan = w.sql("EXPLAIN SELECT * FROM %s WHERE ar = 2023" % call)
        holds("fact_utfall_2023" in plan and "fact_utfall_2019" not in plan and "Function Scan" not in plan, plan)


# ---- guards ----

def units(count=6, indicators=4, skip=()):
    """Rows of a board with units of two districts: each indicator for each of them."""
    return [line(name, "%d,5 %%" % (20 + i), district=district)
            for district in (BROMMA, FARSTA, "Kungsholmen", "Södermalm", "Skärholmen", "Älvsjö")[:count]
            for i, name in enumerate(lib_run.INDICATORS[:indicators]) if (district, name) not in skip and district not in skip
            and name not in skip]


DISTRICTS = 5  # of units()


def guarded(w, skip, gone, **options):
    """An export that loses SKIP is refused, naming GONE, with what was loaded as before; accepted, it is loaded."""
    w.content["city"] = export(*units(DISTRICTS, 8))
    w.configure(Source("city", **options), limits={"max_dropped_pct": 90})
    w.run("run", code=DONE)
    before = w.facts()
    w.content["city"] = export(*units(DISTRICTS, 8, skip=skip))
    ended = w.run("run", code=REFUSED)
    same(ended.said(), ['source "city": %s gone from the export, nothing was loaded' % gone])
    holds("run once with --source city --accept-shrunken" in ended.err, ended.err)
    same(w.facts(), before)
    return before


def case_a_district_that_vanishes_refuses_the_export_until_somebody_says_that_it_is_right(w):
    guarded(w, (FARSTA,), 'district "Farsta" is')
    w.run("run", "--source", "city", "--accept-shrunken", code=DONE)
    same(w.sql("SELECT count(*) FROM analys.utfall WHERE stadsdel = 'Farsta'"), "0")
    same(w.sql("SELECT DISTINCT ersatt_orsak FROM lager.fact_utfall WHERE ersatt_load_id IS NOT NULL"), "withdrawn")
    holds("--accept-shrunken" in w.sql("SELECT arguments FROM drift.run ORDER BY id DESC LIMIT 1"), "the run says who accepted it")


def case_an_indicator_that_vanishes_from_all_districts_refuses_the_export(w):
    name = lib_run.INDICATORS[2]
    guarded(w, (name,), 'indicator "%s" is' % name)


def with_columns(header):
    """An export of twenty rows with both sexes, a previous value and both targets, HEADER's names in place of the usual ones."""
    names = ["Stadsdel", "Period", "Indikator", "Utfall", "Utfall pojkar", "Utfall flickor", "Utfall VB 2022", "Årsmål", "KF:s årsmål"]
    rows = [";".join(header.get(name, name) for name in names)]
    for i in range(20):
        rows.append("Bromma;VB 2023;Indikator %d;%d %%;%d %%;%d %%;%d %%;50 %%;60 %%" % (i, i + 10, i + 9, i + 11, i + 8))
    return ("\n".join(rows) + "\n").encode("utf-8")


def case_a_column_whose_header_is_spelt_otherwise_refuses_the_export(w):
    w.content["city"] = with_columns({})
    w.configure(Source("city"), unknown={"indikator": "add"})
    w.run("run", code=DONE)
    before = w.facts()
    for header, gone in (({"Utfall flickor": "Utfal flickor"}, 'column "utfall_kvinnor" is'), ({"Utfall pojkar": "Utfall p"}, 'column "utfall_man" is'),
                         ({"Utfall VB 2022": "Föregående"}, 'column "foregaende" is'), ({"Utfall": "Utfalll"}, 'column "utfall" is'),
                         ({"Årsmål": "Årsmåll", "KF:s årsmål": "KF mål"}, 'column "arsmal", column "kf_arsmal" are')):
        w.content["city"] = with_columns(header)
        ended = w.run("run", code=REFUSED)
        same(ended.said(), ['source "city": %s gone from the export, nothing was loaded' % gone])
        same(w.facts(), before)
    same(w.run("run", "--source", "city", "--accept-shrunken", code=DONE).result("city")[1]["facts withdrawn"], 40)


def case_several_that_vanish_are_named(w):
    guarded(w, (FARSTA, lib_run.INDICATORS[2]), 'district "Farsta", indicator "%s" are' % lib_run.INDICATORS[2])


def case_one_row_that_is_gone_is_a_withdrawal(w):
    w.content["city"] = export(line(lib_run.INDICATORS[9], "9 %", district=FARSTA), *units(DISTRICTS))
    w.configure(Source("city"))
    w.run("run", code=DONE)
    w.content["city"] = export(*units(DISTRICTS, skip=((FARSTA, lib_run.INDICATORS[1]),)))
    same(w.run("run", code=DONE).result("city")[1]["facts withdrawn"], 2)


def case_what_vanishes_is_withdrawn_where_the_configuration_says_so(w):
    for where in ("limits", "source"):
        w.fresh()
        w.content["city"] = export(*units(DISTRICTS, 8))
        keys = {"vanished": "withdraw"} if where == "source" else {}
        limits = dict({"max_dropped_pct": 90}, **({"vanished": "withdraw"} if where == "limits" else {}))
        w.configure(Source("city", **keys), limits=limits)
        w.run("run", code=DONE)
        w.content["city"] = export(*units(DISTRICTS, 8, skip=(FARSTA,)))
        same(w.run("run", code=DONE).result("city")[1]["facts withdrawn"], 8)


def case_an_indicator_that_became_a_name_of_another_one_has_not_vanished(w):
    odd = "Sjukfrånvarotalet"
    w.content["city"] = export(*[line(odd, "7,5 %", district=d) for d in (BROMMA, FARSTA, "Kungsholmen")])
    w.configure(Source("city"), unknown={"indikator": "add"})
    w.run("run", code=DONE)
    configure_registry(w, alias(w, odd, "Sjukfrånvaro"), Source("city"), unknown={"indikator": "add"})
    c = w.run("run", code=DONE).result("city")[1]
    same((c["facts new"], c["facts withdrawn"]), (3, 3))
    same(w.sql("SELECT DISTINCT indikator FROM analys.utfall"), "Sjukfrånvaro")


def case_a_source_can_be_stricter_than_the_limits(w):
    w.content["city"] = export(*units(DISTRICTS, 8))
    w.configure(Source("city", vanished="refuse"), limits={"max_dropped_pct": 90, "vanished": "withdraw"})
    w.run("run", code=DONE)
    w.content["city"] = export(*units(DISTRICTS, 8, skip=(FARSTA,)))
    w.run("run", code=REFUSED)


def case_fewer_rows_are_accepted_when_somebody_says_so(w):
    w.content["bromma"] = export(*rows(10))
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    w.content["bromma"] = export(*rows(5))
    ended = w.run("run", code=REFUSED)
    holds("5 indicator rows, 10 in the last load" in ended.err and "--accept-shrunken" in ended.err, ended.err)
    same(w.run("run", "--source", "bromma", "--accept-shrunken", code=DONE).result("bromma")[1]["facts withdrawn"], 5)


def case_accept_shrunken_wants_a_source(w):
    two_sources(w)
    holds("--source" in w.run("run", "--accept-shrunken", code=USAGE).err, "it says what is missing")


def case_a_value_missing_from_a_partial_export_is_a_finding_and_stays(w):
    w.content["bromma"] = export(*rows(10))
    w.configure(Source("bromma", complete=False))
    w.run("run", code=DONE)
    w.content["bromma"] = export(*rows(9))
    c = w.run("run", code=DONE).result("bromma")[1]
    same(c["facts withdrawn"], 0)
    same(w.number_of("SELECT count(*) FROM lager.utfall_gallande"), 10)
    same(w.sql("SELECT rule, severity, message FROM drift.finding WHERE rule LIKE 'L-%'"),
         "L-DEL|note|1 values that were published before are not in this export; they stay, since the source's exports are not complete")
    w.configure(Source("bromma", complete=False), comment="# touched\n")
    before = w.physical()
    w.run("run", code=DONE)
    same({b.split("|")[0] for b, a in zip(before, w.physical()) if a != b}, {"drift.load"}, "the tables written to for the same bytes")


# ---- rerun ----

def case_a_rerun_loads_what_the_present_rules_make_of_the_year_in_one_commit(w):
    odd = "Sjukfrånvarotalet"
    body = [line(odd, "7,5 %")] + rows(9)[1:]
    w.content.update(bromma=export(*body), farsta=export(*rows(district=FARSTA)), old=export(*rows(district="Kungsholmen", period="VB 2022")))
    sources = (Source("bromma"), Source("farsta"), Source("old"))
    w.configure(*sources)
    w.run("run", code=QUARANTINED)
    first, run = current(w), last_run(w)
    configure_registry(w, alias(w, odd, "Sjukfrånvaro"), *sources)
    everything = w.everything()
    dry = w.run("rerun", "--year", "2023", "--dry-run", code=DONE)
    same(w.everything(), everything, "the warehouse after a dry run")
    same(dry.out, "new\tfact_utfall\tBromma\tHela nämnden\tSjukfrånvaro\t2023\tT\t\t7.5 %\n")
    ended = w.run("rerun", "--year", "2023", code=DONE)
    same((ended.result("bromma")[1]["facts new"], ended.result("farsta")[0].split(":")[0]), (1, "verified"))
    holds('"old"' not in ended.err, "a source that did not feed the year is left alone")
    same(w.sql("SELECT source, way FROM drift.load WHERE run_id = %d ORDER BY id" % last_run(w)), "bromma|difference\nfarsta|unchanged")
    same(w.number_of("SELECT count(DISTINCT published_at) FROM drift.load WHERE run_id = %d" % last_run(w)), 1, "times of one commit")
    same(as_of_run(w, run), first, "the state before")
    same(w.sql("SELECT status FROM drift.quarantine"), "replayed")
    same(w.sql("SELECT arguments FROM drift.run ORDER BY id DESC LIMIT 1"), " rerun --year 2023")
    same(w.sql("SELECT exit_code FROM drift.run_result ORDER BY run_id DESC LIMIT 1"), "0")
    holds("unchanged 1" in w.run("run", "--source", "bromma", code=DONE).ending(), "the next run has nothing to do")


def case_a_rerun_in_which_one_source_fails_changes_nothing(w):
    odd = "Sjukfrånvarotalet"
    w.content.update(bromma=export(line(odd, "7,5 %"), *rows(9)[1:]), farsta=export(*rows(district=FARSTA)))
    sources = (Source("bromma"), Source("farsta"))
    w.configure(*sources)
    w.run("run", code=QUARANTINED)
    sha = w.sql("SELECT file_sha256 FROM drift.load WHERE source = 'farsta'")
    stored = os.path.join(w.archive, "objects", sha[:2], sha + ".gz")
    with open(stored, "r+b") as f:
        f.seek(-5, 2)
        byte = f.read(1)
        f.seek(-5, 2)
        f.write(bytes([byte[0] ^ 1]))
    configure_registry(w, alias(w, odd, "Sjukfrånvaro"), *sources)
    before = {t: h for t, h in w.everything().items() if t not in ("drift.run", "drift.run_result", "drift.config_snapshot")}
    ended = w.run("rerun", "--year", "2023", code=REFUSED)
    holds("are damaged" in ended.err and "the rerun: nothing was published: 1 of 2 sources failed" in ended.err, ended.err)
    after = w.everything()
    same({t for t in before if after[t] != before[t]}, set(), "the tables that differ")
    same(w.sql("SELECT exit_code, counts->'farsta'->>'result' FROM drift.run_result ORDER BY run_id DESC LIMIT 1"), "7|failed")
    os.unlink(stored)
    ended = w.run("quarantine", "replay", code=DONE)  # of bromma alone, which is whole
    same(w.sql("SELECT status FROM drift.quarantine"), "replayed")


def case_a_rerun_that_is_stopped_or_killed_changes_nothing_and_the_next_one_does_it(w):
    odd = "Sjukfrånvarotalet"
    w.content.update(bromma=export(line(odd, "7,5 %"), *rows(9)[1:]), farsta=export(line(odd, "2,5 %", district=FARSTA), *rows(9, district=FARSTA)[1:]))
    sources = (Source("bromma"), Source("farsta"))
    w.configure(*sources)
    w.run("run", code=QUARANTINED)
    configure_registry(w, alias(w, odd, "Sjukfrånvaro"), *sources)
    before, run = current(w), last_run(w)
    for sign, ends in ((signal.SIGTERM, DEADLINE), (signal.SIGKILL, -signal.SIGKILL)):
        release = w.block("drift.finding")  # where the first source is nearly done
        child = w.start("rerun", "--year", "2023")
        w.wait_blocked()
        same(w.run("rerun", "--year", "2023").code, LOCKED, "a rerun beside another")
        child.send_signal(sign)
        same(w.finish(child).code, ends, "the exit code")
        release()
        w.idle()
        same(current(w), before)
        same(w.number_of("SELECT count(*) FROM drift.load WHERE run_id > %d" % run), 0, "loads of the reruns")
        same(w.number_of("SELECT count(*) FROM drift.stage_row"), 0, "rows in staging")
    same(w.sql("SELECT string_agg(exit_code::text, ' ' ORDER BY run_id) FROM drift.run_result"), "3 9", "the ledger of the runs")
    w.run("rerun", "--year", "2023", code=DONE)
    same(w.sql("SELECT string_agg(status, ' ') FROM drift.quarantine"), "replayed replayed")


def case_a_rerun_names_what_it_cannot_do(w):
    two_sources(w)
    holds("has fed 2019" in w.run("rerun", "--year", "2019", code=USAGE).err, "no source fed the year")
    ended = w.run("rerun", "--year", "2023", "--source", "brmma", code=USAGE)
    holds('Did you mean "bromma"?' in ended.err, ended.err)
    holds('source "bromma" has not fed 2019' in w.run("rerun", "--year", "2019", "--source", "bromma", code=USAGE).err, "the source has not fed the year")
    holds("--year is missing" in w.run("rerun", code=USAGE).err, "the year is missing")
    w.configure(Source("bromma"))
    ended = w.run("rerun", "--year", "2023", code=DONE)
    holds('source "farsta" is not in the configuration; what the warehouse has of it stands' in ended.err, ended.err)


# ---- the quarantine ----

def case_the_quarantine_is_listed_with_counts_per_rule_in_three_formats(w):
    w.content.update(bromma=export(line("=cmd()", "1 %"), line(lib_run.INDICATORS[0], BAD), *rows(9)[1:]), farsta=export(line("Okänd", "2 %", district=FARSTA), *rows(9, district=FARSTA)))
    w.configure(Source("bromma"), Source("farsta"))
    w.run("run", code=QUARANTINED)
    ended = w.run("quarantine", "list", code=DONE)
    same([(row["source"], row["rule"], row["line"], row["value"]) for row in listed(ended)],
         [("bromma", "U-INDIKATOR", "2", "=cmd()"), ("bromma", "I-VARDE", "3", BAD), ("farsta", "U-INDIKATOR", "2", "Okänd")])
    holds(listed(ended)[0]["raw"].startswith("%s;;=cmd();1 %%;" % BROMMA), listed(ended)[0]["raw"])
    holds("3 of 3 rows" in ended.err and re.search(r"U-INDIKATOR +2 ", ended.err) and re.search(r"I-VARDE +1 ", ended.err), ended.err)
    same(len(listed(w.run("quarantine", "list", "--source", "farsta", code=DONE))), 1)
    same(len(listed(w.run("quarantine", "list", "--rule", "U-INDIKATOR", code=DONE))), 2)
    same(len(listed(w.run("quarantine", "list", "--status", "waived", code=DONE))), 0)
    ended = w.run("quarantine", "list", "--limit", "1", code=DONE)
    holds(len(listed(ended)) == 1 and "1 of 3 rows" in ended.err, ended.err)
    found = list(csv.DictReader(io.StringIO(w.run("quarantine", "list", "--format", "csv", code=DONE).out)))
    same([row["value"] for row in found], ["'=cmd()", BAD, "Okänd"], "values in CSV, no formula among them")
    document = json.loads(w.run("quarantine", "list", "--format", "json", code=DONE).out)
    same((document["counts"], [row["value"] for row in document["rows"]], document["rows"][0]["line"]),
         ({"U-INDIKATOR": 2, "I-VARDE": 1}, ["=cmd()", BAD, "Okänd"], 2))


def case_wrong_words_of_the_quarantine_are_named_with_what_is_near(w):
    two_sources(w)
    for words, said in ((("list", "--source", "brmma"), 'Did you mean "bromma"?'), (("list", "--rule", "U-ENHT"), 'Did you mean "U-ENHET"?'),
                        (("list", "--status", "closed"), "open, waived"), (("lst",), "list, replay or waive"),
                        (("waive", "1"), "--why"), (("waive", "x", "--why", "y"), "whole number"), (("waive", "1", "--why", " "), "reason"),
                        (("list", "--why", "x"), "not for this subcommand"), (("replay", "--source", "x"), 'no source "x"')):
        ended = w.run("quarantine", *words, code=USAGE)
        holds(said in ended.err, str(ended))


def case_a_fixed_alias_and_a_replay_give_what_a_fresh_load_with_the_alias_gives(w):
    odd = "Sjukfrånvarotalet"
    w.content.update(bromma=export(line(odd, "7,5 %", "7 %", "8 %", "9 %", "6 %", "5 %"), line(lib_run.INDICATORS[1], BAD), *rows(8)[2:]),
                     farsta=export(line(odd, "2 %", district=FARSTA), *rows(9, district=FARSTA)[1:]), kungsholmen=export(*rows(district="Kungsholmen")))
    sources, lenient = (Source("bromma"), Source("farsta"), Source("kungsholmen")), {"max_quarantined_pct": 30}
    w.configure(*sources, limits=lenient)
    w.run("run", code=QUARANTINED)
    path = alias(w, odd, "Sjukfrånvaro")
    configure_registry(w, path, *sources, limits=lenient)
    everything = w.everything()
    dry = w.run("quarantine", "replay", "--dry-run", code=QUARANTINED)
    same(w.everything(), everything, "the warehouse after a dry run")
    holds("new\tfact_utfall\tBromma" in dry.out and "replayed\t" in dry.out, dry.out)
    ended = w.run("quarantine", "replay", code=QUARANTINED)
    same([(row["result"], row["source"], row["rule"]) for row in listed(ended)],
         [("replayed", "bromma", "U-INDIKATOR"), ("remains", "bromma", "I-VARDE"), ("replayed", "farsta", "U-INDIKATOR")])
    same(w.sql("SELECT source, status, superseded_load_id IS NOT NULL FROM drift.quarantine ORDER BY source, rad"),
         "bromma|replayed|t\nbromma|open|f\nfarsta|replayed|t")
    same(w.sql("SELECT old_status, new_status, load_id IS NOT NULL FROM drift.quarantine_history"), "open|replayed|t\nopen|replayed|t")
    same(w.sql("SELECT count(*), count(DISTINCT published_at) FROM drift.load WHERE run_id = %d" % last_run(w)), "2|1", "loads and times of one commit")
    replayed, content = current(w), dict(w.content)
    w.fresh()
    w.content.update(content)
    configure_registry(w, path, *sources, limits=lenient)
    w.run("run", code=QUARANTINED)
    same(current(w), replayed)


def case_a_row_in_doubt_for_another_reason_after_a_replay_is_superseded_by_it(w):
    odd = "Sjukfrånvarotalet"
    w.content["bromma"] = export(line(odd, "7,5 %", period="VB 2050x"), *rows(9)[1:])
    w.configure(Source("bromma"))
    w.run("run", code=QUARANTINED)
    first = w.sql("SELECT rule FROM drift.quarantine")
    w.content["bromma"] = export(line("Okänd", "7,5 %"), *rows(9)[1:])
    w.run("run", code=QUARANTINED)
    same(w.sql("SELECT rule, status FROM drift.quarantine ORDER BY id"), "%s|superseded\nU-INDIKATOR|open" % first)


def case_a_waiver_says_who_and_why_and_survives_the_next_exports(w):
    body = [line("Okänd", "1 %"), line(lib_run.INDICATORS[0], BAD)] + rows(9)[1:]
    w.content["bromma"] = export(*body)
    w.configure(Source("bromma"))
    w.run("run", code=QUARANTINED)
    ended = w.run("quarantine", "waive", "1", "--why", "prov, inte data", "--by", "revisorn", code=DONE)
    same(listed(ended)[0]["who"], "revisorn")
    same(w.sql("SELECT status, who, why, changed_at IS NOT NULL FROM drift.quarantine WHERE id = 1"), "waived|revisorn|prov, inte data|t")
    same(w.sql("SELECT quarantine_id, old_status, new_status, who, why FROM drift.quarantine_history"), "1|open|waived|revisorn|prov, inte data")
    w.content["bromma"] = export(*(body[:-1] + [line(lib_run.INDICATORS[8], "44 %")]))
    w.run("run", code=QUARANTINED)
    w.run("rerun", "--year", "2023", code=QUARANTINED)
    w.run("quarantine", "replay", code=QUARANTINED)
    same(w.sql("SELECT id, status FROM drift.quarantine ORDER BY id"), "1|waived\n2|open", "the quarantine after further loads")
    same([row["id"] for row in listed(w.run("quarantine", "list", code=DONE))], ["2"], "what is open")
    same(listed(w.run("quarantine", "list", "--status", "waived", code=DONE))[0]["why"], "prov, inte data")
    w.run("quarantine", "waive", "2", "--why", "prov", code=DONE)
    same(w.sql("SELECT who = session_user FROM drift.quarantine WHERE id = 2"), "t", "who, by default")


def case_waiving_is_all_or_nothing(w):
    w.content["bromma"] = export(line("Okänd", "1 %"), *rows(9)[1:])
    w.configure(Source("bromma"))
    w.run("run", code=QUARANTINED)
    ended = w.run("quarantine", "waive", "1", "99", "--why", "x", code=USAGE)
    holds("no row 99" in ended.err and "quarantine list" in ended.err, ended.err)
    same(w.sql("SELECT status FROM drift.quarantine"), "open")
    w.run("quarantine", "waive", "1", "--why", "x", code=DONE)
    holds("is waived already" in w.run("quarantine", "waive", "1", "--why", "y", code=USAGE).err, "twice")
    same(w.sql("SELECT why FROM drift.quarantine"), "x")


# ---- diff ----

def case_a_diff_lists_new_revised_withdrawn_and_re_flagged_values(w):
    names = lib_run.INDICATORS
    w.content["bromma"] = export(line(names[0], "10 %"), line(names[1], "20 %"), line(names[2], ".."), *rows(10)[3:])
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    w.content["bromma"] = export(line(names[0], "10,5 %"), line(names[2], ""), line(names[1], "20 % (p)"), *(rows(9)[3:] + [line("Andelen nöjda omsorgstagare i hemtjänst", "3 %", unit="")]))
    w.run("run", code=DONE)
    found = listed(w.run("diff", "--from", "1", "--to", "2", code=DONE))
    by = {(row["object"], row["part"]): row for row in found}
    same({key: row["kind"] for key, row in by.items() if key[0] in names[:3]},
         {(names[0], "T"): "revised", (names[1], "T"): "re-flagged", (names[2], "T"): "re-flagged"})
    first = by[names[0], "T"]
    same((first["old"], first["new"], first["difference"], first["percent"], first["old_run"], first["new_run"], first["source"]),
         ("10 %", "10.5 %", "0.5", "5.00", "1", "2", "bromma"))
    same(by[names[1], "T"]["new_flaggor"], "preliminart")
    same(by[names[2], "T"]["old_status"], "suppressed")
    back = listed(w.run("diff", "--from", "2", "--to", "1", code=DONE))
    same(len(back), len(found), "the other way round")


def case_a_diff_shows_what_is_new_and_what_was_withdrawn_between_dates(w):
    w.content["bromma"] = export(*rows(10))
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    w.content["bromma"] = export(*rows(9))
    w.run("run", code=DONE)
    times = published(w)
    stamp = [w.sql("SELECT to_char(timestamptz '%s' AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')" % t) for t in times]
    found = listed(w.run("diff", "--from", stamp[0], "--to", stamp[1], code=DONE))
    same([(row["kind"], row["object"], row["old"], row["new"]) for row in found], [("withdrawn", lib_run.INDICATORS[9], "19.5 %", "")])
    found = listed(w.run("diff", "--from", "2000-01-01", "--to", "2199-12-31", "--year", "2023", "--stadsdel", "Bromma", code=DONE))
    same((len(found), {row["kind"] for row in found}), (9, {"new"}))
    for extra in (("--year", "2022"), ("--stadsdel", "Farsta")):
        same(listed(w.run("diff", "--from", "2000-01-01", "--to", "2199-12-31", *extra, code=DONE)), [])
    w.content["bromma"] = export(*rows(10))
    w.run("run", code=DONE)
    same(listed(w.run("diff", "--from", "1", "--to", "3", code=DONE)), [], "withdrawn and back again with the same value")


def case_materiality_leaves_out_small_revisions_exactly(w):
    names = lib_run.INDICATORS
    w.content["bromma"] = export(line(names[0], "10,0 %"), line(names[1], "100 %"), line(names[2], "0 %"))
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    w.content["bromma"] = export(line(names[0], "10,3 %"), line(names[1], "100,3 %"), line(names[2], "0,1 %"))
    w.run("run", code=DONE)

    def shown(*extra):
        return {row["object"] for row in listed(w.run("diff", "--from", "1", "--to", "2", *extra, code=DONE))}
    same(shown(), set(names[:3]))
    same(shown("--materiality", "0,3"), set(names[:2]), "at least 0,3, exactly")
    same(shown("--materiality", "0.30001"), set())
    same(shown("--materiality", "3%"), {names[0], names[2]}, "3 % of 10,0, and whatever of 0")
    same(shown("--materiality", "3,1 %"), {names[2]})


def case_a_diff_as_csv_holds_no_formula_and_as_json_exact_numbers(w):
    w.content["bromma"] = export(line("=HYPERLINK(1)", "1,50 %"), line(lib_run.INDICATORS[0], "-1 %"))
    w.configure(Source("bromma"), unknown={"indikator": "add"})
    w.run("run", code=DONE)
    out = w.run("diff", "--from", "2000-01-01", "--to", "1", "--format", "csv", code=DONE).out
    found = {row["object"]: row["new"] for row in csv.DictReader(io.StringIO(out))}
    same(found, {"'=HYPERLINK(1)": "1.50 %", lib_run.INDICATORS[0]: "'-1 %"})
    document = json.loads(w.run("diff", "--from", "2000-01-01", "--to", "1", "--format", "json", code=DONE).out)
    same({row["object"]: (row["new"], row["old_run"], row["new_run"]) for row in document["rows"]},
         {"=HYPERLINK(1)": ("1.50 %", None, 1), lib_run.INDICATORS[0]: ("-1 %", None, 1)})
    same(json.loads(w.run("diff", "--from", "1", "--to", "1", "--format", "json", code=DONE).out), {"rows": []})


def case_a_diff_of_two_reports_compares_what_each_says_of_the_earlier_year(w):
    names = lib_run.INDICATORS
    w.content.update(old=export(line(names[0], "10 %", period="VB 2022"), line(names[1], "20 %", period="VB 2022"), line(names[2], "30 %", period="VB 2022"),
                                line(names[3], "", period="VB 2022"), line(names[4], "50 %", period="VB 2022")),
                     new=export(line(names[0], "11 %", previous="10 %"), line(names[1], "21 %", previous="20,5 %"), line(names[2], "31 %"),
                                line(names[3], "41 %", previous="40 %")))
    w.configure(Source("old"), Source("new"))
    w.run("run", code=DONE)
    found = listed(w.run("diff", "--from", "VB2022", "--to", "VB 2023", code=DONE))
    same(sorted((row["kind"], row["object"], row["old"], row["new"], row["difference"], row["period"]) for row in found),
         sorted([("revised", names[1], "20 %", "20.5 %", "0.5", "2022"), ("withdrawn", names[2], "30 %", "", "", "2022"),
                 ("new", names[3], "missing", "40 %", "", "2022")]))
    same(w.sql("SELECT indikator, egen_rapport_varde, senare_varde, skillnad, skillnad_procent FROM lager.vintage WHERE omraknat ORDER BY skillnad"),
         "%s|20|20.5|0.5|2.50\n%s||40||" % (names[1], names[3]))
    same(w.number_of("SELECT count(*) FROM lager.vintage"), 3)
    for a, b in (("VB2023", "VB2022"), ("VB2021", "VB2023"), ("VB2022", "3"), ("VB2022", "T1 2023")):
        holds("follow each other" in w.run("diff", "--from", a, "--to", b, code=USAGE).err, "%s and %s" % (a, b))


def case_where_no_run_was_no_state_is_compared(w):
    w.configure(Source("bromma"))
    w.run("migrate", code=DONE)
    ended = w.run("diff", "--from", "1", "--to", "2", code=USAGE)
    holds("there is no run 1" in ended.err and "There is none yet." in ended.err, str(ended))


def case_wrong_ends_of_a_diff_are_named(w):
    two_sources(w)
    for a, said in (("99", "there is no run 99"), ("2026-02-30", "is no run, date"), ("2026-01-01T25:00", "is no run, date"), ("yesterday", "is no run, date")):
        ended = w.run("diff", "--from", a, "--to", "1", code=USAGE)
        holds(said in ended.err and "hint: " in ended.err, str(ended))
    holds("The newest one is 1." in w.run("diff", "--from", "1", "--to", "2", code=USAGE).err, "the newest run")
    holds('Did you mean "Bromma"?' in w.run("diff", "--from", "1", "--to", "1", "--stadsdel", "Broma", code=USAGE).err, "the near district")
    for words in (("--from", "1"), ("--from", "1", "--to", "1", "--materiality", "x"), ("--from", "1", "--to", "1", "--format", "xml")):
        w.run("diff", *words, code=USAGE)


# ---- explain ----

def case_a_value_is_explained_down_to_the_bytes_of_each_version(w):
    w.content["bromma"] = export(*rows(10))
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    w.content["bromma"] = export(line(lib_run.INDICATORS[1], "120,5 %"), *(rows(10)[:1] + rows(10)[2:]))
    w.run("run", "--source", "bromma", code=DONE)
    w.content["bromma"] = export(*(rows(10)[:1] + rows(10)[2:]))
    w.run("run", code=DONE)
    ended = w.run("explain", "Bromma", lib_run.INDICATORS[1], "VB 2023", "T", "--format", "json", code=DONE)
    document = json.loads(ended.out)
    same((document["stadsdel"], document["enhet"], document["indikator"], document["period"], document["table"]),
         ("Bromma", "Hela nämnden", lib_run.INDICATORS[1], "2023", "fact_utfall"))
    first, second = document["versions"]
    same((first["value"], first["unit"], first["status"], first["run"], first["load"], first["line"]), ("11.5", "%", "reported", 1, 1, 3))
    same((first["replaced_load"], first["replaced_why"], second["replaced_load"], second["replaced_why"]), (2, "revised", 3, "withdrawn"))
    same(second["flags"], "utanfor-granser")
    same([f["rule"] for f in second["findings"]], ["V-ANDEL"])
    same((first["fetch"]["status"], first["fetch"]["url"], first["source"]), (200, w.peer.url("/export/bromma"), "bromma"))
    body = export(*rows(10))
    start, end = first["raw"]["range"]
    same(body[start:end].decode().strip(), rows(10)[1], "the bytes of the range")
    same(first["raw"]["text"].replace("\\n", ""), rows(10)[1])
    same(first["raw"]["whole_row"], True)
    text = w.run("explain", "--stadsdel", "Bromma stadsdelsnämnd", "--indikator", lib_run.INDICATORS[1], "--period", "2023", code=DONE).out
    for part in ("version 1 of 2, T: 11.5 %", "version 2 of 2, T: 120.5 %", "flags      utanfor-granser", "run        2, began ", "options --source bromma",
                 "finding    V-ANDEL (warn): ", "by load 3 of run 3, ", ": withdrawn", "line 3, bytes %d to %d of %d" % (start, end, len(body)), "HTTP 200"):
        holds(part in text, "%s is not in\n%s" % (part, text))


def case_without_the_archives_bytes_the_versions_are_explained_all_the_same(w):
    w.content["bromma"] = export(*rows(10))
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    sha = w.sql("SELECT file_sha256 FROM drift.load")
    os.unlink(os.path.join(w.archive, "objects", sha[:2], sha + ".gz"))
    text = w.run("explain", "Bromma", lib_run.INDICATORS[1], "2023", code=DONE).out
    holds("11.5 %" in text and "the archive does not have them as they were" in text and sha[:12] in text, text)


def case_what_the_archive_does_not_know_is_said_and_the_rest_is_explained(w):
    """Its record of fetches is gone, damaged, or the archive as a whole: three different things."""
    w.content["bromma"] = export(*rows(10))
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    key = ("explain", "Bromma", lib_run.INDICATORS[1], "2023")
    record = os.path.join(w.archive, "fetches", "bromma.jsonl")
    with open(record, "r+b") as f:
        f.write(b"?")
    text = w.run(*key, code=DONE).out
    holds("fetched    not known: the archive's record of it cannot be read" in text and "bromma.jsonl:1: is not the record of a fetch" in text, text)
    holds("is not the record" in json.loads(w.run(*key, "--format", "json", code=DONE).out)["versions"][0]["fetch"]["missing"], "as JSON")
    os.unlink(record)
    text = w.run(*key, code=DONE).out
    holds("fetched    the archive has no record of it" in text and "HTTP 200" not in text, text)
    same(json.loads(w.run(*key, "--format", "json", code=DONE).out)["versions"][0]["fetch"], None)
    os.rename(w.archive, w.archive + ".away")
    text = w.run(*key, code=DONE).out
    holds("version 1 of 1, T: 11.5 %" in text and "bytes      not shown: the archive does not have them as they were" in text, text)
    holds("fetched    not known: the archive's record of it cannot be read" in text, text)
    version = json.loads(w.run(*key, "--format", "json", code=DONE).out)["versions"][0]
    holds(version["value"] == "11.5" and version["raw"]["missing"] and version["raw"] == version["fetch"], str(version))
    os.rename(w.archive + ".away", w.archive)


def case_a_row_that_is_not_found_again_is_shown_by_its_line_alone(w):
    """The configuration reads the export otherwise than when it was loaded; the bytes are those of the place all the same."""
    w.content["bromma"] = export(*rows(3))[:-1]  # the last line has no end
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    w.configure(Source("bromma", separator="tab"))
    for place, row in ((1, rows(3)[1]), (2, rows(3)[2])):
        key = ("explain", "Bromma", lib_run.INDICATORS[place], "2023")
        raw = json.loads(w.run(*key, "--format", "json", code=DONE).out)["versions"][0]["raw"]
        start = w.content["bromma"].index(row.encode())
        same((raw["text"], raw["whole_row"], raw["range"], raw["cut"]), (row, False, [start, start + len(row.encode())], False))
        text = w.run(*key, code=DONE).out
        holds("(the line only: the row was not found again)\n" in text and "bytes      %s\n" % row in text, text)


def case_a_long_row_is_cut_and_its_range_is_whole(w):
    long = rows(2)[1] + ";" + "x" * 9000
    w.content["bromma"] = (lib_run.HEADER + ";Anteckning\n" + rows(2)[0] + ";\n" + long + "\n").encode()
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    key = ("explain", "Bromma", lib_run.INDICATORS[1], "2023")
    raw = json.loads(w.run(*key, "--format", "json", code=DONE).out)["versions"][0]["raw"]
    start = w.content["bromma"].index(rows(2)[1].encode())
    same((raw["cut"], raw["whole_row"], raw["text"]), (True, True, long.encode()[:8192].decode()))
    same(w.content["bromma"][raw["range"][0]:raw["range"][1]].rstrip(b"\n"), long.encode())
    same(raw["range"][0], start)
    holds(" ... (cut here)\n" in w.run(*key, code=DONE).out, "that it is cut")


def case_many_units_that_have_the_value_are_named_as_far_as_there_is_room(w):
    units = ["Förskolan åäö nummer %02d" % i for i in range(40)]
    w.content["bromma"] = export(*[line(lib_run.INDICATORS[0], "7 %", unit=unit) for unit in units])
    w.configure(Source("bromma"), unknown={"enhet": "add"})
    w.run("run", code=DONE)
    said = w.run("explain", "Bromma", lib_run.INDICATORS[0], "2021", code=USAGE).err
    holds("has never had a value of" in said and said.count("Förskolan åäö nummer ") >= 5, said)


def case_targets_and_previous_values_are_explained_too(w):
    w.content["bromma"] = export(line(lib_run.INDICATORS[0], "7 %", previous="8 %", target="6 %", kf="5 %"))
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    key = ("explain", "Bromma", lib_run.INDICATORS[0], "2023", "--format", "json", "--table")
    same([(v["part"], v["shown"]) for v in json.loads(w.run(*key, "arsmal", code=DONE).out)["versions"]], [("KF", "5 %"), ("egen", "6 %")][::1])
    same([v["value"] for v in json.loads(w.run(*key, "foregaende", code=DONE).out)["versions"]], ["8"])


def case_a_row_of_a_workbook_is_explained_by_sheet_and_cell(w):
    path = os.path.join(lib_run.EXPORTS, "sodermalm-2023.xlsx")
    if not os.path.exists(path):
        found = [name for name in os.listdir(lib_run.EXPORTS) if name.endswith(".xlsx")]
        holds(found, "there is a workbook among the fixtures")
        path = os.path.join(lib_run.EXPORTS, sorted(found)[0])
    with open(path, "rb") as f:
        w.content["book"] = f.read()
    w.configure(Source("book", "xlsx"), unknown={"indikator": "add", "enhet": "add"})
    ended = w.run("run")
    holds(ended.code in (DONE, QUARANTINED), str(ended))
    district, unit, name, period = w.sql("SELECT stadsdel, CASE WHEN hel_namnd THEN '' ELSE enhet END, indikator, period FROM analys.utfall"
                                         " WHERE kon = 'Totalt' ORDER BY rad LIMIT 1").split("|")
    raw = json.loads(w.run("explain", district, name, period, "T", *(("--enhet", unit) if unit else ()), "--format", "json", code=DONE).out)["versions"][0]["raw"]
    holds(raw["workbook"] and re.search(r'sheet ".*", cell [A-Z]+\d+', raw["where"]) and name in raw["text"].replace("\\t", " "), str(raw))
    key = ("explain", district, name, period, "T", *(("--enhet", unit) if unit else ()))
    text = w.run(*key, code=DONE).out
    holds("  place      %s\n" % raw["where"] in text, text)


def case_wrong_keys_are_named_with_what_is_near(w):
    w.content["bromma"] = export(line(lib_run.INDICATORS[0], "7 %"), line(lib_run.INDICATORS[0], "8 %", period="VB 2022"))
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    for words, said in ((("Brommma", "Sjukfrånvaro", "2023"), 'Did you mean "Bromma"?'), (("Bromma", "Sjukfranvaro", "2023"), 'Did you mean "Sjukfrånvaro"?'),
                        (("Bromma", "Sjukfrånvaro", "2021"), "values of it for: Hela nämnden 2023; Hela nämnden 2022."),
                        (("Bromma", "Sjukfrånvaro", "sometime"), "--period wants"), (("Bromma", "Sjukfrånvaro", "2023", "X"), "--kon wants"),
                        (("Bromma", "Sjukfrånvaro", "2023", "--enhet", "Enheten"), 'no unit "Enheten"'), (("Bromma",), "wants a district"),
                        (("Bromma", "Aktivt Medskapandeindex", "2023"), "has no value of this indicator")):
        ended = w.run("explain", *words, code=USAGE)
        holds(said in ended.err, "%s is not in\n%s" % (said, ended))


def case_a_value_of_a_unit_is_explained_from_a_report(w):
    w.content["kh"] = w.fixture("kungsholmen-2024.txt")
    w.configure(Source("kh", "rapporttext", stadsdel="Kungsholmen", year=2024), unknown={"enhet": "add", "indikator": "add"})
    holds(w.run("run").code in (DONE, QUARANTINED), "it is loaded")
    unit, name, rad, start, value = w.sql("SELECT e.namn, i.namn, u.rad, u.byte_offset, u.varde FROM lager.utfall_gallande u JOIN lager.dim_enhet e ON e.id = enhet_id"
                                          " JOIN lager.dim_indikator i ON i.id = indikator_id WHERE kon = 'T' AND NOT hel_namnd AND varde IS NOT NULL ORDER BY u.rad LIMIT 1").split("|")
    document = json.loads(w.run("explain", "--stadsdel", "Kungsholmens stadsdelsnämnd", "--enhet", unit.upper(), "--indikator", name, "--period", "VB 2024", "--kon", "T",
                                "--format", "json", code=DONE).out)
    version = document["versions"][0]
    same((document["enhet"], version["value"], version["line"], version["raw"]["range"][0]), (unit, value, int(rad), int(start)))
    body = w.content["kh"]
    at, end = version["raw"]["range"]
    same(body[:at].count(b"\n") + 1, int(rad), "the line of the first byte")
    holds(value.replace(".", ",").rstrip("0").rstrip(",") in body[at:end].decode(), "the bytes hold the value")
    holds("values of it for: %s 2024" % unit in w.run("explain", "Kungsholmen", name, "2024", code=USAGE).err, "which unit has the value")


def case_a_loader_needs_no_more_rights_than_it_has(w):
    dsn = {"dsn": "dbname=%s options='-c role=stadslager_loader'" % w.database}
    w.content["bromma"] = export(line("Okänd", "1 %"), line(lib_run.INDICATORS[1], BAD), *rows(10)[2:])
    w.configure(Source("bromma"), dsn=dsn)
    w.run("run", code=QUARANTINED)
    w.run("quarantine", "waive", "1", "--why", "prov", code=DONE)
    w.run("quarantine", "list", code=DONE)
    w.run("quarantine", "replay", code=QUARANTINED)
    w.run("rerun", "--year", "2023", code=QUARANTINED)
    w.run("diff", "--from", "2000-01-01", "--to", "1", code=DONE)
    w.run("explain", "Bromma", lib_run.INDICATORS[2], "2023", code=DONE)
    same(w.sql("SET ROLE stadslager_loader; SELECT count(*) FROM lager.fact_utfall_as_of_run(1)"), "8")
    for statement in ("INSERT INTO drift.quarantine_history (quarantine_id, old_status, new_status) VALUES (1, 'a', 'b')",
                      "DELETE FROM drift.quarantine_history", "UPDATE drift.load SET published_at = now()"):
        try:
            w.sql("SET ROLE stadslager_loader; " + statement)
        except lib_run.Failed as error:
            holds("permission denied" in str(error), str(error))
        else:
            raise lib_run.Failed("a loader may: " + statement)


# ---- vintages ----

def case_a_restatement_is_found_whichever_report_is_loaded_first(w):
    old = export(line(lib_run.INDICATORS[0], "7 %", period="VB 2022"), line(lib_run.INDICATORS[1], "5 %", period="VB 2022"))
    new = export(line(lib_run.INDICATORS[0], "9 %", previous="8 %"), line(lib_run.INDICATORS[1], "6 %", previous="5,0 %"))
    for order in (("old", "new"), ("new", "old")):
        w.fresh()
        w.content.update(old=old, new=new)
        w.configure(*[Source(name) for name in order])
        w.run("run", code=DONE)
        found = w.sql("SELECT l.source, f.rad, f.message FROM drift.finding f JOIN drift.load l ON l.id = f.load_id WHERE rule = 'L-FOREGAENDE'")
        same(found, "new|2|the previous value 8 % is not what that year's own report said: 7 % (source \"old\", line 2)" if order[1] == "new" else
             "old|2|the outcome 7 % is not what the next year's report gives as its previous value: 8 % (source \"new\", line 2)")
    w.fresh()
    both = export(*(old.decode() + new.decode()).replace(lib_run.HEADER + "\n", "").splitlines())
    w.content["both"] = both
    w.configure(Source("both"))
    w.run("run", code=DONE)
    same(w.sql("SELECT message FROM drift.finding WHERE rule LIKE 'L-%'"),
         "the previous value 8 % is not what that year's own report said: 7 % (this export, line 2)")


def case_each_command_has_help_with_its_exit_codes(w):
    for command in ("rerun", "diff", "explain", "quarantine"):
        ended = w.run(command, "--help", code=DONE)
        holds(ended.out.startswith("usage: ") and "Exit status: 0 " in ended.out and not ended.err, str(ended))


def case_the_commands_say_what_is_wrong_with_the_warehouse(w):
    two_sources(w)
    w.configure(Source("bromma"), dsn={"dsn": "host=%s dbname=x" % os.path.join(w.folder, "nowhere")})
    for words in (("rerun", "--year", "2023"), ("diff", "--from", "1", "--to", "2"), ("explain", "Bromma", "x", "2023"), ("quarantine", "list")):
        same(len(w.run(*words, code=DATABASE).said()), 1, "the messages of " + words[0])


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
