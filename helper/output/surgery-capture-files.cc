/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-capture-files.h"

#include "ns3/trace-helper.h"

#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace ns3
{
namespace surgery
{

void
CheckCaptureFiles(const std::string& prefix, const NodeContainer& nodes)
{
    PcapHelper names;
    for (auto node = nodes.Begin(); node != nodes.End(); ++node)
    {
        for (uint32_t i = 0; i < (*node)->GetNDevices(); ++i)
        {
            const auto path = names.GetFilenameFromDevice(prefix, (*node)->GetDevice(i));
            std::error_code ignored;
            if (std::filesystem::is_directory(path, ignored))
            {
                throw std::invalid_argument(path + ": cannot write this file");
            }
        }
    }
}

} // namespace surgery
} // namespace ns3
