#!/usr/bin/env python3
"""Inputs that no report is, as large as the limits let them be and larger: each ends with success or with a clear refusal,
within a bound of memory that does not depend on what fills them.  No test asserts on time: one that is still running after
KILL_SECONDS is killed, which is what a decoder whose work grows with the square of its input comes to."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.path.join(ROOT, "build", "stadslager")
KILL_SECONDS = 120  # the slowest takes 2
MIB = 1 << 20
OVER_MIB = 100  # larger than LIMIT_DOCUMENT and LIMIT_WORKBOOK, 64 MiB
UNDER_MIB = 60  # below them …
UNDER_LINES = 990000  # … and below LIMIT_LINES
# What a decoder may hold (peak resident memory): rapporttext the document, twice while it grows, its lines and the rows of
# its tables; delimited a block and one row; xlsx the compressed file, twice while it grows.
MOST_MIB = {"rapporttext": 640, "delimited": 48, "xlsx": 256}
DONE, REFUSED = 0, 7

HEADER_A = (
    "Indikator\tPeriodens utfall\tUtfall män/ pojkar\tUtfall kvinnor/ flickor\tUtfall VB 2022\tÅrsmål\tKF:s årsmål\tPeriod\n"
)
HEADER_B = (
    "Indikator \n\nPeriodens \nutfall \n\nUtfall \nmän/ \npojkar \n\nUtfall \nkvinnor/ \nflickor \n\n"
    "Periodens \nutfall \nVB 2020 \n\nÅrsmål \n\nKF:s \nårsmål \n\nPeriod \n"
)
GOAL = "Nämndmål: 1.1.1 Prov\n"
ACTIVITIES = "Aktivitet\tStartdatum\tSlutdatum\tAvvikelse\n"

# name: what the file begins with, what fills it
REPORTS = {
    "one line": ("", "x"),
    "TABs only": ("", "\t"),
    "rows of TABs only": (GOAL + HEADER_A, "\t\t\t\t\t\t\t\n"),
    "headers of layout A only": ("", HEADER_A),
    "headers of layout B only": ("", HEADER_B),
    "headers of layout A with page breaks": ("", HEADER_A + "\n"),
    "headers of activities only": ("", ACTIVITIES),
    "headers of other tables only": ("", "\tBudget\tUtfall\tAvvikelse\n\n"),
    "blanks only": ("", " "),
    "blank lines only": ("", " \n"),
    "newlines only": ("", "\n"),
    "carriage returns only": ("", "\r"),
    "analysis rows of layout A": (GOAL + HEADER_A, "Analys\n"),
    "analysis rows of layout A with text": (GOAL + HEADER_A, "Analys\tText\t\t\t\t\t\t\n"),
    "analysis lines of layout B": (HEADER_B, "Analys \n"),
    "analysis lines of layout B apart": (HEADER_B, "Analys \n\n"),
    "goals only": ("", "Nämndmål: 1.1.1 Prov\n"),
    "goals that wrap, set solid": ("", "Nämndmål: 1.1.1 Prov \n"),
    "a goal that never ends": ("Nämndmål: 1.1.1 Prov \n", "ord "),
    "a goal of a million lines": ("Nämndmål: 1.1.1 Prov \n", "och så vidare på nästa rad \n"),
    "rows of layout A": (GOAL + HEADER_A, "Andel nöjda brukare i verksamheten\t85 %\t84 %\t86 %\t80 %\t85 %\t\t2023\n"),
    "rows of layout A that lost their cells": (GOAL + HEADER_A, "Andel nöjda brukare i verksamheten\t85 %\n"),
    "names of layout A without cells": (GOAL + HEADER_A, "Andel nöjda\t\t\t\t\t\t\t\n"),
    "tags that are not closed": (GOAL + HEADER_A, "<p>\t<p>\t<p\n"),
    "rows of layout B": (HEADER_B, " \n Andel nöjda brukare  65   63 65  2021 \n"),
    "numbers under a header of layout B": (HEADER_B, "65 \n"),
    "words under a header of layout B": (HEADER_B, "ord \n"),
    "activities": (ACTIVITIES, "Gör\t2023-01-01\t2023-12-31\t\n"),
    "rows of other tables": ("Rubrik\n\n", "Rad\t1\t2\n"),
    "items of a list": (GOAL, "- 2021: 90\n"),
    "table of contents": ("", "Kapitel ett\t3\n"),
    "titles": (GOAL, "Verksamhetsberättelse VB 2023 för Bromma stadsdelsnämnd\n"),
}
TABLE = "Stadsdelsnämnd;Indikator;Utfall;Period\n"
DELIMITED = {
    "one line": ("", "x"),
    "TABs only": ("", "\t"),
    "separators only": ("", ";"),
    "rows of separators": (TABLE, ";;;\n"),
    "headers only": ("", "Indikator;Utfall;Period\n"),
    "blanks only": ("", " "),
    "newlines only": ("", "\n"),
    "newlines below a header": (TABLE, "\n"),
    "analysis rows": (TABLE, "Analys\n"),
    "quotes only": ("", '"'),
    "quotes below a header": (TABLE, '"'),
    "rows of one quote": (TABLE, '"\n'),
    "a quote that is not closed": (TABLE + 'B;"', "x\n"),
    "a row of a hundred million cells": (TABLE, "1;"),
    "rows": (TABLE, "Bromma;Antal;1;2023\n"),
}

passed = failed = 0


def verdict(name, problems, note=""):
    global passed, failed
    if problems:
        failed += 1
        print(f"FAIL: {name}: {'; '.join(problems)}", flush=True)
    else:
        passed += 1
        print(f"ok: {name}{note}", flush=True)


def write(path, head, filling, most_bytes, most_lines):
    filling, head = filling.encode(), head.encode()
    times = (most_bytes - len(head)) // len(filling)
    if filling.count(b"\n"):
        times = min(times, (most_lines - head.count(b"\n")) // filling.count(b"\n"))
    block = filling * max(1, MIB // len(filling))
    left = times * len(filling)
    with open(path, "wb") as file:
        file.write(head)
        while left > 0:
            file.write(block[:left])
            left -= len(block)


def decode(connector, path):
    """Exit status (negative: the signal), message, peak memory in MiB."""
    command = [BINARY, "decode", "--connector", connector, "--stadsdel", "Bromma", "--year", "2023"]
    process = subprocess.Popen(
        command + ["--table", "indikator", path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    timer = threading.Timer(KILL_SECONDS, lambda: os.kill(process.pid, signal.SIGKILL))
    timer.start()
    message = process.stderr.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(process.pid, 0)
    timer.cancel()
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, message, usage.ru_maxrss // 1024


def hold(name, connector, path, wanted):
    code, message, mib = decode(connector, path)
    problems = []
    if code not in wanted:
        problems.append(f"ended with {code}: {message.strip()[:200]}")
    if code == REFUSED and (path not in message or len(message) > 2000):
        problems.append(f"the refusal is not clear: {message[:200]!r}")
    if mib > MOST_MIB[connector]:
        problems.append(f"held {mib} MiB, more than {MOST_MIB[connector]}")
    verdict(f"{connector}: {name}", problems, f" (ended with {code}, {mib} MiB)")


def filled(connector, cases, size_mib, most_lines, wanted, path):
    for name, (head, filling) in cases.items():
        write(path, head, filling, size_mib * MIB, most_lines)
        hold(f"{size_mib} MiB, {name}", connector, path, wanted)


def workbook(path, filling, times):
    """A workbook whose one sheet is FILLING, TIMES over."""
    relations = '<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", relations + 'officeDocument" Target="xl/workbook.xml"/></Relationships>')
        archive.writestr(
            "xl/_rels/workbook.xml.rels", relations + 'worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        )
        archive.writestr(
            "xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="Data" r:id="rId1"/></sheets></workbook>'
        )
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b"<worksheet><sheetData>")
            for _ in range(times):
                sheet.write(filling)
            sheet.write(b"</sheetData></worksheet>")


def main():
    if not os.access(BINARY, os.X_OK):
        print("FAIL: build/stadslager was not built\n0 passed, 1 failed")
        return 1
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory(prefix="stadslager-pathological-") as folder:
        path = os.path.join(folder, "export")
        over = {name: REPORTS[name] for name in list(REPORTS)[:11]}
        filled("rapporttext", over, OVER_MIB, 1 << 40, {REFUSED}, path)
        filled("rapporttext", {"newlines only": ("", "\n")}, UNDER_MIB, 1 << 40, {REFUSED}, path)
        filled("rapporttext", REPORTS, UNDER_MIB, UNDER_LINES, {DONE, REFUSED}, path)
        filled("delimited", DELIMITED, OVER_MIB, 1 << 40, {DONE, REFUSED}, path)
        filled("xlsx", {"one line": ("", "x"), "a zip's first bytes": ("", "PK\x03\x04")}, OVER_MIB, 1 << 40, {REFUSED}, path)
        workbook(path, b"<row/>" * 175000, 100)
        hold(f"{OVER_MIB} MiB of empty rows, compressed", "xlsx", path, {REFUSED})
        workbook(path, b" " * MIB, 100)
        hold(f"{OVER_MIB} MiB of blanks, compressed", "xlsx", path, {REFUSED})
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
