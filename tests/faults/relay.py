"""A relay between the program and PostgreSQL's socket that counts what passes and cuts the connection where a test wants."""
import os
import socket
import threading

from lib_sockets import serve

COMMIT = b"Q\0\0\0\x0bCOMMIT\0"  # libpq's simple query


class Relay:
    """Listens on a socket of its own folder, which is what PGHOST is set to.

    cut_commit: (WHAT, N): at the N-th COMMIT of a run the connection is cut: "request", before the server gets it; "reply",
    after it has answered; "half", in the middle of its answer.  cut_after: bytes of the server's answers that may pass."""

    def __init__(self, folder, server):
        self.folder, self.server = folder, server
        os.makedirs(folder)
        self.cut_commit = self.cut_after = None
        self.commits = self.received = self.sent = self.cuts = 0
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(os.path.join(folder, ".s.PGSQL.5432"))
        self.listener.listen(16)
        serve(self.listener, self.pass_on)

    def arm(self, cut_commit=None, cut_after=None):
        with self.lock:
            self.cut_commit, self.cut_after = cut_commit, cut_after
            self.commits = self.received = self.sent = self.cuts = 0

    def end(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def pass_on(self, client):
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(os.path.join(self.server, ".s.PGSQL.5432"))
        except OSError:
            client.close()
            return
        link = Link(self, client, server)
        threading.Thread(target=link.requests, daemon=True).start()
        link.replies()


class Link:
    def __init__(self, relay, client, server):
        self.relay, self.client, self.server, self.cut = relay, client, server, None

    def close(self):
        for end in (self.client, self.server):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def requests(self):
        relay = self.relay
        try:
            while True:
                data = self.client.recv(65536)
                if not data:
                    break
                with relay.lock:
                    relay.sent += len(data)
                    relay.commits += COMMIT in data
                    if COMMIT in data and relay.cut_commit and relay.commits == relay.cut_commit[1]:
                        self.cut = relay.cut_commit[0]
                        relay.cut_commit = None
                        relay.cuts += 1
                if self.cut == "request":
                    break
                self.server.sendall(data)
        except OSError:
            pass
        self.close()

    def replies(self):
        relay = self.relay
        try:
            while True:
                data = self.server.recv(65536)
                if not data or self.cut == "reply":
                    break
                if self.cut == "half":
                    self.client.sendall(data[:len(data) // 2])
                    break
                with relay.lock:
                    relay.received += len(data)
                    over = relay.cut_after is not None and relay.received > relay.cut_after
                    if over:
                        data = data[:len(data) - (relay.received - relay.cut_after)]
                        relay.cut_after = None
                        relay.cuts += 1
                self.client.sendall(data)
                if over:
                    break
        except OSError:
            pass
        self.close()
