#!/usr/bin/env python3
"""A server that misbehaves, through a whole run: the source that it serves keeps what it had, the others are loaded, one message
names the true cause, nothing of a bad body is archived, no secret is shown, memory is bounded; and once the server behaves
again, the next run makes up for it.

usage: test_peer.py [PART-OF-A-NAME...]     starts itself inside tests/with-postgres
Prints a line per test and, last, "N passed, N failed"; before that "faults HTTP N".
"""
import gzip
import os
import random
import re
import resource
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from email.utils import formatdate

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "integration")]
import lib_faults  # noqa: E402
import lib_run  # noqa: E402
import misbehaving_peer as peer  # noqa: E402
from lib_run import DONE, FETCH, REFUSED, Ended, Source, export, holds, rows, same  # noqa: E402
from lib_sockets import serve  # noqa: E402
from misbehaving_peer import chunks, packed  # noqa: E402

SECRET = "hemlig-peer-4711"
MEMORY_MOST = 400 << 20  # bytes a run may hold, with the sanitizer's share
OLD, NEW = rows(first=10, district="Kungsholmen"), rows(first=60, district="Kungsholmen")
BODY = export(*NEW)
BROKEN = "the answer broke off, or breaks the rules of its protocol"
injected = 0


class Sockets:
    """A peer of misbehaving_peer behind another kind of socket: TLS, or IPv6."""

    def __init__(self, w, context=None, family=socket.AF_INET, tls_cut=False):
        self.w, self.context, self.tls_cut = w, context, tls_cut
        self.listener = socket.socket(family)
        self.listener.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        self.listener.listen(8)
        self.port = self.listener.getsockname()[1]
        serve(self.listener, self.talk)

    def talk(self, client):
        try:
            if self.context:
                client = self.context.wrap_socket(client, server_side=True)
            peer.Handler(client, client.getpeername(), self.w.peer)
            if self.tls_cut:  # the connection ends without TLS saying so
                client = socket.socket(fileno=client.detach())
                client.shutdown(socket.SHUT_RDWR)
            elif self.context:
                client = client.unwrap()
        except (OSError, ValueError):
            pass
        finally:
            client.close()

    def end(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # a close alone would let the thread that waits take one more
        self.listener.close()


def authority(folder):
    """A CA and what it signs: openssl does the work."""
    def openssl(*arguments, **options):
        subprocess.run(["openssl"] + list(arguments), cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    os.makedirs(folder)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem")
    with open(os.path.join(folder, "ca.conf"), "w", encoding="utf-8") as f:
        f.write("[ca]\ndefault_ca = c\n[c]\nnew_certs_dir = .\ndatabase = index\nserial = serial\ndefault_md = sha256\npolicy = p\n"
                "copy_extensions = copy\n[p]\ncommonName = supplied\n")
    open(os.path.join(folder, "index"), "w", encoding="utf-8").close()
    with open(os.path.join(folder, "serial"), "w", encoding="utf-8") as f:
        f.write("01\n")

    def sign(name, subject, begin="20200101000000Z", end="20990101000000Z"):
        openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=" + name,
                "-addext", "subjectAltName=" + subject)
        openssl("ca", "-batch", "-notext", "-config", "ca.conf", "-keyfile", "ca.key", "-cert", "ca.pem", "-in", name + ".csr", "-out",
                name + ".pem", "-startdate", begin, "-enddate", end)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(folder, name + ".pem"), os.path.join(folder, name + ".key"))
        return context
    return os.path.join(folder, "ca.pem"), sign


class Peers(lib_faults.World):
    def __init__(self):
        super().__init__()
        self.ready, self.turn = None, 0

    def config_of(self, url=None, fetch=None, kista=None):
        settings = {"allow_http": True, "retries": 1, "backoff_ms": 1, "connect_timeout_s": 5, "low_speed_time_s": 1, "total_timeout_s": 20}
        settings.update(fetch or {})
        keys = dict(credentials_file=self.file("token", "Bearer %s\n" % SECRET), **(kista or {}))
        self.configure(Source("bromma"), Source("farsta"), Source("kista", **(dict(keys, url=url) if url else keys)), fetch=settings)

    def begin(self):
        """Three sources are loaded; the second will have something new."""
        if not self.ready:
            self.content.update(bromma=export(*rows()), farsta=export(*rows(district="Farsta")), kista=export(*OLD))
            self.config_of()
            self.run("run", code=DONE)
            self.idle()
            self.ready = self.database, self.archive
            self.fresh()
        database, archive = self.ready
        self.sql("DROP DATABASE %s" % self.database, "postgres")
        self.sql("CREATE DATABASE %s TEMPLATE %s" % (self.database, database), "postgres")
        shutil.copytree(archive, self.archive)
        self.content.update(bromma=export(*rows()), farsta=export(*rows(first=40, district="Farsta")), kista=BODY)

    def limited(self, *arguments):
        """A run, and the most memory that it held."""
        child = subprocess.Popen(self.command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env=self.environment())
        self.children.append(child)
        out, err = [], []
        readers = [threading.Thread(target=lambda pipe=pipe, into=into: into.append(pipe.read())) for pipe, into in ((child.stdout, out), (child.stderr, err))]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(120)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        ended = Ended(arguments, child.returncode, out[0].decode("utf-8"), err[0].decode("utf-8"))
        holds("Sanitizer" not in ended.err and "runtime error" not in ended.err, str(ended))
        holds(usage.ru_maxrss * 1024 < MEMORY_MOST, "%d bytes of memory were held" % (usage.ru_maxrss * 1024))
        return ended

    def of(self, source):
        return [row for row in self.values() if ",%s," % source in row]

    def archived(self):
        return {name for _, _, names in os.walk(os.path.join(self.archive, "objects")) for name in names}

    def shows_no_secret(self, ended):
        text = ended.out + ended.err
        for folder, _, names in os.walk(os.path.join(self.archive, "fetches")):
            for name in names:
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as f:
                    text += f.read()
        holds(SECRET not in text, "a secret is shown: %s" % ended)


def suffers(w, answer, code, cause, url=None, fetch=None, attempts=1, hint=None):
    """The server gives ANSWER for kista: the run ends with CODE, and its one message says CAUSE (a pattern)."""
    global injected
    injected += 1
    w.begin()
    w.config_of(url, fetch)
    if answer:
        w.answer["kista"] = w.answer["kista-annan"] = answer
    kista, archived = w.of("kista"), w.archived()
    ended = w.limited("run")
    same(ended.code, code, str(ended))
    same(len(ended.said()), 1, "messages in %s" % ended)
    verb = r"refused" if code == REFUSED else r"could not fetch"
    tries = r", after %d attempts" % attempts if attempts > 1 else ""
    holds(re.fullmatch(r'source "kista": %s \S+: (?:%s)%s' % (verb, cause, tries), ended.said()[0]), "the message %s" % ended.said())
    holds(hint is None or hint in ended.err, "the hint in %s" % ended)
    same(w.of("kista"), kista, "what the source had")
    same(ended.result("farsta")[1]["facts revised"], 10, "the other source's new values")
    same(len(w.archived() - archived), 1, "new exports in the archive: the other source's, nothing of this one")
    same(os.listdir(os.path.join(w.archive, "tmp")), [], "temporary files")
    w.shows_no_secret(ended)
    recovers(w)


def recovers(w):
    """The server behaves: what was missed is loaded."""
    w.answer.pop("kista", None)
    w.content["kista"] = BODY
    w.config_of()
    ended = w.run("run", code=DONE)
    same(ended.result("kista")[1]["facts revised"], 10, str(ended))
    same(w.number_of("SELECT count(*) FROM drift.load WHERE source = 'kista'"), 2, "loads of the source")


def bears(w, answer, url=None, fetch=None, revised=10, kista=None):
    """What looks odd and is right: it is loaded, the whole of it."""
    global injected
    injected += 1
    w.begin()
    w.config_of(url, fetch, kista)
    if answer:
        w.answer["kista"] = answer
    ended = w.limited("run")
    same((ended.code, ended.said()), (DONE, []), str(ended))
    if revised:
        same(ended.result("kista")[1]["facts revised"], revised, str(ended))
    w.shows_no_secret(ended)
    return ended


def raw(*parts):
    """These bytes, and the end of the connection."""
    return lambda r: r.send(b"".join(parts))


def head(*lines, status="200 OK"):
    return "".join("%s\r\n" % text for text in ("HTTP/1.1 " + status, "Connection: close") + lines).encode("latin-1") + b"\r\n"


def once(first, then=lambda r: r.answer(body=BODY)):
    """FIRST, and afterwards THEN."""
    visits = []

    def answer(r):
        visits.append(r)
        (first if len(visits) == 1 else then)(r)
    return answer


# ---- nobody, or nothing, answers ----

def case_connection_refused(w):
    suffers(w, None, FETCH, "connection refused", url=w.dead.url("/export/kista"), attempts=2)


def case_a_host_that_does_not_exist(w):
    suffers(w, None, FETCH, "the host name could not be resolved", url="http://%s.invalid/x" % ("a" * 64), attempts=2)


def case_silence(w):
    suffers(w, lambda r: r.stall(), FETCH, "the transfer stalled", fetch={"retries": 0})


def case_silence_in_the_middle_of_a_body(w):
    def answer(r):
        r.send(head("Content-Length: %d" % len(BODY)) + BODY[:100])
        r.stall()
    suffers(w, answer, FETCH, "the transfer stalled", fetch={"retries": 0})


def case_a_drip_slower_than_allowed(w):
    def answer(r):
        r.send(head("Content-Length: %d" % len(BODY)))
        for i in range(len(BODY)):
            if r.peer.closing.wait(0.2):
                return
            r.send(BODY[i:i + 1])
    suffers(w, answer, FETCH, "the transfer stalled", fetch={"retries": 0})


def case_a_drip_just_fast_enough_to_last_for_ever(w):
    def answer(r):
        r.send(head("Content-Length: 100000000"))
        while not r.peer.closing.wait(0.05):
            r.send(b"x" * 100)
    suffers(w, answer, FETCH, "it took longer than total_timeout", fetch={"total_timeout_s": 2})


def case_a_close_before_any_answer(w):
    suffers(w, lambda r: None, FETCH, "the connection was reset", attempts=2)


def case_a_close_in_the_header(w):
    suffers(w, raw(b"HTTP/1.1 200 OK\r\nContent-Le"), FETCH, "the answer ended within its headers", attempts=2)


def case_a_reset_in_the_body(w):
    suffers(w, peer.fault_reset, FETCH, "the connection was reset", attempts=2)


# ---- lengths and frames ----

def case_a_content_length_that_is_too_long(w):
    suffers(w, raw(head("Content-Length: %d" % (len(BODY) + 1)), BODY), FETCH, "the body ended early", attempts=2)


def case_a_content_length_that_is_too_short(w):
    suffers(w, raw(head("Content-Length: %d" % (len(BODY) - 30)), BODY), REFUSED, "the body is longer than its Content-Length says; it would be cut")


def case_a_content_length_that_counts_characters(w):
    suffers(w, raw(head("Content-Length: %d" % len(BODY.decode("utf-8"))), BODY), REFUSED,
            "the body is longer than its Content-Length says; it would be cut", hint="perhaps characters instead of bytes")


def case_a_content_length_that_is_no_number(w):
    suffers(w, raw(head("Content-Length: -5"), BODY), FETCH, "the answer is not HTTP|the transfer failed")


def case_two_content_lengths_that_differ(w):
    suffers(w, raw(head("Content-Length: %d" % len(BODY), "Content-Length: 50"), BODY), REFUSED, "the body is longer than .*|it has two .*")


def case_a_length_beside_chunks(w):
    bears(w, raw(head("Content-Length: 10", "Transfer-Encoding: chunked"), chunks(BODY), b"0\r\n\r\n"))


def case_a_cut_chunk(w):
    suffers(w, raw(head("Transfer-Encoding: chunked"), chunks(BODY)[:300]), FETCH, "the body ended early", attempts=2)


def case_chunks_without_the_last_one(w):
    suffers(w, raw(head("Transfer-Encoding: chunked"), chunks(BODY)), FETCH, "the body ended early", attempts=2)


def case_a_chunk_whose_length_is_no_number(w):
    suffers(w, raw(head("Transfer-Encoding: chunked"), b"zz\r\n" + BODY), FETCH, BROKEN, attempts=2)


def case_a_chunk_of_2_to_the_64_bytes(w):
    suffers(w, raw(head("Transfer-Encoding: chunked"), b"ffffffffffffffff1\r\n" + BODY), FETCH, BROKEN, attempts=2)


def case_a_body_without_a_length_cut_or_not(w):
    suffers(w, raw(head(), BODY[:len(BODY) // 2]), REFUSED, "the body has no length and no end of its own; it may be cut")


def case_a_body_without_a_length_that_is_whole(w):
    suffers(w, raw(head(), BODY), REFUSED, "the body has no length and no end of its own; it may be cut", hint="Let the server send Content-Length")


def case_an_empty_body(w):
    suffers(w, raw(head("Content-Length: 0")), REFUSED, "it is empty")


def case_a_body_that_never_ends(w):
    def answer(r):
        r.send(head())
        while True:
            r.send(b"a;b;c;d;e\n" * 1000)
    suffers(w, answer, REFUSED, r"more than 1000000 bytes arrived \(max_bytes\)", fetch={"max_bytes": 1000000})


def case_a_body_announced_as_a_terabyte(w):
    suffers(w, raw(head("Content-Length: 1099511627776"), BODY), REFUSED, r"it is 1099511627776 bytes long, more than \d+ \(max_bytes\)")


# ---- compression ----

def case_a_cut_gzip(w):
    data = packed(BODY)[:-9]
    suffers(w, raw(head("Content-Type: application/gzip", "Content-Length: %d" % len(data)), data), REFUSED, r"the gzip data is cut: it ends after \d+ decompressed bytes, without its trailer")


def case_a_gzip_whose_sum_is_wrong(w):
    data = bytearray(packed(BODY))
    data[-6] ^= 1
    suffers(w, raw(head("Content-Length: %d" % len(data)), bytes(data)), REFUSED, ".*gzip.*")


def case_a_gzip_with_something_behind_it(w):
    data = packed(BODY) + b"and more"
    suffers(w, raw(head("Content-Length: %d" % len(data)), data), REFUSED, ".*gzip.*")


def case_a_gzip_bomb(w):
    suffers(w, peer.fault_bomb, REFUSED, r"it grows more than 200 times when decompressed \(max_ratio\)")


def case_a_bomb_inside_a_gzip(w):
    data = packed(packed(b"0" * 30000000))
    suffers(w, raw(head("Content-Length: %d" % len(data), "Content-Encoding: gzip"), data), REFUSED, r".*\(max_ratio\)")


def case_a_nested_gzip(w):
    data = packed(packed(BODY))
    bears(w, raw(head("Content-Length: %d" % len(data), "Content-Encoding: gzip"), data))


def case_a_gzip_inside_more_gzips_than_announced(w):
    data = BODY
    for _ in range(8):
        data = packed(data)
    suffers(w, raw(head("Content-Length: %d" % len(data)), data), REFUSED, ".*gzip.*")


def case_an_encoding_nobody_asked_for(w):
    suffers(w, peer.fault_brotli, REFUSED, 'it came in Content-Encoding "br"; only gzip was asked for')


def case_gzip_in_the_header_only(w):
    suffers(w, raw(head("Content-Encoding: gzip", "Content-Length: %d" % len(BODY)), BODY), REFUSED, "the header says Content-Encoding: gzip, but the body is not gzip")


# ---- other bodies than exports ----

def case_a_login_page_with_status_200(w):
    suffers(w, peer.fault_html, REFUSED, r'200 with an HTML page instead of an export \(title "Logga in"\)', hint="A login or error page was sent")


def case_a_page_by_its_content_type(w):
    suffers(w, peer.fault_html_by_type, REFUSED, "200 with an HTML page instead of an export")


def case_a_wrong_content_type_around_a_right_body(w):
    bears(w, raw(head("Content-Type: image/png", "Content-Length: %d" % len(BODY)), BODY))


def other_body(w, body, pattern):
    """A body that arrives whole and is no export: kept, since it was fetched, and refused by the decoder."""
    global injected
    injected += 1
    w.begin()
    w.config_of()
    w.answer["kista"] = lambda r: r.answer(body=body, Content_Type="text/csv")
    kista = w.of("kista")
    ended = w.limited("run")
    same((ended.code, len(ended.said())), (REFUSED, 1), str(ended))
    holds(re.match(r'source "kista": ' + pattern, ended.said()[0]), str(ended))
    same(w.of("kista"), kista)
    same(ended.result("farsta")[1]["facts revised"], 10)
    w.shows_no_secret(ended)
    recovers(w)


def case_a_pdf_instead_of_a_table(w):
    other_body(w, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n" * 50, ".*")


def case_noise_instead_of_a_table(w):
    other_body(w, random.Random(1).randbytes(20000), ".*")


def case_an_error_in_json_with_status_200(w):
    other_body(w, b'{"error": {"code": 500, "message": "the report could not be made"}}\n', ".*")


# ---- statuses ----

def status(w, number, words, hint=None, attempts=1):
    suffers(w, lambda r: r.answer("%d x" % number, b"no"), FETCH, re.escape("HTTP %d%s" % (number, words)), hint=hint, attempts=attempts)


def case_status_401(w):
    status(w, 401, " (unauthorized)", "Check the source's credentials_file")


def case_status_403(w):
    status(w, 403, " (forbidden)", "Check the source's credentials_file")


def case_status_404(w):
    status(w, 404, " (not found)", "Check the source's url")


def case_status_410(w):
    status(w, 410, " (gone)", "Check the source's url")


def case_status_204(w):
    status(w, 204, " (no content)")


def case_status_500_for_ever(w):
    status(w, 500, " (internal server error)", attempts=2)


def case_status_999(w):
    status(w, 999, "")


def case_status_100_for_ever(w):
    def answer(r):
        while True:
            r.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
    suffers(w, answer, REFUSED, r"its headers are longer than \d+ bytes")


def case_429_with_a_short_retry_after(w):
    bears(w, once(lambda r: r.answer("429 x", b"no", Retry_After="1")))


def case_503_with_a_short_date_as_retry_after(w):
    bears(w, once(lambda r: r.answer("503 x", b"no", Date=formatdate(time.time(), usegmt=True), Retry_After=formatdate(time.time() + 1, usegmt=True))))


def case_503_with_a_huge_retry_after(w):
    suffers(w, lambda r: r.answer("503 x", b"no", Retry_After="99999999999999999999"), FETCH,
            r"HTTP 503 \(service unavailable\), and the server asks to wait \d+ s \(Retry-After\), longer than is left")


def case_429_with_a_date_far_away(w):
    suffers(w, lambda r: r.answer("429 x", b"no", Retry_After="Thu, 01 Jan 2099 00:00:00 GMT"), FETCH,
            r"HTTP 429 \(too many requests\), and the server asks to wait \d+ s \(Retry-After\), longer than is left")


def case_a_retry_after_that_is_nonsense(w):
    bears(w, once(lambda r: r.answer("503 x", b"no", Retry_After="soon")))


# ---- redirects ----

def case_endless_redirects(w):
    suffers(w, lambda r: r.answer("302 Found", b"", Location=r.path), FETCH, r"more than 5 redirects \(max_redirects\)")


def case_a_redirect_to_another_host(w):
    suffers(w, lambda r: r.answer("302 Found", b"", Location=w.peer.url("/export/kista", host="localhost")), FETCH,
            'it redirects to another host, "localhost"', hint="add the host to the source's redirect_hosts")
    holds(all(not headers.get("host", "").startswith("localhost") for _, headers in w.asked), "the other host was asked")


def case_a_redirect_to_an_allowed_host_takes_no_credentials_there(w):
    def answer(r):
        if r.headers["host"].startswith("localhost"):
            r.answer(body=BODY)
        else:
            r.answer("302 Found", b"", Location=w.peer.url("/export/kista", host="localhost"))
    bears(w, answer, kista={"redirect_hosts": ["localhost"]})
    sent = [headers.get("authorization") for name, headers in w.asked if name == "kista" and headers["host"].startswith("localhost")]
    same(sent, [None], "what the other host was sent")


def case_a_redirect_with_credentials_in_it(w):
    suffers(w, lambda r: r.answer("302 Found", b"", Location="http://u:%s@127.0.0.1/x" % SECRET), FETCH, "it redirects to a URL that holds a user or a password")


def case_a_redirect_to_a_file(w):
    suffers(w, lambda r: r.answer("302 Found", b"", Location="file:///etc/passwd"), FETCH, 'it redirects to the scheme "file"')


def case_a_redirect_to_nowhere(w):
    suffers(w, lambda r: r.answer("302 Found", b""), FETCH, "HTTP 302 without saying where to")


# ---- conditions, ranges, change ----

def case_an_etag_that_changes_every_time(w):
    n = []

    def answer(r):
        n.append(r)
        r.answer(body=BODY, ETag='"%d"' % len(n))
    bears(w, answer)
    for _ in range(2):
        ended = w.run("run", code=DONE)
        holds("unchanged 3" in ended.ending(), str(ended))
    same(w.number_of("SELECT count(*) FROM drift.load WHERE source = 'kista'"), 2, "loads")


def case_304_without_having_been_asked(w):
    suffers(w, lambda r: r.answer("304 Not Modified", length=False), REFUSED, r"304 \(not modified\) without having been asked",
            url=w.peer.url("/export/kista-annan"))


def case_304_to_what_the_archive_has_lost(w):
    """The condition is not sent where the bytes are gone, so the whole export comes again."""
    global injected
    injected += 1
    w.begin()
    w.config_of()
    w.content["kista"] = export(*OLD)
    sha = w.sql("SELECT file_sha256 FROM drift.load WHERE source = 'kista'")
    os.unlink(os.path.join(w.archive, "objects", sha[:2], sha + ".gz"))
    same(w.limited("run").code, DONE)
    same([headers.get("if-none-match") for name, headers in w.asked if name == "kista"][-1], None, "the condition")
    holds(sha + ".gz" in w.archived(), "the bytes are back")


def case_a_range_nobody_asked_for(w):
    suffers(w, raw(head("Content-Range: bytes 100-%d/%d" % (len(BODY) - 1, len(BODY)), "Content-Length: %d" % (len(BODY) - 100), status="206 Partial Content"), BODY[100:]),
            FETCH, r"HTTP 206 \(partial content, which was not asked for\)")


def case_a_range_that_lies(w):
    """After a cut the rest is not asked for as a range, so no range can lie: the whole is fetched again."""
    bears(w, once(raw(head("Accept-Ranges: bytes", "ETag: \"a\"", "Content-Length: %d" % len(BODY)), BODY[:200])))
    same([headers.get("range") for name, headers in w.asked if name == "kista"], [None, None], "ranges asked for")


def case_a_file_that_changes_between_two_requests(w):
    """Nothing is spliced from the cut first and the other second."""
    first = export(*rows(first=30, district="Kungsholmen"))
    bears(w, once(raw(head("Accept-Ranges: bytes", "Content-Length: %d" % len(first)), first[:len(first) // 2])))
    same(w.number_of("SELECT count(*) FROM analys.utfall WHERE stadsdel = 'Kungsholmen' AND varde BETWEEN 30 AND 45"), 0, "values of the first")


# ---- headers ----

def case_huge_headers(w):
    suffers(w, peer.fault_huge_headers, REFUSED, r"its headers are longer than \d+ bytes")


def case_headers_that_never_end(w):
    suffers(w, peer.fault_endless_headers, REFUSED, r"its headers are longer than \d+ bytes")


def case_nul_bytes_in_a_header(w):
    suffers(w, raw(head("ETag: \"a\0b\"", "Content-Length: %d" % len(BODY)), BODY), FETCH, "the answer is not HTTP|the transfer failed")


def case_nul_bytes_in_the_status_line(w):
    suffers(w, raw(b"HTTP/1.1 200\0 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY), BODY), FETCH, "the answer is not HTTP|the transfer failed")


def case_control_characters_in_what_is_sent_back(w):
    bears(w, raw(head("ETag: \"a\x01\x1b[31mb\"", "Last-Modified: \x07", "Content-Length: %d" % len(BODY)), BODY))
    w.answer["kista"] = lambda r: r.answer(body=BODY)
    ended = w.run("run", code=DONE)
    holds("\x1b" not in ended.err + ended.out, "the terminal is written to")
    same([headers.get("if-none-match") for name, headers in w.asked if name == "kista"][-1], None, "what is asked next time")


def case_escape_sequences_in_a_page_title(w):
    body = b"<html><title>\x1b[2J\x1b]0;owned\x07 \xff</title></html>"
    suffers(w, lambda r: r.answer(body=body, Content_Type="text/html"), REFUSED, "200 with an HTML page instead of an export.*")


def case_what_is_not_http(w):
    suffers(w, raw(b"SSH-2.0-OpenSSH_9.2\r\n"), FETCH, "the answer is not HTTP")


def case_http_0_9(w):
    suffers(w, raw(BODY), FETCH, "the answer is not HTTP")


# ---- TLS and addresses ----

def over_tls(w, name, subject, test, trusted=True, tls_cut=False, **validity):
    if not hasattr(w, "tls"):
        w.tls = authority(os.path.join(w.folder, "authority"))
        w.other = authority(os.path.join(w.folder, "other-authority"))
    ca, sign = w.tls
    server = Sockets(w, sign("%s-%d" % (name, w.number), subject, **validity), tls_cut=tls_cut)
    try:
        test("https://127.0.0.1:%d/export/kista" % server.port, {"ca_file": ca if trusted else w.other[0]})
    finally:
        server.end()


def case_a_good_certificate(w):
    over_tls(w, "good", "IP:127.0.0.1", lambda url, fetch: bears(w, lambda r: r.answer(body=BODY), url=url, fetch=fetch))


def case_an_expired_certificate(w):
    over_tls(w, "expired", "IP:127.0.0.1", lambda url, fetch: suffers(w, None, FETCH, "the server's certificate is not valid for it", url=url, fetch=fetch),
             begin="20200101000000Z", end="20200201000000Z")


def case_a_certificate_of_the_future(w):
    over_tls(w, "future", "IP:127.0.0.1", lambda url, fetch: suffers(w, None, FETCH, "the server's certificate is not valid for it", url=url, fetch=fetch,
                                                                    hint="a wrong clock fails it too"), begin="20980101000000Z")


def case_a_certificate_of_another_host(w):
    over_tls(w, "wrong", "DNS:elsewhere.example", lambda url, fetch: suffers(w, None, FETCH, "the server's certificate is not valid for it", url=url, fetch=fetch))


def case_a_certificate_of_an_unknown_authority(w):
    over_tls(w, "unknown", "IP:127.0.0.1", lambda url, fetch: suffers(w, None, FETCH, "the server's certificate is not valid for it", url=url, fetch=fetch), trusted=False)


def case_plain_http_on_a_tls_port(w):
    listener = socket.create_server(("127.0.0.1", 0))

    def talk(client):
        client.recv(100)
        client.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        client.close()
    serve(listener, talk)
    try:
        suffers(w, None, FETCH, "TLS could not be agreed on", url="https://127.0.0.1:%d/export/kista" % listener.getsockname()[1])
    finally:
        listener.close()


def case_a_redirect_from_https_to_plain_http(w):
    global injected
    injected += 1

    def test(url, fetch):
        w.begin()
        w.answer["kista"] = lambda r: r.answer("302 Found", b"", Location=w.peer.url("/export/kista"))
        fetch = dict(fetch, allow_http=False, retries=0)
        w.configure(Source("kista", url=url, credentials_file=w.file("token", "Bearer %s\n" % SECRET)), fetch=fetch)
        kista = w.of("kista")
        ended = w.limited("run")
        same((ended.code, ended.said()), (FETCH, ['source "kista": could not fetch %s: it redirects from https to plain http' % url]), str(ended))
        same(w.of("kista"), kista)
        w.shows_no_secret(ended)
        recovers_after(w)
    over_tls(w, "downgrade", "IP:127.0.0.1", test)


def recovers_after(w):
    w.answer.clear()
    w.config_of()
    w.run("run", code=DONE)


def case_tls_that_ends_without_saying_so(w):
    """A body whose length is told is whole; one that ends with the connection may have been cut by anybody."""
    over_tls(w, "cut", "IP:127.0.0.1", lambda url, fetch: suffers(w, raw(head(), BODY), REFUSED, "the body has no length and no end of its own; it may be cut",
                                                                 url=url, fetch=fetch), tls_cut=True)


def case_a_server_that_speaks_ipv6_only(w):
    try:
        server = Sockets(w, family=socket.AF_INET6)
    except OSError as error:
        print("SKIPPED: no IPv6 here: %s" % error)
        return
    try:
        bears(w, lambda r: r.answer(body=BODY), url="http://[::1]:%d/export/kista" % server.port)
    finally:
        server.end()
    w.fresh()
    suffers(w, None, FETCH, "connection refused", url="http://[::1]:%d/export/kista" % server.port, attempts=2)


def main():
    lib_run.enter()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    passed = failed = 0
    w = Peers()
    try:
        for name, case in list(globals().items()):
            if not name.startswith("case_") or (sys.argv[1:] and not any(part in name for part in sys.argv[1:])):
                continue
            title = name[5:].replace("_", " ")
            try:
                w.fresh()
                case(w)
                passed += 1
                print("ok    %s" % title, flush=True)
            except Exception as error:  # a case that breaks is a case that fails; the others still run
                failed += 1
                print("FAIL  %s\n        %s: %s" % (title, type(error).__name__, str(error).replace("\n", "\n        ")), flush=True)
            finally:
                w.tidy()
    finally:
        w.end()
    print("faults HTTP %d" % injected)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
