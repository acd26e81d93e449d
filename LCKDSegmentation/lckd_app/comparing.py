"""Two results against each other, as somebody chose them."""

from collections.abc import Mapping

from slicer import vtkMRMLScene, vtkMRMLSegmentationNode

from lckd.region import Region
from lckd_app.results import Results
from lckd_app.views.display import Display, show_difference
from LCKDSegmentationLib.comparison import agreement, put_difference
from LCKDSegmentationLib.job import Reply


class Comparison:
    """What is compared, and what came of it.

    Args:
        scene: Scene that gets the difference.
        results: Where the two come from.
        display: Draws outlines only, as long as two are compared.
    """

    def __init__(self, scene: vtkMRMLScene, results: Results, display: Display) -> None:
        self._scene, self._results, self._display = scene, results, display
        self.region: Region = "WT"
        self.clear()

    def clear(self) -> None:
        """Compare nothing, since the patient is another one."""
        self.first = self.second = ""
        self.agreement: Mapping[Region, float | None] | None = None
        self._pair: tuple[Reply, Reply] | None = None
        self._node: vtkMRMLSegmentationNode | None = None

    def choose(self, first: str, second: str, region: Region) -> None:
        """Outline what two results do not share; nothing, unless two different ones are named.

        Raises:
            LckdError: One of them was not run; the former choice stays.
        """
        for title in filter(None, (first, second)):
            self._results.reply_of(title)
        has_other_region = region != self.region
        self.first, self.second, self.region = first, second, region
        self.refresh(is_new=has_other_region)

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
            self.refresh()
        elif is_other:
            self.end()

    def refresh(self, *, is_new: bool = False) -> None:
        """Compare again, if one of the two was computed again.

        Args:
            is_new: Compare even if both are the same as before.

        Raises:
            LckdError: One of them was not run.
        """
        former, self._pair = self._pair, self._chosen()
        if self._pair is not None and (is_new or not _is_same(self._pair, former)):
            self.agreement = agreement(self._pair)
            self._node = put_difference(self._scene, self._pair, self.region, output=self._node)
        if self._pair is None:
            self.agreement = None
        if self._node is not None:
            show_difference(self._node, is_shown=self._pair is not None)
        self._display.compare(is_compared=self._pair is not None)

    def _chosen(self) -> tuple[Reply, Reply] | None:
        if not self.first or not self.second or self.first == self.second:
            return None
        return self._results.reply_of(self.first), self._results.reply_of(self.second)


def _is_same(pair: tuple[Reply, Reply], former: tuple[Reply, Reply] | None) -> bool:
    return former is not None and all(one is other for one, other in zip(pair, former, strict=True))
