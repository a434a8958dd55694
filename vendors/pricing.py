"""What an offer costs a body: prices by population band, a total over months in one tax basis.

Pure: facts in, costs and problems out. Amounts are whole yen. A band is half-open: a price for
``population_from`` to ``population_to`` holds where from ≤ population < to; no ``population_to``
means no upper end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from schemas import codelist
from schemas.money import Rounding, TaxBasis, amount_problems, in_basis
from schemas.problems import Problem

MONTHS = 60  # offers are compared over five years
ONE_OFF = ("initial", "migration", "exit")
MONTHLY = "monthly"
OPTIONS = ("option_initial", "option_monthly")
KINDS = ("initial", "migration", "monthly", "option_initial", "option_monthly", "exit")
ROUNDING: Rounding = "truncate"  # of each payment: 適格請求書 1枚・税率ごとに1回の端数処理
MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line of a price list: what is paid for, for which population band, how many yen."""

    kind: str
    amount_yen: int
    tax_basis: TaxBasis
    label: str = ""
    population_from: int = 0
    population_to: int | None = None
    requirement_key: str = ""

    @property
    def option(self) -> str:
        """The option that the line prices: the requirement's key, else its label, else empty."""
        return (self.requirement_key or self.label) if self.kind in OPTIONS else ""

    @property
    def group(self) -> tuple[str, str, str]:
        """What the line is one band of: lines of one group must not overlap."""
        return (self.kind, self.label, self.requirement_key)

    def holds_for(self, population: int) -> bool:
        """Say whether the band holds the population (from ≤ population < to)."""
        return self.population_from <= population and (
            self.population_to is None or population < self.population_to
        )


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of a total, so that it can be added up by hand: unit × times = total."""

    kind: str
    label: str
    option: str
    population_from: int
    population_to: int | None
    stated_yen: int
    stated_basis: TaxBasis
    unit_yen: int
    times: int
    total_yen: int
    tax_percent: int | None

    def explanation(self, language: str = "ja") -> str:
        """Say in one sentence how the line's total comes about."""
        converted = self.tax_percent is not None
        code = "cost_line_converted" if converted else "cost_line"
        if self.stated_basis == "INCLUDED" and converted:
            code = "cost_line_converted_to_excluded"
        return Problem(
            "",
            code,
            {
                "stated": f"{self.stated_yen:,}",
                "unit": f"{self.unit_yen:,}",
                "times": self.times,
                "total": f"{self.total_yen:,}",
                "percent": self.tax_percent or 0,
            },
        ).sentence(language)


@dataclass(frozen=True, slots=True)
class Cost:
    """What an offer costs over the months; ``total_yen`` is None where a price is missing.

    ``assumptions`` are sentences (codes of the message catalogue), not faults; ``problems`` say why
    there is no total.
    """

    total_yen: int | None
    tax_basis: TaxBasis
    months: int
    population: int
    lines: tuple[CostLine, ...] = ()
    assumptions: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def by_kind(self) -> Mapping[str, int]:
        """The total of each kind of line, in the order in which they are paid."""
        sums: dict[str, int] = {}
        for line in self.lines:
            sums[line.kind] = sums.get(line.kind, 0) + line.total_yen
        return sums


def five_year_cost(
    lines: Sequence[PriceLine],
    *,
    population: int,
    on: date,
    tax_basis: TaxBasis,
    options: Collection[str] = (),
    months: int = MONTHS,
) -> Cost:
    """Return what the offer costs a body of the population over the months.

    Counted are the initial, migration and exit costs once, the monthly price times ``months``, and
    the same of each option named in ``options`` (see ``PriceLine.option``). Every payment is turned
    into ``tax_basis`` at the standard rate of the day ``on``, its fraction of a yen dropped, and
    only then multiplied, as bills are.
    """
    problems = list(price_problems(lines))
    if population < 0:
        problems.append(Problem("/population", "population_is_negative", {"value": population}))
    offered = options_of(lines)
    problems += [
        Problem("/options", "option_is_not_offered", {"option": option})
        for option in sorted(set(options) - set(offered))
    ]
    if not any(line.kind == MONTHLY for line in lines):
        problems.append(Problem("/prices", "price_list_has_no_monthly_price"))
    if problems:
        return Cost(None, tax_basis, months, population, problems=tuple(problems))
    counted: list[CostLine] = []
    for group in _groups(lines).values():
        kind, option = group[0].kind, group[0].option
        if kind in OPTIONS and option not in options:
            continue
        band = next((line for line in group if line.holds_for(population)), None)
        if band is None:
            problems.append(
                Problem(
                    "/population",
                    "price_has_no_band_for_population",
                    {"label": group[0].label or kind, "population": f"{population:,}"},
                )
            )
            continue
        counted.append(_cost_line(band, tax_basis, on, months))
    counted.sort(key=lambda line: KINDS.index(line.kind))
    total = None if problems else sum(line.total_yen for line in counted)
    return Cost(
        total,
        tax_basis,
        months,
        population,
        tuple(counted),
        tuple(_assumptions(counted, on, months, offered, options)),
        tuple(problems),
    )


def _cost_line(line: PriceLine, basis: TaxBasis, on: date, months: int) -> CostLine:
    unit = in_basis(line.amount_yen, line.tax_basis, basis, on=on, rounding=ROUNDING)
    times = months if line.kind.endswith("monthly") else 1
    return CostLine(
        kind=line.kind,
        label=line.label,
        option=line.option,
        population_from=line.population_from,
        population_to=line.population_to,
        stated_yen=line.amount_yen,
        stated_basis=line.tax_basis,
        unit_yen=unit,
        times=times,
        total_yen=unit * times,
        tax_percent=codelist.tax_rate(on).percent if line.tax_basis != basis else None,
    )


def _assumptions(
    counted: Sequence[CostLine],
    on: date,
    months: int,
    offered: Sequence[str],
    chosen: Collection[str],
) -> Iterator[Problem]:
    yield Problem("", "cost_assumes_months", {"months": months})
    if any(line.tax_percent is not None for line in counted):
        rate = codelist.tax_rate(on)
        yield Problem(
            "",
            "cost_assumes_tax_rate",
            {"percent": rate.percent, "on": on.isoformat(), "law": f"{rate.law} {rate.clause}"},
        )
        yield Problem("", "cost_drops_fractions_per_payment")
    if left := [option for option in offered if option not in chosen]:
        yield Problem("", "cost_leaves_options_out", {"count": len(left)})


def options_of(lines: Sequence[PriceLine]) -> list[str]:
    """Return the options that the list prices, each once, in the list's order."""
    return list(dict.fromkeys(line.option for line in lines if line.kind in OPTIONS))


def price_problems(lines: Sequence[PriceLine]) -> Iterator[Problem]:
    """Say every fault of a price list, each at its line (``/prices/<n>/…``).

    Faults are: an unknown kind, an amount that is no whole, non-negative yen, a band that ends
    before it starts, an option without a name, and in one group two bands that overlap or leave a
    gap between them. Covering only some populations is no fault.
    """
    if len(lines) > MOST_LINES:
        yield Problem("/prices", "price_list_is_too_long", {"limit": MOST_LINES})
        return
    sound = True
    for at, line in enumerate(lines):
        for problem in _line_problems(line, f"/prices/{at}"):
            sound = False
            yield problem
    if sound:
        yield from _band_problems(lines)


def _line_problems(line: PriceLine, pointer: str) -> Iterator[Problem]:
    if line.kind not in KINDS:
        yield Problem(f"{pointer}/kind", "price_kind_is_unknown", {"value": str(line.kind)})
    yield from amount_problems(line.amount_yen, f"{pointer}/amount_yen")
    if line.population_from < 0:
        yield Problem(
            f"{pointer}/population_from", "population_is_negative", {"value": line.population_from}
        )
    if line.population_to is not None and line.population_to <= line.population_from:
        yield Problem(
            f"{pointer}/population_to",
            "price_band_ends_before_it_starts",
            {"start": f"{line.population_from:,}", "end": f"{line.population_to:,}"},
        )
    if line.kind in OPTIONS and not line.option:
        yield Problem(f"{pointer}/label", "option_price_has_no_name")


def _band_problems(lines: Sequence[PriceLine]) -> Iterator[Problem]:
    """Bands of one group follow each other without overlap and without gap."""
    places = defaultdict(list)
    for at, line in enumerate(lines):
        places[line.group].append(at)
    for group in places.values():
        group.sort(key=lambda at: (lines[at].population_from, at))
        furthest = group[0]
        for at in group[1:]:
            end, start = lines[furthest].population_to, lines[at].population_from
            pointer, label = f"/prices/{at}/population_from", lines[at].label or lines[at].kind
            if end is None or start < end:
                facts: dict[str, str | int] = {"row": furthest + 1, "start": f"{start:,}"}
                yield Problem(pointer, "price_bands_overlap", {"label": label, **facts})
            elif start > end:
                facts = {"start": f"{end:,}", "end": f"{start:,}"}
                yield Problem(pointer, "price_bands_leave_a_gap", {"label": label, **facts})
            last = lines[at].population_to
            if end is not None and (last is None or last > end):
                furthest = at


def _groups(lines: Sequence[PriceLine]) -> dict[tuple[str, str, str], list[PriceLine]]:
    groups: dict[tuple[str, str, str], list[PriceLine]] = {}
    for line in lines:
        groups.setdefault(line.group, []).append(line)
    return groups
