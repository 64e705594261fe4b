# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only

# The tests of the build that stands alone; ctest runs each case in a process of its own.

include(GoogleTest)

# Cases are listed when ctest runs, so that a sanitizer's settings hold for the listing too.
function(add_gtest name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} ${TEST_LIBRARIES} GTest::gtest_main)
  gtest_discover_tests(
    ${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120 PROPERTIES TIMEOUT 900
  )
endfunction()

add_gtest(dnn-surgery-core-test SOURCES ${core_tests} LIBRARIES dnn-surgery-core)
if(network_tests)
  add_gtest(
    dnn-surgery-test SOURCES ${network_tests}
    LIBRARIES dnn-surgery ${libapplications} ${libmobility} ${libpoint-to-point} ${libwifi}
  )
endif()
