/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef HAS_NETWORK_H
#define HAS_NETWORK_H

#include "ns3/surgery-access-network.h"

#include <algorithm>
#include <string>

/**
 * @ingroup dnn-surgery-tests
 *
 * @param network a kind of AccessNetwork, with attributes in brackets or none
 * @return whether this build has it: ns-3 may lack LTE
 */
inline bool
HasNetwork(const std::string& network)
{
    const auto names = ns3::surgery::AccessNetwork::GetNames();
    const auto kind = network.substr(0, network.find('['));
    return std::find(names.begin(), names.end(), kind) != names.end();
}

#endif // HAS_NETWORK_H
