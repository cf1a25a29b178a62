#!/usr/bin/env python3
"""export: every format read by an independent reader and compared with the views, read back by our own connectors, and
searched for what the views hide."""
import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
import zipfile

import lib_run
from lib_run import DATABASE, DONE, QUARANTINED, REFUSED, USAGE, Source, export, holds, line, same

FORMATS = ("csv", "xlsx", "sdmx-csv", "json-stat2", "px")
SATISFIED, EVICTIONS, INDEX = "Andel nöjda föräldrar till barn i förskolan", "Antal vräkningar som berör barn", "Aktivt Medskapandeindex"
VIOLENCE = "Antal personer som utsatts för våld i nära relation som är kända av socialtjänsten"
DEBIAN_PYTHON = "/usr/bin/python3"  # sees python3-openpyxl
PREVIOUS = "777"  # what suppressed rows are told apart by

OPENPYXL = """
import json, sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
json.dump([[None if c.value is None else [type(c.value).__name__, repr(c.value) if isinstance(c.value, (int, float)) else c.value, c.data_type]
            for c in row] for row in book.active.iter_rows()], sys.stdout)
"""


def load(w, *lines, unknown=None):
    """Two districts with units, both sexes, small counts, words, and names that look like formulas."""
    district = "Farsta stadsdelsnämnd"
    w.content["bromma"] = export(
        line(SATISFIED, "84 %", "83 %", "85 %", "82", "86 %", "88 %"), line(INDEX, "83", "82", "83", "", "84", "82"),
        line(EVICTIONS, "3", "1", "2", PREVIOUS, "0", "0"), line(EVICTIONS, "5", period="VB 2022"), line("Antal barn per grupp", "14,40 barn/avd."),
        line("Sjukfrånvaro", "..", "-", ".", target="7 %"), line("Sjukfrånvaro dag 1-14", "", "2,5 %", "3 %"),
        line("Aktivt Medskapandeindex", "-0,5", unit="=1+2"), line("Aktivt Medskapandeindex", "1234567,25", unit="@SUM(A1)"),
        line("Andel digitala inköp i hemtjänsten", "inga inköp", period="T1 2024"),
        line(VIOLENCE, "1212 st", "9 %", "91 %"), *lines)
    w.content["farsta"] = export(line(SATISFIED, "79,6 %", "78 %", "81 %", district=district), line(EVICTIONS, "12", "7", "5", district=district))
    w.configure(Source("bromma", tokens={"..": "suppressed", ".": "not_applicable", "-": "not_measured", "": "missing"}), Source("farsta"),
                unknown={"enhet": "add"})
    ended = w.run("run")
    holds(ended.code in (DONE, QUARANTINED), str(ended))
    return ended


def rows_of(w):
    """The views, as the formats should have them: a dict per outcome."""
    columns = ("stadsdel_kod", "stadsdel", "hel_namnd", "enhet", "enhet_id", "indikator_kod", "indikator", "period", "kon_kod", "varde", "matt",
               "varde_status", "obs_status", "conf_status")
    text = w.sql("SELECT json_agg(json_build_array(%s)) FROM analys.utfall" % ", ".join("%s::text" % c for c in columns))
    return [dict(zip(columns, ("" if x is None else x for x in row))) for row in json.loads(text)]


def make(w, form, *options, code=DONE):
    path = os.path.join(w.folder, "out." + form)
    if os.path.exists(path):
        os.unlink(path)
    w.run("export", "--format", form, "--out", path, *options, code=code)
    with open(path, "rb") as f:
        return f.read()


def key_of(row):
    return row["stadsdel_kod"], "" if row["hel_namnd"] == "true" else "E" + row["enhet_id"], row["indikator_kod"], row["period"], row["kon_kod"]


def read_csv(data):
    holds(data.startswith(b"\xef\xbb\xbf"), "the file has no byte order mark")
    holds(b"\n" not in data.replace(b"\r\n", b""), "a line ends with LF alone")
    return list(csv.DictReader(io.StringIO(data[3:].decode("utf-8"), newline=""), delimiter=";"))


def check_table(w, found, number):
    """FOUND: dicts by header, of csv or of the workbook; NUMBER turns a cell into the decimal's text."""
    kon = {"Totalt": "T", "Män/pojkar": "M", "Kvinnor/flickor": "K"}
    words = {"suppressed": "undertryckt", "not_measured": "ej mätt", "missing": "uppgift saknas", "not_applicable": "ej tillämpligt",
             "text": "text", "reported": "redovisat"}
    expected = {key_of(row): row for row in rows_of(w)}
    same(len(found), len(expected), "the number of rows")
    for row in found:
        fact = expected.pop((row["Stadsdelskod"], row["Enhetskod"] or "", row["Indikatorkod"], row["Period"], kon[row["Kön"]]))
        same(row["Status"], words[fact["varde_status"]], "the status of %s" % row)
        same((row["OBS_STATUS"], row["CONF_STATUS"]), (fact["obs_status"], fact["conf_status"]), "the codes of %s" % row)
        if fact["varde_status"] == "reported":
            same(number(row["Värde"]), fact["varde"], "the value of %s" % row)
        elif fact["varde_status"] == "suppressed":
            same(row["Värde"], "..", "a suppressed value")
    same(expected, {}, "rows that are missing")


def case_csv_holds_what_the_views_hold(w):
    load(w)
    check_table(w, read_csv(make(w, "csv")), lambda cell: cell.replace(",", "."))


def case_numbers_in_csv_have_a_decimal_comma_and_no_guard(w):
    load(w)
    values = [row["Värde"] for row in read_csv(make(w, "csv"))]
    for value in ("-0,5", "1234567,25", "14,40", "84"):
        holds(value in values, "%s is not in %s" % (value, values))


def case_no_text_of_a_csv_is_a_formula(w):
    load(w)
    rows = read_csv(make(w, "csv"))
    units = {row["Enhet"] for row in rows}
    holds({"'=1+2", "'@SUM(A1)"} <= units, "units are %s" % units)
    for row in rows:
        for name, cell in row.items():
            if name != "Värde":
                holds(not re.match(r"\s*[=+@\t\r-]", cell), "%s is %r" % (name, cell))


def workbook(w, data):
    path = os.path.join(w.folder, "read.xlsx")
    with open(path, "wb") as f:
        f.write(data)
    done = subprocess.run([DEBIAN_PYTHON, "-c", OPENPYXL, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    holds(done.returncode == 0, "openpyxl: " + done.stderr.decode())
    head, *rows = json.loads(done.stdout)
    return [dict(zip((cell[1] for cell in head), row)) for row in rows]


def case_a_workbook_holds_what_the_views_hold(w):
    load(w)
    found = workbook(w, make(w, "xlsx"))
    for row in found:
        for name, cell in row.items():
            holds(cell is None or cell[2] != "f", "%s is a formula" % name)
            holds(name == "Värde" or cell is None or cell[0] == "str", "%s is %s" % (name, cell))
    values = {key_of(r): r["varde"] for r in rows_of(w)}
    plain = [{name: cell[1] if cell else "" for name, cell in row.items()} for row in found]
    for row, cells in zip(plain, found):
        value = values[(row["Stadsdelskod"], row["Enhetskod"], row["Indikatorkod"], row["Period"], {"T": "T", "M": "M", "K": "K"}[row["Kön"][0]])]
        same(bool(value), bool(cells["Värde"]) and cells["Värde"][0] in ("int", "float"), "a number for %s" % value)
        if value:  # as numbers: 14.40 and 14.4 are one
            same(float(cells["Värde"][1]), float(value))
            row["Värde"] = value
    check_table(w, plain, lambda cell: cell)


def case_a_number_too_long_for_a_workbook_is_written_as_text(w):
    load(w, line("Aktivt Medskapandeindex", "1234567890123456", period="VB 2020"), line("Aktivt Medskapandeindex", "123456789012,345", period="VB 2021"))
    cells = [row["Värde"] for row in workbook(w, make(w, "xlsx")) if row["Värde"]]
    for value, kind in (("1234567890123456", "str"), ("123456789012.345", "float")):
        holds([kind, value, "s" if kind == "str" else "n"] in cells or [kind, value, "inlineStr"] in cells, "%s is not in %s" % (value, cells))


def case_csv_and_workbook_are_read_back_by_our_connectors(w):
    load(w)
    facts = ("SELECT s.kod, e.namn, i.kod, period_id, kon, trim_scale(varde), varde_status FROM lager.fact_utfall f"
             " JOIN lager.dim_stadsdel s ON s.id = f.stadsdel_id JOIN lager.dim_enhet e ON e.id = enhet_id"
             " JOIN lager.dim_indikator i ON i.id = indikator_id WHERE ersatt_load_id IS NULL AND varde_status <> 'missing' ORDER BY 1, 2, 3, 4, 5")
    # as the views have them: hidden and rounded ones differ from the facts
    shown = w.sql("SELECT stadsdel_kod, CASE WHEN enhet LIKE '=%' OR enhet LIKE '@%' THEN '''' ELSE '' END || enhet, indikator_kod, period_id, kon_kod,"
                  " trim_scale(varde), varde_status FROM analys.utfall WHERE varde_status <> 'missing' ORDER BY 1, 2, 3, 4, 5")
    for form, connector in (("csv", "delimited"), ("xlsx", "xlsx")):
        data = make(w, form)
        w.fresh()
        w.content["back"] = data
        w.configure(Source("back", connector=connector, columns={"Kolumn": "matt_kolumn", "Värde": "varde"},
                           tokens={"..": "suppressed", ".": "not_applicable", "ej mätt": "not_measured"}), unknown={"enhet": "add"})
        w.run("run", code=DONE)
        wanted = shown if form == "csv" else shown.replace("|'=", "|=").replace("|'@", "|@")
        same(sorted(w.sql(facts).splitlines()), sorted(wanted.splitlines()), "what was read back from " + form)
        w.fresh()
        load(w)


def case_sdmx_csv_holds_what_the_views_hold(w):
    load(w)
    rows = list(csv.DictReader(io.StringIO(make(w, "sdmx-csv").decode("utf-8"), newline="")))
    expected = {key_of(row): row for row in rows_of(w)}
    same(len(rows), len(expected), "the number of rows")
    for row in rows:
        same((row["STRUCTURE"], row["ACTION"]), ("dataflow", "R"))
        unit = "" if row["UNIT"] == "_T" else row["UNIT"]
        period = re.sub(r"^(\d{4})-T(\d)$", r"T\2 \1", row["TIME_PERIOD"])
        fact = expected.pop((row["REF_AREA"], unit, row["INDICATOR"], period, {"F": "K", "M": "M", "_T": "T"}[row["SEX"]]))
        same(row["OBS_VALUE"], fact["varde"] or "NaN")
        same((row["OBS_STATUS"], row["CONF_STATUS"]), (fact["obs_status"], fact["conf_status"]))
        same(row["DECIMALS"], str(len(fact["varde"].partition(".")[2])) if fact["varde"] else "")
    same(expected, {}, "rows that are missing")


def places(size):
    """Row-major order of a cube."""
    def at(index):
        place = 0
        for n, i in zip(size, index):
            place = place * n + i
        return place
    return at


def cube_key(row, units):
    """UNITS of the cube's indicators: what is counted in another unit than the indicator is an indicator of its own."""
    unit, indicator = key_of(row)[1], row["indikator_kod"]
    if row["varde"] and indicator + "." + row["matt"] in units:
        indicator += "." + row["matt"]
    if row["varde"]:
        same(units[indicator], row["matt"] or "tal", "the unit of %s" % row)
    return row["stadsdel_kod"] + ("." + unit if unit else ""), indicator, row["kon_kod"], row["period"]


def case_json_stat_holds_what_the_views_hold(w):
    load(w)
    text = make(w, "json-stat2").decode("utf-8")
    d = json.loads(text, parse_float=str, parse_int=str)
    same((d["version"], d["class"]), ("2.0", "dataset"))  # json-stat.org/full: what a dataset must have
    size = [int(n) for n in d["size"]]
    same(sorted(d["dimension"]), sorted(d["id"]), "the dimensions")
    same(len(size), len(d["id"]), "the number of sizes")
    for name, n in zip(d["id"], size):
        category = d["dimension"][name]["category"]
        same(len(category["index"]), n, "the categories of " + name)
        same(len(set(category["index"])), n, "different categories of " + name)
        same(sorted(category["label"]), sorted(category["index"]), "the labels of " + name)
    for role, names in d["role"].items():
        holds(role in ("time", "geo", "metric") and set(names) <= set(d["id"]), "role %s" % role)
    index = {name: {code: i for i, code in enumerate(d["dimension"][name]["category"]["index"])} for name in d["id"]}
    label = {label: code for code, label in d["dimension"]["tid"]["category"]["label"].items()}
    values, statuses = dict(d["value"]), dict(d["status"])
    units = {code: unit["base"] or "tal" for code, unit in d["dimension"]["indikator"]["category"]["unit"].items()}
    holds("IND_VALDSUTSATTA_KANDA.%" in units, "the sexes' shares have no unit of their own")
    for row in rows_of(w):
        area, indicator, sex, period = cube_key(row, units)
        place = str(places(size)([index["omrade"][area], index["indikator"][indicator], index["kon"][sex], index["tid"][label[period]]]))
        same(values.pop(place, ""), row["varde"], "the value of %s" % row)
        codes = row["obs_status"] + "/" + row["conf_status"]
        same(statuses.pop(place, "A/F"), codes, "the status of %s" % row)
    same((values, statuses), ({}, {}), "values at places without an outcome")


def read_px(text):
    """A reader of its own: keywords with quoted lists, DATA with numbers and quoted symbols."""
    head, _, data = text.partition("DATA=")
    words = {}
    for name, value in re.findall(r'([A-Z0-9-]+(?:\("(?:[^"]|"\n")*"\))?)=((?:"[^"]*"|[^";])*);', head):
        joined = value.replace('"\n"', "")
        words[name.replace('"\n"', "")] = re.findall(r'"([^"]*)"', joined) or [joined.strip()]
    holds(data.rstrip().endswith(";"), "DATA does not end with ;")
    return words, re.findall(r'"[^"]*"|[^\s;]+', data)


def case_px_holds_what_the_views_hold(w):
    load(w)
    text = make(w, "px").decode("utf-8")
    same([row for row in text.splitlines() if len(row) > 256 and '"......"' not in row], [], "lines that are too long")
    words, data = read_px(text)
    for keyword in ("CHARSET", "AXIS-VERSION", "CODEPAGE", "DECIMALS", "MATRIX", "SUBJECT-CODE", "SUBJECT-AREA", "TITLE", "CONTENTS", "UNITS", "STUB",
                    "HEADING", "CREATION-DATE"):
        holds(keyword in words, keyword + " is missing")
    order = words["STUB"] + words["HEADING"]
    size = [len(words['VALUES("%s")' % name]) for name in order]
    for name, n in zip(order, size):
        same(len(words['CODES("%s")' % name]), n, "the codes of " + name)
        same(len(set(words['VALUES("%s")' % name])), n, "different values of " + name)
    for label in words['VALUES("Indikator")']:
        holds('UNITS("%s")' % label in words, "no unit for " + label)
    total = 1
    for n in size:
        total *= n
    same(len(data), total, "the number of data")
    codes = [{code: i for i, code in enumerate(words['CODES("%s")' % name])} for name in order[:3]]
    periods = {label: i for i, label in enumerate(words['VALUES("Period")'])}
    units = {code: words['UNITS("%s")' % label][0] for code, label in zip(words['CODES("Indikator")'], words['VALUES("Indikator")'])}
    symbols = {"not_applicable": '"."', "suppressed": '".."', "missing": '"..."', "not_measured": '"...."', "text": '"....."'}
    for row in rows_of(w):
        area, indicator, sex, period = cube_key(row, units)
        place = places(size)([codes[0][area], codes[1][indicator], codes[2][sex], periods[period]])
        same(data[place], row["varde"] or symbols[row["varde_status"]], "the value of %s" % row)
        data[place] = None
    same(set(data) - {None}, {'"......"'}, "what stands where nothing was reported")


def case_no_file_holds_a_value_that_the_views_hide(w):
    # Unlikely numbers, so that finding one means something.
    w.content["x"] = export(line("Antal bostadslösa, vuxna", "90412", "90408", "4"), line("Antal bostadslösa, vuxna", "90311", unit="Stor"),
                            line("Antal bostadslösa, vuxna", "101", unit="Mindre"), line(SATISFIED, "84,37 %", "83,19 %", "85,53 %"),
                            line(SATISFIED, "99,93 %", unit="Stor"))
    w.configure(Source("x"), unknown={"enhet": "add", "indikator": "add"})
    w.run("run", code=DONE)
    hidden = w.sql("SELECT f.varde FROM lager.fact_utfall f JOIN analys.utfall u USING (ar, stadsdel_id, enhet_id, indikator_id, period_id)"
                   " WHERE u.kon_kod = f.kon AND u.varde IS DISTINCT FROM f.varde").splitlines()
    holds({"84.37", "83.19", "99.93", "90408"} <= set(hidden), "hidden or rounded are %s" % hidden)
    for form in FORMATS:
        data = make(w, form)
        if form == "xlsx":
            data = b"".join(zipfile.ZipFile(io.BytesIO(data)).read(name) for name in zipfile.ZipFile(io.BytesIO(data)).namelist())
        text = data.decode("utf-8")
        for value in hidden:
            if len(value) < 4:
                continue
            for printed in (value, value.replace(".", ",")):
                holds(not re.search(r"(?<![0-9A-Za-z.,])%s(?![0-9])" % re.escape(printed), text), "%s has %s" % (form, printed))


def case_options_choose_what_is_written(w):
    load(w)
    for options, column, wanted in ((("--stadsdel", "Farsta sdn"), "Stadsdelskod", {"SDN_FAR"}), (("--period", "VB 2022"), "Period", {"2022"}),
                                    (("--year", "2024"), "Period", {"T1 2024"}), (("--indikator", "aktivt  medskapandeindex"), "Indikator", {INDEX}),
                                    (("--indikator", "IND_AKTIVT_MEDSKAPANDEINDEX"), "Indikator", {INDEX})):
        same({row[column] for row in read_csv(make(w, "csv", *options))}, wanted, " ".join(options))


def case_an_analysts_login_is_enough(w):
    load(w)
    w.sql("CREATE ROLE analyst_export LOGIN IN ROLE stadslager_analyst")
    config = w.config
    whole = {form: make(w, form) for form in FORMATS}
    w.configure(Source("bromma"), dsn={"dsn": "dbname=%s user=analyst_export" % w.database})
    holds("permission denied" in w.run("status", code=DATABASE).err, "the analyst may read the ledgers")
    for form in FORMATS:
        same(make(w, form), whole[form], "what an analyst gets as " + form)
    w.config = config


def case_the_same_warehouse_gives_the_same_bytes(w):
    load(w)
    for form in FORMATS:
        holds(make(w, form) == make(w, form), form + " differs from one time to the next")


def case_standard_output_holds_the_file(w):
    load(w)
    same(w.run("export", "--format", "csv", code=DONE).out.encode("utf-8"), make(w, "csv"))


def case_a_file_appears_whole_or_not_at_all(w):
    load(w)
    path = os.path.join(w.folder, "kept.px")
    with open(path, "w") as f:
        f.write("before")
    for form in ("csv", "xlsx", "sdmx-csv", "json-stat2", "px"):
        for words in (("--year", "1999"), ("--period", "VB 1999"), ("--stadsdel", "Bromma", "--year", "1999")):
            ended = w.run("export", "--format", form, *words, "--out", path, code=REFUSED)
            holds("nothing fits" in ended.err, str(ended))
    with open(path) as f:
        same(f.read(), "before", "the file")
    same([name for name in os.listdir(w.folder) if "tmp" in name], [], "what is left over")
    full = w.run("export", "--format", "csv", command=["bash", "-c", 'exec "$0" "$@" >/dev/full'] + w.command("export", "--format", "csv"))
    same(full.code, 1, "%s; its exit code" % full)


def case_what_is_no_file_is_not_replaced(w):
    pipe = os.path.join(w.folder, "pipe")  # as a device, which nobody should risk in a test
    os.mkfifo(pipe)
    ended = w.run("export", "--format", "csv", "--out", pipe, code=USAGE)
    holds("no regular file" in ended.err, ended.err)
    holds(stat.S_ISFIFO(os.lstat(pipe).st_mode), "the pipe was replaced")
    os.unlink(pipe)


def case_wrong_options_are_refused(w):
    load(w)
    for options, word in (((), "--format is missing"), (("--format", "ods"), "no such format"), (("--format", "csv", "x"), "unexpected argument"),
                          (("--format", "csv", "--period", "någon gång"), "is no period"), (("--format", "csv", "--year", "23"), "is no year"),
                          (("--format", "csv", "--stadsdel", "Atlantis"), "no registry knows"), (("--format", "csv", "--indikator", "x"), "has no indicator"),
                          (("--format", "csv", "--out", "/nowhere/x.csv"), "could not write")):
        holds(word in w.run("export", *options, code=USAGE).err, "%s are not refused with %s" % (options, word))
    holds("Exit status:" in w.run("export", "--help", code=DONE).out, "--help says nothing of the exit status")


def case_a_warehouse_without_views_is_refused(w):
    w.sql("CREATE DATABASE bare%d" % w.number, "postgres")
    w.configure(Source("a"), dsn={"dsn": "dbname=bare%d" % w.number})
    holds("no views for analysts" in w.run("export", "--format", "csv", code=DATABASE).err, "what is said")


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
