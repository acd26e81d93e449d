"""Everything that knows Slicer: MRML volumes in, segmentation node out, background process, panel, dependencies.

`volumes`, `recognition`, `segmentation`, `measurements`, `maps` and `export` work on any MRML scene that they get;
`process`, `session` and `blocking` compute in the background; `inputs`, `expectationview`, `run`, `resultview` and
`weightsview` are the parts of the panel, each with the widgets that it knows.
"""
