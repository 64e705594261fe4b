/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef LINK_CAPTURE_H
#define LINK_CAPTURE_H

#include "ns3/net-device.h"
#include "ns3/ptr.h"

#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Capture what a point-to-point device sends and receives, in the same bytes as PointToPointHelper.
 * That one does not tell of a capture that cannot be written; here, the simulation ends with a
 * std::runtime_error that names the file, at the packet or in Simulator::Destroy.
 *
 * @param device of the link
 * @param path the PCAP file
 * @throws std::invalid_argument if it cannot be written
 */
void CaptureLink(Ptr<NetDevice> device, const std::string& path);

} // namespace surgery
} // namespace ns3

#endif // LINK_CAPTURE_H
