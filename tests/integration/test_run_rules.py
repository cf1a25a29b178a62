#!/usr/bin/env python3
"""Whole runs under rules: severities for all and for one indicator, findings with both values and both places, and figures
that stand in two places."""
import os

from lib_run import CONFIG, DONE, QUARANTINED, TOP, Source, export, holds, line, main, same

SATISFIED, ABSENCE, DIGITAL = "Andelen nöjda omsorgstagare i hemtjänst", "Sjukfrånvaro", "Andel digitala inköp i hemtjänsten"
PLACES = ("SELECT rad, rule, severity, column_name, value, other_rad, other_column, other_value FROM drift.finding"
          " WHERE load_id = (SELECT max(load_id) FROM drift.finding) ORDER BY rad, rule, column_name, other_rad, other_column, value")


def registries(w, **rules):
    """The registries, with rules of their own for some indicators: code -> flow map."""
    with open(os.path.join(TOP, "config", "indikatorer.yaml"), encoding="utf-8") as f:
        text = f.read()
    for code, chosen in rules.items():
        at = "  - code: %s\n" % code
        holds(at in text, code)
        text = text.replace(at, "%s    rules: {%s}\n" % (at, chosen))
    found = {name: os.path.join(TOP, "config", name + ".yaml") for name in ("stadsdelar", "enheter")}
    return dict(found, indikatorer=w.file("indikatorer.yaml", text))


def bromma(w, *lines):
    w.content["bromma"] = export(*lines)


def findings(w):
    return w.sql(PLACES).splitlines()


def in_place(w, source="bromma"):
    """Every place of every finding is the beginning of a row that holds the value."""
    for text in w.sql("SELECT byte_offset, value FROM drift.finding UNION ALL SELECT other_byte_offset, other_value FROM drift.finding"
                      " WHERE other_byte_offset IS NOT NULL").splitlines():
        offset, _, value = text.partition("|")
        row = w.content[source][int(offset):].decode("utf-8").split("\n")[0]
        holds(all(part in row for part in value.split(" + ")), "%s does not stand in %s" % (value, row))


# ---- severities ----

def case_a_severity_of_one_indicator_beats_that_of_all_and_really_changes_what_happens(w):
    bromma(w, line(SATISFIED, "120 %"), line(DIGITAL, "130 %"), line(ABSENCE, "7 %"))
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    same(findings(w), ["2|V-ANDEL|warn|utfall|120 %|||", "3|V-ANDEL|warn|utfall|130 %|||"])
    limits = {"max_quarantined_pct": 50, "max_dropped_pct": 50}
    w.configure(Source("bromma"), rules={"V-ANDEL": "reject"}, limits=limits,
                registries=registries(w, IND_NOJDA_OMSORGSTAGARE_HEMTJANST="V-ANDEL: note"))
    w.run("run", code=QUARANTINED)
    same(w.sql("SELECT rad, rule, column_name, value FROM drift.quarantine WHERE status = 'open'"), "3|V-ANDEL|utfall|130 %")
    same(findings(w), ["0|L-BORTA|warn|||||", "3|V-ANDEL|reject|utfall|130 %|||"])
    same(w.sql("SELECT varde, flaggor >> 22 & 1 FROM analys.utfall WHERE indikator = '%s'" % SATISFIED), "120|1", "the one noted")
    w.configure(Source("bromma"), rules={"V-ANDEL": "note"}, limits=limits,
                registries=registries(w, IND_NOJDA_OMSORGSTAGARE_HEMTJANST="V-ANDEL: reject"))
    w.run("run", code=QUARANTINED)
    same(w.sql("SELECT rad FROM drift.quarantine WHERE status = 'open'"), "2")


def case_a_severity_alone_changes_the_findings_and_no_fact(w):
    bromma(w, line(ABSENCE, "1,81 %", "1,87 %", "2,04 %"))
    w.configure(Source("bromma"), rules={"V-TOTAL": "note"})
    w.run("run", code=DONE)
    same(w.number_of("SELECT count(*) FROM drift.finding"), 0, "findings of a rule that only flags")
    before = w.facts()
    w.configure(Source("bromma"))
    c = w.run("run", code=DONE).result("bromma")[1]
    same((c["facts new"], c["facts revised"], c["facts findings"]), (0, 0, 1))
    same(findings(w), ["2|V-TOTAL|warn|utfall|1,81 %|2|utfall_man|1,87 %"])
    same(w.facts(), before)
    w.configure(Source("bromma"), comment="# touched\n")
    before = w.physical()
    holds(w.run("run", code=DONE).result("bromma")[0].startswith("verified"), "the export was not decoded again")
    same({b.split("|")[0] for b, a in zip(before, w.physical()) if a != b}, {"drift.load"}, "the tables written to")


def case_a_wrong_rule_in_the_registry_is_named_with_its_place(w):
    bromma(w, line(ABSENCE, "7 %"))
    paths = registries(w, IND_SJUKFRANVARO="V-TOTALT: note")
    w.configure(Source("bromma"), registries=paths)
    with open(paths["indikatorer"], encoding="utf-8") as f:
        at = 1 + [text.strip() for text in f].index("rules: {V-TOTALT: note}")
    holds("%s:%d:23: indikatorer[IND_SJUKFRANVARO].rules.V-TOTALT: is not a rule; did you mean \"V-TOTAL\"?" %
          (paths["indikatorer"], at) in w.run("check-config", code=CONFIG).err, "the message")


def case_the_rules_that_can_be_chosen_are_listed(w):
    w.configure(Source("bromma"))
    out = w.run("check-config", "--help", code=DONE).out
    for text in ("V-ANDEL       warn   indicator", "L-FOREGAENDE  warn   indicator", "L-EKONOMI     warn             "):
        holds(text in out, out)
    holds("  L-DUBBLETT " not in out and "  I-VARDE " not in out, out)


# ---- both values and both places ----

def case_a_finding_holds_both_values_and_both_places(w):
    bromma(w, line(ABSENCE, "1,81 %", "1,87 %", "2,04 %"), line(SATISFIED, "94 %", "0 %", "94 %"),
           line("Antal aspiranter som fått Stockholmsjobb", "32 st", "9 st", "24 st"),
           line("Antal personer som utsatts för våld i nära relation som är kända av socialtjänsten", "339 st", "8 %", "94 %"),
           line("Antal vräkningar som berör barn", "4", "5", "2"), line("Totalt köpt energi i stadens verksamheter", "1 200 MWh"),
           line(DIGITAL, "60 %", "20 %", "40 %"), line("Andel smarta lås i hemtjänsten", "50 %", period="VB 2022"))
    w.configure(Source("bromma", year=2023))
    w.run("run", code=DONE)
    same(findings(w), ["2|V-TOTAL|warn|utfall|1,81 %|2|utfall_man|1,87 %",
                       "3|V-NOLL|warn|utfall_man|0 %|3|utfall|94 %",
                       "4|V-SUMMA|warn|utfall|32 st|4|utfall_man + utfall_kvinnor|9 st + 24 st",
                       "5|V-SUMMA|warn|utfall_man|8 %|5|utfall_kvinnor|94 %",
                       "6|V-DEL|warn|utfall_man|5|6|utfall|4",
                       "7|V-MATT|warn|utfall|1 200 MWh||registry: unit|GWh",
                       "8|V-MENING|warn|utfall|60 %|8|utfall_man + utfall_kvinnor|20 % + 40 %",
                       "9|V-PERIOD-AR|warn|period|2022|||"])
    in_place(w)


def case_one_indicator_twice_with_different_values_is_a_finding_with_both(w):
    bromma(w, line(ABSENCE, "7,1 %", "6 %", "8 %"), line(SATISFIED, "90 %"), line(ABSENCE, "7,3 %", "6 %", "8 %"))
    w.configure(Source("bromma"), limits={"max_quarantined_pct": 90})
    w.run("run", code=QUARANTINED)
    same(findings(w), ["4|L-DUBBLETT|reject|utfall|7,3 %|2|utfall|7,1 %"])
    in_place(w)
    same(w.sql("SELECT rad, rule FROM drift.quarantine ORDER BY 1"), "2|L-DUBBLETT\n4|L-DUBBLETT")
    same(w.sql("SELECT DISTINCT other_load_id = load_id FROM drift.finding"), "t", "the other place is in this export")


def case_two_sources_that_contradict_each_other_are_a_finding_with_both(w):
    bromma(w, line(ABSENCE, "7,1 %"))
    w.content["other"] = export(line(SATISFIED, "90 %"), line(ABSENCE, "7,3 %"))
    w.configure(Source("bromma"), Source("other"), limits={"max_quarantined_pct": 90})
    w.run("run", code=QUARANTINED)
    same(findings(w), ["3|L-KALLA|reject|utfall|7,3 %|2|utfall|7,1 %"])
    same(w.sql("SELECT l.source FROM drift.finding f JOIN drift.load l ON l.id = f.other_load_id"), "bromma")


# ---- previous values ----

def previous(w, first, *sources, code=DONE, **keys):
    w.content["bromma"] = export(line(ABSENCE, "8 %", period="VB 2022"), line(SATISFIED, "80,95 %", period="VB 2022"),
                                 line(DIGITAL, "50 %", period="VB 2022"))
    w.content["later"] = export(line(ABSENCE, "7 %", previous="9,5 %"), line(SATISFIED, "82 %", previous="81 %"),
                                line(DIGITAL, "50 %", previous=".."))
    order = ("bromma", "later") if first == "bromma" else ("later", "bromma")
    w.configure(*(Source(name) for name in order), limits={"max_quarantined_pct": 50}, **keys)
    return w.run("run", code=code)


def case_a_previous_value_is_compared_as_printed_and_with_both_places(w):
    previous(w, "bromma")
    same(findings(w), ["2|L-FOREGAENDE|warn|foregaende|9,5 %|2|utfall|8 %"])
    same(w.sql("SELECT a.source, b.source, f.other_byte_offset = length($h$%s$h$::bytea) FROM drift.finding f JOIN drift.load a ON a.id = load_id"
               " JOIN drift.load b ON b.id = other_load_id" % export().decode("utf-8")), "later|bromma|t")


def case_a_previous_value_that_came_before_its_own_report_is_found_too(w):
    previous(w, "later")
    same(findings(w), ["2|L-FOREGAENDE|warn|utfall|8 %|2|foregaende|9,5 %"])
    same(w.sql("SELECT a.source, b.source FROM drift.finding f JOIN drift.load a ON a.id = load_id JOIN drift.load b ON b.id = other_load_id"),
         "bromma|later")


def case_two_years_in_one_export_are_compared_with_each_other(w):
    bromma(w, line(ABSENCE, "8 %", period="VB 2022"), line(ABSENCE, "7 %", previous="9,5 %"))
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    same(findings(w), ["3|L-FOREGAENDE|warn|foregaende|9,5 %|2|utfall|8 %"])
    in_place(w)


def case_the_severity_of_a_previous_value_is_chosen_for_an_indicator(w):
    previous(w, "bromma", registries=registries(w, IND_SJUKFRANVARO="L-FOREGAENDE: note"))
    same(findings(w), ["2|L-FOREGAENDE|note|foregaende|9,5 %|2|utfall|8 %"])
    w.fresh()
    previous(w, "bromma", code=QUARANTINED, registries=registries(w, IND_SJUKFRANVARO="L-FOREGAENDE: reject"))
    same(w.sql("SELECT source, rad, rule, reason FROM drift.quarantine"),
         "later|2|L-FOREGAENDE|the previous value 9,5 % is not what that year's own report said: 8 % (source \"bromma\", line 2)")
    same(findings(w), ["2|L-FOREGAENDE|reject|foregaende|9,5 %|2|utfall|8 %"])
    w.fresh()
    previous(w, "later", rules={"L-FOREGAENDE": "reject"}) # the year's own report is to be believed
    same(findings(w), ["2|L-FOREGAENDE|warn|utfall|8 %|2|foregaende|9,5 %"])


# ---- table against table ----

HEAD = """Verksamhetsberättelse VB 2023 för Bromma stadsdelsnämnd

KF:s inriktningsmål: 1. En stad för alla

KF:s mål för verksamhetsområdet: 1.3 Stödet når fram

Uppfylls helt

Indikator	Periodens utfall	Utfall män/ pojkar	Utfall kvinnor/ flickor	Periodens utfall VB 2022	Årsmål	KF:s årsmål	Period
Sjukfrånvaro	6,9 %	4,8 %	7,5 %	7,4 %	6,5 %	7 %	VB 2023
Andelen nöjda omsorgstagare i hemtjänst	84 %			83 %	84 %	83 %	VB 2023

"""
KEY_FIGURES = """Nyckeltal

Mått	2022	2023	Budget 2023
Sjukfrånvaro	7,4 %	6,7 %	5,0 %
Andelen nöjda omsorgstagare i hemtjänst	81 %	84,2 %	99 %
Antal besök	10	20	30

"""
SUMMARY = """Sammanställning av ekonomi

Mnkr	Budget 2023		Utfall 2023		Avvikelse 2023
	Kostnader	Intäkter	Kostnader	Intäkter	Netto
Äldreomsorg	847,1	-161,6	858,8	-173,9	0,6
Parkdrift	23,7	-0,2	29,8	-0,2	-6,1
Lokaler	12,0	-1,0	11,0	-1,0	1,0

"""
DETAIL = """Äldreomsorg

Tkr	Budget 2023		Utfall 2023		Avvikelse 2023
	Kostnader	Intäkter	Kostnader	Intäkter	Netto
Hemtjänst	400 000	-100 000	402 000	-110 000	8 000
Lokaler	13 000	-2 000	12 000	-1 000	0
Summa	847 144	-161 600	859 344	-173 900	100

"""


def report(w, *parts, code=DONE, **keys):
    w.content["bromma"] = (HEAD + "".join(parts)).encode("utf-8")
    w.configure(Source("bromma", "rapporttext", stadsdel="Bromma", year=2023), limits={"max_quarantined_pct": 60}, **keys)
    return w.run("run", code=code)


def at(w, text, nth=0):
    lines = w.content["bromma"].decode("utf-8").split("\n")
    return [i + 1 for i, found in enumerate(lines) if found.startswith(text)][nth]


def case_another_table_with_another_value_for_an_indicator_is_a_finding_with_both(w):
    report(w, KEY_FIGURES)
    absence, satisfied = at(w, "Sjukfrånvaro", 1), at(w, "Andelen nöjda", 1)
    same(findings(w), ["%d|L-TABELL|warn|varde|6,7 %%|%d|utfall|6,9 %%" % (absence, at(w, "Sjukfrånvaro")),
                       "%d|L-TABELL|warn|varde|81 %%|%d|foregaende|83 %%" % (satisfied, at(w, "Andelen nöjda"))])
    in_place(w)
    same(w.sql("SELECT f.varde FROM lager.fact_tabell f JOIN lager.dim_tabellcell c ON c.id = f.cell_id"
               " WHERE c.radetikett = 'Sjukfrånvaro' AND c.kolumnetikett = '2023'"), "6.7", "it is loaded")


def case_a_table_against_an_indicator_rejects_both_rows_where_that_is_chosen(w):
    report(w, KEY_FIGURES, code=QUARANTINED, registries=registries(w, IND_SJUKFRANVARO="L-TABELL: reject"))
    same(w.sql("SELECT kind, rad, rule FROM drift.quarantine ORDER BY rad"), "indikator|%d|L-TABELL\ntabell|%d|L-TABELL"
         % (at(w, "Sjukfrånvaro"), at(w, "Sjukfrånvaro", 1)))
    same(w.sql("SELECT rule, severity FROM drift.finding ORDER BY rad"), "L-TABELL|reject\nL-TABELL|warn")
    same(w.number_of("SELECT count(*) FROM analys.utfall WHERE indikator = 'Sjukfrånvaro'"), 0)


def case_a_table_is_compared_with_another_reports_outcome(w):
    w.content["before"] = export(line(SATISFIED, "82,5 %", period="VB 2022"), line(ABSENCE, "7,4 %", period="VB 2022"))
    w.content["bromma"] = (HEAD.replace("83 %	84 %", "	84 %") + KEY_FIGURES.replace("6,7 %", "6,9 %")).encode("utf-8")
    w.configure(Source("before"), Source("bromma", "rapporttext", stadsdel="Bromma", year=2023))
    w.run("run", code=DONE)
    same(findings(w), ["%d|L-TABELL|warn|varde|81 %%|2|utfall|82,5 %%" % at(w, "Andelen nöjda", 1)])


def case_tables_of_parts_and_other_columns_are_left_alone(w):
    parts = KEY_FIGURES.replace("6,7 %", "6,1 %").replace("81 %", "83 %")
    other = parts.replace("Nyckeltal", "Nyckeltal norra").replace("6,1 %", "6,2 %")
    report(w, parts, other)
    same(w.number_of("SELECT count(*) FROM drift.finding"), 0)
    report(w, KEY_FIGURES.replace("2022	2023", "Prognos 2022	T2 2023"))
    same(w.number_of("SELECT count(*) FROM drift.finding"), 0)
    report(w, KEY_FIGURES.replace("6,7 %", "..").replace("81 %", "-"))
    same(w.number_of("SELECT count(*) FROM drift.finding"), 0)


def case_an_amount_that_two_tables_give_differently_is_a_finding_with_both(w):
    report(w, SUMMARY, DETAIL)
    same([f for f in findings(w) if "L-EKONOMI" in f],
         ["%d|L-EKONOMI|warn|varde|100 tkr|%d|varde|0,6 mnkr" % (at(w, "Summa"), at(w, "Äldreomsorg")),
          "%d|L-EKONOMI|warn|varde|859 344 tkr|%d|varde|858,8 mnkr" % (at(w, "Summa"), at(w, "Äldreomsorg"))])
    same(w.sql("SELECT DISTINCT other_load_id = load_id FROM drift.finding WHERE rule = 'L-EKONOMI'"), "t")


def case_two_tables_with_one_name_and_no_amount_in_common_are_left_alone(w):
    report(w, SUMMARY, DETAIL.replace("847 144", "700 000").replace("-161 600", "-150 000").replace("-173 900", "-150 000"))
    same(w.number_of("SELECT count(*) FROM drift.finding WHERE rule = 'L-EKONOMI'"), 0)
    report(w, SUMMARY, DETAIL.replace("859 344", "858 840").replace("	100\n", "	600\n"))
    same(w.number_of("SELECT count(*) FROM drift.finding WHERE rule = 'L-EKONOMI'"), 0, "amounts that are equal when rounded")


def case_amounts_of_two_tables_reject_their_rows_where_that_is_chosen(w):
    report(w, SUMMARY, DETAIL, code=QUARANTINED, rules={"L-EKONOMI": "reject"})
    same(w.sql("SELECT rad, rule FROM drift.quarantine WHERE rule = 'L-EKONOMI' ORDER BY rad"),
         "%d|L-EKONOMI\n%d|L-EKONOMI" % (at(w, "Äldreomsorg"), at(w, "Summa")))


def case_a_dry_run_finds_the_same_and_writes_nothing(w):
    w.content["bromma"] = (HEAD + KEY_FIGURES + SUMMARY + DETAIL).encode("utf-8")
    w.configure(Source("bromma", "rapporttext", stadsdel="Bromma", year=2023))
    dry = w.run("run", "--dry-run", code=DONE).result("bromma")[1]["facts findings"]
    same(w.number_of("SELECT count(*) FROM drift.finding"), 0)
    same(w.run("run", code=DONE).result("bromma")[1]["facts findings"], dry)
    holds(dry >= 4, dry)


if __name__ == "__main__":
    raise SystemExit(main(globals()))
