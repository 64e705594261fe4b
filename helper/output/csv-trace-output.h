/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CSV_TRACE_OUTPUT_H
#define CSV_TRACE_OUTPUT_H

#include "ns3/ptr.h"
#include "ns3/surgery-trace-output.h"

#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What TraceOutput::Create makes of "csv": a file NAME.csv per table, its first line the names of
 * the columns, fields that hold commas, quotes or line ends in quotes (RFC 4180), and
 * provenance.json.
 *
 * @param folder exists
 * @return the output
 */
Ptr<TraceOutput> CreateCsvTraceOutput(const std::string& folder);

} // namespace surgery
} // namespace ns3

#endif // CSV_TRACE_OUTPUT_H
