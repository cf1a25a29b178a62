"""What the tests of installing and running share: the built program, the package, tests that are skipped, and the sum."""
import fcntl
import glob
import os
import re
import shutil
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.path.join(TOP, "build", "stadslager")
CANNOT = 77  # how a script says that it cannot run here; tests/run counts nothing then


class Failed(Exception):
    pass


class Pending(Exception):
    """What is tested is not there yet; counted neither as passed nor as failed."""


def same(found, expected, what="it"):
    if found != expected:
        raise Failed("%s is %r, expected %r" % (what, found, expected))


def holds(condition, what):
    if not condition:
        raise Failed(what)


def read(*path):
    with open(os.path.join(TOP, *path), encoding="utf-8") as f:
        return f.read()


def run(*command, code=0, env=None, cwd=TOP, timeout=300):
    """Runs to the end and returns what was printed, both streams; CODE None: any exit status."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=cwd,
                          timeout=timeout, env=dict(os.environ, **(env or {})))
    text = done.stdout.decode("utf-8", "replace")
    if code is not None and done.returncode != code:
        raise Failed("%s ended with %d:\n%s" % (" ".join(command), done.returncode, text[-3000:]))
    return text


def help_of(command=None):
    return run(BINARY, *([command] if command else []), "--help")


def commands():
    """The commands that `stadslager --help` lists."""
    found = re.findall(r"^  ([a-z][a-z-]*) +\S", help_of().split("Commands:\n")[1].split("\n\n")[0], re.M)
    holds(len(found) > 3, "--help lists commands")
    return found


def must_have(names):
    """Commands that pages and units name; those that are planned may still be missing, any other is a mistake."""
    planned = {"audit", "quarantine", "rerun", "diff", "explain", "compare", "report", "export", "prune", "doctor"}
    missing = sorted(set(names) - set(commands()))
    holds(set(missing) <= planned, "the program has no command %s" % ", ".join(missing))
    if missing:
        raise Pending("the program has no command %s" % ", ".join(missing))


def cannot_run(*programs, root=False):
    """Ends the script when it cannot run here, and says why."""
    missing = [name for name in programs if not shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")]
    if root and os.geteuid() != 0:
        skip("needs root")
    if missing:
        skip("needs %s; .ci/run installs them" % ", ".join(missing))


def skip(reason):
    print("skip: " + reason)
    sys.exit(CANNOT)


def package(fresh=False):
    """The Debian package of the working tree, built when there is none or it is older than what goes into it.  One at a time: suites
    run beside each other."""
    with open(os.path.join(TOP, "build", "deb.lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return built(fresh)


def built(fresh):
    found = glob.glob(os.path.join(TOP, "build", "deb", "*.deb"))
    parts = ("etl", "connectors", "config", "sql", "systemd", "Makefile", "README.md", "CHANGELOG.md", "LICENSE")
    newest = 0.0
    for part in parts:
        for folder, _, names in os.walk(os.path.join(TOP, part)):
            newest = max([newest] + [os.path.getmtime(os.path.join(folder, name)) for name in names])
        newest = max(newest, os.path.getmtime(os.path.join(TOP, part)))
    if fresh or len(found) != 1 or os.path.getmtime(found[0]) < newest:
        run("make", "--no-print-directory", "deb", timeout=600)
        found = glob.glob(os.path.join(TOP, "build", "deb", "*.deb"))
    same(len(found), 1, "the number of packages")
    return found[0]


def main(cases, world=None):
    """Runs the functions case_... of CASES in their order; the last line is the sum."""
    only = sys.argv[1:]
    passed = failed = 0
    for name, case in list(cases.items()):
        if not name.startswith("case_") or (only and not any(part in name for part in only)):
            continue
        began = time.monotonic()
        title = name[5:].replace("_", " ")
        try:
            case(*([world] if world is not None else []))
            passed += 1
            print("ok    %s (%.1f s)" % (title, time.monotonic() - began), flush=True)
        except Pending as error:
            print("pending  %s: %s" % (title, error), flush=True)
        except Exception as error:  # a case that breaks is a case that fails; the others still run
            failed += 1
            print("FAIL  %s\n        %s: %s" % (title, type(error).__name__, str(error).replace("\n", "\n        ")),
                  flush=True)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0
