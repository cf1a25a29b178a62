#!/usr/bin/env python3
"""report: the web site says what the views say and nothing that they hide, its links lead somewhere, hostile names stay
text, and it appears whole or not at all."""
import hashlib
import html.parser
import os
import re
import stat
import sys
import time

import lib_run
from lib_run import DONE, LOCKED, QUARANTINED, USAGE, Source, export, holds, line, same

SATISFIED, INDEX = "Andel nöjda föräldrar till barn i förskolan", "Aktivt Medskapandeindex"
HOSTILE = "<script>alert('x')</script> & \"Solen\" {}"


def load(w, *lines):
    w.content["bromma"] = export(
        line(SATISFIED, "84 %", "83 %", "85 %", "82", "86 %", "88 %"), line(SATISFIED, "82 %", period="VB 2022"),
        line(INDEX, "1234567,5", "82", "83", "", "84", "82"), line("Sjukfrånvaro", "..", "-", ".", target="7 %"),
        line(SATISFIED, "91 %", unit=HOSTILE.replace('"', '""').join('""')), *lines)
    w.content["farsta"] = export(line(SATISFIED, "-0,5 %", "78 %", "81 %", district="Farsta"))
    w.configure(Source("bromma", tokens={"..": "suppressed", ".": "not_applicable", "-": "not_measured"}), Source("farsta"),
                unknown={"enhet": "add", "indikator": "add"})
    ended = w.run("run")
    holds(ended.code in (DONE, QUARANTINED), str(ended))


def write(w, code=DONE, name="site"):
    path = os.path.join(w.folder, "%d-%s" % (w.number, name))
    return path, w.run("report", "--out", path, code=code)


def files(site):
    return {os.path.relpath(os.path.join(folder, name), site): open(os.path.join(folder, name), "rb").read()
            for folder, _, names in os.walk(site) for name in names}


class Reader(html.parser.HTMLParser):
    """Tags, links, ids, the tables as lists of (text, data-v), and what breaks the nesting."""
    VOID = {"meta", "link", "input", "br"}

    def __init__(self, text):
        super().__init__()
        self.stack, self.tags, self.links, self.ids, self.tables, self.faults, self.headings, self.text = [], [], [], set(), [], [], [], ""
        self.row = None
        self.feed(text)
        same((self.faults, self.stack), ([], []), "faults of nesting")

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        self.tags.append((tag, a))
        self.links += [a[name] for name in ("href", "src") if name in a]
        if "id" in a:
            holds(a["id"] not in self.ids, "the id %s stands twice" % a["id"])
            self.ids.add(a["id"])
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append(["", a.get("data-v"), tag, a])
        elif re.match("h[1-6]$", tag):
            self.headings.append(int(tag[1]))
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data):
        self.text += data
        if any(tag in self.stack for tag in ("td", "th")):
            self.tables[-1][-1][-1][0] += data


def pages(site):
    return {name: Reader(data.decode("utf-8")) for name, data in files(site).items() if name.endswith(".html")}


def swedish(value):
    sign, digits = ("\u2212", value[1:]) if value.startswith("-") else ("", value)
    whole, _, decimals = digits.partition(".")
    return sign + "{:,}".format(int(whole)).replace(",", "\u00a0") + ("," + decimals if decimals else "")


def case_every_value_of_the_views_is_on_its_pages(w):
    load(w)
    site, _ = write(w)
    found = pages(site)
    facts = [row.split("|") for row in w.sql("SELECT stadsdel_kod, CASE WHEN NOT hel_namnd THEN 'E' || enhet_id END, stadsdel, indikator, period, kon_kod, varde,"
                                             " coalesce(indikator_kod, 'ID' || indikator_id), varde_status FROM analys.utfall").splitlines()]
    holds(len(facts) > 8, "there is too little to look for")
    for district, unit, name, indicator, period, sex, value, code, status in facts:
        page = found["enhet/%s-%s.html" % (district, unit) if unit else "stadsdel/%s.html" % district]
        table = [t for t in page.tables if t[0][0][0] == "Indikator"][[h.split()[1] for h in re.findall("Indikatorer [0-9T ]+", page.text)][::2].index(period)]
        row = [r for r in table if r[0][0] == indicator][0]
        cell = row[{"T": 1, "K": 2, "M": 3}[sex]]
        if status == "reported":
            same((cell[1], cell[0].split("\u00a0%")[0].replace(" avrundat", "")), (value, swedish(value)), "%s of %s in %s" % (indicator, name, period))
        else:
            same(cell[1], None, "a number for what has none")
            holds(status != "suppressed" or cell[0].startswith(".."), "a suppressed value shows as %s" % cell[0])
        if not unit and status == "reported":
            rows = [r for t in found["indikator/%s.html" % code].tables for r in t[1:] if r[0][0] == name]
            holds(any(c[1] == value for r in rows for c in r), "%s of %s is not on the indicator's page" % (indicator, name))


def case_sexes_that_are_parts_of_a_whole_are_not_set_against_each_other(w):
    violence = "Antal personer som utsatts för våld i nära relation som är kända av socialtjänsten"
    teachers = "Andel legitimerade förskollärare av totalt antal anställda (årsarbetare)"
    load(w, line(violence, "1212 st", "9 %", "91 %"), line(teachers, "44 %", "4 %", "40 %"))
    same(w.sql("SELECT indikator, kvinnor, man, gap_kvinnor_man FROM analys.jamforelse WHERE kvinnor IS NOT NULL AND stadsdel = 'Bromma'"
               " AND kon_kod = 'T' AND indikator IN ('%s', '%s', '%s') ORDER BY 1" % (violence, teachers, SATISFIED)),
         "%s|40|4|\n%s|85|83|2\n%s|91|9|" % (teachers, SATISFIED, violence))
    site, _ = write(w)
    pages = {name: content.decode("utf-8") for name, content in files(site).items() if name.endswith(".html")}
    for name, of in (("VALDSUTSATTA_KANDA", ["1\xa0212\xa0st", "91\xa0%", "9\xa0%", ""]),
                     ("LEGITIMERADE_FORSKOLLARARE", ["44\xa0%", "40", "4", ""]), ("NOJDA_FORALDRAR_FORSKOLA", ["84\xa0%", "85", "83", "2"])):
        text = pages["indikator/IND_%s.html" % name]
        head, row = Reader(text).tables[0][0], [r for r in Reader(text).tables[0] if r[0][0] == "Bromma"][0]
        at = [[cell[0] for cell in head].index(title) for title in ("Totalt", "Kvinnor", "Män", "Kvinnor minus män")]
        same([row[i][0] for i in at], of, "the row of " + name)
        drawn = re.findall(r'<th scope="col" class="tal" data-serie="stapel">([^<]*)</th>', text.split("<tbody>")[0])
        same(drawn, ["Totalt"] if name.startswith("VALD") else ["Totalt", "Kvinnor", "Män"], "the bars of " + name)


def case_all_links_lead_to_a_file_or_a_place(w):
    load(w)
    site, _ = write(w)
    found = pages(site)
    holds(len(found) >= 7, "pages: %s" % sorted(found))
    for name, page in found.items():
        for link in page.links:
            if link == "data:,":
                continue
            holds(not re.match("[a-z]+:|/", link), "%s leaves the site: %s" % (name, link))
            path, _, place = link.partition("#")
            target = os.path.normpath(os.path.join(os.path.dirname(name), path)) if path else name
            holds(os.path.isfile(os.path.join(site, target)), "%s links to %s" % (name, link))
            holds(not place or place in found[target].ids, "%s links to %s" % (name, link))
    for path in re.findall(r'",?"((?:indikator|stadsdel|enhet)/[^"]*)"', files(site)["assets/sok.js"].decode("utf-8")):
        holds(path in found, "the search finds %s" % path)


def case_names_from_exports_stay_text(w):
    load(w)
    site, _ = write(w)
    text = {name: data.decode("utf-8") for name, data in files(site).items() if not name.startswith("assets/chart")}
    holds(any("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in page for page in text.values()), "the unit is on no page")
    for name, page in text.items():
        if name.endswith((".html", ".js")) and name != "assets/site.js":
            holds("<script>" not in page and "alert('x')" not in page, "%s holds the unit's name as it is" % name)
    for page in pages(site).values():
        for tag, attributes in page.tags:
            holds(not any(a.startswith("on") or a == "style" for a in attributes), "%s has %s" % (tag, attributes))
            holds(tag != "script" or set(attributes) == {"defer", "src"}, "a script in a page")
        holds(("meta", "default-src 'none'") in [(t, a.get("content", "").split(";")[0]) for t, a in page.tags], "no policy")
    for name in text:
        holds(re.fullmatch(r"\.stadslager|[a-z]+\.html|[a-z]+/[A-Za-z0-9_-]+\.[a-z]+", name), "a file is called %s" % name)


def case_pages_have_what_screen_readers_and_keyboards_need(w):
    load(w)
    site, _ = write(w)
    for name, page in pages(site).items():
        tags = [tag for tag, _ in page.tags]
        for tag in ("header", "nav", "main", "footer", "title", "h1"):
            same(tags.count(tag), 1, "%s: the number of %s" % (name, tag))
        same(dict(page.tags)["html"].get("lang"), "sv")
        same([a for t, a in page.tags if t == "a"][0].get("href"), "#innehall", "%s: the first link" % name)
        for before, after in zip(page.headings, page.headings[1:]):
            holds(after <= before + 1, "%s: h%d after h%d" % (name, after, before))
        for table in page.tables:
            holds(all(c[3].get("scope") == "col" for c in table[0] if c[2] == "th"), "%s: a column's head has no scope" % name)
            holds(all(r[0][2] == "th" and r[0][3].get("scope") == "row" for r in table[1:]), "%s: a row's head has no scope" % name)
            same(len({len(r) for r in table}), 1, "%s: the widths of the rows" % name)
        same(tags.count("caption"), tags.count("table"), "%s: captions" % name)
        holds(all(a.get("aria-label") and a.get("role") == "img" for t, a in page.tags if t == "canvas"), "%s: a chart without words" % name)


def case_no_file_of_the_site_holds_a_value_that_the_views_hide(w):
    load(w, line("Antal bostadslösa, vuxna", "90412", "90408", "4", "90777"), line("Antal bostadslösa, vuxna", "90311", unit="Stor"),
         line("Antal bostadslösa, vuxna", "101", unit="Mindre"), line("Andel smarta lås i hemtjänsten", "84,37 %", "83,19 %", "85,53 %"))
    site, _ = write(w)
    hidden = w.sql("SELECT f.varde FROM lager.fact_utfall f JOIN analys.utfall u USING (ar, stadsdel_id, enhet_id, indikator_id, period_id)"
                   " WHERE u.kon_kod = f.kon AND u.varde IS DISTINCT FROM f.varde AND length(f.varde::text) > 3").splitlines()
    holds({"84.37", "90408"} <= set(hidden), "hidden or rounded are %s" % hidden)
    for name, data in files(site).items():
        text = data.decode("utf-8")
        for value in hidden:
            for printed in (value, value.replace(".", ","), swedish(value)):
                holds(name == "assets/chart.js" or printed not in text, "%s has %s" % (name, printed))


def case_the_same_warehouse_gives_the_same_bytes(w):
    load(w)
    one, two = files(write(w)[0]), files(write(w, name="other")[0])
    same({name: hashlib.sha256(data).hexdigest() for name, data in one.items()}, {name: hashlib.sha256(data).hexdigest() for name, data in two.items()})


def case_an_analysts_login_is_enough(w):
    load(w)
    w.sql("CREATE ROLE analyst_report LOGIN IN ROLE stadslager_analyst")
    whole = files(write(w)[0])
    w.configure(Source("bromma"), dsn={"dsn": "dbname=%s user=analyst_report" % w.database})
    same(files(write(w, name="analyst")[0]) == whole, True, "an analyst gets the same")


def case_an_earlier_site_is_exchanged_and_nothing_is_left_over(w):
    load(w)
    site, _ = write(w)
    before = os.stat(site).st_ino
    with open(os.path.join(site, "indikator", "OLD.html"), "w") as f:
        f.write("old")
    leftover = site + ".tmp-12345"
    os.makedirs(os.path.join(leftover, "assets"))
    os.symlink("/etc/passwd", os.path.join(leftover, "assets", "link"))
    write(w)
    holds(os.stat(site).st_ino != before, "it is the same folder")
    holds("indikator/OLD.html" not in files(site), "an old page is still there")
    same([name for name in os.listdir(w.folder) if ".tmp-" in name], [], "what is left over")
    holds(os.path.getsize("/etc/passwd") > 0, "a link was followed")


def case_nobodys_files_are_replaced(w):
    load(w)
    mine = os.path.join(w.folder, "mine-%d" % w.number)
    os.makedirs(mine)
    with open(os.path.join(mine, "diary"), "w") as f:
        f.write("dear")
    holds("holds files that no report wrote" in w.run("report", "--out", mine, code=USAGE).err, "what is said")
    same(os.listdir(mine), ["diary"])
    link = os.path.join(w.folder, "link-%d" % w.number)
    os.symlink(mine, link)
    holds("is a link or no folder" in w.run("report", "--out", link, code=USAGE).err, "what is said of a link")
    for path in ("/", ".", "/nowhere/site"):
        w.run("report", "--out", path, code=USAGE)
    same([name for name in os.listdir(w.folder) if ".tmp-" in name], [], "what is left over")


def case_a_killed_report_leaves_the_earlier_site(w):
    load(w)
    site, _ = write(w)
    whole = files(site)
    child = None
    for _ in range(50):  # until one is caught with its folder made
        child = w.start("report", "--out", site)
        end = time.monotonic() + 5
        while time.monotonic() < end and child.poll() is None and not any(".tmp-" in name for name in os.listdir(w.folder)):
            pass
        if child.poll() is None:
            break
    child.kill()
    child.communicate()
    same(files(site) == whole, True, "the site is as it was, or the same again")
    write(w)
    same([name for name in os.listdir(w.folder) if ".tmp-" in name], [], "what is left over")


def case_two_reports_beside_each_other_do_not_meet(w):
    import fcntl
    load(w)
    site = os.path.join(w.folder, "locked-%d" % w.number, "site")
    os.makedirs(os.path.dirname(site))
    fd = os.open(os.path.dirname(site), os.O_RDONLY)
    fcntl.flock(fd, fcntl.LOCK_EX)
    w.run("report", "--out", site, code=LOCKED)
    os.close(fd)
    w.run("report", "--out", site, code=DONE)


def case_a_run_writes_the_site_and_fails_for_it_never(w):
    load(w)
    site = os.path.join(w.folder, "nightly-%d" % w.number)
    sources = Source("bromma", tokens={"..": "suppressed", ".": "not_applicable", "-": "not_measured"}), Source("farsta")
    w.configure(*sources, unknown={"enhet": "add", "indikator": "add"}, report={"dir": site})
    w.run("run", "--dry-run", code=DONE)
    holds(not os.path.exists(site), "a dry run wrote the site")
    w.content["bromma"] = w.content["bromma"].replace(b"84 %;83", b"85 %;83")
    w.run("run", code=DONE)
    text = open(os.path.join(site, "index.html"), encoding="utf-8").read()
    holds("Värden som ändrades" in text and ">84 %</td><td" in re.sub(r"\s+", " ", text).replace("</td> <td", "</td><td"), "the change is not on the start page")
    os.chmod(site, stat.S_IRWXU)
    os.unlink(os.path.join(site, ".stadslager"))  # now it is nobody's
    w.content["bromma"] = w.content["bromma"].replace(b"85 %;83", b"86 %;83")
    ended = w.run("run", code=DONE)
    holds("warning: the site was not written" in ended.err, str(ended))
    same(w.number_of("SELECT count(*) FROM analys.utfall WHERE varde = 86"), 1, "the value loaded")


def case_wrong_options_are_refused(w):
    for options in ((), ("--out",), ("--out", "x", "y"), ("--nonsense",)):
        w.run("report", *options, code=USAGE)
    holds("Exit status:" in w.run("report", "--help", code=DONE).out, "--help says nothing of the exit status")


if __name__ == "__main__":
    sys.exit(lib_run.main(globals()))
