// Reads a cube with a reader that is not ours and prints what it finds.  node readers.js json-stat2|px FILE, with a list of
// places on standard input: [{dimension: code, ...}, ...].
const fs = require("fs");
const [format, path] = process.argv.slice(2);
const places = JSON.parse(fs.readFileSync(0, "utf-8"));
const text = fs.readFileSync(path, "utf-8");

function jsonStat() {
  const d = require("jsonstat-toolkit")(JSON.parse(text));
  return {
    class: d.class, length: d.length, size: d.size, id: d.id, n: d.n, role: d.role,
    labels: d.id.map(name => d.Dimension(name).id.map(code => d.Dimension(name).Category(code).label)),
    found: places.map(place => d.Data(place)),
  };
}

function px() {
  const p = new (require("px"))(text), order = p.variables();
  return {
    variables: order, counts: p.valCounts(), n: p.data.length, title: p.title(), values: order.map(name => p.values(name)), codes: order.map(name => p.codes(name)),
    found: places.map(place => p.datum(order.map(name => [].concat(p.codes(name)).indexOf(place[name])))),
  };
}

process.stdout.write(JSON.stringify(format === "px" ? px() : jsonStat()));
