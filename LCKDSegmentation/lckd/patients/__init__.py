"""Patients on disk, in the layout of the data sets that people have; `find.find_cases` tells the layouts apart.

One module for each way of arranging files: `folder` (one folder per patient: BraTS, UCSF-PDGM, UPenn-GBM), `msd` (a
list and 4-D files), `bids`, and `manifest` (a table of paths, for anything else).
"""
