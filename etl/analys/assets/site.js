/* What the pages can do with scripts: draw each chart from the table that follows it, sort tables, and search.  Without scripts the
   tables and their bars are there all the same. */
(function () {
  "use strict";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var charts = [];

  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }
  function series(n) { return colour("f" + (n % 8 + 1)); }
  function value(cell) { return cell && cell.dataset.v ? Number(cell.dataset.v) : null; } /* for drawing only */
  function words(cell) { /* the first text of it, without what follows in elements of its own */
    var first = cell.querySelector("button") || cell;
    return first.firstChild ? first.firstChild.textContent.trim() : "";
  }
  var swedish = new Intl.NumberFormat("sv-SE", { maximumFractionDigits: 6 });

  function rowsOf(table) { return Array.prototype.slice.call(table.tBodies[0].rows); }

  /* One bar per row and column marked data-serie="stapel"; targets are marks on the same axis. */
  function columns(table, stacked) {
    var rows = rowsOf(table), sets = [], n = 0;
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, at) {
      var kind = head.dataset.serie;
      if (!kind) return;
      var data = rows.map(function (row) { return value(row.cells[at]); });
      if (data.every(function (v) { return v === null; })) return;
      var c = series(n++);
      sets.push(kind === "mal"
        ? { type: "line", label: words(head), data: data, showLine: false, pointStyle: n % 2 ? "rectRot" : "triangle", pointRadius: 7, pointBorderWidth: 2,
            borderColor: c, backgroundColor: colour("bakgrund"), order: 0 }
        : { type: "bar", label: words(head), data: data, backgroundColor: c, order: 1, stack: stacked ? "s" : undefined });
    });
    return { type: "bar", data: { labels: rows.map(function (row) { return row.cells[0].textContent.trim(); }), datasets: sets } };
  }

  /* One line per row; it is not drawn across a change of definition. */
  function lines(table) {
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells, 1);
    var broken = heads.map(function (head) { return head.dataset.brott === "ja"; });
    var points = ["circle", "rect", "triangle", "rectRot", "star", "crossRot"];
    return {
      type: "line",
      data: {
        labels: heads.map(words),
        datasets: rowsOf(table).map(function (row, i) {
          return {
            label: row.cells[0].textContent.trim(), data: heads.map(function (head, k) { return value(row.cells[k + 1]); }),
            borderColor: series(i), backgroundColor: series(i), pointStyle: points[i % points.length], pointRadius: 5, borderWidth: 2,
            borderDash: i >= 8 ? [6, 4] : [], spanGaps: false,
            segment: { borderColor: function (s) { return broken[s.p1DataIndex] ? "transparent" : undefined; } }
          };
        })
      }
    };
  }

  function options(kind) {
    var text = colour("text"), grid = colour("linje");
    function axis(more) {
      return Object.assign({ ticks: { color: text, callback: function (v) { return this.type === "category" ? this.getLabelForValue(v) : swedish.format(v); } },
        grid: { color: grid } }, more);
    }
    var upright = kind !== "linje";
    return {
      animation: false, responsive: true, maintainAspectRatio: false, indexAxis: upright ? "y" : "x",
      scales: { x: axis({ stacked: kind === "delar", beginAtZero: upright }), y: axis({ stacked: kind === "delar" }) },
      plugins: {
        legend: { position: "bottom", labels: { color: text, usePointStyle: true } },
        tooltip: { callbacks: { label: function (i) { return i.dataset.label + ": " + swedish.format(upright ? i.parsed.x : i.parsed.y); } } }
      }
    };
  }

  function draw(figure) {
    var next = figure.nextElementSibling, table = next && next.querySelector("table"), kind = figure.dataset.slag;
    if (!table) return;
    var chart = kind === "linje" ? lines(table) : columns(table, kind === "delar");
    if (!chart.data.datasets.length) return;
    figure.hidden = false;
    if (kind !== "linje") {
      var bars = kind === "delar" ? 1 : chart.data.datasets.filter(function (d) { return d.type === "bar"; }).length;
      figure.style.height = Math.max(16, 7 + chart.data.labels.length * (1.1 * bars + 0.9)) + "rem";
    }
    chart.options = options(kind);
    charts.push(new window.Chart(figure.querySelector("canvas"), chart));
  }

  function drawAll() {
    charts.forEach(function (chart) { chart.destroy(); });
    charts = [];
    if (window.Chart) document.querySelectorAll("figure[data-slag]").forEach(draw);
  }

  /* Each head of a column gets a button.  Rows without a number stay last in both directions; the chart keeps its order. */
  function sortable(table) {
    var body = table.tBodies[0], original = rowsOf(table);
    if (original.length < 2 || !table.tHead) return;
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, at) {
      if (head.tagName !== "TH") return;
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      button.addEventListener("click", function () {
        var up = head.getAttribute("aria-sort") !== "ascending";
        var key = function (row) { var cell = row.cells[at], v = value(cell); return v === null ? cell.textContent.trim() : v; };
        var rows = original.slice().sort(function (a, b) {
          var x = key(a), y = key(b), order;
          if (x === "" || y === "") return (x === "") - (y === "");
          if (typeof x !== typeof y) return typeof x === "number" ? -1 : 1;
          order = typeof x === "number" ? x - y : x.localeCompare(y, "sv");
          return up ? order : -order;
        });
        rows.forEach(function (row) { body.appendChild(row); });
        Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
      });
    });
  }

  function search() {
    var form = document.querySelector("form.sok"), index = window.stadslagerSok;
    if (!form || !index) return;
    var input = form.querySelector("input"), list = form.querySelector("ul"), status = form.querySelector("[role=status]");
    var root = document.documentElement.dataset.rot;
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var first = list.querySelector("a");
      if (first) first.click();
    });
    form.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") return;
      input.value = "";
      show();
      input.focus();
    });
    input.addEventListener("input", show);
    function show() {
      var parts = input.value.toLocaleLowerCase("sv").split(/\s+/).filter(Boolean);
      var found = parts.length ? index.filter(function (entry) {
        var name = entry[0].toLocaleLowerCase("sv");
        return parts.every(function (part) { return name.indexOf(part) >= 0; });
      }) : [];
      list.textContent = "";
      found.slice(0, 20).forEach(function (entry) {
        var item = document.createElement("li"), link = document.createElement("a"), kind = document.createElement("small");
        link.href = root + entry[1];
        link.textContent = entry[0];
        kind.textContent = entry[2];
        link.appendChild(kind);
        item.appendChild(link);
        list.appendChild(item);
      });
      status.textContent = parts.length ? (found.length === 1 ? "1 träff" : found.length + " träffar") : "";
    }
  }

  search();
  drawAll();
  document.querySelectorAll("table").forEach(sortable);
  dark.addEventListener("change", drawAll);
})();
