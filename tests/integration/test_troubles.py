#!/usr/bin/env python3
"""An operator's ten troubles: each leads from the run's message, over doctor, to the cure, after which a run goes well.  And with
every kind of secret set and every failure provoked, no output shows one.

usage: test_troubles.py [PART-OF-A-NAME...]     starts itself inside tests/with-postgres; STADSLAGER names another binary
Prints a line per test and, last, "N passed, N failed".
"""
import glob
import gzip
import http.server
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_run  # noqa: E402
import misbehaving_peer as peer  # noqa: E402
from lib_run import (CONFIG, DATABASE, DEADLINE, DONE, FETCH, INTERNAL, LOCKED, QUARANTINED, REFUSED, Source, export, holds, line, rows, same)  # noqa: E402

NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def one(w, **sections):
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma"), **sections)


def failed_run(w, code, message, hint, *arguments, **options):
    """A run that ends with CODE and says MESSAGE (a pattern) and a HINT."""
    ended = w.run("run", *arguments, code=code, **options)
    matching = [text for text in ended.said() if re.search(message, text)]
    same(len(matching), 1, "messages like %s in\n%s" % (message, ended))
    holds(re.search(r"\n  hint: .*%s" % hint, ended.err), "the hint %s in\n%s" % (hint, ended))
    holds("(exit %d)" % code in ended.ending(), ended.ending())
    return ended


def doctor(w, code, check, level, message, hint, *arguments, env=None):
    """What doctor says of CHECK; its exit code is CODE."""
    ended = w.run("doctor", "--format", "json", *arguments, code=code, env=env)
    said = [f for f in json.loads(ended.out) if f["check"] == check]
    holds(any(f["level"] == level and re.search(message, f["message"]) and re.search(hint, f["hint"]) for f in said),
          "%s: %s: %s (%s)\nis not among\n%s" % (check, level, message, hint, "\n".join(map(str, said))))
    return said


def healthy(w, *arguments):
    """The cure was right: a run goes well and doctor finds no failure."""
    w.run("run", *arguments, code=DONE)
    w.run("doctor", code=DONE)


# ---- certificates ----

CA = """[ca]
default_ca = c
[c]
new_certs_dir = .
database = index
serial = serial
default_md = sha256
policy = p
copy_extensions = copy
[p]
commonName = supplied
"""


class Tls:
    """nginx that serves one export over https with a certificate valid from and to the given days; behind it
    that of CHAIN."""

    def __init__(self, w, name, begin, end, chain=None):
        holds(NGINX, "nginx is there (make deps installs it)")
        self.folder = os.path.join(w.folder, "tls-" + name)
        os.makedirs(self.folder)
        os.chmod(w.folder, 0o755)
        self.run("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "csr.pem", "-subj", "/CN=test",
                 "-addext", "subjectAltName=IP:127.0.0.1")
        for file, content in (("ca.conf", CA), ("index", ""), ("serial", "01\n")):
            self.write(file, content)
        self.run("openssl", "ca", "-batch", "-notext", "-selfsign", "-config", "ca.conf", "-keyfile", "key.pem", "-in", "csr.pem",
                 "-out", "cert.pem", "-startdate", begin, "-enddate", end)
        self.ca = os.path.join(self.folder, "ca.pem")
        shutil.copy(os.path.join(self.folder, "cert.pem"), self.ca)
        if chain:
            with open(chain.ca, encoding="utf-8") as f, open(os.path.join(self.folder, "cert.pem"), "a", encoding="utf-8") as whole:
                whole.write(f.read())
        os.makedirs(os.path.join(self.folder, "www"))
        with open(os.path.join(self.folder, "www", "bromma.csv"), "wb") as f:
            f.write(export(*rows()))
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        temp = "".join("%s_temp_path %s/%s; " % (n, self.folder, n) for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.write("nginx.conf", "daemon off; master_process off; pid %s/pid; user root; events {} http { access_log off; %s server { listen 127.0.0.1:%d ssl; "
                   "ssl_certificate %s/cert.pem; ssl_certificate_key %s/key.pem; root %s/www; } }"
                   % (self.folder, temp, self.port, self.folder, self.folder, self.folder))
        self.nginx = subprocess.Popen([NGINX, "-p", self.folder, "-e", self.folder + "/log", "-c", self.folder + "/nginx.conf"],
                                      stderr=subprocess.DEVNULL)
        w.children.append(self.nginx)
        for _ in range(200):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            time.sleep(0.05)
        self.url = "https://127.0.0.1:%d" % self.port

    def write(self, name, content):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as f:
            f.write(content)

    def run(self, *command):
        done = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        holds(done.returncode == 0, "%s: %s" % (command, done.stdout.decode()))


def over_tls(w, server, **sections):
    fetch = {"allow_http": True, "retries": 1, "backoff_ms": 1, "connect_timeout_s": 5, "ca_file": server.ca}
    w.configure(Source("bromma", url=server.url + "/bromma.csv"), fetch=fetch, **sections)


# ---- the ten ----

def case_1_a_source_that_is_down(w):
    one(w)
    w.run("run", code=DONE)
    w.configure(Source("bromma", url=w.dead.url("/bromma.csv")))
    ended = w.run("run", code=FETCH)
    same(ended.said(), ['source "bromma": could not fetch %s: connection refused, after 2 attempts' % w.dead.url("/bromma.csv")])
    doctor(w, DONE, "last run", "warn", "could not fetch .* connection refused", "Ask who runs that server")
    doctor(w, DONE, "last run", "warn", r"ended: fetch \(exit 6\)", "status")
    one(w)
    healthy(w)


def case_2_a_certificate_that_has_expired(w):
    server = Tls(w, "expired", "20200101000000Z", "20200201000000Z")
    over_tls(w, server)
    w.run("migrate", code=DONE)
    ended = failed_run(w, FETCH, "certificate is not valid", 'doctor --network')
    holds("certificate has expired" in ended.err, str(ended))
    doctor(w, FETCH, "certificate", "fail", r"127\.0\.0\.1:\d+: .*expired", "Its owner must renew it", "--network")
    w.run("doctor", code=DONE)  # without --network nothing is connected to
    soon = time.strftime("%Y%m%d000000Z", time.gmtime(time.time() + 10 * 86400))
    ends_soon = Tls(w, "soon", "20200101000000Z", soon)
    over_tls(w, ends_soon)
    doctor(w, DONE, "certificate", "warn", r"ends on \d{4}-\d\d-\d\d, in \d days", "fetches will fail", "--network")
    renewed = Tls(w, "renewed", "20200101000000Z", "20990101000000Z")
    over_tls(w, renewed)
    healthy(w)
    doctor(w, DONE, "certificate", "ok", "good until 2099-01-01", "", "--network")
    # Of a chain the first to end counts, wherever it stands.
    over_tls(w, Tls(w, "before", "20200101000000Z", "20990101000000Z", chain=ends_soon))
    doctor(w, DONE, "certificate", "warn", r"ends on \d{4}-\d\d-\d\d, in \d days", "fetches will fail", "--network")
    over_tls(w, Tls(w, "behind", "20200101000000Z", soon, chain=renewed))
    doctor(w, DONE, "certificate", "warn", r"ends on \d{4}-\d\d-\d\d, in \d days", "fetches will fail", "--network")


def case_3_a_disk_that_is_full(w):
    if os.getuid() != 0:
        print("SKIPPED: a full disk needs root (mount)", flush=True)
        return
    os.makedirs(w.archive)
    holds(subprocess.call(["mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "none", w.archive]) == 0, "a small file system")
    try:
        noise = random.Random(1)
        w.content["bromma"] = export(*(rows() + [line("Sjukfrånvaro", "1", unit="".join(noise.choice("abcdefghijklmnopqrstuvwxyz")
                                                                                         for _ in range(900))) for _ in range(700)]))
        w.configure(Source("bromma"), limits={"max_quarantined_pct": 100})
        failed_run(w, INTERNAL, "could not write a body: No space left on device", "The file system of the archive is full")
        same(glob.glob(w.archive + "/tmp/*"), [], "what the failed run left")
        with open(w.archive + "/filler", "wb") as f:
            try:
                f.write(b"x" * (1 << 20))
            except OSError:
                pass
        doctor(w, INTERNAL, "disk", "fail", r"^\d+ B of 262 kB are free", "prune --dry-run")
        os.unlink(w.archive + "/filler")
        holds(subprocess.call(["mount", "-o", "remount,size=64m", w.archive]) == 0, "a larger file system")
        w.configure(Source("bromma"), limits={"max_quarantined_pct": 100}, archive={"path": w.archive, "min_free_bytes": "1 MiB"})
        w.run("run", code=QUARANTINED)
        doctor(w, DONE, "disk", "ok", "of 67.1 MB are free", "")
        for i in range(40):
            open("%s/filler-%d" % (w.archive, i), "wb").close()
        disk = os.statvfs(w.archive)
        for left, code, level in ((1, DONE, "warn"), (0, INTERNAL, "fail")):
            room = "remount,nr_inodes=%d" % (disk.f_files - disk.f_ffree + left)
            holds(subprocess.call(["mount", "-o", room, w.archive]) == 0, "a file system with room for few names")
            doctor(w, code, "inodes", level, r"^\d % of the inodes are free", "has room for no more names")
    finally:
        subprocess.call(["umount", "-l", w.archive])


def login(w, password):
    """A login of the loader's rights that must give a password; returns its connection string without one."""
    role = "natt%d" % w.number
    w.sql("CREATE ROLE %s LOGIN PASSWORD '%s' IN ROLE stadslager_loader" % (role, password), "postgres")
    path = w.sql("SHOW hba_file", "postgres")
    with open(path, "r+", encoding="utf-8") as f:
        rest = f.read()
        f.seek(0)
        f.write("local all %s scram-sha-256\n%s" % (role, rest))
    w.sql("SELECT pg_reload_conf()", "postgres")
    w.wait_for("SELECT count(*) > 0 FROM pg_hba_file_rules WHERE user_name = '{%s}'" % role, "the server asks for passwords")
    time.sleep(0.2)  # the postmaster reads the file just after
    return role, "host=%s dbname=%s user=%s" % (os.environ["PGHOST"], w.database, role)


def case_4_a_password_that_was_rotated(w):
    role, dsn = login(w, "gammalt")
    file = w.file("dsn", dsn + " password=gammalt\n")
    one(w, dsn={"dsn_file": file})
    w.run("run", code=DONE)
    w.sql("ALTER ROLE %s PASSWORD 'nytt'" % role)
    failed_run(w, DATABASE, "password authentication failed", "Was the password changed")
    doctor(w, DATABASE, "database", "fail", "password authentication failed", "warehouse.dsn_file")
    w.file("dsn", dsn + "\n")
    failed_run(w, DATABASE, "no password supplied", "The server asks for a password")
    w.file("dsn", dsn + " password=nytt\n")
    healthy(w)


def case_5_a_table_that_is_locked(w):
    one(w)
    w.run("run", code=DONE)
    w.content["bromma"] = export(*rows(first=40))
    release = w.block("lager.fact_utfall")
    child = w.start("run")
    w.wait_blocked()
    doctor(w, DONE, "locks", "warn", r'session \d+ of "postgres" \(idle in transaction\) holds lager.fact_utfall', "pg_terminate_backend")
    ended = w.finish(child, timeout=120)  # it waits for a minute
    same(ended.code, DATABASE, str(ended))
    holds("canceling statement due to lock timeout" in ended.said()[0], str(ended))
    holds("hint: Another session holds the table; see pg_stat_activity." in ended.err, str(ended))
    release()
    healthy(w)


def case_6_a_quarantine_over_its_limit(w):
    one(w)
    w.run("run", code=DONE)
    w.content["bromma"] = export(*(rows(4) + [line("Okänd indikator %d" % i, "5 %") for i in range(6)]))
    ended = w.run("run", code=REFUSED)
    holds("limit" in ended.said()[0] or "max_quarantined" in ended.err, str(ended))
    holds("\n  hint: " in ended.err, "a hint in\n%s" % ended)
    doctor(w, DONE, "last run", "warn", 'source "bromma"', "Look at the export.*limits")
    w.configure(Source("bromma"), unknown={"indikator": "add"})
    w.run("run", code=DONE)
    w.run("doctor", code=DONE)


def case_7_two_timers_at_once(w):
    one(w)
    w.run("run", code=DONE)
    w.content["bromma"] = export(*rows(first=40))
    release = w.block("drift.load")
    child = w.start("run")
    w.wait_blocked()
    failed_run(w, LOCKED, r"locked by another run, process %d" % child.pid, "Wait until it has ended")
    archive, w.archive = w.archive, w.archive + "-other"  # on another machine, with an archive of its own
    one(w)
    failed_run(w, LOCKED, "another run is under way in this warehouse", "pg_stat_activity")
    w.archive = archive
    release()
    one(w)
    # Doctor sees the lock while a run holds it.
    same(w.finish(child).code, DONE)
    holder = subprocess.Popen(["psql", "-XAtq", "-d", w.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    w.children.append(holder)
    holder.stdin.write(b"SELECT pg_advisory_lock(x'53544144534c4147'::bigint); SELECT 'held';\n")
    holder.stdin.flush()
    while holder.stdout.readline() != b"held\n":
        pass
    doctor(w, DONE, "last run", "ok", "is under way and holds the lock", "")
    holder.communicate(timeout=30)
    healthy(w)


def case_8_a_clock_that_is_wrong(w):
    one(w)
    w.run("run", code=DONE)
    doctor(w, INTERNAL, "clock", "fail", r"this machine says 2019-01-01T00:00:00Z, the database server is \d+ s ahead", "timedatectl",
           env={"STADSLAGER_NOW": "2019-01-01T00:00:00Z"})
    # To a clock that is behind, a good certificate is one of the future.
    over_tls(w, Tls(w, "future", "20980101000000Z", "20990101000000Z"))
    ended = failed_run(w, FETCH, "certificate is not valid", "a wrong clock fails it too")
    holds("not yet valid" in ended.err, str(ended))
    doctor(w, FETCH, "certificate", "fail", "not yet valid", "look at the clock", "--network")
    w.sql("UPDATE drift.run SET started_at = started_at + interval '1 year' WHERE id = 1")
    doctor(w, INTERNAL, "clock", "fail", r"the last run began \d+ s from now", "was wrong then, or is now")
    w.sql("UPDATE drift.run SET started_at = started_at - interval '1 year' WHERE id = 1")
    one(w)
    healthy(w)


def case_9_an_archive_that_is_damaged(w):
    one(w)
    w.run("run", code=DONE)
    path, = glob.glob(w.archive + "/objects/*/*.gz")
    with open(path, "r+b") as f:
        f.seek(40)
        f.write(b"\0\0\0\0\0\0")
    w.configure(Source("bromma"), comment="# another configuration: the export is read again\n")
    failed_run(w, REFUSED, r'source "bromma": archived bytes of %s are damaged' % os.path.basename(path)[:-3],
               "Remove the object and fetch the source again, or restore it from a backup")
    doctor(w, REFUSED, "archive", "fail", "are damaged", "Remove the object and fetch the source again")
    os.unlink(path)
    doctor(w, REFUSED, "archive", "fail", "which a load was made from, is not in the archive", "Restore it from a backup")
    w.run("run", "--offline", code=REFUSED)
    healthy(w)


def case_10_a_schema_that_is_newer(w):
    one(w)
    w.run("run", code=DONE)
    w.sql("INSERT INTO drift.schema_version VALUES (999, '999_future', '9')")
    failed_run(w, DATABASE, "the schema of the warehouse has version 999, this program knows", "Install the stadslager that made it")
    doctor(w, DATABASE, "schema", "fail", "version 999", "Install the stadslager that made it, or a newer one")
    w.sql("DELETE FROM drift.schema_version WHERE version = 999")
    healthy(w)


# ---- secrets ----

class Silent(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(self.headers["Authorization"])
        self.send_response(500)
        self.end_headers()

    def log_message(self, *_):
        pass


def left_behind(w, files):
    """All that the runs left: the archive, the tables, what was written for others."""
    text = []
    for folder, _, names in os.walk(w.archive):
        files = files + [os.path.join(folder, name) for name in names]
    for path in files:
        with open(path, "rb") as f:
            data = f.read()
        text.append((gzip.decompress(data) if path.endswith(".gz") else data).decode("utf-8", "replace"))
    text.append(subprocess.run(["pg_dump", w.database], stdout=subprocess.PIPE, check=True).stdout.decode("utf-8"))
    return "\n".join(text)


def case_no_output_shows_a_secret_whatever_fails(w):
    secrets = {"dsn": "hemlig-dsn-4711", "pgpassword": "hemlig-pg-1174", "basic": "hemlig-basic-0815", "bearer": "hemlig-bearer-2b2b",
               "lineage": "hemlig-lineage-9c9c", "signed": "hemlig-signed-3d3d", "query": "hemlig-query-5e5e", "userinfo": "hemlig-userinfo-6f6f"}
    role, dsn = login(w, secrets["dsn"])
    server = http.server.HTTPServer(("127.0.0.1", 0), Silent)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    metrics, lineage = os.path.join(w.folder, "secret.prom"), os.path.join(w.folder, "secret.jsonl")
    observe = {"metrics_file": metrics, "openlineage_file": lineage, "openlineage_url": "http://127.0.0.1:%d/" % server.server_port,
               "openlineage_credentials_file": w.file("lineage", "Bearer %s\n" % secrets["lineage"])}
    sources = (Source("bromma", credentials_file=w.file("basic", "anna:%s\n" % secrets["basic"])),
               Source("farsta", credentials_file=w.file("bearer", "Bearer %s\n" % secrets["bearer"])), Source("kista"))
    w.content.update(bromma=export(*rows()), farsta=export(*rows(district="Farsta")), signed=export(*rows(district="Kungsholmen")))
    to_signed = lambda r: r.answer("302 Found", b"", Location=w.peer.url("/export/signed?X-Amz-Signature=%s" % secrets["signed"]))
    w.answer["kista"] = to_signed
    w.content["signed?X-Amz-Signature=" + secrets["signed"]] = w.content["signed"]
    good, env = {"dsn_file": w.file("dsn", "%s password=%s\n" % (dsn, secrets["dsn"]))}, {"PGPASSWORD": secrets["pgpassword"]}
    said = []

    def provoke(code, *arguments, **options):
        for form in ("text", "json", "journal"):
            said.append(w.run(*arguments, "--log", form, env=dict(env, **options)))
            holds(code is None or said[-1].code == code, "%s: expected %s" % (said[-1], code))

    w.configure(*sources, dsn=good, observe=observe)
    provoke(DONE, "run")
    same({h["authorization"].split()[0] for _, h in w.asked if "authorization" in h}, {"Basic", "Bearer"}, "what was sent")
    same(set(server.asked), {"Bearer " + secrets["lineage"]}, "what the endpoint got")
    for answer in (lambda r: r.answer("401 Unauthorized", b"no", WWW_Authenticate="Basic"), peer.fault_html, peer.fault_cut_length, peer.fault_bomb,
                   lambda r: r.answer("302 Found", b"", Location="http://u:%s@127.0.0.1/" % secrets["userinfo"]),
                   lambda r: r.answer("302 Found", b"", Location="http://elsewhere.example/?token=%s" % secrets["signed"])):
        w.answer.update(bromma=answer, farsta=answer, kista=answer)
        said.append(w.run("run", env=env))
        holds(said[-1].code in (FETCH, REFUSED), str(said[-1]))
    w.answer.clear()
    w.answer["kista"] = to_signed
    for command in (("run", "--offline"), ("run", "--dry-run"), ("status",), ("status", "--format", "json"), ("check-config",), ("check-names",),
                    ("doctor", "--network", "--full"), ("prune", "--keep-days", "0"), ("migrate", "--dry-run")):
        provoke(None, *command)
    w.answer["kista"] = lambda r: r.stall()
    provoke(DEADLINE, "run", "--deadline", "1")
    # The warehouse: another password, none, a broken connection string, one in the configuration.
    w.sql("ALTER ROLE %s PASSWORD 'annat'" % role)
    for command in (("run",), ("status",), ("doctor",), ("migrate",), ("prune",)):
        provoke(DATABASE, *command)
    for content in ("postgresql://u:%s@/x?nonsense=1\n" % secrets["dsn"], "host=/x password=%s nonsense\n" % secrets["dsn"]):
        w.configure(*sources, dsn={"dsn_file": w.file("dsn-bad", content)}, observe=observe)
        provoke(CONFIG, "run")
        provoke(CONFIG, "doctor")
    w.configure(*sources, dsn={"dsn": dsn}, observe=observe)  # PGPASSWORD is all that is left
    provoke(DATABASE, "run")
    for source in (Source("bromma", url="https://anna:%s@example.org/" % secrets["userinfo"]),
                   Source("bromma", url="https://example.org/?access_token=%s" % secrets["query"])):
        w.configure(source, dsn={"dsn": "host=%s password=%s" % (w.folder, secrets["dsn"])}, observe=observe)
        provoke(CONFIG, "check-config")
        provoke(CONFIG, "run")
    server.shutdown()
    server.server_close()
    text = left_behind(w, [metrics, lineage]) + "".join(str(ended) for ended in said)
    holds(len(open(lineage).read().splitlines()) > 20 and "stadslager_run_exit_code 8" in open(metrics).read(), "what is searched is there")
    for kind, secret in secrets.items():
        shown = [row for row in text.splitlines() if secret in row]
        holds(not shown, "%s shows in:\n%s" % (kind, "\n".join(shown)[:2000]))
    holds("anna" not in "".join(ended.out + ended.err for ended in said), "the user's name shows")


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
