#!/usr/bin/env python3
"""What others are told of a run: log forms, progress, the service manager, Prometheus, OpenLineage.

usage: test_observe.py [PART-OF-A-NAME...]     starts itself inside tests/with-postgres; STADSLAGER names another binary
Prints a line per test and, last, "N passed, N failed".
"""
import http.server
import json
import os
import pty
import re
import socket
import stat
import subprocess
import sys
import threading
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_run  # noqa: E402
from lib_run import (CONFIG, DATABASE, DEADLINE, DONE, FETCH, QUARANTINED, USAGE, Source, export, holds, line, rows, same)  # noqa: E402

# An independent parser of the exposition format: prometheus_client of Debian's python3 (promtool would be 96 MB).
PARSE = """
import json, sys
from prometheus_client.parser import text_string_to_metric_families
out = []
for family in text_string_to_metric_families(sys.stdin.read()):
    if not family.documentation or family.type == "unknown":
        raise SystemExit("no HELP or TYPE: " + family.name)
    out += [[s.name, s.labels, s.value] for s in family.samples]
print(json.dumps(out))
"""


def two(w, **sections):
    w.content.update(bromma=export(*rows()), farsta=export(*rows(district="Farsta")))
    w.configure(Source("bromma"), Source("farsta"), **sections)


# ---- log ----

def json_lines(ended):
    return [json.loads(text) for text in ended.err.splitlines()]


def case_json_messages_are_one_object_each_and_tell_what_the_text_tells(w):
    two(w)
    w.content["farsta"] = export(*rows(9, district="Farsta"), line("Sjukfrånvaro", "12 4,5 7 %", district="Farsta"))
    ended = w.run("run", "--log", "json", code=QUARANTINED)
    events = json_lines(ended)
    same([e["event"] for e in events], ["run_begin", "fetched", "source_loaded", "fetched", "source_loaded", "run_end"])
    for e in events:
        same(list(e)[:3], ["time", "level", "event"], "the first fields")
        holds(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", e["time"]) and e["message"], str(e))
    holds("run" not in events[0] and all(e["run"] == 1 for e in events[1:]), ended.err)
    same([e["source"] for e in events[1:5]], ["bromma", "bromma", "farsta", "farsta"])
    counts = events[4]["counts"]
    same(counts["rows"], {"read": 10, "loaded": 9, "unchanged": 0, "quarantined": 1, "ignored": 0})
    same(w.sql("SELECT lines_read, facts_new FROM drift.load WHERE source = 'farsta'"),
         "%d|%d" % (counts["lines"]["read"], counts["facts"]["new"]), "the ledger")
    same({k: events[5][k] for k in ("outcome", "exit_code", "rows_quarantined")},
         {"outcome": "quarantined", "exit_code": 3, "rows_quarantined": 1})
    same(events[5]["sources"], {"all": 2, "loaded": 2, "unchanged": 0, "failed": 0, "not_reached": 0})


def case_a_failure_has_its_class_and_hint_in_json(w):
    two(w)
    w.answer["farsta"] = lambda r: r.answer("404 Not Found", b"no")
    failed = [e for e in json_lines(w.run("run", "--log=json", code=FETCH)) if e["level"] == "error"]
    same([(e["event"], e.get("class"), e.get("source"), e.get("hint")) for e in failed],
         [("source_failed", "fetch", "farsta", "Check the source's url."), ("run_end", None, None, None)])


def case_problems_of_the_configuration_are_objects_too(w):
    two(w, fetch={"allow_http": True, "retries": 99, "parallel": 0})
    events = json_lines(w.run("run", "--log", "json", code=CONFIG))
    same([(e["event"], e["level"]) for e in events], [("problem", "error"), ("problem", "error"), ("error", "error")])
    same(events[0]["file"], w.config)
    holds(events[0]["line"] > 1 and events[0]["column"] > 1 and "fetch." in events[0]["message"], str(events[0]))


def case_the_option_stands_before_or_behind_the_command_and_knows_three_forms(w):
    two(w)
    before = w.run(command=[w.binary, "--log", "journal", "--config", w.config, "run"], code=DONE)
    holds(all(re.match(r"<[3-6]>", text) for text in before.err.splitlines()), before.err)
    same(len(before.err.splitlines()), 6, "one line per event")
    wrong = w.run("run", "--log", "xml", code=USAGE)
    same(wrong.err, "stadslager: --log wants text, json or journal\n")
    w.run("run", "--log", code=USAGE)


def case_a_warning_and_a_failure_have_their_priority_in_the_journal(w):
    two(w, dsn={"dsn": "dbname=no_such_database"})
    ended = w.run("run", "--log", "journal", code=DATABASE)
    levels = [text[:3] for text in ended.err.splitlines()]
    same(levels, ["<6>", "<3>", "<3>"], "the priorities of\n%s" % ended)
    holds("; hint: " in ended.err.splitlines()[1], ended.err)


# ---- progress ----

def on_terminal(w, *arguments):
    """A run whose standard error is a terminal: what it wrote there."""
    master, slave = pty.openpty()
    child = subprocess.Popen(w.command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=slave,
                             env=w.environment())
    w.children.append(child)
    os.close(slave)
    seen = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        seen += part
    os.close(master)
    child.communicate(timeout=60)
    return child.returncode, seen.decode("utf-8")


def case_a_terminal_sees_progress_and_nothing_else_does(w):
    two(w)
    plain = w.run("run", code=DONE)
    holds("\r" not in plain.err and "\x1b" not in plain.err, repr(plain.err))
    piped = w.values()
    w.fresh()
    two(w)
    code, seen = on_terminal(w, "run")
    same(code, DONE)
    size = len(w.content["bromma"])
    holds(re.search(r"\r\x1b\[Kbromma \(1 of 2\)  0 %%  0 B of (%d B|[0-9.]+ kB)" % size, seen), repr(seen))
    holds("fetching: 0 of 2 sources done" in seen, repr(seen))
    # What is left when the bar is taken off are the same messages.
    left = [re.sub(r".*\r\x1b\[K", "", text) for text in seen.replace("\r\n", "\n").rstrip("\n").split("\n")]
    words = lambda texts: [re.sub(r"[0-9.]+ s$", "", re.sub(r"\([^)]*yaml\)|configuration \w+|127[^ ]*", "", text)) for text in texts]
    same(words(left), words(plain.err.splitlines()), "the messages")
    same(w.values(), piped, "the facts")
    code, seen = on_terminal(w, "run", "--log", "json")
    holds("\x1b" not in seen, repr(seen))


# ---- the service manager ----

def behind(w, name, first):
    """The server has an answer for NAME only once FIRST is loaded."""
    def answer(request):
        w.wait_for("SELECT count(*) = 1 FROM drift.load WHERE source = '%s'" % first, "%s is loaded" % first)
        request.answer(body=w.content[name])
    w.answer[name] = answer


def case_the_service_manager_hears_ready_the_stages_and_the_end(w):
    two(w)
    behind(w, "farsta", "bromma")
    path = os.path.join(w.folder, "notify")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(path)
    listener.settimeout(10)
    w.run("run", code=DONE, env={"NOTIFY_SOCKET": path})
    heard = []
    listener.setblocking(False)
    while True:
        try:
            heard.append(listener.recv(4096).decode("utf-8"))
        except BlockingIOError:
            break
    listener.close()
    os.unlink(path)
    same(heard, ["READY=1", "STATUS=fetching: 0 of 2 sources done", "STATUS=loading bromma (1 of 2)",
                 "STATUS=fetching: 1 of 2 sources done", "STATUS=loading farsta (2 of 2)", "STOPPING=1",
                 "STATUS=ended: done (exit 0)"])


# ---- Prometheus ----

def metrics(path):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    parsed = subprocess.run(["/usr/bin/python3", "-c", PARSE], input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            encoding="utf-8", timeout=60, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
    holds(parsed.returncode == 0, "the parser refuses it: %s\n%s" % (parsed.stderr, text))
    samples = {}
    for name, labels, value in json.loads(parsed.stdout):
        key = (name[len("stadslager_"):],) + tuple(sorted(labels.items()))
        holds(name.startswith("stadslager_") and key not in samples, "%s stands twice or has another prefix" % (key,))
        samples[key] = value
    # Format rules that a lenient parser passes over: HELP and TYPE once, before the family's samples, which stand together.
    families = [text_line.split()[2] for text_line in text.splitlines() if text_line.startswith("# TYPE ")]
    same(len(families), len(set(families)), "TYPE lines")
    order = [re.match(r"[a-z_]+", text_line).group() for text_line in text.splitlines() if not text_line.startswith("#")]
    together = [name for i, name in enumerate(order) if i == 0 or order[i - 1] != name]
    same(len(together), len(set(together)), "families whose samples stand together")
    holds(text.endswith("\n"), "the last line ends")
    return samples


def of(samples, name, **labels):
    return samples.get((name,) + tuple(sorted(labels.items())))


def case_metrics_tell_what_the_ledger_tells(w):
    path = os.path.join(w.folder, "stadslager.prom")
    two(w, observe={"metrics_file": path})
    w.content["farsta"] = export(*rows(9, district="Farsta"), line("Sjukfrånvaro", "12 4,5 7 %", district="Farsta"))
    w.configure(Source("bromma", year=2023, expected=["VB"]), Source("farsta"), observe={"metrics_file": path})
    w.run("run", code=QUARANTINED, env={"STADSLAGER_NOW": "2024-03-05T04:15:00Z"})
    m = metrics(path)
    same(stat.S_IMODE(os.stat(path).st_mode), 0o644, "the file's mode")
    same([name for name in os.listdir(w.folder) if name.startswith("stadslager.prom")], ["stadslager.prom"], "files beside it")
    for kind, column in (("line", "lines"), ("indikator", "rows"), ("mal", "mal")):
        for result in ("read", "loaded", "unchanged", "quarantined"):
            for source in ("bromma", "farsta"):
                same(of(m, "source_rows", source=source, kind=kind, result=result),
                     w.number_of("SELECT %s_%s FROM drift.load WHERE source = '%s'" % (column, result, source)), "%s %s" % (kind, result))
    for change in ("new", "revised", "withdrawn", "unchanged"):
        same(of(m, "source_facts", source="farsta", change=change),
             w.number_of("SELECT facts_%s FROM drift.load WHERE source = 'farsta'" % change), change)
    same(of(m, "source_findings", source="bromma"), w.number_of("SELECT findings FROM drift.load WHERE source = 'bromma'"))
    same(of(m, "source_bytes", source="bromma", what="plain"), len(w.content["bromma"]))
    same(of(m, "source_quarantine_open", source="farsta"), 1)
    same(of(m, "source_late_days", source="bromma", report="VB 2023"), 0, "the report that is here")
    same(of(m, "run_exit_code"), 3)
    same(of(m, "run_outcome", outcome="quarantined"), 1)
    same(of(m, "last_success_timestamp_seconds"), 1709612100)
    for stage in ("fetch", "decode", "load"):
        holds(of(m, "source_stage_seconds", source="bromma", stage=stage) is not None, "a duration for " + stage)


def case_metrics_are_written_when_the_run_failed_and_remember_the_last_success(w):
    path = os.path.join(w.folder, "failed.prom")
    observe = {"metrics_file": path}
    two(w, observe=observe)
    w.run("run", code=DONE, env={"STADSLAGER_NOW": "2024-03-05T04:15:00Z"})
    w.configure(Source("bromma"), Source("farsta"), observe=observe, dsn={"dsn": "dbname=no_such_database"})
    w.run("run", code=DATABASE, env={"STADSLAGER_NOW": "2024-03-06T04:15:00Z"})
    m = metrics(path)
    same((of(m, "run_exit_code"), of(m, "run_end_timestamp_seconds")), (8, 1709698500))
    same(of(m, "last_success_timestamp_seconds"), 1709612100, "the success of the day before")
    same(of(m, "source_quarantine_open", source="bromma"), 0, "what the warehouse said the day before")
    same(of(m, "sources", state="not_reached"), 2)
    w.configure(Source("bromma"), Source("farsta"), observe=observe)
    w.answer["farsta"] = lambda r: r.stall()
    w.run("run", "--deadline", "1", code=DEADLINE)
    m = metrics(path)
    same(of(m, "run_exit_code"), 9)
    same(of(m, "source_state", source="farsta", state="failed") + of(m, "source_state", source="farsta", state="not_reached"), 1)
    holds(of(m, "last_success_timestamp_seconds") > 1709612100, "the ledger's success")


def case_a_dry_run_and_a_run_of_one_source_leave_the_metrics(w):
    path = os.path.join(w.folder, "kept.prom")
    two(w, observe={"metrics_file": path, "openlineage_file": path + ".lineage"})
    w.run("run", "--dry-run", code=DONE)
    same(os.path.exists(path + ".lineage"), False, "lineage of a dry run")
    w.run("run", "--source", "bromma", code=DONE)
    same(os.path.exists(path), False, "metrics of a part of the sources")


def case_metrics_that_cannot_be_written_are_a_warning(w):
    two(w, observe={"metrics_file": "/no/such/folder/x.prom"})
    ended = w.run("run", "--log", "json", code=DONE)
    warned = [e for e in json_lines(ended) if e["event"] == "warning"]
    same([e["message"] for e in warned],
         ['metrics file "/no/such/folder/x.prom": could not create a file beside it: No such file or directory'])
    holds(json_lines(ended)[-1]["event"] == "run_end", "the end line is the last")


# ---- OpenLineage ----

# Required fields and formats of https://openlineage.io/spec/2-0-2/OpenLineage.json ($defs RunEvent, BaseEvent, Run, Job, Dataset,
# BaseFacet) and of the facets https://openlineage.io/spec/facets/: DatasetVersionDatasetFacet 1-0-1, ErrorMessageRunFacet 1-0-0,
# JobTypeJobFacet 2-0-3, ProcessingEngineRunFacet 1-1-1 (DatasourceDatasetFacet 1-0-1 requires nothing of its own).
FACETS = {"version": ["datasetVersion"], "errorMessage": ["message", "programmingLanguage"],
          "jobType": ["processingType", "integration"], "processing_engine": ["version"], "dataSource": []}
URI = re.compile(r"[a-z][a-z0-9+.-]*:\S+$")


def check_facets(facets):
    for name, facet in facets.items():
        for field in ["_producer", "_schemaURL"] + FACETS[name]:
            holds(isinstance(facet.get(field), str) and facet[field], "facet %s has no %s: %s" % (name, field, facet))
        holds(URI.match(facet["_producer"]) and URI.match(facet["_schemaURL"]), "URIs of %s" % facet)


def check_event(event):
    for field in ("eventTime", "producer", "schemaURL", "run", "job"):
        holds(field in event, "an event has no %s: %s" % (field, event))
    holds(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", event["eventTime"]), event["eventTime"])
    holds(URI.match(event["producer"]), event["producer"])
    same(event["schemaURL"], "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent")
    holds(event["eventType"] in ("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"), event["eventType"])
    same(str(uuid.UUID(event["run"]["runId"])), event["run"]["runId"], "the run's UUID")
    check_facets(event["run"].get("facets", {}))
    for dataset in [event["job"]] + event["inputs"] + event["outputs"]:
        for field in ("namespace", "name"):
            holds(isinstance(dataset.get(field), str) and dataset[field], "%s has no %s" % (dataset, field))
        check_facets(dataset.get("facets", {}))


def lineage(path):
    with open(path, encoding="utf-8") as f:
        events = [json.loads(text) for text in f]
    for event in events:
        check_event(event)
    return events


def case_lineage_tells_the_start_and_the_end_with_inputs_and_outputs(w):
    path = os.path.join(w.folder, "lineage.jsonl")
    two(w, observe={"openlineage_file": path, "openlineage_namespace": "staden"})
    now = "2024-03-05T04:15:00Z"
    w.run("run", code=DONE, env={"STADSLAGER_NOW": now})
    start, complete = lineage(path)
    same((start["eventType"], complete["eventType"]), ("START", "COMPLETE"))
    same(start["run"]["runId"], complete["run"]["runId"], "the run's UUID")
    name = "postgres://localhost:%s/%s?run=1&begun=%s" % (os.environ["PGPORT"], w.database, now)
    same(start["run"]["runId"], str(uuid.uuid5(uuid.NAMESPACE_URL, name)), "the UUID, which hangs on the run alone")
    same((start["job"]["namespace"], start["job"]["name"]), ("staden", "run"))
    origin = w.peer.url("")
    same([(i["namespace"] + i["name"], i["facets"]["version"]["datasetVersion"]) for i in complete["inputs"]],
         [(origin + "/export/" + s, w.sql("SELECT file_sha256 FROM drift.load WHERE source = '%s'" % s)) for s in ("bromma", "farsta")])
    same(sorted(o["name"] for o in complete["outputs"]), sorted("%s.lager.%s" % (w.database, t) for t in lib_run.FACTS))


def case_lineage_of_a_failed_run_tells_why(w):
    path = os.path.join(w.folder, "failing.jsonl")
    two(w, observe={"openlineage_file": path})
    w.answer["farsta"] = lambda r: r.answer("404 Not Found", b"no")
    w.run("run", code=FETCH)
    w.configure(Source("bromma"), dsn={"dsn": "dbname=no_such_database"}, observe={"openlineage_file": path})
    w.run("run", code=DATABASE)
    events = lineage(path)
    same([e["eventType"] for e in events], ["START", "FAIL", "START", "FAIL"])
    holds("HTTP 404" in events[1]["run"]["facets"]["errorMessage"]["message"], str(events[1]))
    holds("could not connect" in events[3]["run"]["facets"]["errorMessage"]["message"], str(events[3]))
    same(events[2]["run"]["runId"], events[3]["run"]["runId"], "the run's UUID")
    holds(events[0]["run"]["runId"] != events[2]["run"]["runId"], "two runs have two UUIDs")
    same(events[3]["outputs"], [], "outputs of a run that never reached the warehouse")


class Endpoint(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, self.headers["Content-Type"], self.headers["Authorization"], json.loads(body)))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_):
        pass


def case_lineage_is_posted_with_its_credentials(w):
    server = http.server.HTTPServer(("127.0.0.1", 0), Endpoint)
    server.received, server.status = [], 201
    threading.Thread(target=server.serve_forever, daemon=True).start()
    observe = {"openlineage_url": "http://127.0.0.1:%d/api/v1/lineage" % server.server_port,
               "openlineage_credentials_file": w.file("lineage-token", "Bearer abc123\n")}
    two(w, observe=observe)
    try:
        w.run("run", code=DONE)
        same([(r[0], r[1], r[2], r[3]["eventType"]) for r in server.received],
             [("/api/v1/lineage", "application/json", "Bearer abc123", t) for t in ("START", "COMPLETE")])
        for r in server.received:
            check_event(r[3])
        server.status = 500
        ended = w.run("run", code=DONE)
        holds("lineage endpoint" in ended.err and "HTTP 500" in ended.err, ended.err)
    finally:
        server.shutdown()
        server.server_close()


def case_an_endpoint_that_is_down_or_silent_is_a_warning_and_bounded(w):
    two(w, observe={"openlineage_url": w.dead.url("/lineage")})
    ended = w.run("run", code=DONE)
    same(len([t for t in ended.said() if t.startswith("lineage endpoint")]), 2, "warnings in\n%s" % ended)
    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    silent.listen(5)
    w.configure(Source("bromma"), Source("farsta"), observe={"openlineage_url": "http://127.0.0.1:%d/" % silent.getsockname()[1]})
    w.run("run", code=DONE)  # the harness ends a run that hangs
    silent.close()


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
