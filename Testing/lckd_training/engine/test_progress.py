"""What a training tells while it runs."""

import subprocess
import sys
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from lckd_training.engine.curves import CURVES_FOLDER, NOT_INSTALLED, open_curves
from lckd_training.engine.progress import Lines, open_progress
from lckd_training.method.election import Election


def a_row(step: int) -> dict[str, float]:
    return {"step": step, "loss": 0.5, "segmentation": 0.4, "distillation": 0.1, "learning_rate": 1e-3, "seconds": 1.0}


def test_without_a_terminal_a_line_now_and_then_tells_pace_and_time_left() -> None:
    told: list[str] = []
    lines = Lines(first=10, steps=100, report=told.append)
    lines(a_row(11))
    assert told == []
    lines.begin_s -= 100.0
    lines.told_s -= 100.0
    lines(a_row(20))
    lines(a_row(21))
    assert [line.split(",")[0] for line in told] == ["Step 20 of 100"]
    assert "10.0" in told[0]
    assert "about 13 min left" in told[0]


def test_on_a_terminal_a_bar_shows_steps_and_loss_below_what_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    with open_progress(done=0, steps=20, report=print) as show:
        show(a_row(7))
        sys.stdout.write("Election at step 7\n")
    shown = capsys.readouterr().out
    assert "7/20" in shown
    assert "loss 0.500" in shown
    assert "Election at step 7\n" in shown


def test_curves_hold_losses_and_elections_and_forget_what_is_done_again(tmp_path: Path) -> None:
    told: list[str] = []
    for done, steps in ((0, (1, 2, 3)), (2, (3, 4))):
        with open_curves(tmp_path, steps_done=done, report=told.append) as curves:
            for step in steps:
                curves.add_step({**a_row(step), "loss": float(step + done)})
    with open_curves(tmp_path, steps_done=4, report=told.append) as curves:
        curves.add_election(Election(4, {}, {"t2": {"ET": 0.25, "TC": 0.5, "WT": 0.75}}, {}, 1))
    assert told == [f"To see the curves: tensorboard --logdir {tmp_path / CURVES_FOLDER}"] * 3
    events = EventAccumulator(str(tmp_path / CURVES_FOLDER)).Reload()
    assert [(event.step, event.value) for event in events.Scalars("step/loss")] == [(1, 1), (2, 2), (3, 5), (4, 6)]
    assert [event.value for event in events.Scalars("election/TC/t2")] == [0.5]


@pytest.mark.slow
def test_without_tensorboard_a_training_says_so_once_and_goes_on(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "sys.modules['tensorboard'] = None\n"
        "from pathlib import Path\n"
        "from lckd_training.engine.curves import open_curves\n"
        "with open_curves(Path(sys.argv[1]), steps_done=0, report=print) as curves:\n"
        "    curves.add_step({'step': 1, 'loss': 0.5})\n"
        "    curves.add_step({'step': 2, 'loss': 0.5})\n"
    )
    paths = "import sys; sys.path[:0] = " + repr([path for path in sys.path if path]) + "\n"
    done = subprocess.run([sys.executable, "-c", paths + script, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [NOT_INSTALLED]
