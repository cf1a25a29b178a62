#!/usr/bin/env python3
"""Exports of which only the lines that differ from the last one are read: what the warehouse holds afterwards is what it
holds when the whole export is read.  The key limits.difference_pct chooses between the two.

DIFFERENCE_SEEDS = how many random histories (default 4), DIFFERENCE_SEED = the first one."""
import json
import os
import random
import re
import sys

from lib_run import DONE, EXPORTS, HEADER, INDICATORS, QUARANTINED, REFUSED, Failed, Source, export, holds, line, main, rows, same

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
        weights = [1 if name.startswith("do_rare") else 6 for name in names]
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

    def do_bad(self):
        cells = self.lines[self.place()].split(";")
        cells[3 if len(cells) == 10 else 0] = self.random.choice(BAD)
        self.lines[self.place()] = ";".join(cells)

    def do_mend(self):
        for i, text in enumerate(self.lines):
            cells = text.split(";")
            if len(cells) == 10 and cells[3] in BAD:
                cells[3] = "55 %"
                self.lines[i] = ";".join(cells)
                return

    def do_stranger(self):
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
    other = r.choice((None, None, ("VB 2023", "Skarpnäcks stadsdelsnämnd"), ("VB 2024", None), ("VB 2023", DISTRICTS[0])))
    b = other and History("%d b" % seed, *other)
    complete = r.random() < .8
    sources = [Source("a", complete=complete)] + ([Source("b")] if b else [])
    comment, states, ways = "", [], []
    for step in range(steps):
        if step and r.random() < .08:
            comment += "# another configuration\n"
        w.configure(*sources, comment=comment, limits=dict(LIMITS, difference_pct=percent),
                    unknown={"enhet": "add", "indikator": "add"})
        done = a.step() if step else []
        w.content["a"] = a.bytes()
        if b:
            if step and r.random() < .3:
                done = done + ["b"] + b.step()
            w.content["b"] = b.bytes()
        if step and r.random() < .05:
            w.sql("UPDATE drift.quarantine SET status = 'waived', who = 'x', why = 'y' WHERE id ="
                  " (SELECT min(id) FROM drift.quarantine WHERE status = 'open')")
        tried = w.run("run", "--dry-run") if r.random() < .2 else None
        ended = w.run("run")
        if r.random() < .1:
            w.run("rerun", "--year", "2023")
        holds(ended.code in (DONE, QUARANTINED, REFUSED), "seed %d, step %d, %s: %s" % (seed, step, done, ended))
        if ended.code != REFUSED:
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
    first, count = int(os.environ.get("DIFFERENCE_SEED", "1")), int(os.environ.get("DIFFERENCE_SEEDS", "4"))
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
    holds(reasons.get(ONLY, 0) >= count, "differences are read alone: %r" % reasons)
    holds(not any("add up" in words or "no row by itself" in words for words in reasons), "what must not be said: %r" % reasons)


if __name__ == "__main__":
    sys.exit(main(globals()))
