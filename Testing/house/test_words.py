"""What no file of this repository may say. The words are put together here, so that this file may be read too."""

import re
from pathlib import Path

import pytest

PACKAGE_HOSTS = ["py" + "pi.org", "python" + "hosted", "ana" + "conda", "download.py" + "torch", "registry.npm" + "js"]
MACHINE_PATHS = ["/" + "root/", "/" + "work/", "/" + "home/", "/" + "Users/", "C:" + "\\\\Users"]
INDEX_OPTIONS = ["--index" + "-url", "--extra-index" + "-url", "--find" + "-links", "--trusted" + "-host"]


@pytest.mark.parametrize("words", [PACKAGE_HOSTS, MACHINE_PATHS, INDEX_OPTIONS], ids=["hosts", "paths", "indexes"])
def test_no_file_names_a_package_host_or_a_folder_of_one_machine(source_files: list[Path], words: list[str]) -> None:
    pattern = re.compile("|".join(rf"(?<![\w.]){re.escape(word)}" for word in words), re.IGNORECASE)
    found = [
        f"{path.name}:{number}: {line.strip()[:80]}"
        for path in source_files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []
