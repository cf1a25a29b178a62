#!/usr/bin/env python3
"""export's cubes read by readers that are not ours: JSON-stat by the toolkit of the format's author (jsonstat-toolkit), PC-Axis
by px.  What they find at each place is what the views hold.  Without npm or its registry this suite says that it was skipped."""
import json
import os
import sys

import lib_npm
import lib_run
from lib_run import holds, same
from test_export import cube_key, load, make, rows_of

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "readers.js")
SYMBOLS = {"not_applicable": ".", "suppressed": "..", "missing": "...", "not_measured": "....", "text": "....."}


def read(w, form, places):
    path = os.path.join(w.folder, "read." + form)
    with open(path, "wb") as f:
        f.write(make(w, form))
    return json.loads(lib_npm.node(SCRIPT, form, path, data=json.dumps(places).encode("utf-8")), parse_float=str, parse_int=str)


def period_codes(w):
    """The codes of the periods are SDMX's."""
    return dict(row.split("|") for row in w.sql("SELECT namn, CASE slag WHEN 'tertial' THEN ar || '-T' || tertial ELSE ar::text END"
                                                " FROM lager.dim_period").splitlines())


def units_of(rows):
    """Of the cube's indicators: the total's unit first."""
    units = {}
    for row in sorted((r for r in rows if r["varde"]), key=lambda r: r["kon_kod"] != "T"):
        if units.setdefault(row["indikator_kod"], row["matt"] or "tal") != (row["matt"] or "tal"):
            units[row["indikator_kod"] + "." + row["matt"]] = row["matt"]
    return units


def places_of(w, names):
    code = period_codes(w)
    rows = rows_of(w)
    keys = [cube_key(row, units_of(rows)) for row in rows]
    return [dict(zip(names, (area, indicator, sex, code[period]))) for area, indicator, sex, period in keys]


def number(text):
    """As a double has it: 14.40 is 14.4."""
    return "%g" % float(text) if text else ""


def case_json_stat_is_read_by_the_formats_own_toolkit(w):
    load(w)
    rows = rows_of(w)
    answer = read(w, "json-stat2", places_of(w, ("omrade", "indikator", "kon", "tid")))
    same((answer["class"], answer["id"]), ("dataset", ["omrade", "indikator", "kon", "tid"]))
    same({name: answer["role"][name] for name in ("time", "geo", "metric")}, {"time": ["tid"], "geo": ["omrade"], "metric": ["indikator"]}, "the roles")
    product = 1
    for n in answer["size"]:
        product *= int(n)
    same(int(answer["n"]), product, "the number of places")
    same([len(labels) for labels in answer["labels"]], [int(n) for n in answer["size"]], "the labels")
    holds({"Bromma", "Farsta"} <= set(answer["labels"][0]) and "Kvinnor/flickor" in answer["labels"][2], "labels are %s" % answer["labels"])
    for row, found in zip(rows, answer["found"]):
        same(number(found["value"]), number(row["varde"]), "the value of %s" % row)
        same(found["status"] or "A/F", row["obs_status"] + "/" + row["conf_status"], "the status of %s" % row)


def case_px_is_read_by_px(w):
    load(w)
    rows = rows_of(w)
    probe = read(w, "px", [])
    same(len(probe["variables"]), 4)
    answer = read(w, "px", places_of(w, probe["variables"]))
    product = 1
    for n in answer["counts"]:
        product *= int(n)
    same(int(answer["n"]), product, "the number of data")
    holds("Bromma" in answer["values"][0] and "Andel nöjda föräldrar till barn i förskolan" in answer["values"][1], "values are %s" % answer["values"])
    for row, found in zip(rows, answer["found"]):
        same(found, row["varde"] or SYMBOLS[row["varde_status"]], "the value of %s" % row)


if __name__ == "__main__":
    why = lib_npm.missing()
    if why:
        print("skip: " + why)
        sys.exit(77)
    sys.exit(lib_run.main(globals()))
