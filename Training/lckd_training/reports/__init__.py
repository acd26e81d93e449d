"""What is passed on: tables and comparisons as files, and the page about an evaluation."""
