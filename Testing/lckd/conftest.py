"""Heads at odd angles, tiny weights, bad files, and the properties that every result must have."""

import importlib.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk

from lckd.modality import MODALITIES, Modality
from lckd.network.network import PRESETS, NetworkConfig, build_network
from lckd.region import BRATS
from lckd.segment import segment
from lckd.segmentation import Segmentation
from lckd.weights.card import Card
from lckd.weights.load import Model, load_model, save_model

Array = npt.NDArray[Any]
Scene = Callable[[Array], Array]
"""What is shown at points in LPS mm: from (..., 3) to (...)."""

CENTRE_MM = np.array([4.3, -112.7, 123.1])
"""Middle of every image, LPS."""

TILT = np.array([[0.8, -0.6, 0.0], [0.48, 0.64, -0.6], [0.36, 0.48, 0.8]])


@dataclass(frozen=True)
class Geometry:
    """Voxels of an image; its middle lies at `CENTRE_MM`, `shift_mm` aside."""

    size: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]
    directions: Array
    shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)


GEOMETRIES = {
    "axis-aligned": Geometry((25, 27, 26), (4.0, 4.0, 4.0), np.eye(3)),
    "oblique": Geometry((26, 30, 24), (4.1, 3.7, 4.6), TILT),
    "left-handed": Geometry((26, 28, 27), (4.0, 4.0, 4.0), TILT * [1.0, 1.0, -1.0]),
    "anisotropic": Geometry((112, 116, 20), (0.9, 0.9, 5.5), np.diag([-1.0, -1.0, 1.0])),
    "sagittal": Geometry((28, 25, 24), (3.8, 4.2, 4.4), np.array([[0.0, 0, 1], [1, 0, 0], [0, -1, 0]])),
    "elsewhere": Geometry((25, 27, 26), (4.0, 4.0, 4.0), np.eye(3), shift_mm=(300.0, 0.0, 0.0)),
    "far-larger-than-a-head": Geometry((20, 20, 20), (20.0, 20.0, 20.0), np.eye(3)),
}
HEAD_GEOMETRIES = ["axis-aligned", "oblique", "left-handed", "anisotropic", "sagittal"]


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"hostile_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HOSTILE = Path(__file__).resolve().parents[1] / "hostile"
BAD_IMAGES = _load(HOSTILE / "images.py").BAD_IMAGES
hostile_weights = _load(HOSTILE / "weights.py")


BadThing = tuple[Path, str]
"""Something that must be refused, and a pattern of what the refusal says."""


@pytest.fixture(params=HEAD_GEOMETRIES)
def every_geometry(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def points_mm() -> Callable[[sitk.Image], Array]:
    """Places of all voxels of an image, LPS mm: D, H, W, 3."""

    def places(image: sitk.Image) -> Array:
        k, j, i = np.indices(image.GetSize()[::-1])
        steps = np.stack([i, j, k], axis=-1) * image.GetSpacing()
        points: Array = steps @ np.array(image.GetDirection()).reshape(3, 3).T + image.GetOrigin()
        return points

    return places


@pytest.fixture(scope="session")
def make_image(points_mm: Callable[[sitk.Image], Array]) -> Callable[..., sitk.Image]:
    """A maker of images that show a scene on the voxels of a named geometry."""

    def make(name: str, scene: Scene) -> sitk.Image:
        geometry = GEOMETRIES[name]
        image = sitk.Image(geometry.size, sitk.sitkFloat32)
        image.SetSpacing(geometry.spacing_mm)
        image.SetDirection(geometry.directions.ravel().tolist())
        half = geometry.directions @ ((np.array(geometry.size) - 1) * geometry.spacing_mm / 2)
        image.SetOrigin((CENTRE_MM + geometry.shift_mm - half).tolist())
        shown = sitk.GetImageFromArray(scene(points_mm(image)).astype(np.float32))
        shown.CopyInformation(image)
        return shown

    return make


@pytest.fixture(scope="session")
def a_head() -> Callable[[str], Scene]:
    """A maker of scenes: an ellipsoid of 64 x 72 x 60 mm on 0, with a texture of its own for each name."""

    def make(name: str) -> Scene:
        waves = np.random.default_rng(sum(name.encode())).uniform(0.05, 0.2, (3, 3))

        def scene(points: Array) -> Array:
            inside = (((points - CENTRE_MM) / (32.0, 36.0, 30.0)) ** 2).sum(axis=-1) < 1.0
            texture = 100.0 + 20.0 * np.sin((points - CENTRE_MM) @ waves).sum(axis=-1)
            return np.where(inside, texture, 0.0)

        return scene

    return make


@pytest.fixture(scope="session")
def make_patient(
    make_image: Callable[..., sitk.Image], a_head: Callable[[str], Scene]
) -> Callable[..., dict[Modality, sitk.Image]]:
    """A maker of four modalities of one head, all on one named geometry."""

    def make(geometry: str) -> dict[Modality, sitk.Image]:
        return {modality: make_image(geometry, a_head(modality)) for modality in MODALITIES}

    return make


@pytest.fixture(scope="session")
def a_patient(make_patient: Callable[..., dict[Modality, sitk.Image]]) -> dict[Modality, sitk.Image]:
    return make_patient("oblique")


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A weights folder of an untrained network; to be read only."""
    folder = tmp_path_factory.mktemp("weights")
    save_model(folder, build_network(PRESETS["tiny"], seed=7), a_card_for(PRESETS["tiny"]))
    return folder


def a_card_for(config: NetworkConfig) -> Card:
    network = {
        "architecture": config.architecture,
        "channels": list(config.channels),
        "supervised": config.supervised,
    }
    return Card(name="untrained", preset="tiny", network=network, spacing_mm=4.0, tensors_sha256="")


@pytest.fixture(scope="session")
def tiny_model(tiny_weights: Path) -> Model:
    return load_model(tiny_weights)


@pytest.fixture
def a_weights_folder(tmp_path: Path, tiny_weights: Path) -> Path:
    """A copy of the tiny weights, to be spoilt."""
    return Path(shutil.copytree(tiny_weights, tmp_path / "weights"))


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's own weights, not made yet."""
    folder = tmp_path / "mine" / "weights"
    monkeypatch.setenv("LCKD_WEIGHTS_DIR", str(folder))
    return folder


@pytest.fixture(params=BAD_IMAGES)
def a_bad_image(request: pytest.FixtureRequest, tmp_path: Path) -> BadThing:
    make, says = BAD_IMAGES[request.param]
    make(tmp_path / request.param)
    return tmp_path / request.param, says


@pytest.fixture(params=hostile_weights.BAD_WEIGHTS)
def bad_weights(request: pytest.FixtureRequest, a_weights_folder: Path) -> BadThing:
    make, says = hostile_weights.BAD_WEIGHTS[request.param]
    make(a_weights_folder)
    return a_weights_folder, says


@pytest.fixture
def a_trap(a_weights_folder: Path) -> Path:
    """A weights folder whose tensors are a pickle that makes a folder `executed` when somebody unpickles it."""
    hostile_weights.trap(a_weights_folder)
    return a_weights_folder


@pytest.fixture(scope="session")
def flip_byte() -> Callable[[Path, float], None]:
    flip: Callable[[Path, float], None] = hostile_weights.flip_byte
    return flip


@pytest.fixture(scope="session")
def make_segmentation(
    make_image: Callable[..., sitk.Image],
    a_head: Callable[[str], Scene],
    tiny_model: Model,
    points_mm: Callable[[sitk.Image], Array],
) -> Callable[..., Segmentation]:
    """A maker of results on a named geometry, whose labels are a nested tumour off the middle."""

    def make(geometry: str) -> Segmentation:
        result = segment({"flair": make_image(geometry, a_head("flair"))}, tiny_model, device="cpu")
        distance = np.linalg.norm(points_mm(result.labels) - CENTRE_MM - (9.0, -6.0, 4.0), axis=-1)
        voxels = np.select([distance < 7, distance < 12, distance < 20], [BRATS.necrosis, BRATS.enhancing, BRATS.edema])
        labels = sitk.GetImageFromArray(voxels.astype(np.uint8))
        labels.CopyInformation(result.labels)
        return replace(result, labels=labels)

    return make


@pytest.fixture(scope="session")
def assert_same_grid() -> Callable[[sitk.Image, sitk.Image], None]:
    """Two images have the same voxels: the corners lie within 1e-4 mm."""

    def check(image: sitk.Image, other: sitk.Image) -> None:
        assert image.GetSize() == other.GetSize()
        corners = np.stack(np.meshgrid(*[(-0.5, n - 0.5) for n in image.GetSize()]), axis=-1).reshape(-1, 3).tolist()
        for corner in corners:
            place = image.TransformContinuousIndexToPhysicalPoint(corner)
            assert place == pytest.approx(other.TransformContinuousIndexToPhysicalPoint(corner), abs=1e-4)

    return check


@pytest.fixture(scope="session")
def assert_one_sentence() -> Callable[[str], None]:
    """A message says in one line what is wrong and, after a colon, what to do."""

    def check(message: str) -> None:
        assert message.count("\n") == 0
        assert "Traceback" not in message
        wrong, _, remedy = message.rpartition(": ")
        assert len(wrong.split()) > 2
        assert len(remedy.split()) > 2
        assert message.endswith(".")

    return check
