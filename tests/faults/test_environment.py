#!/usr/bin/env python3
"""Whole runs where the machine is short of something, or set up in a way nobody thought of: disks, folders, locks, locales,
clocks, limits, descriptors.

usage: test_environment.py [PART-OF-A-NAME...]     starts itself inside tests/with-postgres; STADSLAGER names another binary
Prints a line per test and, last, "N passed, N failed".
"""
import glob
import os
import random
import re
import resource
import shutil
import stat
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_faults  # noqa: E402
from lib_faults import Standing, after_fault, code_is_documented, count, holds, no_secret, nothing_left, one_message, rerun, same  # noqa: E402
from lib_run import (CONFIG, DATABASE, DONE, EXPORTS, INTERNAL, LOCKED, QUARANTINED, TOP, Ended, Source, export, line, rows)  # noqa: E402

RELEASE = os.path.join(TOP, "build", "stadslager")


class Skipped(Exception):
    pass


def one(w, **options):
    """BEFORE is loaded, AFTER waits on the web server; what an undisturbed run makes of it is known."""
    w.configure(Source("a"), **options)
    w.content["a"] = export(*rows())
    w.run("run", code=DONE)
    before = Standing(w)
    w.idle()
    kept = w.database + "_kept"
    w.sql("CREATE DATABASE %s TEMPLATE %s" % (kept, w.database), "postgres")
    shutil.copytree(w.archive, w.archive + "-kept")
    w.content["a"] = export(*rows(first=40))
    w.run("run", code=DONE)
    after = Standing(w)
    back(w)
    return before, after


def back(w):
    w.idle()
    w.sql("DROP DATABASE %s WITH (FORCE)" % w.database, "postgres")
    w.sql("CREATE DATABASE %s TEMPLATE %s_kept" % (w.database, w.database), "postgres")
    shutil.rmtree(w.archive, ignore_errors=True)
    shutil.copytree(w.archive + "-kept", w.archive)


def failed(w, before, after, ended, code, cause):
    same(ended.code, code, "%s; its exit code" % ended)
    same(after_fault(w, before, after, ended, cause).sources, before.sources, "the facts")
    count("environment")


def mounted(folder, options):
    if os.getuid() != 0 or subprocess.call(["mount", "-t", "tmpfs", "-o", options, "none", folder], stderr=subprocess.DEVNULL) != 0:
        raise Skipped("mounting a small file system needs root")


def on_small_disk(w, options, larger, cause):
    """The archive's file system is too small for the next export; then it is not any more."""
    one_before, one_after = one(w)
    used = 1 + sum(len(folders) + len(files) for _, folders, files in os.walk(w.archive))
    options = options.replace("USED", str(used))
    shutil.rmtree(w.archive)
    os.makedirs(w.archive)
    mounted(w.archive, options + ",mode=700")
    try:
        shutil.copytree(w.archive + "-kept", w.archive, dirs_exist_ok=True)
        noise = random.Random(1)
        w.content["a"] = w.content["a"] + "\n".join("".join(noise.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(900)) for _ in range(700)).encode()
        ended = w.run("run")
        failed(w, one_before, one_after, ended, INTERNAL, cause)
        holds(subprocess.call(["mount", "-o", "remount," + larger, w.archive]) == 0, "a larger file system")
        w.content["a"] = export(*rows(first=40))
        rerun(w, one_after)
    finally:
        subprocess.call(["umount", "-l", w.archive])


def case_the_disk_of_the_archive_is_full(w):
    on_small_disk(w, "size=200k", "size=64m", "could not write a body: No space left on device")


def case_the_archive_has_no_inodes_left(w):
    on_small_disk(w, "size=64m,nr_inodes=USED", "nr_inodes=1000", "No space left on device")


def case_a_file_may_not_be_that_large(w):
    before, after = one(w)
    noise = random.Random(2)
    good = w.content["a"]
    w.content["a"] += "".join("%030x\n" % noise.getrandbits(120) for _ in range(4000)).encode()
    ended = limited(w, resource.RLIMIT_FSIZE, 20000)
    failed(w, before, after, ended, INTERNAL, "File too large")
    w.content["a"] = good
    rerun(w, after)


def case_the_archive_is_read_only(w):
    before, after = one(w)
    kept = w.archive + "-held"
    shutil.move(w.archive, kept)
    os.makedirs(w.archive)
    mounted(w.archive, "size=64m,mode=700")
    try:
        shutil.copytree(kept, w.archive, dirs_exist_ok=True)
        subprocess.check_call(["mount", "-o", "remount,ro", w.archive])
        failed(w, before, after, w.run("run"), CONFIG, "Read-only file system")
        subprocess.check_call(["mount", "-o", "remount,rw", w.archive])
        rerun(w, after)
    finally:
        subprocess.call(["umount", "-l", w.archive])


def case_the_archive_is_gone_in_the_middle_of_a_fetch(w):
    before, after = one(w)

    def vanish(request):
        shutil.rmtree(w.archive)
        request.answer(body=w.content["a"])
    w.answer["a"] = vanish
    failed(w, before, after, w.run("run"), INTERNAL, "No such file or directory")
    w.answer.clear()
    rerun(w, after)


def case_two_runs_at_once(w):
    before, after = one(w)
    release = w.block("drift.load")
    child = w.start("run")
    w.wait_blocked()
    second = w.run("run", code=LOCKED)
    one_message(second, r"is locked by another run, process %d" % child.pid)
    release()
    same(w.finish(child, "run").code, DONE)
    same(Standing(w).sources, after.sources)
    nothing_left(w)
    count("environment")
    holds(before.sources != after.sources, "something was to be done")


def case_the_lock_of_a_dead_process(w):
    _, after = one(w)
    for content in ("999999\n", "", "not a number\n" * 1000):
        with open(os.path.join(w.archive, "lock"), "w", encoding="ascii") as f:
            f.write(content)
        rerun(w, after)
        count("environment")
        back(w)


def same_everywhere(w, environments):
    """A load gives the same facts, and decoding the same bytes, in each of ENVIRONMENTS."""
    _, after = one(w)
    command = ("decode", "--connector", "rapporttext", "--stadsdel", "Farsta", "--year", "2023", "--table", "indikator",
               os.path.join(EXPORTS, "farsta-2023.txt"))
    text = w.run(*command, code=DONE).out
    table = None
    for env in environments:
        w.run("run", env=env, code=DONE)
        same(Standing(w).sources, after.sources, "the facts with %s" % env)
        same(w.run(*command, env=env, code=DONE).out, text, "what decode prints with %s" % env)
        shown = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "published", w.run("export", "--format", "csv", env=env, code=DONE).out)
        table = table or shown
        same(shown, table, "what export prints with %s" % env)
        w.run("audit", "--year", "2023", env=env, code=DONE)
        w.run("status", env=env, code=DONE)
        count("environment")
        back(w)


def case_locales_change_nothing(w):
    locales = os.path.join(w.folder, "locales")
    os.makedirs(locales, exist_ok=True)
    made = subprocess.call(["localedef", "-i", "sv_SE", "-f", "UTF-8", os.path.join(locales, "sv_SE.UTF-8")], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    if made not in (0, 1):
        raise Skipped("localedef cannot make sv_SE.UTF-8 here")
    binary, w.binary = w.binary, RELEASE  # glibc itself leaks what it makes of LOCPATH
    try:
        same_everywhere(w, [{"LC_ALL": "sv_SE.UTF-8", "LOCPATH": locales}, {"LC_ALL": "C"}, {"LC_ALL": "nowhere"}])
    finally:
        w.binary = binary


def at(time, zone="Europe/Stockholm"):
    return {"STADSLAGER_NOW": time, "TZ": zone, "PGTZ": zone}


def case_the_nights_the_clocks_change(w):
    same_everywhere(w, [at("2026-03-29T00:59:59Z"), at("2026-03-29T01:00:00Z"), at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"),
                        at("2026-10-25T00:30:00Z", "Pacific/Kiritimati")])


def case_29_february_and_the_turn_of_the_year(w):
    same_everywhere(w, [at("2028-02-29T23:59:59Z"), at("2026-12-31T23:59:59Z"), at("2027-01-01T00:00:00Z", "America/St_Johns")])


def case_a_clock_that_is_far_off(w):
    _, after = one(w)
    for now in ("1970-01-01T00:00:00Z", "2199-12-31T23:59:59Z"):
        rerun_at = w.run("run", env=at(now), code=DONE)
        same(Standing(w).sources, after.sources, str(rerun_at))
        count("environment")
        back(w)


def limited(w, what, limit, binary=None, command=("run",)):
    argv = [binary or w.binary, "--config", w.config] + list(command)
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=w.environment(), timeout=120,
                          preexec_fn=lambda: resource.setrlimit(what, (limit, limit)))
    ended = Ended(command, done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))
    no_secret(ended)
    return ended


# What the loader says that gives up before main.
TOO_EARLY = ("error while loading shared libraries", "cannot allocate TLS data structures")


def under_limits(w, what, limits, binary):
    """With each of LIMITS the run does its work or says what it lacks."""
    before, after = one(w)
    outcomes = set()
    for limit in limits:
        ended = limited(w, what, limit, binary)
        if ended.code == 127 and any(text in ended.err for text in TOO_EARLY):
            continue
        now = Standing(w)
        code_is_documented(ended)
        if ended.code == DONE:
            same(now.sources, after.sources, "the facts after %s" % ended)
        else:
            same(now.sources, before.sources, "the facts after %s" % ended)
            said = [text for text in lib_faults.said(ended.err) if not text.startswith(("run ", 'source "a": fetched'))]
            holds(len(said) == 1, "one message in %s" % ended)
        outcomes.add(ended.code == DONE)
        count("environment")
        back(w)
    same(outcomes, {False, True}, "what became of runs under those limits")


def case_few_file_descriptors_left(w):
    under_limits(w, resource.RLIMIT_NOFILE, (4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 64), RELEASE)


def case_little_address_space(w):
    under_limits(w, resource.RLIMIT_AS, [n << 20 for n in (22, 24, 26, 28, 32, 36, 40, 48, 56, 200)], RELEASE)


def case_closed_standard_files(w):
    """What is opened next takes the free number: a message must not land in the archive or in the database's connection."""
    _, after = one(w)
    for closed in ((0,), (1,), (2,), (0, 1, 2)):
        done = subprocess.run(w.command("run"), env=w.environment(), timeout=120, preexec_fn=lambda: [os.close(fd) for fd in closed],
                              stdin=subprocess.DEVNULL, stdout=None if 1 in closed else subprocess.DEVNULL, stderr=None if 2 in closed else subprocess.DEVNULL)
        same(done.returncode, DONE, "the exit code with %s closed" % (closed,))
        same(Standing(w).sources, after.sources, "the facts with %s closed" % (closed,))
        w.run("audit", "--year", "2023", code=DONE)
        w.run("doctor", "--full")
        nothing_left(w)
        count("environment")
        back(w)


PRINTING = (("decode", "--connector", "rapporttext", "--stadsdel", "Farsta", "--year", "2023", "--table", "indikator",
             os.path.join(EXPORTS, "farsta-2023.txt")), ("check-config",), ("compare", "Sjukfrånvaro", "--period", "2023"), ("status",),
            ("run", "--dry-run"), ("audit", "--year", "2023"), ("doctor",), ("export", "--format", "csv"), ("quarantine", "list"),
            ("migrate", "--dry-run"), ("diff", "--from", "2020-01-01"), ("explain", "Bromma", "Sjukfrånvaro", "2023"), ("check-names",),
            ("--help",), ("--version",), ("run", "--help"), ("prune", "--dry-run"))


def nowhere_to_print(w, stdout):
    """A command whose output is lost does not end with 0."""
    one(w)
    wrong = []
    for command in PRINTING:
        plain = w.run(*command)
        out = stdout()
        done = subprocess.run(w.command(*command), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, env=w.environment(), timeout=120)
        os.close(out)
        err = done.stderr.decode("utf-8", "replace")
        if plain.out and (done.returncode not in range(1, 11) or "stadslager: " not in err or "Sanitizer" in err):
            wrong.append("%s: %d %s" % (" ".join(command[:2]), done.returncode, err.strip()[-200:]))
        count("environment")
    same(wrong, [], "commands that do not say that their output is lost")


def case_standard_output_is_full(w):
    nowhere_to_print(w, lambda: os.open("/dev/full", os.O_WRONLY))


def case_nobody_reads_standard_output(w):
    def closed_pipe():
        reader, writer = os.pipe()
        os.close(reader)
        return writer
    nowhere_to_print(w, closed_pipe)


def case_any_umask(w):
    for mask in (0o000, 0o777):
        w.fresh()
        w.configure(Source("a"))
        w.content["a"] = export(*rows())
        done = subprocess.run(w.command("run"), env=w.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              preexec_fn=lambda: os.umask(mask), timeout=120)
        same(done.returncode, DONE, done.stderr.decode("utf-8"))
        for path in glob.glob(w.archive + "/**/*", recursive=True) + [w.archive]:
            mode = stat.S_IMODE(os.stat(path).st_mode)
            same(mode & 0o077, 0, "what others may do with %s, mode %o" % (path, mode))
        if os.getuid() == 0 and mask == 0o777:
            w.run("audit", "--year", "2023", code=DONE)
        count("environment")


def case_no_home_and_no_place_for_temporary_files(w):
    _, after = one(w)
    for env in ({"HOME": "/nonexistent", "TMPDIR": "/nonexistent"}, {"HOME": "", "TMPDIR": ""}):
        ended = w.run("run", env=env)
        code_is_documented(ended)
        same(ended.code, DONE, str(ended))
        same(Standing(w).sources, after.sources)
        count("environment")
        back(w)


def case_paths_with_blanks_and_letters(w):
    w.archive = os.path.join(w.folder, "ett arkiv på åäö \" '%s")
    w.configure(Source("a"))
    w.content["a"] = export(*rows())
    config = os.path.join(w.folder, "min konfiguration åäö.yaml")
    shutil.copy(w.config, config)
    w.config = config
    w.run("run", code=DONE)
    w.run("audit", "--year", "2023", code=DONE)
    nothing_left(w)
    count("environment")


def skipping(case):
    def run(w):
        try:
            case(w)
        except Skipped as reason:
            print("SKIPPED: %s" % reason, flush=True)
    return run


if __name__ == "__main__":
    sys.exit(lib_faults.main({name: skipping(f) if name.startswith("case_") else f for name, f in list(globals().items())}))
