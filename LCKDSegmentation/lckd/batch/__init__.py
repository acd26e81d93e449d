"""Many patients at once: `lckd batch` segments whatever it finds, goes on where it was stopped, and sums up."""
