#!/usr/bin/env python3
"""What `make install` installs, and the units it installs as systemd's own tools judge them; nothing is started."""
import os
import re
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_package  # noqa: E402
from lib_package import TOP, holds, read, run, same  # noqa: E402

SERVICES = ("stadslager.service", "stadslager-audit@2023.service", "stadslager-failure@x.service")
EXPOSURE = 12  # tenths; systemd-analyze's scale ends at 100


class Installed:
    """make install, in a folder of its own."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="test-units-")
        self.etc = os.path.join(self.folder, "etc", "stadslager")
        self.arguments = ("make", "--no-print-directory", "-s", "PREFIX=%s/usr" % self.folder, "ETC=" + self.etc)
        run(*self.arguments, "install", timeout=600)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def files(self):
        return {os.path.relpath(os.path.join(folder, name), self.folder)
                for folder, _, names in os.walk(self.folder) for name in names}

    def unit(self, name):
        return self.path("usr/lib/systemd/system", name)


def case_everything_is_installed(w):
    found = w.files()
    for name in ("usr/bin/stadslager", "usr/lib/stadslager/report-failure", "usr/lib/sysusers.d/stadslager.conf",
                 "usr/lib/tmpfiles.d/stadslager.conf", "usr/share/man/man1/stadslager.1", "usr/share/man/man5/stadslager.yaml.5",
                 "usr/share/bash-completion/completions/stadslager", "usr/share/doc/stadslager/README.md", "usr/share/doc/stadslager/GUIDE.md",
                 "usr/share/stadslager/stadslager.yaml", "etc/stadslager/stadslager.yaml", "etc/stadslager/stadsdelar.yaml",
                 "etc/stadslager/enheter.yaml", "etc/stadslager/indikatorer.yaml"):
        holds(name in found, name)
    sql = {os.path.relpath(os.path.join(folder, name), TOP) for folder, _, names in os.walk(os.path.join(TOP, "sql"))
           for name in names if name.endswith(".sql")}
    same({name[len("usr/share/stadslager/"):] for name in found if name.endswith(".sql")}, sql, "the SQL for reading")
    units = {name for name in os.listdir(os.path.join(TOP, "systemd")) if name.endswith((".service", ".timer"))}
    same({os.path.basename(name) for name in found if "/systemd/system/" in name}, units)


def case_what_is_installed_names_the_place_it_is_in(w):
    for name in w.files():
        if name.startswith("usr/lib") or "/man/" in name:
            with open(w.path(name), encoding="utf-8") as f:
                text = f.read()
            holds("/usr/local" not in text, name)
            for path in re.findall(r"(?:^ExecStart=|^\.Pa )(%s\S+)" % re.escape(w.folder), text, re.M):
                holds(os.path.exists(path), "%s names %s" % (name, path))


def case_the_installed_sample_has_no_problems(w):
    holds(": no problems" in run(w.path("usr/bin/stadslager"), "--config", w.etc + "/stadslager.yaml", "check-config"), "sample")


def case_a_configuration_that_is_there_is_kept(w):
    with open(w.etc + "/stadslager.yaml", "w", encoding="utf-8") as f:
        f.write("# mine\n")
    os.unlink(w.etc + "/enheter.yaml")
    run(*w.arguments, "install")
    with open(w.etc + "/stadslager.yaml", encoding="utf-8") as f:
        same(f.read(), "# mine\n")
    holds(os.path.exists(w.etc + "/enheter.yaml"), "what was missing is there again")


def case_systemd_finds_nothing_wrong_with_the_units(w):
    units = [w.unit(name) for name in SERVICES + ("stadslager.timer",)]
    same(run("systemd-analyze", "verify", "--man=no", "--recursive-errors=yes", *units), "", "what it says")


def case_each_service_is_exposed_as_little_as_promised(w):
    for name in SERVICES:
        template = w.unit(re.sub(r"@.*\.", "@.", name))
        print("      " + run("systemd-analyze", "security", "--offline=true", "--threshold=%d" % EXPOSURE, "--no-pager",
                             template).strip().splitlines()[-1].strip("→ "))


def case_no_night_is_skipped_when_clocks_change(w):
    """Local time jumps from 02:00 to 03:00 in spring: a timer inside that hour does not fire."""
    for before, expected in (("2026-03-28 12:00:00", "2026-03-29 02:15:00"), ("2026-03-29 12:00:00", "2026-03-30 02:15:00"),
                             ("2026-10-24 12:00:00", "2026-10-25 03:15:00")):
        calendar = re.search(r"^OnCalendar=(.*)$", read("systemd/stadslager.timer"), re.M).group(1)
        said = run("systemd-analyze", "calendar", "--base-time=" + before, calendar, env={"TZ": "UTC"})
        holds(expected + " UTC" in said, "after %s UTC comes\n%s" % (before, said))


def case_the_user_and_the_folders_are_as_systemd_wants_them(w):
    if os.geteuid() != 0:
        raise lib_package.Pending("needs root")
    root = w.path("root")
    os.makedirs(root + "/etc", exist_ok=True)
    run("systemd-sysusers", "--root=" + root, os.path.join(TOP, "systemd/stadslager.sysusers"))
    with open(root + "/etc/passwd", encoding="utf-8") as f:
        holds(re.search(r"^stadslager:x:\d+:\d+:Stadslager:/var/lib/stadslager:/usr/sbin/nologin$", f.read(), re.M), "the user")
    run("systemd-tmpfiles", "--root=" + root, "--create", os.path.join(TOP, "systemd/stadslager.tmpfiles"))
    same(oct(os.stat(root + "/etc/stadslager/secrets").st_mode & 0o7777), "0o750", "secrets")
    same(oct(os.stat(root + "/var/lib/stadslager").st_mode & 0o7777), "0o750", "state")


def case_the_failure_report_says_what_happened_and_what_is_next(w):
    report = w.path("usr/lib/stadslager/report-failure")
    for result, status, words in (("exit-code", "8", ("database", "PostgreSQL")), ("timeout", "9", ("time limit", "TimeoutStartSec")),
                                  ("signal", "KILL", ("killed", "next run")), ("resources", "", ("could not run it", "secrets"))):
        said = run(report, "stadslager", env={"MONITOR_UNIT": "stadslager.service", "MONITOR_SERVICE_RESULT": result,
                                              "MONITOR_EXIT_STATUS": status})
        for line in said.splitlines():
            holds(line.startswith("<3>stadslager.service"), "every line is an error of the unit:\n" + said)
        holds(all(word in said for word in words), said)


def case_uninstall_leaves_the_configuration_only(w):
    run(*w.arguments, "uninstall")
    left = {name for name in w.files() if not name.startswith("root/")}
    same(left, {"etc/stadslager/" + name for name in ("stadslager.yaml", "stadsdelar.yaml", "enheter.yaml", "indikatorer.yaml")})


if __name__ == "__main__":
    lib_package.cannot_run("systemd-analyze", "systemd-sysusers", "systemd-tmpfiles")
    world = Installed()
    try:
        code = lib_package.main(globals(), world)
    finally:
        shutil.rmtree(world.folder)
    sys.exit(code)
