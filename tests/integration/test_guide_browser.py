#!/usr/bin/env python3
"""The guide's questions that need more than reading a page, asked in a real headless Chromium: sorting, unfolding, searching, and
charts, on the hand-checked data of test_analys; and a line that breaks where an indicator is defined otherwise.  Without a
browser this suite says that it was skipped."""
import os
import sys

import lib_browser
import lib_run
from lib_run import DONE, holds, same
from test_analys import ANSWERS, load
from test_guide_pages import EVICTED_PAGE, JOBS_PAGE, SAFE_PAGE, SICK_PAGE

# The rows of the table whose caption begins so: of each the named columns' numbers, or their text; as they stand on the screen.
ROWS = """((caption, names) => { const t = [...document.querySelectorAll('table')].find(t => t.caption.textContent.startsWith(caption));
  const heads = [...t.tHead.rows[0].cells].map(c => c.textContent);
  return [...t.tBodies[0].rows].filter(r => r.checkVisibility()).map(r => names.map(n => { const c = r.cells[heads.indexOf(n)]; return c.dataset.v || c.textContent; }).join('|')); })"""
BUTTON = """((caption, name) => { const t = [...document.querySelectorAll('table')].find(t => t.caption.textContent.startsWith(caption));
  [...t.tHead.rows[0].cells].find(c => c.textContent === name).querySelector('button').focus(); })"""
CHARTS = "Object.values(Chart.instances).map(c => ({labels: c.data.labels, sets: Object.fromEntries(c.data.datasets.map(d => [d.label, d.data]))}))"
# Half way between two neighbouring points of a line: is its colour there?  The thickness is two pixels, so look a little up and down.
DRAWN = """((label, from) => { for (const c of Object.values(Chart.instances)) { const i = c.data.datasets.findIndex(d => d.label === label);
  if (i < 0 || c.config.type !== 'line') continue;
  const [p, q] = c.getDatasetMeta(i).data.slice(from, from + 2), ratio = c.currentDevicePixelRatio, want = c.data.datasets[i].borderColor.match(/\\w\\w/g).map(h => parseInt(h, 16));
  const x = Math.round((p.x + q.x) / 2 * ratio), y = Math.round((p.y + q.y) / 2 * ratio), d = c.ctx.getImageData(x - 1, y - 3, 3, 7).data;
  for (let k = 0; k < d.length; k += 4) if (d[k + 3] > 200 && want.every((v, n) => Math.abs(v - d[k + n]) < 40)) return true;
  return false; } })"""


def call(script, *arguments):
    import json
    return "%s(%s)" % (script, ", ".join(json.dumps(a) for a in arguments))


def write(w):
    site = os.path.join(w.folder, "site-%d" % w.number)
    w.run("report", "--out", site, code=DONE)
    return "file://%s/" % site


def clean():
    same(browser.complaints(), [], "what the console says")
    same([url for url in browser.requests() if not url.startswith(("file:", "data:"))], [], "requests that leave the page")


def case_question_1_the_year_before_is_unfolded_from_the_keyboard(w):
    load(w)
    browser.open(write(w) + SICK_PAGE)
    names = ["Stadsdel", "Totalt", "Årsmål", "Bedömning"]
    same(browser.run(call(ROWS, "Stadsdelarna 2022", names)), [], "a year that is folded")
    browser.run("[...document.querySelectorAll('summary')].find(s => s.textContent === 'Stadsdelarna 2022').focus()")
    browser.press("Enter", 13, "\r")
    missed = [r.split("|") for year in ("2022", "2023") for r in browser.run(call(ROWS, "Stadsdelarna " + year, names)) if r.endswith("✗ ej uppfyllt")]
    both = [name for name, _, _, _ in missed if [m[0] for m in missed].count(name) == 2][:1]
    same(["|".join(both + [m[n] for m in missed if m[0] == both[0] for n in (1, 2)])], ["Bromma|7.41|7|6.9|6.5"])
    clean()


def case_question_2_the_greatest_gap_first_by_sorting(w):
    load(w)
    browser.open(write(w) + SAFE_PAGE)
    drawn = browser.run(CHARTS)
    browser.run(call(BUTTON, "Stadsdelarna 2023", "Kvinnor minus män"))
    browser.press("Enter", 13, "\r")
    same(browser.run(call(ROWS, "Stadsdelarna 2023", ["Stadsdel", "Kvinnor", "Män", "Kvinnor minus män"])), ANSWERS[2])
    same(browser.run("document.activeElement.closest('th').getAttribute('aria-sort')"), "ascending", "what a screen reader hears")
    browser.press("Enter", 13, "\r")
    same([r.split("|")[0] for r in browser.run(call(ROWS, "Stadsdelarna 2023", ["Stadsdel"]))], ["Farsta", "Skärholmen", "Bromma"], "the other way round")
    same(browser.run(CHARTS), drawn, "the chart")
    clean()


def case_rows_without_a_number_stay_last_when_sorted(w):
    load(w)
    browser.open(write(w) + JOBS_PAGE)
    column = ["Stadsdel i dag", "2022"]
    for order in (["Järva|350", "Bromma|", "Hägersten-Älvsjö|", "Norra innerstaden|ofullständig"],) * 2:
        browser.run(call(BUTTON, "Totalt per stadsdel i dag", "2022"))
        browser.press("Enter", 13, "\r")
        rows = browser.run(call(ROWS, "Totalt per stadsdel i dag", column))
        same(rows[0], order[0], "the only number")
        same(sorted(rows[1:]), sorted(order[1:]), "what has none")
        same(rows[-2:], ["Bromma|", "Hägersten-Älvsjö|"], "empty cells")


def case_questions_3_and_5_the_charts_say_what_the_tables_say(w):
    load(w)
    url = write(w)
    browser.open(url + SICK_PAGE)
    chart = browser.run(CHARTS)[0]
    same(chart["labels"], [a.split("|")[1] for a in ANSWERS[3]], "the order of the bars")
    same(chart["sets"]["Totalt"], [float(a.split("|")[2]) for a in ANSWERS[3]])
    browser.open(url + JOBS_PAGE)
    today = browser.run(CHARTS)[2]
    same(today["labels"], ["2019", "2021", "2022", "2023"])
    wanted = [a.split("|") for a in ANSWERS[5]]
    for name in sorted({a[0] for a in wanted}):
        by_year = {a[1]: float(a[2]) if a[2] else None for a in wanted if a[0] == name}
        same(today["sets"][name], [by_year.get(year) for year in today["labels"]], name)
    browser.open(url + EVICTED_PAGE)
    holds(all(v is None for c in browser.run(CHARTS) for name, set in c["sets"].items() if name in ("Järva", "Rinkeby-Kista") for v in set), "a hidden value is drawn")
    clean()


def case_question_7_the_search_leads_to_the_district_and_its_goals(w):
    load(w)
    browser.open(write(w) + "index.html")
    browser.run("document.querySelector('#sok').focus()")
    browser.ask("Input.insertText", text="brom")
    browser.events = []
    browser.press("Enter", 13, "\r")
    browser.wait_loaded()
    holds(browser.run("location.href").endswith("stadsdel/SDN_BRO.html"), "it leads to " + browser.run("location.href"))
    same(browser.run(call(ROWS, "Mål 2023", ["Mål", "Uppfyllt enligt rapporten"])),
         ["1 En stad som håller ihop|inga data", "1.1 Barn får plats|✓ helt", "1.2 Gator är hela|◐ delvis"])
    clean()


def case_a_line_breaks_where_the_definition_changes(w):
    with open(os.path.join(lib_run.TOP, "config", "indikatorer.yaml"), encoding="utf-8") as f:
        path = w.file("indikatorer.yaml", f.read() + 'definitions:\n  - {indikator: IND_SJUKFRANVARO, from: 2023, note: "ny mätmetod"}\n')
    load(w)
    browser.open(write(w) + SICK_PAGE)
    same(browser.run(call(DRAWN, "Farsta", 0)), True, "without a change of definition the line is drawn")
    load.sections = {"registries": dict({n: os.path.join(lib_run.TOP, "config", n + ".yaml") for n in ("stadsdelar", "enheter")}, indikatorer=path)}
    try:
        load(w)
    finally:
        load.sections = {}
    for scheme in ("light", "dark"):
        browser.open(write(w) + SICK_PAGE, scheme=scheme)
        same(browser.run(call(DRAWN, "Farsta", 0)), False, "across a change of definition, %s: a line" % scheme)
        same(browser.run("[...document.querySelectorAll('th .brott')].map(e => e.closest('th').textContent)"), ["2023 ny definition"] * 2)
    holds("Serien bryts. 2023: ny mätmetod." in browser.run("document.querySelector('.varning').textContent"), "no warning")
    same(browser.run(call(ROWS, "Stadsdelarna 2023", ["Stadsdel", "Mot året före", "Anmärkning"]))[1], "Farsta||ny mätmetod")
    clean()


if __name__ == "__main__":
    if not lib_browser.program():
        print("skip: no Chromium is installed; \"tests/install-packages chromium\" does that (120 MB to fetch, 410 MB on disk)")
        sys.exit(77)
    lib_run.enter()
    browser = lib_browser.Browser()
    try:
        code = lib_run.main(globals())
    finally:
        browser.end()
    sys.exit(code)
