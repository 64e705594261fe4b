/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef BANDWIDTH_TRACE_TEXT_H
#define BANDWIDTH_TRACE_TEXT_H

#include "ns3/surgery-bandwidth-trace.h"

#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Read a trace from text, in one of two formats: CSV, which the first line tells (NumberFile), or
 * else Mahimahi.
 *
 * Mahimahi: a line is an instant in whole milliseconds, at which a packet of 1500 bytes can be
 * sent; a repeated line is another packet in the same millisecond; the last line ends the period.
 * Its 1500 bytes are spread over the millisecond that ends there (0 counts as 1), so the rate is
 * constant in each millisecond.
 *
 * CSV: a line is "seconds,bits_per_second" (ReadRateSteps). A rate holds from its line's time to
 * the next line's. The last line ends the period; its rate is not used.
 *
 * @param text what the file holds
 * @param source the file's name, for messages
 * @return the trace
 * @throws std::invalid_argument naming source and line, with one line of text
 */
BandwidthTrace ParseBandwidthTrace(const std::string& text, const std::string& source);

} // namespace surgery
} // namespace ns3

#endif // BANDWIDTH_TRACE_TEXT_H
