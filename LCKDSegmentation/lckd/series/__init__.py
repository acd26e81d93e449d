"""Which modality an image is, by its name and DICOM tags, and whose it is; `identify` is the door."""
