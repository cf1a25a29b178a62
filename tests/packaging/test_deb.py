#!/usr/bin/env python3
"""The Debian package, built now: lintian has nothing to say, not even in its pedantic voice, and what must be in it is."""
import os
import re
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_package  # noqa: E402
from lib_package import TOP, holds, read, run, same  # noqa: E402


def case_the_package_is_built(w):
    w["deb"] = lib_package.package(fresh=True)
    w["files"] = set(re.findall(r" \./(\S*[^/\s])$", run("dpkg-deb", "--contents", w["deb"]), re.M))


def is_text_of_the_program(w, word):
    """Lintian reads words in machine instructions too; those of the program's messages stand in its read-only data."""
    with tempfile.TemporaryDirectory() as folder:
        run("dpkg-deb", "--extract", w["deb"], folder)
        run("objcopy", "--dump-section", ".rodata=%s/rodata" % folder, folder + "/usr/bin/stadslager", folder + "/copy")
        with open(folder + "/rodata", "rb") as f:
            return word.encode() in f.read()


def case_lintian_has_nothing_to_say(w):
    changes = w["deb"].replace(".deb", ".changes")
    said = run("lintian", "--allow-root", "--display-info", "--pedantic", "--tag-display-limit", "0", changes, code=None)
    words = re.compile(r"I: stadslager: spelling-error-in-binary (\S+) .* \[usr/bin/stadslager\]")
    same([line for line in said.splitlines() if not words.fullmatch(line) or is_text_of_the_program(w, words.fullmatch(line)[1])], [])
    holds(not any("lintian" in name for name in os.listdir(os.path.join(TOP, "systemd/debian"))), "overrides need a reason here")


def case_it_holds_what_an_operator_needs(w):
    for name in ("usr/bin/stadslager", "lib/systemd/system/stadslager.service", "lib/systemd/system/stadslager.timer",
                 "lib/systemd/system/stadslager-audit@.service", "lib/systemd/system/stadslager-failure@.service",
                 "usr/lib/stadslager/report-failure", "usr/lib/sysusers.d/stadslager.conf", "usr/lib/tmpfiles.d/stadslager.conf",
                 "usr/share/man/man1/stadslager.1.gz", "usr/share/man/man5/stadslager.yaml.5.gz",
                 "usr/share/bash-completion/completions/stadslager", "usr/share/doc/stadslager/README.Debian", "usr/share/doc/stadslager/GUIDE.md.gz"):
        holds(name in w["files"], name)
    same(sum(name.startswith("usr/share/stadslager/sql/") for name in w["files"]),
         sum(len([n for n in names if n.endswith(".sql")]) for _, _, names in os.walk(os.path.join(TOP, "sql"))), "SQL files")


def case_an_administrators_changes_survive_an_upgrade(w):
    listed = run("dpkg-deb", "--info", w["deb"], "conffiles").split()
    same(sorted(listed), sorted("/" + name for name in w["files"] if name.startswith("etc/")))
    same(len(listed), 4, "the number of configuration files")


def case_installing_starts_and_enables_nothing(w):
    """The configuration as shipped names no real export."""
    for script in ("postinst", "prerm", "postrm"):
        text = run("dpkg-deb", "--info", w["deb"], script)
        holds(not re.search(r"deb-systemd-invoke.*\b(start|restart)\b", text), script)
        holds(not re.search(r"^\s*deb-systemd-helper enable", text.split("was-enabled")[0], re.M), script)


def case_the_program_in_it_is_hardened(w):
    with tempfile.TemporaryDirectory() as folder:
        run("dpkg-deb", "--extract", w["deb"], folder)
        said = run("readelf", "--wide", "--file-header", "--dynamic", "--program-headers", folder + "/usr/bin/stadslager")
    holds("DYN (Position-Independent Executable" in said, "position independent")
    holds("BIND_NOW" in said and "GNU_RELRO" in said, "full relro")
    holds(re.search(r"GNU_STACK.* RW ", said), "no executable stack")


def case_its_version_is_the_programs(w):
    same("stadslager " + run("dpkg-deb", "--field", w["deb"], "Version").strip().rsplit("-", 1)[0], run(lib_package.BINARY, "--version").strip())


def case_it_is_built_with_what_the_project_installs_to_build(w):
    listed = set(re.findall(r"lib[a-z0-9-]+-dev", run("sed", "-n", "s/^Build-Depends://p", os.path.join(os.path.dirname(w["deb"]), "stadslager-" + run(
        lib_package.BINARY, "--version").split()[1], "debian", "control"))))
    same(listed, set(re.findall(r"\blib[a-z0-9.+-]+-dev\b", read("tests/install-packages"))) - {"libc6-dev", "libcmocka-dev"})


if __name__ == "__main__":
    lib_package.cannot_run("dh", "dpkg-buildpackage", "lintian", "readelf")
    sys.exit(lib_package.main(globals(), {}))
