/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef NEGOTIATED_NETWORK_H
#define NEGOTIATED_NETWORK_H

#include "bundled-game.h"
#include "listen.h"
#include "star-network.h"

#include "ns3/application-container.h"
#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/surgery-decentralized-dds-scheduler.h"
#include "ns3/surgery-game-observer.h"
#include "ns3/surgery-link-estimator.h"
#include "ns3/uinteger.h"

#include <memory>
#include <string>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// Devices that play the game themselves over a star of wires, and all that is traced of it; or, if
/// another scheduler is named and clients are configured for it, whom that one decides for.
class NegotiatedNetwork
{
  public:
    /// All differences between devices are drawn from the seed.
    NegotiatedNetwork(uint64_t seed,
                      uint32_t devices,
                      const std::string& rate = "100Mbps",
                      ns3::Time delay = ns3::MilliSeconds(2),
                      const std::string& scheduler = "decentralized-dds")
        : random(seed),
          network(devices, rate, delay)
    {
        const auto serverProcessor = Pick(random, SERVERS);
        server = network.InstallServer([&](ns3::surgery::MecServerHelper& helper) {
            helper.SetScheduler(scheduler);
            helper.SetAttribute("Processor", ns3::StringValue(serverProcessor));
        });
        negotiation =
            ns3::DynamicCast<ns3::surgery::DecentralizedDdsScheduler>(server->GetScheduler());
        Trace();
    }

    /// Install a device with a random DNN, processor, rho and links as it sees them.
    ns3::Ptr<ns3::surgery::InferenceClient> AddDevice(
        uint32_t device,
        const std::function<void(ns3::surgery::InferenceClientHelper&)>& configure =
            [](ns3::surgery::InferenceClientHelper&) {})
    {
        static const std::vector<uint32_t> bits{8, 16, 32};
        const auto oracle = [this] {
            return "ns3::surgery::OracleLinkEstimator[Rate=" +
                   std::to_string(static_cast<uint64_t>(DrawLog(random, 3e6, 2e8))) +
                   "bps|Delay=" + std::to_string(DrawLog(random, 1e-4, 2e-2)) + "s]";
        };
        const auto up = oracle();
        const auto down = oracle();
        const auto client =
            network.InstallClient(device, [&](ns3::surgery::InferenceClientHelper& helper) {
                helper.SetAttribute("Mode", ns3::StringValue("decentralized"));
                helper.SetAttribute("Dnn", ns3::StringValue(Pick(random, GAME_DNNS)));
                helper.SetAttribute("Processor", ns3::StringValue(Pick(random, DEVICES)));
                helper.SetAttribute("InputBytes", ns3::UintegerValue(150528));
                helper.SetAttribute("ActivationBits", ns3::UintegerValue(Pick(random, bits)));
                helper.SetAttribute("UsagePrice",
                                    ns3::TimeValue(ns3::Seconds(DrawLog(random, 1e-4, 1e-1))));
                helper.SetAttribute("UplinkEstimator", ns3::StringValue(up));
                helper.SetAttribute("DownlinkEstimator", ns3::StringValue(down));
                helper.SetAttribute("Prober",
                                    ns3::StringValue("ns3::surgery::LinkProber[Interval=0s]"));
                // no requests, probes or switching costs, unless set otherwise
                helper.SetAttribute("ThinkTime",
                                    ns3::StringValue("ns3::ConstantRandomVariable[Constant=1e6]"));
                helper.SetAttribute("CutHysteresis", ns3::DoubleValue(0));
                configure(helper);
            });
        clients.Add(client);
        return client;
    }

    /// Devices 0 to the last one.
    void AddDevices(uint32_t devices)
    {
        for (uint32_t i = 0; i < devices; ++i)
        {
            AddDevice(i);
        }
    }

    /// Look into all devices added so far.
    void Observe()
    {
        observer = ns3::CreateObject<ns3::surgery::GameObserver>();
        observer->Watch(server, clients);
        Listen(observer, "Observed", [this](const ns3::surgery::ObservedGame& game) {
            games.push_back(game);
        });
    }

    /// Lose packets on all links, both ways.
    void LosePackets(uint32_t devices, double rate)
    {
        for (uint32_t i = 0; i < devices; ++i)
        {
            for (const uint32_t end : {0, 1})
            {
                auto loss = ns3::CreateObject<ns3::RateErrorModel>();
                loss->SetUnit(ns3::RateErrorModel::ERROR_UNIT_PACKET);
                loss->SetRate(rate);
                loss->AssignStreams(5000 + 2 * i + end);
                network.GetLink(i).Get(end)->SetAttribute("ReceiveErrorModel",
                                                          ns3::PointerValue(loss));
            }
        }
    }

    /// Let what a device knows of its uplink drift by a factor.
    void ScaleUplink(uint32_t device, double factor)
    {
        ns3::PointerValue pointer;
        clients.Get(device)->GetAttribute("UplinkEstimator", pointer);
        const auto estimator = pointer.Get<ns3::surgery::LinkEstimator>();
        const auto rate = static_cast<uint64_t>(estimator->GetRateBps() * factor);
        estimator->SetAttribute("Rate", ns3::DataRateValue(ns3::DataRate(rate)));
    }

    /// Run for a while.
    static void Run(ns3::Time until)
    {
        ns3::Simulator::Stop(until - ns3::Simulator::Now());
        ns3::Simulator::Run();
    }

    std::mt19937_64 random;                                        ///< draws all that differs
    StarNetwork network;                                           ///< wires
    ns3::Ptr<ns3::surgery::MecServer> server;                      ///< in the middle
    ns3::Ptr<ns3::surgery::DecentralizedDdsScheduler> negotiation; ///< of the server
    ns3::Ptr<ns3::surgery::GameObserver> observer;                 ///< null until Observe
    ns3::ApplicationContainer clients;                             ///< in order of AddDevice
    std::vector<ns3::surgery::NegotiationRecord> negotiations;     ///< traced
    std::vector<ns3::surgery::RoundRecord> rounds;                 ///< traced
    std::vector<ns3::surgery::TimestepRecord> timesteps;           ///< traced
    std::vector<ns3::surgery::ObservedGame> games;                 ///< traced
    std::vector<std::string> ignored;                              ///< reasons traced

  private:
    void Trace()
    {
        Listen(server, "Timestep", [this](const ns3::surgery::TimestepRecord& record) {
            timesteps.push_back(record);
        });
        if (!negotiation)
        {
            return;
        }
        Listen(negotiation, "Negotiated", [this](const ns3::surgery::NegotiationRecord& record) {
            negotiations.push_back(record);
        });
        Listen(negotiation, "Round", [this](const ns3::surgery::RoundRecord& record) {
            rounds.push_back(record);
        });
        Listen(negotiation, "AnswerIgnored", [this](uint32_t, const std::string& reason) {
            ignored.push_back(reason);
        });
    }
};

/** @} */

#endif // NEGOTIATED_NETWORK_H
