#!/usr/bin/env python3
"""report: what is rare in a warehouse, and must be told right all the same: no run yet, a run that failed or was killed, sexes
without a total, texts in place of values, series that break, parts of years only, several years of economy and goals.

usage: test_report_rare.py [PART-OF-A-NAME...]     starts itself inside tests/with-postgres; STADSLAGER names another binary
Prints a line per test and, last, "N passed, N failed".
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_run  # noqa: E402
from lib_run import DONE, FETCH, TOP, Source, export, holds, line, same  # noqa: E402
from test_report import pages, write  # noqa: E402
from test_run_tabell import ACTIVITIES, INDICATORS, NET, report  # noqa: E402

SICK, INDEX, JOBS, GROUP = "Sjukfrånvaro", "Aktivt Medskapandeindex", "Antal vräkningar som berör barn", "Antal barn per grupp"


def site(w):
    return pages(write(w)[0])


def row(page, first, table=0):
    """The cells of the row that begins with FIRST, by the words at the head of their columns."""
    head, *body = page.tables[table]
    found, = [cells for cells in body if cells[0][0] == first]
    return {h[0]: c[0] for h, c in zip(head, found)}


def indicator(found, name):
    page, = [p for path, p in found.items() if path.startswith("indikator/") and name + " – " in p.text]
    return page


def case_a_warehouse_without_a_run_has_a_site_that_says_so(w):
    w.configure(Source("bromma"))
    found = site(w)
    same(sorted(found), ["index.html", "kvalitet.html"])
    holds("Ingen körning har gjorts än." in found["index.html"].text and "från okänd tid" in found["index.html"].text, found["index.html"].text)


def case_a_run_that_failed_or_was_killed_is_told_as_such(w):
    w.content["bromma"] = export(line(SICK, "5 %"))
    w.configure(Source("bromma"), Source("farsta"))
    w.answer["farsta"] = lambda r: r.answer("404 Not Found", b"no")
    w.run("run", code=FETCH)
    text = site(w)["index.html"].text
    holds("Källor som lästes: 1" in text and "Den slutade med kod 6: något kunde inte hämtas eller laddas." in text, text)
    w.run("run", code=FETCH)
    text = site(w)["index.html"].text
    holds("Inget laddades. Den slutade med kod 6" in text, text)
    w.sql("DELETE FROM drift.run_result WHERE run_id = 2")
    text = site(w)["index.html"].text
    holds("och slutade inte (UTC). Inget laddades." in text and "kod" not in text[text.index("slutade inte"):text.index("Stadsdelar", text.index("slutade inte"))], text)


def case_values_that_came_went_or_are_hidden_are_among_the_revisions(w):
    w.configure(Source("bromma", tokens={"..": "suppressed"}))
    w.content["bromma"] = export(line(SICK, "5 %"), line(INDEX, ".."), line(GROUP, "12"), line(JOBS, "40"), line("Andel trygga omsorgstagare i hemtjänsten", "80 %"))
    w.run("run", code=DONE)
    w.content["bromma"] = export(line(SICK, "6 %"), line(INDEX, "82"), line(GROUP, ".."), line(JOBS, "41"), line("Andel smarta lås i hemtjänsten", "80 %"))
    w.run("run", "--source", "bromma", "--accept-shrunken", code=DONE)
    table = [i for i, t in enumerate(site(w)["index.html"].tables) if t[0][-1][0] == "Efter"][0]
    page = site(w)["index.html"]
    told = {cells[2][0]: (cells[5][0].strip(), cells[6][0].strip()) for cells in page.tables[table][1:]}
    same(told, {SICK: ("5 %", "6 %"), INDEX: ("..", "82"), GROUP: ("12", ".."), JOBS: ("40", "41"),
                "Andel trygga omsorgstagare i hemtjänsten": ("80 %", "borttaget")})


# One value per line: only such exports tell of a sex without a total.
LONG = "Stadsdel;Enhet;Indikator;Period;Kolumn;Värde\n"
COLUMNS = {"Kolumn": "matt_kolumn", "Värde": "varde"}


def long_rows(*rows):
    return (LONG + "".join(";".join(r) + "\n" for r in rows)).encode("utf-8")


def case_sexes_without_a_total_stand_alone(w):
    total, women, men = "Utfall", "Utfall kvinnor/flickor", "Utfall män/pojkar"
    w.content["bromma"] = long_rows(
        ("Bromma", "", INDEX, "VB 2023", women, "85"), ("Bromma", "", INDEX, "VB 2023", men, "82"), ("Bromma", "", INDEX, "VB 2022", women, "81"),
        ("Farsta", "", INDEX, "VB 2023", total, "84"), ("Farsta", "", INDEX, "VB 2022", total, "80"),
        ("Bromma", "Familjeenheten", INDEX, "VB 2023", women, "88"), ("Bromma", "Familjeenheten", INDEX, "T1 2023", men, "77"),
        ("Bromma", "Familjeenheten", GROUP, "T1 2023", men, "15"))
    w.configure(Source("bromma", columns=COLUMNS), unknown={"enhet": "add"})
    w.run("run", code=DONE)
    found = site(w)
    page = indicator(found, INDEX)
    bromma = row(page, "Bromma")
    same({k: bromma[k] for k in ("Plats", "Totalt", "Kvinnor", "Män", "Kvinnor minus män", "Årsmål", "Bedömning", "Anmärkning")},
         {"Plats": "", "Totalt": "", "Kvinnor": "85", "Män": "82", "Kvinnor minus män": "3", "Årsmål": "", "Bedömning": "", "Anmärkning": ""})
    same(row(page, "Farsta")["Totalt"], "84")
    same([c[0] for c in page.tables[0][1:][-1]][0], "Bromma", "the last one: what has no total has no place")
    years = [t for t in page.tables if t[0][0][0] == "Stadsdel" and t[0][1][0] == "2022"][0]
    same([[c[0] for c in r] for r in years[1:]], [["Bromma", "", ""], ["Farsta", "80", "84"]])
    units = [t for t in page.tables if t[0][0][0] == "Enhet"][0]
    same([[c[0] for c in r] for r in units[1:]], [["Familjeenheten", "Bromma", "T1 2023", "", "", "77", "", ""], ["Familjeenheten", "Bromma", "2023", "", "88", "", "", ""]])
    holds("Stadsdelarna T1 2023" not in page.text, "a period of which no board tells has no table of boards")
    page = indicator(found, GROUP)  # only a unit has it
    holds("Dagens stadsdelar" not in page.text and "Var värdena kommer ifrån" not in page.text, page.text)
    same(row(found["stadsdel/SDN_BRO.html"], INDEX, 1)["Kvinnor"], "85")


def case_what_is_no_number_is_shown_as_it_was_printed(w):
    w.content["bromma"] = export(line(GROUP, "Tas fram av nämnden"), line(JOBS, "0"), line(SICK, "0 %", period="VB 2022"), line(SICK, "0 %"),
                                 line(INDEX, "82", period="VB 2022"), line(INDEX, "", "83", "84"))
    w.content["farsta"] = export(line(JOBS, "0", district="Farsta"), line(SICK, "-2,25 %", district="Farsta"), line(GROUP, "15,25", district="Farsta"),
                                 line(INDEX, "79", district="Farsta"))
    w.configure(Source("bromma"), Source("farsta"), limits={"max_quarantined_pct": 100})
    w.run("run", code=DONE)
    found = site(w)
    same(row(indicator(found, GROUP), "Bromma")["Totalt"], "Tas fram av nämnden")
    same(row(indicator(found, INDEX), "Bromma")["Totalt"], "– uppgift saknas")
    same(row(indicator(found, JOBS), "Bromma")["Totalt"].split("\u00a0")[0], "0")
    same(row(indicator(found, SICK), "Farsta")["Totalt"], "\u22122,25\u00a0%")
    same(row(indicator(found, SICK), "Bromma")["Mot året före"].split()[0], "0", "a change by nothing has no sign")


def registry(w):
    return {"stadsdelar": os.path.join(TOP, "config", "stadsdelar.yaml"), "enheter": os.path.join(TOP, "tests", "fixtures", "config", "enheter.yaml"),
            "indikatorer": w.file("indikatorer.yaml", """indikatorer:
  - {code: IND_SJUK, name: Sjukfrånvaro, unit: "%", kind: andel, polarity: lagre, owner: enhet, kon_mening: egen_andel}
  - {code: IND_VRAK, name: Antal vräkningar som berör barn, kind: antal, kon_mening: eget_antal}
definitions:
  - {indikator: IND_SJUK, from: 2023, note: räknas på ett annat sätt}
""")}


def case_a_series_that_breaks_says_so_where_years_stand_beside_each_other(w):
    w.content["a"] = export(*[line(SICK, "%d %%" % (5 + i), period="VB 202%d" % i, district=d) for i in (1, 2) for d in ("Bromma", "Rinkeby-Kista", "Spånga-Tensta")],
                            *[line(SICK, "7 %", period="VB 2023", district=d) for d in ("Bromma", "Järva")], line(SICK, "8 %", period="T1 2023"))
    w.configure(Source("a"), registries=registry(w))
    w.run("run", code=DONE)
    page = indicator(site(w), SICK)
    holds("Serien bryts. " in page.text and "räknas på ett annat sätt" in page.text and "Följs upp av enheten" in page.text, page.text)
    heads = [[h[0] for h in t[0]] for t in page.tables if t[0][0][0] in ("Stadsdel", "Stadsdel i dag") and t[0][1][0] == "2021"]
    same(heads, [["Stadsdel", "2021", "2022", "2023 ny definition"], ["Stadsdel i dag", "2021", "2022", "2023 ny definition"]])


def case_parts_of_years_stand_in_a_table_of_their_own(w):
    w.content["a"] = export(line(JOBS, "15", period="T1 2023", district="Rinkeby-Kista"), line(JOBS, "12", period="T1 2023", district="Spånga-Tensta"),
                            line(JOBS, "9", period="T2 2022", district="Rinkeby-Kista"), line(JOBS, "14", period="T1 2023"))
    w.configure(Source("a"))
    w.run("run", code=DONE)
    page = indicator(site(w), JOBS)
    same(page.headings[0:2], [1, 2])
    today = [t for t in page.tables if t[0][0][0] == "Stadsdel i dag"]
    same([[c[0] for c in r] for t in today for r in t], [["Stadsdel i dag", "T2 2022", "T1 2023"], ["Bromma", "", "14"], ["Järva", "ofullständig", "27 summa"]])
    holds("Utveckling över åren" not in page.text, "no whole year has a value")


def case_economy_and_goals_of_earlier_years_are_folded_away(w):
    w.content["new"] = report(INDICATORS, ACTIVITIES, NET, NET.replace("858,8", ""))
    w.content["old"] = report(INDICATORS, NET).replace(b"2022", b"2021").replace(b"2023", b"2022")
    w.configure(Source("new", "rapporttext", stadsdel="Bromma", year=2023), Source("old", "rapporttext", stadsdel="Bromma", year=2022))
    w.run("run", code=DONE)
    page = site(w)["stadsdel/SDN_BRO.html"]
    summaries = [part.split("\n")[0].strip() for part in page.text.split("Ekonomi ")[1:]]
    same([s.split()[0] for s in summaries if s[:2] == "20"], ["2023", "2022"])
    economy = [t for t in page.tables if t[0][0][0] == "Verksamhet"]
    same(len(economy), 3, "tables of amounts")
    holds("Uppföljning av ekonomi, tabell 2" in page.text, page.text)
    same([c[0] for c in economy[1][1]], ["Äldreomsorg", "847,1\u00a0mnkr", "", "\u2212161,6\u00a0mnkr", "\u2212173,9\u00a0mnkr", "0,6\u00a0mnkr"])
    goals = [t for t in page.tables if t[0][0][0] == "Mål"]
    same(len(goals), 2, "tables of goals")


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
