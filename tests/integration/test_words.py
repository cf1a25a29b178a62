#!/usr/bin/env python3
"""What a command is told that it cannot be told: each ends with exit code 2 and one message that names it, before it looks at
anything (the configuration does not exist), and the words that it can be told are none of these.

usage: test_words.py [PART-OF-A-NAME...]     starts itself inside tests/with-postgres; STADSLAGER names another binary
Prints a line per test and, last, "N passed, N failed".
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_run  # noqa: E402
from lib_run import CONFIG, DONE, USAGE, holds, same  # noqa: E402

YEARS = ("", "22", "1899", "2200", "2023x", "-2023", "x")
# By command, the words that make it whole; then what is wrong of each option, and the piece of the message that says so.
COMMANDS = {
    "audit": (("--year", "2023"), {
        "--year wants a year": [("--year", text) for text in YEARS],
        "--as-of wants": [("--as-of", text) for text in ("", "x", "2023-02-30", "2023-01-01T25:00", "2023-01-01x10:00")],
        "--rules wants": [("--rules", "former")],
        "--limit wants": [("--limit", text) for text in ("", "-1", "x", "1x", "1000000000001")],
        "--verify goes with --archive only": [("--verify", "m.json")],
        "--archive goes with --verify only": [("--archive", "a")]}),
    "decode": (("--connector", "delimited", "--table", "indikator", "f"), {
        "--year wants a year": [("--year", text) for text in YEARS],
        "no such connector": [("--connector", "pdf")],
        "no such table": [("--table", "siffror")],
        "too many --enhet": [("--enhet", "E") * 501]}),
    "diff": (("--from", "1", "--to", "2"), {
        "--year wants a year": [("--year", text) for text in YEARS],
        "--materiality wants": [("--materiality", text) for text in ("", "x", "-1", "5%%")],
        "--format wants": [("--format", "xml")]}),
    "doctor": ((), {"--format wants": [("--format", "csv")]}),
    "explain": (("Bromma", "Sjukfrånvaro", "2023"), {
        "--kon wants": [("--kon", text) for text in ("", "X", "TM")],
        "--table wants": [("--table", "tabell")],
        "--format wants": [("--format", "csv")],
        "given as an option and as a word": [("--stadsdel", "Farsta")],
        "--kon goes with --table utfall only": [("--kon", "T", "--table", "arsmal")]}),
    "export": (("--format", "csv"), {"no such format": [("--format", "pdf")]}),
    "prune": ((), {"--keep-days wants": [("--keep-days", text) for text in ("", "x", "-1", "36501", "1x")]}),
    "quarantine": (("list",), {
        "--status wants": [("--status", "closed")],
        "--limit wants": [("--limit", text) for text in ("", "x", "-1", "1234567890")],
        "--format wants": [("--format", "xml")],
        "this option is not for this subcommand": [("--dry-run",), ("--accept-shrunken",), ("--deadline", "1"), ("--why", "x")]}),
    "report": (("--out", "sida"), {}),
    "rerun": (("--year", "2023"), {
        "--year wants a year": [("--year", text) for text in YEARS],
        "--deadline wants": [("--deadline", text) for text in ("", "0", "-1", "x", "1d", "169h", "1 h")]}),
    "run": ((), {
        "--year wants a year": [("--year", text) for text in YEARS],
        "--deadline wants": [("--deadline", text) for text in ("", "0", "x", "10081m")],
        "--accept-shrunken wants --source": [("--accept-shrunken",)]}),
    "status": ((), {
        "--format wants": [("--format", "csv")],
        "--as-of wants": [("--as-of", text) for text in ("", "2026", "2026-02-30", "2026-11-233")]}),
}
# What is lacking, by what is said of it.
LACKING = {
    "--year is missing": (("audit",), ("rerun",)),
    "--connector is missing": (("decode", "--table", "mal", "f"),),
    "--table is missing": (("decode", "--connector", "xlsx", "f"),),
    "wants exactly one FILE": (("decode", "--connector", "xlsx", "--table", "mal"),),
    "--from and --to are both needed": (("diff",), ("diff", "--from", "1"), ("diff", "--to", "1")),
    "wants a district, an indicator and a period": (("explain",), ("explain", "Bromma"), ("explain", "Bromma", "Sjukfrånvaro")),
    "--period wants": (("explain", "Bromma", "Sjukfrånvaro", "igår"),),
    "--format is missing": (("export",),),
    "--out is missing": (("report",),),
    "wants list, replay or waive": (("quarantine",), ("quarantine", "listan")),
    "waive wants ids and --why": (("quarantine", "waive"), ("quarantine", "waive", "1"), ("quarantine", "waive", "--why", "x")),
    "an id is a whole number": (("quarantine", "waive", "x", "--why", "y"), ("quarantine", "waive", "", "--why", "y"),
                                ("quarantine", "waive", "1234567890123456789", "--why", "y")),
    "--why wants": (("quarantine", "waive", "1", "--why", " "),),
    "--by wants": (("quarantine", "waive", "1", "--why", "x", "--by", " "),),
    "--deadline wants": (("quarantine", "replay", "--deadline", "soon"),),
    "which indicator": (("compare",),),
    "more than one indicator": (("compare", "A", "B"),),
    "wrong value of --kon": (("compare", "A", "--kon", "X"),),
    "wrong value of --basis": (("compare", "A", "--basis", "then"),),
    "wrong value of --format": (("compare", "A", "--format", "xml"),),
}


def refused(w, words, what):
    """The command says so, and says nothing of a configuration, which it has not read."""
    ended = w.run(*words, code=USAGE)
    same(ended.out, "", "the standard output of %s" % " ".join(words))
    said = [text for text in ended.err.splitlines() if text.startswith("stadslager: ")]
    holds(len(said) == 1 and what in said[0], "%s: \"%s\" is said in one message:\n%s" % (" ".join(words), what, ended.err))


def nowhere(w):
    w.config = os.path.join(w.folder, "no-such-configuration.yaml")


def case_a_wrong_value_of_an_option_is_named(w):
    nowhere(w)
    for command, (whole, wrong) in COMMANDS.items():
        for what, values in wrong.items():
            for words in values:
                refused(w, (command,) + whole + words, what)


def case_an_option_that_is_none_is_refused(w):
    nowhere(w)
    for command, (whole, _) in COMMANDS.items():
        ended = w.run(command, *whole, "--of-no-command", code=USAGE)
        holds("unknown option, or its value is missing: --of-no-command" in ended.err, str(ended))
    for command in ("migrate", "check-config", "check-names"):
        w.run(command, "--of-no-command", code=USAGE)


def case_a_word_too_many_is_refused(w):
    nowhere(w)
    for command, (whole, _) in COMMANDS.items():
        words = ("T", "more") if command == "explain" else ("more",)
        ended = w.run(command, *whole, *words, code=USAGE)
        holds("argument" in ended.err or "exactly one FILE" in ended.err, str(ended))


def case_what_is_lacking_is_named(w):
    nowhere(w)
    for what, forms in LACKING.items():
        for words in forms:
            refused(w, words, what)


def case_with_help_a_command_tells_of_itself_and_does_nothing(w):
    nowhere(w)
    for command in list(COMMANDS) + ["compare", "migrate", "check-config", "check-names"]:
        ended = w.run(command, "--help", code=DONE)
        holds(ended.out.startswith("usage: stadslager") and command in ended.out.splitlines()[0] and not ended.err, str(ended))
    w.run("quarantine", "list", "--help", code=DONE)


def case_lengths_of_time_are_seconds_minutes_or_hours(w):
    w.configure(lib_run.Source("a"))
    for text in ("1", "30s", "30m", "168h"):
        ended = w.run("rerun", "--year", "2023", "--deadline", text, "--dry-run", code=CONFIG)  # there is no archive yet
        holds("--deadline wants" not in ended.err, str(ended))


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
