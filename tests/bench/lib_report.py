"""From samples to ratios, a table and build/bench.json."""
import json
import os
import platform
import statistics

LIMITS = {"psql_csv": 0.5, "floor": 1.25, "pgloader": 0.06, "unchanged": 0.005, "same_bytes": 0.05, "changed_1pct": 0.15,
          "audit": 0.6, "growth_10x": 1.1}
NAMES = {
    "psql_csv": "first load / psql \\copy of its finished rows, CSV",
    "psql_text": "first load / psql \\copy of its finished rows, text",
    "floor": "first load / floor: binary COPY FREEZE aside, keys, attach",
    "pgloader": "first load / pgloader, per row",
    "unchanged": "second run, unchanged (304) / first load",
    "same_bytes": "second run, new ETag, same bytes / first load",
    "changed_1pct": "run with 1 % of the rows changed / first load",
    "audit": "audit of the year / first load",
    "growth_10x": "time per row of a first load / the same at a tenth of the rows",
}
LIMIT_RSS_MIB, LIMIT_DECODE = 96, 1500000


def spread(values):
    """None where nothing was measured."""
    if not values:
        return None
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


class Figures:
    """Ratios are made of the samples of one round, so that a slow quarter of an hour slows both sides."""

    def __init__(self, measurer, export, small, tenth_rows):
        self.m, self.export, self.small, self.tenth_rows = measurer, export, small, tenth_rows

    def pairs(self, over, under, key="wall"):
        by_round = {s["round"]: s[key] for s in self.m.of(under)}
        return [s[key] / by_round[s["round"]] for s in self.m.of(over) if by_round.get(s["round"])]

    def ratios(self):
        rows, small = self.export.facts, self.small.facts
        found = {"psql_csv": self.pairs("first", "psql_csv"), "psql_text": self.pairs("first", "psql_text"),
                 "floor": self.pairs("first", "floor"),
                 "pgloader": [r / rows * self.tenth_rows for r in self.pairs("first", "pgloader")]}
        for what in ("unchanged", "same_bytes", "changed_1pct", "audit"):
            found[what] = self.pairs(what, "first")
        found["growth_10x"] = [r / rows * small for r in self.pairs("first", "first_small")]
        return {name: spread(values) for name, values in found.items()}

    def peaks(self):
        """Peak memory of first loads, in MiB, by the number of facts that was asked for."""
        peaks = {}
        for sample in self.m.samples:
            if "size" in sample:
                peaks.setdefault(str(sample["size"]), []).append(sample["max_rss_kib"] / 1024)
        return {size: max(values) for size, values in sorted(peaks.items(), key=lambda p: int(p[0]))}

    def decode(self, what="decode", plain="plain_bytes"):
        samples = self.m.of(what)
        if not samples:
            return None
        return {"rows_per_s": statistics.median(s["facts"] / s["decode_cpu"] for s in samples),
                "mb_per_s": statistics.median(self.export.expected[plain] / 1e6 / s["decode_cpu"] for s in samples)}

    def result(self):
        return {"rows": self.export.facts, "ratios": self.ratios(), "peak_rss_mib": self.peaks(), "decode": self.decode()}


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        models = [line.partition(":")[2].strip() for line in f if line.startswith("model name")]
    return "%d x %s, %s" % (os.cpu_count(), models[0] if models else platform.machine(), platform.release())


def show_ratios(ratios):
    print("%-64s %8s %8s %8s  %s" % ("ratio", "min", "median", "max", "at most"))
    for name, title in NAMES.items():
        found, limit = ratios[name], LIMITS.get(name)
        if found is None:
            print("%-64s %26s" % (title, "not measured"))
            continue
        verdict = "" if limit is None else "%-6g %s" % (limit, "reached" if found["median"] <= limit else "not reached")
        print("%-64s %8.4f %8.4f %8.4f  %s" % (title, found["min"], found["median"], found["max"], verdict))


def show_samples(measurer, export):
    print("%-14s %5s %10s %10s %12s %14s %8s" % ("seconds", "runs", "min", "median", "max", "processor: own", "server"))
    for what in dict.fromkeys(s["what"] for s in measurer.samples):
        samples = measurer.of(what)
        wall = spread([s["wall"] for s in samples])
        print("%-14s %5d %10.3f %10.3f %12.3f %14.3f %8.3f" % (
            what, len(samples), wall["min"], wall["median"], wall["max"], statistics.median(s["cpu"] for s in samples),
            statistics.median(s["server_cpu"] for s in samples)))


def show(figures, settings, duckdb):
    result, measurer, export = figures.result(), figures.m, figures.export
    print("%s facts in %s rows, %d indicators, %d units, %.1f MB plain" % (
        "{:,}".format(export.facts), "{:,}".format(export.expected["rows"]), export.expected["indicators"],
        export.expected["units"], export.expected["plain_bytes"] / 1e6))
    print("%s; %s" % (machine(), ", ".join("%s %s" % pair for pair in settings.items())))
    calibration, stolen = spread([s["calibration"] for s in measurer.samples]), spread([s["stolen"] for s in measurer.samples])
    print("calibration loop %.3f / %.3f / %.3f s; stolen processor time %.1f / %.1f / %.1f %%\n" % (
        tuple(calibration.values()) + tuple(100 * v for v in stolen.values())))
    show_samples(measurer, export)
    print()
    show_ratios(result["ratios"])
    for size, mib in result["peak_rss_mib"].items():
        print("%-64s %26.1f  %-6g %s" % ("peak memory of a first load of %s facts, MiB" % size, mib, LIMIT_RSS_MIB,
                                         "reached" if mib <= LIMIT_RSS_MIB else "not reached"))
    for title, what, plain, limit in (("delimited", "decode", "plain_bytes", LIMIT_DECODE), ("report text", "decode_report", "report_bytes", None)):
        decode = figures.decode(what, plain)
        if not decode:
            continue
        verdict = "" if limit is None else "%-6g %s" % (limit, "reached" if decode["rows_per_s"] >= limit else "not reached")
        print("%-64s %15.0f %4.0f MB/s  %s" % ("decode and validate, %s, rows/s of one core" % title, decode["rows_per_s"], decode["mb_per_s"],
                                          verdict.replace("  ", " ") and "at least " + verdict))
    if duckdb:
        print("%-64s %15.0f" % ("DuckDB reading the same gzip (no validation), rows/s by the clock", duckdb))


def write(path, result):
    with open(path, "w", encoding="utf-8") as f:
        json.dump(result, f, indent=2)
        f.write("\n")
