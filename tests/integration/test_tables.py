#!/usr/bin/env python3
"""Whole runs over tables in other shapes than the usual one: one value per line, and workbooks.

usage: test_tables.py [PART-OF-A-NAME...]     starts itself inside tests/with-postgres
Prints a line per test and, last, "N passed, N failed".
"""
import importlib.util
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_run  # noqa: E402
from lib_run import DONE, QUARANTINED, REFUSED, Source, export, holds, line, same  # noqa: E402

PER_LINE = {"Datum": "period", "Enhetskod": "enhet", "Måttkod": "indikator", "Mått": "matt_kolumn", "Värde": "varde"}
# The facts without where they stand in the export.
WHAT = ("SELECT tabell, g.ar, g.stadsdel_id, g.enhet_id, objekt_id, period_id, del, varde, varde_status, g.matt, tryckt, operator,"
        " omfattning, avser, obs_status, conf_status, flaggor FROM drift.gallande g ORDER BY 1, 2, 3, 4, 5, 6, 7")


def make_xlsx():
    path = os.path.join(lib_run.TOP, "tests", "fixtures", "make-xlsx.py")
    spec = importlib.util.spec_from_file_location("make_xlsx", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def workbook(book):
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as f:
        book.write(f.name)
        return f.read()


def per_line(*lines):
    rows = ["Datum;Enhetskod;Måttkod;Mått;Värde"] + ["VB 2023;" + row for row in lines]
    return "".join(row + "\n" for row in rows).encode("utf-8")


def configure_per_line(w, **keys):
    w.configure(Source("a", stadsdel="Bromma", columns=PER_LINE, **keys), unknown={"enhet": "add"})


# ---- one value per line ----

def case_one_value_per_line_gives_the_facts_of_the_usual_table(w):
    w.content["a"] = export(line("Sjukfrånvaro", "8,3 %", "6,0 %", "8,9 %", "8,0 %", "7,5 %", "öka", unit="Solen"),
                            line("Aktivt Medskapandeindex", "80", "..", "", target="82", kf="82"))
    w.configure(Source("a"), unknown={"enhet": "add"})
    w.run("run", code=DONE)
    usual = w.sql(WHAT)
    w.fresh()
    w.content["a"] = per_line("Solen;Sjukfrånvaro;Utfall;8,3 %", "Solen;Sjukfrånvaro;Män;6,0 %", "Solen;Sjukfrånvaro;Kvinnor;8,9 %",
                              "Solen;Sjukfrånvaro;Föregående års utfall;8,0 %", "Solen;Sjukfrånvaro;Årsmål;7,5 %",
                              "Solen;Sjukfrånvaro;KF:s årsmål;öka",
                              ";Aktivt Medskapandeindex;Kvinnor;", ";Aktivt Medskapandeindex;Totalt;80",
                              ";Aktivt Medskapandeindex;KF:s årsmål;82", ";Aktivt Medskapandeindex;Årsmål;82",
                              ";Aktivt Medskapandeindex;Män;..")
    configure_per_line(w, measures={"Totalt": "utfall"})
    w.run("run", code=DONE)
    holds(len(usual.splitlines()) == 11, usual)
    same(w.sql(WHAT), usual, "the facts of one value per line")


def case_a_column_that_a_line_does_not_have_is_no_missing_value(w):
    w.content["a"] = per_line(";Sjukfrånvaro;Män;6,0 %", ";Aktivt Medskapandeindex;Årsmål;82", ";Antal barn per grupp;Utfall;")
    configure_per_line(w)
    ended = w.run("run", code=DONE)
    same(w.sql("SELECT del, varde, varde_status, flaggor FROM drift.gallande WHERE tabell = 'U' ORDER BY 1"), "M|6.0|reported|0\nT||missing|0")
    same(w.sql("SELECT del, varde FROM drift.gallande WHERE tabell = 'A'"), "E|82")
    same(w.number_of("SELECT count(*) FROM drift.gallande"), 3, "the number of facts")
    words, counts = ended.result("a")
    same(words, "loaded")
    same((counts["indicator rows read"], counts["indicator rows loaded"]), (3, 3), "the rows")


def case_a_line_that_goes_takes_only_its_own_value_along(w):
    lines = [";Sjukfrånvaro;Utfall;8,3 %", ";Sjukfrånvaro;Män;6,0 %", ";Sjukfrånvaro;Kvinnor;8,9 %"]
    w.content["a"] = per_line(*lines)
    configure_per_line(w)
    w.run("run", code=DONE)
    w.content["a"] = per_line(*lines[:2])
    w.configure(Source("a", stadsdel="Bromma", columns=PER_LINE), limits={"max_dropped_pct": 100})
    w.run("run", code=DONE)
    same(w.sql("SELECT del FROM drift.gallande ORDER BY 1"), "M\nT")
    same(w.sql("SELECT kon, ersatt_orsak FROM lager.fact_utfall WHERE ersatt_orsak IS NOT NULL"), "K|withdrawn")


def case_a_word_that_names_no_column_goes_to_quarantine(w):
    w.content["a"] = per_line(";Sjukfrånvaro;Median;8,3 %", ";Sjukfrånvaro;Utfall;8,0 %")
    w.configure(Source("a", stadsdel="Bromma", columns=PER_LINE), limits={"max_quarantined_pct": 60})
    w.run("run", code=QUARANTINED)
    same(w.sql("SELECT rad, rule, reason, convert_from(raw, 'UTF8') FROM drift.quarantine"),
         '2|D-MATT|"Median" names no column that is known|VB 2023;;Sjukfrånvaro;Median;8,3 %')


# ---- a row for each sex ----

def by_sex(*rows):
    return "".join(row + "\n" for row in ("Stadsdel;Indikator;Kön;Utfall;Årsmål;Period",) + rows).encode("utf-8")


def case_a_row_for_each_sex_gives_the_facts_of_the_usual_table(w):
    w.content["a"] = export(line("Sjukfrånvaro", "8,3 %", "6,0 %", "8,9 %", "", "7,5 %"))
    w.configure(Source("a"))
    w.run("run", code=DONE)
    usual = w.sql(WHAT)
    w.fresh()
    rows = ["Bromma stadsdelsnämnd;Sjukfrånvaro;%s;VB 2023" % row for row in
            ("Totalt;8,3 %;7,5 %", "Män;6,0 %;7,5 %", "Kvinnor;8,9 %;7,4 %")]
    w.content["a"] = by_sex(*rows)
    w.configure(Source("a"))
    w.run("run", code=DONE)
    same(w.sql(WHAT), usual, "the facts of a row for each sex")
    w.content["a"] = by_sex(rows[0], rows[1].replace("6,0", "6,1"), rows[2])
    w.run("run", code=DONE)
    same(w.sql("SELECT del, varde FROM drift.gallande WHERE tabell = 'U' ORDER BY 1"), "K|8.9\nM|6.1\nT|8.3")


def case_a_row_of_girls_alone_is_not_the_total(w):
    w.content["a"] = by_sex("Bromma;Sjukfrånvaro;Flickor;8,9 %;7 %;VB 2023", "Bromma;Antal barn per grupp;Totalt;5;;VB 2023",
                            "Bromma;Antal barn per grupp;Okänt;3;;VB 2023")
    w.configure(Source("a"), limits={"max_quarantined_pct": 60})
    w.run("run", code=QUARANTINED)
    same(w.sql("SELECT tabell, del, varde FROM drift.gallande ORDER BY varde"), "U|T|5\nU|K|8.9")
    same(w.sql("SELECT rad, rule, reason FROM drift.quarantine"), '4|D-KON|"Okänt" is neither men, women nor the total')


# ---- workbooks ----

def case_the_demos_workbook_is_loaded_once_and_its_doubts_name_their_cells(w):
    w.content["a"] = w.fixture("sodermalm-2023.xlsx")
    w.configure(Source("a", "xlsx", year=2023, tokens={"..": "suppressed"}), unknown={"enhet": "add"})
    ended = w.run("run", code=QUARANTINED)
    _, counts = ended.result("a")
    same((counts["indicator rows read"], counts["indicator rows loaded"], counts["indicator rows quarantined"], counts["indicator rows ignored"]), (12, 10, 1, 1), "the rows")
    same(w.sql("SELECT rad, byte_offset, rule, reason, convert_from(raw, 'UTF8') FROM drift.quarantine"),
         '14|2|X-FEL|sheet "Indikatorer", cell D14: "#DIV/0!" is an error, not a value|'
         'Indikatorer!14\t\t\tSjukfrånvaro\t#DIV/0!\t\t\t6,1 %\t6,0 %\t\t2023')
    same(w.sql("SELECT enhet, varde, matt, rad FROM analys.utfall WHERE indikator = 'Andel nöjda föräldrar till barn i förskolan'"
               " AND kon = 'Totalt' ORDER BY rad"),
         "Hela nämnden|85|%|5\nFörskolan Tanto|91|%|12\nFörskolan Skanstull|||15")
    same(w.number_of("SELECT count(*) FROM drift.gallande WHERE varde = 50.0"), 0, "values of the hidden draft")
    before = w.physical()
    w.etag["a"] = "other"  # the same bytes once more
    w.run("run", code=DONE)
    same(w.physical(), before, "the warehouse")


def case_reasons_of_later_steps_name_the_cell_too(w):
    make = make_xlsx()
    book, district = make.Book(), "Bromma stadsdelsnämnd"
    book.sheet("Blad 1", {1: make.HEADER,
                          2: [district, None, "Sjukfrånvaro", "12,,3", None, None, None, None, None, "VB 2023"],
                          3: [district, None, "Aktivt Medskapandeindex", "pågår", None, None, None, None, None, "VB 2023"],
                          4: [district, None, "Ingen sådan", make.number(1), None, None, None, None, None, "VB 2023"]})
    w.content["a"] = workbook(book)
    w.configure(Source("a", "xlsx"), limits={"max_quarantined_pct": 100})
    w.run("run", code=QUARANTINED)
    reasons = w.sql("SELECT rad, rule, reason FROM drift.quarantine ORDER BY rad").splitlines()
    holds(reasons[0].startswith('2|I-VARDE|sheet "Blad 1", cell D2: '), reasons[0])
    same(reasons[1], '4|U-INDIKATOR|sheet "Blad 1", cell C4: "Ingen sådan" is no indicator of the registry')
    found = w.sql("SELECT rad, rule, message FROM drift.finding WHERE rule = 'V-TEXT'")
    holds(found.startswith('3|V-TEXT|sheet "Blad 1", cell D3: '), found)


def case_one_value_per_line_may_stand_in_a_workbook(w):
    make = make_xlsx()
    book = make.Book()
    book.sheet("Rader", {1: list(PER_LINE), 2: [make.number(45291, make.YEAR), None, "Sjukfrånvaro", "Utfall", make.percent("0.083")],
                         3: [make.number(45291, make.YEAR), None, "Sjukfrånvaro", "Kvinnor", make.percent("0.089")]})
    w.content["a"] = workbook(book)
    w.configure(Source("a", "xlsx", stadsdel="Bromma", columns=PER_LINE))
    w.run("run", code=DONE)
    same(w.sql("SELECT del, period_id, varde, matt FROM drift.gallande ORDER BY 1"), "K|20230000|8.9|%\nT|20230000|8.3|%")


def case_a_workbook_that_is_cut_is_refused(w):
    w.content["a"] = w.fixture("sodermalm-2023.xlsx")[:-100]
    w.configure(Source("a", "xlsx"))
    ended = w.run("run", code=REFUSED)
    holds('is no workbook (xlsx), or is cut: not a zip archive' in ended.err, str(ended))
    same(w.number_of("SELECT count(*) FROM drift.gallande"), 0, "the facts")


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
