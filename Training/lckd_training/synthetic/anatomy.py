"""A brain: outline, folded cortex, white matter, deep grey matter, ventricles and sulci.

Places are in mm from the centre of the brain: z grows upwards, y to the back, x to the patient's left.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Grid, Triple
from lckd_training.synthetic.noise import Field, distance_to_sheets_mm, draw_field
from lckd_training.synthetic.shapes import Place, ellipsoid, soft, union

CENTRE_MM: Triple = (73.0, 129.0, 120.0)
SULCI_STEP_MM = 9.0
GYRI_STEP_MM = 6.5
FOLIA_STEP_MM = 4.0


@dataclass(frozen=True)
class MassEffect:
    """Tissue pushed away from a growing tumour.

    Attributes:
        centre_mm: Centre of the push, (z, y, x) from the centre of the brain.
        push_mm: Displacement next to the centre.
        reach_mm: Distance at which the push has fallen to a third.
    """

    centre_mm: Triple
    push_mm: float
    reach_mm: float

    def undo(self, place: Place) -> Place:
        """Find where the tissue that is now at `place` came from."""
        away = [value - centre for value, centre in zip(place, self.centre_mm, strict=True)]
        distance = (away[0] ** 2 + away[1] ** 2 + away[2] ** 2 + 1.0).sqrt_()
        push = torch.exp(distance / -self.reach_mm) * self.push_mm
        share = torch.minimum(push / distance, torch.full_like(push, 0.6))
        z, y, x = (value - share * part for value, part in zip(place, away, strict=True))
        return z, y, x


@dataclass(frozen=True)
class Tissues:
    """Tissue maps on one grid, each of shape ``(D, H, W)``.

    Attributes:
        brain: What skull stripping would keep, boolean.
        depth_mm: Depth below the outline of the brain.
        white: Occupancy of white matter.
        grey: Occupancy of grey matter.
        csf: Occupancy of cerebrospinal fluid, ventricles included; the three sum to one.
        ventricle_mm: Signed distance to the ventricles, negative inside.
        side_mm: Distance from the midline after deformation, positive on the patient's left.
        place: Undeformed coordinates z, y, x in mm that broadcast to ``(D, H, W)``.
    """

    brain: Tensor
    depth_mm: Tensor
    white: Tensor
    grey: Tensor
    csf: Tensor
    ventricle_mm: Tensor
    side_mm: Tensor
    place: Place


@dataclass(frozen=True)
class Anatomy:
    """Everything drawn about one brain; independent of any grid.

    Attributes:
        size: Factors on the usual size along z, y, x.
        ventricles: Factor on the usual size of the ventricles.
        sulcus_mm: Half width of the sulci: atrophy widens it.
        cortex_mm: Thickness of the cortex.
        stripped_mm: How much skull stripping takes from the outline.
        sulcus_depth_mm: How deep sulci reach below the outline.
        warp: Three fields that deform the brain along z, y, x.
        outline: Field that roughens the outline.
        sulci: Fields whose zero sheets are sulci.
        folia: Field whose zero sheets fold the cerebellum.
    """

    size: Triple
    ventricles: float
    sulcus_mm: float
    cortex_mm: float
    stripped_mm: float
    sulcus_depth_mm: float
    warp: tuple[Field, ...]
    outline: tuple[Field, Field]
    sulci: tuple[Field, Field]
    folia: Field

    def tissues(self, grid: Grid, mass: MassEffect) -> Tissues:
        """Compute the tissue maps on a grid.

        Args:
            grid: Where.
            mass: The push of the tumour; the outline stays, as the skull holds it.

        Returns:
            The maps.
        """
        z, y, x = grid.coordinates_mm()
        place = (z - CENTRE_MM[0], y - CENTRE_MM[1], x - CENTRE_MM[2])
        bend = [field.at(grid) for field in self.warp]
        outer = self._standard(place, bend, 2.0)
        outline = _cerebrum(outer), _cerebellum(outer), _brainstem(outer)
        roughness = self.outline[0].at(grid).mul_(1.5) + self.outline[1].at(grid).mul_(0.7)
        depth = -(union(*outline) + roughness)
        inner = self._standard(mass.undo(place), bend, 3.5)
        surface = self._depth_below_cortex(grid, outline, inner)
        ventricle = self._ventricles(inner)
        white, grey, csf = self._mix(surface, inner, ventricle, grid.width_mm)
        return Tissues(depth > self.stripped_mm, depth, white, grey, csf, ventricle, inner[2], place)

    def _standard(self, place: Place, bend: list[Tensor], amount_mm: float) -> Place:
        z, y, x = ((value + amount_mm * b) / s for value, b, s in zip(place, bend, self.size, strict=True))
        return z, y, x

    def _depth_below_cortex(self, grid: Grid, outline: tuple[Tensor, Tensor, Tensor], inner: Place) -> Tensor:
        depth = -outline[0]
        wide, fine = (field.at(grid) for field in self.sulci)
        deep = (depth - self.sulcus_depth_mm - 3.0 * fine).relu_()
        shallow = (depth - 0.7 * self.sulcus_depth_mm - 3.0 * wide).relu_()
        sulci = distance_to_sheets_mm(wide, SULCI_STEP_MM) + deep
        gyri = distance_to_sheets_mm(fine, GYRI_STEP_MM) + shallow + 0.5
        cerebrum = union(depth, sulci, gyri, _fissure(inner), _sylvian(inner, 2.5 * wide - 1.5 * fine)) - self.sulcus_mm
        folia = distance_to_sheets_mm(self.folia.at(grid), FOLIA_STEP_MM) + (-outline[1] - 9.0).relu_() * 0.5
        cerebellum = union(-outline[1], folia + 0.8)
        return -union(-cerebrum, -cerebellum, outline[2] - 1.0)

    def _ventricles(self, place: Place) -> Tensor:
        z, y, x = place
        sides = (z, y, x.abs())
        s = self.ventricles
        body = ellipsoid((z - 0.004 * y**2, y, sides[2]), (16.0, 0.0, 7.0), (6.0 * s, 32.0, 5.0 * s))
        horn = ellipsoid(sides, (9.0, -22.0, 9.0), (8.0 * s, 15.0, 4.5 * s))
        atrium = ellipsoid((z, y - 0.5 * sides[2], sides[2]), (7.0, 24.0, 21.0), (8.0 * s, 17.0, 5.0 * s))
        temporal = ellipsoid(sides, (-15.0, 8.0, 30.0), (3.0 * s, 20.0, 2.5 * s))
        third = ellipsoid(place, (0.0, 4.0, 0.0), (9.0, 14.0, 2.0 * s))
        fourth = ellipsoid(place, (-34.0, 32.0, 0.0), (9.0, 5.0 * s, 6.0 * s))
        return union(body, horn, atrium, temporal, third, fourth)

    def _mix(self, surface: Tensor, place: Place, ventricle: Tensor, width_mm: float) -> tuple[Tensor, Tensor, Tensor]:
        solid = soft(surface, width_mm) * soft(ventricle, width_mm)
        white = soft(surface - self.cortex_mm, width_mm)
        white = white * (1.0 - 0.8 * soft(-_nuclei(place), width_mm))
        return solid * white, solid * (1.0 - white), 1.0 - solid


def _cerebrum(place: Place) -> Tensor:
    z, y, x = place
    squares = [((z - 5.0) / 61.0) ** 2, (y / 86.0) ** 2, (x / 69.0) ** 2]
    # A power between ellipsoid and box: real brains are fuller than an ellipsoid.
    radius = (squares[0] ** 1.15 + squares[1] ** 1.15 + squares[2] ** 1.15) ** (0.5 / 1.15)
    outside = (radius - 1.0) * 66.0
    temporal = 22.0 * torch.exp(-(((x.abs() - 40.0) / 16.0) ** 2) - ((y + 12.0) / 30.0) ** 2)
    floor = -26.0 - temporal + 6.0 * torch.sigmoid((y - 30.0) / 8.0)
    return torch.maximum(outside, floor - z)


def _cerebellum(place: Place) -> Tensor:
    z, y, x = place
    return ellipsoid((z, y, x.abs()), (-35.0, 46.0, 20.0), (28.0, 33.0, 34.0))


def _brainstem(place: Place) -> Tensor:
    z, y, x = place
    return ellipsoid((z, y + 0.2 * z, x), (-38.0, 13.0, 0.0), (46.0, 15.0, 15.0))


def _fissure(place: Place) -> Tensor:
    """Distance to the gap between the hemispheres, which ends above the corpus callosum."""
    z, y, x = place
    callosum = ellipsoid((z, y, torch.zeros_like(x)), (8.0, 2.0, 0.0), (20.0, 42.0, 20.0))
    return x.abs() + (-callosum).relu_() - 0.3


def _sylvian(place: Place, waves_mm: Tensor) -> Tensor:
    """Distance to the gap above the temporal lobe, a sheet made wavy by `waves_mm`."""
    z, y, x = place
    beyond = (34.0 - x.abs()).relu_() + ((y + 8.0).abs() - 30.0).relu_()
    return (z + 8.0 - 0.2 * y + waves_mm).abs() + beyond - 0.4


def _nuclei(place: Place) -> Tensor:
    z, y, x = place
    sides = (z, y, x.abs())
    thalamus = ellipsoid(sides, (2.0, 13.0, 11.0), (9.0, 14.0, 8.0))
    caudate = ellipsoid(sides, (8.0, -18.0, 15.0), (9.0, 13.0, 4.5))
    lentiform = ellipsoid((z, y - 0.4 * sides[2], sides[2]), (0.0, -13.0, 25.0), (10.0, 16.0, 6.0))
    return union(thalamus, caudate, lentiform)


def draw_anatomy(draws: Draws) -> Anatomy:
    """Draw a brain.

    Args:
        draws: The stream of the anatomy.

    Returns:
        The brain, about 140 x 175 x 135 mm wide, long and high.
    """
    overall = draws.uniform(0.93, 1.02)
    height, length, width = draws.uniform(0.97, 1.03), draws.uniform(0.94, 1.03), draws.uniform(0.96, 1.03)
    return Anatomy(
        size=(overall * height, overall * length, overall * width),
        ventricles=draws.uniform(0.5, 1.5),
        sulcus_mm=draws.uniform(0.1, 0.9),
        cortex_mm=draws.uniform(2.4, 3.4),
        stripped_mm=draws.uniform(-0.8, 1.5),
        sulcus_depth_mm=draws.uniform(12.0, 20.0),
        warp=tuple(draw_field(draws, 28.0) for _ in range(3)),
        outline=(draw_field(draws, 20.0), draw_field(draws, 6.0)),
        sulci=(draw_field(draws, SULCI_STEP_MM), draw_field(draws, GYRI_STEP_MM)),
        folia=draw_field(draws, FOLIA_STEP_MM),
    )
