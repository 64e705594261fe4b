/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef BANDWIDTH_TRACE_GENERATOR_H
#define BANDWIDTH_TRACE_GENERATOR_H

#include "ns3/surgery-bandwidth-trace.h"

#include <optional>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Make a synthetic trace:
 *
 * - "constant:5Mbps";
 * - "steps:2Mbps,10s,50Mbps,500ms": one rate after the other;
 * - "ramp:1Mbps,20Mbps,30s": linear from the first to the second rate, then again from the first;
 * - "square:2Mbps,50Mbps,10s": each of the two for 10 s.
 *
 * Rates are in bps, kbps, Mbps or Gbps, times in s, ms or min.
 *
 * @param description one of these
 * @return the trace, or nothing if the description begins with none of the four words and a colon
 * @throws std::invalid_argument with one line of text, if the parameters are wrong
 */
std::optional<BandwidthTrace> GenerateBandwidthTrace(const std::string& description);

} // namespace surgery
} // namespace ns3

#endif // BANDWIDTH_TRACE_GENERATOR_H
