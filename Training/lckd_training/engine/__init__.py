"""The running of a training: learn, elect, save, resume, and tell of it."""
