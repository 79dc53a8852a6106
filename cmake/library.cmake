# libwinnow, for projects outside: one archive of all modules, the public headers, and what find_package
# and pkg-config need. The same target serves add_subdirectory: winnow::winnow.
#
# The archive holds machine code, so it cannot come from a build with link-time optimisation, whose
# objects only the very same compiler reads: such a build installs the programs alone.

include(GNUInstallDirs)
include(CMakeDependentOption)
include(CMakePackageConfigHelpers)

set(installable ON)
if(CMAKE_INTERPROCEDURAL_OPTIMIZATION OR CMAKE_BUILD_TYPE STREQUAL "Debug" OR WINNOW_SANITIZE)
  set(installable OFF)
endif()
cmake_dependent_option(WINNOW_LIBRARY "Build libwinnow.a, to be installed" ${installable}
                       PROJECT_IS_TOP_LEVEL OFF)

get_property(modules GLOBAL PROPERTY winnow_modules)
get_property(libraries GLOBAL PROPERTY winnow_libraries)
list(REMOVE_DUPLICATES libraries)
list(TRANSFORM modules REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)

add_library(winnow_library STATIC ${objects})
add_library(winnow::winnow ALIAS winnow_library)
set_target_properties(winnow_library PROPERTIES OUTPUT_NAME winnow EXPORT_NAME winnow
                      LINKER_LANGUAGE CXX)
target_compile_features(winnow_library PUBLIC cxx_std_20)
target_link_libraries(winnow_library PUBLIC fmt::fmt tl::expected Threads::Threads
                      PRIVATE ${libraries})
if(NOT WINNOW_LIBRARY)
  set_target_properties(winnow_library PROPERTIES EXCLUDE_FROM_ALL ON)
endif()

set(public_headers ${PROJECT_BINARY_DIR}/include)
file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/*.h
     ${PROJECT_SOURCE_DIR}/src/*.h)
set(copy_script ${PROJECT_SOURCE_DIR}/cmake/public_headers.cmake)
add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/public_headers.stamp
                   COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DOUT=${public_headers}
                           -P ${copy_script}
                   COMMAND ${CMAKE_COMMAND} -E touch ${PROJECT_BINARY_DIR}/public_headers.stamp
                   DEPENDS ${headers} ${copy_script} VERBATIM)
add_custom_target(winnow_headers DEPENDS ${PROJECT_BINARY_DIR}/public_headers.stamp)
add_dependencies(winnow_library winnow_headers)
target_include_directories(winnow_library INTERFACE $<BUILD_INTERFACE:${public_headers}>
                           $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

# The names of the libraries for pkg-config: of their own files where they have one, else -l.
set(pc_requires fmt)
set(pc_libs -pthread)
foreach(library ${libraries})
  if(library MATCHES "^absl::(.+)")
    list(APPEND pc_requires absl_${CMAKE_MATCH_1})
  elseif(library STREQUAL "spdlog::spdlog")
    list(APPEND pc_requires spdlog)
  elseif(library STREQUAL "OpenSSL::Crypto")
    list(APPEND pc_requires libcrypto)
  elseif(library STREQUAL "ZLIB::ZLIB")
    list(APPEND pc_requires zlib)
  else()
    cmake_path(GET library STEM stem)
    string(REGEX REPLACE "^lib" "" stem ${stem})
    list(APPEND pc_libs -l${stem})
  endif()
endforeach()
list(JOIN pc_requires " " pc_requires)
list(JOIN pc_libs " " pc_libs)
file(RELATIVE_PATH pc_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" pc_to_prefix ${pc_to_prefix})

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/winnow)
set(written ${PROJECT_BINARY_DIR}/package_files)
configure_file(${PROJECT_SOURCE_DIR}/cmake/winnow.pc.in ${written}/winnow.pc @ONLY)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/winnow-config.cmake.in
                              ${written}/winnow-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${written}/winnow-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)

if(WINNOW_SERVER)
  install(TARGETS winnowd RUNTIME COMPONENT programs)
endif()
if(CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  install(CODE "message(FATAL_ERROR \"libwinnow.a cannot be installed from a build with link-time optimisation: use the preset 'package'; the programs alone: --component programs\")"
          COMPONENT library)
elseif(PROJECT_IS_TOP_LEVEL)
  install(TARGETS winnow_library EXPORT winnow-targets ARCHIVE COMPONENT library)
  install(EXPORT winnow-targets NAMESPACE winnow:: DESTINATION ${package_dir} COMPONENT library)
  install(FILES ${written}/winnow-config.cmake ${written}/winnow-config-version.cmake
          DESTINATION ${package_dir} COMPONENT library)
  install(FILES ${written}/winnow.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
          COMPONENT library)
  install(DIRECTORY ${public_headers}/winnow DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
          COMPONENT library)
endif()
