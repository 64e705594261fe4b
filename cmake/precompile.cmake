# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only

# A quarter of the time that a test takes to compile goes into headers that nearly all tests include;
# they are read once per target here. Only headers of others are, so that an edited one of ours
# recompiles no more than it must. Every file still includes what it uses: a build with a compiler
# cache, which works file by file, goes without this.

set(with_launcher OFF)
if(CMAKE_CXX_COMPILER_LAUNCHER)
  set(with_launcher ON)
endif()
cmake_dependent_option(
  DNN_SURGERY_PRECOMPILE "Read headers of others once per target" ON "NOT with_launcher" OFF
)

set(standard_headers
    <algorithm>
    <array>
    <cmath>
    <cstdint>
    <functional>
    <map>
    <memory>
    <optional>
    <sstream>
    <string>
    <utility>
    <variant>
    <vector>
)
set(ns3_headers
    <ns3/boolean.h>
    <ns3/callback.h>
    <ns3/config.h>
    <ns3/data-rate.h>
    <ns3/double.h>
    <ns3/enum.h>
    <ns3/inet-socket-address.h>
    <ns3/internet-stack-helper.h>
    <ns3/log.h>
    <ns3/node-container.h>
    <ns3/node.h>
    <ns3/nstime.h>
    <ns3/object.h>
    <ns3/packet.h>
    <ns3/pointer.h>
    <ns3/random-variable-stream.h>
    <ns3/simulator.h>
    <ns3/socket.h>
    <ns3/string.h>
    <ns3/traced-callback.h>
    <ns3/uinteger.h>
)

# Reads headers once for all files of a target.
function(precompile target)
  if(DNN_SURGERY_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()
