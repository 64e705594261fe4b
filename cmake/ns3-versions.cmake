# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only

# All that depends on the release of ns-3: its version, the names of its targets, the C++ of its
# headers, the modules it may lack. What differs in its classes is in surgery-compat.h; in Wi-Fi's Block
# Ack, in helper/access/block-ack-agreements.cc.

# ---- The version -------------------------------------------------------------------------------

# Prints one line if this ns-3 is outside of the range that NS3-VERSION names.
function(check_ns3_version version)
  set(file ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../NS3-VERSION)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} content)
  string(REGEX REPLACE ".*minimum ([0-9.]+).*" "\\1" minimum "${content}")
  string(REGEX REPLACE ".*newest-tested ([0-9.]+).*" "\\1" newest "${content}")
  set(range "dnn-surgery is tested with ns-3 from ${minimum} to ${newest}")
  # "3-dev", or "3.dev" of an installed one, is what comes after the newest release
  if(version MATCHES "dev")
    message(STATUS "${range}; ns-3-dev is newer and may need changes")
  elseif(version VERSION_LESS minimum)
    message(STATUS "${range}; ns-${version} is older and may not work")
  elseif(version VERSION_GREATER newest AND NOT version MATCHES "^${newest}\\.")
    message(STATUS "${range}; ns-${version} is newer and may need changes")
  endif()
endfunction()

if(inside_ns3)
  check_ns3_version("${NS3_VER}")
else()
  check_ns3_version("${ns3_VERSION}")
endif()

# ---- The names of its modules ------------------------------------------------------------------

# Inside its own tree, ns-3 has set lib<module> already. An installed one has the targets
# ns3::libwifi up to ns-3.42, ns3::wifi after.
function(find_ns3_module module)
  foreach(target ns3::lib${module} ns3::${module})
    if(TARGET ${target})
      set(lib${module} ${target} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(lib${module} "" PARENT_SCOPE)
endfunction()

if(NOT inside_ns3)
  foreach(module core network internet applications bridge csma energy mobility point-to-point wifi)
    find_ns3_module(${module})
    need("${lib${module}}" "The ns-3 module ${module}" libns3-dev)
  endforeach()
  foreach(module lte stats flow-monitor config-store)
    find_ns3_module(${module})
  endforeach()
endif()

# Sets RESULT to the targets of modules, or to nothing if one of them is missing. Inside ns-3
# nothing in CMakeLists.txt names such a target, so that ns-3 does not take it for a dependency and
# build it for this module only; what is built is asked, because newer releases come here before
# they make the targets.
function(find_optional_modules result)
  set(targets)
  foreach(module ${ARGN})
    if(NOT (TARGET "${lib${module}}" OR (inside_ns3 AND module IN_LIST ns3-all-enabled-modules)))
      set(${result} "" PARENT_SCOPE)
      return()
    endif()
    list(APPEND targets ${lib${module}})
  endforeach()
  set(${result} ${targets} PARENT_SCOPE)
endfunction()

# LTE is half as large as all other modules together.
find_optional_modules(lte_library lte)
if(NOT lte_library)
  message(STATUS "dnn-surgery is built without its LTE network: there is no module lte")
  foreach(files layer_sources headers private_headers layer_tests)
    list(FILTER ${files} EXCLUDE REGEX "/(surgery-)?lte-[^/]*$")
  endforeach()
endif()

# Modules with which an example watches a scenario
find_optional_modules(tool_libraries stats flow-monitor config-store)
if(NOT tool_libraries)
  set(reason "it needs the modules stats, flow-monitor and config-store")
  message(STATUS "dnn-surgery is built without the example dnn-surgery-ns3-tools: ${reason}")
endif()

# ---- The C++ of its headers --------------------------------------------------------------------

# An installed ns-3 does not state it; inside ns-3 it is set.
if(NOT inside_ns3)
  if(ns3_VERSION VERSION_LESS 3.41)
    set(CMAKE_CXX_STANDARD 17)
  elseif(ns3_VERSION VERSION_LESS 3.46)
    set(CMAKE_CXX_STANDARD 20)
  else()
    set(CMAKE_CXX_STANDARD 23)
  endif()
  set(CMAKE_CXX_STANDARD_REQUIRED ON)
  set(CMAKE_CXX_EXTENSIONS OFF)
endif()
