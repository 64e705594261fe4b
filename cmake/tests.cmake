# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only

# The tests of the build that stands alone; ctest runs each GoogleTest case in its own process.

include(GoogleTest)

# so that tests reach private headers
include_directories(${PROJECT_SOURCE_DIR})

# Checked code takes several times as long, and may share the machine.
set(case_timeout 900)
set(option_limit_s 10)
if(DNN_SURGERY_SANITIZE)
  set(case_timeout 3600)
  set(option_limit_s 60)
endif()

# Cases are listed when ctest runs, so that a sanitizer's settings hold for the listing too.
function(add_gtest name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LIBRARIES;PRECOMPILED" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} ${TEST_LIBRARIES} GTest::gtest_main)
  # what a test costs is compiling it
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  precompile(${name} ${standard_headers} <gtest/gtest.h> ${TEST_PRECOMPILED})
  gtest_discover_tests(
    ${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120 PROPERTIES TIMEOUT ${case_timeout}
  )
endfunction()

add_gtest(dnn-surgery-core-test SOURCES ${core_tests} LIBRARIES dnn-surgery-core)
add_gtest(
  dnn-surgery-test SOURCES ${layer_tests} ${example_parts}
  LIBRARIES dnn-surgery ${libapplications} ${libmobility} ${libpoint-to-point} ${libwifi}
            ${lte_library} ${SQLite3_LIBRARIES}
  PRECOMPILED ${ns3_headers}
)

# Debian's Python, which sees Debian's packages; another python3 may stand first on PATH. The tests
# import the package of the tools.
set(python ${CMAKE_COMMAND} -E env PYTHONPATH=${PROJECT_SOURCE_DIR}/utils
           PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3
)
foreach(name onnx-to-dnn onnx-wild onnx-forms onnx-refusals onnx-weights onnx-operators
             onnx-values onnx-mutation onnx-test-data zoo import-times scenario-page packages
             strict-json written matrix
)
  add_test(NAME ${name} COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/${name}-test.py)
endforeach()
# With a stand-in for ONNX Runtime, so that nothing is downloaded; by itself with --real, in ONNX
# Runtime. Reported as skipped where Node is not installed; `./surgery measure` installs it.
add_test(NAME measure COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/measure-test.py)
set_tests_properties(measure PROPERTIES SKIP_RETURN_CODE 77)
foreach(name python-package python-simulate)
  add_test(NAME ${name} COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/${name}-test.py)
endforeach()
add_test(
  NAME rooms
  COMMAND ${CMAKE_COMMAND} -E env CMAKE=${CMAKE_COMMAND} ${python}
          ${PROJECT_SOURCE_DIR}/test/tools/rooms-test.py
)
if(DNN_SURGERY_EXAMPLES)
  set(solve_test ${python} ${PROJECT_SOURCE_DIR}/test/tools/solve-test.py
                 $<TARGET_FILE:dnn-surgery-solve>
  )
  add_test(NAME solve COMMAND ${solve_test} Answers)
  add_test(NAME solve-bad-input COMMAND ${solve_test} BadInput)
  add_test(
    NAME solve-servers
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/solve-servers-test.py
            $<TARGET_FILE:dnn-surgery-solve>
  )
  # scenario files: what they say is what is done, and what is wrong is refused in one line; the
  # last one is reported as skipped where python3-jsonschema is not installed
  foreach(name scenario scenario-reading scenario-mutation)
    add_test(
      NAME ${name}
      COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/${name}-test.py ${PROJECT_BINARY_DIR}
    )
    set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 1800)
  endforeach()
  add_test(
    NAME cut-tolerance
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/cut-tolerance-test.py
            $<TARGET_FILE:dnn-surgery-solve> $<TARGET_FILE:dnn-surgery-wifi-mobility>
  )
  add_test(
    NAME analytic
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/analytic-test.py
            $<TARGET_FILE:dnn-surgery-analytic>
  )
  add_test(
    NAME determinism
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/determinism-test.py ${PROJECT_BINARY_DIR}
  )
  # by itself with --all, every value of every option
  set(options_test ${python} ${PROJECT_SOURCE_DIR}/test/tools/options-test.py ${PROJECT_BINARY_DIR})
  add_test(NAME options COMMAND ${options_test} Options)
  add_test(NAME options-texts COMMAND ${options_test} Texts)
  set_tests_properties(options options-texts PROPERTIES TIMEOUT ${case_timeout})
  set_tests_properties(options PROPERTIES ENVIRONMENT DNN_SURGERY_OPTIONS_LIMIT_S=${option_limit_s})
  set(crowd_test ${python} ${PROJECT_SOURCE_DIR}/test/tools/crowd-test.py
                 $<TARGET_FILE:dnn-surgery-crowd> $<TARGET_FILE:dnn-surgery-sites>
  )
  add_test(NAME crowd COMMAND ${crowd_test} Crowd BadSites)
  add_test(NAME crowd-dead-server COMMAND ${crowd_test} DeadServer)
  set_tests_properties(crowd crowd-dead-server PROPERTIES TIMEOUT 1800)
  add_test(
    NAME bridge
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/bridge-test.py
            $<TARGET_FILE:dnn-surgery-wifi-mobility>
  )
  add_test(
    NAME bridge-faults
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/bridge-faults-test.py
            $<TARGET_FILE:dnn-surgery-wifi-mobility>
  )
  # Reported as skipped where numpy is not installed; `./surgery test` installs it.
  add_test(
    NAME environment
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/environment-test.py
            $<TARGET_FILE:dnn-surgery-wifi-mobility>
  )
  set_tests_properties(bridge bridge-faults environment PROPERTIES TIMEOUT 900)
  set_tests_properties(
    environment PROPERTIES SKIP_RETURN_CODE 77
    ENVIRONMENT DNN_SURGERY_BUILD=${PROJECT_BINARY_DIR}
  )
  # a user's scheduler, in a library that the examples load
  set(my_scheduler --load=$<TARGET_FILE:my-scheduler> --devices=2 --time=2s --pcap=false)
  foreach(example wifi-mobility compare)
    add_test(NAME my-scheduler-in-${example}
             COMMAND dnn-surgery-${example} ${my_scheduler} --schedulers=my[MaxShare=0.3],dds)
    set_tests_properties(
      my-scheduler-in-${example} PROPERTIES PASS_REGULAR_EXPRESSION "my\\[MaxShare=0.3"
      FAIL_REGULAR_EXPRESSION "my-scheduler|unknown|Usage" TIMEOUT 300
    )
  endforeach()
  add_test(NAME no-such-plugin COMMAND dnn-surgery-wifi-mobility --load=./nope.so)
  set_tests_properties(no-such-plugin PROPERTIES PASS_REGULAR_EXPRESSION "--load: .*nope.so")
  set_tests_properties(solve solve-bad-input analytic determinism PROPERTIES TIMEOUT 900)
endif()

# Simulated testbeds beside their measurements, with the bars that they have to meet
if(DNN_SURGERY_EXAMPLES)
  foreach(name cuts stress offload replay power)
    add_test(
      NAME validation-${name}
      COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/validation-test.py ${name}
              $<TARGET_FILE:dnn-surgery-testbed>
    )
    # AddressSanitizer looks up the stack of each allocation among all that it has seen: with deeper
    # ones there are so many in long simulations that it does nothing else. Others ignore this.
    set_tests_properties(
      validation-${name} PROPERTIES TIMEOUT ${case_timeout}
      ENVIRONMENT ASAN_OPTIONS=malloc_context_size=2
    )
  endforeach()
  add_test(
    NAME fluid-or-packets
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/fluid-or-packets-test.py
            $<TARGET_FILE:dnn-surgery-simulate>
  )
  set_tests_properties(fluid-or-packets PROPERTIES TIMEOUT 900)
endif()

if(DNN_SURGERY_EXAMPLES)
  add_test(
    NAME experiment
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/experiment-test.py ${PROJECT_BINARY_DIR}
  )
  set_tests_properties(experiment PROPERTIES TIMEOUT 900)
endif()
# Reported as skipped where Snakemake or Matplotlib is not installed: they are large, and
# `./surgery experiment` installs them.
set(experiment_workflow ${python} ${PROJECT_SOURCE_DIR}/test/tools/experiment-workflow-test.py)
add_test(NAME experiment-workflow COMMAND ${experiment_workflow} Workflow)
add_test(NAME experiment-profile COMMAND ${experiment_workflow} Profile)
add_test(NAME experiment-interruption COMMAND ${experiment_workflow} Interruption)
set_tests_properties(
  experiment-workflow experiment-profile experiment-interruption
  PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 900
)

# Reported as skipped where Snakemake or SLURM's daemons are not installed, or for who is not root;
# test/tools/slurm_node.py names the packages.
if(DNN_SURGERY_EXAMPLES)
  set(slurm_test ${python} ${PROJECT_SOURCE_DIR}/test/tools/slurm-test.py
                 $<TARGET_FILE:dnn-surgery-compare>
  )
  add_test(NAME slurm COMMAND ${slurm_test} Slurm)
  add_test(NAME slurm-interruption COMMAND ${slurm_test} Interruption)
  set_tests_properties(slurm slurm-interruption PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 1800)
endif()

# Whether code, manual and dissector agree on the messages. Reported as skipped where tshark is
# not installed; `./surgery test` installs it.
add_executable(dnn-surgery-messages test/tools/list-messages.cc)
target_link_libraries(dnn-surgery-messages dnn-surgery)
add_test(
  NAME dissector
  COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/dissector-test.py
          $<TARGET_FILE:dnn-surgery-messages>
)
set_tests_properties(dissector PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600)
if(DNN_SURGERY_EXAMPLES)
  add_test(
    NAME capture-check
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/capture-check-test.py
            $<TARGET_FILE:dnn-surgery-wifi-mobility>
  )
  add_test(
    NAME capture-check-sites
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/capture-check-sites-test.py
            $<TARGET_FILE:dnn-surgery-crowd>
  )
  set_tests_properties(
    capture-check capture-check-sites PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 900
  )
  # Reported as skipped where pandas is not installed; `./surgery test` installs it.
  add_test(
    NAME frames
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/frames-test.py
            $<TARGET_FILE:dnn-surgery-wifi-mobility> $<TARGET_FILE:dnn-surgery-sites>
  )
  set_tests_properties(frames PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600)
  # Reported as skipped where Jinja2 is not installed; `./surgery test` installs it.
  add_test(
    NAME report
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/report-test.py
            $<TARGET_FILE:dnn-surgery-wifi-mobility>
  )
  add_test(
    NAME report-sites
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/report-sites-test.py
            $<TARGET_FILE:dnn-surgery-sites>
  )
  foreach(part servers deadlines batches prices cuts energy)
    add_test(
      NAME report-${part}
      COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/report-${part}-test.py
              $<TARGET_FILE:dnn-surgery-wifi-mobility>
    )
  endforeach()
  # Reported as skipped where chromium is not installed; in CI, `./surgery test` installs it.
  add_test(
    NAME report-in-browser
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/report-browser-test.py
            $<TARGET_FILE:dnn-surgery-wifi-mobility>
  )
  set_tests_properties(
    report report-servers report-sites report-deadlines report-batches report-prices report-cuts
    report-energy report-in-browser
    PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600
  )
  add_test(
    NAME animation
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/animation-test.py
            $<TARGET_FILE:dnn-surgery-wifi-mobility>
  )
  set_tests_properties(animation PROPERTIES TIMEOUT 600)
endif()

if(TARGET dnn-surgery-ns3-tools)
  add_test(
    NAME ns3-tools
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/ns3-tools-test.py
            $<TARGET_FILE:dnn-surgery-ns3-tools>
  )
  set_tests_properties(ns3-tools PROPERTIES TIMEOUT 600)
endif()

# Reported as skipped where pandas or Jinja2 is not installed; `./surgery test` installs them.
if(DNN_SURGERY_EXAMPLES)
  add_test(
    NAME python-scenarios
    COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/python-scenarios-test.py ${PROJECT_BINARY_DIR}
  )
  set_tests_properties(python-scenarios PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 900)
endif()

# Whether the manual's lists of attributes and trace sources agree with the code
add_executable(dnn-surgery-type-ids test/tools/list-type-ids.cc)
target_link_libraries(dnn-surgery-type-ids dnn-surgery)
add_test(
  NAME attribute-pages
  COMMAND ${python} -m surgery attribute-pages --check $<TARGET_FILE:dnn-surgery-type-ids>
)
set_tests_properties(attribute-pages PROPERTIES SKIP_RETURN_CODE 77)

# Whether the documentation's table of the bundled DNNs agrees with profiles and code
add_executable(dnn-surgery-frontiers test/tools/list-frontiers.cc)
target_link_libraries(dnn-surgery-frontiers dnn-surgery-core)
add_test(
  NAME dnn-table COMMAND ${python} -m surgery dnn-table --check $<TARGET_FILE:dnn-surgery-frontiers>
)

# The commands of each tutorial; skipped if a page needs a package that is not installed
if(DNN_SURGERY_EXAMPLES)
  set(tutorials
      energy-and-accuracy
      first-scenario
      reading-the-tables
      results-as-frames
      scaling-out-a-study
      your-own-dnn
      your-own-link-estimator
      your-own-processor
      your-own-python-scheduler
      your-own-radio
      your-own-scheduler
      your-own-server-choice
  )
  if(TARGET dnn-surgery-simulate)
    list(APPEND tutorials training-an-agent)
  endif()
  foreach(name ${tutorials})
    add_test(
      NAME tutorial-${name}
      COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/tutorial-test.py
              ${PROJECT_SOURCE_DIR}/doc/tutorials/${name}.rst ${PROJECT_BINARY_DIR} ${ns3_VERSION}
    )
    set_tests_properties(tutorial-${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 900)
  endforeach()
endif()

add_test(NAME front-script COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/front-script-test.py)
add_test(NAME ns3-version COMMAND ${PROJECT_SOURCE_DIR}/test/tools/ns3-version-test.sh)
# without bindings, the script must say so in one line
add_test(NAME python COMMAND /usr/bin/python3 ${PROJECT_SOURCE_DIR}/examples/dnn-surgery-first.py)
set_tests_properties(
  python PROPERTIES PASS_REGULAR_EXPRESSION
  "^dnn-surgery-first.py: needs ns-3's Python bindings[^\n]*\n$|device 0, inference 1: completed"
)
add_test(NAME app-store COMMAND ${python} ${PROJECT_SOURCE_DIR}/test/tools/app-store-test.py)

# Installs into a separate folder, and builds another project against that.
set(prefix ${PROJECT_BINARY_DIR}/consumer/prefix)
add_test(
  NAME install
  COMMAND ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --prefix ${prefix}
)
add_test(
  NAME consumer
  COMMAND
    ${CMAKE_CTEST_COMMAND} --build-and-test ${PROJECT_SOURCE_DIR}/test/consumer
    ${PROJECT_BINARY_DIR}/consumer/build --build-generator ${CMAKE_GENERATOR} --build-options
    -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
    -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
    "-DCMAKE_CXX_FLAGS=$<$<BOOL:${DNN_SURGERY_SANITIZE}>:-fsanitize=address$<COMMA>undefined>"
    --test-command consumer
)
# the Python package, without the checkout's
if(DNN_SURGERY_EXAMPLES)
  add_test(
    NAME consumer-python
    COMMAND ${CMAKE_COMMAND} -E env --unset=DNN_SURGERY_BUILD PYTHONDONTWRITEBYTECODE=1
            PYTHONPATH=${prefix}/lib/python3/dist-packages /usr/bin/python3
            ${PROJECT_SOURCE_DIR}/test/consumer/consumer.py ${prefix}
  )
  set_tests_properties(consumer-python PROPERTIES FIXTURES_REQUIRED installed TIMEOUT 300)
endif()
set_tests_properties(install PROPERTIES FIXTURES_SETUP installed)
# the installed profiles, not the checkout's
set_tests_properties(
  consumer PROPERTIES FIXTURES_REQUIRED installed TIMEOUT 300
  ENVIRONMENT DNN_SURGERY_PROFILES=${prefix}/${data_destination}/profiles
)
set_tests_properties(
  install onnx-to-dnn onnx-test-data zoo dnn-table import-times measure front-script PROPERTIES TIMEOUT 300
)
