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
#include "ns3/surgery-price-policy.h"
#include "ns3/surgery-server-choice.h"
#include "ns3/surgery-server-processor.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

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

/// @tparam App a class of applications @param applications some of them may be others
/// @return those of the class
template <typename App>
std::vector<Ptr<App>>
Select(const ApplicationContainer& applications)
{
    std::vector<Ptr<App>> selected;
    for (auto it = applications.Begin(); it != applications.End(); ++it)
    {
        if (const auto application = DynamicCast<App>(*it))
        {
            selected.push_back(application);
        }
    }
    return selected;
}

/// Connect a trace source of all applications of a class. @tparam App the class
/// @param applications some of them may be others @param source by name @param sink what is called
template <typename App>
void
Connect(const ApplicationContainer& applications,
        const std::string& source,
        const CallbackBase& sink)
{
    for (const auto& application : Select<App>(applications))
    {
        application->TraceConnectWithoutContext(source, sink);
    }
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

/// @tparam App a class of applications @param applications some of them may be others
/// @param test of an application of that class @return whether one of them passes the test
template <typename App>
bool
HasAny(const ApplicationContainer& applications, bool (*test)(Ptr<App>))
{
    const auto apps = Select<App>(applications);
    return std::any_of(apps.begin(), apps.end(), test);
}

/// @param client a client @return whether it has several variants
bool
HasSeveralVariants(Ptr<InferenceClient> client)
{
    return client->HasSeveralVariants();
}

/// @param client a client @return whether it has a deadline
bool
HasDeadline(Ptr<InferenceClient> client)
{
    TimeValue deadline;
    client->GetAttribute("Deadline", deadline);
    return !deadline.Get().IsZero();
}

/// @param client a client @return whether it may change its server
bool
MayMove(Ptr<InferenceClient> client)
{
    PointerValue choice;
    client->GetAttribute("Choice", choice);
    return choice.Get<ServerChoice>()->WantsOffers();
}

/// @param server a server @return whether it matters to it which DNNs it has in its memory
bool
MindsModels(Ptr<MecServer> server)
{
    UintegerValue memory;
    DataRateValue rate;
    TimeValue delay;
    server->GetAttribute("ModelMemory", memory);
    server->GetAttribute("LoadRate", rate);
    server->GetAttribute("LoadDelay", delay);
    return memory.Get() > 0 || rate.Get().GetBitRate() > 0 || delay.Get().IsStrictlyPositive();
}

/// @param server a server @return whether its processor makes batches
bool
MakesBatches(Ptr<MecServer> server)
{
    return server->GetServerProcessor()->MakesBatches();
}

/// @param server a server @return whether devices may have to pay for it
bool
SetsPrices(Ptr<MecServer> server)
{
    return server->GetPricePolicy()->SetsPrices();
}

} // namespace

TableHelper::TableHelper(const std::string& folder, const std::string& format)
    : m_output(TableOutput::Create(format, folder))
{
}

std::vector<std::string>
TableHelper::GetTables()
{
    return {INFERENCES.GetName(),
            DEADLINES.GetName(),
            SCHEDULE.GetName(),
            MODELS.GetName(),
            BATCHES.GetName(),
            MIGRATIONS.GetName(),
            GRANTS.GetName(),
            CUTS.GetName(),
            LINKS.GetName(),
            ENERGY.GetName(),
            INFERENCE_ENERGY.GetName(),
            POSITIONS.GetName(),
            ATTACHMENTS.GetName(),
            SITES.GetName()};
}

Ptr<TableOutput>
TableHelper::GetOutput() const
{
    return m_output;
}

void
TableHelper::EnableInferences(const ApplicationContainer& clients) const
{
    const auto write = HasAny(clients, &HasSeveralVariants)
                           ? &WriteRows<InferenceClient, InferenceRecord, VARIED_INFERENCES>
                           : &WriteRows<InferenceClient, InferenceRecord, INFERENCES>;
    write(m_output, clients, "Inference");
}

void
TableHelper::EnableDeadlines(const ApplicationContainer& clients) const
{
    if (!HasAny(clients, &HasDeadline))
    {
        return;
    }
    const auto table = DEADLINES.AddTo(m_output);
    Connect<InferenceClient>(clients, "Inference", MakeBoundCallback(&WriteDeadline, table));
}

void
TableHelper::EnableSchedule(const ApplicationContainer& servers) const
{
    const auto write = HasAny(servers, &SetsPrices)
                           ? &WriteRows<MecServer, TimestepRecord, PRICED_SCHEDULE>
                           : &WriteRows<MecServer, TimestepRecord, SCHEDULE>;
    write(m_output, servers, "Timestep");
}

void
TableHelper::EnableCuts(const ApplicationContainer& clients) const
{
    const auto write = HasAny(clients, &HasSeveralVariants)
                           ? &WriteRows<InferenceClient, CutChangeRecord, VARIED_CUTS>
                           : &WriteRows<InferenceClient, CutChangeRecord, CUTS>;
    write(m_output, clients, "CutChanged");
}

void
TableHelper::EnableGrants(const ApplicationContainer& servers,
                          const ApplicationContainer& clients) const
{
    const auto write = HasAny(clients, &HasSeveralVariants)
                           ? &WriteRows<MecServer, GrantRecord, VARIED_GRANTS>
                           : &WriteRows<MecServer, GrantRecord, GRANTS>;
    write(m_output, servers, "Granted");
}

void
TableHelper::EnableModels(const ApplicationContainer& servers) const
{
    if (HasAny(servers, &MindsModels))
    {
        WriteRows<MecServer, ModelRecord, MODELS>(m_output, servers, "ModelChanged");
    }
}

void
TableHelper::EnableBatches(const ApplicationContainer& servers) const
{
    if (!HasAny(servers, &MakesBatches))
    {
        return;
    }
    const auto table = BATCHES.AddTo(m_output);
    for (const auto& server : Select<MecServer>(servers))
    {
        server->GetServerProcessor()->TraceConnectWithoutContext(
            "JobBatched",
            MakeBoundCallback(&WriteRow<BatchedJobRecord, BATCHES>, table));
    }
}

void
TableHelper::EnableMigrations(const ApplicationContainer& clients) const
{
    if (HasAny(clients, &MayMove))
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
    std::vector<Ptr<EnergyMeter>> meters;
    for (const auto& client : Select<InferenceClient>(clients))
    {
        if (const auto meter = client->GetNode()->GetObject<EnergyMeter>())
        {
            meters.push_back(meter);
        }
    }
    if (meters.empty())
    {
        return;
    }
    const auto energy = ENERGY.AddTo(m_output);
    const auto inferences = INFERENCE_ENERGY.AddTo(m_output);
    for (const auto& meter : meters)
    {
        meter->TraceConnectWithoutContext(
            "Energy",
            MakeBoundCallback(&WriteRow<EnergyRecord, ENERGY>, energy));
        meter->TraceConnectWithoutContext(
            "InferenceEnergy",
            MakeBoundCallback(&WriteRow<InferenceEnergyRecord, INFERENCE_ENERGY>, inferences));
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
