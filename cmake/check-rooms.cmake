# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only

# Dependencies point one way. The rooms of the core (dnn, partition, game) may include their own
# headers and those of the rooms before them, and nothing else of the form "ns3/NAME.h"; the
# network may use the core but not the helpers. A file that breaks this ends the configuration;
# the list ${room}_headers and the files of the build are set by the includer.

function(check_room room)
  cmake_parse_arguments(RULE "" "" "ALLOWED;FORBIDDEN" ${ARGN})
  foreach(file ${core_sources} ${layer_sources} ${headers})
    if(NOT file MATCHES "^model/${room}/")
      continue()
    endif()
    # so that an edited include is checked by the next build
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(STRINGS ${file} includes REGEX "^#[ ]*include[ ]*[<\"]ns3/")
    foreach(line ${includes})
      string(REGEX REPLACE ".*[<\"]ns3/([^>\"]*)[>\"].*" "\\1" name "${line}")
      if(name IN_LIST RULE_FORBIDDEN OR (RULE_ALLOWED AND NOT name IN_LIST RULE_ALLOWED))
        message(FATAL_ERROR "${file} must not include ns3/${name}: model/${room} stands below it")
      endif()
    endforeach()
  endforeach()
endfunction()

check_room(dnn ALLOWED ${dnn_headers})
check_room(partition ALLOWED ${dnn_headers} ${partition_headers})
check_room(game ALLOWED ${dnn_headers} ${partition_headers} ${game_headers})
check_room(network FORBIDDEN ${helper_headers})
