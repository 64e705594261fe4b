/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MOBILE_SCENARIO_H
#define MOBILE_SCENARIO_H

#include "run-summary.h"
#include "simulation.h"

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/surgery-program-options.h"
#include "ns3/surgery-site-plan.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

/**
 * Mobile devices share an edge server, over any access network, under any scheduler.
 *
 * Examples that are built on it share its settings: change the defaults, let AddOptions offer them
 * on the command line, and run it once per scheduler. Every random choice
 * has a stream of its own that does not depend on the scheduler, so that all schedulers see the
 * same movement, requests and channel.
 */
struct MobileScenario
{
    /// What a run is made of, for examples that look at more than the summary.
    using Parts = SimulationParts;

    // the devices: device i runs DNN i modulo their number, so that each meets every processor
    uint32_t devices{12};                                                           ///< number
    std::string dnns{"resnet50,alexnet,squeezenet,inception-v1,vgg19,densenet121"}; ///< NAME[*N]
    std::string processors{"raspberry-pi-4,phone-cpu,jetson-nano"};                 ///< NAME[*N]
    uint64_t inputBytes{0};                     ///< of the input tensor, 0: as InputBits says
    std::string activationBits{"32"};           ///< 8, 16, 32, one or more of them
    ns3::Time usagePrice{ns3::MilliSeconds(1)}; ///< rho
    std::string thinkTime{"ns3::ExponentialRandomVariable[Mean=0.2]"}; ///< s, closed loop
    std::string interval;  ///< s, open loop; empty: closed loop
    ns3::Time deadline;    ///< of each inference; 0: as Deadline says
    bool dropLate{false};  ///< whether late ones are dropped; false: as DropLate says
    std::string estimator; ///< both ways; empty: as UplinkEstimator and DownlinkEstimator say

    // the server
    std::string server{"server-t4"};            ///< processor
    ns3::Time timestep{ns3::MilliSeconds(500)}; ///< between decisions
    std::string sharing{"share"};               ///< for ServerProcessor::Create
    std::string serverOutages;                  ///< START+DURATION ...
    std::string outagesOf;                      ///< site of the server that is away; empty: all

    // their batteries
    std::string battery;                      ///< what each holds, J; empty: none
    std::string radioPower{"1.14,0.94,0.82"}; ///< of a radio that sends, receives, is idle, W

    // the network
    std::string network{"wifi"};             ///< for AccessNetwork::Create
    std::string backhaulOutages;             ///< START+DURATION ...
    std::string mobility{"random-waypoint"}; ///< for InstallMobility
    double cellRadius{40};                   ///< half the side of the square they walk, m
    std::string away;                        ///< when device 0 is out of reach

    // several servers
    ns3::surgery::SitePlan plan;               ///< where they stand; empty: one server
    ns3::DataRate siteRate{"1Gbps"};           ///< of the links between sites
    ns3::Time siteDelay{ns3::MilliSeconds(5)}; ///< of the links between sites
    std::string choice{"fixed"};               ///< which server a device uses
    std::map<std::string, std::function<void(Simulation&)>>
        ownMobility;                   ///< further values of mobility, and what describes them
    std::optional<TracedLinks> traces; ///< what wired links follow

    // the run
    ns3::Time duration{ns3::Seconds(30)};      ///< simulated
    ns3::Time warmup{ns3::Seconds(0)};         ///< requests from before do not count
    ns3::Time startSpacing{START_SPACING};     ///< from one client's start to the next one's
    std::string out;                           ///< folder for files, empty: none
    std::string tables{"csv"};                 ///< format of the tables among them
    bool pcap{true};                           ///< whether they include a capture
    bool animation{false};                     ///< whether they include one, for NetAnim
    std::vector<std::string> commandLine;      ///< for provenance.json
    std::set<std::string> given;               ///< options that the command line has
    std::function<void(const Parts&)> observe; ///< called before the run, if set

    /**
     * Add the settings to a command line.
     *
     * @param options the command line
     */
    void AddOptions(ns3::surgery::ProgramOptions& options);

    /**
     * Read the arguments of a program, with the options of AddOptions and those of its own.
     *
     * @param options the command line
     * @param argc number of arguments, the program's name included
     * @param argv the arguments
     * @throws std::invalid_argument in one line that names the option, the value and what is
     *         allowed
     */
    void Parse(ns3::surgery::ProgramOptions& options, int argc, char* argv[]);

    /**
     * Check the settings as far as it can be done without a run.
     *
     * @throws std::invalid_argument in one line that names the option and what is allowed
     */
    void Check() const;

    /**
     * @param device which, from 0
     * @return its DNN
     */
    std::string GetDnn(uint32_t device) const;

    /**
     * @param device which, from 0
     * @return its processor
     */
    std::string GetProcessor(uint32_t device) const;

    /**
     * @param scheduler for SurgeryScheduler::Create
     * @return the simulation that the settings mean
     * @throws std::invalid_argument if a list of names is wrong
     */
    Simulation Describe(const std::string& scheduler) const;

    /**
     * Simulate, and report progress on the standard output.
     *
     * @param scheduler for SurgeryScheduler::Create
     * @param folder where to write the tables of TableHelper, the run's provenance,
     *        server.pcap and animation.xml, in place of those of an earlier run; empty: nowhere
     * @return what the devices did
     * @throws std::exception if it cannot run, or if something was lost
     */
    RunSummary Run(const std::string& scheduler, const std::string& folder) const;

    /**
     * List the files that a run wrote.
     *
     * @param folder where
     * @return a line each with path and size
     */
    static std::string ListFiles(const std::string& folder);
};

#endif // MOBILE_SCENARIO_H
