#!/usr/bin/env python3
"""Whole runs over report texts: activities, economy and other tables become facts."""
from lib_run import DONE, QUARANTINED, REFUSED, Source, holds, main, same

HEAD = """Verksamhetsberättelse VB 2023 för Bromma stadsdelsnämnd

KF:s inriktningsmål: 1. En stad för alla

KF:s mål för verksamhetsområdet: 1.3 Stödet når fram

Uppfylls helt

"""
INDICATORS = """Indikator	Periodens utfall	Utfall män/ pojkar	Utfall kvinnor/ flickor	Periodens utfall VB 2022	Årsmål	KF:s årsmål	Period
Sjukfrånvaro	6,9 %	4,8 %	7,5 %	7,4 %	6,5 %	7 %	VB 2023
Aktivt Medskapandeindex	84	83	84	83	84	83	VB 2023

"""
ACTIVITIES = """Aktivitet	Startdatum	Slutdatum	Avvikelse
✓ Öppna en träffpunkt	2023-01-01	2023-12-31	
! Öppna en träffpunkt	2023-02-01	2023-12-31	Avvikelse
Se över avtalen	2023-06-01	2023-05-31	

"""
NET = """Uppföljning av ekonomi

Mnkr	Budget 2023		Utfall 2023		Avvikelse 2023
	Kostnader	Intäkter	Kostnader	Intäkter	Netto
Äldreomsorg	847,1	-161,6	858,8	-173,9	0,6
varav hemtjänst	218,0	-37,5	228,1	-35,4	-12,2
Summa	847,1	-161,6	858,8	-173,9	0,6
Avvikelse i %					0,1%

"""
TURNED = """Investeringar

Mnkr	Budget 2023	Bokslut 2023	Avvikelse 2023
Parker	4,1	2,1	-2,0
Inventarier	3,3	2,6	-0,7

"""
TWICE = """Förskola

Ålder	Planering	Utfall dec
1-3 år	928	1 271
4-5 år	1 589	989

Barnen blir färre.

Förskola

Ålder	Planering	Utfall dec
1-3 år	900	ca 1 200
4-5 år	..	Se ovan

"""


def report(*parts):
    return (HEAD + "".join(parts)).encode("utf-8")


def load(w, *parts, code=DONE, **keys):
    w.content["bromma"] = report(*parts)
    w.configure(Source("bromma", "rapporttext", stadsdel="Bromma", year=2023), **keys)
    return w.run("run", code=code).result("bromma")


def case_activities_and_tables_of_a_report_become_facts(w):
    words, c = load(w, INDICATORS, ACTIVITIES, NET, TWICE)
    same((words, c["activities read"], c["activities loaded"], c["table rows read"], c["table rows loaded"]), ("loaded", 3, 3, 8, 8))
    same(w.sql("SELECT mal_nummer, aktivitet, nr, start, slut, avvikelse, klar FROM analys.aktivitet ORDER BY rad").splitlines(), [
        "1.3|Öppna en träffpunkt|1|2023-01-01|2023-12-31||ja",
        "1.3|Öppna en träffpunkt|2|2023-02-01|2023-12-31|Avvikelse|nej",
        "1.3|Se över avtalen|1|2023-06-01|2023-05-31||"])
    same(w.sql("SELECT rule FROM drift.finding ORDER BY rad"), "V-DATUM")
    same(w.sql("SELECT titel, tabell_nr, radetikett, kolumnetikett, varde, matt, tryckt, varde_status FROM analys.tabell"
               " WHERE titel = 'Förskola / Ålder' OR tryckt LIKE '%\\%' ORDER BY rad, kolumnetikett").splitlines(), [
        "Uppföljning av ekonomi|1|Avvikelse i %|Avvikelse 2023 / Netto|0.1|%|0,1%|reported",
        "Förskola / Ålder|1|1-3 år|Planering|928||928|reported", "Förskola / Ålder|1|1-3 år|Utfall dec|1271||1 271|reported",
        "Förskola / Ålder|1|4-5 år|Planering|1589||1 589|reported", "Förskola / Ålder|1|4-5 år|Utfall dec|989||989|reported",
        # one cell of this table is hidden by its source, so analysts see none of its numbers
        "Förskola / Ålder|2|1-3 år|Planering|||..|suppressed", "Förskola / Ålder|2|1-3 år|Utfall dec|||..|suppressed",
        "Förskola / Ålder|2|4-5 år|Planering|||..|suppressed", "Förskola / Ålder|2|4-5 år|Utfall dec|||Se ovan|text"])
    same(w.sql("SELECT verksamhet, radslag, storhet, post, avser_ar, belopp, matt, tryckt FROM analys.ekonomi WHERE radslag <> 'summa'"
               " ORDER BY rad, storhet, post").splitlines(), [
        "Äldreomsorg|rad|budget|kostnad|2023|847.1|mnkr|847,1", "Äldreomsorg|rad|budget|intakt|2023|-161.6|mnkr|-161,6",
        "Äldreomsorg|rad|utfall|kostnad|2023|858.8|mnkr|858,8", "Äldreomsorg|rad|utfall|intakt|2023|-173.9|mnkr|-173,9",
        "Äldreomsorg|rad|avvikelse|netto|2023|0.6|mnkr|0,6",
        "varav hemtjänst|varav|budget|kostnad|2023|218.0|mnkr|218,0", "varav hemtjänst|varav|budget|intakt|2023|-37.5|mnkr|-37,5",
        "varav hemtjänst|varav|utfall|kostnad|2023|228.1|mnkr|228,1", "varav hemtjänst|varav|utfall|intakt|2023|-35.4|mnkr|-35,4",
        "varav hemtjänst|varav|avvikelse|netto|2023|-12.2|mnkr|-12,2"])
    same(w.number_of("SELECT count(*) FROM lager.fact_ekonomi e WHERE NOT EXISTS (SELECT FROM lager.fact_tabell t"
                     " WHERE t.cell_id = e.cell_id AND t.rad = e.rad AND t.tryckt = e.tryckt)"), 0, "amounts without their cell")


def case_every_cell_has_its_place_in_the_export(w):
    load(w, INDICATORS, NET, TWICE)
    body = w.content["bromma"]
    places = w.sql("SELECT rad, byte_offset, tryckt FROM lager.fact_tabell").splitlines()
    same(len(places), 24, "cells")
    for place in places:
        rad, offset, printed = place.split("|")
        holds(body[int(offset):].decode("utf-8").startswith(printed), "%s does not stand at its place" % place)
        same(body[:int(offset)].count(b"\n") + 1, int(rad), "the line of " + place)


def case_a_table_whose_signs_contradict_the_convention_stays_a_table(w):
    words, c = load(w, INDICATORS, NET, TURNED)
    same(w.number_of("SELECT count(*) FROM analys.tabell WHERE titel = 'Investeringar'"), 6)
    same(w.number_of("SELECT count(*) FROM analys.ekonomi WHERE titel = 'Investeringar'"), 0)
    same(w.number_of("SELECT count(*) FROM analys.ekonomi WHERE titel = 'Uppföljning av ekonomi'"), 15)
    same(w.sql("SELECT rule, severity, message, rad = (SELECT min(rad) FROM analys.tabell WHERE titel = 'Investeringar')"
               " FROM drift.finding"),
         "T-TECKEN|warn|the signs of the table are not those of fact_ekonomi, avvikelse is utfall minus budget: its amounts stand in"
         " fact_tabell only|t")
    # The signs are turned in the export too: the amounts come, the cells are revised.
    words, c = load(w, INDICATORS, NET, TURNED.replace("-2,0", "2,0").replace("-0,7", "0,7"))
    same((c["facts new"], c["facts revised"], c["facts withdrawn"]), (6, 2, 0))
    same(w.sql("SELECT sum(belopp), string_agg(DISTINCT post::text, ',') FROM analys.ekonomi WHERE titel = 'Investeringar'"), "14.8|ej_angiven")


def case_a_row_with_other_signs_than_its_table_stays_a_row_of_the_table(w):
    load(w, INDICATORS, NET.replace("-12,2", "12,2"))
    same(w.sql("SELECT rule, severity, message, rad = (SELECT min(rad) FROM analys.tabell WHERE radetikett = 'varav hemtjänst') FROM drift.finding"),
         "T-TECKEN|warn|the row's sums hold with other signs than those of the table's other rows: its amounts stand in fact_tabell only|t")
    same(w.sql("SELECT count(*), count(*) FILTER (WHERE verksamhet LIKE 'varav%') FROM analys.ekonomi"), "10|0")
    same(w.number_of("SELECT count(*) FROM analys.tabell WHERE radetikett = 'varav hemtjänst'"), 5)


def case_amounts_whose_year_is_one_of_several_stay_cells(w):
    load(w, INDICATORS, "Uppföljning av ekonomi 2022 och 2023, mnkr\n\nVerksamhet\tBudget\tUtfall\nParker\t44,1\t42,1\n\n")
    same(w.sql("SELECT rule, message FROM drift.finding ORDER BY message").splitlines(), [
        'T-KOLUMN|the column "%s" names no year, and the title names several: its amounts stand in fact_tabell only' % column for column in ("Budget", "Utfall")])
    same(w.number_of("SELECT count(*) FROM analys.ekonomi"), 0)
    same(w.sql("SELECT string_agg(tryckt, ' ' ORDER BY kolumnetikett) FROM analys.tabell WHERE radetikett = 'Parker'"), "44,1 42,1")


def case_columns_and_sums_that_are_not_understood_are_said(w):
    odd = NET.replace("Avvikelse 2023", "Avvikelse mot prognos").replace("-37,5", "-77,5")
    load(w, INDICATORS, odd, TURNED.replace("-2,0", "1,0").replace("-0,7", "0,7"))
    same(w.sql("SELECT rule, severity, message FROM drift.finding ORDER BY rad").splitlines(), [
        'T-KOLUMN|note|the column "Avvikelse mot prognos / Netto" is not understood as budget, outcome, deviation or forecast: its'
        ' amounts stand in fact_tabell only',
        "T-SUMMA|warn|the row's amounts do not add up (netto = kostnader + intäkter, avvikelse = budget - utfall); they are loaded as printed"])
    same(w.number_of("SELECT count(*) FROM analys.ekonomi WHERE storhet = 'avvikelse' AND titel = 'Uppföljning av ekonomi'"), 0)
    same(w.sql("SELECT belopp FROM analys.ekonomi WHERE titel = 'Investeringar' AND verksamhet = 'Parker' AND storhet = 'avvikelse'"), "1.0")


def case_the_same_tables_again_write_nothing(w):
    load(w, INDICATORS, ACTIVITIES, NET, TURNED, TWICE)
    facts, before = w.facts(), w.physical()
    words, c = load(w, INDICATORS, ACTIVITIES, NET, TURNED, TWICE, comment="# touched\n")
    holds(words.startswith("verified"), words)
    same((c["activities unchanged"], c["table rows unchanged"]), (3, 10))
    differ = {b.split("|")[0] for b, a in zip(before, w.physical()) if a != b}
    same(differ, {"drift.load"}, "the tables written to")
    same(w.facts(), facts)


def case_what_changes_and_what_goes_is_versioned(w):
    load(w, INDICATORS, ACTIVITIES, NET, TWICE)
    words, c = load(w, INDICATORS, ACTIVITIES.replace("! Öppna", "✓ Öppna"), NET.replace("858,8", "858,9"), TWICE)
    same((c["facts new"], c["facts revised"], c["facts withdrawn"]), (0, 5, 0))
    same((c["activities loaded"], c["table rows loaded"]), (1, 2))
    w.content["bromma"] = report(INDICATORS, ACTIVITIES, TWICE)
    ended = w.run("run", code=REFUSED)
    same(ended.said(), ['source "bromma": table "ekonomi" is gone from the export, nothing was loaded'])
    c = w.run("run", "--source", "bromma", "--accept-shrunken", code=DONE).result("bromma")[1]
    same(c["facts withdrawn"], 31, "cells and amounts of the table that is gone")
    same(w.number_of("SELECT count(*) FROM analys.ekonomi"), 0)


def case_rows_that_cannot_be_read_go_to_quarantine_and_keep_only_their_kind(w):
    load(w, INDICATORS, ACTIVITIES, NET)
    lost = NET.replace("varav hemtjänst	218,0	-37,5	228,1	-35,4	-12,2", "varav hemtjänst	218,0	-37,5	228,1	-35,4")
    wrong = ACTIVITIES.replace("2023-06-01", "2023-02-30")
    index = INDICATORS.splitlines(True)
    words, c = load(w, *(index[:2] + ["\n"]), wrong, lost, code=QUARANTINED, limits={"max_dropped_pct": 50})
    same((c["activities quarantined"], c["table rows quarantined"], c["indicator rows quarantined"]), (1, 1, 0))
    same(w.sql("SELECT kind, rule FROM drift.quarantine WHERE status = 'open' ORDER BY rad"), "aktivitet|R-OLASBAR\ntabell|T-CELLER")
    same(w.number_of("SELECT count(*) FROM drift.gallande WHERE tabell = 'V'"), 3, "activities that stay")
    same(w.number_of("SELECT count(*) FROM drift.gallande WHERE tabell = 'E'"), 15, "amounts that stay")
    same(w.sql("SELECT string_agg(DISTINCT ersatt_orsak, ',') FROM lager.fact_utfall"), "withdrawn", "the indicator that is gone")


def case_a_program_with_new_tables_decodes_unchanged_exports_once(w):
    load(w, INDICATORS, ACTIVITIES)
    same(w.run("run", code=DONE).result("bromma")[0].split(" since")[0], "unchanged")
    w.sql("UPDATE drift.schema_version SET applied_at = clock_timestamp() WHERE version = (SELECT max(version) FROM drift.schema_version)")
    holds(w.run("run", code=DONE).result("bromma")[0].startswith("verified"), "the export was not decoded again")
    same(w.run("run", code=DONE).result("bromma")[0].split(" since")[0], "unchanged")


if __name__ == "__main__":
    main(globals())
