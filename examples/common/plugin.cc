/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "plugin.h"

#include "ns3/callback.h"
#include "ns3/surgery-compat.h"

#include <cstdlib>
#include <dlfcn.h>
#include <iostream>
#include <string>

using namespace ns3;

namespace
{

/// Load a library until the program ends. @param path its file @return true
bool
Load(surgery::OptionText path)
{
    if (!dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL))
    {
        std::cerr << "--load: " << dlerror() << std::endl;
        std::exit(2);
    }
    return true;
}

} // namespace

void
AddPluginOption(CommandLine& cmd)
{
    cmd.AddValue("load", "Path of a shared library with types of your own.", MakeCallback(&Load));
}
