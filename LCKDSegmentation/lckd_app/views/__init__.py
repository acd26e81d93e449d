"""Slicer's scene and its four views: what they show, and what lies over them."""
