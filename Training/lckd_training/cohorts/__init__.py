"""Patients, on disk or made: found, checked, kept apart, brought to the working grid, credited."""
