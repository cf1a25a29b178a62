#!/usr/bin/env python3
"""The package in a real systemd: installed into a clean container, run by its timer, stopped, failing, removed, purged.

Needs root, debootstrap and systemd-nspawn, and a Debian mirror; says so where they are not.  The tests are steps of one story:
each begins where the one before it ended.  usage: test_systemd.py    (starts itself inside tests/with-postgres)
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration"))
import lib_package  # noqa: E402
import lib_run  # noqa: E402
from lib_container import Container, Nginx, wait  # noqa: E402
from lib_package import Failed, Pending, TOP, holds, same  # noqa: E402
from lib_run import export, rows  # noqa: E402

UNIT = "stadslager.service"
FAILURE = "stadslager-failure@stadslager.service"
DISTRICTS = {"bromma": "Bromma stadsdelsnämnd", "farsta": "Farsta"}


class World:
    def __init__(self):
        self.deb = lib_package.package()
        self.box = Container()
        began = time.monotonic()
        try:
            self.box.make()
        except BaseException:
            self.box.end()
            raise
        print("      debootstrap: %.1f s" % (time.monotonic() - began), flush=True)
        self.web = Nginx(os.path.join(self.box.folder, "web"))

    def end(self):
        self.web.end()
        self.box.end()

    def sql(self, query):
        done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", query], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        if done.returncode:
            raise Failed("psql: %s\n%s" % (query, done.stdout.decode("utf-8")))
        return done.stdout.decode("utf-8").strip()

    def publish(self, first, district="bromma", extra=()):
        self.web.publish(district + ".csv", export(*(rows(first=first, district=DISTRICTS[district]) + list(extra))))

    def outcome(self, district="Bromma"):
        """The one value that each test looks at: the first of ten."""
        return self.sql("SELECT varde FROM analys.utfall WHERE stadsdel = '%s' AND indikator = 'Sjukfrånvaro'" % district)

    def facts(self):
        return self.sql("SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM lager.fact_utfall t")

    def runs(self):
        return int(self.sql("SELECT count(*) FROM drift.run"))

    def session_ended(self):
        """The server notices a moment later that a client is gone, and until then its lock is held."""
        wait(lambda: self.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'stadslager'") == "0",
             "the run's session has ended")

    def nobody_is_left(self):
        self.session_ended()
        same(self.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), "0", "locks left")
        same(self.box.guest("find", "/var/lib/stadslager/archive/tmp", "-type", "f"), "", "files left")

    def ended(self):
        wait(lambda: self.box.show(UNIT, "ActiveState") in ("inactive", "failed"), "the service has ended")
        self.session_ended()
        return self.box.show(UNIT, "Result"), self.box.show(UNIT, "ExecMainStatus")

    def in_the_middle(self):
        """Starts the service and holds it up inside its transaction; returns what lets it go."""
        holder = subprocess.Popen(["psql", "-XAtq"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        holder.stdin.write(b"BEGIN; LOCK TABLE lager.fact_utfall IN ACCESS EXCLUSIVE MODE; SELECT 'held';\n")
        holder.stdin.flush()
        same(holder.stdout.readline(), b"held\n", "the lock")
        self.box.guest("systemctl", "start", "--no-block", UNIT)

        def release():
            holder.communicate(b"ROLLBACK;\n", timeout=30)
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'stadslager' AND wait_event_type = 'Lock'"
        try:
            wait(lambda: self.sql(waiting) != "0", "the run is in the middle of its load")
        except Failed as error:
            release()
            raise Failed("%s\n%s" % (error, self.box.journal("--unit=" + UNIT, "--lines=15")))
        return release

    def failures(self):
        """What the failure unit has said, as errors, since the last call."""
        wait(lambda: self.box.show(FAILURE, "ActiveState") == "inactive", "the failure unit has ended")
        said = self.box.journal("--priority=err", "--unit=" + FAILURE)
        self.box.guest("journalctl", "--rotate", "--vacuum-time=1s", code=None)
        return said


def case_the_package_installs_in_a_clean_system(w):
    shutil.copy(w.deb, w.box.path("/root/stadslager.deb"))
    w.box.before_boot("apt-get", "-qq", "update")
    said = w.box.before_boot("apt-get", "-qq", "-y", "--no-install-recommends", "install", "/root/stadslager.deb")
    holds("Setting up stadslager " in said, said)
    same(w.box.before_boot("systemctl", "is-enabled", "stadslager.timer", code=None).strip(), "disabled", "the timer")
    same(w.box.before_boot("stat", "-c", "%U:%G %a", "/var/lib/stadslager", "/etc/stadslager/secrets").split("\n")[:2],
         ["stadslager:stadslager 750", "root:stadslager 750"])
    holds(": no problems" in w.box.before_boot("stadslager", "check-config"), "the configuration as shipped")


def case_a_missed_run_is_made_up_at_boot_and_loads(w):
    """Enabled, configured, the schema made by hand as the package's documentation says; then the machine was off for two nights."""
    for district in DISTRICTS:
        w.publish(10, district)
    sources = "".join("  - {name: %s, url: '%s', connector: delimited}\n" % (d, w.web.url(d + ".csv")) for d in DISTRICTS)
    w.box.write("/etc/stadslager/stadslager.yaml",
                "warehouse: {dsn_file: secrets/dsn}\narchive: {path: /var/lib/stadslager/archive}\n"
                "fetch: {allow_http: true, retries: 0}\nregistries: {stadsdelar: stadsdelar.yaml, enheter: enheter.yaml, "
                "indikatorer: indikatorer.yaml}\nsources:\n" + sources)
    w.box.write("/etc/stadslager/secrets/dsn", "host=/srv/sql user=postgres dbname=%s\n" % os.environ["PGDATABASE"], 0o640)
    w.box.before_boot("chown", "root:stadslager", "/etc/stadslager/secrets/dsn")
    socket = ".s.PGSQL." + os.environ["PGPORT"]
    w.box.binds = ["--bind=%s/%s:/srv/sql/%s" % (os.environ["PGHOST"], socket, socket)]
    w.box.before_boot("runuser", "-u", "stadslager", "--", "stadslager", "migrate")
    w.box.write("/etc/systemd/system/stadslager.timer.d/test.conf", "[Timer]\nRandomizedDelaySec=0\nAccuracySec=1s\n")
    w.box.before_boot("systemctl", "enable", "stadslager.timer")
    stamp = w.box.path("/var/lib/systemd/timers/stamp-stadslager.timer")
    os.makedirs(os.path.dirname(stamp), exist_ok=True)
    subprocess.run(["touch", "-d", "2 days ago", stamp], check=True)
    w.box.boot()
    wait(lambda: w.runs() == 1, "the timer has started the service")
    same(w.ended(), ("success", "0"))
    same((w.outcome(), w.outcome("Farsta")), ("10.5", "10.5"))
    holds('source "bromma": loaded' in w.box.journal("--unit=" + UNIT), "the journal has the program's messages")


def case_systemd_inside_finds_nothing_wrong_with_the_units(w):
    same(w.box.guest("systemd-analyze", "verify", "--man=no", "--recursive-errors=yes", UNIT, "stadslager.timer",
                     "stadslager-audit@2023.service", FAILURE), "")


def case_the_timer_starts_the_service_at_its_time(w):
    w.publish(20)
    w.box.drop_in("stadslager.timer", "[Timer]\nOnCalendar=\nOnCalendar=*:*:0/2\nRandomizedDelaySec=0\nAccuracySec=100ms\n")
    w.box.guest("systemctl", "restart", "stadslager.timer")
    wait(lambda: w.outcome() == "20.5", "a run that the timer started has loaded the new export")
    w.box.drop_in("stadslager.timer", None)
    w.box.guest("systemctl", "restart", "stadslager.timer")
    same(w.ended(), ("success", "0"))
    elapse = w.box.guest("systemctl", "list-timers", "--no-pager", "stadslager.timer")
    holds("stadslager.timer" in elapse, "the next one is planned:\n" + elapse)


def case_doctor_and_status_know_when_the_timer_fires_next(w):
    said = w.box.guest("stadslager", "doctor", "--format", "json", code=None)
    timer = [f for f in json.loads(said) if f["check"] == "timer"]
    same([f["level"] for f in timer], ["ok"], said)
    holds("the next run begins 20" in timer[0]["message"], said)
    status = w.box.guest("stadslager", "status", "--format", "json")
    holds(re.search(r'"next": ?"20\d\d-', status), status)


def case_quarantined_rows_are_a_success(w):
    w.publish(21, extra=[lib_run.line("Aktivt Medskapandeindex", "varken eller", unit="Okänd enhet")])
    w.box.guest("systemctl", "start", UNIT)
    same(w.ended(), ("success", "3"))
    w.publish(22)
    w.box.guest("systemctl", "start", UNIT)
    same(w.ended(), ("success", "0"))


def case_secrets_are_shown_to_the_service_only_as_listed(w):
    w.box.write("/etc/stadslager/secrets/other", "hemligt\n", 0o644)
    w.box.drop_in(UNIT, "[Service]\nExecStartPre=/bin/sh -c 'ls /etc/stadslager/secrets; touch /etc/stadslager/x /usr/x /var/lib/x'\n")
    w.box.guest("systemctl", "start", UNIT, code=None)
    w.box.drop_in(UNIT, None)
    said = w.box.journal("--unit=" + UNIT, "--lines=20")
    holds(re.search(r"^dsn$", said, re.M) and not re.search(r"^other$", said, re.M), said)
    same(len(re.findall(r"Read-only file system", said)), 3, "writes refused in\n" + said)
    os.unlink(w.box.path("/etc/stadslager/secrets/other"))
    w.failures()


def case_systemctl_status_shows_the_stage(w):
    w.publish(23)
    release = w.in_the_middle()
    try:
        status = w.box.show(UNIT, "StatusText")
    finally:
        release()
    same(w.ended(), ("success", "0"))
    linked = "libsystemd" in lib_package.run("ldd", w.box.path("/usr/bin/stadslager"), code=None)
    meant = subprocess.run(["grep", "-rq", "sd_notify", os.path.join(TOP, "etl"), "--include=*.c"]).returncode == 0
    if not linked and not meant:
        raise Pending("the program does not call sd_notify yet")
    holds(status, "STATUS= is empty while the run loads")
    print("      STATUS=" + status)


def case_stopping_the_service_rolls_back(w):
    before = w.facts()
    w.publish(30)
    release = w.in_the_middle()
    w.box.guest("systemctl", "stop", UNIT)
    same(w.ended(), ("exit-code", "9"))
    release()
    w.nobody_is_left()
    same(w.facts(), before, "the facts")
    said = w.failures()
    holds("stadslager.service failed: result exit-code, status 9 (deadline)" in said, said)


def case_the_time_limit_of_the_unit_rolls_back(w):
    before = w.facts()
    w.box.drop_in(UNIT, "[Service]\nTimeoutStartSec=8s\n")
    release = w.in_the_middle()
    same(w.ended(), ("timeout", "9"))
    release()
    w.box.drop_in(UNIT, None)
    w.nobody_is_left()
    same(w.facts(), before, "the facts")
    said = w.failures()
    holds("stadslager.service failed: result timeout, status 9 (the time limit of the unit)" in said, said)


def case_the_run_after_it_loads_what_was_rolled_back(w):
    w.box.guest("systemctl", "start", UNIT)
    same((w.ended(), w.outcome()), (("success", "0"), "30.5"))


def case_a_failing_source_starts_the_failure_unit(w):
    w.publish(40)
    w.web.remove("farsta.csv")
    w.box.guest("systemctl", "start", UNIT, code=1)
    same(w.ended(), ("exit-code", "6"))
    same((w.outcome(), w.outcome("Farsta")), ("40.5", "10.5"), "the other source, and what this one had")
    said = w.failures()
    holds("stadslager.service failed: result exit-code, status 6 (fetch)" in said, said)
    holds("next: a source could not be fetched" in said, said)


def case_a_missing_secret_is_a_configuration_error(w):
    w.publish(11, "farsta")
    os.rename(w.box.path("/etc/stadslager/secrets/dsn"), w.box.path("/root/dsn"))
    w.box.guest("systemctl", "start", UNIT, code=1)
    same(w.ended(), ("exit-code", "5"))
    said = w.failures()
    holds("status 5 (config)" in said and "/etc/stadslager/secrets" in said, said)
    os.rename(w.box.path("/root/dsn"), w.box.path("/etc/stadslager/secrets/dsn"))


def case_an_audit_of_a_year_runs_as_a_unit(w):
    lib_package.must_have(["audit"])
    w.box.guest("systemctl", "start", UNIT)
    said = w.box.guest("systemctl", "start", "stadslager-audit@2023.service", code=None)
    same(w.box.show("stadslager-audit@2023.service", "ExecMainStatus"), "0",
         said + w.box.journal("--unit=stadslager-audit@2023.service"))


def archive_of(w):
    return w.box.guest("sh", "-c", "cd /var/lib/stadslager && find archive -type f | sort | xargs sha256sum")


def case_removing_the_package_stops_the_timer_and_leaves_configuration_and_archive(w):
    w.archive = archive_of(w)
    holds(w.archive.count("\n") > 5, "the archive holds files")
    w.box.guest("apt-get", "-qq", "-y", "remove", "stadslager")
    same(w.box.show("stadslager.timer", "ActiveState"), "inactive", "the timer")
    same(w.box.guest("sh", "-c", "ls /usr/bin/stadslager /lib/systemd/system/stadslager* 2>/dev/null", code=None), "")
    holds(os.path.exists(w.box.path("/etc/stadslager/stadslager.yaml")), "the configuration")
    same(archive_of(w), w.archive, "the archive")


def case_purging_leaves_the_archive_and_says_so(w):
    said = w.box.guest("apt-get", "-qq", "-y", "purge", "stadslager")
    holds("left as it is: /var/lib/stadslager, the archive" in said, said)
    holds("left as it is: /etc/stadslager/secrets" in said, said)
    same(archive_of(w), w.archive, "the archive")
    same(w.box.guest("ls", "/etc/stadslager").split(), ["secrets"])
    same(w.box.guest("stat", "-c", "%U", "/var/lib/stadslager/archive").strip(), "stadslager", "its owner")


def case_the_system_inside_shuts_down_in_order(w):
    same(w.box.power_off(), 0, "systemd-nspawn's exit status")


if __name__ == "__main__":
    lib_package.cannot_run("debootstrap", "systemd-nspawn", "nsenter", "setpriv", "nginx", "dh", "dpkg-buildpackage", root=True)
    lib_run.enter()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left then either
    world = None
    try:
        world = World()
        code = lib_package.main(globals(), world)
    finally:
        if world:
            world.end()
    sys.exit(code)
