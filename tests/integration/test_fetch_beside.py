#!/usr/bin/env python3
"""Sources are fetched while others are loaded, several at once, and loaded in the order of the configuration: what comes of it, and
what is said of it, is the same however many there are at once and whichever comes first.

usage: test_fetch_beside.py [PART-OF-A-TEST'S-NAME...]     starts itself inside tests/with-postgres
Prints a line per test and, last, "N passed, N failed"."""
import os
import re
import signal
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_run  # noqa: E402
import misbehaving_peer as peer  # noqa: E402
from lib_run import DATABASE, DEADLINE, DONE, FETCH, REFUSED, Source, export, holds, line, rows, same  # noqa: E402

DISTRICTS = ("Bromma", "Farsta", "Skärholmen", "Södermalm", "Kungsholmen", "Bromma")
NAMES = ("a", "b", "c", "d", "e", "f")
BROKEN, MISSING, UNLIKE = "b", "d", "e"  # refused; not there; with rows nobody can read
WAIT_S = 30  # far longer than any of these runs


def six(w, parallel):
    """Six exports.  The last one says other things about the first one's values: which of them counts is a matter of order."""
    w.configure(*[Source(name) for name in NAMES], unknown={"enhet": "add", "indikator": "add"}, limits={"max_quarantined_pct": 100},
                fetch={"allow_http": True, "retries": 0, "backoff_ms": 1, "parallel": parallel})
    for i, (name, district) in enumerate(zip(NAMES, DISTRICTS)):
        w.content[name] = export(*rows(8, first=10 + i, district=district), line("Antal nya %s" % name, "5", unit="Enheten %s" % name, district=district))
    w.content[BROKEN] = b"x;y\n1;2\n"
    w.content[UNLIKE] += line("Sjukfrånvaro", "1 2,3 4", district="Kungsholmen").encode() + b"\n"
    w.answer[MISSING] = lambda request: request.answer("404 Not Found", b"no")


def hold_back(w, name, until):
    """The server has an answer for NAME only once UNTIL is set."""
    def answer(request):
        until.wait(WAIT_S)
        request.answer(body=w.content[name])
    w.answer[name] = answer


def upside_down(w):
    """Each export comes only when the one behind it was asked for, the first one last of all."""
    def answer(request):
        name = request.path.split("/")[2]
        later = NAMES[NAMES.index(name) + 1:]
        for _ in range(WAIT_S * 50):
            if not later or later[0] in [asked for asked, _ in w.asked]:
                break
            time.sleep(0.02)
        request.answer(body=w.content[name])
    for name in NAMES:
        if name != MISSING:
            w.answer[name] = answer


def ledger(w):
    return w.sql("SELECT l.id, l.source, l.way, l.file_sha256, l.lines_read, l.rows_read, l.rows_quarantined, l.facts_new FROM drift.load l ORDER BY 1")


def quarantine(w):
    return w.sql("SELECT id, load_id, source, rule, rad, column_name, value, reason FROM drift.quarantine ORDER BY 1")


def said(ended):
    """What the run said, without times, and without what names the configuration."""
    return re.sub(r"; [0-9.]+ s\n", "; _ s\n", re.sub(r"configuration \w+ \(.*?\)", "configuration _ (_)", ended.err))


def outcome(w, parallel, *preparations):
    w.fresh()
    six(w, parallel)
    for prepare in preparations:
        prepare(w)
    ended = w.run("run", code=REFUSED)
    again = w.run("run", code=REFUSED)
    audits = [re.sub(r"(config|run|konfiguration|körning).*", "", w.run("audit", "--year", "2023", code=DONE).out)]
    return {"said": said(ended), "said again": said(again), "facts": w.facts("to_jsonb(t)"), "ledger": ledger(w), "quarantine": quarantine(w),
            "units": w.sql("SELECT id, namn FROM lager.dim_enhet ORDER BY id"), "indicators": w.sql("SELECT id, namn FROM lager.dim_indikator ORDER BY id"),
            "audit": audits}


def case_what_comes_of_a_run_and_what_it_says_is_the_same_however_many_are_fetched_at_once(w):
    expected = outcome(w, 1)
    holds(len(expected["ledger"].splitlines()) > 3 and expected["quarantine"].count("L-KALLA"), str(expected))
    for parallel in (2, 4, 6):
        found = outcome(w, parallel)
        for what, value in expected.items():
            same(found[what], value, "%d at once: %s" % (parallel, what))


def case_the_order_in_which_exports_arrive_is_without_meaning(w):
    expected = outcome(w, 1)
    found = outcome(w, 6, upside_down)
    for what, value in expected.items():
        if what != "said again":  # this server knows no 304
            same(found[what], value, what)


def case_messages_stand_in_the_order_of_the_configuration(w):
    six(w, 6)
    upside_down(w)
    ended = w.run("run", code=REFUSED)
    about = [re.search(r'source "(\w)": (.{6})', text).groups() for text in ended.err.splitlines() if text.startswith('stadslager: source "')]
    holds([name for name, _ in about] == sorted(name for name, _ in about), ended.err)
    for name in ("a", "c", "e", "f"):
        same([what for n, what in about if n == name], ["fetche", "loaded"], name)


def case_a_source_is_loaded_while_one_behind_it_is_still_being_fetched(w):
    w.configure(Source("a"), Source("b"))
    w.content.update(a=export(*rows(5)), b=export(*rows(5, district="Farsta")))
    released = threading.Event()
    hold_back(w, "b", released)
    child = w.start("run")
    w.wait_for("SELECT count(*) = 1 FROM drift.load WHERE source = 'a'", "the first source is loaded")
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), 5, "values that readers see")
    released.set()
    same(w.finish(child).code, DONE)
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), 10)


def case_a_source_behind_one_that_cannot_be_fetched_is_loaded(w):
    w.configure(Source("a"), Source("b"), Source("c"))
    w.content.update(a=export(*rows(5)), c=export(*rows(5, district="Farsta")))
    w.answer["b"] = lambda request: request.answer("404 Not Found", b"no")
    ended = w.run("run", code=FETCH)
    holds("loaded 2 + unchanged 0 + failed 1 + not reached 0" in ended.ending(), str(ended))


def case_a_server_that_stalls_until_the_deadline_does_not_keep_back_what_was_before_it(w):
    w.configure(Source("a"), Source("b"), Source("c"))
    w.content.update(a=export(*rows(5)), c=export(*rows(5, district="Farsta")))
    w.answer["b"] = peer.fault_stall
    child = w.start("run")
    w.wait_for("SELECT count(*) = 1 FROM drift.load WHERE source = 'a'", "the first source is loaded")
    child.send_signal(signal.SIGALRM)  # what the clock does at the deadline
    ended = w.finish(child)
    same(ended.code, DEADLINE, str(ended))
    holds("loaded 1 + unchanged 0 + failed 1 + not reached 1" in ended.ending(), str(ended))
    holds(any(text.startswith('source "b": could not fetch ') for text in ended.said()), str(ended))
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), 5)
    same(os.listdir(os.path.join(w.archive, "tmp")), [], "temporary files")


def case_sigterm_while_a_later_source_is_fetched_keeps_what_is_published_and_ends(w):
    w.configure(Source("a"), Source("b"), Source("c"))
    w.content.update(a=export(*rows(5)), c=export(*rows(5, district="Farsta")))
    w.answer["b"] = peer.fault_stall
    child = w.start("run")
    w.wait_for("SELECT count(*) = 1 FROM drift.load WHERE source = 'a'", "the first source is loaded")
    child.send_signal(signal.SIGTERM)
    ended = w.finish(child)
    same(ended.code, DEADLINE, str(ended))
    holds("loaded 1 + unchanged 0 + failed 0 + not reached 2" in ended.ending(), str(ended))
    same(len([text for text in ended.said() if "SIGTERM" in text]), 1, "times that it is said")
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), 5)
    same(os.listdir(os.path.join(w.archive, "tmp")), [], "temporary files")
    del w.answer["b"]
    w.content["b"] = export(*rows(5, district="Kungsholmen"))
    w.run("run", code=DONE)
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), 15)


def case_sigterm_in_a_load_ends_the_fetching_behind_it(w):
    w.configure(Source("a"), Source("b"))
    w.content.update(a=export(*rows(5)))
    w.answer["b"] = peer.fault_stall
    release = w.block("drift.stage_fact")
    child = w.start("run")
    w.wait_blocked()
    child.send_signal(signal.SIGTERM)
    ended = w.finish(child)
    release()
    same(ended.code, DEADLINE, str(ended))
    holds("loaded 0 + unchanged 0 + failed 0 + not reached 2" in ended.ending(), str(ended))
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), 0)


def case_a_lost_connection_leaves_what_is_fetched_behind_it_in_the_archive(w):
    w.configure(Source("a"), Source("b"), Source("c"))
    w.content.update(a=export(*rows(5)), b=export(*rows(5, district="Farsta")), c=export(*rows(5, district="Kungsholmen")))
    released = threading.Event()
    hold_back(w, "c", released)
    release = w.block("drift.stage_fact")
    child = w.start("run")
    w.wait_blocked()
    w.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stadslager' AND datname = current_database()")
    released.set()
    ended = w.finish(child)
    release()
    same(ended.code, DATABASE, str(ended))
    holds('source "c": fetched: ' in ended.err and "failed 1 + not reached 2" in ended.ending(), str(ended))
    w.answer.clear()
    w.asked.clear()
    w.run("run", code=DONE)
    holds(all("if-none-match" in headers for name, headers in w.asked if name != "c"), "asked again whether they still stand")


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
