#!/usr/bin/env python3
"""Fetching, against a real nginx and against a peer that misbehaves.

usage: test_fetch.py [PROBE]     PROBE is fetch_probe.c built, by default build/asan/integration/fetch_probe
Prints a line per case and, last, "N passed, N failed".
"""
import gzip
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import misbehaving_peer  # noqa: E402
from misbehaving_peer import CSV  # noqa: E402

PROBE = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/asan/integration/fetch_probe")
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
SHA = hashlib.sha256(CSV).hexdigest()
FETCH, REFUSED, CONFIG, LOCKED, DEADLINE = 6, 7, 5, 4, 9


class Outcome:
    """One line of the probe, with the error's lines that follow it."""

    def __init__(self, line):
        self.name, *fields = line.split("\t")
        self.fields = dict(field.split("=", 1) for field in fields)
        self.error_class, self.message, self.lines = 0, "", []

    def __getattr__(self, name):
        return self.fields[name]


class Failed(Exception):
    pass


def same(found, expected, what=""):
    if found != expected:
        raise Failed("%s is %r, expected %r" % (what or "it", found, expected))


def holds(condition, what):
    if not condition:
        raise Failed(what)


class World:
    """A scratch folder with an archive, the peer, nginx."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="test-fetch-")
        self.peer = misbehaving_peer.Peer().begin()
        self.nginx, self.port, self.tls_port = None, 0, 0
        self.children = []

    def fresh(self):
        self.archive = tempfile.mkdtemp(dir=self.folder, prefix="archive-")
        self.peer.visits.clear()
        self.peer.requests.clear()

    def end(self):
        for child in self.children + [self.nginx]:
            if child and child.poll() is None:
                child.terminate()
                try:
                    child.wait(10)
                except subprocess.TimeoutExpired:
                    child.kill()
        self.peer.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- running the probe --

    def command(self, *arguments, http=True):
        return [PROBE, "--archive", self.archive] + (["--allow-http"] if http else []) + [str(a) for a in arguments]

    def probe(self, *arguments, http=True, exit_code=0, env=None):
        done = subprocess.run(self.command(*arguments, http=http), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=120, env=dict(os.environ, **(env or {})))
        text = done.stdout.decode("utf-8")
        if done.returncode != exit_code:
            raise Failed("the probe ended with %d:\n%s%s" % (done.returncode, text, done.stderr.decode("utf-8", "replace")))
        self.tidy()
        return text

    def fetch_all(self, *arguments, **options):
        outcomes = {}
        for line in self.probe(*arguments, **options).splitlines():
            if re.match(r"[a-z0-9-]+\tkind=", line):
                last = Outcome(line)
                outcomes[last.name] = last
            elif line.startswith("class="):
                last.error_class = int(line[6:])
            elif line.startswith("stadslager: "):
                last.message = line[12:]
            else:
                last.lines.append(line.strip())
        return outcomes

    def fetch(self, url, *arguments, **options):
        return self.fetch_all(*self.before(arguments), "--source", "kista", url, *self.behind(arguments), **options)["kista"]

    @staticmethod
    def before(arguments):
        return [a for a in arguments if not isinstance(a, tuple)]

    @staticmethod
    def behind(arguments):
        return [b for a in arguments if isinstance(a, tuple) for b in a]

    def peer_fetch(self, path, *arguments, **options):
        return self.fetch(self.peer.url(path), *arguments, **options)

    def refuses(self, path, error_class, cause, *arguments, attempts=1, **options):
        """The message, whole, as a user sees it."""
        url = self.peer.url(path)
        outcome = self.fetch(url, *arguments, **options)
        verb = "refused" if error_class == REFUSED else "could not fetch"
        tries = ", after %d attempts" % attempts if attempts > 1 else ""
        same(outcome.message, 'source "kista": %s %s: %s%s' % (verb, url, cause, tries), "the message")
        same(outcome.error_class, error_class, "the class")
        same(outcome.kind, "failed", "the kind")
        same(outcome.sha256, "", "the hash")
        same(int(outcome.attempts), attempts, "the number of attempts")
        same(self.objects(), [], "the archive")
        same(self.records()[-1]["outcome"], "failed", "the record")
        return outcome

    # -- looking at the archive --

    def tidy(self):
        tmp = os.path.join(self.archive, "tmp")
        if os.path.isdir(tmp):
            same(os.listdir(tmp), [], "tmp/ after the run")

    def objects(self):
        return sorted(name for _, _, names in os.walk(os.path.join(self.archive, "objects")) for name in names)

    def object_bytes(self, sha):
        with open(os.path.join(self.archive, "objects", sha[:2], sha + ".gz"), "rb") as f:
            return f.read()

    def records(self, source="kista"):
        with open(os.path.join(self.archive, "fetches", source + ".jsonl"), encoding="utf-8") as f:
            return [json.loads(line) for line in f]

    def file(self, name, content, mode=0o600):
        path = os.path.join(self.archive + "." + name)
        with open(path, "wb") as f:
            f.write(content)
        os.chmod(path, mode)
        return path

    # -- nginx --

    def start_nginx(self):
        if not NGINX:
            raise SystemExit("nginx is missing (make deps installs it)")
        self.www = os.path.join(self.folder, "www")
        os.makedirs(os.path.join(self.www, "packed"))
        for name in ("no-etag", "private"):
            os.mkdir(os.path.join(self.www, name))
        self.key, self.certificate = os.path.join(self.folder, "key.pem"), os.path.join(self.folder, "cert.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.key, "-out", self.certificate],
                       check=True, stderr=subprocess.DEVNULL)
        for _ in range(5):  # a port that is free now can be taken a moment later
            self.port, self.tls_port = free_port(), free_port()
            if self.try_nginx():
                return
        with open(os.path.join(self.folder, "nginx.log"), encoding="utf-8") as f:
            raise SystemExit("nginx did not start:\n" + f.read())

    def try_nginx(self):
        config = os.path.join(self.folder, "nginx.conf")
        with open(config, "w", encoding="utf-8") as f:
            f.write(NGINX_CONFIG.format(user="user root;" if os.geteuid() == 0 else "", folder=self.folder, port=self.port,
                                        tls_port=self.tls_port))
        with open(os.path.join(self.folder, "htpasswd"), "w", encoding="utf-8") as f:
            f.write("anna:{PLAIN}hemligt\n")
        log = os.path.join(self.folder, "nginx.log")
        self.nginx = subprocess.Popen([NGINX, "-p", self.folder, "-e", log, "-c", config], stderr=subprocess.DEVNULL)
        for _ in range(100):
            if self.nginx.poll() is not None:
                return False
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return True
            except OSError:
                time.sleep(0.05)
        self.nginx.kill()
        self.nginx.wait()
        return False

    def serve(self, name, content, age=1000):
        path = os.path.join(self.www, name)
        with open(path, "wb") as f:
            f.write(content)
        when = time.time() - age
        os.utime(path, (when, when))

    def url(self, name):
        return "http://127.0.0.1:%d/%s" % (self.port, name)

    def tls_url(self, name):
        return "https://127.0.0.1:%d/%s" % (self.tls_port, name)


NGINX_CONFIG = """
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
http {{
    types {{ text/csv csv; application/gzip gz; text/html html; }}
    access_log off;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    root {folder}/www;
    server {{
        listen 127.0.0.1:{port};
        listen 127.0.0.1:{tls_port} ssl;
        ssl_certificate {folder}/cert.pem;
        ssl_certificate_key {folder}/key.pem;
        location /packed/ {{ gzip on; gzip_types text/csv; gzip_min_length 1; }}
        location /no-etag/ {{ etag off; }}
        location /private/ {{ auth_basic "x"; auth_basic_user_file {folder}/htpasswd; }}
        location = /moved.csv {{ return 301 /a.csv; }}
        location = /moved-twice.csv {{ return 307 /moved.csv; }}
        location = /downgrade.csv {{ return 302 http://127.0.0.1:{port}/a.csv; }}
    }}
}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# ---- a real nginx ----

def case_an_export_is_fetched_and_recorded(w):
    w.serve("a.csv", CSV)
    o = w.fetch(w.url("a.csv"))
    same((o.kind, o.sha256, o.proved, o.attempts, o.status), ("new", SHA, "1", "1", "200"))
    same(gzip.decompress(w.object_bytes(SHA)), CSV)
    r = w.records()[0]
    same((r["time"], r["url"], r["status"], r["received"], r["plain"], r["sha256"], r["outcome"], r["proved"]),
         ("2024-11-05T03:15:00Z", w.url("a.csv"), 200, len(CSV), len(CSV), SHA, "new", True))
    holds(r["etag"].startswith('"') and r["last_modified"].endswith(" GMT"), "validators are recorded")
    same(r["stored"], len(w.object_bytes(SHA)))


def case_an_unchanged_export_is_answered_by_304(w):
    w.serve("a.csv", CSV)
    w.fetch(w.url("a.csv"))
    o = w.fetch(w.url("a.csv"))
    same((o.kind, o.sha256, o.status, o.received, o.plain, o.proved), ("unchanged", SHA, "304", "0", str(len(CSV)), "1"))
    o = w.fetch(w.url("a.csv"))
    same((o.kind, o.status), ("unchanged", "304"), "the third time, from the record of a 304")


def case_a_changed_export_is_new(w):
    w.serve("a.csv", CSV)
    w.fetch(w.url("a.csv"))
    w.serve("a.csv", CSV + b"more\n", age=10)
    o = w.fetch(w.url("a.csv"))
    same((o.kind, o.status, o.sha256), ("new", "200", hashlib.sha256(CSV + b"more\n").hexdigest()))
    same(len(w.objects()), 2)


def case_the_same_bytes_with_another_etag_are_unchanged(w):
    w.serve("a.csv", CSV)
    w.fetch(w.url("a.csv"))
    w.serve("a.csv", CSV, age=10)
    o = w.fetch(w.url("a.csv"))
    same((o.kind, o.status, o.sha256), ("unchanged", "200", SHA))


def case_gzip_by_the_server_is_kept_as_received_and_its_weak_etag_works(w):
    w.serve("packed/a.csv", CSV)
    o = w.fetch(w.url("packed/a.csv"))
    same((o.kind, o.sha256, o.plain, o.proved), ("new", SHA, str(len(CSV)), "1"))
    same(len(w.object_bytes(SHA)), int(o.received), "the object's size")
    holds(o.etag.startswith('W/"'), "nginx weakens the ETag")
    o = w.fetch(w.url("packed/a.csv"))
    same((o.kind, o.status), ("unchanged", "304"))


def case_a_gz_file_is_kept_byte_for_byte(w):
    data = gzip.compress(CSV)
    w.serve("a.csv.gz", data)
    o = w.fetch(w.url("a.csv.gz"))
    same((o.kind, o.sha256), ("new", SHA))
    same(w.object_bytes(SHA), data)


def case_last_modified_alone_is_enough_to_ask(w):
    w.serve("no-etag/a.csv", CSV)
    o = w.fetch(w.url("no-etag/a.csv"))
    same(o.etag, "")
    o = w.fetch(w.url("no-etag/a.csv"))
    same((o.kind, o.status), ("unchanged", "304"))


def case_nothing_is_asked_conditionally_when_the_object_is_gone_or_cut(w):
    w.serve("a.csv", CSV)
    w.fetch(w.url("a.csv"))
    path = os.path.join(w.archive, "objects", SHA[:2], SHA + ".gz")
    os.truncate(path, 100)
    o = w.fetch(w.url("a.csv"))
    same((o.kind, o.status), ("unchanged", "200"))
    same(gzip.decompress(w.object_bytes(SHA)), CSV, "the object")
    os.remove(path)
    same(w.fetch(w.url("a.csv")).status, "200")
    same(w.fetch(w.url("a.csv")).status, "304")


def case_validators_of_another_url_are_not_sent(w):
    w.serve("a.csv", CSV)
    w.serve("b.csv", CSV)
    w.fetch(w.url("a.csv"))
    o = w.fetch(w.url("b.csv"))
    same((o.kind, o.status), ("unchanged", "200"))


def case_a_404_fails_at_once_with_a_hint(w):
    o = w.fetch(w.url("missing.csv"))
    same(o.message, 'source "kista": could not fetch %s: HTTP 404 (not found)' % w.url("missing.csv"))
    same((o.error_class, o.attempts, o.lines), (FETCH, "1", ["hint: Check the source's url."]))


def case_redirects_are_followed(w):
    w.serve("a.csv", CSV)
    o = w.fetch(w.url("moved-twice.csv"))
    same((o.kind, o.sha256, o.effective, o.attempts), ("new", SHA, w.url("a.csv"), "1"))
    o = w.fetch(w.url("moved-twice.csv"))
    same((o.kind, o.status), ("unchanged", "304"))
    o = w.fetch(w.url("moved-twice.csv"), "--max-redirects", 1)
    holds(o.message.endswith(": more than 1 redirects (max_redirects)"), o.message)


def case_a_password_from_a_file_opens_what_is_private(w):
    w.serve("private/a.csv", CSV)
    o = w.fetch(w.url("private/a.csv"))
    same((o.error_class, o.lines), (FETCH, ["hint: The source may need a credentials_file."]))
    holds(o.message.endswith("HTTP 401 (unauthorized)"), o.message)
    right, wrong = w.file("right", b"anna:hemligt\n"), w.file("wrong", b"anna:fel\n")
    same(w.fetch(w.url("private/a.csv"), ("--credentials", right)).sha256, SHA)
    o = w.fetch(w.url("private/a.csv"), ("--credentials", wrong))
    same((o.error_class, o.lines), (FETCH, ["hint: Check the source's credentials_file."]))


def case_https_is_verified(w):
    w.serve("a.csv", CSV)
    o = w.fetch(w.tls_url("a.csv"), "--ca-file", w.certificate, http=False)
    same((o.kind, o.sha256), ("new", SHA))
    o = w.fetch(w.tls_url("a.csv"), http=False)
    same((o.error_class, o.attempts), (FETCH, "1"))
    holds(o.message.endswith(": the server's certificate is not valid for it"), o.message)


def case_a_redirect_from_https_to_http_is_refused(w):
    w.serve("a.csv", CSV)
    o = w.fetch(w.tls_url("downgrade.csv"), "--ca-file", w.certificate, http=False)
    same(o.error_class, FETCH)
    holds(o.message.endswith(": it redirects from https to plain http"), o.message)
    o = w.fetch(w.tls_url("downgrade.csv"), "--ca-file", w.certificate, http=True)
    same(o.sha256, SHA)


def case_plain_http_must_be_allowed(w):
    o = w.fetch(w.url("a.csv"), http=False)
    same((o.error_class, o.message), (CONFIG, 'source "kista": plain http is not allowed (allow_http)'))


def case_a_proxy_of_the_environment_is_not_used(w):
    w.serve("a.csv", CSV)
    dead = "http://127.0.0.1:%d" % free_port()
    o = w.fetch(w.url("a.csv"), env={"http_proxy": dead, "all_proxy": dead, "ALL_PROXY": dead})
    same(o.kind, "new")


# ---- a peer that misbehaves: cut bodies ----

def case_a_body_shorter_than_its_length_is_retried_and_never_accepted(w):
    w.refuses("/cut-length", FETCH, "the body ended early", attempts=3)
    same(len(w.peer.requests), 3)


def case_a_cut_body_is_fetched_again_whole(w):
    o = w.peer_fetch("/cut-once")
    same((o.kind, o.sha256, o.attempts), ("new", SHA, "2"))


def case_a_cut_chunked_body_is_never_accepted(w):
    w.refuses("/cut-chunked", FETCH, "the body ended early", attempts=3)


def case_chunks_without_the_last_one_are_never_accepted(w):
    w.refuses("/chunks-without-end", FETCH, "the body ended early", attempts=3)


def case_a_body_without_length_is_refused_where_proof_is_needed(w):
    cause = "the body has no length and no end of its own; it may be cut"
    w.refuses("/cut-close-delimited", REFUSED, cause, ("--needs-proof",))
    w.refuses("/close-delimited", REFUSED, cause, ("--needs-proof",))


def case_a_body_without_length_is_taken_as_unproved_where_the_format_has_an_end(w):
    o = w.peer_fetch("/close-delimited")
    same((o.kind, o.sha256, o.proved), ("new", SHA, "0"))


def case_chunks_and_gzip_are_proof(w):
    for path in ("/chunked", "/close-delimited-gzip", "/none", "/continue-first"):
        o = w.peer_fetch(path, ("--needs-proof",))
        same((o.sha256, o.proved, o.etag), (SHA, "1", ""), path)


def case_a_cut_gzip_body_is_refused(w):
    url = w.peer.url("/cut-gzip")
    o = w.fetch(url)
    same((o.error_class, o.attempts), (REFUSED, "1"))
    holds(re.fullmatch(r'source "kista": refused %s: the gzip data is cut: it ends after \d+ decompressed bytes, '
                       "without its trailer" % re.escape(url), o.message), o.message)
    o = w.peer_fetch("/cut-gzip-encoding")
    holds(o.error_class == REFUSED and "the gzip data is cut" in o.message, o.message)
    same(w.objects(), [])


def case_a_reset_is_retried(w):
    o = w.peer_fetch("/reset-once")
    same((o.kind, o.sha256, o.attempts), ("new", SHA, "2"))
    w.fresh()
    w.refuses("/reset", FETCH, "the connection was reset", attempts=3)


def case_a_reset_without_a_length_is_not_an_end(w):
    w.refuses("/reset-close-delimited", FETCH, "the connection was reset", attempts=3)


def case_no_answer_at_all_is_retried(w):
    w.refuses("/no-answer", FETCH, "the connection was reset", attempts=3)


def case_a_stall_is_retried(w):
    w.refuses("/stall", FETCH, "the transfer stalled", "--low-speed-time", 1, "--retries", 1, attempts=2)
    w.refuses("/stall-before-answer", FETCH, "the transfer stalled", "--low-speed-time", 1, "--retries", 0)


def case_a_transfer_longer_than_its_total_time_is_final(w):
    w.refuses("/trickle", FETCH, "it took longer than total_timeout", "--total-timeout", 1)


# ---- bodies that are not exports ----

def case_an_html_page_is_refused_with_its_title(w):
    cause = '200 with an HTML page instead of an export (title "Logga in")'
    w.refuses("/html", REFUSED, cause)
    w.refuses("/html-gzip", REFUSED, cause)
    w.refuses("/html-by-type", REFUSED, "200 with an HTML page instead of an export")


def case_an_empty_body_is_refused(w):
    for path in ("/empty", "/empty-close-delimited", "/empty-gzip"):
        w.refuses(path, REFUSED, "it is empty")
    w.refuses("/status/204", FETCH, "HTTP 204 (no content)")


def case_a_gzip_bomb_is_refused(w):
    w.refuses("/bomb", REFUSED, "it grows more than 200 times when decompressed (max_ratio)")
    w.refuses("/bomb", REFUSED, "more than 1500000 bytes when decompressed (max_plain_bytes)", "--max-plain-bytes", 1500000,
              "--max-ratio", 100000)


def case_a_body_longer_than_allowed_is_refused(w):
    w.refuses("/endless", REFUSED, "more than 1000000 bytes arrived (max_bytes)", "--max-bytes", 1000000)
    w.refuses("/announced-too-long", REFUSED, "it is 1099511627776 bytes long, more than 1000000 (max_bytes)", "--max-bytes",
              1000000)


def case_an_encoding_nobody_asked_for_is_refused(w):
    w.refuses("/brotli", REFUSED, 'it came in Content-Encoding "br"; only gzip was asked for')
    w.refuses("/gzip-not-gzip", REFUSED, "the header says Content-Encoding: gzip, but the body is not gzip")
    same(w.peer.requests[-1][1]["accept-encoding"], "gzip")


def case_gzip_around_a_gz_file_is_unwrapped(w):
    o = w.peer_fetch("/nested-gzip")
    same((o.kind, o.sha256), ("new", SHA))
    same(gzip.decompress(gzip.decompress(w.object_bytes(SHA))), CSV)
    same(w.fetch(w.peer.url("/none"), "--print-body").kind, "unchanged")


def case_headers_without_end_are_refused(w):
    w.refuses("/huge-headers", REFUSED, "its headers are longer than 65536 bytes")
    w.refuses("/endless-headers", REFUSED, "its headers are longer than 65536 bytes")


def case_what_is_not_http_fails(w):
    w.refuses("/not-http", FETCH, "the answer is not HTTP")


# ---- statuses ----

def case_final_statuses_are_not_retried(w):
    for status, words in ((401, "unauthorized"), (403, "forbidden"), (404, "not found"), (410, "gone")):
        w.refuses("/status/%d" % status, FETCH, "HTTP %d (%s)" % (status, words))
    w.refuses("/status/418", FETCH, "HTTP 418")
    w.refuses("/status/206", FETCH, "HTTP 206 (partial content, which was not asked for)")
    w.refuses("/long-404", FETCH, "HTTP 404 (not found)")


def case_transient_statuses_are_retried(w):
    for status in (408, 425, 429, 500, 502, 503, 504):
        o = w.peer_fetch("/status-once/%d" % status)
        same((o.sha256, o.attempts), (SHA, "2"), "after %d" % status)
    w.fresh()
    w.refuses("/status/503", FETCH, "HTTP 503 (service unavailable)", attempts=3)
    w.refuses("/status/429", FETCH, "HTTP 429 (too many requests)", "--retries", 0)


def case_a_short_retry_after_is_waited_for_in_both_forms(w):
    o = w.peer_fetch("/status-once/503/Retry-After=1", "--deadline-ms", 30000)
    same((o.sha256, o.attempts), (SHA, "2"))
    o = w.peer_fetch("/retry-date-once", "--deadline-ms", 30000)
    same((o.sha256, o.attempts), (SHA, "2"))


def case_a_retry_after_beyond_the_deadline_fails_at_once(w):
    cause = "HTTP %s, and the server asks to wait %s s (Retry-After), longer than is left"
    w.refuses("/status/503/Retry-After=86400", FETCH, cause % ("503 (service unavailable)", "86400"), "--deadline-ms", 30000)
    w.refuses("/status/429/Retry-After=7200", FETCH, cause % ("429 (too many requests)", "7200"))
    o = w.peer_fetch("/status/503/Retry-After=Thu,%2001%20Jan%202099%2000:00:00%20GMT", "--deadline-ms", 30000)
    same((o.error_class, o.attempts), (FETCH, "1"))
    holds(re.search(r"asks to wait \d{9,} s \(Retry-After\), longer than is left$", o.message), o.message)


def case_a_pause_beyond_the_deadline_fails_at_once(w):
    w.refuses("/status/503", FETCH, "HTTP 503 (service unavailable), and no time is left for another attempt", "--backoff-ms",
              60000, "--deadline-ms", 20000)


def case_a_304_nobody_asked_for_is_refused(w):
    w.refuses("/unasked-304", REFUSED, "304 (not modified) without having been asked")


def case_a_weak_etag_is_sent_back_word_for_word(w):
    o = w.peer_fetch("/weak-etag")
    same((o.kind, o.etag), ("new", 'W/"5-å"'))
    o = w.peer_fetch("/weak-etag")
    same((o.kind, o.status, o.sha256), ("unchanged", "304", SHA))


def case_a_new_etag_every_time_with_the_same_bytes_is_unchanged(w):
    same(w.peer_fetch("/changing-etag").kind, "new")
    o = w.peer_fetch("/changing-etag")
    same((o.kind, o.status), ("unchanged", "200"))
    same(w.peer.requests[-1][1]["if-none-match"], '"1"')


# ---- redirects and credentials ----

def case_a_redirect_loop_ends(w):
    w.refuses("/loop", FETCH, "more than 5 redirects (max_redirects)")
    same(len(w.peer.requests), 6)


def case_a_redirect_to_another_host_is_refused_unless_it_is_listed(w):
    path = "/redirect-to?" + w.peer.url("/none", host="localhost")
    o = w.refuses(path, FETCH, 'it redirects to another host, "localhost"')
    same(o.lines, ["hint: If that is right, add the host to the source's redirect_hosts."])
    o = w.peer_fetch(path, ("--host", "localhost"))
    same((o.kind, o.effective), ("new", w.peer.url("/none", host="localhost")))


def case_a_redirect_to_another_scheme_is_refused(w):
    w.refuses("/redirect-to?file:///etc/passwd", FETCH, 'it redirects to the scheme "file"')
    w.refuses("/redirect-to?ftp://127.0.0.1/x", FETCH, 'it redirects to the scheme "ftp"')
    w.refuses("/redirect-to?http://a:b@127.0.0.1/x", FETCH, "it redirects to a URL that holds a user or a password")
    w.refuses("/redirect-nowhere", FETCH, "HTTP 302 without saying where to")


def case_credentials_never_go_to_another_host_or_port(w):
    secret = w.file("token", b"Bearer top-secret\n")
    other = misbehaving_peer.Peer().begin()
    try:
        for target in (w.peer.url("/none", host="localhost"), other.url("/none")):
            o = w.peer_fetch("/redirect-to?" + target, ("--credentials", secret, "--host", "localhost"))
            same(o.sha256, SHA)
        same(other.requests[0][1].get("authorization"), None)
    finally:
        other.end()
    sent = [(path.split("?")[0], headers.get("authorization")) for path, headers in w.peer.requests]
    same(sent, [("/redirect-to", "Bearer top-secret"), ("/none", None), ("/redirect-to", "Bearer top-secret")])
    w.peer_fetch("/redirect-to?/none", ("--credentials", secret))
    same(w.peer.requests[-1][1].get("authorization"), "Bearer top-secret", "on the same host")
    with open(os.path.join(w.archive, "fetches", "kista.jsonl"), encoding="utf-8") as f:
        holds("top-secret" not in f.read(), "the record holds no secret")


def case_a_credentials_file_must_be_private_and_hold_one_line(w):
    open_file = w.file("open", b"anna:hemligt\n", 0o644)
    o = w.peer_fetch("/none", ("--credentials", open_file))
    same((o.error_class, o.message),
         (CONFIG, 'source "kista": credentials file "%s" is open to others (mode 644)' % open_file))
    broken = w.file("broken", b"hemligt\n")
    o = w.peer_fetch("/none", ("--credentials", broken))
    same((o.error_class, o.message), (CONFIG, 'source "kista": credentials file "%s" does not hold one line' % broken))
    link = broken + ".link"
    os.symlink(broken, link)
    same(w.peer_fetch("/none", ("--credentials", link)).error_class, CONFIG)
    o = w.peer_fetch("/none", ("--credentials", "/nonexistent/x"))
    same(o.message, 'source "kista": credentials file "/nonexistent/x" could not be read: No such file or directory')
    same(w.peer.requests, [], "requests without credentials")


# ---- several at once, and ends ----

def case_several_are_fetched_at_the_same_time(w):
    outcomes = w.fetch_all(*[x for i in range(3) for x in ("--source", "s%d" % i, w.peer.url("/meet"))])
    same([o.sha256 for o in outcomes.values()], [SHA] * 3)


def case_no_more_than_configured_are_fetched_at_the_same_time(w):
    w.peer.most_here = 0
    outcomes = w.fetch_all("--parallel", 2,
                           *[x for i in range(8) for x in ("--source", "s%d" % i, w.peer.url("/count"))])
    same([o.sha256 for o in outcomes.values()], [SHA] * 8)
    holds(w.peer.most_here <= 2, "%d at the same time" % w.peer.most_here)


def case_one_that_fails_does_not_hinder_the_others(w):
    paths = {"a": "/none", "b": "/cut-length", "c": "/html", "d": "/status/404", "e": "/reset", "f": "/chunked"}
    outcomes = w.fetch_all("--parallel", 1, *[x for n, p in paths.items() for x in ("--source", n, w.peer.url(p))])
    same({n: o.error_class for n, o in outcomes.items()}, {"a": 0, "b": FETCH, "c": REFUSED, "d": FETCH, "e": FETCH, "f": 0})


def case_a_server_that_is_not_there_is_named(w):
    url = "http://127.0.0.1:%d/a.csv" % free_port()
    o = w.fetch(url)
    same((o.error_class, o.message),
         (FETCH, 'source "kista": could not fetch %s: connection refused, after 3 attempts' % url))


def case_a_host_that_does_not_exist_is_named(w):
    url = "http://%s.invalid/a.csv" % ("a" * 64)  # no such label can be: no name server is asked
    o = w.fetch(url)
    same((o.error_class, o.message),
         (FETCH, 'source "kista": could not fetch %s: the host name could not be resolved, after 3 attempts' % url))


def case_the_deadline_ends_what_is_running_and_what_waits(w):
    outcomes = w.fetch_all("--deadline-ms", 800, "--parallel", 1, "--source", "a", w.peer.url("/stall"), "--source", "b",
                           w.peer.url("/none"))
    same([o.error_class for o in outcomes.values()], [DEADLINE, DEADLINE])
    same(outcomes["a"].message,
         'source "a": could not fetch %s: the run\'s deadline was reached' % w.peer.url("/stall"))
    same(w.objects(), [])


def case_a_signal_ends_it_and_leaves_nothing_behind(w):
    child = subprocess.Popen(w.command("--source", "kista", w.peer.url("/stall")), stdout=subprocess.PIPE)
    w.children.append(child)
    while not w.peer.requests:
        time.sleep(0.02)
    child.send_signal(signal.SIGTERM)
    text = child.communicate(timeout=60)[0].decode("utf-8")
    holds("class=9" in text and "stopped by a signal" in text, text)
    w.tidy()
    same(w.peer_fetch("/none").kind, "new")


def case_a_killed_run_leaves_no_lock_and_no_temporary_file_to_the_next(w):
    child = subprocess.Popen(w.command("--source", "kista", w.peer.url("/stall")), stdout=subprocess.PIPE)
    w.children.append(child)
    tmp = os.path.join(w.archive, "tmp")
    while not os.path.isdir(tmp) or not os.listdir(tmp):
        time.sleep(0.02)
    child.kill()
    child.communicate()
    same(len(os.listdir(tmp)), 1, "files left by the kill")
    same(w.peer_fetch("/none").kind, "new")


def case_a_second_run_is_turned_away_by_the_lock(w):
    child = subprocess.Popen(w.command("--hold", 60), stdout=subprocess.PIPE)
    w.children.append(child)
    same(child.stdout.readline(), b"holding\n")
    text = w.probe("--source", "kista", w.peer.url("/none"), exit_code=LOCKED)
    same(text.splitlines()[0],
         'stadslager: archive "%s" is locked by another run, process %d' % (w.archive, child.pid))
    child.kill()
    child.communicate()


def main():
    if not os.access(PROBE, os.X_OK):
        raise SystemExit("%s is missing: build it first" % PROBE)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    passed = failed = 0
    world = World()
    try:
        world.start_nginx()
        for name, case in list(globals().items()):
            if not name.startswith("case_"):
                continue
            title = name[5:].replace("_", " ")
            world.fresh()
            try:
                case(world)
                passed += 1
                print("ok      " + title, flush=True)
            except Exception as error:  # a case that breaks is a case that fails; the others still run
                failed += 1
                print("FAILED  %s\n        %s: %s" % (title, type(error).__name__, error), flush=True)
    finally:
        world.end()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
