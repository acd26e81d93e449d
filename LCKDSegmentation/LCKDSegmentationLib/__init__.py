"""Everything that knows Slicer: MRML volumes in, segmentation node out, background process, panel, dependencies.

What each module does and knows is in `Resources/architecture.md`, Inside the panel.
"""
