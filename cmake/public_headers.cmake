# Copies the public headers, and of our other headers just those that they include, to where a
# project outside can use them:
#
#   include/winnow/client.h  ->  OUT/winnow/client.h
#   src/client/client.h      ->  OUT/winnow/internal/client/client.h
#
# All includes are rewritten to name these, so that a project with a "client/client.h" of its own gets
# what it means. The macro CHECK, which is not ours to take in other people's code, gets a prefix.
#
# usage: cmake -DROOT=<repository> -DOUT=<folder> -P public_headers.cmake

cmake_minimum_required(VERSION 3.25)

file(GLOB public RELATIVE ${ROOT}/include ${ROOT}/include/winnow/*.h)
set(pending ${public})
set(done)
while(pending)
  list(POP_FRONT pending name)
  if(name IN_LIST done)
    continue()
  endif()
  list(APPEND done ${name})
  if(name MATCHES "^winnow/internal/(.*)")
    set(from ${ROOT}/src/${CMAKE_MATCH_1})
  else()
    set(from ${ROOT}/include/${name})
  endif()
  file(READ ${from} text)
  string(REGEX REPLACE "#include \"winnow/([^\"]+)\"" "#include <winnow/\\1>" text "${text}")
  string(REGEX REPLACE "#include \"([^\"]+)\"" "#include <winnow/internal/\\1>" text "${text}")
  string(REGEX REPLACE "([^A-Za-z0-9_])CHECK\\(" "\\1WINNOW_CHECK(" text "${text}")
  string(REGEX MATCHALL "#include <winnow/[^>]+>" includes "${text}")
  foreach(include ${includes})
    string(REGEX REPLACE "#include <(.*)>" "\\1" include "${include}")
    list(APPEND pending ${include})
  endforeach()
  # A file that stays as it is keeps its time, so that nothing is compiled anew because of it.
  set(before)
  if(EXISTS ${OUT}/${name})
    file(READ ${OUT}/${name} before)
  endif()
  if(NOT before STREQUAL text)
    file(WRITE ${OUT}/${name} "${text}")
  endif()
endwhile()

file(GLOB_RECURSE present RELATIVE ${OUT} ${OUT}/winnow/*.h)
list(REMOVE_ITEM present ${done})
list(TRANSFORM present PREPEND ${OUT}/)
if(present)
  file(REMOVE ${present})
endif()
