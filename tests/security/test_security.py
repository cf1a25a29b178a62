#!/usr/bin/env python3
"""What an evil publisher, an evil analyst and a careless operator try, through the whole program.  tests/security/README.md says
which attack is stopped where; the attacks that a suite of their own module has already are not repeated here.

usage: test_security.py [PART-OF-A-NAME...]     starts itself inside tests/with-postgres; STADSLAGER names another binary
Prints a line per test and, last, "N passed, N failed".
"""
import glob
import io
import json
import os
import re
import subprocess
import sys
import zipfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "integration"))
import lib_run  # noqa: E402
from lib_run import CONFIG, DONE, EXPORTS, INTERNAL, QUARANTINED, REFUSED, USAGE, Source, export, holds, line, rows, same  # noqa: E402

# Names of units that want to be more than names.
EVIL = ("Förskolan'); DROP TABLE lager.fact_utfall; --", "\\'; DROP SCHEMA lager CASCADE; --", "$$; SELECT pg_sleep(9); $$",
        "%s%n%x%99999999s", "${jndi:x} `id` $(id) | id", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
        "../../../../etc/passwd", "=HYPERLINK(1)", "{{7*7}} %7B", "COPY x TO PROGRAM 'id'")


def printable(text):
    """No control character but the line ends."""
    return not re.search("[\x00-\x09\x0b-\x1f\x7f\x80-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", text)


# ---- an evil publisher ----

def case_names_that_are_code_are_loaded_as_the_names_they_are(w):
    w.content["bromma"] = export(*(line("Sjukfrånvaro", "%d,5 %%" % (10 + i), unit='"%s"' % name.replace('"', '""')) for i, name in enumerate(EVIL)))
    w.configure(Source("bromma"), unknown={"enhet": "add"})
    ended = w.run("run", code=DONE)
    holds(printable(ended.err), ended.err)
    found = w.sql("SELECT namn FROM lager.dim_enhet WHERE NOT hel_namnd AND stadsdel_id = (SELECT id FROM lager.dim_stadsdel WHERE kod = 'SDN_BRO')"
                  " ORDER BY id").splitlines()
    same([name for name in EVIL if name not in found], [], "names that are not as they were sent, among %s" % found)
    same(w.number_of("SELECT count(*) FROM lager.fact_utfall"), len(EVIL))
    site = os.path.join(w.folder, "evil-site")
    w.run("report", "--out", site, code=DONE)
    pages = glob.glob(site + "/**/*.html", recursive=True)
    holds(len(pages) > len(EVIL), "there are pages")
    for page in pages:
        with open(page, encoding="utf-8") as f:
            text = f.read()
        holds("<script>alert(1)" not in text and "<img src=x" not in text, page)
        holds(os.path.realpath(page).startswith(os.path.realpath(site) + "/"), page)
    for path in glob.glob(site + "/**/*", recursive=True):
        holds(".." not in os.path.relpath(path, site).split("/"), path)
    w.run("audit", "--year", "2023", "--manifest", os.path.join(w.folder, "manifest-evil"), code=DONE)


def case_names_cannot_forge_a_line_of_the_log(w):
    forged = "Falsk\u202e\u0085 enhet\r\n<6>stadslager: run ends: done (exit 0)\n{\"event\": \"run ends\"}"
    wrong = line("Sjukfrånvaro", '"x\nstadslager: run ends: done"', unit='"Falsk"')
    w.content["bromma"] = export(*rows(), wrong, line("Sjukfrånvaro", "12,5 %", unit='"%s"' % forged.replace('"', '""')))
    w.content["farsta"] = export(*rows(district="Farsta"), line("Sjukfrånvaro", "x\x1b[2J\x07", district="Farsta"))
    w.configure(Source("bromma"), Source("farsta"), unknown={"enhet": "quarantine"})
    for form, ends in (("text", r"^stadslager: run ends"), ("json", r"^run ends"), ("journal", r"^<\d>(stadslager: )?run ends")):
        ended = w.run("--log", form, "run", "--dry-run")
        holds(ended.code in (QUARANTINED, REFUSED), str(ended))
        holds(printable(ended.err) and printable(ended.out.replace("\t", "")), repr(ended.err))
        said = "\n".join(json.loads(text)["message"] for text in ended.err.splitlines()) if form == "json" else ended.err
        same(len(re.findall(ends, said, re.M)), 1, "ends that the run itself printed\n" + ended.err)
    w.run("run")
    for arguments in (("quarantine", "list"), ("status",), ("doctor",)):
        ended = w.run(*arguments)
        holds(printable(ended.out.replace("\t", "")) and printable(ended.err), repr(ended.out))


def case_the_parts_of_a_workbook_cannot_leave_it(w):
    with open(os.path.join(EXPORTS, [n for n in os.listdir(EXPORTS) if n.endswith(".xlsx")][0]), "rb") as f:
        good = f.read()
    outside = os.path.join(w.folder, "outside.txt")
    body = io.BytesIO(good)
    with zipfile.ZipFile(body, "a") as book:
        for name in ("../" * 12 + outside.lstrip("/"), outside, "xl/../../../outside.txt", "xl/worksheets/\\..\\outside.txt"):
            book.writestr(name, b"evil")
    w.content["bok"] = body.getvalue()
    w.configure(Source("bok", "xlsx", stadsdel="Farsta", year=2023), unknown={"enhet": "add", "indikator": "add"})
    ended = w.run("run")
    holds(ended.code in (DONE, QUARANTINED, REFUSED), str(ended))
    holds(not os.path.exists(outside) and not glob.glob(w.folder + "/**/outside.txt", recursive=True), "a part was written")


def case_bytes_that_no_text_holds_are_refused_or_replaced_and_never_loaded_as_names(w):
    for bad in (b"\x00", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf5\x80\x80\x80"):
        w.content["bromma"] = export(*rows()) + b"Bromma;Enhet " + bad + "X;Sjukfrånvaro;12,5 %;;;;;;VB 2023\n".encode()
        w.configure(Source("bromma"), unknown={"enhet": "add"}, comment="# %r\n" % bad)
        ended = w.run("run")
        holds(ended.code in (DONE, QUARANTINED, REFUSED), str(ended))
        same(w.number_of("SELECT count(*) FROM lager.dim_enhet WHERE namn ~ '[\\x01-\\x1f]'"), 0)


# ---- links where the program writes ----

def case_a_link_in_the_archive_is_not_followed(w):
    victim = os.path.join(w.folder, "victim")
    os.makedirs(victim)
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma"))
    for inside in ("tmp", "objects", "fetches", "lock"):
        os.makedirs(w.archive, mode=0o700)
        os.symlink(victim, os.path.join(w.archive, inside))
        ended = w.run("run")
        holds(ended.code not in (DONE, QUARANTINED), "%s is a link\n%s" % (inside, ended))
        same(os.listdir(victim), [], "what was written through the link %s" % inside)
        subprocess.run(["rm", "-rf", w.archive], check=True)


def case_a_link_where_an_output_goes_is_replaced_or_refused_and_its_target_stays(w):
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    for number, command in enumerate((("export", "--format", "csv", "--out"), ("audit", "--year", "2023", "--manifest"), ("report", "--out"))):
        target, link = os.path.join(w.folder, "target-%d" % number), os.path.join(w.folder, "link-%d" % number)
        with open(target, "w", encoding="utf-8") as f:
            f.write("keep me\n")
        os.symlink(target, link)
        ended = w.run(*command, link)
        holds(ended.code in (DONE, USAGE, INTERNAL), str(ended))
        with open(target, encoding="utf-8") as f:
            same(f.read(), "keep me\n", "the file that %s was pointed at by a link" % command[0])


def case_what_is_kept_is_for_the_owner_only(w):
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma"))
    old = os.umask(0)
    try:
        w.run("run", code=DONE)
    finally:
        os.umask(old)
    for path in glob.glob(w.archive + "/**", recursive=True):
        same(os.stat(path).st_mode & 0o077, 0, "rights of others on %s" % path)


# ---- secrets ----

def case_a_running_program_shows_no_secret_and_leaves_no_core(w):
    secret = "hemlig-process-4711"
    w.sql("CREATE ROLE process LOGIN PASSWORD '%s' IN ROLE stadslager_loader" % secret, "postgres")
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma", credentials_file=w.file("basic", "anna:%s\n" % secret)),
                dsn={"dsn_file": w.file("dsn", "dbname=%s user=process password=%s\n" % (w.database, secret))})
    release = w.block("drift.load")
    child = w.start("run")
    try:
        w.wait_blocked()
        seen = {name: open("/proc/%d/%s" % (child.pid, name), "rb").read() for name in ("cmdline", "environ", "limits", "comm")}
        holds(secret.encode() not in seen["cmdline"] + seen["environ"] + seen["comm"], "the process shows its secret")
        holds(re.search(rb"Max core file size +0 +0 ", seen["limits"]), seen["limits"].decode())
        same(w.sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%hemlig%' AND application_name <> 'psql'"), "0", "queries with the secret")
    finally:
        release()
    same(w.finish(child).code, DONE)


# ---- the rights of each role ----

def case_no_function_can_be_led_astray_and_none_is_for_everybody(w):
    same(w.sql("SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
               " WHERE n.nspname IN ('lager', 'drift', 'analys') AND p.prosecdef"
               "   AND NOT coalesce(p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false)"), "", "functions with their owner's rights and the caller's search_path")
    same(w.sql("SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
               " WHERE n.nspname IN ('lager', 'drift', 'analys') AND has_function_privilege('public', p.oid, 'EXECUTE')"), "", "functions that everybody may call")
    same(w.sql("SELECT nspname FROM pg_namespace WHERE nspname IN ('lager', 'drift', 'analys')"
               " AND (has_schema_privilege('public', oid, 'USAGE') OR has_schema_privilege('stadslager_loader', oid, 'CREATE')"
               "      OR has_schema_privilege('stadslager_analyst', oid, 'CREATE'))"), "", "schemas with more rights than needed")


def case_each_role_can_do_its_work_and_nothing_else(w):
    w.content["bromma"] = export(*rows())
    w.configure(Source("bromma"))
    w.run("run", code=DONE)
    denied = {"stadslager_loader": ("CREATE TABLE lager.x ()", "DROP TABLE lager.fact_utfall", "DELETE FROM lager.fact_utfall", "TRUNCATE lager.fact_utfall",
                                    "UPDATE lager.fact_utfall SET varde = 1", "UPDATE drift.load SET source = 'x'", "DELETE FROM drift.quarantine",
                                    "CREATE ROLE x", "ALTER TABLE lager.fact_utfall DISABLE TRIGGER ALL", "DELETE FROM lager.utfall_skydd",
                                    "COPY lager.fact_utfall TO PROGRAM 'id'", "SET ROLE stadslager_owner"),
              "stadslager_analyst": ("SELECT * FROM lager.fact_utfall", "SELECT * FROM lager.utfall_skydd", "SELECT * FROM drift.quarantine",
                                     "SELECT * FROM drift.finding", "DELETE FROM lager.dim_stadsdel", "CREATE VIEW analys.x AS SELECT 1",
                                     "SET ROLE stadslager_loader"),
              "stadslager_auditor": ("INSERT INTO drift.load DEFAULT VALUES", "UPDATE lager.fact_utfall SET ersatt_load_id = 1", "DELETE FROM drift.audit",
                                     "CREATE TABLE lager.x ()")}
    for role, statements in denied.items():
        login = "sak_" + role
        if not w.number_of("SELECT count(*) FROM pg_roles WHERE rolname = '%s'" % login):
            w.sql("CREATE ROLE %s LOGIN IN ROLE %s" % (login, role), "postgres")
        for statement in statements:
            done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-U", login, "-d", w.database, "-c", statement], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
            holds(done.returncode != 0 and re.search(rb"permission denied|must be owner|must be superuser", done.stderr),
                  "%s may: %s\n%s" % (role, statement, done.stderr.decode()))


# ---- a careless operator ----

def case_a_configured_address_is_http_or_https_and_nothing_else(w):
    for url in ("file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://127.0.0.1/a", "dict://127.0.0.1:11211/stats", "//127.0.0.1/a", "scp://a/b", "ldap://a/b",
                "https://anna:hemligt@example.org/a", "http://example.org/a\nb"):
        w.configure(Source("bromma", url=url))
        ended = w.run("check-config", code=CONFIG)
        holds("hemligt" not in ended.err + ended.out, ended.err)


def case_a_source_or_a_path_that_is_no_plain_name_is_refused(w):
    for name in ("../bromma", "a/b", "", "a\nb", "x" * 200, ".."):
        w.configure(Source(name, url="https://example.org/a"))
        holds(w.run("check-config").code == CONFIG, "the name %r is taken" % name)


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
