"""How much of the Dice is left when scans get worse: disturbances of growing strength, and what they cost."""
