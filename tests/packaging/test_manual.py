#!/usr/bin/env python3
"""One truth in several places: exit codes, commands, options and keys are the same in the code, --help, the manual pages, the
units, the completion and the README."""
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lib_package  # noqa: E402
from lib_package import commands, help_of, holds, read, run, same  # noqa: E402

PAGE, KEYS_PAGE, COMPLETION = "build/man/stadslager.1", "build/man/stadslager.yaml.5", "build/man/stadslager.bash"


def exit_codes():
    """Number -> name, as the code has them."""
    numbers = dict(re.findall(r"^    (EXIT_[A-Z]+) = (\d+),", read("etl/base/exitcode.h"), re.M))
    names = dict(re.findall(r'\{(EXIT_[A-Z]+), \d+, "([a-z]+)"\}', read("etl/base/exitcode.c")))
    same(sorted(numbers), sorted(names), "the codes that have a name")
    return {int(number): names[code] for code, number in numbers.items()}


def sections(page, level):
    """Title -> text of a page's sections."""
    parts = re.split(r"^\.%s (.*)\n" % level, page, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def command_sections():
    return sections(sections(read(PAGE), "Sh")["COMMANDS"], "Ss")


# ---- exit codes ----

def case_the_manual_page_lists_the_exit_codes_of_the_program():
    listed = re.findall(r"^\.It (\d+) Pq ([a-z]+)$", sections(read(PAGE), "Sh")["EXIT STATUS"], re.M)
    same({int(number): name for number, name in listed}, exit_codes())


def case_the_manual_page_ranks_the_exit_codes_as_the_program_does():
    ranks = dict((name, int(rank)) for rank, name in re.findall(r'\{EXIT_[A-Z]+, (\d+), "([a-z]+)"\}', read("etl/base/exitcode.c")))
    worst_first = sorted((name for name in ranks if ranks[name]), key=lambda name: -ranks[name])
    text = " ".join(sections(read(PAGE), "Sh")["EXIT STATUS"].split())
    holds(", ".join(worst_first) + ", in this order" in text, "the order is %s" % ", ".join(worst_first))


def case_help_names_every_exit_code():
    text = " ".join(help_of().split("Exit status:")[1].split())
    same([int(n) for n in re.findall(r"(?:^|, )(\d+) ", text)], sorted(exit_codes()))


def case_each_commands_help_names_exit_codes_that_exist():
    for command in commands():
        text = help_of(command)
        holds("Exit status:" in text, "%s --help has no \"Exit status:\"" % command)
        listed = re.findall(r"(?:^|[,;] ?|: ?)(\d+) [a-z]", " ".join(text.split("Exit status:")[1].split("\n\n")[0].split()))
        holds(listed and set(map(int, listed)) <= set(exit_codes()), "%s: %s" % (command, listed))


def case_the_failure_unit_explains_every_exit_code_of_a_failure():
    listed = dict(re.findall(r"^exit-code:(\d+)\) meaning='([a-z]+)'", read("systemd/report-failure"), re.M))
    failures = {str(n): name for n, name in exit_codes().items() if name not in ("done", "quarantined")}
    same(listed, failures)


def case_the_units_take_quarantined_rows_for_success_and_nothing_else():
    quarantined = [str(n) for n, name in exit_codes().items() if name == "quarantined"]
    same(re.findall(r"^SuccessExitStatus=(.*)$", read("systemd/stadslager.service"), re.M), quarantined)
    same(re.findall(r"^SuccessExitStatus=(.*)$", read("systemd/stadslager-audit@.service"), re.M), [])


def case_the_readme_lists_the_exit_codes():
    listed = [int(n) for n in re.findall(r"^\| (\d+) \| ", read("README.md"), re.M)]
    same(listed, sorted(exit_codes()))


# ---- commands and options ----

def case_every_command_has_its_section_in_the_manual_page():
    same(list(command_sections()), commands(), "the sections of COMMANDS (make builds the page from --help)")


def case_the_table_of_commands_is_what_help_lists():
    same(re.findall(r'^    \{"([a-z-]+)", ', read("etl/main.c"), re.M), commands())


def options_of(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def general(command):
    """Options that a command's help names as general ones: in front of the command."""
    return {option for option in general_options() if re.search(r"usage: stadslager .*%s.* %s" % (option, command), help_of(command))}


def case_help_lists_the_options_that_the_code_takes():
    for command in commands():
        source = "etl/cmd_%s.c" % command.replace("-", "_")
        if not os.path.exists(os.path.join(lib_package.TOP, source)):
            raise lib_package.Failed("%s: %s is not there" % (command, source))
        taken = {"--" + name for name in re.findall(r'\{"([a-z-]+)",\s*(?:no|required|optional)_argument', read(source))}
        if taken:  # a command without options has no table
            same(options_of(help_of(command)) - general(command) | {"--help"}, taken | {"--help"}, "%s: --help" % command)


def case_the_manual_page_has_every_option_of_help():
    found = command_sections()
    for command in commands():
        text = found[command].replace("\\fB", "").replace("\\fR", "").replace("\\fI", "").replace("Fl \\-", "--").replace("\\-", "-")
        part = help_of(command).split("\nKeys of the configuration")[0]
        same(options_of(part) - options_of(text), set(), "%s: options that the page lacks" % command)


def case_every_word_of_help_is_in_the_manual_page():
    """The generator reads help texts of a certain form; what it does not understand must not fall through."""
    page = run("mandoc", "-Tascii", PAGE)
    words = set(re.findall(r"[a-z]{4,}", re.sub(r".\x08", "", page).replace("-\n", "-").lower()))
    for command in commands():
        part = help_of(command).split("\nKeys of the configuration")[0].lower()
        part = re.sub(r"[^\x00-\x7f]+", " ", part)
        lost = {word for word in re.findall(r"(?<![\w-])[a-z]{4,}(?![\w-])", part)} - words
        holds(not lost or lost <= broken_words(page), "%s: the page lacks %s" % (command, sorted(lost)))


def broken_words(page):
    """Words that the formatter broke at the end of a line."""
    plain = re.sub(r".\x08", "", page)
    return set(re.findall(r"[a-z]{4,}", re.sub(r"-\n +", "", plain).lower()))


def case_the_pages_name_commands_that_exist():
    named = set()
    for page in (PAGE, KEYS_PAGE):
        for title, text in sections(read(page), "Sh").items():
            if title != "COMMANDS":
                named |= set(re.findall(r"\bCm ([a-z-]+)", text))
    lib_package.must_have(named)


def general_options():
    return re.findall(r"^  (--[a-z-]+)", help_of(), re.M)


def case_the_general_options_are_in_the_manual_page():
    listed = re.findall(r"^\.It Fl \\-([a-z-]+)", sections(read(PAGE), "Sh")["DESCRIPTION"], re.M)
    same(["--" + name for name in listed], general_options())
    holds("--config" in general_options(), "--config is one of them")


# ---- keys ----

def keys_of(table):
    body = read("etl/config/config_keys.c").split("%s[] = {" % table)[1].split("{0},")[0]
    found = re.findall(r'^    \{"([^"]+)", KEY_([A-Z0-9]+)', body, re.M)
    holds(len(found) > 15, "%s: %s" % (table, found))
    return [name for name, _ in found]


def case_the_manual_page_has_exactly_the_keys_that_are_read():
    page = sections(read(KEYS_PAGE), "Sh")
    for title, table in (("KEYS OF THE CONFIGURATION", "config_keys"), ("KEYS OF THE REGISTRIES", "registry_keys")):
        listed = [key.replace("\\-", "-") for key in re.findall(r"^\.(?:It Ic|Ss) (\S+)$", page[title], re.M)]
        keys = keys_of(table)
        same((sorted(set(keys) - set(listed)), sorted(set(listed) - set(keys))), ([], []), "%s: (missing, unknown)" % title)
        same(len(listed), len(keys), "%s: the number of keys" % title)


def case_the_manual_page_has_the_rules_that_can_be_chosen():
    listed = re.findall(r"^\.It Ic (\S+)$", sections(read(KEYS_PAGE), "Sh")["RULES"], re.M)
    help_text = run(lib_package.BINARY, "check-config", "--help").split("Rules whose severity")[1]
    same([name.replace("\\-", "-") for name in listed], re.findall(r"^  ([A-Z]-[A-Z-]+) ", help_text, re.M))
    holds(len(listed) > 10, listed)


def case_the_example_in_the_manual_page_is_a_configuration_without_problems(folder="build/man/example"):
    text = sections(read(KEYS_PAGE), "Sh")["EXAMPLES"].split(".Bd -literal -offset indent\n")[1].split(".Ed")[0]
    os.makedirs(os.path.join(lib_package.TOP, folder), exist_ok=True)
    for name in ("stadsdelar.yaml", "enheter.yaml", "indikatorer.yaml"):
        shutil.copy(os.path.join(lib_package.TOP, "config", name), os.path.join(lib_package.TOP, folder, name))
    with open(os.path.join(lib_package.TOP, folder, "stadslager.yaml"), "w", encoding="utf-8") as f:
        f.write(text)
    holds(": no problems" in run(lib_package.BINARY, "--config", folder + "/stadslager.yaml", "check-config"), text)


# ---- the pages themselves ----

def case_the_manual_pages_are_clean():
    # What is not installed here, and mandoc's own index, say nothing about the pages.
    said = run("mandoc", "-Tlint", PAGE, KEYS_PAGE, code=None)
    same([line for line in said.splitlines() if "referenced manual not found" not in line and "mandoc.db" not in line], [])


def case_nothing_is_left_to_fill_in():
    for page in (PAGE, KEYS_PAGE):
        same(re.findall(r"@[A-Z]+@", read(page)), [], page)


# ---- completion ----

def completed(*words):
    """What bash offers after WORDS, of which the last one is being typed."""
    script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _stadslager; printf "%s\\n" "${COMPREPLY[@]}"')
    out = subprocess.run(["bash", "--norc", "-c", script, "bash", COMPLETION, "stadslager"] + list(words), cwd=lib_package.TOP,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30)
    return out.stdout.decode("utf-8").split()


def case_completion_offers_every_command_and_the_general_options():
    same(set(completed("")), set(commands() + general_options()))
    same(completed("--config", "x.yaml", "mig"), ["migrate"])


def case_completion_offers_every_option_of_a_command():
    for command in commands():
        part = help_of(command).split("\nKeys of the configuration")[0]
        same(set(completed(command, "--")), options_of(part) - general(command) | {"--help"}, command)


def case_completion_offers_choices_and_files():
    same(completed("decode", "--table", ""), ["indikator", "mal", "aktivitet", "tabell"])
    same(completed("--config", "config/stadslager"), ["config/stadslager.yaml"])
    same(completed("run", "--year", ""), [], "years")


# ---- units ----

def case_the_units_call_commands_and_options_that_exist():
    called = set()
    for unit in ("stadslager.service", "stadslager-audit@.service"):
        line = re.findall(r"^ExecStart=\S+ --config \S+ ([a-z-]+)(.*)$", read("systemd", unit), re.M)
        same(len(line), 1, unit)
        command, rest = line[0]
        called.add(command)
        if command in commands():
            same(options_of(rest) - options_of(help_of(command)), set(), unit)
    lib_package.must_have(called)


def hardening(unit):
    """The lines behind the heading."""
    return read("systemd", unit).split("# ---- hardening", 1)[1].split("\n", 1)[1]


def case_both_services_of_the_program_are_confined_alike():
    audit, nightly = (hardening(unit).splitlines() for unit in ("stadslager-audit@.service", "stadslager.service"))
    same([line for line in audit + nightly if line not in audit or line not in nightly], [], "what only one of them has")


def case_the_failure_unit_is_confined_at_least_as_much():
    def settings(unit):
        return {line for line in hardening(unit).splitlines() if line and not line.startswith("#")}
    lacks = settings("stadslager.service") - settings("stadslager-failure@.service")
    same(lacks, {"RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6"})


def case_the_units_time_limit_is_above_the_programs_own():
    minutes = int(re.search(r"^TimeoutStartSec=(\d+)min$", read("systemd/stadslager.service"), re.M).group(1))
    seconds = int(re.search(r'"limits.deadline_s".*?standard = "(\d+)"', read("etl/config/config_keys.c"), re.S).group(1))
    holds(minutes * 60 > seconds + 600, "%d min is not well above %d s" % (minutes, seconds))


def case_the_sample_keeps_its_archive_where_the_units_may_write():
    folder = "/var/lib/" + re.search(r"^StateDirectory=(.*)$", read("systemd/stadslager.service"), re.M).group(1)
    holds(re.search(r"^  path: %s/" % folder, read("config/stadslager.yaml"), re.M), folder)


if __name__ == "__main__":
    lib_package.cannot_run("mandoc")
    sys.exit(lib_package.main(globals()))
