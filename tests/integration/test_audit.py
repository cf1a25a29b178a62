#!/usr/bin/env python3
"""Audits: a year is derived from the archive alone and compared with the warehouse, whatever happened in between.

usage: test_audit.py [PART-OF-A-NAME...]     starts itself inside tests/with-postgres; STADSLAGER names another binary
Prints a line per test and, last, "N passed, N failed".
"""
import gzip
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_run  # noqa: E402
from lib_run import CONFIG, DONE, FETCH, QUARANTINED, REFUSED, TOP, USAGE, Failed, Source, export, holds, line, rows, same  # noqa: E402

AUDIT = 10
YEARS = (2020, 2021, 2022, 2023, 2024)
REAL = os.path.join(os.path.dirname(TOP), "shared", "exports")
LOADED = (DONE, QUARANTINED)


def report(name, stadsdel, year, **keys):
    return Source(name, "rapporttext", stadsdel=stadsdel, year=year, **keys)


KUNGSHOLMEN_2021 = ["Familjeenheten", "Enheten för stöd och service i hemmet", "Enheten för sysselsättning"]
# The demo's sources, with the fixture each one is.
DEMO = [
    (report("hasselby-vallingby-2022", "Hässelby-Vällingby", 2022), "hasselby-vallingby-2022.txt"),
    (report("hasselby-vallingby-2023", "Hässelby-Vällingby", 2023), "hasselby-vallingby-2023.txt"),
    (report("bromma-2023", "Bromma", 2023), "bromma-2023.txt"),
    (report("skarholmen-2023", "Skärholmen", 2023), "skarholmen-2023.txt"),
    (report("farsta-2023", "Farsta", 2023), "farsta-2023.txt"),
    (report("kungsholmen-2024", "Kungsholmen", 2024), "kungsholmen-2024.txt"),
    (report("kungsholmen-2021", "Kungsholmen", 2021, enheter=KUNGSHOLMEN_2021), "kungsholmen-2021.txt"),
    (Source("bromma-2022", year=2022, separator=";", tokens={"..": "suppressed", "-": "not_measured"}), "bromma-2022.csv"),
    (Source("skarholmen-2022", stadsdel="Skärholmen", year=2022, separator="tab", encoding="windows-1252",
            columns={"Nämnd": "stadsdel", "Mått": "indikator", "Utfall 2022": "utfall", "Män": "utfall_man",
                     "Kvinnor": "utfall_kvinnor", "Utfall 2021": "foregaende", "Mål": "arsmal", "KF-mål": "kf_arsmal",
                     "Avser": "period"}, tokens={"x": "suppressed"}, totals_label="Totalt"), "skarholmen-2022.tsv"),
    (Source("farsta-2022", year=2022), "farsta-2022.csv"),
    (Source("sodermalm-2023", "xlsx", year=2023, tokens={"..": "suppressed"}), "sodermalm-2023.xlsx"),
    (Source("stadsdelar-2020-2023"), "stadsdelar-2020-2023.csv"),
]
LENIENT = {"max_quarantined_pct": 100, "max_quarantined_rows": 100000, "max_dropped_pct": 100, "max_run_quarantined_rows": 1000000,
           "vanished": "withdraw"}


def load(w, *arguments):
    ended = w.run("run", *arguments)
    holds(ended.code in LOADED, str(ended))
    return ended


def demo(w):
    w.content.update((source.name, w.fixture(fixture)) for source, fixture in DEMO)
    w.configure(*[source for source, _ in DEMO], limits=LENIENT, unknown={"enhet": "add"})
    load(w)


def audit(w, year, *arguments, code=DONE):
    return w.run("audit", "--year", str(year), *arguments, code=code)


def root(ended, side="derived"):
    found = re.search(r"^root %s +([0-9a-f]{64})$" % side, ended.out, re.M)
    holds(found, "no root in\n%s" % ended)
    return found.group(1)


def verdict(ended):
    last = ended.out.splitlines()[-1]
    holds(last.startswith("verdict: "), str(ended))
    return last[9:]


def identical(w, year, *arguments):
    ended = audit(w, year, *arguments)
    same((verdict(ended), root(ended, "warehouse")), ("identical", root(ended)))
    return root(ended)


def years_of(w):
    return [int(y) for y in w.sql("SELECT DISTINCT ar FROM drift.gallande ORDER BY 1").split()]


def all_identical(w):
    return {year: identical(w, year) for year in years_of(w)}


# ---- what an audit finds ----

def case_every_year_of_the_demo_is_identical(w):
    demo(w)
    same(years_of(w), list(YEARS))
    roots = all_identical(w)
    same(len(set(roots.values())), len(YEARS), "years with another root")
    same(w.sql("SELECT string_agg(concat_ws(' ', ar, verdict, rules, root_derived = root_warehouse, rows_missing), ',' ORDER BY ar)"
               " FROM drift.audit"), ",".join("%d identical recorded t 0" % year for year in YEARS))


def case_the_real_exports_are_identical(w):
    if not os.path.isdir(REAL):
        print("skip  the real exports are not there")
        return
    real = {"hasselby-vallingby-vb2022": report("hv", "Hässelby-Vällingby", 2022),
            "kungsholmen-socialtjanst-vb2024": report("ks", "Kungsholmen", 2024),
            "kungsholmen-vb2021": report("kh", "Kungsholmen", 2021, enheter=[
                "Enheten för prevention och familjebehandling", "Enheten för sysselsättning", "Familjeenheten",
                "Enheten för personer med funktionsnedsättningar", "Enheten för stöd och service i hemmet"])}
    for name, source in real.items():
        with open(os.path.join(REAL, name + ".txt"), "rb") as f:
            w.content[source.name] = f.read()
    w.configure(*real.values(), limits=LENIENT, unknown={"enhet": "add", "indikator": "add"})
    load(w)
    for year in years_of(w):
        ended = audit(w, year)
        same(verdict(ended), "identical", "%s\nthe verdict" % ended)
    holds(w.number_of("SELECT count(*) FROM drift.gallande") > 2000, "the exports are loaded")


ONE = "(ctid, tableoid) = (SELECT ctid, tableoid FROM lager.fact_%s WHERE ar = 2022 AND ersatt_load_id IS NULL AND %s ORDER BY rad, byte_offset, %s LIMIT 1)"


def tampered(w, what, table, kind, change, undo):
    """CHANGE by SQL is found, as KIND and in TABLE, and named with key and lineage; UNDO makes it identical again."""
    w.sql(change)
    ended = audit(w, 2022, code=AUDIT)
    same(verdict(ended), "different", what)
    found = re.findall(r"^(\w+): (fact_\w+): stadsdel=(\w+) \"[^\"]+\", period=(\d+) ", ended.out, re.M)
    holds(found, "%s is not named in\n%s" % (what, ended))
    same({(k, t) for k, t, _, _ in found}, {(k, "fact_" + table) for k in kind.split()}, "%s: %s\nwhat was found" % (what, ended))
    holds(re.search(r"^  (warehouse|derived): +.*\(run \d+, load \d+, source \"[a-z0-9-]+\", file [0-9a-f]{64}, line \d+, offset \d+, ",
                    ended.out, re.M), "%s: the lineage in\n%s" % (what, ended))
    holds(root(ended) != root(ended, "warehouse"), "the roots of %s" % what)
    w.sql(undo)
    return ended


def case_whatever_is_changed_by_hand_is_found_and_named(w):
    demo(w)
    before = identical(w, 2022)
    w.sql("CREATE TABLE public.kept AS SELECT * FROM lager.fact_utfall WHERE ar = 2022 AND varde IS NOT NULL AND kon = 'T'"
          " AND NOT EXISTS (SELECT FROM lager.fact_utfall o WHERE (o.ar, o.stadsdel_id, o.enhet_id, o.indikator_id, o.period_id)"
          " = (fact_utfall.ar, fact_utfall.stadsdel_id, fact_utfall.enhet_id, fact_utfall.indikator_id, fact_utfall.period_id) AND o.kon = 'O')"
          " ORDER BY rad, stadsdel_id, enhet_id LIMIT 1")
    at = ("(f.stadsdel_id, f.enhet_id, f.indikator_id, f.period_id, f.load_id, f.ar) = (SELECT stadsdel_id, enhet_id, indikator_id, period_id,"
          " load_id, ar FROM public.kept)")
    utfall = "UPDATE lager.fact_utfall f SET %s WHERE " + at + " AND kon = '%s'"
    ended = tampered(w, "a value", "utfall", "different", utfall % ("varde = varde + 1", "T"), utfall % ("varde = varde - 1", "T"))
    holds(re.search(r"^  warehouse: varde=\S+ \(run", ended.out, re.M) and re.search(r"^  derived: +varde=\S+ \(run", ended.out, re.M),
          "only what differs is shown: %s" % ended)
    tampered(w, "a scale", "utfall", "different", utfall % ("varde = varde::numeric(20, 6)", "T"),
             utfall % ("varde = (SELECT varde FROM public.kept)", "T"))
    tampered(w, "a flag", "utfall", "different", utfall % ("flaggor = flaggor # 1048576", "T"), utfall % ("flaggor = flaggor # 1048576", "T"))
    tampered(w, "a sex", "utfall", "missing extra", utfall % ("kon = 'O'", "T"), utfall % ("kon = 'T'", "O"))
    tampered(w, "a unit", "utfall", "different", utfall % ("matt = 'st'", "T"), utfall % ("matt = (SELECT matt FROM public.kept)", "T"))
    tampered(w, "a status", "utfall", "different", utfall % ("obs_status = 'P'", "T"),
             utfall % ("obs_status = (SELECT obs_status FROM public.kept)", "T"))
    tampered(w, "a deleted row", "utfall", "missing", "DELETE FROM lager.fact_utfall f WHERE " + at + " AND kon = 'T'",
             "INSERT INTO lager.fact_utfall SELECT * FROM public.kept")
    tampered(w, "a row that was closed", "utfall", "missing", utfall % ("ersatt_load_id = load_id + 1, ersatt_orsak = 'withdrawn'", "T"),
             utfall % ("ersatt_load_id = NULL, ersatt_orsak = NULL", "T"))
    tampered(w, "an added row", "utfall", "extra",
             "INSERT INTO lager.fact_utfall SELECT (jsonb_populate_record(k, '{\"kon\": \"O\"}')).* FROM public.kept k",
             "DELETE FROM lager.fact_utfall WHERE kon = 'O' AND ar = 2022")
    tampered(w, "a row of another unit", "utfall", "missing extra",
             utfall % ("enhet_id = 999999", "T"), "UPDATE lager.fact_utfall SET enhet_id = (SELECT enhet_id FROM public.kept) WHERE enhet_id = 999999")
    same(identical(w, 2022), before)


def case_a_change_in_any_fact_table_is_found(w):
    demo(w)
    changes = {"arsmal": ("omfattning", "CASE omfattning WHEN 'enheten' THEN 'stadens_total' ELSE 'enheten' END::lager.omfattning"),
               "foregaende": ("avser", "coalesce(avser, '') || '!'"),
               "maluppfyllelse": ("uppfyllelse", "CASE uppfyllelse WHEN 'helt' THEN 'inte' ELSE 'helt' END::lager.uppfyllelse"),
               "aktivitet": ("slut", "coalesce(slut, '2022-01-01') + 1"),
               "tabell": ("tryckt", "tryckt || chr(9) || 'x\\y'"),
               "ekonomi": ("verksamhet", "verksamhet || ' '")}
    for table, (column, to) in changes.items():
        place = "(f.tableoid, f.ctid) = (SELECT tableoid, ctid FROM lager.fact_%s WHERE ar = 2022 AND ersatt_load_id IS NULL" \
                " ORDER BY stadsdel_id, enhet_id, rad, byte_offset LIMIT 1)" % table
        w.sql("CREATE TABLE public.%s AS SELECT * FROM lager.fact_%s WHERE ar = 2022" % (table, table))
        holds(w.number_of("SELECT count(*) FROM public.%s" % table), "there are facts of " + table)
        tampered(w, table, table, "different", "UPDATE lager.fact_%s f SET %s = %s WHERE %s" % (table, column, to, place),
                 "DELETE FROM lager.fact_%s WHERE ar = 2022; INSERT INTO lager.fact_%s SELECT * FROM public.%s" % (table, table, table))
    identical(w, 2022)


DAMAGES = {  # other values than C, by the type of the column
    "text": ("coalesce(c, '') || '!'",), "numeric": ("coalesce(c, 0) + 1", "c::numeric(30, 9)"), "date": ("coalesce(c, '2022-01-01') + 1",),
    "integer": ("coalesce(c, 0) + 1000",), "smallint": ("c + 1000::smallint",), '"char"': ("CASE WHEN c = 'Z' THEN 'Y' ELSE 'Z' END::\"char\"",)}


def damages(w, table):
    """(column, SQL of another value) for each column that a canonical row is made of; what closes a version has tests of its own."""
    columns = w.sql("SELECT attname, format_type(atttypid, NULL), attnotnull FROM pg_attribute WHERE attrelid = 'lager.%s'::regclass AND attnum > 0"
                    " AND NOT attisdropped AND attname NOT IN ('ar', 'load_id', 'rad', 'byte_offset', 'ersatt_load_id', 'ersatt_orsak')"
                    " ORDER BY attnum" % table)
    w.sql("ALTER TYPE lager.teckenkonvention ADD VALUE IF NOT EXISTS 'intakt_plus'")  # else there is no other value
    for name, kind, never_null in (column.split("|") for column in columns.splitlines()):
        for damage in DAMAGES.get(kind) or ("(SELECT e FROM unnest(enum_range(NULL::%s)) e WHERE e IS DISTINCT FROM c LIMIT 1)" % kind,):
            yield name, re.sub(r"\bc\b", "f." + name, damage)
        if never_null == "f" and w.sql("SELECT EXISTS (SELECT %s FROM lager.%s WHERE ar = 2022 AND %s IS NOT NULL)" % (name, table, name)) == "t":
            yield name, "NULL"


def case_a_change_of_any_column_of_any_fact_table_is_found_alone(w):
    """One row of the year says one thing otherwise, whatever the keys, checks and triggers of the tables would say to it."""
    binary, w.binary = w.binary, os.path.join(TOP, "build", "stadslager")
    try:
        demo(w)
        identical(w, 2022)
        w.sql("DO $$ DECLARE t text; BEGIN FOR t IN SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint"
              " WHERE contype IN ('c', 'p') AND coninhcount = 0 AND conrelid::regclass::text ~ '^lager.fact_[a-z]+$' LOOP EXECUTE t; END LOOP; END $$")
        count = 0
        for table in lib_run.FACTS:
            w.sql("DROP INDEX lager.%s_gallande" % table)
            for column, other in damages(w, table):
                at = w.sql("SET session_replication_role = replica; CREATE TABLE public.kept AS SELECT * FROM lager.%s WHERE ar = 2022"
                           " AND ersatt_load_id IS NULL ORDER BY %s IS NULL, rad, byte_offset, load_id LIMIT 1;"
                           " UPDATE lager.%s f SET %s = %s WHERE (f.tableoid, f.ctid) = (SELECT o.tableoid, o.ctid FROM lager.%s o,"
                           " public.kept k WHERE o = k LIMIT 1) RETURNING f.tableoid::regclass, f.ctid"
                           % (table, column, table, column, other, table))
                holds(at, "%s.%s is changed to %s" % (table, column, other))
                ended = audit(w, 2022, code=AUDIT)
                found = re.findall(r"^(?:missing|extra|different): (\w+): ", ended.out, re.M)
                same((verdict(ended), set(found), len(found) <= 3), ("different", {table}, True), "%s.%s = %s: %s" % (table, column, other, ended))
                part, ctid = at.split("|")
                w.sql("SET session_replication_role = replica; UPDATE %s SET %s = (SELECT %s FROM public.kept) WHERE ctid = '%s';"
                      " DROP TABLE public.kept" % (part, column, column, ctid))
                count += 1
        holds(count > 100, "%d changes" % count)
        identical(w, 2022)
    finally:
        w.binary = binary


def case_a_dimension_changed_by_hand_is_found(w):
    demo(w)
    for table, column in (("enhet", "nyckel"), ("indikator", "kod"), ("mal", "nyckel"), ("tabellcell", "nyckel"), ("stadsdel", "kod")):
        key = "encode(sha256(nyckel::bytea), 'hex')" if table == "tabellcell" else column + " || 'X'"
        which = {"enhet": "id IN (SELECT enhet_id FROM lager.fact_utfall WHERE ar = 2022) AND NOT hel_namnd",
                 "indikator": "kod IS NOT NULL AND id IN (SELECT indikator_id FROM lager.fact_utfall WHERE ar = 2022)",
                 "mal": "id IN (SELECT mal_id FROM lager.fact_maluppfyllelse WHERE ar = 2022)",
                 "tabellcell": "id IN (SELECT cell_id FROM lager.fact_tabell WHERE ar = 2022)",
                 "stadsdel": "id IN (SELECT stadsdel_id FROM lager.fact_utfall WHERE ar = 2022)"}[table]
        row = w.sql("SELECT id, %s FROM lager.dim_%s WHERE %s ORDER BY id LIMIT 1" % (column, table, which))
        holds(row, "a row of dim_" + table)
        number, old = row.split("|", 1)
        w.sql("UPDATE lager.dim_%s SET %s = %s WHERE id = %s" % (table, column, key, number))
        same(verdict(audit(w, 2022, code=AUDIT)), "different", table)
        w.sql("UPDATE lager.dim_%s SET %s = $k$%s$k$ WHERE id = %s" % (table, column, old, number))
    identical(w, 2022)


def case_a_name_or_attribute_changed_by_hand_is_found(w):
    demo(w)
    for table, change, undo, which in (
            ("enhet", "namn = namn || ' x'", "namn = left(namn, -2)", "NOT hel_namnd"),
            ("stadsdel", "namn = namn || ' x'", "namn = left(namn, -2)", "kod = 'SDN_BRO'"),
            ("indikator", "namn = namn || ' x'", "namn = left(namn, -2)", "kod IS NOT NULL"),
            ("indikator", "troskel = troskel - 4", "troskel = troskel + 4", "kod IS NOT NULL"),
            ("indikator", "agare = 'enhet'", "agare = 'KF'", "agare = 'KF'"),
            ("mal", "text = text || ' x'", "text = left(text, -2)", "ar = 2022"),
            ("aktivitet", "namn = namn || ' x'", "namn = left(namn, -2)", "ar = 2022"),
            ("tabellcell", "radetikett = radetikett || ' x'", "radetikett = left(radetikett, -2)",
             "id IN (SELECT cell_id FROM lager.fact_tabell WHERE ar = 2022)")):
        number = w.sql("SELECT id FROM lager.dim_%s WHERE %s ORDER BY id LIMIT 1" % (table, which))
        w.sql("UPDATE lager.dim_%s SET %s WHERE id = %s" % (table, change, number))
        ended = audit(w, 2022, code=AUDIT)
        same((verdict(ended), len(re.findall(r"^different: dim_%s: key " % table, ended.out, re.M))), ("different", 1), str(ended))
        w.sql("UPDATE lager.dim_%s SET %s WHERE id = %s" % (table, undo, number))
    identical(w, 2022)


def case_differences_beyond_the_limit_are_counted_and_not_printed(w):
    demo(w)
    changed = w.number_of("WITH u AS (UPDATE lager.fact_utfall SET flaggor = flaggor # 2097152 WHERE ar = 2022 RETURNING 1) SELECT count(*) FROM u")
    for limit, shown in (("3", 3), ("0", 0), ("100000", changed), (None, 20)):
        ended = audit(w, 2022, *(("--limit", limit) if limit else ()), code=AUDIT)
        same(len(re.findall(r"^different: ", ended.out, re.M)), shown)
        holds("different %d\n" % changed in ended.out, str(ended))
        same("and %d more" % (changed - shown) in ended.out, changed > shown, "the rest is counted")


# ---- the archive ----

def object_of(w, source):
    sha = w.sql("SELECT file_sha256 FROM drift.load WHERE source = '%s' ORDER BY id LIMIT 1" % source)
    return sha, os.path.join(w.archive, "objects", sha[:2], sha + ".gz")


def case_a_flipped_bit_in_an_archived_file_is_not_replayable_and_the_file_is_named(w):
    demo(w)
    sha, path = object_of(w, "bromma-2022")
    other, other_path = object_of(w, "farsta-2022")
    with open(path, "rb") as f:
        good = f.read()
    for at in (2, len(good) // 2, len(good) - 3):
        bad = bytearray(good)
        bad[at] ^= 4
        with open(path, "wb") as f:
            f.write(bad)
        ended = audit(w, 2022, "--manifest", os.path.join(w.folder, "m.json"), code=AUDIT)
        same(verdict(ended), "not replayable", "bit 2 of byte %d" % at)
        named = re.findall(r'^not replayable: file ([0-9a-f]{64}), source "([^"]+)", run 1, load \d+: (.*)', ended.out, re.M)
        same([(s, n) for s, n, _ in named], [(sha, "bromma-2022")])
        holds("damaged" in named[0][2], str(ended))
    os.rename(other_path, other_path + ".away")
    ended = audit(w, 2022, code=AUDIT)
    same({s for s in re.findall(r"^not replayable: file ([0-9a-f]{64})", ended.out, re.M)}, {sha, other}, "all damaged files")
    identical(w, 2024)  # of which neither is
    with open(path, "wb") as f:
        f.write(good)
    os.rename(other_path + ".away", other_path)
    identical(w, 2022)
    same(w.sql("SELECT count(*), count(root_derived) FROM drift.audit WHERE verdict = 'not replayable'"), "4|0")
    with open(os.path.join(w.folder, "m.json"), encoding="utf-8") as f:
        same(json.load(f)["not_replayable"]["sha256"], sha)


def case_a_configuration_that_the_ledger_lost_or_changed_is_not_replayable(w):
    demo(w)
    w.sql("CREATE TABLE public.kept AS TABLE drift.config_snapshot")
    w.sql("UPDATE drift.config_snapshot SET content = replace(content, 'suppressed', 'not_measured')")
    ended = audit(w, 2022, code=AUDIT)
    holds("has the hash" in ended.out and verdict(ended) == "not replayable", str(ended))
    w.sql("DELETE FROM drift.config_snapshot")
    holds("does not hold the configuration" in audit(w, 2022, code=AUDIT).out, "a lost configuration")
    w.sql("INSERT INTO drift.config_snapshot SELECT hash, content, NULL FROM public.kept")  # as before version 7
    identical(w, 2022)


def case_the_digest_of_a_group_can_be_computed_with_psql(w):
    demo(w)
    path = os.path.join(w.folder, "m.json")
    audit(w, 2022, "--manifest", path)
    with open(path, encoding="utf-8") as f:
        manifest = json.load(f)
    groups = manifest["digests"]["warehouse"]["groups"]
    same({g["table"] for g in groups}, set(lib_run.FACTS), "the tables with facts")
    for g in groups:
        done = subprocess.run(["psql", "-XAtq", "-d", w.database, "-c", "COPY (SELECT * FROM drift.canonical_%s(2022) WHERE stadsdel = '%s'"
                               " AND period = %s) TO STDOUT" % (g["table"][5:], g["stadsdel"], g["period"])], stdout=subprocess.PIPE, check=True)
        lines = sorted(row.split(b"\t", 3)[3] for row in done.stdout.splitlines(True))
        same((len(lines), hashlib.sha256(b"".join(lines)).hexdigest()), (g["rows"], g["sha256"]), str(g))
    lines = sorted("%s\t%s\t%s\t%d\t%s\n" % (g["table"], g["stadsdel"], g["period"], g["rows"], g["sha256"]) for g in groups)
    same(hashlib.sha256("".join(lines).encode()).hexdigest(), manifest["digests"]["warehouse"]["root"])


# ---- history ----

def generations(w):
    """Three generations of an export: revised, withdrawn, restored; what the warehouse said after each, and when."""
    kept = []
    first = rows(8)
    revised = [line(lib_run.INDICATORS[0], "99 %", previous="7 %", target="öka")] + first[1:]
    for content in (first, revised, revised[:-2], first):
        w.content["a"] = export(*content)
        w.configure(Source("a"), limits=LENIENT)
        load(w)
        kept.append((w.sql("SELECT clock_timestamp()").replace(" ", "T"), w.sql("SELECT max(id) FROM drift.load"), identical(w, 2023)))
    return kept


def case_each_generation_is_reproduced_as_of_its_time(w):
    kept = generations(w)
    same(kept[0][2], kept[3][2], "the root of a restored generation")
    same(len({r for _, _, r in kept}), 3, "different roots")
    for when, last, expected in kept:
        same(identical(w, 2023, "--as-of", when), expected, "the root as of " + when)
        same(w.sql("SELECT count(*) FROM drift.canonical_utfall(2023, %s)" % last), w.sql(
            "SELECT count(*) FROM lager.fact_utfall f WHERE load_id <= %s AND (ersatt_load_id IS NULL OR ersatt_load_id > %s)" % (last, last)))
    nothing = audit(w, 2023, "--as-of", "2001-01-01")
    holds("rows warehouse 0, derived 0;" in nothing.out and "no load" in nothing.err, str(nothing))
    same(identical(w, 2023, "--as-of", "2199-12-31"), kept[-1][2])
    w.sql("UPDATE lager.fact_utfall SET varde = 98 WHERE varde = 99")  # a closed version
    identical(w, 2023)
    same(verdict(audit(w, 2023, "--as-of", kept[1][0], code=AUDIT)), "different", "a closed version that was changed")


def registries(w, units="", indicators=None):
    """Registries of the test's own: a unit and an indicator with other names, UNITS and INDICATORS as YAML."""
    base = {name: os.path.join(TOP, "config", name + ".yaml") for name in ("stadsdelar", "enheter", "indikatorer")}
    w.registry = getattr(w, "registry", 0) + 1
    if units:
        base["enheter"] = w.file("enheter-%d.yaml" % w.registry, "enheter:\n" + units)
    if indicators is not None:
        with open(base["indikatorer"], encoding="utf-8") as f:
            base["indikatorer"] = w.file("indikatorer-%d.yaml" % w.registry, f.read() + indicators)
    return base


def case_a_unit_that_was_renamed_and_an_indicator_that_got_a_code_stay_what_they_were(w):
    body = export(line("Egen mätning", "5 st", unit="Solgården"), line("Sjukfrånvaro", "6 %", unit="Månen"))
    w.content["a"] = body
    moments = []
    entry = '  - {code: EGEN_1, name: "Egen mätning", unit: st, kind: antal, kon_mening: eget_antal}\n'
    for step in (registries(w, indicators=""), registries(w, indicators=entry),
                 registries(w, '  - {stadsdel: SDN_BRO, name: Solens hus, aliases: [Solgården]}\n', entry)):
        w.configure(Source("a"), registries=step, unknown={"enhet": "add", "indikator": "add"}, limits=LENIENT)
        load(w)
        moments.append(w.sql("SELECT clock_timestamp()").replace(" ", "T"))
        identical(w, 2023)
    for moment in moments:
        identical(w, 2023, "--as-of", moment)
    same(w.sql("SELECT DISTINCT enhet FROM drift.canonical_utfall(2023) ORDER BY 1"), "månen\nsolenshus")
    w.content["b"] = export(line("Sjukfrånvaro", "6 %", unit="Ny enhet", period="VB 2022"))
    w.configure(Source("a"), Source("b"), registries=registries(w, '  - {stadsdel: SDN_BRO, name: Solens hus, aliases: [Solgården, Ny]}\n', entry),
                unknown={"enhet": "add", "indikator": "add"}, limits=LENIENT)
    load(w)
    # A unit that another year's export brought gets the name of one of this year's as an alias: the row that exists by name stays.
    w.configure(Source("a"), Source("b"), registries=registries(w, '  - {stadsdel: SDN_BRO, name: Ny enhet, aliases: [Månen]}\n', entry),
                unknown={"enhet": "add", "indikator": "add"}, limits=LENIENT)
    load(w)
    all_identical(w)
    for moment in moments:
        identical(w, 2023, "--as-of", moment)


def random_row(chance, year, messy, district):
    outcome = chance.choice(["%d %%" % chance.randint(1, 9), "%d,0 %%" % chance.randint(1, 9), "..", "-"] + ["12.4.5", "ja"] * messy)
    men = chance.choice(["", "", "%d %%" % chance.randint(1, 4)])
    return line(chance.choice(lib_run.INDICATORS[:4]), outcome, men=men, women=men, previous=chance.choice(["", "3 %"]),
                target=chance.choice(["", "öka", "85 %"]), unit=chance.choice(["", "", "Solen", "Månen"]),
                period="VB %d" % chance.choice([year, year, year, year - 1]), district=district)


def case_whatever_sources_revise_contradict_withdraw_and_repeat_every_state_is_derived_again(w):
    """Three sources of two years and one district or two that contradict and repeat each other and themselves, with rows that cannot
    be read, exports that are not complete and rules that change: the derivation decides as the database did."""
    chance = random.Random(20231)
    moments = []
    for step in range(14):
        names = ["a", "b", "c"]
        for name in names:
            if chance.random() < 0.7 or name not in w.content:
                w.content[name] = export(*[random_row(chance, 2023, step % 2, "Farsta" if name == "c" and step < 9 else "Bromma")
                                          for _ in range(chance.randint(3, 9))])
        sources = [Source(name, complete=chance.random() < 0.8) for name in names]
        if step % 3 == 0:
            chance.shuffle(sources)
        w.configure(*sources, comment="# %d\n" % (step // 2), unknown={"enhet": "add"}, limits=LENIENT,
                    rules={"V-TEXT": chance.choice(["warn", "reject"]), "L-FOREGAENDE": chance.choice(["note", "reject", "reject"])})
        if step % 4 in (1, 3):
            w.sql("UPDATE drift.schema_version SET applied_at = clock_timestamp()")  # so that the same bytes are decoded again
        load(w, *(("--source", chance.choice(names)) if step % 5 == 4 else ()))
        moments.append(w.sql("SELECT clock_timestamp()").replace(" ", "T"))
        all_identical(w)
    rules = w.sql("SELECT DISTINCT rule FROM drift.quarantine").split()
    holds({"L-KALLA", "L-DUBBLETT", "L-FOREGAENDE", "I-VARDE"} <= set(rules), "what was met: %s" % rules)
    for column in ("facts_new", "facts_revised", "facts_withdrawn", "facts_unchanged"):
        holds(w.number_of("SELECT sum(%s) FROM drift.load" % column) > 3, column)
    holds(w.number_of("SELECT count(*) FROM drift.finding WHERE rule = 'L-BORTA'"), "values that were absent and stayed")
    for moment in moments[::3]:
        for year in (2022, 2023):
            identical(w, year, "--as-of", moment)


def case_an_export_that_is_seen_again_under_the_same_rules_is_decoded_once(w):
    generations(w)
    w.sql("UPDATE drift.schema_version SET applied_at = clock_timestamp()")  # what makes a run decode everything again
    load(w)
    same(w.sql("SELECT count(*), count(*) FILTER (WHERE way = 'unchanged') FROM drift.load"), "5|1")
    holds("5 loads of 1 sources, 4 exports decoded" in audit(w, 2023).out, "exports decoded")


def case_the_order_in_which_sources_are_loaded_gives_the_same_roots(w):
    demo(w)
    expected = all_identical(w)
    names = [source.name for source, _ in DEMO]
    for how in ("shuffled, by two", "shuffled, by four", "one by one, backwards", "one by one, shuffled"):
        w.fresh()
        w.content.update((source.name, w.fixture(fixture)) for source, fixture in DEMO)
        order = list(DEMO)
        random.Random(how).shuffle(order)
        w.configure(*[source for source, _ in order], limits=LENIENT, unknown={"enhet": "add"}, fetch={
            "allow_http": True, "parallel": 2 if "two" in how else 4 if "four" in how else 1, "retries": 0})
        if "one by one" in how:
            for name in (names[::-1] if "back" in how else [source.name for source, _ in order]):
                load(w, "--source", name)
        else:
            load(w)
        same(all_identical(w), expected, "the roots when loaded " + how)


def case_of_sources_that_contradict_each_other_the_first_loaded_counts_and_the_audit_knows(w):
    w.content.update(a=export(line("Sjukfrånvaro", "1 %"), line("Antal barn per grupp", "4 st")),
                     b=export(line("Sjukfrånvaro", "2 %"), line("Antal barn per grupp", "4 st")))
    w.configure(Source("a"), Source("b"), limits=LENIENT)
    load(w)
    first = identical(w, 2023)
    same(w.sql("SELECT varde FROM analys.utfall WHERE indikator = 'Sjukfrånvaro'"), "1")
    w.content["a"] = export(line("Antal barn per grupp", "4 st"))  # withdrawn; the other source's value is still in quarantine
    load(w)
    identical(w, 2023)
    same(w.sql("SELECT count(*) FROM analys.utfall WHERE indikator = 'Sjukfrånvaro'"), "0")
    w.sql("UPDATE drift.schema_version SET applied_at = clock_timestamp()")  # the same bytes under the same rules, decoded again
    load(w)
    same(w.sql("SELECT varde FROM analys.utfall WHERE indikator = 'Sjukfrånvaro'"), "2")
    holds(identical(w, 2023) != first, "the root")


# ---- other rules, other bytes, another machine ----

def case_present_rules_say_what_they_would_make_of_the_year(w):
    w.content["a"] = export(line("Sjukfrånvaro", "många"), line("Aktivt Medskapandeindex", "80"))
    w.configure(Source("a"), limits=LENIENT)
    load(w)
    identical(w, 2023, "--rules", "current")
    w.configure(Source("a"), limits=LENIENT, rules={"V-TEXT": "reject"})
    ended = audit(w, 2023, "--rules", "current", "--manifest", os.path.join(w.folder, "rules.json"), code=AUDIT)
    same(re.findall(r"^(\w+): fact_utfall", ended.out, re.M), ["extra"], str(ended))
    identical(w, 2023)
    same(w.sql("SELECT rules, verdict FROM drift.audit ORDER BY id DESC OFFSET 1 LIMIT 1"), "current|different")
    with open(os.path.join(w.folder, "rules.json"), encoding="utf-8") as f:
        manifest = json.load(f)
    same(list(manifest["configurations"]), [manifest["rules"]])
    same(verdict(w.run("audit", "--verify", os.path.join(w.folder, "rules.json"), code=AUDIT)), "different")


def case_a_refetch_says_where_the_publisher_has_changed_an_export(w):
    w.content.update(a=export(*rows(3)), b=export(*rows(3, district="Farsta")))
    w.configure(Source("a"), Source("b"))
    load(w)
    temporary = os.path.join(w.folder, "temporary")
    os.mkdir(temporary)

    def refetch(code=DONE):
        return w.run("audit", "--year", "2023", "--refetch", env={"TMPDIR": temporary}, code=code)

    before = w.everything()
    listing = sorted(os.path.join(folder, name) for folder, _, names in os.walk(w.archive) for name in names)
    w.asked.clear()
    ended = refetch()
    same([headers.get("if-none-match") for _, headers in w.asked], [None, None], "conditions of the requests")
    same(ended.out.count(": as loaded, "), 2)
    w.content["b"] = export(*rows(3, first=50, district="Farsta"))
    ended = refetch(AUDIT)
    old = w.sql("SELECT file_sha256 FROM drift.load WHERE source = 'b'")
    new = hashlib.sha256(w.content["b"]).hexdigest()
    holds(re.search(r'^refetch: source "b": changed by its publisher: %s of \d{4}-\d\d-\d\dT[0-9:]{8}Z is now %s \(' % (old, new),
                    ended.out, re.M), str(ended))
    same(verdict(ended), "identical", "the warehouse still says what was loaded")
    w.answer["a"] = lambda r: r.answer("404 Not Found", b"no")
    w.content["b"] = export(*rows(3, district="Farsta"))
    holds("HTTP 404" in refetch(FETCH).err, "a failed refetch")
    after = w.everything()
    same({t for t in after if after[t] != before[t]}, {"drift.audit"}, "the tables that differ")
    same(sorted(os.path.join(folder, name) for folder, _, names in os.walk(w.archive) for name in names), listing, "the archive")
    same(os.listdir(temporary), [], "what is left behind")
    # Of a source that is loaded twice the last load's export is asked for, also of one that is configured no more.
    w.content["b"] = export(*rows(3, first=60, district="Farsta"))
    del w.answer["a"]
    load(w)
    newest = hashlib.sha256(w.content["b"]).hexdigest()
    w.configure(Source("a"))
    ended = refetch()
    same(re.findall(r'^refetch: source "(.)": as loaded, (\w+)', ended.out, re.M), [("a", hashlib.sha256(w.content["a"]).hexdigest()), ("b", newest)])
    # Without the record of its fetch a changed one is told all the same.
    os.unlink(os.path.join(w.archive, "fetches", "b.jsonl"))
    w.content["b"] = export(*rows(3, district="Farsta"))
    holds('source "b": changed by its publisher: %s is now ' % newest in refetch(AUDIT).out, "an export of no known time")
    ended = w.run("audit", "--year", "2023", "--refetch", env={"TMPDIR": "/nowhere/at/all"}, code=lib_run.INTERNAL)
    holds('could not make a folder in "/nowhere/at/all": No such file or directory' in ended.err, str(ended))


def case_a_manifest_is_verified_from_the_archive_alone(w):
    demo(w)
    path, elsewhere = os.path.join(w.folder, "audit-2022.json"), os.path.join(w.folder, "copy")
    ended = audit(w, 2022, "--manifest", path)
    with open(path, "rb") as f:
        content = f.read()
    holds("SHA-256 %s" % hashlib.sha256(content).hexdigest() in ended.out, str(ended))
    same(w.sql("SELECT manifest_sha256 FROM drift.audit ORDER BY id DESC LIMIT 1"), hashlib.sha256(content).hexdigest())
    same(w.sql("SELECT encode(sha256(convert_to(manifest::text, 'UTF8')), 'hex') FROM drift.audit ORDER BY id DESC LIMIT 1"),
         hashlib.sha256(content).hexdigest())
    manifest = json.loads(content)
    same((manifest["schema"], manifest["verdict"], manifest["year"]), ("stadslager-audit/1", "identical", 2022))
    # the source of four years may contradict the reports of any of them: these belong together
    same(sorted(i["source"] for i in manifest["inputs"]), sorted(source.name for source, _ in DEMO if source.name != "kungsholmen-2024"))
    holds(all(i["fetch"]["status"] == 200 and i["fetch"]["etag"] and i["bytes"] for i in manifest["inputs"]), "what HTTP said")
    holds(all(load["counts"]["rows_read"] for load in manifest["loads"]), "the counts of the loads")
    shutil.copytree(w.archive, elsewhere)
    alone = {name: "" for name in os.environ if name.startswith("PG")}
    w.config = os.path.join(w.folder, "no-such-file.yaml")
    arguments = ("audit", "--verify", path, "--archive", elsewhere)
    ended = w.run(*arguments, code=DONE, env=dict(alone, PGHOST="/nowhere"))
    same((verdict(ended), root(ended)), ("identical", manifest["digests"]["warehouse"]["root"]))
    manifest["digests"]["warehouse"]["groups"][0]["sha256"] = "0" * 64
    with open(path, "w", encoding="utf-8") as f:
        json.dump(manifest, f)
    ended = w.run(*arguments, code=AUDIT)
    same((verdict(ended), len(re.findall(r"^different: ", ended.out, re.M))), ("different", 1))
    lost, made = manifest["digests"]["warehouse"]["groups"].pop(), dict(manifest["digests"]["warehouse"]["groups"][0], period="20220001")
    manifest["digests"]["warehouse"]["groups"].append(made)
    with open(path, "w", encoding="utf-8") as f:
        json.dump(manifest, f)
    ended = w.run(*arguments, code=AUDIT)
    said = ["%s: %s, %s, period %s: %d rows" % (what, g["table"], g["stadsdel"], g["period"], g["rows"])
            for what, g in (("different", made), ("extra", made), ("missing", lost))]
    said[0] = said[0].replace("20220001", json.loads(content)["digests"]["warehouse"]["groups"][0]["period"])
    same((verdict(ended), [text for text in ended.out.splitlines() if text.startswith(("different:", "extra:", "missing:"))]), ("different", said))
    with open(path, "wb") as f:
        f.write(content)
    sha, _ = next((i["sha256"], i) for i in manifest["inputs"] if i["source"] == "farsta-2022")
    os.remove(os.path.join(elsewhere, "objects", sha[:2], sha + ".gz"))
    ended = w.run(*arguments, code=AUDIT)
    holds("not replayable: file %s" % sha in ended.out and verdict(ended) == "not replayable", str(ended))
    for bad in (b"{}", b"[1]", b"no json", content[:-9], content.replace(b"stadslager-audit/1", b"stadslager-audit/2")):
        with open(path, "wb") as f:
            f.write(bad)
        w.run(*arguments, code=REFUSED)
    w.run("audit", "--verify", os.path.join(w.folder, "nothing"), "--archive", elsewhere, code=USAGE)


def case_a_manifest_without_its_fetches_is_not_made(w):
    """What HTTP said is part of it: an archive whose record of fetches cannot be read is said to be so, not passed over."""
    demo(w)
    folder = os.path.join(w.archive, "fetches")
    name, = [n for n in os.listdir(folder) if n.startswith("farsta-2022")]
    with open(os.path.join(folder, name), "r+b") as f:
        f.write(b"?")
    ended = audit(w, 2022, "--manifest", os.path.join(w.folder, "audit.json"), code=REFUSED)
    holds("/fetches/%s:1: is not the record of a fetch" % name in ended.err, str(ended))
    holds(not os.path.exists(os.path.join(w.folder, "audit.json")), "a manifest was written")


def case_waived_rows_are_shown_in_the_audit_and_its_manifest(w):
    w.content["a"] = export(line("Sjukfrånvaro", "12.4.5"), line("Aktivt Medskapandeindex", "80"))
    w.configure(Source("a"), limits=LENIENT)
    load(w)
    w.sql("UPDATE drift.quarantine SET status = 'waived', who = 'revisor', why = 'skrivfel hos utgivaren', changed_at = now()")
    path = os.path.join(w.folder, "m.json")
    ended = audit(w, 2023, "--manifest", path)
    holds('waived: source "a", line 2, I-VARDE, by revisor: skrivfel hos utgivaren\nwaived rows 1\n' in ended.out, str(ended))
    with open(path, encoding="utf-8") as f:
        waiver = json.load(f)["waivers"][0]
    same((waiver["who"], waiver["rule"], waiver["line"], waiver["column"]), ("revisor", "I-VARDE", "2", "utfall"))
    same(w.sql("SELECT waivers FROM drift.audit"), "1")


# ---- who audits, and where ----

def case_a_role_that_can_only_read_audits_with_the_network_down(w):
    demo(w)
    w.sql("DROP ROLE IF EXISTS granskare", "postgres")
    w.sql("CREATE ROLE granskare LOGIN IN ROLE stadslager_auditor", "postgres")
    for change in ("UPDATE lager.fact_utfall SET varde = 1", "DELETE FROM drift.load", "INSERT INTO drift.audit (ar) VALUES (1)",
                   "CREATE TABLE lager.x (a int)", "TRUNCATE drift.stage_row", "INSERT INTO lager.dim_kon VALUES ('Q', 'q')"):
        try:
            w.sql("SET ROLE granskare; " + change)
        except Failed as refused:
            holds("permission denied" in str(refused), str(refused))
        else:
            raise Failed("the role may: " + change)
    w.configure(*[source for source, _ in DEMO], limits=LENIENT, unknown={"enhet": "add"},
                dsn={"dsn": "dbname=%s user=granskare" % w.database})
    before, asked = w.everything(), len(w.asked)
    command = w.command("audit", "--year", "2022")
    if subprocess.run(["unshare", "-n", "true"], stderr=subprocess.DEVNULL).returncode == 0:
        command = ["unshare", "-n"] + command
    ended = w.run(command=command, code=DONE)
    same(verdict(ended), "identical")
    holds("not recorded in drift.audit: " in ended.err and "permission denied" in ended.err, str(ended))
    same((w.everything(), len(w.asked)), (before, asked), "the warehouse")


def case_an_audit_writes_nothing_to_the_archive_and_leaves_no_temporary_file(w):
    def listing(top):
        return sorted((os.path.join(folder, name), os.lstat(os.path.join(folder, name)).st_mtime_ns)
                      for folder, folders, names in os.walk(top) for name in folders + names)
    demo(w)
    before, temporary = listing(w.archive), os.path.join(w.folder, "tmp-%d" % w.number)
    os.mkdir(temporary)
    for year in YEARS:
        w.run("audit", "--year", str(year), "--refetch", code=DONE, env={"TMPDIR": temporary})
    same((listing(w.archive), listing(temporary)), (before, []))


def case_an_audit_sees_one_state_while_a_run_publishes(w):
    w.content["a"] = export(*rows())
    w.configure(Source("a"))
    load(w)
    first = identical(w, 2023)
    release = w.block("lager.fact_ekonomi")  # the audit has read the ledger, and the other tables, when it waits here
    child = w.start("audit", "--year", "2023")
    w.wait_blocked()
    w.sql("UPDATE lager.fact_utfall SET flaggor = flaggor + 1")
    release()
    ended = w.finish(child, "audit")
    same((ended.code, verdict(ended), root(ended, "warehouse")), (DONE, "identical", first), str(ended))
    audit(w, 2023, code=AUDIT)


def case_wrong_arguments_are_refused(w):
    w.configure(Source("a"))
    for arguments in (("--year", "x"), ("--year", "99999"), (), ("--year", "2022", "--as-of", "yesterday"), ("--year", "2022", "--as-of", "2022-02-30"),
                      ("--year", "2022", "--rules", "new"), ("--year", "2022", "--limit", "-1"), ("--archive", "x", "--year", "2022"),
                      ("--verify", "x", "--year", "2022"), ("--year", "2022", "more")):
        ended = w.run("audit", *arguments, code=USAGE)
        same((ended.out, ended.err.count("\n")), ("", 2), str(ended))
    ended = w.run("audit", "--help", code=DONE)
    holds("10 different" in ended.out, str(ended))
    w.archive += "-none"
    w.configure(Source("a"))
    w.run("audit", "--year", "2022", code=CONFIG)


# ---- upgrades and size ----

def migrated_from_five(w):
    """A database of schema version 5 with the facts of the present one, and its name."""
    old = w.database + "_old"
    w.sql("CREATE DATABASE %s" % old, "postgres")
    folder = os.path.join(TOP, "sql", "migrations")
    for name in sorted(os.listdir(folder)):
        if name < "006":
            subprocess.run(["psql", "-Xq1", "-v", "ON_ERROR_STOP=1", "-d", old, "-f", os.path.join(folder, name)], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ, PGOPTIONS="-c search_path=pg_catalog"))
            w.sql("INSERT INTO drift.schema_version (version, name, program_version) VALUES (%d, '%s', '0')" % (int(name[:3]), name[:-4]), old)
    w.sql("SELECT lager.skapa_ar(ar) FROM unnest(ARRAY[%s]) ar" % ",".join(map(str, years_of(w))), old)
    w.sql("SET session_replication_role = replica; DELETE FROM lager.dim_kon", old)
    tables = w.sql("SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN"
                   " ('lager', 'drift') AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname NOT LIKE 'stage_%'"
                   " AND c.relname <> 'schema_version' ORDER BY 1", old).split()
    for table in tables:
        columns = w.sql("SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '%s'::regclass"
                        " AND attnum > 0 AND NOT attisdropped" % table, old)
        data = subprocess.run(["psql", "-Xq", "-d", w.database, "-c", "COPY (SELECT %s FROM %s) TO STDOUT" % (columns, table)],
                              stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", old, "-c", "SET session_replication_role = replica",
                        "-c", "COPY %s (%s) FROM STDIN" % (table, columns)], input=data, check=True)
    for table in ("run", "load", "quarantine", "finding"):
        w.sql("SELECT setval(pg_get_serial_sequence('drift.%s', 'id'), coalesce(max(id), 0) + 1) FROM drift.%s" % (table, table), old)
    for table in ("stadsdel", "enhet", "indikator", "mal", "aktivitet", "tabellcell"):
        w.sql("SELECT setval(pg_get_serial_sequence('lager.dim_%s', 'id'), coalesce(max(id), 0) + 1) FROM lager.dim_%s" % (table, table), old)
    return old


def canonical(w, database, before=""):
    """The canonical rows of all years, by psql; BEFORE is run first in the same transaction, which is rolled back."""
    query = " UNION ALL ".join("SELECT '%s', y, c::text FROM generate_series(2020, 2024) y, drift.canonical_%s(y) c" % (t[5:], t[5:])
                               for t in lib_run.FACTS)
    done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database], input=("BEGIN;\n%s\nSET search_path = pg_catalog;\n"
                          "COPY (%s) TO STDOUT;\nROLLBACK;\n" % (before, query)).encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise Failed(done.stderr.decode())
    return sorted(done.stdout.splitlines())


def case_an_upgrade_of_a_warehouse_with_facts_changes_no_digest(w):
    demo(w)
    w.content["bromma-2022"] = w.fixture("bromma-2022.csv").replace(b",5", b",6")
    load(w)
    roots = all_identical(w)
    here = canonical(w, w.database)
    old = migrated_from_five(w)
    with open(os.path.join(TOP, "sql", "migrations", "007_audit.sql"), encoding="utf-8") as f:
        same(canonical(w, old, f.read()), here, "the canonical rows before the upgrade")
    w.database = old
    w.configure(*[source for source, _ in DEMO], limits=LENIENT, unknown={"enhet": "add"})
    w.run("migrate", code=DONE)
    same(canonical(w, old), here, "the canonical rows after it")
    same(w.sql("SELECT count(*) FROM drift.config_snapshot WHERE parts IS NULL"), "1", "configurations without parts")
    same(all_identical(w), roots, "the roots")
    load(w, "--offline")
    same(all_identical(w), roots, "the roots after the next run")


def peak(w, *arguments):
    """The most memory a command took, in MB."""
    child = subprocess.Popen(w.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=w.environment())
    out = child.stdout.read() + child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    same(child.returncode, DONE, out.decode())
    return usage.ru_maxrss / 1024


def case_memory_does_not_grow_with_the_year(w):
    """30,000 facts fit in the sorts, 400,000 do not: ten times as many may take the sorts' limits more (2 of 16 MiB, and what
    sorting them takes), and no more."""
    release = os.path.join(TOP, "build", "stadslager")
    if not os.access(release, os.X_OK):
        raise Failed("build/stadslager is not there")
    binary, w.binary = w.binary, release
    peaks = []
    try:
        for facts in (30000, 400000):
            w.fresh()
            folder = os.path.join(w.folder, "bench-%d" % facts)
            os.mkdir(folder)
            subprocess.run([os.path.join(TOP, "build", "bench", "generate"), str(facts), folder], check=True, stdout=subprocess.DEVNULL)
            with open(os.path.join(folder, "bench.csv.gz"), "rb") as f:
                w.content["bench"] = gzip.decompress(f.read())
            w.configure(Source("bench", year=2023), unknown={"enhet": "add"}, registries={
                "stadsdelar": os.path.join(TOP, "config", "stadsdelar.yaml"), "indikatorer": os.path.join(folder, "indikatorer.yaml")})
            w.run("run", code=QUARANTINED)
            peaks.append(peak(w, "audit", "--year", "2023"))
            same(w.number_of("SELECT count(*) FROM drift.gallande"), facts)
    finally:
        w.binary = binary
    print("      memory: %.0f MB, %.0f MB" % tuple(peaks))
    holds(peaks[1] < peaks[0] + 48, "%.0f MB for 30,000 facts and %.0f MB for 400,000" % tuple(peaks))


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
