/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "request-times.h"

#include "ns3/surgery-number-file.h"

#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

constexpr double LATEST_S = 1e9; //!< the latest instant, s

} // namespace

std::vector<Time>
ReadRequestTimes(const std::string& path)
{
    const auto text = ReadTextFile(path, "recording of requests");
    const NumberFile file(text, path);
    std::vector<Time> times;
    double last = 0;
    const auto rows = file.GetRows();
    const auto hasTitle = rows.size() < file.GetLines().size();
    for (const auto& line : rows)
    {
        const auto fields = file.GetFields(line);
        if (fields.size() > 1 && !hasTitle)
        {
            // a decimal comma, maybe
            file.Reject(line, "several columns need a first line that names them, the times first");
        }
        const auto seconds = file.GetNumber(fields.front());
        if (!seconds || *seconds < 0 || *seconds > LATEST_S)
        {
            file.Reject(line, "the time of a request must be in 0..1e9 s");
        }
        if (*seconds < last)
        {
            file.Reject(line, "the time must not be less than that of the line before it");
        }
        last = *seconds;
        times.push_back(Seconds(*seconds));
    }
    if (times.empty())
    {
        throw std::invalid_argument(path + ": must have at least one line of numbers");
    }
    return times;
}

} // namespace surgery
} // namespace ns3
