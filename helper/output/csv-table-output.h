/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CSV_TABLE_OUTPUT_H
#define CSV_TABLE_OUTPUT_H

#include "ns3/ptr.h"
#include "ns3/surgery-table-output.h"

#include <string>

namespace ns3
{
namespace surgery
{

class RunStatus;

/**
 * @ingroup dnn-surgery
 *
 * What TableOutput::Create makes of "csv": a file NAME.csv per table, its first line the names of
 * the columns, fields that hold commas, quotes or line ends in quotes (RFC 4180), and
 * provenance.json.
 *
 * @param folder exists
 * @param status of the run
 * @return the output
 */
Ptr<TableOutput> CreateCsvTableOutput(const std::string& folder, Ptr<RunStatus> status);

} // namespace surgery
} // namespace ns3

#endif // CSV_TABLE_OUTPUT_H
