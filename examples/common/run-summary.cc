/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "run-summary.h"

#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/surgery-inference-client.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// What is neither a cut inside nor a layer's name: no layer on the server, none on the device.
const std::string LOCAL = "local";
const std::string SERVER = "server";

} // namespace

void
DeviceSummary::AddInference(const InferenceRecord& record)
{
    ++m_outcomes[record.outcome];
    if (record.outcome == InferenceOutcome::DROPPED)
    {
        ++m_dropReasons[record.reason];
    }
    if (const auto met = MetDeadline(record))
    {
        ++m_deadlines[*met];
    }
    if (const auto lateness = GetLateness(record))
    {
        // not GetSeconds, which shifts the bits of what is negative: undefined before C++20
        m_latenessSum += static_cast<double>(lateness->GetNanoSeconds()) / 1e9;
        ++m_latenesses;
    }
    if (record.outcome == InferenceOutcome::COMPLETED)
    {
        const auto latency = GetMeasuredLatency(record).GetSeconds();
        m_latencySum += latency;
        m_latencies.Add(latency);
        const auto isOffloaded = !record.serverEnd.IsStrictlyNegative();
        const auto isInside = isOffloaded && record.deviceEnd > record.deviceStart;
        m_offloaded += isOffloaded;
        ++m_cuts[isInside ? record.cut : isOffloaded ? SERVER : LOCAL];
        AddPrediction(record);
    }
}

void
DeviceSummary::AddPrediction(const InferenceRecord& record)
{
    if (record.predicted.IsStrictlyNegative() || record.serverEnd.IsStrictlyNegative())
    {
        return;
    }
    const auto measured = std::max(GetServiceLatency(record), NanoSeconds(1)).GetSeconds();
    m_errors.Add(std::abs(record.predicted.GetSeconds() / measured - 1));
}

void
DeviceSummary::AddGrant(const GrantRecord& record)
{
    m_shareSum += record.share;
    ++m_grants;
    m_recuts += !m_grantedCut.empty() && m_grantedCut != record.cut;
    m_grantedCut = record.cut;
}

void
DeviceSummary::Merge(const DeviceSummary& other)
{
    const auto add = [](auto& counts, const auto& others) {
        for (const auto& [key, count] : others)
        {
            counts[key] += count;
        }
    };
    add(m_outcomes, other.m_outcomes);
    add(m_dropReasons, other.m_dropReasons);
    add(m_cuts, other.m_cuts);
    add(m_deadlines, other.m_deadlines);
    m_latenessSum += other.m_latenessSum;
    m_latenesses += other.m_latenesses;
    m_latencies.Merge(other.m_latencies);
    m_errors.Merge(other.m_errors);
    m_offloaded += other.m_offloaded;
    m_recuts += other.m_recuts;
    m_latencySum += other.m_latencySum;
    m_shareSum += other.m_shareSum;
    m_grants += other.m_grants;
}

uint64_t
DeviceSummary::GetCreated() const
{
    uint64_t created = 0;
    for (const auto& [outcome, count] : m_outcomes)
    {
        created += count;
    }
    return created;
}

uint64_t
DeviceSummary::GetCompleted() const
{
    const auto found = m_outcomes.find(InferenceOutcome::COMPLETED);
    return found != m_outcomes.end() ? found->second : 0;
}

uint64_t
DeviceSummary::GetDropped() const
{
    const auto found = m_outcomes.find(InferenceOutcome::DROPPED);
    return found != m_outcomes.end() ? found->second : 0;
}

std::string
DeviceSummary::GetDropReasons() const
{
    std::string text;
    for (const auto& [reason, count] : m_dropReasons)
    {
        text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + reason;
    }
    return text.empty() ? "0" : text;
}

uint64_t
DeviceSummary::GetInFlight() const
{
    const auto found = m_outcomes.find(InferenceOutcome::IN_FLIGHT);
    return found != m_outcomes.end() ? found->second : 0;
}

double
DeviceSummary::GetMeanLatency() const
{
    return GetCompleted() > 0 ? m_latencySum / static_cast<double>(GetCompleted()) : -1.0;
}

double
DeviceSummary::GetLatencyPercentile95() const
{
    return m_latencies.GetCount() > 0 ? m_latencies.GetQuantile(0.95) : -1.0;
}

std::optional<double>
DeviceSummary::GetFractionMet() const
{
    const auto count = [this](bool isMet) {
        const auto found = m_deadlines.find(isMet);
        return found != m_deadlines.end() ? static_cast<double>(found->second) : 0.0;
    };
    return m_deadlines.empty() ? std::nullopt
                               : std::optional<double>(count(true) / (count(true) + count(false)));
}

std::optional<double>
DeviceSummary::GetMeanLateness() const
{
    return m_latenesses > 0
               ? std::optional<double>(m_latenessSum / static_cast<double>(m_latenesses))
               : std::nullopt;
}

double
DeviceSummary::GetMeanShare() const
{
    return m_grants > 0 ? m_shareSum / static_cast<double>(m_grants) : 0.0;
}

uint64_t
DeviceSummary::GetOffloaded() const
{
    return m_offloaded;
}

uint64_t
DeviceSummary::GetCutInside() const
{
    uint64_t inside = 0;
    for (const auto& [cut, count] : GetInnerCuts())
    {
        inside += count;
    }
    return inside;
}

const std::map<std::string, uint64_t>&
DeviceSummary::GetCuts() const
{
    return m_cuts;
}

std::map<std::string, uint64_t>
DeviceSummary::GetInnerCuts() const
{
    auto cuts = m_cuts;
    cuts.erase(LOCAL);
    cuts.erase(SERVER);
    return cuts;
}

std::string
DeviceSummary::GetUsualCuts() const
{
    const std::size_t shown = 2;
    std::vector<std::pair<std::string, uint64_t>> cuts(m_cuts.begin(), m_cuts.end());
    std::stable_sort(cuts.begin(), cuts.end(), [](const auto& a, const auto& b) {
        return a.second > b.second;
    });
    std::ostringstream text;
    for (std::size_t i = 0; i < std::min(shown, cuts.size()); ++i)
    {
        const auto percent = 100 * static_cast<double>(cuts[i].second) / GetCompleted();
        text << (i > 0 ? ", " : "") << cuts[i].first << " " << std::round(percent) << " %";
    }
    return cuts.empty() ? "-" : text.str();
}

uint64_t
DeviceSummary::GetRecuts() const
{
    return m_recuts;
}

uint64_t
DeviceSummary::GetGrants() const
{
    return m_grants;
}

double
DeviceSummary::GetPredictionError(double quantile) const
{
    return m_errors.GetCount() > 0 ? m_errors.GetQuantile(quantile) : -1.0;
}

void
RunSummary::Connect(const ApplicationContainer& clients,
                    const ApplicationContainer& servers,
                    Time warmup)
{
    m_warmup = warmup;
    for (auto it = clients.Begin(); it != clients.End(); ++it)
    {
        (*it)->TraceConnectWithoutContext("Inference",
                                          MakeCallback(&RunSummary::HandleInference, this));
    }
    for (auto it = servers.Begin(); it != servers.End(); ++it)
    {
        (*it)->TraceConnectWithoutContext("Granted", MakeCallback(&RunSummary::HandleGrant, this));
        PointerValue connections;
        (*it)->GetAttribute("Connections", connections);
        connections.GetObject()->TraceConnectWithoutContext(
            "ProtocolError",
            MakeCallback(&RunSummary::HandleProtocolError, this));
    }
}

void
RunSummary::HandleInference(const InferenceRecord& record)
{
    ++m_ended;
    if (record.created >= m_warmup)
    {
        m_devices[record.device].AddInference(record);
    }
}

void
RunSummary::HandleGrant(const GrantRecord& record)
{
    if (Simulator::Now() >= m_warmup)
    {
        m_devices[record.device].AddGrant(record);
    }
}

void
RunSummary::HandleProtocolError(const Address& /* peer */, const std::string& reason)
{
    if (m_protocolError.empty())
    {
        m_protocolError = reason;
    }
}

const std::map<uint32_t, DeviceSummary>&
RunSummary::GetDevices() const
{
    return m_devices;
}

uint64_t
RunSummary::GetEnded() const
{
    return m_ended;
}

DeviceSummary
RunSummary::GetPooled() const
{
    DeviceSummary pooled;
    for (const auto& [id, device] : m_devices)
    {
        pooled.Merge(device);
    }
    return pooled;
}

double
RunSummary::GetMeanLatency() const
{
    double sum = 0;
    std::size_t count = 0;
    for (const auto& [id, device] : m_devices)
    {
        if (device.GetCompleted() > 0)
        {
            sum += device.GetMeanLatency();
            ++count;
        }
    }
    return count > 0 ? sum / static_cast<double>(count) : -1.0;
}

std::string
RunSummary::Check(const ApplicationContainer& clients, const ApplicationContainer& servers) const
{
    std::ostringstream problems;
    const char* separator = "";
    for (auto it = clients.Begin(); it != clients.End(); ++it)
    {
        const auto client = DynamicCast<InferenceClient>(*it);
        const auto known = client->GetCompleted() + client->GetDropped() + client->GetInFlight();
        if (client->GetCreated() != known)
        {
            problems << separator << "device " << client->GetDeviceId() << " made "
                     << client->GetCreated() << " requests but knows of " << known;
            separator = "; ";
        }
    }
    for (auto it = servers.Begin(); it != servers.End(); ++it)
    {
        const auto errors = DynamicCast<MecServer>(*it)->GetProtocolErrors();
        if (errors > 0)
        {
            problems << separator << "the server closed " << errors
                     << " connections for protocol errors, the first: " << m_protocolError;
            separator = "; ";
        }
    }
    return problems.str();
}
