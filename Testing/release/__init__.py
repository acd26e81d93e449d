"""The check before a release: the panel's tests with Slicer's own Python code in place of the stand-ins.

``python -m Testing.release FOLDER [ARGUMENTS]``, where FOLDER is an extracted source tree of Slicer and the arguments
go to pytest. `CONTRIBUTING.md` says where to get such a tree.
"""
