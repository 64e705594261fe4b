/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "plugin.h"

#include <dlfcn.h>
#include <stdexcept>
#include <string>

using namespace ns3::surgery;

void
AddPluginOption(ProgramOptions& options)
{
    options.AddTaker("load",
                     "Path of a shared library with types of your own.",
                     [](const std::string& path) {
                         // until the program ends
                         if (!dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL))
                         {
                             throw std::invalid_argument(dlerror());
                         }
                     });
}
