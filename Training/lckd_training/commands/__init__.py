"""The subcommands that join `lckd`: their arguments, and what they call. Opening one needs no heavy library."""
