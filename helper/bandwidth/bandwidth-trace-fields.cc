/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "bandwidth-trace-fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace ns3
{
namespace surgery
{

std::string_view
Trim(std::string_view text)
{
    constexpr auto BLANKS = " \t\r\v\f";
    const auto first = text.find_first_not_of(BLANKS);
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(BLANKS) - first + 1);
}

std::vector<std::string_view>
Split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= text.size();)
    {
        const auto end = std::min(text.find(separator, begin), text.size());
        parts.push_back(Trim(text.substr(begin, end - begin)));
        begin = end + 1;
    }
    return parts;
}

std::optional<double>
ToNumber(std::string_view text)
{
    // not strtod, which depends on the locale
    double number = 0;
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    const auto isNumber = result.ec == std::errc() && result.ptr == end && std::isfinite(number);
    return isNumber ? std::optional<double>(number) : std::nullopt;
}

} // namespace surgery
} // namespace ns3
