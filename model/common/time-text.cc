/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "time-text.h"

#include "ns3/surgery-bounded-time.h"

#include <cmath>
#include <map>
#include <sstream>

namespace ns3
{
namespace surgery
{

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
    std::istringstream stream(text.substr(0, end));
    double number;
    stream >> number;
    return unit != units.end() && !stream.fail() && stream.eof() &&
           std::abs(number) * unit->second <= BoundTime(Time::Max()).GetSeconds();
}

} // namespace surgery
} // namespace ns3
