#!/usr/bin/env python3
"""An HTTP server that misbehaves on purpose: what a real server cannot be made to do.

Each path is one fault (see the functions named fault_…).  Used by test_fetch.py; run by itself it prints its port
and serves until it is killed, for trying things by hand with curl.
"""
import gzip
import io
import socket
import socketserver
import struct
import sys
import threading
import time
from email.utils import formatdate

CSV = b"enhet;indikator;utfall\n" + b"".join(b"Enhet %d;Andel elever;%d,5\n" % (i, i % 100) for i in range(2000))
HTML = b"\xef\xbb\xbf\n<!DOCTYPE html><html><head><title>Logga in</title></head><body>...</body></html>"


def packed(data):
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as f:
        f.write(data)
    return out.getvalue()


class Request:
    def __init__(self, path, headers, sock, peer, visit):
        self.path, self.headers, self.sock, self.peer, self.visit = path, headers, sock, peer, visit

    def send(self, data):
        self.sock.sendall(data)

    def answer(self, status="200 OK", body=b"", length=True, **headers):
        lines = ["HTTP/1.1 " + status, "Connection: close"]
        lines += ["%s: %s" % (name.replace("_", "-"), value) for name, value in headers.items()]
        if length:
            lines.append("Content-Length: %d" % len(body))
        self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()  # at once: a shutdown first would send an orderly end

    def stall(self):
        self.peer.closing.wait(60)


def chunks(data, size=1000):
    return b"".join(b"%x\r\n%s\r\n" % (len(data[i:i + size]), data[i:i + size]) for i in range(0, len(data), size))


# ---- sound answers, for comparison ----

def fault_none(r):
    r.answer(body=CSV, Content_Type="text/csv")


def fault_chunked(r):
    r.answer(length=False, Transfer_Encoding="chunked")
    r.send(chunks(CSV) + b"0\r\nETag: \"of-the-trailer\"\r\n\r\n")


def fault_close_delimited(r):
    r.answer(length=False)
    r.send(CSV)


def fault_close_delimited_gzip(r):
    r.answer(length=False)
    r.send(packed(CSV))


def fault_nested_gzip(r):
    r.answer(body=packed(packed(CSV)), Content_Encoding="gzip")


def fault_weak_etag(r):
    if r.headers.get("if-none-match") == 'W/"5-å"'.encode("utf-8").decode("latin-1"):
        r.answer("304 Not Modified", length=False, ETag='W/"5-å"'.encode("utf-8").decode("latin-1"))
    else:
        r.answer(body=CSV, ETag='W/"5-å"'.encode("utf-8").decode("latin-1"))


def fault_changing_etag(r):
    r.answer(body=CSV, ETag='"%d"' % r.visit)


def fault_continue_first(r):
    r.send(b"HTTP/1.1 100 Continue\r\nETag: \"not-this\"\r\n\r\n")
    r.answer(body=CSV)


# ---- cut bodies ----

def fault_cut_length(r):
    r.answer(length=False, Content_Length=len(CSV))
    r.send(CSV[:len(CSV) // 2])


def fault_cut_once(r):
    (fault_cut_length if r.visit == 1 else fault_none)(r)


def fault_cut_chunked(r):
    r.answer(length=False, Transfer_Encoding="chunked")
    r.send(chunks(CSV)[:5000])


def fault_chunks_without_end(r):
    r.answer(length=False, Transfer_Encoding="chunked")
    r.send(chunks(CSV))


def fault_cut_close_delimited(r):
    r.answer(length=False)
    r.send(CSV[:len(CSV) // 2])


def fault_cut_gzip(r):
    data = packed(CSV)
    r.answer(body=data[:len(data) - 9], Content_Type="application/gzip")


def fault_cut_gzip_encoding(r):
    r.answer(length=False, Content_Encoding="gzip")
    r.send(packed(CSV)[:1000])


def fault_reset(r):
    r.answer(length=False, Content_Length=len(CSV))
    r.send(CSV[:1000])
    time.sleep(0.1)
    r.reset()


def fault_reset_close_delimited(r):
    r.answer(length=False)
    r.send(CSV[:1000])
    time.sleep(0.1)
    r.reset()


def fault_reset_once(r):
    (fault_reset if r.visit == 1 else fault_none)(r)


def fault_no_answer(_r):
    pass


def fault_stall(r):
    r.answer(length=False, Content_Length=len(CSV))
    r.send(CSV[:1000])
    r.stall()


def fault_stall_before_answer(r):
    r.stall()


def fault_trickle(r):
    r.answer(length=False, Content_Length=10000000)
    while not r.peer.closing.wait(0.05):
        r.send(b"x" * 1000)


# ---- bodies that are not exports ----

def fault_html(r):
    r.answer(body=HTML, Content_Type="text/csv")


def fault_html_by_type(r):
    r.answer(body=b"Var god logga in", Content_Type="text/html; charset=utf-8")


def fault_html_gzip(r):
    r.answer(body=packed(HTML), Content_Encoding="gzip")


def fault_empty(r):
    r.answer(body=b"")


def fault_empty_close_delimited(r):
    r.answer(length=False)


def fault_empty_gzip(r):
    r.answer(body=packed(b""), Content_Encoding="gzip")


def fault_bomb(r):
    r.answer(body=packed(b"0" * 20000000), Content_Encoding="gzip")


def fault_brotli(r):
    r.answer(body=b"\x0b\x02\x80abc\x03", Content_Encoding="br")


def fault_gzip_not_gzip(r):
    r.answer(body=CSV, Content_Encoding="gzip")


def fault_announced_too_long(r):
    r.answer(length=False, Content_Length=1 << 40)
    r.send(CSV)


def fault_endless(r):
    r.answer(length=False)
    while True:
        r.send(b"a;b;c;d;e;f;g\n" * 1000)


def fault_not_http(r):
    r.send(b"SSH-2.0-OpenSSH_9.2\r\n")


def fault_huge_headers(r):
    r.send(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (i, b"x" * 1000) for i in range(100)))
    r.send(b"Content-Length: 3\r\n\r\nabc")


def fault_endless_headers(r):
    r.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        r.send(b"X: y\r\n" * 1000)


# ---- statuses ----

def fault_status(r):
    """/status/503 or /status/503/NAME=VALUE: that status, once and for all."""
    parts = r.path.split("/")
    r.answer(parts[2] + " x", b"no", **header_of(parts))


def fault_status_once(r):
    """/status-once/503/NAME=VALUE: that status first, the export afterwards."""
    (fault_status if r.visit == 1 else fault_none)(r)


def fault_retry_date_once(r):
    if r.visit == 1:
        now = time.time()
        r.answer("503 x", b"no", Date=formatdate(now, usegmt=True), Retry_After=formatdate(now + 1, usegmt=True))
    else:
        fault_none(r)


def fault_unasked_304(r):
    r.answer("304 Not Modified", length=False)


def fault_long_404(r):
    r.answer("404 Not Found", b"x" * 5000000)


def header_of(parts):
    if len(parts) < 4:
        return {}
    name, value = parts[3].split("=", 1)
    return {name: value.replace("%20", " ")}


# ---- redirects ----

def fault_loop(r):
    r.answer("302 Found", b"x", Location=r.path)


def fault_redirect_to(r):
    """/redirect-to?URL"""
    r.answer("302 Found", b"x", Location=r.path.split("?", 1)[1])


def fault_redirect_nowhere(r):
    r.answer("302 Found", b"x")


# ---- several at once ----

def fault_meet(r):
    """Answers only when three requests are here at the same time."""
    r.peer.barrier.wait(20)
    fault_none(r)


def fault_count(r):
    """Remembers how many were here at the same time."""
    with r.peer.lock:
        r.peer.here += 1
        r.peer.most_here = max(r.peer.most_here, r.peer.here)
    time.sleep(0.05)
    with r.peer.lock:
        r.peer.here -= 1
    fault_none(r)


class Peer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.port = self.server_address[1]
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.barrier = threading.Barrier(3)
        self.visits, self.requests = {}, []
        self.here = self.most_here = 0

    def url(self, path, host="127.0.0.1"):
        return "http://%s:%d%s" % (host, self.port, path)

    def begin(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def end(self):
        self.closing.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):  # the client hanging up is what many of these are for
            super().handle_error(request, client_address)


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        head = b""
        while b"\r\n\r\n" not in head:
            more = self.request.recv(65536)
            if not more:
                return
            head += more
        lines = head.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        path = lines[0].split(" ")[1]
        headers = {k.strip().lower(): v.strip() for k, v in (line.split(":", 1) for line in lines[1:])}
        peer = self.server
        with peer.lock:
            peer.visits[path] = visit = peer.visits.get(path, 0) + 1
            peer.requests.append((path, headers))
        name = path.split("?")[0].split("/")[1].replace("-", "_")
        globals()["fault_" + name](Request(path, headers, self.request, peer, visit))


if __name__ == "__main__":
    server = Peer(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(server.port, flush=True)
    server.serve_forever()
