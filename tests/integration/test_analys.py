#!/usr/bin/env python3
"""The analysts' views, the guide's ten questions and `compare`, on a small data set whose answers were worked out by hand."""
import csv
import io
import json
import os
import re
import sys

import lib_run
from lib_run import Source, export, holds, line, same
from test_analys_skydd import ANALYST, analyst, script

SICK, SAFE, JOBS, EVICTED = ("Sjukfrånvaro", "Andel stockholmare som upplever trygghet i den stadsdel där man bor",
                             "Antal ungdomar som fått feriejobb i stadens regi", "Antal vräkningar som berör barn")


def row(district, year, indicator, *cells, **more):
    return line(indicator, *cells, district=district, period="VB %d" % year, **more)


# As exported.  Järva = Rinkeby-Kista + Spånga-Tensta from July 2023; Hägersten-Älvsjö = Hägersten-Liljeholmen + Älvsjö from
# July 2020; Norra innerstaden = Norrmalm + Östermalm from July 2023.
EXPORTS = {
    "2019": (row("Hägersten-Liljeholmen", 2019, JOBS, "120 st", "50 st", "70 st"), row("Älvsjö", 2019, JOBS, "30 st", "12 st", "18 st")),
    "2021": (row("Hägersten-Älvsjö", 2021, JOBS, "160 st", "75 st", "85 st"),),
    "2022": (row("Bromma", 2022, SICK, "7,41 %", "5 %", "8,1 %", target="7 %"), row("Farsta", 2022, SICK, "6,8 %", target="7 %"),
             row("Skärholmen", 2022, SICK, "9,1 %", target="8 %"),
             row("Rinkeby-Kista", 2022, SICK, "8 %"), row("Spånga-Tensta", 2022, SICK, "7 %"),
             row("Rinkeby-Kista", 2022, JOBS, "210 st", "100 st", "110 st", kf="9 000 st"),
             row("Spånga-Tensta", 2022, JOBS, "140 st", "60 st", "80 st", target="130 st"), row("Norrmalm", 2022, JOBS, "40 st", "18 st", "22 st"),
             row("Rinkeby-Kista", 2022, EVICTED, "3 st"), row("Spånga-Tensta", 2022, EVICTED, "12 st")),
    "2023": (row("Bromma", 2023, SICK, "6,9 %", target="6,5 %", kf="Tas fram av nämnd"), row("Farsta", 2023, SICK, "7,2 %", target="7 %"),
             row("Skärholmen", 2023, SICK, "7,9 %", target="8 %", kf="+/-1 %"), row("Järva", 2023, SICK, "7,5 %", target="Max 7,5 %"),
             row("Bromma", 2023, SAFE, "75 %", "80 %", "70 %", previous="73 %", target="öka"),
             row("Farsta", 2023, SAFE, "66,4 %", "68 %", "64 %", previous="67 %", target="öka", kf="66,2 %"),
             row("Skärholmen", 2023, SAFE, "58 %", "61 %", "55 %", target="öka", kf="58 %"),
             row("Järva", 2023, JOBS, "360 st", "170 st", "190 st"), row("Bromma", 2023, JOBS, "90 st", "42 st", "48 st", target="100 st")),
}
GOALS = """Verksamhetsberättelse VB 2023 för Bromma stadsdelsnämnd

KF:s inriktningsmål: 1. En stad som håller ihop

KF:s mål för verksamhetsområdet: 1.1 Barn får plats
Uppfylls helt

KF:s mål för verksamhetsområdet: 1.2 Gator är hela
Uppfylls delvis

"""
ANSWERS = {
    1: ["Bromma|7.41|7 %|6.9|6.5 %".replace("6.5", "6,5")],
    2: ["Bromma|70|80|-10", "Skärholmen|55|61|-6", "Farsta|64|68|-4"],
    # of 6,9 7,2 7,5 7,9 the median is 7,35
    3: ["1|Bromma|6.9|7.35|-0.45|1.0", "2|Farsta|7.2|7.35|-0.15|1.0", "3|Järva|7.5|7.35|0.15|1.0", "4|Skärholmen|7.9|7.35|0.55|1.0"],
    4: ["Sjukfrånvaro|Farsta|6.8|7.2|0.4"],
    # 120 + 30; 210 + 140; of Norra innerstaden only Norrmalm has reported
    5: ["Bromma|2023|90|egen", "Hägersten-Älvsjö|2019|150|summa", "Hägersten-Älvsjö|2021|160|egen", "Järva|2022|350|summa", "Järva|2023|360|egen",
        "Norra innerstaden|2022||ofullständig"],
    6: ["ej bedömd: avrundat värde för nära målet|1", "ej bedömd: föregående värde saknas|1", "ej bedömd: målet gäller hela staden|1",
        "ej bedömd: målet tas fram av nämnden|1"],
    7: ["verksamhetsmal|1.2|Gator är hela|delvis"],
    8: ["Skärholmen|%s|2023|T|57|58|revised" % SAFE],
    9: ["%s|2|1" % EVICTED],
    10: ["Bromma|6.9|2023|2|64|", "Farsta|7.2|2023|3|64|", "Järva|7.5|2023|5|64|", "Skärholmen|7.9|2023|4|64|"],
}


def load(w, **changed):
    analyst(w)
    w.content.update({name: export(*lines) for name, lines in EXPORTS.items()})
    w.content.update({name: export(*lines) for name, lines in changed.items()})
    w.content["mal"] = GOALS.encode("utf-8")
    sources = [Source(name) for name in EXPORTS] + [Source("mal", "rapporttext", stadsdel="Bromma", year=2023)]
    w.configure(*sources, **load.sections)
    w.run("run", code=lib_run.DONE)


load.sections = {}


def compare(w, *arguments, code=lib_run.DONE, locale="C.UTF-8", **more):
    """As the analyst's login, without a configuration."""
    dsn = "dbname=%s user=%s" % (w.database, ANALYST)
    return w.run(*arguments, code=code, command=["env", "LC_ALL=" + locale, w.binary, "--config", "/nonexistent", "compare", "--dsn", dsn] + list(arguments), **more)


def rows_of(ended):
    return list(csv.DictReader(io.StringIO(ended.out)))


def guide():
    with open(os.path.join(lib_run.TOP, "sql", "GUIDE.md"), encoding="utf-8") as f:
        text = f.read()
    parts = re.split(r"^## (\d+)\. ", text, flags=re.M)[1:]
    return {int(parts[i]): parts[i + 1] for i in range(0, len(parts), 2)}


def case_the_guides_ten_questions_are_answered_by_its_sql(w):
    first = [text.replace("58 %", "57 %", 1) if "58 %" in text else text for text in EXPORTS["2023"]]
    load(w, **{"2023": first})
    load(w)
    questions = guide()
    same(sorted(questions), list(range(1, 11)), "the questions")
    for number, text in questions.items():
        query, = re.findall(r"```sql\n(.*?)```", text, flags=re.S)
        same(["|".join(r) for r in script(w, query, ANALYST)], ANSWERS[number], "the answer to question %d" % number)
        holds("Command: " in text and "Page: " in text, "question %d does not say its command and page" % number)


def case_the_guides_commands_answer_the_same(w):
    load(w)
    figures = lambda ended, *names: ["|".join(r[n] for n in names) for r in rows_of(ended)]  # noqa: E731
    csv_of = lambda *arguments: compare(w, *arguments, "--format", "csv")  # noqa: E731
    missed = [[r["stadsdel"] for r in rows_of(csv_of(SICK, "--period", year)) if r["arsmal_uppfyllt"] == "f"] for year in ("2022", "2023")]
    same(sorted(set(missed[0]) & set(missed[1])), ["Bromma"], "question 1")
    same(sorted(figures(csv_of("IND_TRYGGHET_STADSDELEN", "--period", "2023"), "stadsdel", "kvinnor", "man", "gap_kvinnor_man")),
         sorted(ANSWERS[2]), "question 2")
    same(figures(csv_of(SICK, "--period", "2023"), "rang", "stadsdel", "varde", "median"), ["|".join(a.split("|")[:4]) for a in ANSWERS[3]],
         "question 3")
    same([r["stadsdel"] for r in rows_of(csv_of(SICK)) if r["trend"] == "sämre"], ["Farsta"], "question 4")
    same(figures(csv_of("IND_UNGDOMAR_FERIEJOBB", "--basis", "today", "--period", "2022"), "stadsdel", "varde", "kombination"),
         ["Järva|350|summa", "Norra innerstaden||ofullständig"], "question 5")
    same(figures(csv_of(SAFE), "stadsdel", "arsmal_bedomning", "kf_bedomning"),
         ["Bromma|uppfyllt|ej bedömd: mål saknas", "Farsta|ej uppfyllt|ej bedömd: avrundat värde för nära målet",
          "Skärholmen|ej bedömd: föregående värde saknas|uppfyllt"], "question 6")
    same(figures(csv_of(EVICTED), "stadsdel", "varde", "varde_status", "tryckt", "antal_undertryckta"),
         ["Spånga-Tensta|12|reported||1", "Rinkeby-Kista||suppressed|..|1"], "question 9")


def case_merged_districts_are_compared_on_both_bases(w):
    load(w)
    both = "SELECT stadsdel, kon_kod, varde, varde_status, kombination FROM analys.%s WHERE indikator = '%s' AND ar = %d ORDER BY 1, 2"
    same(["|".join(r) for r in script(w, both % ("jamforelse_idag", JOBS, 2022), ANALYST)],
         ["Järva|K|190|reported|summa", "Järva|M|160|reported|summa", "Järva|T|350|reported|summa",
          "Norra innerstaden|K||missing|ofullständig", "Norra innerstaden|M||missing|ofullständig", "Norra innerstaden|T||missing|ofullständig"])
    same(["|".join(r) for r in script(w, both % ("jamforelse", JOBS, 2019), ANALYST)],
         ["Hägersten-Liljeholmen|K|70|reported|egen", "Hägersten-Liljeholmen|M|50|reported|egen", "Hägersten-Liljeholmen|T|120|reported|egen",
          "Älvsjö|K|18|reported|egen", "Älvsjö|M|12|reported|egen", "Älvsjö|T|30|reported|egen"])
    # a share has no denominator: never a mean
    same([r[2:] for r in script(w, both % ("jamforelse_idag", SICK, 2022), ANALYST) if r[0] == "Järva"],
         [["", "not_applicable", "ej kombinerbar: nämnare saknas"]])
    # a hidden part hides the sum
    same(["|".join(r) for r in script(w, both % ("jamforelse_idag", EVICTED, 2022), ANALYST)], ["Järva|T||suppressed|summa"])
    # the year after the merger is compared with the sum of the year before it
    same(script(w, "SELECT ett_ar_fore, forandring, trend FROM analys.jamforelse_idag WHERE stadsdel = 'Järva' AND indikator = '%s' AND ar = 2023"
                   " AND kon_kod = 'T'" % JOBS, ANALYST), [["350", "10", "bättre"]])
    same(script(w, "SELECT coalesce(ett_ar_fore, -1) FROM analys.jamforelse WHERE stadsdel = 'Järva' AND indikator = '%s' AND kon_kod = 'T'" % JOBS,
                ANALYST), [["-1"]])


def case_both_reports_of_a_merged_district_are_not_added(w):
    load(w, **{"2023": EXPORTS["2023"] + (row("Rinkeby-Kista", 2023, JOBS, "200 st"),)})
    same(script(w, "SELECT coalesce(varde, -1), kombination FROM analys.jamforelse_idag WHERE stadsdel = 'Järva' AND indikator = '%s'"
                   " AND ar = 2023 AND kon_kod = 'T'" % JOBS, ANALYST), [["-1", "ej kombinerbar: överlappande stadsdelar"]])


def case_targets_are_judged_by_what_they_say(w):
    def judged(target, value, matt="'%'", polarity="hogre", previous="NULL", shown=None, citys="false", status="reported"):
        return w.sql("SELECT analys.bedom('%s', %s, '%%', %s, '%s', '%s', %s, %s, %s, %s)"
                     % (target[0], target[1], citys, polarity, status, value, value if shown is None else shown, matt, previous))
    yes, no = "uppfyllt", "ej uppfyllt"
    for answer, target, value, more in (
            (yes, ("value", 85), 85, {}), (no, ("value", 85), "84.99", {}), (yes, ("value", 5), 5, {"polarity": "lagre"}),
            (no, ("value", 5), "5.01", {"polarity": "lagre"}), ("ej bedömd: indikatorn har ingen riktning", ("value", 5), 6, {"polarity": "neutral"}),
            (yes, ("at_least", 85), 90, {"polarity": "lagre"}), (no, ("at_most", 10), 11, {"polarity": "hogre"}),
            (yes, ("exactly", 100), "100.0", {}), (no, ("exactly", 100), "99.9", {}), (yes, ("within", 1), -1, {}), (no, ("within", 1), "-1.1", {}),
            (yes, ("increase", "NULL"), 5, {"previous": 4}), (no, ("increase", "NULL"), 5, {"previous": 5}),
            (yes, ("decrease", "NULL"), 3, {"previous": 4}), (yes, ("unchanged", "NULL"), "4.0", {"previous": 4}),
            ("ej bedömd: föregående värde saknas", ("increase", "NULL"), 5, {}), ("ej bedömd: målet tas fram av nämnden", ("delegated", "NULL"), 5, {}),
            ("ej bedömd: mål saknas", ("none", "NULL"), 5, {}), ("ej bedömd: målet är text", ("text", "NULL"), 5, {}),
            ("ej bedömd: olika enheter", ("value", 5), 5, {"matt": "'st'"}), ("ej bedömd: målet gäller hela staden", ("value", 5), 5, {"citys": "true"}),
            ("ej bedömd: värdet visas inte", ("value", 5), 3, {"status": "suppressed"}), ("ej bedömd: värde saknas", ("value", 5), "NULL", {}),
            # rounded: an exact verdict only where the target could have been printed
            (yes, ("value", 36), "36.36", {"shown": 36}), ("ej bedömd: avrundat värde för nära målet", ("value", "36.3"), "36.36", {"shown": 36}),
            (no, ("value", "36.6"), "36.36", {"shown": 36})):
        same(judged(target, value, **more), answer, "%s of %s %s" % (target, value, more))


def case_a_changed_definition_breaks_the_series(w):
    with open(os.path.join(lib_run.TOP, "config", "indikatorer.yaml"), encoding="utf-8") as f:
        text = f.read() + 'definitions:\n  - {indikator: IND_SJUKFRANVARO, from: 2023, note: "ny mätmetod"}\n'
    path = w.file("indikatorer.yaml", text)
    registries = {name: os.path.join(lib_run.TOP, "config", name + ".yaml") for name in ("stadsdelar", "enheter")}
    load.sections = {"registries": dict(registries, indikatorer=path)}
    try:
        load(w)
    finally:
        load.sections = {}
    same(script(w, "SELECT ett_ar_fore, coalesce(forandring, 0), coalesce(trend, '-'), serie_bruten FROM analys.jamforelse"
                   " WHERE indikator = 'Sjukfrånvaro' AND ar = 2023 AND stadsdel = 'Farsta'", ANALYST), [["6.8", "0", "-", "ny mätmetod"]])
    holds("Serien är bruten i år: ny mätmetod" in compare(w, SICK).out, "the table does not say that the series is broken")
    load(w)  # the registry no longer says so
    same(script(w, "SELECT forandring, trend FROM analys.jamforelse WHERE indikator = 'Sjukfrånvaro' AND ar = 2023 AND stadsdel = 'Farsta'", ANALYST),
         [["0.4", "sämre"]])


def case_the_citys_own_value_is_beside_the_districts_and_not_among_them(w):
    with open(os.path.join(lib_run.TOP, "config", "stadsdelar.yaml"), encoding="utf-8") as f:
        path = w.file("stadsdelar.yaml", f.read().replace("stadsdelar:\n", "stadsdelar:\n  - {code: STAD, name: Stockholms stad}\n", 1))
    registries = {name: os.path.join(lib_run.TOP, "config", name + ".yaml") for name in ("indikatorer", "enheter")}
    load.sections = {"registries": dict(registries, stadsdelar=path)}
    try:
        load(w, **{"2023": EXPORTS["2023"] + (row("Stockholms stad", 2023, SICK, "7,1 %"),)})
    finally:
        load.sections = {}
    same(script(w, "SELECT stadsdel, rang, skillnad_staden, median, antal_varden FROM analys.jamforelse WHERE indikator = 'Sjukfrånvaro'"
                   " AND ar = 2023 ORDER BY ar_staden, rang", ANALYST)[-2:], [["Skärholmen", "4", "0.8", "7.35", "4"], ["Stockholms stad", "", "0.0", "7.35", "4"]])


def case_a_value_in_another_unit_is_set_against_nothing(w):
    odd = (row("Kungsholmen", 2023, SICK, "69 ‰", "50 ‰", "81 ‰"), row("Södermalm", 2023, SICK, "0,1 st"), row("Skarpnäck", 2023, SICK, "7,4"))
    load(w, **{"2022": EXPORTS["2022"] + (row("Kungsholmen", 2022, SICK, "7,2 %"),), "2023": EXPORTS["2023"] + odd})
    query = ("SELECT stadsdel, rang, varde, matt, annan_enhet, median, lagst, hogst, antal_varden, coalesce(forandring::text, '-'),"
             " coalesce(gap_kvinnor_man::text, '-') FROM analys.%s WHERE indikator = 'Sjukfrånvaro' AND ar = 2023 AND kon_kod = 'T' ORDER BY 2, 1")
    expected = ["1|Bromma|6.9|%|f|-0.51", "2|Farsta|7.2|%|f|0.4", "3|Skarpnäck|7.4||f|-", "4|Järva|7.5|%|f|-", "5|Skärholmen|7.9|%|f|-1.2",
                "|Kungsholmen|69|‰|t|-", "|Södermalm|0.1|st|t|-"]
    for view in ("jamforelse", "jamforelse_idag"):
        answer = script(w, query % view, ANALYST)
        same(["|".join((r[1], r[0], r[2], r[3], r[4], r[9])) for r in answer], expected, view)
        same({"|".join(r[5:9]) for r in answer}, {"7.4|6.9|7.9|5"}, "median, lowest, highest, count of " + view)
        same({r[10] for r in answer}, {"-"}, "gaps of " + view)
    table = compare(w, SICK, "--period", "2023", locale="C").out
    holds(table.startswith("Sjukfrånvaro (%)\n") and "   Kungsholmen    69 ‰" in table and " 0,1 st" in table and "Värden i en annan enhet" in table, table)
    same([r["annan_enhet"] for r in rows_of(compare(w, SICK, "--period", "2023", "--format", "csv"))], ["f"] * 5 + ["t"] * 2)
    holds("annan enhet" not in compare(w, SICK, "--period", "2022").out, "said where there is none")


def case_the_table_is_for_reading(w):
    load(w)
    same([text.rstrip() for text in compare(w, SICK, "--period", "2023", locale="C").out.splitlines()], [
        "Sjukfrånvaro (%)",
        "2023, båda könen, stadsdelar som de rapporterade; lägre är bättre",
        "",
        "   Stadsdel    Utfall                        Årsmål                  KF:s årsmål                     Mot året före",
        "1  Bromma         6,9  #################     6,5 %      ej uppfyllt  Tas fram av nämnd  ej bedömd            -0,51",
        "2  Farsta         7,2  ##################    7 %        ej uppfyllt                                           +0,4",
        "3  Järva          7,5  ##################    Max 7,5 %  uppfyllt",
        "4  Skärholmen     7,9  ####################  8 %        uppfyllt     +/-1 %             ej uppfyllt           -1,2",
        "",
        "Median 7,35, lägst 6,9, högst 7,9",
        "Andelar är avrundade; målen är bedömda på det exakta värdet"])
    wide = compare(w, "sjukfrånvaro").out
    holds("\u2588" in wide and "\u22120,51" in wide, "bars and signs of the character set")
    table = compare(w, EVICTED).out
    holds(".." in table and "det är inte noll" in table and " 0 " not in table, table)


def case_programs_get_exact_figures(w):
    load(w)
    parsed = json.loads(compare(w, SICK, "--format", "json", "--period", "2022").out, parse_float=str)
    same([(r["stadsdel"], r["varde"], r["arsmal_uppfyllt"], r["kf_bedomning"]) for r in parsed][1],
         ("Spånga-Tensta", 7, None, "ej bedömd: mål saknas"))
    same(parsed[2]["varde"], "7.41")
    same(list(parsed[0]), list(rows_of(compare(w, SICK, "--format", "csv"))[0]), "the columns of both")
    hidden = json.loads(compare(w, EVICTED, "--format", "json").out)[1]
    same((hidden["varde"], hidden["varde_status"], hidden["obs_status"], hidden["conf_status"]), (None, "suppressed", "Q", "C"))


def case_a_cell_that_looks_like_a_formula_is_text(w):
    load(w)
    w.sql("UPDATE lager.dim_stadsdel SET namn = '=1+\"1\"' WHERE kod = 'SDN_FAR'")
    out = compare(w, SICK, "--format", "csv", "--period", "2023").out
    holds(',"\'=1+""1""",' in out, out)
    same([r["arsmal"] for r in rows_of(compare(w, SICK, "--format", "csv", "--period", "2023"))], ["6,5 %", "7 %", "Max 7,5 %", "8 %"])
    same([r["kf_arsmal"] for r in rows_of(compare(w, SICK, "--format", "csv", "--period", "2023"))][-1], "'+/-1 %")
    holds(",-0.51," in out, "a negative number is a number")


def case_names_aliases_and_codes_are_known_and_near_misses_proposed(w):
    load(w)
    for name in (SICK, "SJUKFRÅNVARO.", "IND_SJUKFRANVARO", "ind_sjukfranvaro"):
        holds(compare(w, name).out.startswith("Sjukfrånvaro (%)"), name)
    ended = compare(w, "Sjukfrånvarro", code=lib_run.USAGE)
    same(ended.err.splitlines(), ['stadslager: no indicator is called "Sjukfrånvarro"', '  hint: Did you mean "Sjukfrånvaro"?'])
    ended = compare(w, SICK, "--period", "2018", code=lib_run.USAGE)
    same(ended.err.splitlines(), ['stadslager: no district has reported "Sjukfrånvaro" for "2018"', '  hint: The newest period with values is "2023".'])
    for wrong in ((), (SICK, "--kon", "X"), (SICK, "--basis", "yesterday"), (SICK, "--format", "xml"), (SICK, "Bromma"), (SICK, "--nothing")):
        same(compare(w, *wrong, code=lib_run.USAGE).out, "", str(wrong))
    same(compare(w, SICK, code=lib_run.DATABASE, env={"PGHOST": "/nonexistent"}).out, "")


def case_every_view_and_column_is_explained(w):
    same(w.sql("SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
               " WHERE c.relnamespace = 'analys'::regnamespace AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL)"), "")


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
