"""`python -m lckd`: the command `lckd`."""

from lckd.cli import main

main()
