/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SIMULATION_H
#define SIMULATION_H

#include "scenario-mobility.h"

#include "ns3/application-container.h"
#include "ns3/data-rate.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-fluid-access-network.h"
#include "ns3/surgery-site-network.h"
#include "ns3/surgery-site-plan.h"
#include "ns3/surgery-table-output.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

class RunSummary;

/// When the first client starts, unless it says when.
const ns3::Time FIRST_START = ns3::MilliSeconds(500);

/// From one client's start to the next one's, unless it is given. If all stations of a Wi-Fi cell
/// ask for the server's address at once, their broadcasts collide.
const ns3::Time START_SPACING = ns3::MilliSeconds(20);

/// The most devices of a simulation: what a fluid network takes, and streams of random numbers are
/// that far apart.
constexpr uint32_t MOST_DEVICES = ns3::surgery::FluidAccessNetwork::MAX_DEVICES;

/**
 * What a run is made of, for programs that look at more than the summary.
 */
struct SimulationParts
{
    ns3::NodeContainer mobiles;                    ///< device i is mobile i, with node id i
    ns3::Ptr<ns3::surgery::AccessNetwork> network; ///< installed; of several, the first
    ns3::Ptr<ns3::surgery::SiteNetwork> sites;     ///< with several sites; null: one server
    ns3::ApplicationContainer clients;             ///< InferenceClients, in the same order
    ns3::ApplicationContainer servers;             ///< the MecServers, by site
    std::string folder;                            ///< of the run's files; empty: none
    ns3::Ptr<ns3::surgery::TableOutput> tables;    ///< tables in it; null: none
};

/**
 * A server of a simulation.
 */
struct SimulatedServer
{
    std::string processor{"server-t4"}; ///< profile's name, path or text
    std::string scheduler{"dds"};       ///< for DecisionProcess::Create
    Attributes schedulerAttributes;     ///< set beside those that its name has
    std::string pricePolicy;            ///< for PricePolicy::Create; empty: as PricePolicy says
    Attributes attributes;              ///< MecServer's others
};

/**
 * A device of a simulation.
 */
struct SimulatedDevice
{
    std::string name;               ///< what it is called, unique
    Attributes attributes;          ///< InferenceClient's, Dnn and Processor among them
    ns3::Time start;                ///< of its client
    std::optional<double> batteryJ; ///< what its battery holds; nothing: it has none
    std::string away;               ///< when it is out of reach, START+DURATION ...
    std::size_t mobility{0};        ///< index of how it moves
    std::optional<uint32_t> site;   ///< where its area and its first server are; nothing: any
};

/**
 * Bandwidth that links follow.
 */
struct TracedLinks
{
    std::string uplink;   ///< for LoadBandwidthTrace
    std::string downlink; ///< for LoadBandwidthTrace; empty: X.down for X.up, else as the uplink
    std::string offset;   ///< random variable or number, s; empty: anywhere in the uplink's trace
};

/**
 * All of a simulation, as data: MobileScenario makes it of a program's options, a scenario file
 * says it, and Simulate runs it. Every random choice has a stream of its own that does not depend
 * on the scheduler, so that all schedulers see the same movement, requests and channel.
 */
struct Simulation
{
    // the run
    std::string name;                      ///< what progress is reported by
    ns3::Time duration{ns3::Seconds(30)};  ///< simulated
    ns3::Time warmup{ns3::Seconds(0)};     ///< requests from before do not count
    ns3::Time startSpacing{START_SPACING}; ///< from one client's start to the next one's
    std::optional<uint32_t> seed;          ///< of random numbers; nothing: as it is
    std::optional<uint64_t> run;           ///< of random numbers; nothing: as it is
    Attributes defaults;                   ///< "ns3::CLASS::ATTRIBUTE"
    Attributes config;                     ///< by ns-3's config path, set after installation

    // the network
    std::string network{"wifi"};                  ///< for AccessNetwork::Create
    std::string backhaulOutages;                  ///< START+DURATION ...
    std::optional<TracedLinks> traces;            ///< what wired links follow
    ns3::surgery::SitePlan plan;                  ///< where servers stand; empty: one server
    ns3::DataRate siteRate{uint64_t{1000000000}}; ///< of the links between sites
    ns3::Time siteDelay{ns3::MilliSeconds(5)};    ///< of the links between sites
    std::vector<SimulatedServer> servers;         ///< one, or as many as sites
    std::string choice{"fixed"};                  ///< which server a device uses
    std::vector<SimulatedDevice> devices;         ///< device i has node id i
    std::vector<Mobility> mobilities;             ///< ways to move, each used by some device

    // what it writes
    std::string tables{"csv"};                           ///< format of the tables; empty: none
    bool pcap{false};                                    ///< whether to capture the servers' links
    bool animation{false};                               ///< whether to write one, for NetAnim
    std::vector<std::string> commandLine;                ///< for provenance.json
    Attributes settings;                                 ///< for provenance.json
    std::function<void(const SimulationParts&)> observe; ///< called before the run, if set
};

/**
 * @param simulation with its startSpacing
 * @param index of a device
 * @return when its client starts, unless it says when
 */
inline ns3::Time
GetStart(const Simulation& simulation, std::size_t index)
{
    return FIRST_START + simulation.startSpacing * index;
}

/**
 * Simulate, and report progress on the standard output.
 *
 * @param simulation what
 * @param folder where to write the tables of TableHelper, the run's provenance, server.pcap and
 *        animation.xml, in place of those of an earlier run; empty: nowhere
 * @return what the devices did
 * @throws std::exception if it cannot run, or if something was lost
 */
RunSummary Simulate(const Simulation& simulation, const std::string& folder);

#endif // SIMULATION_H
