/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef LTE_FIXTURE_H
#define LTE_FIXTURE_H

#include "listen.h"
#include "simulator-fixture.h"
#include "watched-client.h"

#include "ns3/boolean.h"
#include "ns3/node-container.h"
#include "ns3/node.h"
#include "ns3/string.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-lte-access-network.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/uinteger.h"
#include "ns3/waypoint-mobility-model.h"

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 *
 * Devices that offload over LTE.
 */
class LteFixture : public SimulatorFixture
{
  protected:
    /// A device joined or left a base station.
    struct Event
    {
        ns3::Time time;           ///< when
        bool attached;            ///< whether it joined
        uint32_t baseStation = 0; ///< which
    };

    void TearDown() override
    {
        SimulatorFixture::TearDown(); // what is traced until then still has its sinks
        m_network = nullptr;
        m_server = nullptr;
        m_actors.clear();
        m_events.clear();
    }

    /// Let a device stand somewhere. @param x where, m
    static ns3::Ptr<ns3::WaypointMobilityModel> Stand(double x)
    {
        return Walk({{0, x}});
    }

    /// Let a device walk along the base stations, 20 m beside their row.
    /// @param path pairs of time (s) and place along the row (m)
    static ns3::Ptr<ns3::WaypointMobilityModel> Walk(
        const std::vector<std::pair<double, double>>& path)
    {
        auto mobility = ns3::CreateObject<ns3::WaypointMobilityModel>();
        for (const auto& [time, x] : path)
        {
            mobility->AddWaypoint(ns3::Waypoint(ns3::Seconds(time), ns3::Vector(x, 20, 1.5)));
        }
        return mobility;
    }

    /// Build the network and the applications.
    /// @param name of the network, with attributes
    /// @param paths how each device moves
    /// @param bits width of the activations
    void Build(const std::string& name,
               const std::vector<ns3::Ptr<ns3::WaypointMobilityModel>>& paths,
               const std::string& bits = "8")
    {
        using namespace ns3;
        using namespace ns3::surgery;
        NodeContainer mobiles(paths.size());
        NodeContainer serverNode(1);
        for (uint32_t i = 0; i < paths.size(); ++i)
        {
            mobiles.Get(i)->AggregateObject(paths[i]);
        }
        m_network = DynamicCast<LteAccessNetwork>(AccessNetwork::Create(name));
        m_network->Install(mobiles, serverNode.Get(0));
        m_network->AssignStreams(1000);
        NoteAttachments();
        MecServerHelper serverHelper(m_network->GetListeningAddress(4600));
        const auto servers = serverHelper.Install(serverNode.Get(0));
        m_server = DynamicCast<MecServer>(servers.Get(0));
        InferenceClientHelper clientHelper(m_network->GetServerAddress(4600));
        const auto estimator = StringValue("ns3::surgery::FittedLinkEstimator[InitialRate=10Mbps]");
        clientHelper.SetAttribute("UplinkEstimator", estimator);
        clientHelper.SetAttribute("DownlinkEstimator", estimator);
        clientHelper.SetAttribute("InputBytes", UintegerValue(150528));
        clientHelper.SetAttribute("ActivationBits", StringValue(bits));
        const std::vector<std::string> dnns{"resnet50", "densenet121", "inception-v1"};
        ApplicationContainer clients;
        for (uint32_t i = 0; i < paths.size(); ++i)
        {
            clientHelper.SetAttribute("Dnn", StringValue(dnns[i % dnns.size()]));
            auto client = clientHelper.Install(mobiles.Get(i));
            client.Start(MilliSeconds(500 + 20 * i));
            m_actors.push_back(Watch(DynamicCast<InferenceClient>(client.Get(0))));
            clients.Add(client);
        }
        MecServerHelper::AssignStreams(servers, 100000);
        InferenceClientHelper::AssignStreams(clients, 200000);
    }

    /// Run until the end, the clients included. @param end when
    void RunUntil(ns3::Time end)
    {
        ns3::Simulator::Stop(end);
        ns3::Simulator::Run();
    }

    /// Check that nothing was lost, and nothing hangs.
    void ExpectAllAccountedFor() const
    {
        EXPECT_EQ(m_server->GetProtocolErrors(), 0u);
        for (const auto& actor : m_actors)
        {
            SCOPED_TRACE("device " + std::to_string(actor->client->GetDeviceId()));
            EXPECT_EQ(actor->client->GetCreated(), GetTotal(*actor));
            EXPECT_LE(actor->client->GetInFlight(), 1u); // closed loop
            for (const auto& record : actor->records)
            {
                EXPECT_EQ(record.outcome == ns3::surgery::InferenceOutcome::DROPPED,
                          record.resultReceived.IsNegative());
            }
        }
    }

    /// How many of a device's inferences offloaded. @param actor the device
    static uint64_t CountOffloaded(const Actor& actor)
    {
        uint64_t count = 0;
        for (const auto& record : actor.records)
        {
            count += record.cut != "local" && record.uplinkBytes > 0;
        }
        return count;
    }

    ns3::Ptr<ns3::surgery::LteAccessNetwork> m_network; ///< what is tested
    ns3::Ptr<ns3::surgery::MecServer> m_server;         ///< behind it
    std::vector<std::shared_ptr<Actor>> m_actors;       ///< the devices, in their order
    std::map<uint32_t, std::vector<Event>> m_events;    ///< by node id

  private:
    /// Note attachments.
    void NoteAttachments()
    {
        using namespace ns3;
        Listen(m_network, "Attached", [this](uint32_t node, uint32_t baseStation) {
            m_events[node].push_back({Simulator::Now(), true, baseStation});
        });
        Listen(m_network, "Detached", [this](uint32_t node, uint32_t baseStation) {
            m_events[node].push_back({Simulator::Now(), false, baseStation});
        });
    }
};

#endif // LTE_FIXTURE_H
