/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WATCHED_CLIENT_H
#define WATCHED_CLIENT_H

#include "listen.h"

#include "ns3/callback.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"
#include "ns3/surgery-inference-client.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// One device of a scenario and what was seen of it.
struct Actor
{
    ns3::Ptr<ns3::surgery::InferenceClient> client;     ///< the application
    ns3::Time start;                                    ///< of the application
    ns3::Time stop;                                     ///< of the application
    ns3::Time timeout;                                  ///< of requests
    std::vector<ns3::surgery::InferenceRecord> records; ///< in the order of their ends
    std::vector<ns3::Time> ends;                        ///< when each record came
    std::vector<ns3::Time> grants;                      ///< when each GRANT came
    std::vector<bool> offloads;                         ///< whether each GRANT offloads
    bool vanishes{false};                               ///< whether its link dies permanently
};

/// The requests a client knows of. @return as many as it made, or some were lost
inline uint64_t
GetTotal(const Actor& actor)
{
    return actor.client->GetCompleted() + actor.client->GetDropped() + actor.client->GetInFlight();
}

/// Note what a client traces. @return to be kept until the simulation ends
inline std::shared_ptr<Actor>
Watch(ns3::Ptr<ns3::surgery::InferenceClient> client)
{
    auto actor = std::make_shared<Actor>();
    actor->client = client;
    auto* seen = actor.get(); // otherwise client and actor would keep each other alive
    Listen(client, "Inference", [seen](const ns3::surgery::InferenceRecord& record) {
        seen->records.push_back(record);
        seen->ends.push_back(ns3::Simulator::Now());
    });
    Listen(client, "GrantReceived", [seen](uint32_t, double, const std::string&) {
        seen->grants.push_back(ns3::Simulator::Now());
    });
    return actor;
}

#endif // WATCHED_CLIENT_H
