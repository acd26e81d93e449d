"""Pictures: patients, segmentations, tables and elections."""
