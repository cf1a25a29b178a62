#!/usr/bin/env python3
"""The benchmark at a size of seconds: it runs to its end and every figure is there.  What it measured is nobody's business here.

usage: test_bench.py
Prints a line per test and, last, "N passed, N failed".
"""
import gzip
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GENERATE = os.path.join(TOP, "build", "bench", "generate")
ROWS = 3000
RATIOS = ("psql_csv", "psql_text", "floor", "pgloader", "unchanged", "same_bytes", "changed_1pct", "audit", "growth_10x")


class Failed(Exception):
    pass


def holds(condition, what):
    if not condition:
        raise Failed(what)


def bench(folder, **settings):
    """Runs the benchmark; returns its exit code, its output and its figures."""
    out = os.path.join(folder, "bench.json")
    env = dict(os.environ, BENCH_ROWS=str(ROWS), BENCH_RUNS="1", BENCH_MEMORY="", BENCH_REPEATS="yes", BENCH_OUT=out, **settings)
    env.pop("BENCH_INSIDE", None)
    done = subprocess.run([os.path.join(TOP, "tests", "bench", "run")], env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, encoding="utf-8")
    figures = None
    if os.path.exists(out):
        with open(out, encoding="utf-8") as f:
            figures = json.load(f)
        os.unlink(out)
    return done.returncode, done.stdout, figures


def generate(folder, name, facts):
    """Returns what the generator expects of what it wrote, and where that is."""
    path = os.path.join(folder, name)
    os.makedirs(path)
    subprocess.run([GENERATE, str(facts), path, "--report", "--repeats"], check=True)
    with open(os.path.join(path, "expected.json"), encoding="utf-8") as f:
        return json.load(f), path


def is_figure(value):
    return isinstance(value, (int, float)) and math.isfinite(value) and value > 0


# ---- tests

def case_every_figure_is_there_and_loads_and_audits_come_out_as_generated(folder):
    # The run itself compares facts, quarantine, versions and pages written with what they must be, and audits.
    code, output, figures = bench(folder)
    holds(code == 0 and figures, output)
    expected, _ = generate(folder, "expected", ROWS)
    holds(figures["rows"] == expected["facts"] == ROWS, "rows: %r" % figures["rows"])
    holds(set(figures) == {"rows", "ratios", "peak_rss_mib", "decode"}, "keys: %s" % sorted(figures))
    holds(set(figures["ratios"]) == set(RATIOS), "ratios: %s" % sorted(figures["ratios"]))
    for name, ratio in figures["ratios"].items():
        if name == "pgloader" and not shutil.which("pgloader"):
            continue
        holds(ratio and set(ratio) == {"min", "median", "max"} and all(is_figure(v) for v in ratio.values()) and
              ratio["min"] <= ratio["median"] <= ratio["max"], "%s: %r" % (name, ratio))
    holds(set(figures["peak_rss_mib"]) == {str(ROWS), str(ROWS // 10)} and all(map(is_figure, figures["peak_rss_mib"].values())),
          "peak_rss_mib: %r" % figures["peak_rss_mib"])
    holds(set(figures["decode"]) == {"rows_per_s", "mb_per_s"} and all(map(is_figure, figures["decode"].values())),
          "decode: %r" % figures["decode"])
    for limit in ("0.5", "1.25", "0.06", "0.005", "0.05", "0.15", "0.6", "1.1", "96"):
        holds(re.search(r" %s +(not )?reached$" % re.escape(limit), output, re.MULTILINE), "no limit %s in:\n%s" % (limit, output))


def case_a_load_that_is_not_what_was_generated_ends_the_benchmark(folder):
    code, output, figures = bench(folder, BENCH_EXPECT_MORE="1")
    holds(code == 1 and not figures and "expected {'fact_utfall'" in output, output)


def case_the_same_size_gives_the_same_exports(folder):
    _, a = generate(folder, "a", 20000)
    _, b = generate(folder, "b", 20000)
    for name in ("bench.csv.gz", "bench-changed.csv.gz", "report.txt", "indikatorer.yaml", "expected.json"):
        with open(os.path.join(a, name), "rb") as x, open(os.path.join(b, name), "rb") as y:
            holds(x.read() == y.read(), name)


def case_the_changed_export_differs_in_one_row_of_a_hundred(folder):
    expected, path = generate(folder, "changed", 60000)
    with gzip.open(os.path.join(path, "bench.csv.gz")) as x, gzip.open(os.path.join(path, "bench-changed.csv.gz")) as y:
        pairs = list(zip(x, y, strict=True))
    differ = sum(a != b for a, b in pairs)
    holds(len(pairs) == expected["rows"] + 1, "lines: %d" % len(pairs))
    holds(differ == expected["changed_rows"] and 0.005 < differ / len(pairs) < 0.015, "changed: %d of %d" % (differ, len(pairs)))


def main():
    passed = failed = 0
    for name, case in sorted(globals().items()):
        if not name.startswith("case_"):
            continue
        title = name[len("case_"):].replace("_", " ")
        folder = tempfile.mkdtemp()
        try:
            case(folder)
            passed += 1
            print("ok: " + title, flush=True)
        except (Failed, subprocess.CalledProcessError) as e:
            failed += 1
            print("FAIL: %s\n    %s" % (title, e), flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
