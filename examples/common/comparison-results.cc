/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "comparison-results.h"

#include "results-file.h"
#include "statistics.h"
#include "text-table.h"

#include "ns3/dnn-layer-costs.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

using namespace ns3::surgery;

namespace
{

/// A number; nothing if it was not measured. @param value negative if not
TableValue
ToMeasured(double value)
{
    return value < 0 ? TableValue() : value;
}

/// A number of either sign; nothing if it was not measured.
TableValue
ToMeasured(const std::optional<double>& value)
{
    return value ? TableValue(*value) : TableValue();
}

/// @param scenario the settings @param device which @return its class
std::string
GetClass(const MobileScenario& scenario, uint32_t device)
{
    return scenario.GetProcessor(device) + "/" + scenario.GetDnn(device);
}

} // namespace

ComparisonResults::ComparisonResults(const MobileScenario& scenario, std::vector<Count> counts)
    : m_scenario(scenario),
      m_counts(std::move(counts))
{
}

double
ComparisonResults::GetLocalSeconds(uint32_t device)
{
    auto& seconds = m_localSeconds[GetClass(m_scenario, device)];
    if (seconds == 0)
    {
        const auto processor = m_library.GetProcessor(m_scenario.GetProcessor(device));
        const LayerCosts costs(m_library.GetDnn(m_scenario.GetDnn(device)),
                               *processor,
                               *processor,
                               Encoding{});
        seconds = costs.GetLocalSeconds();
    }
    return seconds;
}

ComparisonResults::Row
ComparisonResults::MakeRow(const RunSummary& summary, const std::vector<uint32_t>& ids)
{
    Row row;
    row.devices = ids.size();
    const auto size = static_cast<double>(ids.size());
    double latencySum = 0;
    double shareSum = 0;
    std::vector<double> speedups;
    for (const auto id : ids)
    {
        const auto found = summary.GetDevices().find(id);
        if (found == summary.GetDevices().end())
        {
            continue;
        }
        const auto& device = found->second;
        row.pooled.Merge(device);
        shareSum += device.GetMeanShare();
        if (device.GetCompleted() > 0)
        {
            const auto latency = device.GetMeanLatency();
            latencySum += latency;
            speedups.push_back(GetLocalSeconds(id) / latency);
        }
    }
    row.meanShare = shareSum / size;
    if (!speedups.empty())
    {
        row.meanLatencyS = latencySum / static_cast<double>(speedups.size());
        row.meanCostS = row.meanLatencyS + m_scenario.usagePrice.GetSeconds() * row.meanShare;
        row.speedupFairness = GetJainIndex(speedups);
    }
    for (const auto& count : m_counts)
    {
        uint64_t sum = 0;
        for (const auto id : ids)
        {
            sum += count.getter(id);
        }
        row.counts.push_back(static_cast<double>(sum) / size);
    }
    return row;
}

void
ComparisonResults::Add(const std::string& name, uint64_t run, const RunSummary& summary)
{
    std::vector<uint32_t> all(m_scenario.devices);
    std::iota(all.begin(), all.end(), 0);
    std::map<std::string, std::vector<uint32_t>> classes;
    for (const auto id : all)
    {
        classes[GetClass(m_scenario, id)].push_back(id);
    }
    const auto add = [&](const std::string& deviceClass, const std::vector<uint32_t>& ids) {
        m_rows.push_back(MakeRow(summary, ids));
        m_rows.back().run = run;
        m_rows.back().name = name;
        m_rows.back().deviceClass = deviceClass;
    };
    add("all", all);
    for (const auto& [deviceClass, ids] : classes)
    {
        add(deviceClass, ids);
    }
}

std::size_t
ComparisonResults::GetRowCount() const
{
    return m_rows.size();
}

bool
ComparisonResults::HasDeadlines() const
{
    return std::any_of(m_rows.begin(), m_rows.end(), [](const Row& row) {
        return row.pooled.GetFractionMet().has_value();
    });
}

void
ComparisonResults::Write(const std::string& path, const std::string& point) const
{
    std::vector<std::string> columns{"point",
                                     "network",
                                     "devices",
                                     "run",
                                     "scheduler",
                                     "class",
                                     "class_devices",
                                     "created",
                                     "completed",
                                     "dropped",
                                     "in_flight",
                                     "latency_mean_s",
                                     "latency_p95_s",
                                     "share_mean",
                                     "cost_mean_s",
                                     "speedup_jain",
                                     "prediction_error_median",
                                     "prediction_error_p95",
                                     "recuts"};
    for (const auto& count : m_counts)
    {
        columns.push_back(count.column);
    }
    const auto hasDeadlines = HasDeadlines();
    if (hasDeadlines)
    {
        columns.insert(columns.end(), {"deadlines_met", "lateness_mean_s"});
    }
    ResultsFile file(path, columns);
    for (const auto& row : m_rows)
    {
        const auto grants = static_cast<double>(row.pooled.GetGrants());
        TableRow fields{point,
                        m_scenario.network,
                        ToField(m_scenario.devices),
                        ToField(row.run),
                        row.name,
                        row.deviceClass,
                        ToField(row.devices),
                        ToField(row.pooled.GetCreated()),
                        ToField(row.pooled.GetCompleted()),
                        ToField(row.pooled.GetDropped()),
                        ToField(row.pooled.GetInFlight()),
                        ToMeasured(row.meanLatencyS),
                        ToMeasured(row.pooled.GetLatencyPercentile95()),
                        ToMeasured(row.meanShare),
                        ToMeasured(row.meanCostS),
                        ToMeasured(row.speedupFairness),
                        ToMeasured(row.pooled.GetPredictionError(0.5)),
                        ToMeasured(row.pooled.GetPredictionError(0.95)),
                        grants > 0
                            ? TableValue(static_cast<double>(row.pooled.GetRecuts()) / grants)
                            : TableValue()};
        fields.insert(fields.end(), row.counts.begin(), row.counts.end());
        if (hasDeadlines)
        {
            fields.push_back(ToMeasured(row.pooled.GetFractionMet()));
            fields.push_back(ToMeasured(row.pooled.GetMeanLateness()));
        }
        file.Add(fields);
    }
    file.Complete();
}

std::string
ComparisonResults::ToString(const std::string& kind, const std::vector<std::string>& names) const
{
    std::vector<std::string> titles{"<" + kind,
                                    "runs",
                                    "completed",
                                    "dropped",
                                    "mean ms",
                                    "cost ms",
                                    "Jain",
                                    "latency ratio",
                                    "least",
                                    "most",
                                    "cost ratio"};
    for (const auto& count : m_counts)
    {
        titles.push_back(count.title);
    }
    const auto hasDeadlines = HasDeadlines();
    if (hasDeadlines)
    {
        titles.push_back("met %");
    }
    TextTable table(titles);
    std::map<uint64_t, const Row*> reference; // the first one's, by run
    for (const auto& name : names)
    {
        std::vector<const Row*> own;
        for (const auto& row : m_rows)
        {
            if (row.deviceClass == "all" && row.name == name)
            {
                own.push_back(&row);
                reference.emplace(row.run, &row);
            }
        }
        const auto mean = [&own](const auto& value) {
            double sum = 0;
            for (const auto* row : own)
            {
                sum += value(*row);
            }
            return sum / static_cast<double>(own.size());
        };
        const auto ratio = [&reference](const Row& row) {
            return row.meanLatencyS / reference.at(row.run)->meanLatencyS;
        };
        const auto [least, most] =
            std::minmax_element(own.begin(), own.end(), [&ratio](const Row* a, const Row* b) {
                return ratio(*a) < ratio(*b);
            });
        std::vector<std::string> cells{
            name,
            std::to_string(own.size()),
            ToText(mean([](const Row& row) { return row.pooled.GetCompleted(); }), 0),
            ToText(mean([](const Row& row) { return row.pooled.GetDropped(); }), 0),
            ToText(1e3 * mean([](const Row& row) { return row.meanLatencyS; }), 1),
            ToText(1e3 * mean([](const Row& row) { return row.meanCostS; }), 1),
            ToText(mean([](const Row& row) { return row.speedupFairness; }), 3),
            ToText(mean(ratio), 3),
            ToText(ratio(**least), 3),
            ToText(ratio(**most), 3),
            ToText(mean([&reference](const Row& row) {
                       return row.meanCostS / reference.at(row.run)->meanCostS;
                   }),
                   3)};
        for (std::size_t i = 0; i < m_counts.size(); ++i)
        {
            cells.push_back(ToText(mean([i](const Row& row) { return row.counts[i]; }), 2));
        }
        if (hasDeadlines)
        {
            const auto getMet = [](const Row& row) {
                return row.pooled.GetFractionMet().value_or(
                    std::numeric_limits<double>::quiet_NaN());
            };
            cells.push_back(ToText(1e2 * mean(getMet), 1));
        }
        table.Add(cells);
    }
    return table.ToString();
}
