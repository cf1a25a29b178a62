"""A clean Debian with a real systemd (debootstrap, systemd-nspawn), in which the tests install the package and which they
drive from outside.  It shares the machine's network, and the socket of the private PostgreSQL is mounted into it."""
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from lib_package import Failed, holds, run, skip

NAME = "stadslager-test-%d" % os.getpid()
NSPAWN = ("systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--machine=" + NAME)
INSIDE = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8",
          "DEBIAN_FRONTEND": "noninteractive"}


def wait(condition, what, seconds=60):
    """Until CONDITION() is true; a test never waits for a time to pass."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    raise Failed("not within %d s: %s" % (seconds, what))


def mirror():
    """The release of this machine and a mirror that apt knows for it."""
    with open("/etc/os-release", encoding="utf-8") as f:
        release = re.search(r"^VERSION_CODENAME=(\w+)", f.read(), re.M)
    known = run("apt-get", "indextargets", "--format", "$(CODENAME) $(SITE)", "Created-By: Packages").splitlines()
    sites = [line.split()[1] for line in known if release and line.split()[0] == release.group(1) and len(line.split()) == 2]
    if not sites:
        skip("apt knows no mirror for this release")
    return release.group(1), sites[0]


class Container:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="stadslager-container-", dir="/var/tmp")
        self.root = os.path.join(self.folder, "root")
        self.binds = []  # --bind= options
        self.nspawn = None
        self.leader = None

    def make(self):
        release, site = mirror()
        done = subprocess.run(["debootstrap", "--variant=minbase", "--include=systemd,systemd-sysv,dbus", release, self.root, site],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
        if done.returncode:
            skip("debootstrap could not make a clean system: " + done.stdout.decode("utf-8", "replace").strip().splitlines()[-1])
        try:
            self.before_boot("true")
        except Failed as error:  # root, but not allowed to make namespaces and mounts
            skip("systemd-nspawn cannot run here: " + str(error).strip().splitlines()[-1])

    def path(self, name):
        return self.root + name

    def write(self, name, text, mode=0o644):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(self.path(name), mode)

    def before_boot(self, *command, code=0):
        """Runs in the container that is not booted."""
        env = ["--setenv=%s=%s" % item for item in INSIDE.items()]
        said = run(*NSPAWN, "-D", self.root, "--pipe", *self.binds, *env, *command, code=code, timeout=600)
        # systemd-nspawn's own farewell where PID 1 is not systemd.
        return re.sub(r"^Attempted to remove disk file system under .*\n", "", said, flags=re.M)

    def boot(self):
        """Boots; the container dies with this process."""
        console = open(os.path.join(self.folder, "console"), "ab")
        self.nspawn = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *NSPAWN, "-D", self.root, *self.binds, "--boot"], stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        console.close()

        def leading():
            holds(self.nspawn.poll() is None, "systemd-nspawn ended:\n" + self.console())
            with open("/proc/%d/task/%d/children" % (self.nspawn.pid, self.nspawn.pid), encoding="utf-8") as f:
                children = f.read().split()
            self.leader = children[0] if children else None
            return self.leader and self.guest("systemctl", "is-system-running", code=None).strip() in ("running", "degraded")
        wait(leading, "the system is up")

    def console(self):
        with open(os.path.join(self.folder, "console"), encoding="utf-8", errors="replace") as f:
            return f.read()[-3000:]

    def guest(self, *command, code=0):
        """Runs inside the booted container."""
        env = ["%s=%s" % item for item in INSIDE.items()]
        return run("nsenter", "--target", self.leader, "--all", "env", "-i", *env, *command, code=code, timeout=300)

    def show(self, unit, what):
        return self.guest("systemctl", "show", "--property=" + what, "--value", unit).strip()

    def journal(self, *arguments):
        self.guest("journalctl", "--sync")
        return self.guest("journalctl", "--no-pager", "--output=cat", *arguments)

    def drop_in(self, unit, text):
        """Changes UNIT until the next call; TEXT None: as it was."""
        folder = "/etc/systemd/system/%s.d" % unit
        if text is None:
            shutil.rmtree(self.path(folder), ignore_errors=True)
        else:
            self.write(folder + "/test.conf", text)
        self.guest("systemctl", "daemon-reload")

    def power_off(self):
        self.guest("systemctl", "poweroff", "--force", code=None)
        code = self.nspawn.wait(timeout=60)
        self.nspawn = None
        return code

    def end(self):
        if self.nspawn and self.nspawn.poll() is None:
            self.nspawn.send_signal(signal.SIGKILL)
            self.nspawn.wait()
            if self.leader:
                try:
                    os.kill(int(self.leader), signal.SIGKILL)
                except OSError:
                    pass
        shutil.rmtree("/run/systemd/nspawn/propagate/" + NAME, ignore_errors=True)
        for _ in range(50):  # the dead system's processes may still be going
            shutil.rmtree(self.folder, ignore_errors=True)
            if not os.path.exists(self.folder):
                return
            time.sleep(0.1)


class Nginx:
    """Serves FOLDER on 127.0.0.1."""

    def __init__(self, folder):
        self.folder = folder
        self.published = 0
        os.makedirs(os.path.join(folder, "www"))
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        temporary = "".join("%s_temp_path %s/%s;" % (name, folder, name) for name in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        with open(os.path.join(folder, "nginx.conf"), "w", encoding="utf-8") as f:
            f.write("daemon off; worker_processes 1; user root; pid %s/pid; error_log %s/error.log; events {} http { access_log"
                    " %s/access.log; %s server { listen 127.0.0.1:%d; root %s/www; } }\n"
                    % (folder, folder, folder, temporary, self.port, folder))
        self.child = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "nginx", "-e", folder + "/error.log", "-c", folder + "/nginx.conf"],
                                      stdin=subprocess.DEVNULL, env=dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin:/sbin"))
        wait(self.answers, "nginx answers")

    def answers(self):
        holds(self.child.poll() is None, "nginx ended")
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def url(self, name):
        return "http://127.0.0.1:%d/%s" % (self.port, name)

    def publish(self, name, body):
        path = os.path.join(self.folder, "www", name)
        with open(path + ".new", "wb") as f:
            f.write(body)
        # nginx tells bodies apart by size and second: two of one size in one second would be "not modified"
        self.published += 1
        os.utime(path + ".new", (1700000000 + self.published, 1700000000 + self.published))
        os.rename(path + ".new", path)

    def remove(self, name):
        os.unlink(os.path.join(self.folder, "www", name))

    def end(self):
        self.child.terminate()
        self.child.wait()
