"""What comes in and what goes out: who is let in, files that are sent, files that are taken away."""
