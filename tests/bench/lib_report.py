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
    "floor": "first load / floor (binary COPY FREEZE aside, keys, attach)",
    "pgloader": "first load / pgloader, per row",
    "unchanged": "second run, unchanged (304) / first load",
    "same_bytes": "second run, new ETag, same bytes / first load",
    "changed_1pct": "run with 1 % of the rows changed / first load",
    "audit": "audit of the year / first load",
    "growth_10x": "time per row of a first load / at a tenth of the rows",
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

    def pairs(self, over, under, cost):
        by_round = {s["round"]: cost(s) for s in self.m.of(under)}
        return [cost(s) / by_round[s["round"]] for s in self.m.of(over) if by_round.get(s["round"])]

    def ratios(self, cost=lambda s: s["wall"]):
        rows, small = self.export.facts, self.small.facts
        found = {name: self.pairs("first", name, cost) for name in ("psql_csv", "psql_text", "floor")}
        found["pgloader"] = [r / rows * self.tenth_rows for r in self.pairs("first", "pgloader", cost)]
        for name in ("unchanged", "same_bytes", "changed_1pct", "audit"):
            found[name] = self.pairs(name, "first", cost)
        found["growth_10x"] = [r / rows * small for r in self.pairs("first", "first_small", cost)]
        return {name: spread(values) for name, values in found.items()}

    def peaks(self):
        """Peak memory of first loads, in MiB, by the number of facts that was asked for."""
        peaks = {}
        for sample in self.m.samples:
            if "size" in sample:
                peaks.setdefault(str(sample["size"]), []).append(sample["max_rss_kib"] / 1024)
        return {size: max(values) for size, values in sorted(peaks.items(), key=lambda p: int(p[0]))}

    def decode(self, what="decode", plain="plain_bytes", reading=False):
        """Facts and plain megabytes per second of one core; READING: with gunzip and SHA-256 of the archive's file."""
        seconds = [s["decode_cpu"] - (0 if reading else s["read_cpu"]) for s in self.m.of(what)]
        facts = self.m.of(what)[0]["facts"]
        return {"rows_per_s": statistics.median(facts / s for s in seconds),
                "mb_per_s": statistics.median(self.export.expected[plain] / 1e6 / s for s in seconds)}

    def result(self):
        return {"rows": self.export.facts, "ratios": self.ratios(), "peak_rss_mib": self.peaks(), "decode": self.decode()}


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        models = [line.partition(":")[2].strip() for line in f if line.startswith("model name")]
    return "%d x %s, %s" % (os.cpu_count(), models[0] if models else platform.machine(), platform.release())


def processors(sample):
    """Seconds of all processors, the server's too: steadier than the clock where others use the machine."""
    return sample["cpu"] + sample["server_cpu"]


def show_line(title, figures, limit="", reached=None):
    verdict = "" if reached is None else "reached" if reached else "not reached"
    print(("%-60s %9s %9s %9s %11s  %-14s %s" % (title, *figures, limit, verdict)).rstrip())


def show_ratios(ratios, by_processors):
    show_line("ratio", ("min", "median", "max", "processors"), "at most")
    for name, title in NAMES.items():
        found, limit = ratios[name], LIMITS.get(name)
        if found is None:
            show_line(title, ("", "not measured", "", ""))
            continue
        figures = ["%.4f" % found[which] for which in ("min", "median", "max")]
        figures.append("%.4f" % by_processors[name]["median"] if by_processors[name] else "")
        if limit is None:
            show_line(title, figures)
        else:
            show_line(title, figures, "%g" % limit, found["median"] <= limit)


def show_samples(measurer):
    print("%-14s %4s %9s %9s %9s   %s" % ("seconds", "runs", "min", "median", "max", "of processors: own, server"))
    for what in dict.fromkeys(s["what"] for s in measurer.samples):
        samples = measurer.of(what)
        wall = spread([s["wall"] for s in samples])
        print("%-14s %4d %9.3f %9.3f %9.3f   %9.3f %9.3f" % (
            what, len(samples), wall["min"], wall["median"], wall["max"], statistics.median(s["cpu"] for s in samples),
            statistics.median(s["server_cpu"] for s in samples)))


def show_head(export, samples, settings):
    expected = export.expected
    print("%s facts in %s rows, %d indicators, %d units, %.1f MB plain" % (
        "{:,}".format(export.facts), "{:,}".format(expected["rows"]), expected["indicators"], expected["units"],
        expected["plain_bytes"] / 1e6))
    print("%s; %s" % (machine(), ", ".join("%s %s" % pair for pair in settings.items())))
    calibration, stolen = spread([s["calibration"] for s in samples]), spread([s["stolen"] for s in samples])
    print("calibration loop %.3f / %.3f / %.3f s (min, median, max); stolen processor time %.1f / %.1f / %.1f %%\n" % (
        tuple(calibration.values()) + tuple(100 * v for v in stolen.values())))


def show_others(figures, result, duckdb):
    """What is no ratio."""
    print()
    for size, mib in result["peak_rss_mib"].items():
        show_line("peak memory of a first load of %s facts, MiB" % size, ("", "%.1f" % mib, "", ""), "%d" % LIMIT_RSS_MIB,
                  mib <= LIMIT_RSS_MIB)
    decode, whole = result["decode"], figures.decode(reading=True)
    report = figures.decode("decode_report", "report_bytes")
    show_line("decode and validate (%.0f MB/s), facts/s of one core" % decode["mb_per_s"],
              ("", "%.0f" % decode["rows_per_s"], "", ""), "least %d" % LIMIT_DECODE, decode["rows_per_s"] >= LIMIT_DECODE)
    show_line("the same with gunzip and SHA-256 (%.0f MB/s)" % whole["mb_per_s"],
              ("", "%.0f" % whole["rows_per_s"], "", ""))
    show_line("decode and validate, report text (%.0f MB/s)" % report["mb_per_s"],
              ("", "%.0f" % report["rows_per_s"], "", ""))
    show_line("DuckDB only reading the same gzip, facts/s by the clock",
              ("", "%.0f" % duckdb if duckdb else "not measured", "", ""))
    print("\nchecked: facts, quarantine and versions are what the generator says; audits identical; a second run changed no page "
          "of a\nfact table or its indexes and wrote no row")


def show(figures, settings, duckdb):
    result = figures.result()
    show_head(figures.export, figures.m.samples, settings)
    show_samples(figures.m)
    print()
    show_ratios(result["ratios"], figures.ratios(processors))
    show_others(figures, result, duckdb)


def write(path, result):
    with open(path, "w", encoding="utf-8") as f:
        json.dump(result, f, indent=2)
        f.write("\n")
