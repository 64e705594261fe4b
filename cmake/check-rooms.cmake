# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only

# Dependencies point one way: the table says what each room may include besides itself. The
# configuration ends with an error where an #include breaks it. "core" stands for all rooms of the
# core, "model" for all rooms but the helpers'. Public headers are included as "ns3/NAME.h", private
# ones as "NAME.h" from their own room; the core includes no header of ns-3.

#   room             may include
set(may_include
    "core/files:"
    "core/dnn:       core/files"
    "core/partition: core/dnn"
    "core/game:      core/dnn core/partition"
    "core/equilibrium: core/dnn core/partition core/game"
    "core/exchange:  core/dnn core/partition core/game core/equilibrium"
    "core/baselines: core/dnn core/partition core/game core/equilibrium"
    "common:"
    "message:        common core/game core/partition core/dnn"
    "link:           common core/files"
    "energy:         common"
    "fluid:          common"
    "choice:         message link common core"
    "scheduler:      message common core"
    "device:         choice message link common core"
    "server:         scheduler message common core"
    "helper:         model"
    "helper/access:  common fluid"
    "helper/sites:   model helper/access"
    "helper/bandwidth: core/files fluid"
    "helper/output:  model helper/access"
)

# Sets RESULT to the room of a file: its folder, without "model/".
function(get_room file result)
  get_filename_component(folder ${file} DIRECTORY)
  string(REGEX REPLACE "^model/" "" folder ${folder})
  set(${result} ${folder} PARENT_SCOPE)
endfunction()

# Ends the configuration if FILE must not include the header HEADER, a path.
function(check_include file header)
  get_room(${file} from)
  get_room(${header} to)
  if(from STREQUAL to)
    return()
  endif()
  foreach(row ${may_include})
    if(row MATCHES "^${from}:(.*)")
      string(REGEX MATCHALL "[^ ]+" allowed "${CMAKE_MATCH_1}")
    endif()
  endforeach()
  if(to IN_LIST allowed
     OR ("core" IN_LIST allowed AND to MATCHES "^core/")
     OR ("model" IN_LIST allowed AND NOT to MATCHES "^helper")
  )
    return()
  endif()
  message(FATAL_ERROR "${file} must not include ${header}, see cmake/check-rooms.cmake")
endfunction()

function(check_rooms)
  foreach(header ${headers})
    get_filename_component(name ${header} NAME)
    set(path_of_${name} ${header})
  endforeach()
  foreach(file ${core_sources} ${layer_sources} ${headers} ${private_headers})
    # so that an edited include is checked by the next build
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(folder ${file} DIRECTORY)
    file(STRINGS ${file} includes REGEX "^[ \t]*#[ \t]*include[ \t]*[<\"]")
    foreach(line ${includes})
      string(REGEX REPLACE "^[^<\"]*([<\"])([^>\"]*).*" "\\1\\2" included "${line}")
      if(included MATCHES "^.ns3/(.*)")
        set(name ${CMAKE_MATCH_1})
        if(DEFINED path_of_${name})
          check_include(${file} ${path_of_${name}})
        elseif(file MATCHES "^model/core/")
          message(FATAL_ERROR "${file} must not include ns3/${name}: the core needs no ns-3")
        endif()
      elseif(included MATCHES "^<(model|helper)/")
        message(FATAL_ERROR "${file} must not include ${included}>: rooms have no path")
      elseif(included MATCHES "^\"(.*)")
        set(name ${CMAKE_MATCH_1})
        if(NOT ${folder}/${name} IN_LIST private_headers)
          message(FATAL_ERROR "${file} must not include \"${name}\": its room has no such header")
        elseif(file IN_LIST headers)
          message(FATAL_ERROR "${file} must not include \"${name}\", which is not installed")
        endif()
      endif()
    endforeach()
  endforeach()
endfunction()

check_rooms()
