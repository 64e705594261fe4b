/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-table-helper.h"

#include "table-rows.h"

#include "ns3/data-rate.h"
#include "ns3/mobility-model.h"
#include "ns3/node.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-energy-meter.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-server-choice.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

// ---- From trace sources to rows ----------------------------------------------------------------

template <typename Record, const TableLayout<Record>& LAYOUT>
void
WriteRow(Ptr<OutputTable> table, const Record& record)
{
    table->Write(LAYOUT.ToRow(record));
}

void
WriteDeadline(Ptr<OutputTable> table, const InferenceRecord& record)
{
    if (!record.deadline.IsZero())
    {
        table->Write(DEADLINES.ToRow(record));
    }
}

void
WritePosition(Ptr<OutputTable> table,
              uint32_t node,
              std::string kind,
              Ptr<const MobilityModel> mobility)
{
    table->Write(POSITIONS.ToRow(
        {Simulator::Now(), node, kind, mobility->GetPosition(), mobility->GetVelocity()}));
}

void
WriteAttachment(Ptr<OutputTable> table,
                std::string event,
                std::vector<uint32_t> servers,
                uint32_t node,
                uint32_t baseStation)
{
    // one behind all base stations, or one at the site of each
    const auto server = servers.size() > 1 ? servers.at(baseStation) : servers.front();
    table->Write(ATTACHMENTS.ToRow({Simulator::Now(), node, server, baseStation, event}));
}

/// Write the rows of nodes that have a place. @param table where @param nodes the nodes
/// @param kind of node
void
WatchPositions(Ptr<OutputTable> table, const NodeContainer& nodes, const std::string& kind)
{
    for (auto it = nodes.Begin(); it != nodes.End(); ++it)
    {
        if (auto mobility = (*it)->GetObject<MobilityModel>())
        {
            const auto node = (*it)->GetId();
            WritePosition(table, node, kind, mobility);
            mobility->TraceConnectWithoutContext(
                "CourseChange",
                MakeBoundCallback(&WritePosition, table, node, kind));
        }
    }
}

/// Connect a trace source of all applications of a class. @tparam App the class
/// @param applications some of them may be others @param source by name @param sink what is called
template <typename App>
void
Connect(const ApplicationContainer& applications,
        const std::string& source,
        const CallbackBase& sink)
{
    for (auto it = applications.Begin(); it != applications.End(); ++it)
    {
        if (auto application = DynamicCast<App>(*it))
        {
            application->TraceConnectWithoutContext(source, sink);
        }
    }
}

/// @param application some application @return whether it is a client with several variants
bool
HasSeveralVariants(Ptr<Application> application)
{
    const auto client = DynamicCast<InferenceClient>(application);
    return client && client->HasSeveralVariants();
}

/// Write a row at each event. @tparam App the class of the applications @tparam Record what the
/// event tells @tparam LAYOUT of the table @param output where the table is begun
/// @param applications some of them may be others @param source by name
template <typename App, typename Record, const TableLayout<Record>& LAYOUT>
void
WriteRows(Ptr<TableOutput> output,
          const ApplicationContainer& applications,
          const std::string& source)
{
    const auto table = LAYOUT.AddTo(output);
    Connect<App>(applications, source, MakeBoundCallback(&WriteRow<Record, LAYOUT>, table));
}

/// @param application some application @return whether it is a client with a deadline
bool
HasDeadline(Ptr<Application> application)
{
    if (!DynamicCast<InferenceClient>(application))
    {
        return false;
    }
    TimeValue deadline;
    application->GetAttribute("Deadline", deadline);
    return !deadline.Get().IsZero();
}

/// @param application some application @return whether it is a client that may change its server
bool
MayMove(Ptr<Application> application)
{
    if (!DynamicCast<InferenceClient>(application))
    {
        return false;
    }
    PointerValue choice;
    application->GetAttribute("Choice", choice);
    return choice.Get<ServerChoice>()->WantsOffers();
}

/// @param application some application @return the meter of its battery, or null
Ptr<EnergyMeter>
GetMeter(Ptr<Application> application)
{
    return DynamicCast<InferenceClient>(application)
               ? application->GetNode()->GetObject<EnergyMeter>()
               : nullptr;
}

/// @param application some application @return whether it is a server to which it matters which
/// DNNs it has in its memory
bool
MindsModels(Ptr<Application> application)
{
    if (!DynamicCast<MecServer>(application))
    {
        return false;
    }
    UintegerValue memory;
    DataRateValue rate;
    TimeValue delay;
    application->GetAttribute("ModelMemory", memory);
    application->GetAttribute("LoadRate", rate);
    application->GetAttribute("LoadDelay", delay);
    return memory.Get() > 0 || rate.Get().GetBitRate() > 0 || delay.Get().IsStrictlyPositive();
}

} // namespace

TableHelper::TableHelper(const std::string& folder, const std::string& format)
    : m_output(TableOutput::Create(format, folder))
{
}

Ptr<TableOutput>
TableHelper::GetOutput() const
{
    return m_output;
}

void
TableHelper::EnableInferences(const ApplicationContainer& clients) const
{
    const auto write = std::any_of(clients.Begin(), clients.End(), &HasSeveralVariants)
                           ? &WriteRows<InferenceClient, InferenceRecord, VARIED_INFERENCES>
                           : &WriteRows<InferenceClient, InferenceRecord, INFERENCES>;
    write(m_output, clients, "Inference");
}

void
TableHelper::EnableDeadlines(const ApplicationContainer& clients) const
{
    if (std::none_of(clients.Begin(), clients.End(), &HasDeadline))
    {
        return;
    }
    const auto table = DEADLINES.AddTo(m_output);
    Connect<InferenceClient>(clients, "Inference", MakeBoundCallback(&WriteDeadline, table));
}

void
TableHelper::EnableSchedule(const ApplicationContainer& servers) const
{
    WriteRows<MecServer, TimestepRecord, SCHEDULE>(m_output, servers, "Timestep");
}

void
TableHelper::EnableCuts(const ApplicationContainer& clients) const
{
    const auto write = std::any_of(clients.Begin(), clients.End(), &HasSeveralVariants)
                           ? &WriteRows<InferenceClient, CutChangeRecord, VARIED_CUTS>
                           : &WriteRows<InferenceClient, CutChangeRecord, CUTS>;
    write(m_output, clients, "CutChanged");
}

void
TableHelper::EnableGrants(const ApplicationContainer& servers,
                          const ApplicationContainer& clients) const
{
    const auto write = std::any_of(clients.Begin(), clients.End(), &HasSeveralVariants)
                           ? &WriteRows<MecServer, GrantRecord, VARIED_GRANTS>
                           : &WriteRows<MecServer, GrantRecord, GRANTS>;
    write(m_output, servers, "Granted");
}

void
TableHelper::EnableModels(const ApplicationContainer& servers) const
{
    if (std::any_of(servers.Begin(), servers.End(), &MindsModels))
    {
        WriteRows<MecServer, ModelRecord, MODELS>(m_output, servers, "ModelChanged");
    }
}

void
TableHelper::EnableMigrations(const ApplicationContainer& clients) const
{
    if (std::any_of(clients.Begin(), clients.End(), &MayMove))
    {
        WriteRows<InferenceClient, MigrationRecord, MIGRATIONS>(m_output, clients, "Migrated");
    }
}

void
TableHelper::EnableLinks(const ApplicationContainer& clients) const
{
    WriteRows<InferenceClient, LinkRecord, LINKS>(m_output, clients, "LinkEstimated");
}

void
TableHelper::EnableEnergy(const ApplicationContainer& clients) const
{
    if (std::none_of(clients.Begin(), clients.End(), &GetMeter))
    {
        return;
    }
    const auto energy = ENERGY.AddTo(m_output);
    const auto inferences = INFERENCE_ENERGY.AddTo(m_output);
    for (auto client = clients.Begin(); client != clients.End(); ++client)
    {
        if (const auto meter = GetMeter(*client))
        {
            meter->TraceConnectWithoutContext(
                "Energy",
                MakeBoundCallback(&WriteRow<EnergyRecord, ENERGY>, energy));
            meter->TraceConnectWithoutContext(
                "InferenceEnergy",
                MakeBoundCallback(&WriteRow<InferenceEnergyRecord, INFERENCE_ENERGY>, inferences));
        }
    }
}

void
TableHelper::EnablePositions(const NodeContainer& mobiles, const NodeContainer& baseStations) const
{
    const auto table = POSITIONS.AddTo(m_output);
    WatchPositions(table, mobiles, "mobile");
    WatchPositions(table, baseStations, "base-station");
}

void
TableHelper::EnableAttachments(Ptr<AccessNetwork> network) const
{
    const auto table = ATTACHMENTS.AddTo(m_output);
    std::vector<uint32_t> servers;
    const auto nodes = network->GetServers();
    for (auto node = nodes.Begin(); node != nodes.End(); ++node)
    {
        servers.push_back((*node)->GetId());
    }
    network->TraceConnectWithoutContext(
        "Attached",
        MakeBoundCallback(&WriteAttachment, table, std::string("attached"), servers));
    network->TraceConnectWithoutContext(
        "Detached",
        MakeBoundCallback(&WriteAttachment, table, std::string("detached"), servers));
}

void
TableHelper::WriteSites(const NodeContainer& servers, const std::vector<std::string>& names) const
{
    const auto table = SITES.AddTo(m_output);
    for (uint32_t i = 0; i < servers.GetN(); ++i)
    {
        const auto mobility = servers.Get(i)->GetObject<MobilityModel>();
        if (!mobility)
        {
            throw std::invalid_argument("TableHelper: the server of site \"" + names.at(i) +
                                        "\" has no position");
        }
        table->Write(SITES.ToRow({servers.Get(i)->GetId(), names.at(i), mobility->GetPosition()}));
    }
}

} // namespace surgery
} // namespace ns3
