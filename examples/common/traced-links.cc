/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "traced-links.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/random-variable-stream.h"
#include "ns3/surgery-bandwidth-trace-file.h"
#include "ns3/surgery-bandwidth-trace-helper.h"
#include "ns3/surgery-fluid-access-network.h"
#include "ns3/surgery-fluid-link.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-table-layout.h"
#include "ns3/surgery-type-names.h"
#include "ns3/surgery-value-text.h"
#include "ns3/surgery-wired-access-network.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

constexpr int DIGITS = 6; //!< of a rate or a share in text; no estimate is known better

constexpr int64_t OFFSET_STREAM = 12000000; //!< apart from those of Simulate's other parts

/// The random variable of the links' offsets. @param text a random variable or a number, s
Ptr<RandomVariableStream>
MakeOffset(const std::string& text)
{
    if (const auto number = ReadReal(text))
    {
        auto constant = CreateObject<ConstantRandomVariable>();
        constant->SetAttribute("Constant", DoubleValue(*number));
        return constant;
    }
    const TypeNames names(RandomVariableStream::GetTypeId(), "RandomVariable", "random variable");
    return DynamicCast<RandomVariableStream>(names.Create(text));
}

/// Writes a row per grant: what the uplink carried, its estimate, and what was decided.
class BandwidthLog
{
  public:
    /// Begin the table. @param traces of the links @param offsets where in them links begin, by
    /// device @param tables where it is written
    BandwidthLog(const LoadedTraces& traces,
                 std::map<uint32_t, Time> offsets,
                 Ptr<TableOutput> tables)
        : m_trace(traces.up),
          m_table(m_layout.AddTo(tables)),
          m_offsets(std::move(offsets))
    {
    }

    /// Write a row. @param record what was granted
    void Write(const GrantRecord& record)
    {
        const auto offset = m_offsets.at(record.device);
        const auto now = (record.time + offset).GetSeconds();
        const auto before = std::max(now - 1, offset.GetSeconds());
        const auto bytes = m_trace->GetBytes(now) - m_trace->GetBytes(before);
        const auto bps = now > before ? 8 * bytes / (now - before) : m_trace->GetRateBps(now);
        m_table->Write(m_layout.ToRow({record, bps}));
    }

  private:
    /// What a row is made of.
    struct Row
    {
        const GrantRecord& grant; ///< what was granted
        double traceBps;          ///< what the uplink carried, bit/s
    };

    const TableLayout<Row> m_layout{
        "bandwidth",
        {
            {"time_ns", [](const Row& row) { return row.grant.time; }},
            {"device", [](const Row& row) { return row.grant.device; }},
            {"trace_up_bps", &Row::traceBps, DIGITS},
            {"estimated_up_bps", [](const Row& row) { return row.grant.uplinkBps; }, DIGITS},
            {"cut", [](const Row& row) { return row.grant.cut; }},
            {"share", [](const Row& row) { return row.grant.share; }, DIGITS},
        }};                                        ///< of the table
    std::shared_ptr<const BandwidthTrace> m_trace; ///< of the uplink
    Ptr<OutputTable> m_table;                      ///< the rows
    std::map<uint32_t, Time> m_offsets;            ///< by device
};

} // namespace

LoadedTraces
LoadTraces(const TracedLinks& links)
{
    LoadedTraces traces;
    traces.up = LoadBandwidthTrace(links.uplink);
    auto down = links.downlink;
    if (down.empty())
    {
        const std::string ending = ".up";
        const auto stem = links.uplink.size() - std::min(links.uplink.size(), ending.size());
        const auto isUp = links.uplink.substr(stem) == ending;
        down = isUp ? links.uplink.substr(0, stem) + ".down" : links.uplink;
    }
    traces.down = LoadBandwidthTrace(down);
    traces.offset = links.offset;
    if (traces.offset.empty())
    {
        std::ostringstream text;
        text << "uniform[Max=" << traces.up->GetPeriodSeconds() << "]";
        traces.offset = text.str();
    }
    MakeOffset(traces.offset); // refuses what is unknown before anything runs
    return traces;
}

void
CheckTracedNetwork(Ptr<AccessNetwork> network, bool hasSites)
{
    BooleanValue hasCells(true);
    network->GetAttributeFailSafe("Cells", hasCells);
    const auto isFluid = DynamicCast<FluidAccessNetwork>(network) && !hasCells.Get();
    const auto isWired = DynamicCast<WiredAccessNetwork>(network) && !hasSites;
    if (!isFluid && !isWired)
    {
        throw std::invalid_argument("must be wired without sites, or fluid without Cells: no other "
                                    "links follow bandwidth traces");
    }
}

void
InstallTracedLinks(const TracedLinks& links, const SimulationParts& parts)
{
    const auto traces = LoadTraces(links);
    try
    {
        CheckTracedNetwork(parts.network, parts.sites != nullptr);
    }
    catch (const std::invalid_argument& error)
    {
        throw std::invalid_argument(std::string("--network: ") + error.what());
    }
    const auto wires = DynamicCast<WiredAccessNetwork>(parts.network);
    const auto fluid = DynamicCast<FluidAccessNetwork>(parts.network);
    BandwidthTraceHelper helper(traces.up, traces.down);
    helper.SetOffset(MakeOffset(traces.offset));
    helper.AssignStreams(OFFSET_STREAM);
    std::map<uint32_t, Time> offsets;
    for (uint32_t i = 0; i < parts.mobiles.GetN(); ++i)
    {
        offsets[parts.mobiles.Get(i)->GetId()] =
            wires ? helper.Install(wires->GetLink(i))
                  : helper.Install(fluid->GetUplink(i), fluid->GetDownlink(i));
    }
    if (parts.tables)
    {
        const auto log = std::make_shared<BandwidthLog>(traces, std::move(offsets), parts.tables);
        parts.servers.Get(0)->TraceConnectWithoutContext(
            "Granted",
            Callback<void, const GrantRecord&>(
                [log](const GrantRecord& record) { log->Write(record); }));
    }
}
