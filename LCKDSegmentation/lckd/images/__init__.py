"""Images in and out: what a file claims before it is read, and whether its voxels can be used.

`read_write` is the door; nothing else here needs to be called from outside.
"""
