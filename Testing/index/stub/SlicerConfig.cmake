# Stands in for a build of Slicer 5.12 as find_package(Slicer) sees it: only what the CMakeLists.txt files of this repository
# use of it, so that they can be configured and installed where there is no Slicer and no compiler. Written against Slicer's
# CMake folder (SlicerConfig, SlicerDirectories, UseSlicer, SlicerMacroBuildScriptedModule, SlicerMacroPythonTesting,
# SlicerExtensionGenerateConfig, SlicerExtensionCPack) and CTK's ctkMacroCompilePythonScript.
# Left out: compiling, byte code, launchers, archives and uploads, and the bundle of macOS, where everything lies below
# Slicer.app/Contents/Extensions-REVISION/NAME/ instead.

# SlicerDirectories: below the build folder while building, below the folder of the extension once it is installed.
set(Slicer_LIB_DIR "lib/Slicer-5.12")
set(Slicer_QTSCRIPTEDMODULES_LIB_DIR "${Slicer_LIB_DIR}/qt-scripted-modules")
set(Slicer_INSTALL_QTSCRIPTEDMODULES_LIB_DIR "${Slicer_QTSCRIPTEDMODULES_LIB_DIR}")

# SlicerConfig: the files that an extension includes.
set(Slicer_USE_FILE "${CMAKE_CURRENT_LIST_DIR}/UseSlicer.cmake")
set(Slicer_EXTENSION_GENERATE_CONFIG "${CMAKE_CURRENT_LIST_DIR}/SlicerExtensionGenerateConfig.cmake")
set(Slicer_EXTENSION_CPACK "${CMAKE_CURRENT_LIST_DIR}/SlicerExtensionCPack.cmake")
