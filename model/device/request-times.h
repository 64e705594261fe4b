/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef REQUEST_TIMES_H
#define REQUEST_TIMES_H

#include "ns3/nstime.h"

#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Read a recording of requests: a line is an instant in seconds; of a CSV file the first column
 * counts.
 *
 * @param path of the file
 * @return the instants, ascending, some perhaps equal; at least one
 * @throws std::invalid_argument naming file and line, with one line of text
 */
std::vector<Time> ReadRequestTimes(const std::string& path);

} // namespace surgery
} // namespace ns3

#endif // REQUEST_TIMES_H
