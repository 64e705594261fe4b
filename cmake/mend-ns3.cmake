# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only

# Debian's ns-3 tells its users to include folders of packages that it does not depend on, such as
# those of the Python that it was built with; CMake then refuses to go on. No header of ns-3 that
# the module includes needs one of them. This file is installed with the module, whose users need it
# too.

get_property(mended_targets DIRECTORY PROPERTY IMPORTED_TARGETS)
foreach(mended_target ${mended_targets})
  if(mended_target MATCHES "^ns3::")
    set(mended_folders)
    get_target_property(named_folders ${mended_target} INTERFACE_INCLUDE_DIRECTORIES)
    foreach(folder ${named_folders})
      if(NOT IS_ABSOLUTE "${folder}" OR EXISTS "${folder}")
        list(APPEND mended_folders "${folder}")
      endif()
    endforeach()
    set_property(TARGET ${mended_target} PROPERTY INTERFACE_INCLUDE_DIRECTORIES ${mended_folders})
  endif()
endforeach()
