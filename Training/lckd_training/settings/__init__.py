"""What decides a training besides its patients: settings, recipes, settings files, and the network they ask for."""
