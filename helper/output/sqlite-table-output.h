/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SQLITE_TABLE_OUTPUT_H
#define SQLITE_TABLE_OUTPUT_H

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
 * What TableOutput::Create makes of "sqlite": the database tables.sqlite with a table per kind of
 * event, and a table "about" (name, value) that has the version of all tables under "schema" and
 * the run's provenance, as JSON, under "provenance". NaN becomes NULL, as SQLite has it.
 *
 * Rows are committed a thousand at a time, and when RunStatus asks for it; SQLite does not wait for
 * the disk. A program that crashes leaves a sound database without its last rows; a computer that
 * crashes may leave none.
 *
 * @param folder exists
 * @param status of the run
 * @return the output
 * @throws std::invalid_argument if the file cannot be written, or if this build has no SQLite
 */
Ptr<TableOutput> CreateSqliteTableOutput(const std::string& folder, Ptr<RunStatus> status);

/**
 * @ingroup dnn-surgery
 *
 * @throws std::invalid_argument if this build has no SQLite
 */
void CheckSqlite();

} // namespace surgery
} // namespace ns3

#endif // SQLITE_TABLE_OUTPUT_H
