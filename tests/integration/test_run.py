#!/usr/bin/env python3
"""Whole runs of the program: a real PostgreSQL, a web server that does what a test asks of it, the built binary.

usage: test_run.py [PART-OF-A-NAME...]     starts itself inside tests/with-postgres; STADSLAGER names another binary
Prints a line per test and, last, "N passed, N failed".
"""
import gzip
import os
import re
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_run  # noqa: E402
import misbehaving_peer as peer  # noqa: E402
from lib_run import (CONFIG, DATABASE, DEADLINE, DONE, FETCH, LOCKED, QUARANTINED, REFUSED, USAGE, Source, export,  # noqa: E402
                     holds, line, rows, same)

NOISE = bytes((i * i * 31 + i * 7 + (i >> 3)) % 256 for i in range(5000))


def three(w, **options):
    """Three districts, loaded."""
    w.content.update(bromma=export(*rows()), farsta=export(*rows(district="Farsta")), kista=export(*rows(district="Kungsholmen")))
    w.configure(Source("bromma"), Source("farsta"), Source("kista"), **options)
    w.run("run", code=DONE)


# ---- what goes wrong with one source ----

def one_fails(w, code, message, answer=None, content=None, hint=None):
    """The second of three sources fails as MESSAGE (a pattern) says; the third, which has changed, is loaded all the same."""
    three(w)
    w.idle()
    before = w.facts()
    if answer:
        w.answer["farsta"] = answer
    if content is not None:
        w.content["farsta"] = content
    w.content["kista"] = export(*rows(first=40, district="Kungsholmen"))
    ended = w.run("run", code=code)
    said = ended.said()
    same(len(said), 1, "the number of messages in\n%s" % ended)
    holds(re.fullmatch(message.format(url=re.escape(w.peer.url("/export/farsta"))), said[0]),
          "the message is\n%s\nand not\n%s" % (said[0], message))
    holds(not hint or "\n  hint: " + hint in ended.err, str(ended))
    holds("sources 3 = loaded 1 + unchanged 1 + failed 1 + not reached 0" in ended.ending(), ended.ending())
    holds("(exit %d)" % code in ended.ending(), ended.ending())
    same(w.sql("SELECT varde FROM analys.utfall WHERE stadsdel = 'Kungsholmen' AND indikator = 'Sjukfrånvaro'"), "40.5")
    after = w.facts()
    for table in before:
        kept = [row for row in after[table] if row in before[table]]
        replaced = w.number_of("SELECT count(*) FROM lager.%s WHERE ersatt_load_id IS NOT NULL" % table)
        same(len(kept), len(before[table]) - replaced, "the rows of %s that are as before" % table)
    same(w.sql("SELECT DISTINCT s.kod FROM lager.fact_utfall f JOIN lager.dim_stadsdel s ON s.id = stadsdel_id"
               " WHERE ersatt_load_id IS NOT NULL"), "SDN_KUN", "the districts with replaced facts")
    same(w.sql("SELECT exit_code, counts->'farsta'->>'result', counts->'farsta'->>'error' = $m$%s$m$ FROM drift.run_result"
               " ORDER BY run_id DESC LIMIT 1" % said[0]), "%d|failed|t" % code, "the ledger of the run")
    same(w.number_of("SELECT count(*) FROM drift.load WHERE source = 'farsta'"), 1, "loads of the source")
    return ended


def case_an_unreachable_source_is_named_and_the_others_are_loaded(w):
    three(w)
    before = w.facts()
    w.configure(Source("bromma"), Source("farsta", url=w.dead.url("/farsta.csv")), Source("kista"))
    ended = w.run("run", code=FETCH)
    same(ended.said(), ['source "farsta": could not fetch %s: connection refused, after 2 attempts' % w.dead.url("/farsta.csv")])
    holds("loaded 0 + unchanged 2 + failed 1" in ended.ending(), ended.ending())
    same(w.facts(), before)


def case_a_404_is_named_and_the_others_are_loaded(w):
    one_fails(w, FETCH, r'source "farsta": could not fetch {url}: HTTP 404 \(not found\)', lambda r: r.answer("404 Not Found", b"no"),
              hint="Check the source's url.")


def case_a_body_shorter_than_its_length_is_named_and_the_others_are_loaded(w):
    one_fails(w, FETCH, r'source "farsta": could not fetch {url}: the body ended early, after 2 attempts', peer.fault_cut_length)


def case_a_body_that_may_be_cut_is_refused_and_the_others_are_loaded(w):
    one_fails(w, REFUSED, r'source "farsta": refused {url}: the body has no length and no end of its own; it may be cut', peer.fault_cut_close_delimited,
              hint="Let the server send Content-Length")


def case_an_html_page_is_refused_with_its_title_and_the_others_are_loaded(w):
    one_fails(w, REFUSED, r'source "farsta": refused {url}: 200 with an HTML page instead of an export \(title "Logga in"\)', peer.fault_html,
              hint="A login or error page was sent")


def case_an_empty_file_is_refused_and_the_others_are_loaded(w):
    one_fails(w, REFUSED, r'source "farsta": refused {url}: it is empty', peer.fault_empty)


def case_a_cut_gzip_file_is_refused_and_the_others_are_loaded(w):
    one_fails(w, REFUSED, r'source "farsta": refused {url}: .*gzip.*', peer.fault_cut_gzip)


def case_random_bytes_are_refused_as_delimited_text_and_the_others_are_loaded(w):
    one_fails(w, REFUSED, r'source "farsta": {url}:1: is not text: .* at byte 0', content=NOISE)


def case_random_bytes_are_refused_as_a_report_and_the_others_are_loaded(w):
    three(w)
    before = w.facts()
    w.configure(Source("bromma"), Source("farsta", "rapporttext", stadsdel="Farsta", year=2023), Source("kista"))
    w.content["farsta"] = NOISE
    ended = w.run("run", code=REFUSED)
    same(len(ended.said()), 1, "the number of messages in\n%s" % ended)
    holds(ended.said()[0].startswith('source "farsta": %s:1: is not text: ' % w.peer.url("/export/farsta")), str(ended))
    holds("loaded 0 + unchanged 2 + failed 1" in ended.ending(), ended.ending())
    same(w.facts(), before)


def case_another_kind_of_file_is_refused_with_what_was_expected(w):
    one_fails(w, REFUSED, r'source "farsta": {url}:1: no header found .*', content=b"Datum;Temperatur\n2023-01-01;4\n" * 20)


def case_a_missing_credentials_file_fails_its_source_only(w):
    three(w)
    missing = os.path.join(w.folder, "no-such-file")
    w.configure(Source("bromma"), Source("farsta", credentials_file=missing), Source("kista"))
    ended = w.run("run", code=CONFIG)
    same(len(ended.said()), 1, "the number of messages")
    holds('source "farsta"' in ended.said()[0] and missing in ended.said()[0], str(ended))
    holds("loaded 0 + unchanged 2 + failed 1" in ended.ending(), ended.ending())


def case_of_two_failures_the_more_serious_one_is_the_exit_code_and_both_are_said(w):
    three(w)
    w.answer.update(bromma=peer.fault_empty, farsta=lambda r: r.answer("404 Not Found", b"no"))
    ended = w.run("run", code=REFUSED)
    same([text.split(":")[0] for text in ended.said()], ['source "bromma"', 'source "farsta"'])
    holds("failed 2" in ended.ending(), ended.ending())


def case_a_source_that_works_again_is_loaded_again(w):
    three(w)
    w.answer["farsta"] = peer.fault_html
    w.run("run", code=REFUSED)
    del w.answer["farsta"]
    holds("unchanged 3" in w.run("run", code=DONE).ending(), "the old bytes are still right")
    w.answer["farsta"] = peer.fault_html
    w.run("run", code=REFUSED)
    del w.answer["farsta"]
    w.content["farsta"] = export(*rows(first=50, district="Farsta"))
    words, counts = w.run("run", code=DONE).result("farsta")
    same((words, counts["facts revised"]), ("loaded", 10))


# ---- what goes wrong with the whole run ----

def case_a_wrong_configuration_is_named_by_file_line_and_column(w):
    three(w)
    before = w.everything()
    with open(w.config, encoding="utf-8") as f:
        lines = f.read().replace('"archive"', '"archve"').splitlines()
    with open(w.config, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
    at = [i for i, text in enumerate(lines, 1) if "archve" in text][0]
    for command in ("run", "migrate", "status", "check-config"):
        ended = w.run(command, code=CONFIG)
        holds("%s:%d:1: " % (w.config, at) in ended.err and "did you mean" in ended.err, str(ended))
        same(ended.out, "", "standard output of " + command)
        same(len([text for text in ended.err.splitlines() if text.startswith("stadslager: ")]), 1, "the messages of " + command)
    same(w.everything(), before)


def case_a_missing_configuration_is_named(w):
    w.config = os.path.join(w.folder, "nowhere.yaml")
    ended = w.run("run", code=CONFIG)
    holds(w.config in ended.err and ended.err.count(w.config) == 1, str(ended))


def case_a_missing_server_is_named(w):
    three(w, dsn=None)
    before = w.facts()
    nowhere = os.path.join(w.folder, "no-server")
    w.configure(Source("bromma"), Source("farsta"), Source("kista"), dsn={"dsn": "host=%s dbname=x" % nowhere})
    for command in ("run", "migrate", "status"):
        ended = w.run(command, code=DATABASE)
        same(len(ended.said()), 1, "the number of messages in\n%s" % ended)
        holds(ended.said()[0].startswith("could not connect to the warehouse: ") and nowhere in ended.said()[0], str(ended))
        same(ended.err.count("\n  hint: "), 1, "the number of hints")
    same(w.facts(), before)


def case_a_server_that_refuses_connections_is_named(w):
    w.configure(Source("bromma"), dsn={"dsn": "host=127.0.0.1 port=%d dbname=x" % w.dead.port})
    ended = w.run("run", code=DATABASE)
    same(len(ended.said()), 1, "the number of messages")
    holds("Connection refused" in ended.said()[0] and str(w.dead.port) in ended.said()[0], str(ended))


def login(w, password):
    """A login of the loader's rights that must give a password; returns its connection string without one."""
    role = "nattlast%d" % w.number
    w.sql("CREATE ROLE %s LOGIN PASSWORD '%s' IN ROLE stadslager_loader" % (role, password), "postgres")
    path = w.sql("SHOW hba_file", "postgres")
    with open(path, "r+", encoding="utf-8") as f:
        rest = f.read()
        f.seek(0)
        f.write("local all %s scram-sha-256\n%s" % (role, rest))
    w.sql("SELECT pg_reload_conf()", "postgres")
    w.wait_for("SELECT count(*) > 0 FROM pg_hba_file_rules WHERE user_name = '{%s}'" % role, "the server asks for passwords")
    time.sleep(0.1)  # the postmaster reads the file just after
    return "host=%s dbname=%s user=%s" % (os.environ["PGHOST"], w.database, role)


def case_a_refused_password_is_named_and_not_shown(w):
    three(w)
    before = w.facts()
    dsn = login(w, "riktigt-5c1e")
    path = w.file("dsn", dsn + " password=felaktigt-77ab\n")
    w.configure(Source("bromma"), Source("farsta"), Source("kista"), dsn={"dsn_file": path})
    ended = w.run("run", code=DATABASE)
    same(len(ended.said()), 1, "the number of messages")
    holds("could not connect to the warehouse: " in ended.said()[0] and "password authentication failed" in ended.said()[0], str(ended))
    holds("felaktigt" not in ended.err + ended.out, "the password is shown")
    same(w.facts(), before)


def case_a_password_that_is_missing_is_named(w):
    path = w.file("dsn", login(w, "riktigt-5c1e") + "\n")
    w.configure(Source("bromma"), dsn={"dsn_file": path})
    ended = w.run("run", code=DATABASE, env={"PGPASSFILE": "/dev/null"})
    same(len(ended.said()), 1, "the number of messages")
    holds("no password supplied" in ended.said()[0], str(ended))


def case_a_server_that_goes_away_in_the_middle_ends_the_run_and_is_named(w):
    three(w)
    before = w.facts()
    w.content.update(bromma=export(*rows(first=60)), farsta=export(*rows(first=60, district="Farsta")))
    release = w.block("drift.stage_fact")
    child = w.start("run")
    w.wait_blocked()
    w.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stadslager'")
    ended = w.finish(child)
    release()
    same(ended.code, DATABASE, str(ended))
    same(len(ended.said()), 1, "the number of messages in\n%s" % ended)
    holds('"bromma"' in ended.said()[0], str(ended))
    holds("failed 1 + not reached 2" in ended.ending(), ended.ending())
    same(w.facts(), before)
    same(w.run("run", code=DONE).result("farsta")[1]["facts revised"], 10)


# ---- nothing disappears uncounted ----

def balanced(w, source, words="loaded", ended=None):
    """What the run printed of SOURCE adds up and is what the ledger holds."""
    found, c = ended.result(source)
    same(found, words, "the words about " + source)
    for unit in ("lines", "indicator rows"):
        same(c[unit + " read"], sum(c["%s %s" % (unit, what)] for what in ("loaded", "unchanged", "quarantined", "ignored")), unit)
    kinds = [(column, unit) for column, unit in (("mal", "goals"), ("aktivitet", "activities"), ("tabell", "table rows"))
             if unit + " read" in c]
    for _, unit in kinds:
        same(c[unit + " read"], sum(c["%s %s" % (unit, what)] for what in ("loaded", "unchanged", "quarantined")), unit)
    names = [("%s_%s" % (column, what), "%s %s" % (unit, what)) for column, unit in (("lines", "lines"), ("rows", "indicator rows"))
             for what in ("read", "loaded", "unchanged", "quarantined", "ignored")]
    names += [("%s_%s" % (column, what), "%s %s" % (unit, what)) for column, unit in kinds
              for what in ("read", "loaded", "unchanged", "quarantined")]
    names += [("facts_" + what, "facts " + what) for what in ("new", "revised", "withdrawn", "unchanged")] + [("findings", "facts findings")]
    stored = w.sql("SELECT %s FROM drift.load WHERE source = '%s' ORDER BY id DESC LIMIT 1" % (", ".join(n for n, _ in names), source))
    same(stored.split("|"), [str(c[said]) for _, said in names], "the ledger, against what was printed of " + source)
    return c


REPORTS = (("hasselby-vallingby-2022.txt", "Hässelby-Vällingby", 2022), ("farsta-2023.txt", "Farsta", 2023),
           ("kungsholmen-2024.txt", "Kungsholmen", 2024), ("bromma-2023.txt", "Bromma", 2023))


def case_every_line_and_row_of_report_texts_is_accounted_for(w):
    sources = []
    for name, district, year in REPORTS:
        w.content[name.split(".")[0]] = w.fixture(name)
        sources.append(Source(name.split(".")[0], "rapporttext", stadsdel=district, year=year))
    w.configure(*sources, limits={"max_quarantined_pct": 50}, unknown={"enhet": "add"})
    ended = w.run("run", code=QUARANTINED)
    for source in sources:
        c = balanced(w, source.name, ended=ended)
        same(c["lines read"], len(w.content[source.name].splitlines()), "the lines of " + source.name)
        holds(c["indicator rows loaded"] >= 8, "rows of " + source.name)
        holds(c["table rows loaded"] >= 3, "rows of other tables of " + source.name)
        same(w.number_of("SELECT count(DISTINCT (rad, kind)) FROM drift.quarantine WHERE source = '%s' AND kind = 'indikator'" % source.name),
             c["indicator rows quarantined"], "quarantine of " + source.name)
        same(w.number_of("SELECT sum(value::int) FROM drift.load, jsonb_each_text(lines_ignored_by) WHERE source = '%s'" % source.name),
             c["lines ignored"], "the ignored lines of %s by class" % source.name)
    facts = sum(w.number_of("SELECT count(*) FROM lager." + t) for t in lib_run.FACTS)
    holds("facts new %d," % facts in ended.ending(), ended.ending())


def case_every_line_and_row_of_delimited_text_is_accounted_for(w):
    lines = rows(9) + [
        "",
        line("Sjukfrånvaro dag 1-14", "12,4,5 %", unit="Förskolan Solen"),
        line("Sjukfrånvaro", "", unit="Förskolan Solen"),
        line('"Antal barn per\ngrupp"', "14,4", unit="Förskolan Solen"),
        line("Antal drakar", "3", unit="Förskolan Solen"),
        line("Totalt", "99 %"),
        "Källa: ledningssystemet",
    ]
    w.content["bromma"] = export(*lines)
    w.configure(Source("bromma", totals_label="Totalt"), unknown={"enhet": "add"}, limits={"max_quarantined_pct": 50})
    ended = w.run("run", code=QUARANTINED)
    c = balanced(w, "bromma", ended=ended)
    same((c["lines read"], c["indicator rows quarantined"], c["lines quarantined"]), (18, 2, 2), "lines, rows and lines in quarantine")
    same(w.sql("SELECT rad, rule FROM drift.quarantine ORDER BY rad"), "12|I-VARDE\n16|U-INDIKATOR")


def case_quarantine_holds_the_place_and_the_raw_bytes_of_a_row(w):
    body = export(*rows(9), line("Antal barn per grupp", "fjorton", period="VB 20x3"))
    w.content["bromma"] = body
    w.configure(Source("bromma"))
    w.run("run", code=QUARANTINED)
    rad, offset, length, raw, column, rule = w.sql(
        "SELECT rad, byte_offset, length, convert_from(raw, 'UTF8'), column_name, rule FROM drift.quarantine").split("|")
    same((int(rad), column, rule), (11, "period", "I-PERIOD"))
    place = body[int(offset):int(offset) + int(length)].decode("utf-8")
    same(place.rstrip("\n"), body.decode("utf-8").splitlines()[10], "the bytes at its place")
    same(raw, place.rstrip("\n"), "the bytes kept")


def case_the_later_load_accounts_for_what_is_unchanged(w):
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    w.content["bromma"] = export(*rows(9), line(lib_run.INDICATORS[9], "99,9 %"))
    c = balanced(w, "bromma", ended=w.run("run", code=DONE))
    same((c["indicator rows loaded"], c["indicator rows unchanged"], c["facts revised"], c["facts unchanged"]), (1, 9, 1, 9))


# ---- running again writes nothing ----

def case_a_second_run_ends_with_0_and_writes_nothing(w):
    for name, district, year in REPORTS:
        w.content[name.split(".")[0]] = w.fixture(name)
    w.content["kista"] = export(*rows(district="Järva", period="VB 2024"))
    w.configure(Source("kista"), *[Source(n.split(".")[0], "rapporttext", stadsdel=d, year=y) for n, d, y in REPORTS],
                limits={"max_quarantined_pct": 50}, unknown={"enhet": "add", "indikator": "add"})
    w.run("run", code=QUARANTINED)
    before, contents = w.physical(), w.everything()
    ended = w.run("run", code=DONE)
    same(w.physical(), before)
    after = w.everything()
    same({t for t in after if after[t] != contents[t]}, {"drift.run", "drift.run_result"}, "the tables that differ")
    holds("unchanged 5" in ended.ending() and "HTTP 304" in ended.err, str(ended))


def case_the_same_bytes_under_a_new_etag_write_nothing(w):
    three(w)
    before = w.physical()
    w.etag.update(bromma="other", farsta="other", kista="other")
    ended = w.run("run", code=DONE)
    holds(ended.err.count("HTTP 200, unchanged") == 3 and "unchanged 3" in ended.ending(), str(ended))
    same(w.physical(), before)


def case_a_touched_configuration_decodes_again_and_writes_no_fact(w):
    three(w)
    facts, before = w.facts(), w.physical()
    w.configure(Source("bromma"), Source("farsta"), Source("kista"), comment="# a comment more\n")
    ended = w.run("run", code=DONE)
    for name in ("bromma", "farsta", "kista"):
        c = balanced(w, name, "verified: the warehouse says what the export says", ended)
        same((c["indicator rows unchanged"], c["facts unchanged"], c["facts new"]), (10, 10, 0))
    same(w.facts(), facts)
    differ = {b.split("|")[0] for b, a in zip(before, w.physical()) if a != b}
    same(differ, {"drift.load"}, "the tables written to")
    same(w.sql("SELECT DISTINCT way FROM drift.load WHERE run_id = 2"), "unchanged")
    before = w.physical()
    holds("nothing decoded" in w.run("run", code=DONE).err, "the third run does not decode")
    same(w.physical(), before)


# ---- what changes ----

def case_a_revised_value_closes_one_version_and_adds_one(w):
    three(w)
    before = w.facts()
    changed = rows()
    changed[3] = line(lib_run.INDICATORS[3], "77,7 %")
    w.content["bromma"] = export(*changed)
    words, c = w.run("run", code=DONE).result("bromma")
    same((words, c["facts new"], c["facts revised"], c["facts withdrawn"], c["facts unchanged"]), ("loaded", 0, 1, 0, 9))
    after = w.facts()
    same(len(after["fact_utfall"]), len(before["fact_utfall"]) + 1, "the versions")
    same(len([row for row in before["fact_utfall"] if row not in after["fact_utfall"]]), 1, "the versions that were touched")
    same(w.sql("SELECT varde, load_id, ersatt_load_id, ersatt_orsak FROM lager.fact_utfall f JOIN lager.dim_indikator i"
               " ON i.id = indikator_id WHERE stadsdel_id = 1 AND i.namn = 'Antal barn per grupp' ORDER BY load_id"),
         "13.5|1|4|revised\n77.7|4||")
    same({t: after[t] for t in after if t != "fact_utfall"}, {t: before[t] for t in before if t != "fact_utfall"})


def case_a_value_that_comes_back_is_a_third_version(w):
    three(w)
    for first in (30, 10):
        w.content["bromma"] = export(*rows(first=first))
        w.run("run", code=DONE)
    same(w.sql("SELECT varde, load_id, ersatt_load_id FROM lager.fact_utfall f JOIN lager.dim_indikator i ON i.id = indikator_id"
               " WHERE stadsdel_id = 1 AND i.namn = 'Sjukfrånvaro' ORDER BY load_id"), "10.5|1|4\n30.5|4|5\n10.5|5|")


def case_a_row_gone_from_a_complete_export_is_withdrawn(w):
    three(w)
    w.content["bromma"] = export(*rows(9))
    words, c = w.run("run", code=DONE).result("bromma")
    same((words, c["facts withdrawn"], c["facts new"], c["facts revised"]), ("loaded", 1, 0, 0))
    same(w.sql("SELECT i.namn, ersatt_load_id, ersatt_orsak FROM lager.fact_utfall f JOIN lager.dim_indikator i ON i.id = indikator_id"
               " WHERE ersatt_load_id IS NOT NULL"), lib_run.INDICATORS[9] + "|4|withdrawn")
    w.content["bromma"] = export(*rows(10))
    same(w.run("run", code=DONE).result("bromma")[1]["facts new"], 1, "new facts when it comes back")


def case_a_row_gone_from_an_export_that_is_not_complete_stays(w):
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma", complete=False))
    w.run("run", code=DONE)
    w.content["bromma"] = export(*rows(9))
    same(w.run("run", code=DONE).result("bromma")[1]["facts withdrawn"], 0)
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall WHERE ersatt_load_id IS NULL"), 10)


def case_a_row_that_becomes_unreadable_does_not_withdraw_its_facts(w):
    three(w)
    bad = rows(9) + [line(lib_run.INDICATORS[9], "12,4,5 %")]
    w.content["bromma"] = export(*bad)
    c = w.run("run", code=QUARANTINED).result("bromma")[1]
    same((c["facts withdrawn"], c["indicator rows quarantined"]), (0, 1))
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall WHERE stadsdel_id = 1 AND ersatt_load_id IS NULL"), 10)
    same(w.sql("SELECT rule, severity FROM drift.finding WHERE rule LIKE 'L-%'"), "L-BORTA|warn")
    same(c["facts findings"], w.number_of("SELECT count(*) FROM drift.finding WHERE load_id = (SELECT max(id) FROM drift.load WHERE source = 'bromma')"))


def case_quarantine_is_superseded_when_the_export_is_mended(w):
    good = rows(9)
    w.content["bromma"] = export(*good, line(lib_run.INDICATORS[9], "12,4,5 %"))
    w.configure(Source("bromma"))
    w.run("run", code=QUARANTINED)
    same(w.sql("SELECT status, load_id, superseded_load_id FROM drift.quarantine"), "open|1|")
    w.content["bromma"] = export(*good, line(lib_run.INDICATORS[9], "12,4 %"))
    c = w.run("run", code=DONE).result("bromma")[1]
    same((c["facts new"], c["indicator rows quarantined"]), (1, 0))
    same(w.sql("SELECT status, load_id, superseded_load_id FROM drift.quarantine"), "superseded|1|2")


def case_the_same_quarantine_again_writes_nothing(w):
    w.content["bromma"] = export(*rows(9), line(lib_run.INDICATORS[9], "12,4,5 %"))
    w.configure(Source("bromma"))
    w.run("run", code=QUARANTINED)
    before = w.physical()
    w.configure(Source("bromma"), comment="# touched\n")
    ended = w.run("run", code=QUARANTINED)
    holds(ended.result("bromma")[0].startswith("verified"), str(ended))
    differ = {b.split("|")[0] for b, a in zip(before, w.physical()) if a != b}
    same(differ, {"drift.load"}, "the tables written to")


def refused(w, body, hint, *pattern, source="bromma"):
    before, physical = w.everything(), w.physical()
    w.content[source] = body
    for attempt in (1, 2):  # the second time its bytes are in the archive
        ended = w.run("run", code=REFUSED)
        same(len(ended.said()), 1, "the number of messages in run %d" % attempt)
        for part in ('source "%s"' % source,) + pattern:
            holds(part in ended.said()[0], "%r is not in\n%s" % (part, ended))
        holds(hint in ended.err, str(ended))
    after = w.everything()
    same({t for t in after if after[t] != before[t]} - {"drift.config_snapshot"}, {"drift.run", "drift.run_result"}, "the tables that differ")
    same([row.split("|")[:2] for row in w.physical()], [row.split("|")[:2] for row in physical], "the rows of all tables")
    return ended


def case_an_export_that_lost_too_many_rows_is_refused(w):
    three(w)
    ended = refused(w, export(*rows(7)), "limits.max_dropped_pct", "7 indicator rows", "10 in the last load", "20 %")
    holds("unchanged 2 + failed 1" in ended.ending(), ended.ending())
    w.configure(Source("bromma"), Source("farsta"), Source("kista"), limits={"max_dropped_pct": 30})
    same(w.run("run", code=DONE).result("bromma")[1]["facts withdrawn"], 3, "withdrawn with a higher limit")


def case_an_export_with_a_header_and_no_rows_is_refused_where_there_were_rows(w):
    three(w)
    refused(w, export(), "limits.max_dropped_pct", "0 indicator rows", "10 in the last load")


def case_an_export_with_a_header_and_no_rows_is_valid_where_there_were_none(w):
    w.content["bromma"] = export()
    w.configure(Source("bromma"))
    c = balanced(w, "bromma", "verified: the warehouse says what the export says", w.run("run", code=DONE))
    same((c["lines read"], c["indicator rows read"]), (1, 0))


def case_an_export_with_too_much_in_quarantine_is_refused(w):
    three(w)
    refused(w, export(*rows(7), *[line("Antal drakar %d" % i, "1") for i in range(3)]), "limits.max_quarantined_pct", "3 of 10", "20 %")


def case_an_export_with_too_many_rows_in_quarantine_is_refused(w):
    three(w, limits={"max_quarantined_rows": 1, "max_quarantined_pct": 100})
    refused(w, export(*rows(8), *[line("Antal drakar %d" % i, "1") for i in range(2)]), "limits.max_quarantined_rows", "2 rows", "limit is 1")


def case_a_source_that_takes_the_run_over_its_quarantine_limit_is_refused(w):
    w.content["bromma"] = export(*rows(9), line("Antal drakar", "1"))
    w.content["farsta"] = export(*rows(9, district="Farsta"), line("Antal drakar", "1", district="Farsta"))
    w.configure(Source("bromma"), Source("farsta"), limits={"max_run_quarantined_rows": 1})
    ended = w.run("run", code=REFUSED)
    holds("the limit of the run leaves room for 0" in ended.err and "limits.max_run_quarantined_rows" in ended.err, ended.err)
    same(w.sql("SELECT string_agg(source, ',') FROM drift.load"), "bromma", "what was loaded")


# ---- options ----

def case_one_source_may_be_chosen(w):
    three(w)
    w.asked.clear()
    w.content.update(bromma=export(*rows(first=30)), farsta=export(*rows(first=30, district="Farsta")))
    ended = w.run("run", "--source", "farsta", code=DONE)
    same([name for name, _ in w.asked], ["farsta"], "what was fetched")
    holds("sources 1 = loaded 1" in ended.ending(), ended.ending())
    same(w.sql("SELECT DISTINCT source FROM drift.load WHERE run_id = 2"), "farsta")
    same(w.sql("SELECT arguments FROM drift.run WHERE id = 2").strip(), "--source farsta")


def case_an_unknown_source_is_a_usage_error(w):
    three(w)
    before = w.everything()
    for arguments in (("--source", "fasta"), ("--source", "fasta", "--year", "2023")):
        ended = w.run("run", *arguments, code=USAGE)
        same(ended.said(), ['no source "fasta" in ' + w.config])
        same(ended.err.count("\n  hint: "), 1)
    same(w.everything(), before)


def case_one_year_may_be_chosen(w):
    w.content.update(bromma=export(*rows(period="VB 2022")), farsta=export(*rows(district="Farsta")))
    w.configure(Source("bromma", year=2022), Source("farsta", year=2023))
    w.run("run", "--year", "2022", code=DONE)
    same([name for name, _ in w.asked], ["bromma"], "what was fetched")
    ended = w.run("run", "--year", "2019", code=USAGE)
    same(len(ended.said()), 1, "the number of messages")
    ended = w.run("run", "--year", "2022", "--source", "farsta", code=USAGE)
    same(len(ended.said()), 1, "the number of messages")


def case_wrong_options_are_usage_errors(w):
    w.configure(Source("bromma"))
    for arguments in (("--yaer", "2022"), ("--year", "22"), ("--year", "abc"), ("--deadline", "0"), ("--deadline", "soon"), ("extra",), ("--source",)):
        ended = w.run("run", *arguments, code=USAGE)
        holds(ended.out == "" and "hint: " in ended.err and "run begins" not in ended.err, str(ended))


def case_offline_loads_from_the_archive_without_the_network(w):
    three(w)
    before = w.values()
    w.sql("CREATE DATABASE again%d TEMPLATE ready" % w.number, "postgres")
    w.database = "again%d" % w.number
    w.asked.clear()
    sources = [Source(n, url=w.dead.url("/export/" + n)) for n in ("bromma", "farsta", "kista")]
    w.configure(*sources)
    same(len(w.run("run", code=FETCH).said()), 3, "messages when the server is down")
    w.run("run", "--offline", code=DONE)
    same(w.values(), before)
    same(w.asked, [], "requests")


def case_offline_without_archived_bytes_is_said_of_its_source(w):
    three(w)
    w.configure(Source("bromma"), Source("farsta"), Source("kista"), Source("skarpnack"))
    ended = w.run("run", "--offline", code=FETCH)
    same(ended.said(), ['source "skarpnack": the archive holds no export of it'])
    holds("unchanged 3 + failed 1" in ended.ending(), ended.ending())


def case_damaged_bytes_in_the_archive_are_refused_and_named(w):
    three(w)
    before = w.facts()
    sha = w.sql("SELECT file_sha256 FROM drift.load WHERE source = 'farsta'")
    with open(os.path.join(w.archive, "objects", sha[:2], sha + ".gz"), "r+b") as f:
        f.seek(-6, os.SEEK_END)
        f.write(b"x")
    w.configure(Source("bromma"), Source("farsta"), Source("kista"), comment="# decode again\n")
    ended = w.run("run", "--offline", code=REFUSED)
    same(len(ended.said()), 1, "the number of messages")
    holds(ended.said()[0].startswith('source "farsta": archived bytes of %s are damaged' % sha), str(ended))
    holds("loaded 0 + unchanged 2 + failed 1" in ended.ending(), ended.ending())
    same(w.facts(), before)
    holds("\n  hint: Remove the object and fetch the source again" in ended.err, str(ended))
    os.remove(os.path.join(w.archive, "objects", sha[:2], sha + ".gz"))
    holds("unchanged 3" in w.run("run", code=DONE).ending(), "the run that follows the hint")


def case_a_dry_run_prints_the_difference_and_writes_nothing(w):
    three(w)
    changed = rows(9)
    changed[0] = line("Sjukfrånvaro", "99,9 %")
    w.content["bromma"] = export(*changed, line("Andel nöjda föräldrar till barn i förskolan", "91 %", unit="Förskolan Solen"))
    w.configure(Source("bromma"), Source("farsta"), Source("kista"), unknown={"enhet": "add"})
    before, versions = w.everything(), w.facts("*")
    for _ in range(2):
        ended = w.run("run", "--dry-run", code=DONE)
        lines = [text.split("\t") for text in ended.out.splitlines()]
        board = w.sql("SELECT namn FROM lager.dim_enhet WHERE stadsdel_id = 1 AND hel_namnd")
        same(sorted(lines), sorted([
            ["new", "fact_utfall", "Bromma", "Förskolan Solen", "Andel nöjda föräldrar till barn i förskolan", "2023", "T", "", "91 %"],
            ["revised", "fact_utfall", "Bromma", board, "Sjukfrånvaro", "2023", "T", "10.5 %", "99.9 %"],
            ["withdrawn", "fact_utfall", "Bromma", board, lib_run.INDICATORS[9], "2023", "T", "19.5 %", ""]]), "standard output")
        same(w.everything(), before)
        same(w.facts("*"), versions)
    same(ended.result("bromma")[0], "would be loaded (dry run)")
    c = w.run("run", code=DONE).result("bromma")[1]
    same((c["facts new"], c["facts revised"], c["facts withdrawn"]), (1, 1, 1), "the real run")


def case_a_dry_run_of_an_empty_warehouse_writes_nothing_and_goes_on_after_a_refusal(w):
    w.content.update(bromma=export(*rows(5), *[line("Antal drakar %d" % i, "1") for i in range(5)]), farsta=export(*rows(district="Farsta")))
    w.configure(Source("bromma"), Source("farsta"))
    before = w.everything()
    ended = w.run("run", "--dry-run", code=REFUSED)
    same(len(ended.out.splitlines()), 10, "lines of the difference")
    same(len(ended.said()), 1, "the number of messages")
    same(w.everything(), before)


def case_a_dry_run_adds_nothing_that_a_later_source_would_meet(w):
    unit = line("Sjukfrånvaro", "5 %", unit="Förskolan Solen")
    w.content.update(bromma=export(unit, *rows(9)), farsta=export(unit, *rows(9, district="Farsta")))
    w.configure(Source("bromma"), Source("farsta"), unknown={"enhet": "add"})
    before = w.everything()
    ended = w.run("run", "--dry-run", code=DONE)
    same(len([text for text in ended.out.splitlines() if "Förskolan Solen" in text]), 2, "lines of the unit, in both")
    same(w.everything(), before)


# ---- deadline, signals, kills ----

def case_a_deadline_ends_a_run_whose_server_stalls(w):
    """Sources are loaded in the order of the configuration, so none is that stands behind the one that stalls."""
    three(w)
    before = w.facts()
    w.answer["bromma"] = peer.fault_stall
    w.content["farsta"] = export(*rows(first=70, district="Farsta"))
    ended = w.run("run", "--deadline", "1", code=DEADLINE)
    holds(any(text.startswith('source "bromma": could not fetch %s: ' % w.peer.url("/export/bromma")) for text in ended.said()), str(ended))
    holds(any("deadline of 1 s" in text for text in ended.said()), str(ended))
    same(len(ended.said()), 2, "messages: the source's and the run's, in\n%s" % ended)
    same(w.facts(), before)
    same(w.sql("SELECT exit_code FROM drift.run_result ORDER BY run_id DESC LIMIT 1"), "9")
    del w.answer["bromma"]
    same(w.run("run", code=DONE).result("farsta")[0], "loaded")


def case_a_deadline_ends_a_run_that_waits_for_the_database(w):
    three(w)
    before = w.facts()
    w.content.update(bromma=export(*rows(first=70)), farsta=export(*rows(first=70, district="Farsta")))
    release = w.block("lager.fact_utfall_2023")
    ended = w.run("run", "--deadline", "1", code=DEADLINE)
    release()
    same(ended.said(), ["the run's deadline of 1 s has passed; what was not yet published is rolled back"])
    holds("loaded 0 + unchanged 0 + failed 0 + not reached 3" in ended.ending(), ended.ending())
    same(w.facts(), before)


def stopped(w, number, table):
    """A run stopped by NUMBER while it waits for TABLE: rolled back, and the next run loads it all."""
    three(w)
    before, quarantine = w.facts(), w.sql("SELECT count(*) FROM drift.quarantine")
    w.content["farsta"] = export(*rows(9, first=70, district="Farsta"), line("Antal drakar", "1", district="Farsta"))
    release = w.block(table)
    child = w.start("run")
    w.wait_blocked()
    child.send_signal(number)
    ended = w.finish(child)
    release()
    same(ended.code, DEADLINE, str(ended))
    same(ended.said(), ["stopped by %s; what was not yet published is rolled back" % signal.Signals(number).name])
    holds("not reached 2" in ended.ending(), ended.ending())
    same(w.facts(), before)
    same(w.sql("SELECT count(*) FROM drift.quarantine"), quarantine)
    same(w.sql("SELECT sum(n) FROM (SELECT count(*) n FROM drift.stage_row UNION ALL SELECT count(*) FROM drift.stage_fact) x"), "0", "staged rows")
    same(w.sql("SELECT exit_code FROM drift.run_result ORDER BY run_id DESC LIMIT 1"), "9", "the exit code in the ledger")
    same(os.listdir(os.path.join(w.archive, "tmp")), [], "temporary files")
    same(w.run("run", code=QUARANTINED).result("farsta")[1]["facts revised"], 9)


def case_sigterm_in_the_middle_of_a_load_rolls_it_back(w):
    stopped(w, signal.SIGTERM, "drift.stage_fact")


def case_sigint_in_the_middle_of_a_publication_rolls_it_back(w):
    stopped(w, signal.SIGINT, "drift.quarantine")


def case_sigterm_while_fetching_ends_the_run(w):
    three(w)
    before = w.facts()
    w.answer["farsta"] = peer.fault_stall
    child = w.start("run")
    while "farsta" not in [name for name, _ in w.asked[3:]]:
        time.sleep(0.02)
    child.send_signal(signal.SIGTERM)
    ended = w.finish(child)
    same(ended.code, DEADLINE, str(ended))
    same(w.facts(), before)
    same(os.listdir(os.path.join(w.archive, "tmp")), [], "temporary files")


def case_a_run_killed_anywhere_leaves_what_a_clean_run_makes_whole(w):
    changed = {"bromma": export(*rows(9, first=50), line("Antal drakar", "1")),
               "farsta": export(*rows(8, first=50, district="Farsta"), line("Sjukfrånvaro", "5 %", unit="Förskolan Solen", district="Farsta"),
                                line("Andel nöjda föräldrar till barn i förskolan", "50 %", period="VB 2021", district="Farsta"))}
    unknown = {"unknown": {"enhet": "add"}}
    three(w, **unknown)
    start = w.database
    w.content.update(changed)
    w.idle()
    w.sql("CREATE DATABASE clean%d TEMPLATE %s" % (w.number, start), "postgres")
    w.database = "clean%d" % w.number
    w.configure(Source("bromma"), Source("farsta"), Source("kista"), **unknown)
    w.run("run", code=QUARANTINED)
    expected = w.values()
    for i, table in enumerate(("drift.run", "drift.stage_row", "drift.stage_quarantine", "drift.load", "lager.dim_enhet",
                               "lager.fact_utfall_2023", "drift.quarantine", "drift.file")):
        w.database = "killed%d_%d" % (w.number, i)
        w.sql("CREATE DATABASE %s TEMPLATE %s" % (w.database, start), "postgres")
        w.configure(Source("bromma"), Source("farsta"), Source("kista"), **unknown)
        before = w.facts()
        release = w.block(table)
        child = w.start("run")
        w.wait_blocked()
        child.kill()
        child.communicate()
        release()
        w.idle()
        after = w.facts()
        holds(after == before or table in ("lager.dim_enhet",), "killed at %s: something was published" % table)
        w.run("run", code=QUARANTINED)
        same(w.values(), expected, "killed at %s: the facts" % table)
        holds("unchanged 3" in w.run("run", code=DONE).ending(), "killed at %s: the run after" % table)
        same(w.number_of("SELECT count(*) FROM drift.stage_fact"), 0, "staged rows")


def case_a_run_killed_while_fetching_leaves_what_a_clean_run_makes_whole(w):
    three(w)
    before = w.facts()
    w.answer["farsta"] = peer.fault_stall
    child = w.start("run")
    while "farsta" not in [name for name, _ in w.asked[3:]] or not os.listdir(os.path.join(w.archive, "tmp")):
        time.sleep(0.02)
    child.kill()
    child.communicate()
    del w.answer["farsta"]
    w.run("run", code=DONE)
    same(w.facts(), before)
    same(os.listdir(os.path.join(w.archive, "tmp")), [], "temporary files")


def case_a_second_run_is_turned_away_by_the_archive_and_by_the_warehouse(w):
    three(w)
    w.content["bromma"] = export(*rows(first=70))
    release = w.block("drift.stage_fact")
    child = w.start("run")
    w.wait_blocked()
    ended = w.run("run", code=LOCKED)
    same(ended.said(), ['archive "%s" is locked by another run, process %d' % (w.archive, child.pid)])
    here, w.archive = w.archive, w.archive + "-other"
    w.configure(Source("bromma"), Source("farsta"), Source("kista"))
    ended = w.run("run", code=LOCKED)
    same(ended.said(), ["another run is under way in this warehouse"])
    same(ended.err.count("\n  hint: "), 1, "hints")
    same(w.run("migrate", code=LOCKED).said(), ["another run is under way in this warehouse"])
    release()
    same(w.finish(child).code, DONE, "the first run")
    w.archive = here
    w.configure(Source("bromma"), Source("farsta"), Source("kista"))
    w.run("run", code=DONE)


# ---- the schema ----

def case_a_warehouse_without_schema_is_said_with_what_to_do(w):
    w.sql("CREATE DATABASE bare%d" % w.number, "postgres")
    w.database = "bare%d" % w.number
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma"))
    for command in ("run", "status"):
        ended = w.run(command, code=DATABASE)
        same(ended.said(), ["the warehouse has no schema yet"])
        holds('hint: Run "stadslager migrate"' in ended.err, str(ended))
    first = w.run("migrate", code=DONE)
    holds(re.search(r"schema version (\d+), \1 migrations applied", first.out), first.out)
    before = w.everything()
    holds("0 migrations applied" in w.run("migrate", code=DONE).out, "the second time")
    same(w.everything(), before)
    w.run("run", code=DONE)


def case_a_schema_that_is_too_new_is_said_with_what_to_do(w):
    w.sql("INSERT INTO drift.schema_version (version, name, program_version) VALUES (999, 'later', '9')")
    w.configure(Source("bromma"))
    for command in ("run", "status", "migrate"):
        ended = w.run(command, code=DATABASE)
        same(len(ended.said()), 1, "the number of messages")
        holds("has version 999, this program knows " in ended.said()[0] and "\n  hint: " in ended.err, str(ended))


def case_a_schema_that_is_too_old_is_said_with_what_to_do(w):
    w.sql("DELETE FROM drift.schema_version WHERE version > 1")
    w.configure(Source("bromma"))
    ended = w.run("run", code=DATABASE)
    holds("has version 1, this program needs " in ended.said()[0] and 'hint: Run "stadslager migrate"' in ended.err, str(ended))


def case_a_role_without_rights_is_said_with_what_to_do(w):
    w.sql("CREATE ROLE nobody%d LOGIN" % w.number, "postgres")
    w.configure(Source("bromma"), dsn={"dsn": "dbname=%s user=nobody%d" % (w.database, w.number)})
    ended = w.run("run", code=DATABASE)
    same(len(ended.said()), 1, "the number of messages")
    holds("permission denied" in ended.said()[0] and "stadslager_loader" in ended.err, str(ended))


# ---- the other commands ----

def case_status_shows_runs_sources_and_open_quarantine(w):
    w.configure(Source("bromma"))
    ended = w.run("status", code=DONE)
    holds("none yet" in ended.out and "nothing loaded yet" in ended.out and "empty" in ended.out, ended.out)
    w.content["bromma"] = export(*rows(9), line("Antal drakar", "1"))
    w.run("run", code=QUARANTINED)
    w.run("run", "--source", "bromma", code=DONE)
    ended = w.run("status", code=DONE)
    same(ended.err, "", "standard error")
    runs, sources, quarantine = re.split(r"^(?:Sources|Open quarantine).*\n", ended.out, flags=re.M)
    holds(re.search(r"^ *1\b.*\b3\b", runs, re.M) and re.search(r"^ *2\b.*--source bromma", runs, re.M), runs)
    holds(re.search(r"^ *bromma\b.*\b10\b.*\b1\b", sources, re.M), sources)
    holds("U-INDIKATOR" in quarantine and "Antal drakar" in quarantine, quarantine)


def case_another_version_of_the_program_decodes_again_and_writes_no_fact(w):
    w.configure(Source("bromma"))
    w.content["bromma"] = export(*rows(9))
    w.run("run", code=DONE)
    w.sql("UPDATE drift.run SET program_version = '0.0.1'")
    ended = w.run("run", code=DONE)
    holds("verified" in ended.err and "nothing decoded" not in ended.err, ended.err)
    holds("nothing decoded" in w.run("run", code=DONE).err, "the third run")


def case_a_previous_value_that_differs_from_its_own_report_is_a_finding_with_both_places(w):
    w.configure(Source("bromma"), Source("later"))
    w.content["bromma"] = export(line("Sjukfrånvaro", "8 %", period="VB 2022"), line("Aktivt Medskapandeindex", "80", period="VB 2022"))
    w.content["later"] = export(line("Sjukfrånvaro", "7 %", previous="9,5 %"), line("Aktivt Medskapandeindex", "82", previous="80,0"))
    w.run("run", code=DONE)
    same(w.sql("SELECT rad || ' ' || rule || ' ' || severity || ' ' || message FROM drift.finding WHERE rule = 'L-FOREGAENDE'"),
         '2 L-FOREGAENDE warn the previous value 9,5 % is not what that year\'s own report said: 8 % (source "bromma", line 2)', "the finding")


def case_check_names_proposes_the_nearest_known_name_and_takes_none(w):
    w.configure(Source("bromma"))
    w.content["bromma"] = export(*rows(9), line("Sjukfrånvar0", "1"), line("Antal drakar", "1"))
    w.run("run", code=QUARANTINED)
    ended = w.run("check-names", code=DONE)
    found = [text.split("\t") for text in ended.out.splitlines()[1:]]
    same([row[3:] for row in found], [["Sjukfrånvar0", "Sjukfrånvaro", "1"], ["Antal drakar", "", ""]], "proposals")
    same(w.sql("SELECT count(*) FROM drift.quarantine WHERE rule = 'U-INDIKATOR' AND status = 'open'"), "2", "rows still in quarantine")


def case_check_names_goes_on_after_a_source_that_it_cannot_read(w):
    w.configure(Source("bromma"), Source("farsta"), Source("kista"))
    w.content.update(bromma=export(line("Sjukfrånvar0", "1"), *rows(9)), farsta=export(line("Sjukfrånvar1", "1", district="Farsta"), *rows(9, district="Farsta")))
    w.answer["kista"] = lambda r: r.answer("404 Not Found", b"no")
    w.run("run")
    sha = w.sql("SELECT file_sha256 FROM drift.load WHERE source = 'bromma'")
    with open(os.path.join(w.archive, "objects", sha[:2], sha + ".gz"), "r+b") as f:
        f.truncate(30)
    ended = w.run("check-names", code=REFUSED)
    same([text.split("\t")[3:] for text in ended.out.splitlines()[1:]], [["Sjukfrånvar1", "Sjukfrånvaro", "1"]], "proposals")
    holds('source "kista": the archive holds no export of it' in ended.err and sha in ended.err, ended.err)


def case_status_shows_a_run_that_was_killed_as_unfinished(w):
    three(w)
    w.sql("INSERT INTO drift.run (program_version, config_hash, arguments) SELECT program_version, config_hash, '' FROM drift.run")
    ended = w.run("status", code=DONE)
    rows_of_runs = [text for text in ended.out.splitlines() if re.match(r" *[12]\b", text)]
    same([len(re.findall(r"\d\d:\d\d:\d\d", text)) for text in rows_of_runs], [1, 2], "times of the newest and the oldest run")


def case_decoding_a_missing_file_is_a_usage_error_that_names_it(w):
    missing = os.path.join(w.folder, "no-such-export.txt")
    ended = w.run("decode", "--connector", "delimited", "--table", "indikator", missing, code=USAGE)
    same(len(ended.said()), 1, "the number of messages")
    holds(missing in ended.said()[0] and ended.out == "", str(ended))


def case_decoding_noise_is_refused_and_names_the_file(w):
    path = os.path.join(w.folder, "noise.txt")
    with open(path, "wb") as f:
        f.write(NOISE)
    for connector in ("delimited", "rapporttext"):
        ended = w.run("decode", "--connector", connector, "--stadsdel", "Bromma", "--year", "2023", "--table", "indikator", path, code=REFUSED)
        same(len(ended.said()), 1, "the number of messages")
        holds(path in ended.said()[0], str(ended))


OPTIONS = {"audit": ("--year", "--as-of", "--rules", "--refetch", "--limit", "--manifest", "--verify", "--archive"),
           "compare": ("--period", "--kon", "--basis", "--format"),
           "run": ("--source", "--year", "--offline", "--dry-run", "--deadline", "--accept-shrunken"),
           "rerun": ("--year", "--source", "--dry-run", "--accept-shrunken", "--deadline"),
           "report": ("--out",),
           "export": ("--format", "--indikator", "--stadsdel", "--period", "--year", "--out"),
           "diff": ("--from", "--to", "--year", "--stadsdel", "--materiality", "--format"),
           "explain": ("--stadsdel", "--enhet", "--indikator", "--period", "--kon", "--table", "--format"),
           "quarantine": ("list", "replay", "waive", "--source", "--rule", "--status", "--limit", "--format", "--why", "--by"),
           "decode": ("--connector", "--stadsdel", "--year", "--enhet", "--table"), "check-config": (), "check-names": (), "migrate": ("--dry-run",), "status": ("--format", "--as-of"),
           "doctor": ("--full", "--network", "--format"), "prune": ("--dry-run", "--keep-days")}


def case_help_of_every_command_lists_its_options(w):
    ended = w.run(code=DONE, command=[w.binary, "--help"])
    for command, options in OPTIONS.items():
        holds(re.search(r"^  %s " % command, ended.out, re.M), "%s in\n%s" % (command, ended.out))
        help_text = w.run(code=DONE, command=[w.binary, command, "--help"])
        same(help_text.err, "", "standard error")
        for option in options + ("usage: stadslager", "Exit status"):
            holds(option.lower() in help_text.out.lower(), "%s in\n%s" % (option, help_text.out))
    listed = re.findall(r"^  ([a-z][a-z-]+) ", ended.out, re.M)
    same(sorted(listed), sorted(OPTIONS), "the commands listed")


def case_unknown_commands_and_options_are_usage_errors(w):
    for arguments in (("rnu",), ("--confg", "x", "run"), ("migrate", "now"), ("status", "now"), ("check-config", "now"), ("check-names", "now"), ()):
        ended = w.run(code=USAGE, command=[w.binary] + list(arguments))
        holds(ended.out == "" and ended.err, str(ended))
    ended = w.run(code=USAGE, command=[w.binary, "rnu"])
    same(ended.said(), ['unknown command "rnu"'])


def case_the_configuration_may_come_from_the_environment(w):
    w.content["bromma"] = export(*rows())
    path = w.configure(Source("bromma"))
    w.run(code=DONE, command=[w.binary, "run"], env={"STADSLAGER_CONFIG": path})
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), 10)


# ---- names that no registry knows ----

def case_unknown_units_and_indicators_are_quarantined_where_the_configuration_says_so(w):
    w.content["bromma"] = export(*rows(8), line("Sjukfrånvaro", "5 %", unit="Förskolan Solen"), line("Antal drakar", "3"))
    w.configure(Source("bromma"))
    c = w.run("run", code=QUARANTINED).result("bromma")[1]
    same(c["indicator rows quarantined"], 2)
    same(w.sql("SELECT rad, column_name, rule, value FROM drift.quarantine ORDER BY rad"),
         "10|enhet|U-ENHET|Förskolan Solen\n11|indikator|U-INDIKATOR|Antal drakar")
    same(w.number_of("SELECT count(*) FROM lager.dim_enhet WHERE namn LIKE 'Förskolan%'"), 0, "units added")


def case_unknown_units_and_indicators_are_added_where_the_configuration_says_so(w):
    w.content["bromma"] = export(*rows(8), line("Sjukfrånvaro", "5 %", unit="Förskolan Solen"), line("Antal drakar", "3"))
    w.configure(Source("bromma"), unknown={"enhet": "add", "indikator": "add"})
    w.run("run", code=DONE)
    same(w.sql("SELECT e.namn, i.namn, i.kod, varde FROM lager.fact_utfall f JOIN lager.dim_enhet e ON e.id = enhet_id"
               " JOIN lager.dim_indikator i ON i.id = indikator_id WHERE f.rad >= 10 AND (NOT hel_namnd OR kod IS NULL) ORDER BY f.rad")
         .replace("\n", "; ").count("|"), 6)
    same(w.number_of("SELECT count(*) FROM lager.dim_enhet WHERE namn = 'Förskolan Solen'"), 1)
    w.configure(Source("bromma"), unknown={"enhet": "add", "indikator": "add"}, comment="# touched\n")
    holds(w.run("run", code=DONE).result("bromma")[0].startswith("verified"), "the second run")
    same(w.number_of("SELECT count(*) FROM lager.dim_indikator WHERE namn = 'Antal drakar'"), 1)


def case_an_unknown_district_is_never_added(w):
    w.content["bromma"] = export(*rows(9), line("Sjukfrånvaro", "5 %", district="Atlantis stadsdelsnämnd"))
    w.configure(Source("bromma"), unknown={"enhet": "add", "indikator": "add"})
    w.run("run", code=QUARANTINED)
    same(w.sql("SELECT rule, value FROM drift.quarantine"), "U-STADSDEL|Atlantis stadsdelsnämnd")


def case_a_unit_added_by_a_refused_load_is_taken_back_and_may_come_again(w):
    solen = [line("Sjukfrånvaro", "5 %", unit="Förskolan Solen"), line("Antal drakar", "3")]
    bad = [line(name, "1,2,3 %") for name in lib_run.INDICATORS[4:8]]
    w.content["bromma"] = export(*rows(4), *solen, *bad)
    w.content["bromma-mer"] = export(*rows(4, period="VB 2022"), *[text.replace("VB 2023", "VB 2022") for text in solen])
    w.configure(Source("bromma"), Source("bromma-mer"), unknown={"enhet": "add", "indikator": "add"})
    ended = w.run("run", code=REFUSED)
    same(ended.result("bromma-mer")[0], "loaded", "the next source, which names the same unit")
    same(w.sql("SELECT count(*), count(DISTINCT e.id) FROM lager.fact_utfall f JOIN lager.dim_enhet e ON e.id = enhet_id"
               " WHERE e.namn = 'Förskolan Solen'"), "1|1", "facts of the unit")
    same(w.number_of("SELECT count(*) FROM lager.dim_enhet WHERE namn = 'Förskolan Solen'"), 1)
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall f WHERE NOT EXISTS (SELECT FROM lager.dim_enhet e WHERE e.id = enhet_id)"
                     " OR NOT EXISTS (SELECT FROM lager.dim_indikator i WHERE i.id = indikator_id)"), 0, "facts without a dimension")
    w.content["bromma"] = export(*rows(4), *solen)
    same(w.run("run", code=DONE).result("bromma")[1]["facts new"], 6, "facts once the export is mended")


# ---- secrets ----

def everywhere(w):
    """All that a run leaves: the archive's records and the warehouse's tables."""
    text = []
    for folder, _, names in os.walk(w.archive):
        for name in names:
            with open(os.path.join(folder, name), "rb") as f:
                data = f.read()
            text.append((gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8", "replace"))
    dumped = subprocess.run(["pg_dump", w.database], stdout=subprocess.PIPE, check=True)
    return "\n".join(text) + dumped.stdout.decode("utf-8")


def case_secrets_appear_nowhere(w):
    secrets = ("hemlig-dsn-4711", "hemlig-http-0815", "hemlig-token-2b2b")
    w.content.update(bromma=export(*rows()), farsta=export(*rows(district="Farsta")))
    dsn = w.file("dsn", "%s password=%s\n" % (login(w, secrets[0]), secrets[0]))
    sources = (Source("bromma", credentials_file=w.file("basic", "anna:%s\n" % secrets[1])),
               Source("farsta", credentials_file=w.file("bearer", "Bearer %s\n" % secrets[2])))
    w.configure(*sources, dsn={"dsn_file": dsn})
    said = [w.run("run", code=DONE)]
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), 20, "the loader's rights are enough for")
    same(sorted(headers["authorization"].split()[0] for _, headers in w.asked), ["Basic", "Bearer"], "what was sent")
    for answer in (lambda r: r.answer("401 Unauthorized", b"no", WWW_Authenticate="Basic"), peer.fault_html, peer.fault_cut_length, peer.fault_bomb):
        w.answer["bromma"] = w.answer["farsta"] = answer
        said.append(w.run("run"))
        holds(said[-1].code in (FETCH, REFUSED), str(said[-1]))
    w.answer.clear()
    said += [w.run("run", "--offline", code=DONE), w.run("status", code=DONE), w.run("check-config", code=DONE)]
    for content in ("postgresql://u:%s@/x?nonsense=1\n" % secrets[0], "host=/x password=%s nonsense\n" % secrets[0]):
        w.configure(*sources, dsn={"dsn_file": w.file("dsn-bad", content)})
        said.append(w.run("run", code=CONFIG))
    w.configure(*sources, dsn={"dsn": "host=%s password=%s" % (w.folder, secrets[0])})
    said.append(w.run("run", code=CONFIG))
    text = everywhere(w) + "".join(ended.out + ended.err for ended in said)
    for secret in secrets:
        holds(secret not in text, "%s shows in:\n%s" % (secret, "\n".join(row for row in text.splitlines() if secret in row)[:2000]))
    holds("anna" not in "".join(ended.out + ended.err for ended in said), "the user's name shows")


def case_a_dsn_file_open_to_others_is_refused(w):
    path = w.file("dsn", "dbname=%s\n" % w.database, mode=0o644)
    w.configure(Source("bromma"), dsn={"dsn_file": path})
    ended = w.run("run", code=CONFIG)
    same(len(ended.said()), 1, "the number of messages")
    holds('warehouse.dsn_file: "%s" holds a secret and is open to other users (mode 644' % path in ended.err, str(ended))


def case_a_run_that_has_loaded_leaves_the_planner_statistics_of_it(w):
    """Who reads next is not planned blindly: the site of ten thousand pages took minutes so."""
    known = ("SELECT count(*) FROM pg_catalog.pg_stats WHERE schemaname = 'lager' AND attname = 'indikator_id'"
             " AND tablename IN ('fact_utfall', 'fact_utfall_2023')")
    made = "SELECT last_analyze FROM pg_stat_user_tables WHERE relname = 'fact_utfall_2023'"
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma"))
    w.run("run", "--dry-run", code=DONE)
    same(w.number_of(known), 0, "statistics before anything is loaded")
    w.run("run", code=DONE)
    same(w.number_of(known), 2, "statistics of the whole table and of the year")
    w.idle()
    before = w.sql(made)
    w.run("run", code=DONE)
    w.content["bromma"] = export(*rows(first=41))
    w.run("run", code=DONE)
    w.idle()
    same(w.sql(made), before, "when the statistics of a table were made that hardly grew")
    w.sql("INSERT INTO lager.dim_enhet (stadsdel_id, namn, nyckel, hel_namnd)"
          " SELECT (SELECT min(id) FROM lager.dim_stadsdel), 'E' || n, 'e' || n, false FROM generate_series(1, 9000) n")
    w.content["bromma"] = export(*rows(first=42))
    w.run("run", code=DONE)
    holds(w.number_of("SELECT reltuples::int FROM pg_class WHERE relname = 'dim_enhet'") > 9000, "a table that grew is looked at again")


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
