#!/usr/bin/env python3
"""Every command, in each of its forms, over a warehouse that holds something of each table: each place of the program that makes
a call fails once (STADSLAGER_FAULT_PLACES=1 or STADSLAGER_CHECK_LONG=1; in make check the cases of CHEAP only).

Such a command prints, leaves in its files and in the warehouse what it would have undisturbed, and ends as it would have; or it
ends with another documented code and one message that names the cause, and all is as it was before.

usage: test_command_places.py [PART-OF-A-NAME...]    starts itself inside tests/with-postgres
Prints a line per test and, last, "N passed, N failed".
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_faults  # noqa: E402
from lib_faults import LONG, NO_MEMORY as MEMORY, PLACES, SANITIZER_LACKED_MEMORY, Sweep, Verdicts, count, each_place, holds, nothing_left, same  # noqa: E402
from test_command_faults import steady  # noqa: E402
from test_file_faults import NOW, Command  # noqa: E402
from lib_run import DONE, EXPORTS, QUARANTINED, TOP, Source, export, line  # noqa: E402
from test_run_tabell import ACTIVITIES, HEAD, INDICATORS, NET, TWICE, report  # noqa: E402

FIXTURES = os.path.join(TOP, "tests", "fixtures", "config")
CHEAP = ("case_status", "case_explaining_what_is_not_there", "case_a_configuration_of_one_source")
ALLOC, NULL, CUT = (("alloc", "", MEMORY), ("pq", "null", MEMORY), ("pq", "cut", "connection|server|SSL|could not"))
FILE = ("file", "EIO", "Input/output error|standard output|could not write|could not read")
DATABASE = (ALLOC, NULL, CUT)
SICK, SAFE, JOBS = "Sjukfrånvaro", "Andel trygga omsorgstagare i hemtjänsten", "Antal vräkningar som berör barn"


class Swept(Command):
    """A command whose places fail one after the other, by each of KINDS."""

    def judge(self, child, cause, cleans):
        if SANITIZER_LACKED_MEMORY not in child.err:
            super().judge(child, cause, cleans)

    def restore(self):
        super().restore()
        if self.writes:
            os.makedirs(self.writes, exist_ok=True)

    def places(self, *kinds):
        for fault, how, cause, *env in kinds:
            for stays in (False, True) if LONG else (False,):
                verdicts = Verdicts("%s: %s %s %s" % (" ".join(self.arguments), fault, how, "from then on" if stays else "once"))
                for child in Sweep(self.command, self.w.folder, fault=fault, how=how, stays=stays, choose=each_place, env=dict(NOW, **(env[0] if env else {}))):
                    if child.failed == "-":
                        same((child.code, steady(child.out)), (self.code, self.out), "undisturbed")
                    else:
                        verdicts.judge(child, lambda: self.judge(child, cause, fault != "file"))
                    self.restore()
                    self.w.idle()
                count("allocation" if fault == "alloc" else "call", verdicts.number)
                verdicts.end()


def sweep(w, *arguments, kinds=DATABASE, **options):
    Swept(w, *arguments, config=w.config, **options).places(*kinds)


def district(name, year, indicator, *cells, **more):
    return line(indicator, *cells, district=name, period="VB %d" % year, **more)


def loaded(w):
    """Facts in all seven tables, of several years and districts, some of which have merged; revised once; rows in quarantine."""
    registries = {"stadsdelar": os.path.join(TOP, "config", "stadsdelar.yaml"), "enheter": os.path.join(FIXTURES, "enheter.yaml"),
                  "indikatorer": w.file("indikatorer.yaml", REGISTRY)}
    w.configure(Source("bromma", "rapporttext", stadsdel="Bromma", year=2023), Source("2022"), Source("2023", tokens={"..": "suppressed"}),
                limits={"max_quarantined_pct": 80}, registries=registries)
    w.content["bromma"] = report(INDICATORS, ACTIVITIES, NET, TWICE)
    w.content["2022"] = export(district("Rinkeby-Kista", 2022, JOBS, "3 st"), district("Spånga-Tensta", 2022, JOBS, "12 st"),
                               district("Bromma", 2022, SICK, "7,4 %", "5 %", "8,1 %", target="7 %"))
    w.content["2023"] = export(district("Farsta", 2023, SICK, "7,2 %", target="7 %"), district("Järva", 2023, JOBS, "15 st", target="öka"),
                               district("Farsta", 2023, SAFE, "66,4 %", "68 %", "64 %", previous="67 %", target="öka", kf="66,2 %"))
    w.run("run", code=DONE)
    w.content["2023"] = export(district("Farsta", 2023, SICK, "7,3 %", target="7 %"), district("Järva", 2023, JOBS, "..", target="öka"),
                               district("Farsta", 2023, SAFE, "66,4 %", "68 %", "64 %", previous="67 %", target="minska", kf="66,2 %"),
                               district("Farsta", 2023, SICK, "9 %", unit="Familjeenheten"), district("Farsta", 2023, "Okänd", "1 %"))
    w.run("run", code=QUARANTINED)
    w.idle()


REGISTRY = """indikatorer:
  - {code: IND_SJUK, name: Sjukfrånvaro, unit: "%", kind: andel, polarity: lagre, owner: KF, kon_mening: egen_andel, aliases: [Sjukfrånvaro totalt]}
  - {code: IND_AMI, name: Aktivt Medskapandeindex, kind: index, kon_mening: egen_andel}
  - {code: IND_TRYGG, name: Andel trygga omsorgstagare i hemtjänsten, unit: "%", kind: andel, polarity: hogre, kon_mening: egen_andel}
  - {code: IND_VRAK, name: Antal vräkningar som berör barn, kind: antal, kon_mening: eget_antal}
definitions:
  - {indikator: IND_SJUK, from: 2023, note: räknas på ett annat sätt}
"""


def folder(w):
    path = os.path.join(w.folder, "%d-writes" % w.number)
    os.mkdir(path)
    return path


# ---- commands that look ----

def case_status(w):
    loaded(w)
    sweep(w, "status", kinds=(ALLOC,))


def case_status_by_a_day(w):
    loaded(w)
    sweep(w, "status", "--as-of", "2099-12-31", "--format", "json")


def case_explaining(w):
    loaded(w)
    for words in (("Bromma", SICK, "VB 2023"), ("Farsta", SICK, "VB 2023", "--format", "json"), ("Farsta", SAFE, "VB 2023", "K"),
                  ("Farsta", SAFE, "VB 2023", "--table", "arsmal"), ("Farsta", SAFE, "VB 2023", "--table", "foregaende"),
                  ("--stadsdel", "Bromma", "--indikator", SICK, "--period", "VB 2023")):
        sweep(w, "explain", *words)


def case_explaining_what_is_not_there(w):
    loaded(w)
    sweep(w, "explain", "Farsta", SICK, "VB 2021", code=2, kinds=(ALLOC,))


def case_explaining_wrong_names(w):
    loaded(w)
    for words in (("Farsta", "Sjukfrånvar", "VB 2023"), ("--enhet", "Familj", "--stadsdel", "Farsta", "--indikator", SICK, "--period", "VB 2023"),
                  ("Farsta", SICK, "VB 2021")):
        sweep(w, "explain", *words, code=2)
    sweep(w, "explain", "Farst", SICK, "VB 2023", code=2, kinds=(ALLOC,))


def case_a_difference(w):
    loaded(w)
    for words in (("1", "2", "--format", "csv"), ("2026-01-01", "2", "--format", "json"), ("1", "2", "--year", "2023", "--stadsdel", "Farsta"),
                  ("1", "2", "--materiality", "5%"), ("VB2022", "VB2023")):
        sweep(w, "diff", "--from", words[0], "--to", *words[1:])


def case_a_comparison(w):
    loaded(w)
    for words in ((SICK,), (SICK, "--basis", "today"), (JOBS, "--basis", "today", "--period", "2022"), (SAFE, "--kon", "K", "--format", "json"),
                  ("IND_SJUK", "--format", "csv")):
        sweep(w, "compare", *words)
    sweep(w, "compare", "Sjukfranvar", code=2)


def case_an_export(w):
    loaded(w)
    writes = folder(w)
    for form in ("csv", "sdmx-csv", "json-stat2", "px"):
        sweep(w, "export", "--format", form, "--indikator", SICK)
        sweep(w, "export", "--format", form, "--out", os.path.join(writes, "utfall"), "--year", "2023", writes=writes, kinds=(ALLOC, NULL, FILE))
    sweep(w, "export", "--format", "csv", "--indikator", "Sjukfranvar", code=2)
    sweep(w, "export", "--format", "csv", "--stadsdel", "Farsta", "--period", "VB 2023")


def case_an_exported_workbook(w):
    loaded(w)
    writes = folder(w)
    sweep(w, "export", "--format", "xlsx", "--out", os.path.join(writes, "utfall.xlsx"), writes=writes, kinds=(NULL, CUT))


def case_an_audit(w):
    loaded(w)
    w.run("quarantine", "waive", w.sql("SELECT max(id) FROM drift.quarantine"), "--why", "skrivfel hos utgivaren", "--by", "revisorn", code=DONE)
    sweep(w, "audit", "--year", "2023", kinds=DATABASE)


def case_an_audit_with_its_manifest(w):
    loaded(w)
    writes = folder(w)
    sweep(w, "audit", "--year", "2023", "--manifest", os.path.join(writes, "m.json"), writes=writes, kinds=(ALLOC, FILE))


class Unjudged(Swept):
    """An audit that lacked memory says nothing of the warehouse."""

    def judge(self, child, cause, cleans):
        holds(child.code not in (DONE, 10) or "memory" not in child.err, "a verdict: %s" % child)
        super().judge(child, cause, cleans)


def case_an_audit_that_reads_another_year_for_its_names(w):
    """An export that only brought names may be damaged, but to lack memory for it is an error."""
    sources = Source("2022"), Source("2023")
    w.content.update({"2022": export(district("Farsta", 2022, SICK, "7 %", unit="SOLGÅRDEN")),
                      "2023": export(district("Farsta", 2023, SICK, "8 %", unit="Solgården"))})
    for comment in ("", "# other registries\n"):
        w.configure(*sources, unknown={"enhet": "add"}, comment=comment)
        w.run("run", code=DONE)
    w.idle()
    Unjudged(w, "audit", "--year", "2023", config=w.config).places(ALLOC)


def case_an_audit_that_fetches_again(w):
    loaded(w)
    here = {"TMPDIR": folder(w)}  # what lacks memory to its end cannot remove its temporary folder
    sweep(w, "audit", "--year", "2023", "--refetch", kinds=((*ALLOC, here), (*FILE, here)))


def case_an_audit_by_present_rules(w):
    loaded(w)
    sweep(w, "audit", "--year", "2022", "--rules", "current", "--as-of", "2099-12-31T00:00:00Z", kinds=(ALLOC,))


def case_an_audit_that_finds_differences(w):
    loaded(w)
    w.sql("UPDATE lager.fact_utfall SET varde = varde + 1 WHERE ar = 2023")
    w.sql("DELETE FROM lager.fact_tabell WHERE ar = 2023 AND ctid IN (SELECT ctid FROM lager.fact_tabell WHERE ar = 2023 LIMIT 1)")
    w.sql("UPDATE lager.fact_maluppfyllelse SET uppfyllelse = 'delvis' WHERE ar = 2023")
    sweep(w, "audit", "--year", "2023", code=10, kinds=(ALLOC,))


def case_an_audit_of_a_manifest(w):
    loaded(w)
    manifest = os.path.join(w.folder, "kept-%d.json" % w.number)
    w.run("audit", "--year", "2023", "--manifest", manifest, code=DONE)
    sweep(w, "audit", "--verify", manifest, kinds=(ALLOC, FILE))


def case_a_report(w):
    loaded(w)
    writes = folder(w)
    sweep(w, "report", "--out", os.path.join(writes, "sida"), writes=writes)
    w.run("report", "--out", os.path.join(writes, "sida"), code=DONE)
    w.run("run", "--offline", code=DONE)
    sweep(w, "report", "--out", os.path.join(writes, "sida"), writes=writes, kinds=(ALLOC, FILE))


def case_a_list_of_the_quarantine(w):
    loaded(w)
    for form in ("text", "csv", "json"):
        sweep(w, "quarantine", "list", "--format", form)
    sweep(w, "quarantine", "list", "--source", "2023", "--rule", "U-INDIKATOR", "--status", "all", "--limit", "1")
    sweep(w, "quarantine", "list", "--source", "ingen", code=2)


def case_names(w):
    loaded(w)
    sweep(w, "check-names", kinds=(ALLOC,))


def case_what_would_be_removed(w):
    loaded(w)
    sweep(w, "prune", "--dry-run", "--keep-days", "0", kinds=DATABASE + (FILE,))


# ---- commands that read files ----

def case_a_configuration_of_one_source(w):
    w.configure(Source("a"), registries={n: os.path.join(FIXTURES, n + ".yaml") for n in ("stadsdelar", "enheter", "indikatorer")})
    sweep(w, "check-config", kinds=(ALLOC,))


def case_a_wrong_configuration(w):
    registries = {n: w.file("wrong-%s.yaml" % n, text) for n, text in WRONG.items()}
    w.configure(Source("a", stadsdel="Bromm", columns={"X": "inget"}, tokens={"..": "inget"}, url="ftp://a/b"),
                Source("a", separator="xx", year=1), Source("b:", "xls"), registries=registries,
                limits={"deadline_s": "3 parsec", "mx": 1}, rules={"R-INGEN": "warn", "U-ENHET": "inget"})
    sweep(w, "check-config", kinds=(ALLOC, FILE), code=5)


WRONG = {
    "stadsdelar": "stadsdelar:\n  - {code: SDN_A, name: A, valid_from: 2020-13-01, aliases: [B]}\n  - {code: SDN_A, name: B}\n  - {code: lower, name: ''}\n"
                  "successions:\n  - {date: 2020-07-01, from: SDN_X, to: SDN_A}\n",
    "enheter": "enheter:\n  - {stadsdel: SDN_Q, name: E}\n  - {stadsdel: SDN_A, name: E}\n  - {stadsdel: SDN_A, name: E,"
               " valid_from: 2022-01-01, valid_to: 2021-01-01}\n",
    "indikatorer": "indikatorer:\n  - {code: I_A, name: X, kind: inget}\n  - {code: I_B, name: X, unit: '%', okand: 1}\n"
                   "  - [1]\ndefinitions:\n  - {indikator: I_C, from: 2020, note: n}\n",
}


def decode(w, connector, file, *arguments):
    for table in ("indikator", "mal", "aktivitet", "tabell") if connector == "rapporttext" else ("indikator",):
        Swept(w, "decode", "--connector", connector, *arguments, "--table", table, os.path.join(EXPORTS, file)).places(ALLOC)


def case_decoding_text_of_tables(w):
    path = w.file("r.txt", HEAD + INDICATORS + ACTIVITIES + NET + TWICE)
    decode(w, "rapporttext", path, "--stadsdel", "Bromma", "--year", "2023")


def case_decoding_reports(w):
    decode(w, "rapporttext", "hasselby-vallingby-2022.txt", "--stadsdel", "Hässelby-Vällingby", "--year", "2022")
    decode(w, "rapporttext", "kungsholmen-2024.txt", "--stadsdel", "Kungsholmen", "--year", "2024")


def case_decoding_layout_b(w):
    decode(w, "rapporttext", "kungsholmen-2021.txt", "--stadsdel", "Kungsholmen", "--year", "2021", "--enhet", "A", "--enhet", "B", "--enhet", "C")


def case_decoding_rows(w):
    decode(w, "delimited", "stadsdelar-2020-2023.csv")
    decode(w, "delimited", "bromma-2022.csv")


def case_decoding_a_workbook(w):
    decode(w, "xlsx", "sodermalm-2023.xlsx")


if __name__ == "__main__":
    cases = {name: case for name, case in globals().items() if name.startswith("case_") and (LONG or PLACES or name in CHEAP)}
    sys.exit(lib_faults.main(cases))
