#!/usr/bin/env python3
"""The demo's site checked against WCAG 2.2, levels A and AA, by axe-core, in a real headless Chromium: every kind of page, light
and dark, wide and narrow, with everything unfolded and a search under way.  Without the browser or npm: skipped."""
import json
import os
import subprocess
import sys
import tempfile

import lib_browser
import lib_npm

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = """axe.run(document, {runOnly: {type: 'tag', values: %s}, resultTypes: ['violations']}).then(r => ({passes: r.passes.length,
  violations: r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target + ' ' + n.failureSummary).join('; '))}))""" % json.dumps(TAGS)
SEARCH = "(() => { const i = document.querySelector('#sok'); i.value = 'förskol'; i.dispatchEvent(new Event('input')); })()"


def pages(folder):
    unit = sorted(os.listdir(os.path.join(folder, "enhet")))[0]
    return {"start page": "index.html", "indicator": "indikator/IND_NOJDA_FORALDRAR_FORSKOLA.html", "district": "stadsdel/SDN_BRO.html",
            "unit": "enhet/" + unit, "quality": "kvalitet.html"}


def check(browser, axe, url, width, scheme, searching):
    browser.open(url, width, scheme=scheme)
    browser.run("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    if searching:
        browser.run(SEARCH)
    browser.run(axe)
    return browser.run(CHECK)


def main():
    passed = failed = 0
    why = None if lib_browser.program() else "no Chromium is installed; \"tests/install-packages chromium\" does that"
    why = why or lib_npm.missing()
    if why:
        print("skip: " + why)
        return 77
    if not os.environ.get("STADSLAGER_DEMO_ANALYST"):
        with_demo = os.path.join(TOP, "tests", "with-demo")
        os.execv(with_demo, [with_demo, sys.executable] + sys.argv)
    with tempfile.TemporaryDirectory(prefix="test-axe-") as folder:
        subprocess.run([os.path.join(TOP, "build", "stadslager"), "report", "--out", folder + "/site"], check=True)
        browser, axe = lib_browser.Browser(), lib_npm.text("axe-core/axe.min.js")
        try:
            for name, path in pages(folder + "/site").items():
                for scheme, width, searching in (("light", 1280, False), ("dark", 1280, True), ("light", 390, True), ("dark", 390, False)):
                    answer = check(browser, axe, "file://%s/site/%s" % (folder, path), width, scheme, searching)
                    title = "%s, %s, %d wide%s: axe-core finds no violation" % (name, scheme, width, ", searching" if searching else "")
                    if answer["violations"] or answer["passes"] < 10:
                        failed += 1
                        print("FAIL  %s\n        %s" % (title, "\n        ".join(answer["violations"])), flush=True)
                    else:
                        passed += 1
                        print("ok    %s (%d rules passed)" % (title, answer["passes"]), flush=True)
        finally:
            browser.end()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
