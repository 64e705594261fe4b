/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_BANDWIDTH_TRACE_FILE_H
#define SURGERY_BANDWIDTH_TRACE_FILE_H

#include "ns3/surgery-bandwidth-trace.h"

#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Get a trace by what a user calls it:
 *
 * - what GenerateBandwidthTrace knows ("square:2Mbps,50Mbps,10s");
 * - the name of a bundled trace ("Verizon-LTE-short.up");
 * - the path of a file, with a '/' in it, or in the current directory, in one of the formats of
 *   ParseBandwidthTrace.
 *
 * @param description one of these
 * @return the trace
 * @throws std::invalid_argument with one line of text
 */
std::shared_ptr<const BandwidthTrace> LoadBandwidthTrace(const std::string& description);

/**
 * @ingroup dnn-surgery
 *
 * The traces that come with the module, in data/traces, and those in the folder that the
 * environment variable DNN_SURGERY_TRACES names, which is searched first.
 *
 * @return their names, sorted
 */
std::vector<std::string> GetBandwidthTraceNames();

} // namespace surgery
} // namespace ns3

#endif // SURGERY_BANDWIDTH_TRACE_FILE_H
