/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Measured bandwidth over time: each device has its own link, whose rates follow a trace, and its
 * DNN is cut anew as the rate changes.
 *
 *   devices --- links that follow traces --- gateway --- wired backhaul --- MEC server
 *
 * All links share one pair of traces, and each begins at another place in it. The same scenario is
 * run once per scheduler; each run writes a folder of files, among them the table bandwidth.
 */

#include "common/mobile-scenario.h"
#include "common/scheduler-comparison.h"

#include "ns3/double.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/surgery-bandwidth-trace-file.h"
#include "ns3/surgery-bandwidth-trace-helper.h"
#include "ns3/surgery-bandwidth-trace.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"
#include "ns3/surgery-table-layout.h"
#include "ns3/surgery-table-output.h"
#include "ns3/surgery-traced-data-rate.h"
#include "ns3/surgery-type-names.h"
#include "ns3/surgery-value-text.h"
#include "ns3/surgery-wired-access-network.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

constexpr int DIGITS = 6; //!< of a rate or a share in text; no estimate is known better

constexpr int64_t OFFSET_STREAM = 12000000; //!< apart from those of MobileScenario

/// What the command line sets, except for the scenario.
struct Settings
{
    std::string up{"Verizon-LTE-short.up"};
    std::string down;
    std::string offset;
};

/// The traces of both directions and where in them a link begins.
struct Traces
{
    std::shared_ptr<const BandwidthTrace> up;
    std::shared_ptr<const BandwidthTrace> down;
    std::string offset; ///< random variable, s
};

/// Read the traces. Throws std::invalid_argument if there is something wrong with them.
Traces
LoadTraces(const Settings& settings)
{
    Traces traces;
    traces.up = LoadBandwidthTrace(settings.up);
    auto down = settings.down;
    if (down.empty())
    {
        const std::string ending = ".up";
        const auto stem = settings.up.size() - std::min(settings.up.size(), ending.size());
        const auto isUp = settings.up.substr(stem) == ending;
        down = isUp ? settings.up.substr(0, stem) + ".down" : settings.up;
    }
    traces.down = LoadBandwidthTrace(down);
    traces.offset = settings.offset;
    if (traces.offset.empty())
    {
        std::ostringstream text;
        text << "uniform[Max=" << traces.up->GetPeriodSeconds() << "]";
        traces.offset = text.str();
    }
    return traces;
}

/// The random variable of the links' offsets.
Ptr<RandomVariableStream>
MakeOffset(const Traces& traces)
{
    if (const auto number = ReadReal(traces.offset))
    {
        auto constant = CreateObject<ConstantRandomVariable>();
        constant->SetAttribute("Constant", DoubleValue(*number));
        return constant;
    }
    const TypeNames names(RandomVariableStream::GetTypeId(), "RandomVariable", "random variable");
    return DynamicCast<RandomVariableStream>(names.Create(traces.offset));
}

/// Writes a row per grant: what the uplink carried, its estimate, and what was decided.
class BandwidthLog
{
  public:
    /// Begin the table. @param traces of the links @param parts of the run, which is written
    BandwidthLog(const Traces& traces, const MobileScenario::Parts& parts)
        : m_trace(traces.up),
          m_table(m_layout.AddTo(parts.tables))
    {
        for (uint32_t i = 0; i < parts.mobiles.GetN(); ++i)
        {
            TimeValue offset;
            parts.network->GetMobileDevices().Get(i)->GetObject<TracedDataRate>()->GetAttribute(
                "Offset",
                offset);
            m_offsets[parts.mobiles.Get(i)->GetId()] = offset.Get();
        }
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

/// Let the links of a scenario follow the traces.
void
InstallTraces(const Traces& traces, const MobileScenario::Parts& parts)
{
    const auto wires = DynamicCast<WiredAccessNetwork>(parts.network);
    if (!wires)
    {
        throw std::invalid_argument(
            "--network: must be wired: no other links follow bandwidth traces");
    }
    BandwidthTraceHelper helper(traces.up, traces.down);
    helper.SetOffset(MakeOffset(traces));
    helper.AssignStreams(OFFSET_STREAM);
    for (uint32_t i = 0; i < parts.mobiles.GetN(); ++i)
    {
        helper.Install(wires->GetLink(i));
    }
    if (parts.tables)
    {
        const auto log = std::make_shared<BandwidthLog>(traces, parts);
        parts.servers.Get(0)->TraceConnectWithoutContext(
            "Granted",
            Callback<void, const GrantRecord&>(
                [log](const GrantRecord& record) { log->Write(record); }));
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-bandwidth-trace", [&] {
        Settings settings;
        MobileScenario scenario;
        scenario.network = "wired[Delay=20ms]";
        scenario.mobility = "static";
        scenario.devices = 6;
        scenario.dnns = "squeezenet,alexnet,inception-v1";
        scenario.processors = "raspberry-pi-3b,raspberry-pi-4";
        scenario.inputBytes = 60000;
        scenario.activationBits = 8;
        scenario.duration = Seconds(60);
        std::string schedulers{"dds,local-only,server-only"};
        ProgramOptions options(__FILE__);
        options.Usage(
            "Devices on links whose rates follow measured or made-up bandwidth share an edge "
            "server.\n"
            "Prints a table per device, and writes a folder of tables per scheduler, with the\n"
            "server link's PCAP of the first one's run.\n\n"
            "A trace is the name of a bundled one (Verizon-LTE-short.up, Verizon-LTE-short.down), "
            "the\n"
            "path of a file (Mahimahi, or CSV of seconds,bits_per_second), or made up:\n"
            "constant:5Mbps, steps:2Mbps,10s,50Mbps,10s, ramp:1Mbps,20Mbps,30s,\n"
            "square:2Mbps,50Mbps,10s (each for 10 s).");
        options.AddValue("trace", "Bandwidth of the uplinks.", settings.up);
        options.AddValue("downTrace",
                         "Bandwidth of the downlinks; empty: X.down for X.up, else as up.",
                         settings.down);
        options.AddValue(
            "offset",
            "Random variable or number: where in the trace each link begins, s; empty: anywhere.",
            settings.offset);
        scenario.AddOptions(options);
        options.AddValue("schedulers",
                         "Schedulers, separated by commas; the first is compared with the others.",
                         schedulers,
                         &CheckSchedulers);
        options.Parse(argc, argv);
        scenario.commandLine.assign(argv, argv + argc);

        const auto traces = LoadTraces(settings);
        MakeOffset(traces); // refuses what is unknown before anything runs
        std::cout << "uplink: mean " << traces.up->GetMeanBps() / 1e6 << " Mbit/s, repeats after "
                  << traces.up->GetPeriodSeconds()
                  << " s; downlink: " << traces.down->GetMeanBps() / 1e6 << " Mbit/s, "
                  << traces.down->GetPeriodSeconds() << " s\n";
        scenario.observe = [&traces](const MobileScenario::Parts& parts) {
            InstallTraces(traces, parts);
        };
        CompareSchedulers(scenario, schedulers);
    });
}
