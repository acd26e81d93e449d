"""Everything that knows Slicer: MRML volumes in, segmentation node out, dependencies, parameters of the panel.

`volumes`, `segmentation` and `segmenter` work on any MRML scene that they are given and need no running application;
`parameters`, `install`, `progress` and `startup` need one.
"""
