/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "profile-check.h"

#include "scenario-fields.h"

#include "ns3/dnn-profile-library.h"

#include <set>

using namespace ns3::surgery;

void
CheckProfiles(const std::string& server,
              uint32_t devices,
              const std::function<std::pair<std::string, std::string>(uint32_t)>& get)
{
    ProfileLibrary library;
    const auto remote = At("--server", [&] { return library.GetProcessor(server); });
    std::set<std::pair<std::string, std::string>> known;
    for (uint32_t i = 0; i < devices; ++i)
    {
        const auto device = get(i);
        if (known.insert(device).second)
        {
            const auto dnn = At("--dnns", [&] { return library.GetDnn(device.first); });
            At("--processors", [&] { library.GetProcessor(device.second)->GetLayerSeconds(*dnn); });
            At("--server", [&] { remote->GetLayerSeconds(*dnn); });
        }
    }
}
