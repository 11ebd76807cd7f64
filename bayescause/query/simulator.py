"""One pass through draws, block by block: mean outcomes under interventions, and how far the pass is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bayescause.compilation.plan import Route
from bayescause.inference.telling import Tell, silent
from bayescause.query.behind_normals import beside, is_by_curve, means_behind_normals
from bayescause.query.drawn_laws import Laws
from bayescause.query.nodes_together import node_count
from bayescause.query.simulation import expected_outcomes
from bayescause.scm.mechanism import FloatArray

__all__ = ["Simulator"]

CELLS = 200_000
"""Numbers held at once by one block of draws: 1.6 MB an array. Larger ones leave the cache and take longer."""


@dataclass(eq=False)
class Simulator:
    """Evaluates the mechanisms on a route under blocks of draws.

    It is a worker and no noun: whoever averages over draws makes one and drops it. What it remembers is whether a curve
    stood for the nodes of normal variables in the blocks so far; where one was too bent, none is tried again.

    Parameters
    ----------
    laws : Laws
    route : Route
    tell : function
        Told in words how many draws are done.

    Examples
    --------
    >>> import bayescause as bc
    >>> from bayescause.query.drawn_laws import laws_of
    >>> model, question = bc.StructuralModel.parse("sick ~ dose"), bc.AverageEffect(of="dose", on="sick")
    >>> posterior = bc.fit(model, {"dose": [0.0, 1.0, 2.0] * 6, "sick": [0, 1, 0, 0, 1, 1] * 3}, [question])
    >>> [route] = posterior.plan.routes
    >>> heard = []
    >>> simulator = Simulator(laws_of(posterior, route), route, heard.append)
    >>> worlds = [{"dose": 0.0}, {"dose": 1.0}, {"dose": 2.0}]
    >>> [simulator.means(worlds, {}, block).shape for block in simulator.blocks(rows=1)]
    [(3, 4000, 1)]
    >>> heard
    ['asking for sick: 4,000 of 4,000 draws over 1 units']
    """

    laws: Laws
    route: Route
    tell: Tell = silent
    _is_bent: bool | None = field(default=None, init=False, repr=False)

    def under(self, laws: Laws) -> "Simulator":
        """The same under other draws, of which nothing is known yet."""
        return Simulator(laws, self.route, self.tell)

    def blocks(self, rows: int, over: Sequence[str] | None = None) -> Iterator[slice]:
        """Blocks of draws that keep every array of a world below ``CELLS`` numbers; it is told how many are done.

        Parameters
        ----------
        rows : int
            Units, times the arrays that are held of them at once.
        over : sequence of str, optional
            What is integrated over; by default what a mean needs.
        """
        design, samples, stop = self.laws.design, self.laws.samples, 0
        while stop < samples:
            start = stop
            # The first block leaves room for all nodes, since it shows whether a curve takes their place.
            is_short = over is None and (start > 0 or self._is_bent is not None) and self._may_curve(rows)
            nodes = node_count(design, self.route, beside(design, self.route) if is_short else over)
            stop = min(start + max(1, CELLS // max(1, rows * nodes)), samples)
            yield slice(start, stop)
            self.tell(f"asking for {self.route.query.on[-1]}: {stop:,} of {samples:,} draws over {rows:,} units")

    def means(
        self, worlds: Sequence[Mapping[str, float | FloatArray]], columns: Mapping[str, FloatArray], samples: slice
    ) -> FloatArray:
        """Mean of the outcome of each unit in each of ``worlds``, dims (world, sample, row), in its unit.

        The same as ``expected_outcomes``, by a curve where that is as good and costs less.
        """
        if self._may_curve(len(next(iter(columns.values()))) if columns else 1):
            curves = means_behind_normals(self.laws, self.route, worlds, columns, samples)
            self._is_bent = curves is None
            if curves is not None:
                return curves
        return expected_outcomes(self.laws, self.route, worlds, columns, samples)

    def _may_curve(self, rows: int) -> bool:
        return not self._is_bent and is_by_curve(self.laws.design, self.route, rows)
