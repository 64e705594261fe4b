/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "bandwidth-trace-generator.h"

#include "ns3/surgery-number-file.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

namespace
{

/// A number with one of some units behind it, times that unit.
std::optional<double>
ToQuantity(std::string_view text, const std::vector<std::pair<std::string_view, double>>& units)
{
    const auto end = text.find_last_of("0123456789.");
    if (end == std::string_view::npos)
    {
        return std::nullopt;
    }
    const auto number = ToNumber(text.substr(0, end + 1));
    const auto name = Trim(text.substr(end + 1));
    for (const auto& [unit, factor] : units)
    {
        if (number && name == unit)
        {
            return *number * factor;
        }
    }
    return std::nullopt;
}

/// What stands behind the colon of a generator's description.
class Arguments
{
  public:
    Arguments(const std::string& description, const std::string& shape)
        : m_shape(shape),
          m_fields(Split(std::string_view(description).substr(description.find(':') + 1), ','))
    {
    }

    std::size_t GetSize() const
    {
        return m_fields.size();
    }

    double GetBps(std::size_t i) const
    {
        return Get(i, {{"bps", 1}, {"kbps", 1e3}, {"Mbps", 1e6}, {"Gbps", 1e9}});
    }

    double GetSeconds(std::size_t i) const
    {
        return Get(i, {{"s", 1}, {"ms", 1e-3}, {"min", 60}});
    }

    [[noreturn]] void Reject() const
    {
        throw std::invalid_argument("must be like \"" + m_shape +
                                    "\", rates in 0..1e12 bit/s, times above 0 s");
    }

  private:
    double Get(std::size_t i, const std::vector<std::pair<std::string_view, double>>& units) const
    {
        const auto quantity = i < m_fields.size() ? ToQuantity(m_fields[i], units) : std::nullopt;
        if (!quantity)
        {
            Reject();
        }
        return *quantity;
    }

    std::string m_shape;
    std::vector<std::string_view> m_fields;
};

/// The trace of a description with a generator's name, kind, in front.
BandwidthTrace
Generate(const std::string& kind, const std::string& description)
{
    if (kind == "constant")
    {
        const Arguments arguments(description, "constant:5Mbps");
        if (arguments.GetSize() != 1)
        {
            arguments.Reject();
        }
        return BandwidthTrace::MakeSteps({{1, arguments.GetBps(0)}});
    }
    if (kind == "steps")
    {
        const Arguments arguments(description, "steps:2Mbps,10s,50Mbps,10s,...");
        if (arguments.GetSize() % 2 != 0)
        {
            arguments.Reject();
        }
        std::vector<std::pair<double, double>> steps;
        for (std::size_t i = 0; i < arguments.GetSize(); i += 2)
        {
            steps.emplace_back(arguments.GetSeconds(i + 1), arguments.GetBps(i));
        }
        return BandwidthTrace::MakeSteps(steps);
    }
    const auto isRamp = kind == "ramp";
    const Arguments arguments(description, kind + ":2Mbps,50Mbps,10s");
    if (arguments.GetSize() != 3)
    {
        arguments.Reject();
    }
    return (isRamp ? BandwidthTrace::MakeRamp
                   : BandwidthTrace::MakeSquareWave)(arguments.GetBps(0),
                                                     arguments.GetBps(1),
                                                     arguments.GetSeconds(2));
}

} // namespace

std::optional<BandwidthTrace>
GenerateBandwidthTrace(const std::string& description)
{
    const auto kind = description.substr(0, description.find(':'));
    const std::vector<std::string> kinds{"constant", "steps", "ramp", "square"};
    if (kind.size() == description.size() ||
        std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
    {
        return std::nullopt;
    }
    try
    {
        return Generate(kind, description);
    }
    catch (const std::invalid_argument& error)
    {
        throw std::invalid_argument(QuoteUserText(description) + ": " + error.what());
    }
}

} // namespace surgery
} // namespace ns3
