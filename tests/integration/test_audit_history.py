#!/usr/bin/env python3
"""Audit and history together: whatever replays, reruns, waivers, guards and pruning did, each state is derived again.

usage: test_audit_history.py [PART-OF-A-NAME...]     starts itself inside tests/with-postgres; STADSLAGER names another binary
Prints a line per test and, last, "N passed, N failed".
"""
import json
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_run  # noqa: E402
from lib_run import DONE, QUARANTINED, REFUSED, TOP, Source, export, holds, line, rows, same  # noqa: E402
from test_audit import AUDIT, LENIENT, all_identical, audit, demo, identical, load, verdict  # noqa: E402
from test_history import BAD, BROMMA, FARSTA, alias, as_of, as_of_run, configure_registry, current, last_run  # noqa: E402


def now(w):
    return w.sql("SELECT clock_timestamp()").replace(" ", "T")


def canonical(w, load):
    """The canonical outcomes of load number LOAD's state, of all years."""
    return w.sql("SELECT c FROM generate_series(2020, 2024) y, drift.canonical_utfall(y, %s) c ORDER BY 1" % load)


def every_state_identical(w, moments):
    """Audits of all years now and at each of MOMENTS; the state that the as_of functions show then is the audited one."""
    roots = all_identical(w)
    for moment in moments:
        for year in roots:
            identical(w, year, "--as-of", moment)
        seen = w.number_of("SELECT count(*) FROM lager.fact_utfall_as_of('%s')" % moment)
        same(len(canonical(w, "drift.sista_load('%s')" % moment).splitlines()), seen, "outcomes as of " + moment)
    return roots


# ---- generations ----

def case_three_generations_are_reproduced_by_the_views_and_identical_to_the_audit_at_each(w):
    hv = Source("hv", "rapporttext", stadsdel="Hässelby-Vällingby", year=2022)
    w.content["hv"] = w.fixture("hasselby-vallingby-2022.txt")
    kept = []
    for generation in (rows(10), rows(9, first=20), rows(10)):  # revised, one withdrawn; restored
        w.content["bromma"] = export(*generation)
        w.configure(Source("bromma"), hv, limits=LENIENT, unknown={"enhet": "add"})
        load(w)
        kept.append((now(w), last_run(w), current(w), all_identical(w)))
    holds(kept[0][2] == kept[2][2] != kept[1][2], "the third generation says what the first said")
    same(kept[0][3], kept[2][3], "the roots of the restored generation")
    holds(kept[0][3] != kept[1][3], "the roots of the revised one")
    for moment, run, state, roots in kept:
        same(as_of(w, moment), state, "the state as of " + moment)
        same(as_of_run(w, run), state, "the state as of run %d" % run)
        same({year: identical(w, year, "--as-of", moment) for year in roots}, roots, "the roots as of " + moment)
    second = w.sql("SELECT max(published_at) FROM drift.load WHERE run_id = %d" % kept[1][1])
    for moment, place in ((w.sql("SELECT timestamptz '%s' - interval '1 microsecond'" % second), 0), (second, 1)):
        same(as_of(w, moment), kept[place][2], "the state as of " + moment)
        same(identical(w, 2023, "--as-of", moment.replace(" ", "T")), kept[place][3][2023], "the root as of " + moment)


# ---- the quarantine as a workflow ----

def replayed_as_loaded_afresh(w, before, after):
    """A run under BEFORE, a replay under AFTER: the roots are those of a fresh load under AFTER."""
    before()
    w.run("run", code=QUARANTINED)
    first = all_identical(w)
    after()
    moment = now(w)
    w.run("quarantine", "replay", code=QUARANTINED)
    roots, content = every_state_identical(w, [moment]), dict(w.content)
    holds(roots != first, "the replay has moved rows")
    same({year: identical(w, year, "--as-of", moment) for year in first}, first, "the roots before the replay")
    w.fresh()
    w.content.update(content)
    after()
    w.run("run", code=QUARANTINED)
    same(all_identical(w), roots, "the roots of a fresh load")


def case_an_alias_of_an_indicator_and_a_replay_have_the_roots_of_a_fresh_load(w):
    odd, lenient = "Sjukfrånvarotalet", {"max_quarantined_pct": 50}
    w.content.update(bromma=export(line(odd, "7,5 %", "7 %", "8 %", "9 %", "6 %", "5 %"), line(lib_run.INDICATORS[1], BAD), *rows(8)[2:]),
                     farsta=export(line(odd, "2 %", district=FARSTA, period="VB 2022"), *rows(9, district=FARSTA)[1:]))
    sources = (Source("bromma"), Source("farsta"))
    replayed_as_loaded_afresh(w, lambda: w.configure(*sources, limits=lenient),
                              lambda: configure_registry(w, alias(w, odd, "Sjukfrånvaro"), *sources, limits=lenient))


def units(w, *aliases):
    """The registries, with one unit of Bromma that has ALIASES."""
    base = {name: os.path.join(TOP, "config", name + ".yaml") for name in ("stadsdelar", "indikatorer")}
    base["enheter"] = w.file("enheter.yaml", "enheter:\n  - {stadsdel: SDN_BRO, name: Solgården, aliases: %s}\n" % json.dumps(list(aliases)))
    return base


def case_an_alias_of_a_unit_and_a_replay_have_the_roots_of_a_fresh_load(w):
    lenient = {"max_quarantined_pct": 50}
    w.content["bromma"] = export(line("Sjukfrånvaro", "7 %", unit="Solgården"), line("Antal barn per grupp", "12 st", "6 st", "6 st", unit="Förskolan Solen"),
                                 line("Sjukfrånvaro", BAD, period="VB 2022"), *rows(8)[2:])
    replayed_as_loaded_afresh(w, lambda: w.configure(Source("bromma"), limits=lenient, registries=units(w)),
                              lambda: w.configure(Source("bromma"), limits=lenient, registries=units(w, "Förskolan Solen")))
    same(w.sql("SELECT DISTINCT enhet FROM drift.canonical_utfall(2023) WHERE enhet <> ''"), "solgården")


def case_after_a_waiver_a_replay_and_a_rerun_every_year_is_identical_and_the_waiver_is_shown(w):
    odd, lenient = "Sjukfrånvarotalet", {"max_quarantined_pct": 60}
    w.content.update(a=export(line(odd, "7,5 %"), line(lib_run.INDICATORS[1], BAD), *rows(8)[2:]),
                     b=export(line(odd, "5 %", district=FARSTA, period="VB 2022"), line(lib_run.INDICATORS[2], "4 %", district=FARSTA, period="VB 2022")))
    sources, moments = (Source("a"), Source("b")), []
    w.configure(*sources, limits=lenient)
    w.run("run", code=QUARANTINED)
    moments.append(now(w))
    bad = w.sql("SELECT id FROM drift.quarantine WHERE rule = 'I-VARDE'")
    w.run("quarantine", "waive", bad, "--why", "skrivfel hos utgivaren", "--by", "revisorn", code=DONE)
    shown = 'waived: source "a", line 3, I-VARDE, by revisorn: skrivfel hos utgivaren\nwaived rows 1\n'
    path = alias(w, odd, "Sjukfrånvaro")
    configure_registry(w, path, *sources, limits=lenient)
    for command in (("quarantine", "replay"), ("rerun", "--year", "2023"), ("rerun", "--year", "2022"), ("run",)):
        roots = every_state_identical(w, moments)
        for year in roots:
            manifest = os.path.join(w.folder, "waived.json")
            ended = audit(w, year, "--manifest", manifest)
            same(shown in ended.out, year == 2023, "the waiver in %s" % ended)
            with open(manifest, encoding="utf-8") as f:
                same([waiver["who"] for waiver in json.load(f)["waivers"]], ["revisorn"] * (year == 2023))
        holds(w.run(*command).code in (DONE, QUARANTINED), " ".join(command))
        moments.append(now(w))
    every_state_identical(w, moments)
    same(w.sql("SELECT status, count(*) FROM drift.quarantine GROUP BY 1 ORDER BY 1"), "replayed|2\nwaived|1")


# ---- exports that shrink ----

def case_exports_that_are_partial_or_accepted_shrunken_leave_states_that_are_derived_again(w):
    moments = []

    def step(content, *arguments, complete=True):
        w.content["city"] = export(*content)
        w.configure(Source("city", complete=complete), limits={"max_dropped_pct": 90})
        w.run("run", *arguments, code=DONE)
        moments.append(now(w))
        return all_identical(w)

    def body(*districts):
        return [line(name, "%d,5 %%" % (20 + i), district=district, period=period) for district in districts
                for period in ("VB 2023", "VB 2022") for i, name in enumerate(lib_run.INDICATORS[:4])]
    all_of_it = step(body(BROMMA, FARSTA))
    partial = step(body(BROMMA)[:4], complete=False)  # of one year and one district
    same(partial, all_of_it, "the roots after an export that is not complete")
    same(w.sql("SELECT sum(facts_withdrawn) FROM drift.load"), "0")
    holds(step(body(BROMMA), "--source", "city", "--accept-shrunken") != all_of_it, "a district was withdrawn")
    same(w.sql("SELECT sum(facts_withdrawn) FROM drift.load"), "8")
    same(step(body(BROMMA, FARSTA)), all_of_it, "the roots after it came back")
    every_state_identical(w, moments)


# ---- rules that the database decides ----

def case_previous_values_that_reject_their_rows_are_judged_again(w):
    """By the outcome of the same export, of another source, of a version that was replaced since; not by a rounded one."""
    def years(previous, *rest):
        return export(line("Sjukfrånvaro", "9 %", "8 %", "10 %", previous=previous), *rest)
    w.content.update(old=export(line("Sjukfrånvaro", "8,04 %", period="VB 2022"), line("Antal barn per grupp", "12 st", period="VB 2022")),
                     new=years("7 %", line("Antal barn per grupp", "13 st", previous="12 st"), line("Aktivt Medskapandeindex", "80", previous="9")))
    moments = []
    for severity, old, new in (("reject", "8,04 %", "7 %"), ("reject", "7,4 %", "7 %"), ("warn", "6 %", "7 %"), ("reject", "6,4 %", "6,5 %"),
                               ("reject", "6,5 %", "6,5 %")):
        w.content["old"] = export(line("Sjukfrånvaro", old, period="VB 2022"), line("Antal barn per grupp", "12 st", period="VB 2022"))
        w.content["new"] = years(new, line("Antal barn per grupp", "13 st", previous="12 st"), line("Aktivt Medskapandeindex", "80", previous="9"))
        for sources in ((Source("old"), Source("new")), (Source("new"), Source("old"))):
            w.configure(*sources, limits=LENIENT, rules={"L-FOREGAENDE": severity})
            load(w)
            moments.append(now(w))
            every_state_identical(w, moments[-1:])
    every_state_identical(w, moments)
    holds(w.number_of("SELECT count(*) FROM drift.quarantine WHERE rule = 'L-FOREGAENDE'") > 1, "rows were rejected")
    w.content["new"] = years("5 %", line("Sjukfrånvaro", "4 %", period="VB 2022", unit=""), line("Aktivt Medskapandeindex", "81", previous="9"))
    load(w)
    all_identical(w)
    path = os.path.join(w.folder, "previous.json")
    audit(w, 2023, "--manifest", path)
    same(verdict(w.run("audit", "--verify", path, code=DONE)), "identical")


def doubted(w):
    """The lines that stand in quarantine for L-FOREGAENDE."""
    return [int(n) for n in w.sql("SELECT DISTINCT rad FROM drift.quarantine WHERE status = 'open' AND rule = 'L-FOREGAENDE' ORDER BY 1").split()]


def with_heading(heading, *lines):
    """An export whose column of previous values has another HEADING."""
    return export(*lines).replace("Föregående års utfall".encode(), heading.encode())


A, B, C, D, E, F, G, H = lib_run.INDICATORS[:8]


def earlier(a="10 %", **more):
    return [line(A, a, period="VB 2022"), line(B, "20 %", period="VB 2022"), line(C, "..", period="VB 2022"), line(D, "40 st", period="VB 2022"),
            line(E, "50", period="VB 2022"), *[line(i, v, period="VB 2022") for i, v in more.items()]]


# Outcome and previous value of 2023 by indicator, and whether 2022 (above) contradicts it.
LATER = ((A, "1 %", "11 %", True), (B, "2 %", "20,4 %", False), (C, "3", "31", False), (D, "4 st", "41 %", False), (E, "5", "51 %", True),
         (F, "6 %", "61 %", False), (G, "7 st", "ja", False), (H, "8 %", "", False))


def case_previous_values_are_compared_as_the_load_compared_them(w):
    """With another value, another unit, none, a value that is none, of a key that nobody has, twice; in an export of both years, by a
    row in doubt itself, and under a heading that names a year: the audit decides what the load has decided, and sees what is changed."""
    later = [line(i, outcome, previous=previous) for i, outcome, previous, _ in LATER]
    steps = (  # the exports, and the lines that are sent to quarantine for their previous value
        (dict(old=export(*earlier()), new=export(*later)), [n for n, row in enumerate(LATER, 2) if row[3]]),
        (dict(new=export(*later, *earlier(a="11 %"))), [2, 6]),  # its own outcome, which contradicts the other source and is in doubt
        (dict(old=export(*earlier(a="11 %")), new=export(*later, *earlier(a="11 %"), line(lib_run.INDICATORS[8], "9 %"))), [6]),
        (dict(old=export(line(A, "9 %", period="VB 2022")), new=export(line(A, "1 %", previous="10 %"), line(A, "1 %", previous="10 %"))), [2, 3]),
        (dict(old=export(*earlier()), new=with_heading("Utfall 2022", *later)), [2, 6]),
        (dict(new=with_heading("Utfall 2021", *later)), []),
        (dict(new=export(line(A, "12.4.5", previous="11 %"), *later[1:])), [6]))
    w.configure(Source("old"), Source("new"), limits=LENIENT, rules={"L-FOREGAENDE": "reject"},
                unknown={"enhet": "add"})
    moments = []
    for number, (content, expected) in enumerate(steps):
        w.content.update(content)
        load(w)
        same(doubted(w), expected, "the lines in doubt at step %d" % number)
        every_state_identical(w, [])
        moments.append(now(w))
    every_state_identical(w, moments)
    # What stands of a row that the load has left out, what it has taken, and the previous value itself.
    w.content.update(old=export(*earlier()), new=export(*later))
    load(w)
    w.sql("CREATE TABLE public.kept AS SELECT * FROM lager.fact_utfall WHERE ar = 2023 AND ersatt_load_id IS NULL AND varde = 2")
    same(w.number_of("SELECT count(*) FROM public.kept"), 1)
    rejected = "WHERE ar = 2023 AND ersatt_load_id IS NULL AND indikator_id = (SELECT id FROM lager.dim_indikator WHERE namn = '%s')" % A
    for change, undo, kind in (
            ("UPDATE lager.fact_utfall SET varde = varde + 100 %s" % rejected, "UPDATE lager.fact_utfall SET varde = varde - 100 %s" % rejected,
             "different: fact_utfall"),
            ("DELETE FROM lager.fact_utfall f USING public.kept k WHERE f = k", "INSERT INTO lager.fact_utfall SELECT * FROM public.kept", "missing: fact_utfall"),
            ("UPDATE lager.fact_foregaende SET varde = varde + 1 WHERE ar = 2023 AND ersatt_load_id IS NULL AND varde = 20.4",
             "UPDATE lager.fact_foregaende SET varde = varde - 1 WHERE ar = 2023 AND ersatt_load_id IS NULL AND varde = 21.4", "different: fact_foregaende")):
        w.sql(change)
        ended = audit(w, 2023, code=AUDIT)
        holds(verdict(ended) == "different" and kind in ended.out, str(ended))
        same(verdict(audit(w, 2022)), "identical", "the year before")
        w.sql(undo)
    w.sql("UPDATE lager.fact_utfall SET varde = 11 WHERE ar = 2022 AND ersatt_load_id IS NULL AND varde = 10")  # which would not contradict
    same((verdict(audit(w, 2022, code=AUDIT)), verdict(audit(w, 2023))), ("different", "identical"), "the year before by hand")


def case_a_rule_by_which_the_database_rejects_is_named_and_nothing_is_claimed(w):
    hv = Source("hv", "rapporttext", stadsdel="Hässelby-Vällingby", year=2022)
    w.content["hv"] = w.fixture("hasselby-vallingby-2022.txt")
    w.configure(hv, limits=LENIENT, unknown={"enhet": "add"}, rules={"L-TABELL": "reject"})
    load(w)
    before = now(w)
    holds(w.number_of("SELECT count(*) FROM lager.fact_ekonomi"), "amounts")
    identical(w, 2022)  # no table repeats an outcome
    w.configure(hv, limits=LENIENT, unknown={"enhet": "add"}, rules={"L-EKONOMI": "reject"})
    load(w)
    path = os.path.join(w.folder, "undecided.json")
    ended = audit(w, 2022, "--manifest", path, code=AUDIT)
    same(verdict(ended), "not replayable")
    holds(re.search(r'^not replayable: file [0-9a-f]{64}, source "hv", run 2, load \d+: rule L-EKONOMI rejects ', ended.out, re.M), str(ended))
    holds("its year could not be derived" in w.run("audit", "--verify", path, code=REFUSED).err, "its manifest claims nothing")
    identical(w, 2022, "--as-of", before)
    w.configure(hv, limits=LENIENT, unknown={"enhet": "add"})
    load(w)
    same(verdict(audit(w, 2022, code=AUDIT)), "not replayable", "the load under the rule is still part of the history")


# ---- pruning ----

def case_pruning_takes_nothing_that_an_audit_needs(w):
    demo(w)
    moments = [now(w)]
    w.content["bromma-2022"] = w.fixture("bromma-2022.csv").replace(b",5", b",6")
    load(w)
    w.content["farsta-2022"] = b"a,b\n1,2\n"  # fetched, refused, and no load's
    w.run("run", code=REFUSED)
    moments.append(now(w))
    w.content["farsta-2022"] = w.fixture("farsta-2022.csv").replace(b"2022", b"2023")
    w.run("run")
    w.content["farsta-2022"] = w.fixture("farsta-2022.csv")
    w.run("run")
    before = every_state_identical(w, moments)
    held = {name for _, _, names in os.walk(os.path.join(w.archive, "objects")) for name in names}
    ended = w.run("prune", "--keep-days", "0", code=DONE)
    left = {name for _, _, names in os.walk(os.path.join(w.archive, "objects")) for name in names}
    holds(held - left, "something is pruned: %s" % ended)
    same(every_state_identical(w, moments), before, "the roots after pruning")


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
