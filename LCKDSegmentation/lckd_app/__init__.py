"""The panel in a browser: the library of the module on Slicer's scene and views, without the application."""
