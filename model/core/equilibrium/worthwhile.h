/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORTHWHILE_H
#define WORTHWHILE_H

namespace ns3
{
namespace surgery
{

/// A gain counts only if it exceeds this fraction of the cost, more than rounding makes it.
constexpr double WORTHWHILE = 1e-11;

} // namespace surgery
} // namespace ns3

#endif // WORTHWHILE_H
