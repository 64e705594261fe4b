# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only

# The installation of the build that stands alone: library, headers and a CMake package, so that
# find_package(dnn-surgery) gives dnn-surgery::dnn-surgery; the program that runs scenario files, and the
# Python package dnn_surgery that starts it, where Debian's Python looks below /usr. CMakeLists.txt
# installs the bundled data.

set(package_destination ${CMAKE_INSTALL_LIBDIR}/cmake/dnn-surgery)
install(TARGETS dnn-surgery EXPORT dnn-surgery-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${headers} ${forwarding}/ns3/dnn-surgery-module.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ns3
)
# the Python package starts it
if(TARGET dnn-surgery-simulate)
  set_target_properties(
    dnn-surgery-simulate PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}"
                                    INSTALL_RPATH_USE_LINK_PATH ON
  )
  install(TARGETS dnn-surgery-simulate RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} OPTIONAL)
endif()
install(EXPORT dnn-surgery-targets NAMESPACE dnn-surgery:: DESTINATION ${package_destination})

include(CMakePackageConfigHelpers)
set(package_config ${CMAKE_CURRENT_BINARY_DIR}/dnn-surgery-config.cmake)
file(
  CONFIGURE
  OUTPUT ${package_config}
  CONTENT [[
include(CMakeFindDependencyMacro)
find_dependency(ns3)
include("${CMAKE_CURRENT_LIST_DIR}/mend-ns3.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/dnn-surgery-targets.cmake")
]]
  @ONLY
)
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/dnn-surgery-config-version.cmake COMPATIBILITY SameMinorVersion
)
install(FILES ${package_config} ${CMAKE_CURRENT_BINARY_DIR}/dnn-surgery-config-version.cmake
              cmake/mend-ns3.cmake
        DESTINATION ${package_destination}
)

install(DIRECTORY utils/dnn_surgery DESTINATION lib/python3/dist-packages
        FILES_MATCHING PATTERN "*.py"
)
