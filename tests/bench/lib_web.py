"""A private nginx that lends a folder."""
import os
import pwd
import shutil
import socket
import subprocess
import time

CONF = """daemon off;
worker_processes 1;
pid {home}/pid;
error_log {home}/error.log;
events {{ worker_connections 64; }}
http {{
  types {{ text/plain txt; application/gzip gz; }}
  sendfile on;
  access_log off;
  client_body_temp_path {home}/body;
  proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi;
  scgi_temp_path {home}/scgi;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


class Web:
    def __init__(self, folder):
        self.root, self.home = os.path.join(folder, "www"), os.path.join(folder, "nginx")
        os.makedirs(self.root)
        os.makedirs(self.home)
        self.process, self.log = None, None
        self.seconds = 1709272800  # of the next file; an ETag is made of time and size

    def start(self):
        for _ in range(5):  # somebody may take the port between asking for it and listening on it
            with socket.socket() as s:
                s.bind(("127.0.0.1", 0))
                self.port = s.getsockname()[1]
            if self._start():
                return
        raise RuntimeError("nginx did not start: %s" % open(os.path.join(self.home, "error.log"), encoding="utf-8").read())

    def _start(self):
        conf, command = os.path.join(self.home, "nginx.conf"), ["setpriv", "--pdeathsig=TERM"]  # not to outlive us, come what may
        with open(conf, "w", encoding="utf-8") as f:
            f.write(CONF.format(home=self.home, root=self.root, port=self.port))
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.home, nobody.pw_uid, nobody.pw_gid)
            command += ["--reuid=%d" % nobody.pw_uid, "--regid=%d" % nobody.pw_gid, "--clear-groups"]
        path = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        self.log = open(os.path.join(self.home, "out"), "ab")
        self.process = subprocess.Popen(command + [path, "-e", os.path.join(self.home, "error.log"), "-p", self.home, "-c", conf],
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        for _ in range(100):
            if self.process.poll() is not None:
                return False
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return True
            time.sleep(0.05)
        self.stop()
        return False

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        if self.log:
            self.log.close()

    def url(self, name):
        return "http://127.0.0.1:%d/%s" % (self.port, name)

    def publish(self, file, name):
        """FILE under NAME, newer than anything before."""
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.exists(path):
            os.unlink(path)
        os.link(file, path)
        self.touch(name)

    def touch(self, name):
        """The same bytes with a new ETag."""
        path = os.path.join(self.root, name)
        os.chmod(path, 0o644)
        self.seconds += 60
        os.utime(path, (self.seconds, self.seconds))
