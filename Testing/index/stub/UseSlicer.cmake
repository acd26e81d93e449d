# Stands in for UseSlicer: names the extension after its project and brings the macros.

if(NOT DEFINED EXTENSION_NAME)
  set(EXTENSION_NAME ${PROJECT_NAME})
endif()
include(CTest)  # which sets BUILD_TESTING

# Stands in for slicerMacroBuildScriptedModule: checks that what is listed exists, puts it into the build folder as the build
# does, and installs that folder: with WITH_SUBDIR a folder named as the source folder, else all beside Slicer's modules.
# Stricter than Slicer: a script is listed with its `.py`, and a folder is no file.
function(slicerMacroBuildScriptedModule)
  cmake_parse_arguments(MY "WITH_GENERIC_TESTS;WITH_SUBDIR" "NAME" "SCRIPTS;RESOURCES" ${ARGN})
  if(MY_UNPARSED_ARGUMENTS OR NOT DEFINED MY_NAME)
    message(FATAL_ERROR "slicerMacroBuildScriptedModule() wants a NAME and does not know '${MY_UNPARSED_ARGUMENTS}'")
  endif()

  set(built "${CMAKE_BINARY_DIR}/${Slicer_QTSCRIPTEDMODULES_LIB_DIR}")
  set(folder "${built}/")  # its content
  if(MY_WITH_SUBDIR)
    get_filename_component(name "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
    set(built "${built}/${name}")
    set(folder "${built}")  # itself
  endif()

  foreach(file IN LISTS MY_SCRIPTS MY_RESOURCES)
    if(NOT EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
      message(FATAL_ERROR "slicerMacroBuildScriptedModule() given nonexistent file or directory '${file}'")
    endif()
    configure_file("${CMAKE_CURRENT_SOURCE_DIR}/${file}" "${built}/${file}" COPYONLY)
  endforeach()
  install(DIRECTORY "${folder}" DESTINATION "${Slicer_INSTALL_QTSCRIPTEDMODULES_LIB_DIR}"
    COMPONENT RuntimeLibraries USE_SOURCE_PERMISSIONS)
endfunction()

# Stand in for the macros that add a test to CTest. Stricter than Slicer, which notices a missing script when the test runs.
function(slicer_add_python_unittest)
  cmake_parse_arguments(MY "" "TESTNAME_PREFIX;SCRIPT" "SLICER_ARGS;SCRIPT_ARGS" ${ARGN})
  get_filename_component(script "${MY_SCRIPT}" ABSOLUTE)
  if(NOT EXISTS "${script}")
    message(FATAL_ERROR "slicer_add_python_unittest() given nonexistent script '${MY_SCRIPT}'")
  endif()
  get_filename_component(name "${script}" NAME_WE)
  add_test(NAME "py_${MY_TESTNAME_PREFIX}${name}" COMMAND Slicer --testing "${script}")
endfunction()

function(slicer_add_python_test)
  slicer_add_python_unittest(${ARGN})
endfunction()
