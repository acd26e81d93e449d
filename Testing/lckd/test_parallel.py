import os
import threading
from pathlib import Path

import pytest

from lckd.parallel import in_parallel
from lckd.quiet import STDERR, quiet_c_libraries


def test_results_come_in_the_order_of_the_things() -> None:
    assert list(in_parallel(lambda number: number * number, range(20))) == [number * number for number in range(20)]


def test_the_first_of_the_failing_things_is_told() -> None:
    with pytest.raises(ZeroDivisionError, match="division"):
        list(in_parallel(lambda number: 1 // (number - 3), range(20)))


def test_standard_error_comes_back_when_the_last_thread_is_done() -> None:
    before = os.fstat(STDERR)
    inside, done = threading.Barrier(2), threading.Barrier(2)

    def be_quiet() -> None:
        with quiet_c_libraries():
            inside.wait()
        done.wait()

    other = threading.Thread(target=be_quiet)
    other.start()
    with quiet_c_libraries():
        inside.wait()
        done.wait()  # the other thread has left
        assert os.path.samestat(os.fstat(STDERR), Path(os.devnull).stat())
    other.join()
    assert os.path.samestat(os.fstat(STDERR), before)
