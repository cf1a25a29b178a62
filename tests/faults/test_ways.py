#!/usr/bin/env python3
"""The ways that a run can take besides the general one, each call of which fails: new years built aside by several sessions, the
difference only, a year that is exchanged, report texts and workbooks, sources of which one cannot be fetched, a run that others
are told of, a dry run.  Each place of the program that makes a call fails once, always (inject.c, INJECT_PLACES).

usage: test_ways.py [PART-OF-A-NAME...]    starts itself inside tests/with-postgres; make check takes the cheap ones, make
check-long and make coverage all.  Prints a line per test and, last, "N passed, N failed".
"""
import http.server
import json
import os
import re
import socket
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_faults  # noqa: E402
import test_command_faults  # noqa: E402
import test_observe  # noqa: E402
import test_run_tabell  # noqa: E402
import test_swap  # noqa: E402
from lib_faults import CODES, LONG, PLACES, Sweep, Verdicts, each_place, holds, same  # noqa: E402
from lib_run import DONE, FETCH, QUARANTINED, TOP, Ended, Source, export, line  # noqa: E402
from lib_scenario import Scenario  # noqa: E402

ALL = LONG or PLACES
REAL = {n: os.path.join(TOP, "config", n + ".yaml") for n in ("stadsdelar", "enheter", "indikatorer")}
ADD = {"enhet": "add", "indikator": "add"}


class Way(Scenario):
    """Whose names may be new, and which may build aside."""

    def __init__(self, w, sources, before, after, code=DONE, **options):
        options.setdefault("unknown", ADD)
        super().__init__(w, sources, before, after, code, **options)

    def judge(self, child, cause):
        if "CHECK failed: sanitizer_linux" in child.err:
            return True  # the sanitizer itself lacked memory for a thread
        changed = super().judge(child, cause)
        self.w.sql("SET ROLE stadslager_loader; SELECT lager.stada_bredvid()")  # the next run would, and say so
        return changed

    def fail_each(self, kinds=("allocation", "cut", "null", "EIO", "ENOSPC"), env=None):
        for kind in kinds:
            how = {"allocation": {}, "from then on": {"stays": True}, "cut": {"fault": "pq", "how": "cut"}, "null": {"fault": "pq", "how": "null"},
                   "transfer": {"fault": "curl"}, "own": {"scope": "own"}}.get(kind, {"fault": "file", "how": kind})
            self.sweep("call" if "fault" in how else "allocation", kind, choose=each_place, env=env, **how)


def some(*kinds):
    """What make check takes of KINDS: the first."""
    return kinds if ALL else kinds[:1]


def expensive(case):
    """Not for make check."""
    return case if ALL else None


def sick(value, unit="", period="VB 2023", **keys):
    return line("Sjukfrånvaro", value, "5 %", "6 %", unit=unit, period=period, **keys)


# ---- ways to load ----

OLD = export(sick("5,1 %", period="VB 2021"))
NEW = export(sick("5,5 %", previous="5,2 %", target="5 %"), line("Antal barn", "10", unit="Familjeenheten"), line("Antal vilda drakar", "3", unit="Ny enhet"),
             sick("5,7 %", unit="Ny enhet", target="6 %", kf="Tas fram av nämnd"), sick("7 %", unit="Två"), sick("7 %", unit="Två"),
             sick("8 %", unit="Tre"), sick("9 %", unit="Tre"), sick("1.2.3", unit="Fyra"), sick("5,4 %", period="VB 2022", previous="5 %"))


def case_new_years_that_several_sessions_build(w):
    way = Way(w, [Source("old"), Source("a")], {"old": OLD, "a": export()}, {"old": OLD, "a": NEW}, code=QUARANTINED, load={"aside_from": 0, "workers": 2})
    same(way.way, "aside")
    way.fail_each(some("cut", "null", "own", "from then on", "EIO", "ENOSPC"))


def many(shift):
    """Thirty rows, three of which hang on SHIFT."""
    return [sick("%d,5 %%" % (i + shift * (10 < i < 14)), unit="Enhet %d" % i, previous="%d %%" % (i + shift * (10 < i < 14)), target="%d %%" % (i % 5))
            for i in range(30)]


def case_the_difference_only(w):
    way = Way(w, [Source("a")], {"a": export(*many(0))}, {"a": export(*many(3), sick("4 %", unit="Ny enhet"), sick("1.2.3", unit="Fyra"))},
              code=QUARANTINED, limits={"max_quarantined_pct": 60, "difference_pct": 50})
    holds("way: the difference only" in way.ended.err, str(way.ended))
    way.fail_each(some("null", "cut", "own", "from then on", "EIO"))


@expensive
def case_a_year_that_is_exchanged(w):
    way = Way(w, [Source("a")], {"a": export(*test_swap.lines(0))}, {"a": export(*test_swap.lines(1))}, limits={"difference_pct": 0},
              load={"aside_from": 0}, registries=REAL)
    same(way.way, "swap")
    way.fail_each(("cut", "null"))


class DryRun(Way):
    """Prints what it would do, all of it, or says why not; and does nothing."""

    changes = False

    def judge(self, child, cause):
        ended = Ended(self.arguments, child.code, child.out, child.err)
        holds("Sanitizer" not in child.err and "runtime error" not in child.err, child.err)
        same(self.look(), self.start, "what is stored")
        if child.code == self.code:
            same(child.out, self.ended.out, "the difference")
        else:
            holds(child.code in CODES and child.code != DONE, str(child))
            lib_faults.one_message(ended)
        return False


@expensive
def case_a_dry_run(w):
    way = DryRun(w, [Source("a")], {"a": export(*many(0))}, {"a": export(*many(3), sick("1.2.3", unit="Fyra"))}, code=QUARANTINED, arguments=("--dry-run",),
                 limits={"max_quarantined_pct": 60, "difference_pct": 50})
    holds(len(way.ended.out.splitlines()) > 3, str(way.ended))
    way.fail_each(("null", "cut", "own", "EIO", "ENOSPC"))


class OneFails(Way):
    """Of two sources one cannot be fetched: the run never ends well, and the other is loaded or it is said why not."""

    def judge(self, child, cause):
        ended = Ended(self.arguments, child.code, child.out, child.err)
        lib_faults.code_is_documented(ended)
        holds(child.code not in (DONE, QUARANTINED), str(child))
        now = self.look()
        lib_faults.after_fault(self.w, self.stood, self.wanted, None)
        others = [text for text in ended.said() if 'source "b"' not in text]
        holds(now == self.end or others, "nothing is said of source a: %s" % child.err)
        holds(len(others) <= 1 or "out of memory" in others[-1], "more than one message besides: %s" % child.err)
        return True


@expensive
def case_of_two_sources_one_cannot_be_fetched(w):
    w.answer["b"] = lambda request: request.answer("404 Not Found", b"no")
    way = OneFails(w, [Source("b"), Source("a")], {}, {"a": NEW}, code=FETCH, offline=False)
    way.fail_each(("transfer", "null", "cut", "own", "EIO", "ENOSPC"))


# ---- formats ----

@expensive
def case_a_report_text_with_goals_activities_tables_and_economy(w):
    first = test_run_tabell.report(test_run_tabell.INDICATORS, test_run_tabell.NET, test_run_tabell.TWICE)
    second = test_run_tabell.report(test_run_tabell.INDICATORS.replace("6,9", "6,8"), test_run_tabell.ACTIVITIES, test_run_tabell.NET.replace("858,8", "859,8"),
                                    test_run_tabell.TURNED, test_run_tabell.TWICE)
    way = Way(w, [Source("a", "rapporttext", stadsdel="Bromma", year=2023)], {"a": first}, {"a": second})
    way.fail_each(some("null", "cut", "own", "from then on", "EIO"))


@expensive
def case_a_report_text_of_columns_without_units(w):
    way = Way(w, [Source("a", "rapporttext", stadsdel="Kungsholmen", year=2021, enheter=["A", "B", "C"])], {}, {"a": w.fixture("kungsholmen-2021.txt")}, code=QUARANTINED)
    way.fail_each(some("null", "cut", "own", "EIO"))


@expensive
def case_a_workbook(w):
    way = Way(w, [Source("a", "xlsx")], {}, {"a": w.fixture("sodermalm-2023.xlsx")}, code=QUARANTINED, registries=REAL)
    way.fail_each(some("null", "own", "EIO"))


# ---- what others are told ----

NOW = {"STADSLAGER_NOW": "2024-03-05T04:15:00Z"}


class Listener:
    """A service manager's socket and a lineage endpoint."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)
        self.server = http.server.HTTPServer(("127.0.0.1", 0), test_observe.Endpoint)
        self.server.received, self.server.status = [], 201
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = "http://127.0.0.1:%d/lineage" % self.server.server_port

    def heard(self):
        """What came since the last look: of the manager, and at the endpoint."""
        said = []
        while True:
            try:
                said.append(self.socket.recv(4096).decode("utf-8"))
            except BlockingIOError:
                break
        posted, self.server.received = self.server.received, []
        return said, [told(event) for _, _, _, event in posted]

    def end(self):
        self.server.shutdown()
        self.server.server_close()
        self.socket.close()


def told(event):
    """An event without the run's number, which hangs on how often the warehouse was put back."""
    event["run"].pop("runId")
    return json.dumps(event, sort_keys=True)


# What the warehouse alone knows, and where it cannot be asked the run before, whose file is gone here.
ASKED = re.compile(r"stadslager_(source_quarantine_open|source_late_days|last_success_timestamp_seconds)\b")


def torn(now, wanted):
    """A file of figures that is neither whole nor not there, or an event that is none of those that are to be told."""
    if not isinstance(now, str):
        return [event for event in now if event not in wanted]
    one, other = now.splitlines(), wanted.splitlines()
    return now and (set(one) - set(other) or [text for text in other if text not in one and not ASKED.match(text)])


def differing(now, wanted):
    one, other = (text.splitlines() if isinstance(text, str) else text for text in (now, wanted))
    return "\n".join([text for text in one if text not in other][:3] + ["instead of"] + [text for text in other if text not in one][:3])


class Observed(Way):
    """A run that fetches and tells others: what they are told is all of it, or they are told nothing of it and a message says so."""

    def __init__(self, w, listener, **keys):
        self.listener = listener
        self.metrics, self.lineage = os.path.join(w.folder, "stadslager.prom"), os.path.join(w.folder, "lineage.jsonl")
        observe = {"metrics_file": self.metrics, "openlineage_file": self.lineage, "openlineage_url": listener.url,
                   "openlineage_credentials_file": w.file("lineage-token", "Bearer %s\n" % lib_faults.SECRETS[1])}
        super().__init__(w, offline=False, observe=observe, **keys)

    def keep(self):
        super().keep()
        self.take()

    def take(self):
        """What was told, and then nothing was."""
        said, posted = self.listener.heard()
        metrics, events = "", []
        if os.path.exists(self.metrics):
            with open(self.metrics, encoding="utf-8") as f:
                metrics = re.sub(r"(?m)^(stadslager_\w+_seconds(\{[^}]*\})?) .*$", r"\1", f.read())
            os.unlink(self.metrics)
        if os.path.exists(self.lineage):
            with open(self.lineage, encoding="utf-8") as f:
                events = [told(json.loads(text)) for text in f]
            os.unlink(self.lineage)
        return {"metrics": metrics, "lineage file": events, "lineage endpoint": posted, "service manager": said}

    def judge(self, child, cause):
        now = self.take()
        messages = [text for text in child.err.splitlines() if text.startswith("stadslager: ")]
        changed = super().judge(child, cause)
        if child.code == self.code:
            for what in ("metrics", "lineage file", "lineage endpoint"):
                warned = [text for text in messages if re.search("metrics|lineage|out of memory|could not (look for|count) (the|an) ", text)]
                holds(now[what] == self.told[what] or (warned and not torn(now[what], self.told[what])),
                      "%s: told otherwise, warnings: %s\n%s" % (what, warned, differing(now[what], self.told[what])))
            same(now["service manager"][-1:], self.told["service manager"][-1:], "the service manager's last word")
        return changed

    def again(self):
        super().again()
        self.take()

    def fail_each(self, *kinds, env=None):
        env = dict(NOW, NOTIFY_SOCKET=self.listener.path)
        self.take()
        self.w.run(*self.arguments, code=self.code, env=env)
        self.told = self.take()
        holds(all(self.told.values()), str(self.told))
        self.reset()
        self.restore_archive()
        super().fail_each(*kinds, env=env)


@expensive
def case_a_run_that_others_are_told_of(w):
    listener = Listener(w.folder)
    try:
        way = Observed(w, listener, sources=[Source("a", expected=["VB", "T1"])], before={"a": export(sick("5 %"), sick("6 %", unit="Ny enhet"))},
                       after={"a": export(sick("6 %"), sick("6 %", unit="Ny enhet"))})
        way.fail_each(("transfer", "allocation", "null", "cut", "EIO", "ENOSPC"))
    finally:
        listener.end()


def case_a_look_at_certificates(w):
    """A server that is not looked at for lack of memory does not pass for one that is well."""
    w.configure(Source("a", url=w.dead.url("/a").replace("http:", "https:")), observe={"metrics_file": os.path.join(w.folder, "m.prom")})
    plain = w.run("doctor", "--network", code=FETCH)
    for kind, how in (("call", {"fault": "curl"}), ("allocation", {"scope": "own"})):
        verdicts = Verdicts(kind)
        for child in Sweep([lib_faults.PROGRAM, "--config", w.config, "doctor", "--network"], w.folder, choose=each_place, **how):
            said = child.failed == "curl_easy_perform" and "Out of memory" in child.out  # what the look itself came to
            verdicts.judge(child, lambda: said or test_command_faults.judge(plain, child))
        lib_faults.count(kind, verdicts.number)
        verdicts.end()


if __name__ == "__main__":
    sys.exit(lib_faults.main({name: case for name, case in globals().items() if case}))
