"""Seconds, processor time and peak memory of commands; how much of the machine others took meanwhile."""
import json
import os
import subprocess
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MEASURE = os.path.join(TOP, "build", "bench", "measure")
TICKS = os.sysconf("SC_CLK_TCK")


class Wrong(Exception):
    """Something that a benchmark of a correct program cannot meet."""


def calibrate():
    """Seconds of a fixed piece of work on one core: what the machine is worth just now."""
    begin, n = time.perf_counter(), 0
    for i in range(1000000):
        n = (n * 31 + i) & 0xFFFFFF
    return time.perf_counter() - begin


def machine_ticks():
    """All ticks of all processors, and those that the host gave to others."""
    with open("/proc/stat", encoding="ascii") as f:
        ticks = [int(n) for n in f.readline().split()[1:9]]
    return sum(ticks), ticks[7]


def process_ticks(pid):
    """Own ticks of a process, those of its ended children, and its parent."""
    with open("/proc/%d/stat" % pid, encoding="utf-8") as f:
        rest = f.read().rpartition(")")[2].split()
    return int(rest[11]) + int(rest[12]), int(rest[13]) + int(rest[14]), int(rest[1])


def server_seconds(postmaster):
    """Processor seconds of a PostgreSQL server so far, with all its processes, once those that are ending have ended."""
    before, now = None, _server_seconds(postmaster)
    for _ in range(20):
        if before is not None and now - before < 0.5 / TICKS:
            break
        time.sleep(0.03)
        before, now = now, _server_seconds(postmaster)
    return now


def _server_seconds(postmaster):
    own, ended, _ = process_ticks(postmaster)
    total = own + ended
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            ticks, _, parent = process_ticks(int(name))
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == postmaster:
            total += ticks
    return total / TICKS


class Measurer:
    """Runs commands one at a time and keeps what each took."""

    def __init__(self, folder, postmaster):
        self.folder, self.postmaster = folder, postmaster
        self.samples = []
        self.round = 0

    def run(self, what, command, accepted=(0,), env=None):
        """Returns the sample; its output is in FOLDER/WHAT.log."""
        usage, log = os.path.join(self.folder, "usage.json"), os.path.join(self.folder, "%s.log" % what)
        calibration = calibrate()
        ticks, stolen = machine_ticks()
        server = server_seconds(self.postmaster)
        with open(log, "wb") as out:
            code = subprocess.run([MEASURE, usage] + command, stdin=subprocess.DEVNULL, stdout=out,
                                  stderr=subprocess.STDOUT, env=env, check=False).returncode
        if code not in accepted:
            with open(log, encoding="utf-8", errors="replace") as f:
                raise Wrong("%s ended with %d:\n%s" % (what, code, f.read()[-2000:]))
        with open(usage, encoding="utf-8") as f:
            sample = json.load(f)
        ticks, stolen = (b - a for a, b in zip((ticks, stolen), machine_ticks()))
        sample.update(what=what, round=self.round, cpu=sample["user"] + sample["sys"],
                      server_cpu=server_seconds(self.postmaster) - server,
                      stolen=stolen / ticks if ticks else 0.0, calibration=calibration)
        self.samples.append(sample)
        return sample

    def of(self, what):
        return [s for s in self.samples if s["what"] == what]
