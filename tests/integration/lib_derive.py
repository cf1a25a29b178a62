"""What a reader of all of the analysts' views can derive: the cells they show, the sums that hold between cells, and exact
elimination.  The truth is read from the facts by the superuser, to know which hidden cells a derivation may not reach."""
from fractions import Fraction

from lib_run import Failed


class Reader:
    """Linear equations over cells.  A cell is a tuple; what is shown is a constant."""

    def __init__(self):
        self.known, self.rows = {}, []

    def show(self, cell, value):
        if cell in self.known and self.known[cell] != value:
            return  # another vintage of the value: not this cell
        self.known[cell] = value

    def equation(self, terms, constant=Fraction(0)):
        """sum of factor * cell = constant"""
        self.rows.append((terms, constant))

    def unknown_rows(self):
        for terms, constant in self.rows:
            row = {}
            for cell, factor in terms:
                if cell in self.known:
                    constant -= factor * self.known[cell]
                else:
                    row[cell] = row.get(cell, Fraction(0)) + factor
            row = {cell: factor for cell, factor in row.items() if factor}
            if row:
                yield row, constant

    def determined(self):
        """The hidden cells that have one value only, and it: reduced echelon form, exact."""
        pivots = {}  # cell -> (row, constant), the cell's factor is 1 and it stands in no other row
        for row, constant in self.unknown_rows():
            for cell in [c for c in row if c in pivots]:
                factor = row[cell]
                other, other_constant = pivots[cell]
                constant -= factor * other_constant
                for c, f in other.items():
                    row[c] = row.get(c, Fraction(0)) - factor * f
                    if not row[c]:
                        del row[c]
            if not row:
                continue
            pivot = min(row)
            factor = row[pivot]
            row, constant = {c: f / factor for c, f in row.items()}, constant / factor
            for cell, (other, other_constant) in list(pivots.items()):
                if pivot in other:
                    factor = other[pivot]
                    new = dict(other)
                    for c, f in row.items():
                        new[c] = new.get(c, Fraction(0)) - factor * f
                        if not new[c]:
                            del new[c]
                    pivots[cell] = (new, other_constant - factor * constant)
            pivots[pivot] = (row, constant)
        return {cell: constant for cell, (row, constant) in pivots.items() if len(row) == 1}

    def pinned(self, largest=10 ** 9):
        """The hidden cells that counts being no less than zero leave one value: bounds passed on until they stand."""
        rows = list(self.unknown_rows())
        low, high = {}, {}
        for row, _ in rows:
            for cell in row:
                low[cell], high[cell] = Fraction(0), Fraction(largest)
        changed, rounds = True, 0
        while changed and rounds < 50:
            changed, rounds = False, rounds + 1
            for row, constant in rows:
                least = sum(f * (low if f > 0 else high)[c] for c, f in row.items())
                most = sum(f * (high if f > 0 else low)[c] for c, f in row.items())
                for cell, f in row.items():
                    rest_least = least - f * (low if f > 0 else high)[cell]
                    rest_most = most - f * (high if f > 0 else low)[cell]
                    a, b = sorted(((constant - rest_least) / f, (constant - rest_most) / f))
                    if a > low[cell] or b < high[cell]:
                        low[cell], high[cell] = max(a, low[cell]), min(b, high[cell])
                        changed = True
                        least = sum(g * (low if g > 0 else high)[c] for c, g in row.items())
                        most = sum(g * (high if g > 0 else low)[c] for c, g in row.items())
        return {cell: low[cell] for cell in low if low[cell] == high[cell]}


def number(text):
    return Fraction(text) if text else None


class Views:
    """ASK runs SQL as an analyst, TRUTH as the superuser; both give lists of rows, lists of text ('' for null)."""

    def __init__(self, ask, truth):
        self.reader, self.small, self.hidden = Reader(), {}, set()
        self.true, self.threshold, self.sums = {}, {}, set()
        self.read_truth(truth)
        self.read_views(ask)
        self.add_sums()

    def read_truth(self, truth):
        for s, e, board, i, p, k, value, status, threshold in truth(
                "SELECT u.stadsdel_id, u.enhet_id, e.hel_namnd, u.indikator_id, u.period_id, u.kon, u.varde, u.varde_status, i.troskel"
                "  FROM lager.fact_utfall u JOIN lager.dim_enhet e ON e.id = u.enhet_id JOIN lager.dim_indikator i ON i.id = u.indikator_id"
                " WHERE u.ersatt_load_id IS NULL AND u.varde_status IN ('reported', 'suppressed') AND i.troskel > 0"
                "   AND i.matt NOT IN ('kWh', 'MWh', 'GWh', 'kr', 'tkr', 'mnkr')"  # no individuals
                "   AND (i.slag = 'antal' OR i.slag IS NULL AND u.matt IS DISTINCT FROM '%')"
                "   AND (i.kon_mening IS DISTINCT FROM 'andel_av_total' OR u.kon = 'T')"):
            cell = (i, p, s, "0" if board == "t" else e, k)
            self.true[cell] = number(value)
            self.threshold[cell] = int(threshold)
            if status == "suppressed" or 0 < number(value) < int(threshold):
                self.small[cell] = number(value)

    def read_views(self, ask):
        show = self.reader.show
        parts_of = {}  # of a merged district
        for s, today in ask("SELECT stadsdel_id, idag_id FROM analys.stadsdel WHERE idag_id <> stadsdel_id"):
            parts_of.setdefault(today, []).append(s)
        for s, e, board, i, p, k, value, status, before in ask(
                "SELECT stadsdel_id, enhet_id, hel_namnd, indikator_id, period_id, kon_kod, varde, varde_status, foregaende"
                "  FROM analys.utfall WHERE slag = 'antal' OR slag IS NULL"):
            cell = (i, p, s, "0" if board == "t" else e, k)
            if value and cell in self.true:
                show(cell, number(value))
            elif cell in self.true:
                self.hidden.add(cell)
            last = (i, str(int(p) - 10000), s, cell[3], "T")
            if before and k == "T" and self.true.get(last, number(before)) in (None, number(before)):
                show(last, number(before))
            # What a merged district says of the year before is the sum of its former districts.
            former = [(i, last[1], part, "0", "T") for part in parts_of.get(s, ())]
            if before and k == "T" and board == "t" and last not in self.true and former and all(c in self.true for c in former):
                self.reader.equation([(c, Fraction(1)) for c in former], number(before))
        for s, e, board, i, p, k, before, after in ask(
                "SELECT stadsdel_id, enhet_id, hel_namnd, indikator_id, period_id, kon_kod, varde_fore, varde_efter FROM analys.revideringar"):
            cell = (i, p, s, "0" if board == "t" else e, k)
            for value in (number(before), number(after)):
                if value is not None and cell in self.small and self.small[cell] in (None, value):
                    show(cell, value)
        for view in ("jamforelse", "jamforelse_idag"):
            for i, p, s, k, value, women, men, gap, one, two, parts in ask(
                    "SELECT j.indikator_id, j.period_id, j.stadsdel_id, j.kon_kod, j.varde, j.kvinnor, j.man, j.gap_kvinnor_man, j.ett_ar_fore,"
                    " j.tva_ar_fore, (SELECT string_agg(DISTINCT d.stadsdel_id::text, ',') FROM analys.stadsdel d WHERE d.idag_id = j.stadsdel_id)"
                    "  FROM analys.%s j WHERE j.slag = 'antal'" % view):
                parts = [s] if view == "jamforelse" else parts.split(",")
                for year, figure, sex in ((0, value, k), (1, one, k), (2, two, k), (0, women, "K"), (0, men, "M")):
                    cells = [(i, str(int(p) - 10000 * year), part, "0", sex) for part in parts]
                    cells = [c for c in cells if c in self.true]
                    if figure and cells:
                        self.reader.equation([(c, Fraction(1)) for c in cells], number(figure))
                if gap:
                    self.reader.equation([((i, p, part, "0", sex), Fraction(sign)) for part in parts for sex, sign in (("K", 1), ("M", -1))
                                          if (i, p, part, "0", sex) in self.true], number(gap))

    def remainder(self, cells, total, name, somebody=True):
        """TOTAL minus CELLS is nothing, or a cell of its own that nobody reported: SOMEBODY, or only a sum that is wrong."""
        values = [self.true.get(c) for c in cells + [total]]
        terms = [(total, Fraction(1))] + [(c, Fraction(-1)) for c in cells]
        if None not in values:
            rest = values[-1] - sum(values[:-1])
            if rest:
                terms.append((name, Fraction(-1)))
                if somebody and 0 < rest < self.threshold[total]:
                    self.small[name] = rest
        self.reader.equation(terms)

    def add_sums(self):
        groups = {}
        for cell in self.true:
            groups.setdefault(cell[:3], set()).add(cell[3:])
        for group, cells in groups.items():
            for unit in {u for u, _ in cells}:
                parts = [group + (unit, k) for k in "MKO" if (unit, k) in cells]
                # Without a third sex the two add up, or what is left is somebody.
                if (unit, "T") in cells and parts:
                    if (unit, "O") in cells or len(parts) > 1:
                        self.remainder(parts, group + (unit, "T"), group + (unit, "rest"), (unit, "O") not in cells)
                    elif self.true[parts[0]] is not None and self.true[group + (unit, "T")] is not None:
                        self.remainder(parts, group + (unit, "T"), group + (unit, "rest"))
            for k in "MKOT":
                units = [group + (u, k) for u, sex in cells if sex == k and u != "0"]
                if ("0", k) in cells and units:
                    self.remainder(sorted(units), group + ("0", k), group + ("rest", k))

    def city(self, city):
        """The districts' counts add up to the city's, where it has one."""
        for cell in [c for c in self.true if c[2] == city and c[3] == "0"]:
            districts = [c for c in self.true if c[:2] == cell[:2] and c[3:] == cell[3:] and c[2] != city]
            if districts:
                self.remainder(sorted(districts), cell, cell + ("city",), False)

    def leaks(self):
        """Small cells that are shown, or that follow from what is shown.  Where sums do not hold a wrong value may follow:
        that gives nothing away."""
        certain = {**self.reader.determined(), **self.reader.known}
        leaks = {cell for cell, value in certain.items() if cell in self.small and self.small[cell] in (None, value)}
        return leaks | {cell for cell, value in self.reader.pinned().items() if self.small.get(cell) == value}

    def check(self):
        found = self.leaks()
        if found:
            raise Failed("%d of %d small cells can be derived, such as %s" % (len(found), len(self.small), sorted(map(str, found))[:5]))
