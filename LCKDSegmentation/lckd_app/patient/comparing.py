"""Two results against each other, as somebody chose them."""

from collections.abc import Mapping

from slicer import vtkMRMLScene, vtkMRMLSegmentationNode

from lckd.region import Region
from lckd_app.patient.results import Results
from lckd_app.views.display import Display, show_difference
from LCKDSegmentationLib.comparison import agreement, put_difference
from LCKDSegmentationLib.job import Reply


class Comparison:
    """What is compared, and what came of it.

    Args:
        scene: Scene that gets the difference.
        results: Where the two come from.
        display: Takes the result off the slices, as long as two are compared.
    """

    def __init__(self, scene: vtkMRMLScene, results: Results, display: Display) -> None:
        self._scene, self._results, self._display = scene, results, display
        self.clear()

    def clear(self) -> None:
        """Compare nothing, since the patient is another one."""
        self.first = self.second = ""
        self.region: Region = "WT"
        self.agreement: Mapping[Region, float | None] | None = None
        self._pair: tuple[Reply, Reply] | None = None
        self._node: vtkMRMLSegmentationNode | None = None

    def choose(self, first: str, second: str, region: Region) -> None:
        """Colour what two results do not share; nothing, unless two different ones are named.

        What was compared already, and was not computed again, is left as it is.

        Raises:
            LckdError: One of them was not run; nothing has changed.
        """
        pair = self._pair_of(first, second)
        if pair is not None and not (region == self.region and _is_same(pair, self._pair)):
            self.agreement = agreement(pair)
            self._node = put_difference(self._scene, pair, region, output=self._node)
        if pair is None:
            self.agreement = None
        self.first, self.second, self.region, self._pair = first, second, region, pair
        if self._node is not None:
            show_difference(self._node, is_shown=pair is not None)
        self._display.compare(is_compared=pair is not None)

    def end(self) -> None:
        """Compare nothing any more, so that a result is seen."""
        self.choose("", "", self.region)

    def meet(self, title: str, *, is_other: bool) -> None:
        """Compare again if a new result is one of the two; end if it is another, which somebody wants to see.

        Args:
            title: Name of its subset.
            is_other: Whether another result was shown before it: else only a map, or the kind of its segments, is new.

        Raises:
            LckdError: One of them was not run.
        """
        if title in (self.first, self.second):
            self.choose(self.first, self.second, self.region)
        elif is_other:
            self.end()

    def _pair_of(self, first: str, second: str) -> tuple[Reply, Reply] | None:
        one, other = (self._results.reply_of(title) if title else None for title in (first, second))
        return None if one is None or other is None or one is other else (one, other)


def _is_same(pair: tuple[Reply, Reply], former: tuple[Reply, Reply] | None) -> bool:
    return former is not None and all(one is other for one, other in zip(pair, former, strict=True))
