# project(LCKDSegmentation) asks for C and C++, as Slicer needs it to, but nothing here is compiled: no compiler and no make
# has to be there. CMake is told not to try the ones that this names.
foreach(language C CXX)
  set(CMAKE_${language}_COMPILER ${CMAKE_COMMAND})
  set(CMAKE_${language}_COMPILER_ID_RUN TRUE)
  set(CMAKE_${language}_COMPILER_FORCED TRUE)
endforeach()
set(CMAKE_MAKE_PROGRAM ${CMAKE_COMMAND} CACHE FILEPATH "Never started")
