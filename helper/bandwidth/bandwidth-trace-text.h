/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef BANDWIDTH_TRACE_TEXT_H
#define BANDWIDTH_TRACE_TEXT_H

#include "ns3/surgery-bandwidth-trace.h"

#include <string>
#include <string_view>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Read a trace from text, in one of two formats. A comma, a semicolon or a tab between words or
 * numbers of the first line tells CSV, and what separates its fields. A byte-order mark of UTF-8 is
 * passed over.
 *
 * Mahimahi: a line is an instant in whole milliseconds, at which a packet of 1500 bytes can be
 * sent; a repeated line is another packet in the same millisecond; the last line ends the period.
 * Its 1500 bytes are spread over the millisecond that ends there (0 counts as 1), so the rate is
 * constant in each millisecond.
 *
 * CSV: a line is "seconds,bits_per_second"; a first line of words is a title. Fields may be in
 * quotes, empty ones at a line's end are passed over. Between semicolons or tabs, numbers may have
 * decimal commas. A rate holds from its line's time to the next line's. Time counts from the first
 * line, so that it may be Unix time. The last line ends the period; its rate is not used.
 *
 * @param text what the file holds
 * @param source the file's name, for messages
 * @return the trace
 * @throws std::invalid_argument naming source and line, with one line of text
 */
BandwidthTrace ParseBandwidthTrace(const std::string& text, const std::string& source);

/**
 * @ingroup dnn-surgery
 *
 * @param text what a user wrote, however long and of whatever bytes
 * @return its beginning in quotes, printable, for a message of one line
 */
std::string QuoteUserText(std::string_view text);

} // namespace surgery
} // namespace ns3

#endif // BANDWIDTH_TRACE_TEXT_H
