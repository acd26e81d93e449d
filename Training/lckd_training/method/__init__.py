"""What the method is made of: election, distillation, loss and optimiser."""
