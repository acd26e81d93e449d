# Stands in for SlicerExtensionGenerateConfig, which lets other extensions build on this one. Nothing of it is installed.
