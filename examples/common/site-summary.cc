/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "site-summary.h"

#include "deadline-summary.h"
#include "text-table.h"

#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <sstream>

using namespace ns3;
using namespace ns3::surgery;

void
SiteSummary::Connect(const SimulationParts& parts, Time warmup)
{
    m_warmup = warmup;
    const auto names = parts.sites->GetNames();
    const auto servers = parts.sites->GetServers();
    for (uint32_t site = 0; site < servers.GetN(); ++site)
    {
        m_rows[servers.Get(site)->GetId()].name = names[site];
        parts.servers.Get(site)->TraceConnectWithoutContext(
            "Timestep",
            MakeCallback(&SiteSummary::HandleTimestep, this));
    }
    for (uint32_t i = 0; i < parts.mobiles.GetN(); ++i)
    {
        ++m_rows[parts.sites->GetNearestServer(parts.mobiles.Get(i)->GetId())].begun;
        parts.clients.Get(i)->TraceConnectWithoutContext(
            "Inference",
            MakeCallback(&SiteSummary::HandleInference, this));
    }
    parts.sites->TraceConnectWithoutContext("SiteChanged",
                                            MakeCallback(&SiteSummary::HandleSiteChanged, this));
}

std::string
SiteSummary::ToString(const RunSummary& run) const
{
    TextTable table({"server",
                     "<site",
                     "began",
                     "devices",
                     "completed",
                     "offloaded",
                     "mean ms",
                     "load",
                     "price ms"});
    for (const auto& [server, row] : m_rows)
    {
        const auto steps = static_cast<double>(std::max<uint64_t>(1, row.timesteps));
        const auto count = static_cast<double>(row.completed);
        table.Add({std::to_string(server),
                   row.name,
                   std::to_string(row.begun),
                   ToText(row.devices / steps, 1),
                   std::to_string(row.completed),
                   std::to_string(row.offloaded),
                   ToText(row.completed > 0 ? 1e3 * row.latency.GetSeconds() / count : -1, 1),
                   ToText(row.load / steps, 2),
                   ToText(1e3 * row.price / steps, 2)});
    }
    const auto all = run.GetPooled();
    std::ostringstream text;
    text << "\nbegan: devices at the site at first; devices, load, price: means over the server's "
            "timesteps\nwith devices; completed, offloaded, mean ms: inferences of devices while "
            "they used the server.\n\n"
         << table.ToString() << '\n'
         << m_changes << " changes of site; " << all.GetCompleted() << " of " << all.GetCreated()
         << " inferences completed, " << all.GetDropReasons() << " dropped, " << all.GetInFlight()
         << " in flight at the end; mean latency " << ToText(1e3 * run.GetMeanLatency(), 1)
         << " ms over all devices.\n";
    if (all.GetFractionMet())
    {
        text << DescribeDeadlines(all) << ".\n";
    }
    return text.str();
}

void
SiteSummary::HandleSiteChanged(uint32_t /* node */, uint32_t /* site */)
{
    ++m_changes;
}

void
SiteSummary::HandleInference(const InferenceRecord& record)
{
    const auto row = m_rows.find(record.server);
    if (row == m_rows.end() || record.outcome != InferenceOutcome::COMPLETED ||
        record.created < m_warmup)
    {
        return;
    }
    ++row->second.completed;
    row->second.offloaded += record.cut != "local";
    row->second.latency += GetMeasuredLatency(record);
}

void
SiteSummary::HandleTimestep(const TimestepRecord& record)
{
    if (record.time < m_warmup || record.devices == 0) // a price without devices means nothing
    {
        return;
    }
    auto& row = m_rows.at(record.server);
    ++row.timesteps;
    row.devices += record.devices;
    row.load += record.load;
    row.price += record.shadowPriceS;
}
