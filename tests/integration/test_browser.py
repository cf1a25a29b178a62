#!/usr/bin/env python3
"""The web site of the demo in a real headless Chromium, opened from its folder: charts are drawn, values are the warehouse's,
search and keyboard work, nothing is asked of any network, and the console says nothing.  Without a browser this suite says
that it was skipped."""
import json
import os
import re
import subprocess
import sys
import tempfile
import time

import lib_browser

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
INDICATOR = "Andel nöjda föräldrar till barn i förskolan"
PAGE = "indikator/IND_NOJDA_FORALDRAR_FORSKOLA.html"
# Of a canvas: the colours of its points, of every 7th column and row.
INK = """(() => [...document.querySelectorAll('canvas')].map(c => {
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, seen = {};
  for (let y = 0; y < c.height; y += 7) for (let x = 0; x < c.width; x += 7) {
    const i = 4 * (y * c.width + x); if (d[i + 3] > 200) { const k = d.slice(i, i + 3).join(','); seen[k] = (seen[k] || 0) + 1; } }
  return Object.values(seen).filter(n => n >= 5).length; }))()"""
CONTRAST = """(() => {
  const lum = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(x => (x /= 255, x <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4)); return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  const behind = e => { for (; e; e = e.parentElement) { const b = getComputedStyle(e).backgroundColor; if (!/, 0\\)$|transparent/.test(b)) return b; } return 'rgb(255, 255, 255)'; };
  const bad = new Set();
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.offsetParent || e.closest('.osynlig, svg')) continue;
    const a = lum(getComputedStyle(e).color), b = lum(behind(e)), r = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (r < 4.5) bad.add(e.tagName + '.' + e.className + ' ' + r.toFixed(2)); }
  return [...bad]; })()"""


class Failed(Exception):
    pass


def same(found, expected, what="it"):
    if found != expected:
        raise Failed("%s is %r, expected %r" % (what, found, expected))


def holds(condition, what):
    if not condition:
        raise Failed(what)


def clean(b):
    same(b.complaints(), [], "what the console says")
    same([url for url in b.requests() if not url.startswith(("file:", "data:"))], [], "requests that leave the page")


def case_charts_are_drawn_on_every_kind_of_page(b, site):
    for page, charts in ((PAGE, 2), ("stadsdel/SDN_BRO.html", 1), ("index.html", 0)):
        for scheme in ("light", "dark"):
            b.open(site + page, scheme=scheme)
            ink = b.run(INK)
            same(len(ink), charts, "the number of charts of " + page)
            holds(all(n >= 4 for n in ink), "%s, %s: a chart has %s colours" % (page, scheme, ink))
            clean(b)


def case_charts_show_the_numbers_of_their_tables(b, site):
    b.open(site + PAGE)
    drawn = b.run("Object.values(Chart.instances).map(c => ({labels: c.data.labels, sets: c.data.datasets.map(d => [d.label, d.data])}))")
    table = b.run("[...document.querySelectorAll('table')].slice(0, 2).map(t => [...t.tBodies[0].rows].map(r => [...r.cells].map(c => [c.textContent, c.dataset.v || ''])))")
    bars = {label: values for label, values in drawn[0]["sets"]}
    same(sorted(bars), sorted(["Totalt", "Kvinnor", "Män", "Årsmål", "KF:s årsmål"]), "the series")
    for name, column in (("Totalt", 2), ("Kvinnor", 4), ("Män", 5), ("Årsmål", 7), ("KF:s årsmål", 9)):
        same(bars[name], [float(row[column][1]) if row[column][1] else None for row in table[0]], name)
    for (label, values), row in zip(drawn[1]["sets"], table[1]):
        same((label, values), (row[0][0], [float(c[1]) if c[1] else None for c in row[1:]]), "a line")


def case_values_of_a_page_equal_the_warehouses(b, site):
    b.open(site + PAGE)
    for year in ("2020", "2021", "2022", "2023"):
        rows = b.run("[...document.querySelectorAll('table')].filter(t => t.caption.textContent.startsWith('Stadsdelarna %s'))[0].tBodies[0].innerText" % year) \
            if year == "2023" else None
        cells = b.run("[...[...document.querySelectorAll('table')].filter(t => t.caption.textContent.startsWith('Stadsdelarna %s'))[0].tBodies[0].rows]"
                      ".map(r => [r.cells[0].textContent, ...[2, 4, 5].map(i => r.cells[i].firstChild ? r.cells[i].firstChild.textContent : '')])" % year)
        wanted = psql("SELECT stadsdel, %s FROM analys.utfall WHERE indikator = '%s' AND period = '%s' AND hel_namnd GROUP BY stadsdel" % (
            ", ".join("max(varde) FILTER (WHERE kon_kod = '%s')" % kon for kon in "TKM"), INDICATOR, year))
        same({tuple(c.replace("\u00a0%", "").replace(",", ".") for c in row) for row in cells}, {tuple(row.split("|")) for row in wanted.splitlines()}, year)
        same(rows is None or "%" in rows, True)


def case_seven_districts_and_four_years_are_there(b, site):
    b.open(site + PAGE)
    same(b.run("Object.values(Chart.instances).map(c => [c.data.labels.length, c.data.datasets.length])")[1], [4, 7], "years and districts of the lines")


def case_every_page_opens_without_a_complaint(b, site):
    folder = site[7:]
    for path in sorted(os.path.relpath(os.path.join(f, n), folder) for f, _, names in os.walk(folder) for n in names if n.endswith(".html"))[::4]:
        b.open(site + path)
        clean(b)


def case_nothing_is_wider_than_the_screen_of_a_phone(b, site):
    for page in ("index.html", PAGE, "stadsdel/SDN_BRO.html", "kvalitet.html"):
        for width in (320, 390, 1280):
            b.open(site + page, width)
            same(b.run("document.documentElement.scrollWidth"), width, "%s: the width" % page)


def case_text_stands_out_from_its_background(b, site):
    for page in ("index.html", PAGE, "stadsdel/SDN_BRO.html", "kvalitet.html"):
        for scheme in ("light", "dark"):
            b.open(site + page, scheme=scheme)
            same(b.run(CONTRAST), [], "%s, %s: contrast below 4.5" % (page, scheme))


def case_the_search_finds_indicators_districts_and_units(b, site):
    b.open(site + PAGE)
    for words, kind in (("nöjda FÖRÄLDRAR", "Indikator"), ("bromma", "Stadsdel"), ("solen", "Enhet")):
        b.run("(() => { const i = document.querySelector('#sok'); i.value = %s; i.dispatchEvent(new Event('input')); })()" % json.dumps(words))
        found = b.run("[...document.querySelectorAll('form.sok li a')].map(a => [a.querySelector('small').textContent, a.href])")
        holds(any(k == kind and os.path.isfile(url[7:]) for k, url in found), "%s finds %s" % (words, found))
        holds(b.run("document.querySelector('form.sok [role=status]').textContent").startswith("%d träff" % len(found)), "what a screen reader hears")
    clean(b)


def case_the_keyboard_reaches_all_and_shows_where_it_is(b, site):
    b.open(site + PAGE)
    b.press("Tab", 9)
    same(b.run("document.activeElement.className"), "hoppa", "what the first Tab reaches")
    holds(b.run("document.activeElement.getBoundingClientRect().left >= 0"), "the skip link does not show")
    reached = set()
    for _ in range(60):
        b.press("Tab", 9)
        reached.add(b.run("document.activeElement.id || document.activeElement.className || document.activeElement.tagName"))
        style = b.run("(s => s.outlineStyle + s.outlineWidth)(getComputedStyle(document.activeElement))")
        holds(style == "solid3px" or b.run("document.activeElement === document.body"), "the focus does not show: " + style)
    holds({"sok", "rulla", "SUMMARY"} <= reached, "reached are %s" % reached)


def case_without_scripts_the_tables_and_bars_are_there(b, site):
    b.open(site + PAGE, scripts=False)
    picture = b.ask("DOM.getDocument", depth=-1)
    text = json.dumps(picture)
    holds('"TBODY"' in text and '"rect"' in text, "no tables, or no bars")
    tree = b.ask("Accessibility.getFullAXTree")["nodes"]
    names = {(n["role"]["value"], n["name"]["value"]) for n in tree if not n.get("ignored") and "name" in n}
    holds(("rowheader", "Bromma") in names or ("link", "Bromma") in names, "the table is not there for a screen reader")
    holds(not any(role in ("image", "img") for role, _ in names), "an empty chart is there for a screen reader")


def psql(query):
    done = subprocess.run(["psql", "-XAtq", "-c", query], stdout=subprocess.PIPE, check=True)
    return done.stdout.decode("utf-8").rstrip("\n")


def main():
    only, passed, failed = sys.argv[1:], 0, 0
    if not lib_browser.program():
        print("skip: no Chromium is installed; \"tests/install-packages chromium\" does that (120 MB to fetch, 410 MB on disk)")
        return 77
    if not os.environ.get("STADSLAGER_DEMO_ANALYST"):
        with_demo = os.path.join(TOP, "tests", "with-demo")
        os.execv(with_demo, [with_demo, sys.executable] + sys.argv)
    with tempfile.TemporaryDirectory(prefix="test-browser-site-") as folder:
        subprocess.run([os.path.join(TOP, "build", "stadslager"), "report", "--out", folder + "/site"], check=True)
        browser = lib_browser.Browser()
        try:
            for name, case in list(globals().items()):
                if not name.startswith("case_") or (only and not any(part in name for part in only)):
                    continue
                began, title = time.monotonic(), name[5:].replace("_", " ")
                try:
                    case(browser, "file://%s/site/" % folder)
                    passed += 1
                    print("ok    %s (%.1f s)" % (title, time.monotonic() - began), flush=True)
                except Exception as error:  # a case that breaks is a case that fails; the others still run
                    failed += 1
                    print("FAIL  %s\n        %s: %s" % (title, type(error).__name__, re.sub("\n", "\n        ", str(error))), flush=True)
        finally:
            browser.end()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
