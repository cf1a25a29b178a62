#!/usr/bin/env python3
"""Exports of which only the lines that differ from the last one are read: what the warehouse holds afterwards is what it
holds when the whole export is read.  The key limits.difference_pct chooses between the two.

DIFFERENCE_SEEDS = how many random histories (default 3), DIFFERENCE_SEED = the first one."""
import os
import random
import re
import sys

from lib_run import DONE, HEADER, INDICATORS, QUARANTINED, REFUSED, Failed, Source, export, holds, line, main, rows, same

ONLY = "the difference only"
WHOLE = "the whole export, since "
LIMITS = {"max_quarantined_rows": 1000, "max_quarantined_pct": 100, "max_dropped_pct": 100, "vanished": "withdraw"}

# Rows of every table that a load writes, without what depends on when it ran: ids of loads and of dimensions that a declined
# difference skipped are replaced by their order or by names.
DUMP = """
WITH l AS (SELECT id, row_number() OVER (ORDER BY id) AS nr FROM drift.load),
e AS (SELECT x.id, s.kod || '/' || x.namn AS enhet FROM lager.dim_enhet x JOIN lager.dim_stadsdel s ON s.id = x.stadsdel_id),
i AS (SELECT id, namn || coalesce(kod, '-') AS indikator FROM lager.dim_indikator),
rad AS (
%s
    SELECT 'load', to_jsonb(t) - '{id,run_id,published_at,config_hash}'::text[] || jsonb_build_object('nr', l.nr)
      FROM drift.load t JOIN l ON l.id = t.id
    UNION ALL
    SELECT 'quarantine', to_jsonb(t) - '{id,changed_at,load_id,superseded_load_id}'::text[]
           || jsonb_build_object('nr', row_number() OVER (ORDER BY t.id), 'load', l.nr, 'gone', m.nr)
      FROM drift.quarantine t JOIN l ON l.id = t.load_id LEFT JOIN l m ON m.id = t.superseded_load_id
    UNION ALL
    SELECT 'quarantine_history', to_jsonb(t) - '{id,changed_at,load_id,quarantine_id}'::text[] || jsonb_build_object('load', l.nr)
      FROM drift.quarantine_history t LEFT JOIN l ON l.id = t.load_id
    UNION ALL
    SELECT 'finding', to_jsonb(t) - '{id,load_id,other_load_id}'::text[]
           || jsonb_build_object('nr', row_number() OVER (ORDER BY t.id), 'load', l.nr, 'other', m.nr)
      FROM drift.finding t JOIN l ON l.id = t.load_id LEFT JOIN l m ON m.id = t.other_load_id
    UNION ALL
    SELECT 'skydd', to_jsonb(t) - '{enhet_id,indikator_id}'::text[] || jsonb_build_object('enhet', e.enhet, 'indikator', i.indikator)
      FROM lager.utfall_skydd t JOIN e ON e.id = t.enhet_id JOIN i ON i.id = t.indikator_id
    UNION ALL
    SELECT 'skydd_grupp', to_jsonb(t) - '{indikator_id}'::text[] || jsonb_build_object('indikator', i.indikator)
      FROM lager.utfall_skydd_grupp t JOIN i ON i.id = t.indikator_id
    UNION ALL
    SELECT 'enhet', jsonb_build_object('enhet', enhet) FROM e
    UNION ALL
    SELECT 'indikator', jsonb_build_object('indikator', indikator) FROM i)
SELECT tabell || ' ' || rad::text FROM rad ORDER BY 1""" % "".join("""
    SELECT '%s' AS tabell, to_jsonb(t) - '{enhet_id,indikator_id,load_id,ersatt_load_id}'::text[]
           || jsonb_build_object('enhet', e.enhet, 'indikator', i.indikator, 'load', l.nr, 'ersatt', m.nr) AS rad
      FROM lager.%s t JOIN e ON e.id = t.enhet_id JOIN i ON i.id = t.indikator_id JOIN l ON l.id = t.load_id
      LEFT JOIN l m ON m.id = t.ersatt_load_id
    UNION ALL""" % (t, t) for t in ("fact_utfall", "fact_arsmal", "fact_foregaende"))


def way(ended, source="a"):
    found = re.search(r'source "%s": [^\n]*\n(?:  [^\n]*\n)*?  way: ([^\n]*)' % source, ended.err + "\n")
    return found.group(1) if found else ""


# ---- random histories ----

UNITS = ("", "Förskolan Solen", "Enhet 1", "Enhet 2", "Enhet 3", "Hemtjänsten; norra")
DISTRICTS = ("Bromma stadsdelsnämnd", "Farsta stadsdelsnämnd")
BAD = ("12.4.5 %", "<>", "1 2 3 % st")


def cell(text):
    return '"%s"' % text.replace('"', '""') if ";" in text or '"' in text or "\n" in text else text


class History:
    """An export that changes from step to step."""

    def __init__(self, seed, period="VB 2023", district=None):
        self.random = random.Random(seed)
        self.period, self.district = period, district
        self.head, self.foot, self.ending, self.last, self.mark, self.encoding = [HEADER], [], "\n", True, b"", "utf-8"
        self.serial = 0
        self.lines = []
        for unit in UNITS[:4]:
            for indicator in INDICATORS[:8]:
                self.lines.append(self.row(unit, indicator))

    def share(self):
        r = self.random
        return r.choice(("%d,%d %%" % (r.randrange(100), r.randrange(10)),) * 8 + ("", "150 %", "3 %", "..", "0,4 %"))

    def row(self, unit, indicator, period=None):
        r = self.random
        return line(indicator, self.share(), self.share() if r.random() < .3 else "", self.share() if r.random() < .3 else "",
                    self.share() if r.random() < .4 else "", r.choice(("", "80 %", "öka")), "", period or self.period,
                    cell(unit), self.district or r.choice(DISTRICTS))

    def bytes(self):
        text = self.ending.join(self.head + self.lines + self.foot) + (self.ending if self.last else "")
        return self.mark + text.encode(self.encoding)

    def place(self):
        return self.random.randrange(len(self.lines)) if self.lines else 0

    def step(self):
        """One to four changes; their names."""
        names = [name for name in dir(self) if name.startswith("do_")]
        weights = [1 if name.startswith("do_rare") else 12 for name in names]
        done = self.random.choices(names, weights, k=self.random.randrange(1, 4))
        for name in done:
            if self.lines or name == "do_insert":
                getattr(self, name)()
        return done

    def do_change(self):
        for _ in range(self.random.randrange(1, 4)):
            i = self.place()
            cells = self.lines[i].split(";")
            if len(cells) == 10:
                cells[self.random.choice((3, 3, 3, 4, 5, 6, 7))] = self.share()
                self.lines[i] = ";".join(cells)

    def do_insert(self):
        for _ in range(self.random.randrange(1, 5)):
            self.serial += 1
            self.lines.insert(self.random.randrange(1, len(self.lines) + 1) if self.lines else 0,
                              self.row(self.random.choice(UNITS + ("Ny enhet %d" % self.serial,)),
                                       self.random.choice(INDICATORS)))

    def do_delete(self):
        for _ in range(self.random.randrange(1, 3)):
            if len(self.lines) > 3:
                del self.lines[self.random.randrange(1, len(self.lines))]

    def do_move(self):
        moved = self.lines.pop(self.place())
        self.lines.insert(self.random.randrange(len(self.lines) + 1), moved)

    def do_flag(self):
        self.lines[self.place()] = line(self.random.choice(INDICATORS), "50 %", "60 %", "70 %", unit="Enhet 1", period=self.period,
                                        district=self.district or DISTRICTS[0])

    def do_rare_bad(self):
        cells = self.lines[self.place()].split(";")
        cells[3 if len(cells) == 10 else 0] = self.random.choice(BAD)
        self.lines[self.place()] = ";".join(cells)

    def do_mend(self):
        self.lines = list(dict.fromkeys(self.lines))  # what stood twice stands once
        for i, text in enumerate(self.lines):
            cells = text.split(";")
            if len(cells) == 10 and cells[3] in BAD:
                cells[3] = "55 %"
                self.lines[i] = ";".join(cells)
                return

    def do_rare_stranger(self):
        self.lines.insert(self.place() + 1, line(INDICATORS[0], "5 %", district="Atlantis stadsdelsnämnd", period=self.period))

    def do_ignored(self):
        self.lines.insert(self.place() + 1, self.random.choice(("", ";;;;;;;;;", "Källa: ILS", line("Totalt", "5 %", period=self.period))))

    def do_period(self):
        self.lines.insert(self.place() + 1, self.row("Enhet 2", self.random.choice(INDICATORS), "T1 " + self.period[-4:]))

    def do_rare_repeat(self):
        self.lines.insert(self.place() + 1, self.lines[self.place()])

    def do_rare_contradict(self):
        cells = self.lines[self.place()].split(";")
        if len(cells) == 10:
            cells[3] = "1,1 %"
            self.lines.insert(self.place() + 1, ";".join(cells))

    def do_rare_quotes(self):
        self.lines.insert(self.place() + 1, line('"Andel ""nya"""', "5 %", period=self.period, district=self.district or DISTRICTS[0]))

    def do_rare_break(self):
        self.lines.insert(self.place() + 1, line('"Andel\nnya"', "5 %", period=self.period, district=self.district or DISTRICTS[0]))

    def do_rare_cut(self):
        self.lines[self.place()] = "Bromma stadsdelsnämnd;Enhet 1;Sjukfrånvaro;5 %"

    def do_rare_title(self):
        self.head = [HEADER] if len(self.head) > 1 else ["Uttag ur ILS", HEADER]

    def do_rare_header(self):
        other = HEADER.replace("Föregående års utfall", "Utfall VB %d" % (int(self.period[-4:]) - 1))
        self.head[-1] = HEADER if self.head[-1] == other else other

    def do_rare_foot(self):
        self.foot = [] if self.foot else ["", "Uttaget av systemet"]

    def do_rare_ending(self):
        self.ending = "\n" if self.ending == "\r\n" else "\r\n"

    def do_rare_last(self):
        self.last = not self.last

    def do_rare_mark(self):
        self.mark = b"" if self.mark or self.encoding != "utf-8" else b"\xef\xbb\xbf"

    def do_rare_encoding(self):
        self.encoding = "cp1252" if self.encoding == "utf-8" else "utf-8"
        self.mark = b""

    def do_rare_year(self):
        self.lines.insert(self.place() + 1, self.row("Enhet 1", self.random.choice(INDICATORS),
                                                     "VB %d" % (int(self.period[-4:]) - self.random.randrange(1, 3))))

    def do_rare_rewrite(self):
        self.lines = [self.row(self.random.choice(UNITS[:4]), indicator) for indicator in INDICATORS for _ in range(3)]


def play(w, seed, percent, steps):
    """The whole history of SEED; what the warehouse and the program said after each step."""
    w.fresh()
    r = random.Random("%d steps" % seed)
    a = History("%d a" % seed)
    # another source: of other districts, of the next year, or about the same
    other = r.choice((None, None, None, ("VB 2023", "Skarpnäcks stadsdelsnämnd"), ("VB 2024", None), ("VB 2023", DISTRICTS[0])))
    b = other and History("%d b" % seed, *other)
    complete = r.random() < .9
    sources = [Source("a", complete=complete)] + ([Source("b")] if b else [])
    comment, states, ways = "", [], []
    for step in range(steps):
        if step and r.random() < .04:
            comment += "# another configuration\n"
        w.configure(*sources, comment=comment, limits=dict(LIMITS, difference_pct=percent),
                    unknown={"enhet": "add", "indikator": "add"})
        done = a.step() if step else []
        w.content["a"] = a.bytes()
        if b:
            if step and r.random() < .3:
                done = done + ["b"] + b.step()
            w.content["b"] = b.bytes()
        if step and r.random() < .03:
            w.sql("UPDATE drift.quarantine SET status = 'waived', who = 'x', why = 'y' WHERE id ="
                  " (SELECT min(id) FROM drift.quarantine WHERE status = 'open')")
        tried = w.run("run", "--dry-run") if r.random() < .2 else None
        ended = w.run("run")
        if r.random() < .1:
            w.run("rerun", "--year", "2023")
        holds(ended.code in (DONE, QUARANTINED, REFUSED), "seed %d, step %d, %s: %s" % (seed, step, done, ended))
        if ended.code != REFUSED and percent:
            for year in w.sql("SELECT DISTINCT unnest(ar) FROM drift.load ORDER BY 1").splitlines():
                audited = w.run("audit", "--year", year)
                same(audited.code, DONE, "seed %d, step %d, %s: %s; its audit" % (seed, step, done, audited))
        w.idle()
        ways.append(way(ended) + "|" + (way(ended, "b") if b else ""))
        said = [re.sub(r"load \d+", "load", text) for text in ended.said()]
        counts = [{k: n for k, n in ended.result(s.name)[1].items() if not k.startswith("way")} for s in sources
                  if 'source "%s": ' % s.name in ended.err]
        states.append((done, ended.code, said, counts, tried and tried.out, w.sql(DUMP).splitlines()))
    return states, ways


def compare(seed, whole, only):
    for step, (x, y) in enumerate(zip(whole, only)):
        for what, i in (("exit code", 1), ("messages", 2), ("counts", 3), ("dry run", 4)):
            same(y[i], x[i], "seed %d, step %d, after %s: the %s of the difference" % (seed, step, x[0], what))
        if x[5] != y[5]:
            raise Failed("seed %d, step %d, after %s: the whole export has\n%s\nits difference has\n%s" % (
                seed, step, x[0], "\n".join(sorted(set(x[5]) - set(y[5]))[:8]), "\n".join(sorted(set(y[5]) - set(x[5]))[:8])))


def case_random_histories_leave_what_reading_the_whole_export_leaves(w):
    first, count = int(os.environ.get("DIFFERENCE_SEED", "1")), int(os.environ.get("DIFFERENCE_SEEDS", "3"))
    reasons = {}
    for seed in range(first, first + count):
        whole, silent = play(w, seed, 0, 8)
        only, ways = play(w, seed, 100, 8)
        same({way for pair in silent for way in pair.split("|")}, {""}, "the ways when all is read")
        compare(seed, whole, only)
        for pair in ways:
            for words in pair.split("|"):
                words = ONLY if words.startswith(ONLY) else words
                reasons[words] = reasons.get(words, 0) + 1
    for words, n in sorted(reasons.items(), key=lambda item: -item[1]):
        print("      %4d %s" % (n, words or "(nothing to compare with)"))
    holds(reasons.get(ONLY, 0) >= 2, "differences are read alone: %r" % reasons)
    holds(not any("add up" in words or "no row by itself" in words for words in reasons), "what must not be said: %r" % reasons)


# ---- one history each ----

HEAD = line("Sjukfrånvaro", "1,1 %", unit="Första")


def good(*more):
    """An export of 12 lines; the first of them never changes."""
    return [HEAD] + rows(10) + list(more)


def settings(w, *sources, percent=100, comment="", **limits):
    w.configure(*(sources or (Source("a"),)), comment=comment, limits=dict(LIMITS, difference_pct=percent, **limits),
                unknown={"enhet": "add", "indikator": "add"})


def load(w, content, words, name="a", code=DONE):
    """Loads CONTENT; of the source NAME the program says WORDS."""
    w.content[name] = content
    ended = w.run("run", code=code)
    found = way(ended, name)
    holds(found.startswith(words) if words else not found, "the way is %r, not %r\n%s" % (found, words, ended))
    for year in w.sql("SELECT DISTINCT unnest(ar) FROM drift.load ORDER BY 1").splitlines():
        w.run("audit", "--year", year, code=DONE)
    return ended


def case_only_the_lines_that_differ_are_read(w):
    settings(w)
    load(w, export(*good()), "")
    changed = good()
    changed[3] = line(INDICATORS[2], "99,9 %")
    del changed[5]
    changed.insert(7, line(INDICATORS[0], "5 %", unit="Ny enhet"))
    ended = load(w, export(*changed), ONLY + ", 2 lines removed and 2 added")
    words, counts = ended.result("a")
    same((words, counts["facts new"], counts["facts revised"], counts["facts withdrawn"], counts["facts unchanged"],
          counts["lines loaded"], counts["lines unchanged"], counts["lines read"]), ("loaded", 1, 1, 1, 9, 2, 9, 12))
    same(w.sql("SELECT rad, byte_offset FROM lager.fact_utfall WHERE varde = 99.9"), "5|%d" % export(*changed).index(changed[3].encode()))
    same(w.sql("SELECT way, lines_unchanged, facts_repeated FROM drift.load ORDER BY id DESC LIMIT 1"), "difference|9|0")


def case_what_moved_is_unchanged_and_its_findings_and_its_quarantine_move_with_it(w):
    settings(w)
    flagged, bad = line(INDICATORS[0], "150 %", unit="Enhet 1"), line(INDICATORS[1], "12.4.5 %", unit="Enhet 1")
    load(w, export(*good(flagged, bad)), "", code=QUARANTINED)
    moved = [HEAD, line(INDICATORS[5], "7 %", unit="Ny enhet")] + good(flagged, bad)[1:]
    load(w, export(*moved), ONLY + ", 1 lines removed and 2 added", code=QUARANTINED)
    where = "%d|%d" % (moved.index(flagged) + 2, export(*moved).index(flagged.encode()))
    same(w.sql("SELECT rad, byte_offset FROM drift.finding WHERE rule = 'V-ANDEL' ORDER BY id DESC LIMIT 1"), where)
    same(w.sql("SELECT status, rad, raw = convert_to('%s', 'UTF8') FROM drift.quarantine ORDER BY id" % bad),
         "superseded|14|t\nopen|15|t")
    mended = [text.replace("12.4.5", "12,5") for text in moved]
    load(w, export(*mended), ONLY + ", 1 lines removed and 1 added")


def case_no_difference_but_of_lines_that_say_nothing_is_verified(w):
    settings(w)
    load(w, export(*good()), "")
    ended = load(w, export(*good("", "Källa: ILS")), ONLY)
    same(ended.result("a")[0].split(":")[0], "verified")
    same(w.sql("SELECT way FROM drift.load ORDER BY id DESC LIMIT 1"), "unchanged")


def case_a_dry_run_prints_the_same_difference_and_leaves_nothing(w):
    settings(w)
    load(w, export(*good()), "")
    w.content["a"] = export(*(good()[:5] + [line(INDICATORS[0], "5 %", unit="Ny enhet")] + good()[6:]))
    before = w.everything()
    tried = w.run("run", "--dry-run", code=DONE)
    holds(way(tried).startswith(ONLY), tried)
    same(w.everything(), before)
    settings(w, percent=0)
    same(w.run("run", "--dry-run", code=DONE).out, tried.out)


def case_limits_and_guards_refuse_as_for_the_whole_export(w):
    settings(w, max_dropped_pct=20, vanished="refuse", max_quarantined_rows=1)
    lines = good(*rows(10, district="Farsta stadsdelsnämnd"))
    load(w, export(*lines), "")
    for content, what in ((export(*lines[:15]), "drop"), (export(*[x for x in lines if "Medskapande" not in x]), "gone"),
                          (export(*[x.replace("5 %", "5.5.5 %") if "11,5" in x else x for x in lines]), "doubt")):
        w.content["a"] = content
        ended = w.run("run", code=REFUSED)
        holds(what in ended.err, ended)
    load(w, export(*lines[:-1]), ONLY)


def decline_twice(w, first, second, why, code=DONE, before=None):
    settings(w)
    load(w, first, "", code=code)
    if before:
        before()
    load(w, second, WHOLE + why, code=code)


def changed(content):
    return content.replace(b"13,5 %", b"99,9 %")


def case_another_header_or_first_row_is_read_whole(w):
    decline_twice(w, export(*good()), export(*good()).replace("Föregående års utfall".encode(), b"Utfall VB 2022"),
                  "its header or its first row has changed")
    load(w, export(*good()).replace(b"1,1 %", b"1,2 %"), WHOLE + "its header or its first row has changed")


def case_an_export_without_a_row_is_read_whole(w):
    settings(w)
    load(w, export(), "")
    load(w, export(*good()), WHOLE + "its header or its first row has changed")


def case_another_configuration_is_read_whole(w):
    decline_twice(w, export(*good()), changed(export(*good())), "the configuration or the program has changed since",
                  before=lambda: settings(w, comment="# new\n"))


def case_a_run_with_another_configuration_in_between_is_read_whole(w):
    def between():
        settings(w, Source("a"), Source("b"), comment="# new\n")
        w.content["b"] = export(*rows(3, district="Farsta stadsdelsnämnd"))
        w.run("run", "--source", "b", code=DONE)
        settings(w)
    decline_twice(w, export(*good()), changed(export(*good())), "the configuration or the program has changed since", before=between)


def case_another_program_is_read_whole(w):
    decline_twice(w, export(*good()), changed(export(*good())), "the configuration or the program has changed since",
                  before=lambda: w.sql("UPDATE drift.run SET program_version = 'older'"))


def case_a_new_schema_is_read_whole(w):
    decline_twice(w, export(*good()), changed(export(*good())), "the schema has changed since",
                  before=lambda: w.sql("UPDATE drift.schema_version SET applied_at = clock_timestamp()"))


def case_a_load_that_did_not_count_repetitions_is_followed_by_a_whole_one(w):
    decline_twice(w, export(*good()), changed(export(*good())), "whether its last export repeats itself was not counted",
                  before=lambda: w.sql("UPDATE drift.load SET facts_repeated = NULL"))


def case_a_value_that_stands_twice_keeps_standing_when_one_of_its_lines_goes(w):
    # the outcome stands in two lines; the second has a target too, so that no finding tells
    twice = line(INDICATORS[0], "5 %", unit="Enhet 1"), line(INDICATORS[0], "5 %", unit="Enhet 1", target="80 %")
    settings(w)
    load(w, export(*good(*twice)), "")
    same(w.sql("SELECT facts_repeated FROM drift.load"), "1")
    load(w, export(*good(twice[0])), WHOLE + "its last export repeats itself")
    same(w.sql("SELECT count(*) FROM lager.fact_utfall WHERE varde = 5 AND ersatt_load_id IS NULL"), "1")
    load(w, export(*good(twice[0], twice[0])), WHOLE + "a line that was added has a key that an unchanged one may have")
    load(w, export(*good(twice[0])), WHOLE + "its last export repeats itself")


def case_a_line_that_contradicts_an_unchanged_one_is_seen(w):
    other = line(INDICATORS[0], "6 %", unit="Första")
    settings(w)
    load(w, export(*good()), "")
    load(w, export(*good(other)), WHOLE + "a line that was added has a key that an unchanged one may have", code=QUARANTINED)
    same(w.sql("SELECT count(*) FROM drift.quarantine WHERE rule = 'L-DUBBLETT'"), "2")
    load(w, export(*good()), WHOLE)


def case_lines_that_contradict_each_other_from_the_beginning_are_read_again_together(w):
    pair = line(INDICATORS[0], "5 %", unit="Enhet 1"), line(INDICATORS[0], "6 %", unit="Enhet 1")
    settings(w)
    load(w, export(*good(*pair)), "", code=QUARANTINED)
    load(w, changed(export(*good(*pair))), ONLY + ", 3 lines removed and 3 added", code=QUARANTINED)
    load(w, changed(export(*good(pair[0]))), ONLY + ", 2 lines removed and 1 added")


def case_cells_with_line_breaks_are_read_whole(w):
    broken = line('"Andel\nnya"', "5 %")
    decline_twice(w, export(*good(broken)), changed(export(*good(broken))), "its last export has records that are not one line each")
    load(w, export(*good()), WHOLE)
    load(w, export(*good(broken)), WHOLE + "a quoted cell may go on in the next line")


def case_a_line_inside_a_quoted_text_is_no_row(w):
    prose = '"Uttag\n%s\nur ILS"'
    inside = line(INDICATORS[0], "6 %", unit="Enhet 9")
    settings(w)
    load(w, export(*good(prose % "bara text")), "")
    load(w, export(*good(prose % inside)), WHOLE + "a quoted cell may go on in the next line", code=QUARANTINED)
    same(w.sql("SELECT count(*) FROM lager.fact_utfall WHERE varde = 6"), "0")


def case_bare_carriage_returns_are_read_whole(w):
    content = export(*good()).replace(b"\n", b"\r")
    decline_twice(w, content, changed(content), "")
    mixed = export(*good()) + line(INDICATORS[0], "5 %", unit="Enhet 1").encode() + b"\r" + line(INDICATORS[1], "5 %", unit="Enhet 1").encode()
    load(w, mixed, WHOLE)
    load(w, mixed.replace(b"13,5 %", b"13,6 %"), WHOLE + "a line holds a carriage return")


def case_an_encoding_that_was_found_out_and_is_not_utf8_is_read_whole(w):
    content = export(*good()).decode().encode("cp1252")
    decline_twice(w, content, changed(content), "its encoding has to be found out and is not UTF-8")
    settings(w, Source("a", encoding="windows-1252"))
    load(w, content, WHOLE + "the configuration")
    load(w, changed(content), ONLY)


def case_utf16_is_read_whole(w):
    content = export(*good()).decode().encode("utf-16le")
    settings(w, Source("a", encoding="utf-16le"))
    load(w, content, "")
    load(w, content.replace("13,5".encode("utf-16le"), "99,9".encode("utf-16le")), WHOLE + "its encoding has characters of two bytes")


def case_a_waived_row_is_read_whole(w):
    content = export(*good(line(INDICATORS[0], "12.4.5 %", unit="Enhet 1")))
    decline_twice(w, content, changed(content), "rows of it are waived", code=QUARANTINED,
                  before=lambda: w.run("quarantine", "waive", w.sql("SELECT id FROM drift.quarantine"), "--why", "known", code=DONE))


def case_a_quarantine_that_somebody_changed_is_read_whole(w):
    content = export(*good(line(INDICATORS[0], "12.4.5 %", unit="Enhet 1")))
    decline_twice(w, content, changed(content), "its quarantine is not what the last load left", code=QUARANTINED,
                  before=lambda: w.sql("UPDATE drift.quarantine SET status = 'superseded'"))


def case_values_that_stay_though_the_export_has_them_not_are_read_whole(w):
    settings(w, Source("a", complete=False))
    load(w, export(*good()), "")
    load(w, export(*good()[:-1]), ONLY)
    load(w, changed(export(*good()[:-1])), WHOLE + "it has values that its last export has not")


def case_two_years_in_a_row_are_read_whole(w):
    content = export(*good(*rows(3, period="VB 2022")))
    decline_twice(w, content, changed(content), "its export holds two years in a row")


def case_another_source_of_the_same_years_and_districts_is_read_whole(w):
    both = Source("a"), Source("b")
    settings(w, *both)
    w.content["b"] = export(line(INDICATORS[0], "5 %", unit="Enhet 7"))
    load(w, export(*good()), "")
    load(w, changed(export(*good())), WHOLE + "another source has the same years and districts")


def case_the_year_before_of_another_source_is_looked_at_when_it_has_changed(w):
    settings(w, Source("a"), Source("b"))
    w.content["b"] = export(*rows(3, period="VB 2022"))
    lines = [HEAD] + [line(INDICATORS[i], "%d %%" % i, previous="%d,5 %%" % (10 + i)) for i in range(3)]
    load(w, export(*lines), "")
    load(w, export(*lines).replace(b"2 %", b"3 %"), WHOLE + "the year before or after has changed since")  # b came after a
    load(w, export(*lines).replace(b"2 %", b"4 %"), ONLY)
    w.content["b"] = export(*rows(3, first=20, period="VB 2022"))
    w.run("run", "--source", "b", code=DONE)
    load(w, export(*lines), WHOLE + "the year before or after has changed since")
    same(w.sql("SELECT count(*) > 0 FROM drift.finding WHERE rule = 'L-FOREGAENDE' AND load_id = (SELECT max(id) FROM drift.load)"), "t")


def case_findings_about_another_source_are_made_again(w):
    settings(w, Source("a"), Source("b"))
    w.content["b"] = export(*rows(3, first=20, period="VB 2022"))
    lines = [HEAD] + [line(INDICATORS[i], "%d %%" % i, previous="%d,5 %%" % (10 + i)) for i in range(3)]
    load(w, export(*lines), "")
    w.run("run", code=DONE)
    lines.insert(2, line(INDICATORS[7], "1 %"))
    load(w, export(*lines), WHOLE + "the year before or after has changed since")
    lines.insert(2, line(INDICATORS[8], "1 %"))
    load(w, export(*lines), ONLY + ", 3 lines removed and 4 added")
    same(w.sql("SELECT string_agg(rad::text, ',' ORDER BY rad) FROM drift.finding WHERE rule = 'L-FOREGAENDE'"
               " AND load_id = (SELECT max(id) FROM drift.load)"), "3,6,7")


def case_a_year_or_district_that_comes_or_goes_is_read_whole(w):
    settings(w)
    extra = line(INDICATORS[0], "5 %", district="Farsta stadsdelsnämnd")
    load(w, export(*good()), "")
    load(w, export(*good(extra)), WHOLE + "a year or a district has come to it")
    load(w, export(*good()), WHOLE + "a year or a district may be gone from it")
    same(w.sql("SELECT cardinality(stadsdel_id) FROM drift.load ORDER BY id"), "1\n2\n1")
    old = line(INDICATORS[0], "5 %", period="VB 2019")
    load(w, export(*good(old)), WHOLE + "a year or a district has come to it")
    load(w, export(*good()), WHOLE + "a year or a district may be gone from it")


def case_an_indicator_that_may_be_gone_is_read_whole(w):
    settings(w, vanished="refuse")
    lines = good(line("Andel x", "5 %", unit="Enhet 1"), line("Andel x", "5 %", unit="Enhet 2"), line("Andel x", "5 %", unit="Enhet 3"))
    load(w, export(*lines), "")
    load(w, export(*lines[:-2]), ONLY)
    load(w, export(*lines), ONLY)
    w.content["a"] = export(*lines[:-3])
    holds("Andel x" in w.run("run", code=REFUSED).err, "the indicator is said to be gone")


def case_a_column_that_may_be_gone_is_read_whole(w):
    """With one value per line: of twenty indicators the last three have a value for girls."""
    def lines(girls):
        rows = ["VB 2023;Indikator %d;Utfall;%d %%" % (i, i + 10) for i in range(20)] + ["VB 2023;Indikator %d;Kvinnor;%d %%" % (i, i + 11) for i in girls]
        return "".join(row + "\n" for row in ["Period;Indikator;Kolumn;Värde"] + rows).encode("utf-8")
    w.configure(Source("a", stadsdel="Bromma", columns={"Kolumn": "matt_kolumn", "Värde": "varde"}), unknown={"indikator": "add"},
                limits=dict(LIMITS, vanished="refuse"))
    load(w, lines((17, 18, 19)), "")
    load(w, lines((17, 19)), ONLY)
    load(w, lines((17, 18, 19)), ONLY)
    load(w, lines((19,)), ONLY)
    load(w, lines((18, 19)), ONLY)
    w.content["a"] = lines(())
    same(w.run("run", code=REFUSED).said(), ['source "a": column "utfall_kvinnor" is gone from the export, nothing was loaded'])
    load(w, lines((19,)), ONLY)
    load(w, lines(()), ONLY)  # one row is a withdrawal


def case_many_changes_are_read_whole(w):
    settings(w, percent=20)
    load(w, export(*good()), "")
    load(w, export(*(good()[:2] + rows(9, first=50)[1:])), WHOLE + "too many of its lines have changed")


def case_many_lines_in_quarantine_are_read_whole(w):
    settings(w, percent=20)
    bad = [line(INDICATORS[i], "12.4.5 %", unit="Enhet 1") for i in range(4)]
    load(w, export(*good(*bad)), "", code=QUARANTINED)
    load(w, changed(export(*good(*bad))), WHOLE + "too many of its lines are to be read again", code=QUARANTINED)


def case_an_export_that_is_not_in_the_archive_any_more_is_not_needed(w):
    def lose():
        for folder, _, files in os.walk(os.path.join(w.archive, "objects")):
            for name in files:
                os.remove(os.path.join(folder, name))
    settings(w)
    load(w, export(*good()), "")
    lose()
    w.content["a"] = changed(export(*good()))
    same(way(w.run("run", code=DONE)), WHOLE + "its last export is not in the archive")


def case_a_damaged_last_export_is_not_needed(w):
    settings(w)
    load(w, export(*good()), "")
    for folder, _, files in os.walk(os.path.join(w.archive, "objects")):
        for name in files:
            with open(os.path.join(folder, name), "r+b") as f:
                f.seek(-6, 2)
                f.write(b"\0\0\0\0")
    w.content["a"] = changed(export(*good()))
    holds(way(w.run("run", code=DONE)).startswith(WHOLE + "archived bytes of "), "the damage is the reason")


def case_facts_that_somebody_changed_are_read_whole(w):
    decline_twice(w, export(*good()), changed(export(*good())), "the warehouse is not what its last load left",
                  before=lambda: w.sql("DELETE FROM lager.fact_utfall WHERE varde = 13.5"))


def case_a_line_that_would_be_a_better_header_were_it_not_so_far_down_is_none(w):
    settings(w)
    lines = ["Stadsdelsnämnd;Enhet;Indikator;Periodens utfall;Period"] + [
        "Bromma stadsdelsnämnd;Enhet %d;%s;5 %%;VB 2023" % (n, name) for n in range(30) for name in INDICATORS]
    load(w, "\n".join(lines).encode(), "")
    lines += [HEADER.replace(";", ","), "Bromma stadsdelsnämnd;Ny enhet;Sjukfrånvaro;5 %;VB 2023", ""]
    load(w, "\n".join(lines).encode(), WHOLE + "a line that differs is no row by itself")
    same(w.sql("SELECT lines_ignored_by ->> 'prose', lines_loaded, lines_unchanged FROM drift.load ORDER BY id DESC LIMIT 1"), "1|1|300")


def case_a_rerun_reads_the_whole_export(w):
    settings(w)
    load(w, export(*good()), "")
    same(way(w.run("rerun", "--year", "2023", code=DONE)), "")


def case_other_formats_are_read_whole_and_nothing_is_said(w):
    settings(w, Source("a", connector="rapporttext", stadsdel="Bromma stadsdelsnämnd", year=2023))
    content = w.fixture("bromma-2023.txt")
    for w.content["a"] in (content, content + b"\n"):
        same(way(w.run("run")), "")


def case_the_same_bytes_are_not_even_read(w):
    settings(w)
    load(w, export(*good()), "")
    before = w.physical()
    w.etag["a"] = "another"
    ended = w.run("run", code=DONE)
    holds("unchanged since load" in ended.result("a")[0], ended)
    same(w.physical(), before)


if __name__ == "__main__":
    sys.exit(main(globals()))
