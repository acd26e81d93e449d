"""One patient and all that can be done with it; knows no page."""
