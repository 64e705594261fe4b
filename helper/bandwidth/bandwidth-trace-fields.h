/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef BANDWIDTH_TRACE_FIELDS_H
#define BANDWIDTH_TRACE_FIELDS_H

#include <optional>
#include <string_view>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * @param text what a user wrote
 * @return it without the blanks around it
 */
std::string_view Trim(std::string_view text);

/**
 * @ingroup dnn-surgery
 *
 * @param text what a user wrote
 * @param separator between its parts
 * @return the parts, without the blanks around them
 */
std::vector<std::string_view> Split(std::string_view text, char separator);

/**
 * @ingroup dnn-surgery
 *
 * @param text what a user wrote, in any locale
 * @return the finite number that all of it is, if it is one
 */
std::optional<double> ToNumber(std::string_view text);

} // namespace surgery
} // namespace ns3

#endif // BANDWIDTH_TRACE_FIELDS_H
