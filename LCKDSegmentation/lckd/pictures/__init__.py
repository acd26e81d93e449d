"""Pictures of a result: slices through the tumour with outlines, as a thumbnail and as a page for people."""
