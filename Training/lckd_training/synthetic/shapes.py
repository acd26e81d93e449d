"""Signed distances (negative inside, mm) and soft masks."""

from torch import Tensor

from lckd_training.synthetic.grid import Triple

Place = tuple[Tensor, Tensor, Tensor]


def ellipsoid(place: Place, centre: Triple, radii: Triple) -> Tensor:
    """Give the approximate signed distance to an ellipsoid.

    Args:
        place: Coordinates z, y, x in mm that broadcast to ``(D, H, W)``.
        centre: Its centre in the same order.
        radii: Its semi-axes in mm.

    Returns:
        Distance in mm, negative inside, exact along the shortest semi-axis, shape ``(D, H, W)``.
    """
    squares = [((value - c) / r) ** 2 for value, c, r in zip(place, centre, radii, strict=True)]
    return (squares[0] + squares[1] + squares[2]).sqrt_().sub_(1.0).mul_(min(radii))


def soft(depth_mm: Tensor, width_mm: float) -> Tensor:
    """Turn depth into occupancy: 0 outside, 1 inside, a ramp of `width_mm` across the border.

    Args:
        depth_mm: Depth below the border, negative outside, any shape.
        width_mm: Width of the ramp, about the edge of a voxel.

    Returns:
        Occupancy in [0, 1], same shape.
    """
    return (depth_mm / width_mm + 0.5).clamp_(0.0, 1.0)
