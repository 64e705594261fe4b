/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-value-text.h"

#include "ns3/surgery-bounded-time.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <sstream>
#include <string_view>

namespace ns3
{
namespace surgery
{

namespace
{

constexpr std::string_view BLANKS = " \t\n\v\f\r";
constexpr std::string_view DIGITS = "0123456789";

/// Read a text as ns-3 does. @tparam T a number @param text it @return what all of it is
template <class T>
std::optional<T>
ReadWholly(const std::string& text)
{
    std::istringstream stream(text);
    T value;
    stream >> value;
    return !stream.fail() && stream.eof() && !HasBlank(text) ? std::optional<T>(value)
                                                             : std::nullopt;
}

} // namespace

bool
HasBlank(const std::string& text)
{
    return text.find_first_of(BLANKS) != std::string::npos;
}

std::string
TrimBlanks(const std::string& text)
{
    const auto begin = text.find_first_not_of(BLANKS);
    const auto end = text.find_last_not_of(BLANKS);
    return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

std::optional<double>
ReadReal(const std::string& text)
{
    return ReadWholly<double>(text); // knows no infinity, and no number beyond a double's
}

std::optional<int64_t>
ReadInteger(const std::string& text)
{
    return ReadWholly<int64_t>(text);
}

std::optional<uint64_t>
ReadUnsigned(const std::string& text)
{
    // -1 would be read as 2^64 - 1
    return text.find_first_not_of(DIGITS) == std::string::npos ? ReadWholly<uint64_t>(text)
                                                               : std::nullopt;
}

bool
IsTimeText(const std::string& text)
{
    // in seconds; a number alone is one of seconds
    static const std::map<std::string, double> units{{"", 1},
                                                     {"s", 1},
                                                     {"ms", 1e-3},
                                                     {"us", 1e-6},
                                                     {"ns", 1e-9},
                                                     {"ps", 1e-12},
                                                     {"fs", 1e-15},
                                                     {"min", 60},
                                                     {"h", 3600},
                                                     {"d", 86400},
                                                     {"y", 86400 * 365}};
    // as ns-3 does, so that the e of an exponent is not read as part of a unit
    const auto end = text.find_first_not_of("+-0123456789.eE");
    const auto unit = units.find(end == std::string::npos ? "" : text.substr(end));
    const auto number = ReadReal(text.substr(0, end));
    return unit != units.end() && number &&
           std::abs(*number) * unit->second <= BoundTime(Time::Max()).GetSeconds();
}

bool
IsDataRateText(const std::string& text)
{
    static const std::map<char, double> scales{{'k', 1e3}, {'K', 1e3}, {'M', 1e6}, {'G', 1e9}};
    const auto end = text.find_first_not_of("0123456789.");
    const auto number = ReadReal(text.substr(0, end));
    if (!number)
    {
        return false;
    }
    if (end == std::string::npos)
    {
        return ReadUnsigned(text) && *number <= 1e18;
    }
    auto unit = text.substr(end);
    double scale = 1;
    const auto prefix = scales.find(unit[0]);
    if (prefix != scales.end())
    {
        scale = prefix->second;
        unit.erase(0, 1);
        if (unit[0] == 'i' && text[end] != 'k') // as in Mib/s, which has no "ps"
        {
            return (unit == "ib/s" || unit == "iB/s") && *number * scale <= 1e17;
        }
    }
    const auto isBits = unit == "bps" || unit == "b/s";
    const auto isBytes = unit == "Bps" || unit == "B/s";
    return (isBits || isBytes) && *number * scale * (isBytes ? 8 : 1) <= 1e18;
}

bool
IsQueueSizeText(const std::string& text)
{
    static const std::map<std::string, uint64_t> scales{{"p", 1},
                                                        {"B", 1},
                                                        {"kB", 1000},
                                                        {"KB", 1000},
                                                        {"MB", 1000000},
                                                        {"GB", 1000000000},
                                                        {"KiB", uint64_t{1} << 10},
                                                        {"MiB", uint64_t{1} << 20},
                                                        {"GiB", uint64_t{1} << 30}};
    const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = ReadUnsigned(text.substr(0, end));
    const auto scale = scales.find(text.substr(end));
    return number && scale != scales.end() &&
           *number <= std::numeric_limits<uint32_t>::max() / scale->second;
}

bool
IsPriomapText(const std::string& text)
{
    std::istringstream stream(text);
    std::string number;
    std::size_t count = 0;
    while (stream >> number)
    {
        const auto band = ReadUnsigned(number);
        if (!band || *band > std::numeric_limits<uint16_t>::max())
        {
            return false;
        }
        ++count;
    }
    return count == 16 && text == TrimBlanks(text);
}

} // namespace surgery
} // namespace ns3
