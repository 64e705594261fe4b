/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef NEGOTIATION_RUN_H
#define NEGOTIATION_RUN_H

#include "common/optional-csv.h"

#include "ns3/application-container.h"
#include "ns3/net-device-container.h"
#include "ns3/nstime.h"
#include "ns3/surgery-decentralized-dds-scheduler.h"
#include "ns3/surgery-game-observer.h"
#include "ns3/surgery-inference.h"
#include "ns3/surgery-mec-server.h"

#include <cstdint>
#include <string>

/**
 * One simulation in which the server or the devices play the game, with what is counted in it.
 *
 * Every device has a wire of its own to the server. All random streams are fixed, so that both
 * modes meet the same requests and the same losses. Device 0 may lie about what it wants.
 */
class NegotiationRun
{
  public:
    /// What a run is made of.
    struct Settings
    {
        uint32_t devices{20};                            ///< number
        ns3::Time duration{ns3::Seconds(15)};            ///< simulated
        ns3::Time delay{ns3::MilliSeconds(5)};           ///< of each link
        double loss{0};                                  ///< part of the packets that is lost, 0..1
        std::string rates{"5Mbps,10Mbps,20Mbps,50Mbps"}; ///< of the links, in turn
        /// in turn
        std::string dnns{"resnet50,squeezenet,vgg19,alexnet,densenet121,inception-v1"};
        std::string processors{"raspberry-pi-4,jetson-nano,phone-cpu"};    ///< in turn
        std::string server{"server-8-core"};                               ///< processor
        std::string thinkTime{"ns3::ExponentialRandomVariable[Mean=0.5]"}; ///< s
        std::string rules; ///< attributes of decentralized-dds, separated by |
    };

    /// What came of a run. All means are 0 if there is nothing to average.
    struct Result
    {
        uint64_t completed{0};  ///< inferences
        double latencyS{0};     ///< mean
        double liarLatencyS{0}; ///< mean of device 0
        double liarShare{0};    ///< mean of device 0
        double liarCostS{0};    ///< mean J of device 0, as the model has it
        double othersCostS{0};  ///< mean J of the others
        double signaling{0};    ///< byte/s per device
        double rounds{0};       ///< mean per timestep
        double clearS{0};       ///< mean time to clear
        double phiRatio{0};     ///< mean Phi over that of the server's equilibrium
        double regret{0};       ///< mean of the largest regret
        double maxLoad{0};      ///< largest
    };

    /**
     * Build the network and the applications.
     *
     * @param settings what the run is made of
     * @param mode who plays the game: "server-side" or "decentralized"
     * @param lie what device 0 multiplies its demand by
     * @param folder where to write CSV files; empty: nowhere
     */
    NegotiationRun(const Settings& settings,
                   const std::string& mode,
                   double lie,
                   const std::string& folder);

    NegotiationRun(const NegotiationRun&) = delete;
    NegotiationRun& operator=(const NegotiationRun&) = delete;

    /**
     * Simulate, and destroy the simulation. Call it once.
     *
     * @return what came of it
     */
    Result Run();

  private:
    /// Make network and applications. @param lie what device 0 multiplies its demand by
    void Build(double lie);
    /// Lose packets on a link. @param ends both of it @param stream the first random stream to use
    void LosePackets(const ns3::NetDeviceContainer& ends, int64_t stream) const;
    /// Listen to server, devices and scheduler.
    void Trace();
    /// Sink of MecServer's Timestep. @param record of a timestep
    void HandleTimestep(const ns3::surgery::TimestepRecord& record);
    /// Sink of InferenceClient's Inference. @param record of an inference
    void HandleInference(const ns3::surgery::InferenceRecord& record);
    /// Sink of DecentralizedDdsScheduler's Round. @param record of a round
    void HandleRound(const ns3::surgery::RoundRecord& record);
    /// Sink of DecentralizedDdsScheduler's Negotiated. @param record of a negotiation
    void HandleNegotiated(const ns3::surgery::NegotiationRecord& record);
    /// Sink of GameObserver's Observed. @param game what came of a timestep
    void HandleGame(const ns3::surgery::ObservedGame& game);
    /// Sink of GameObserver's Scored. @param device its id @param share 0..1
    /// @param costS its J, s @param serverCostS its J in the server's equilibrium, s
    void HandleScore(uint32_t device, double share, double costS, double serverCostS);
    /// @return the id of device 0
    uint32_t GetFirstDevice() const;

    Settings m_settings;                 ///< what it is made of
    std::string m_mode;                  ///< who plays the game
    bool m_isNegotiated;                 ///< whether the devices do
    OptionalCsv m_rounds;                ///< a row per round
    OptionalCsv m_timesteps;             ///< a row per timestep
    OptionalCsv m_games;                 ///< a row per game observed
    Result m_result;                     ///< counts and maxima; Run adds the means
    ns3::ApplicationContainer m_servers; ///< the MecServer
    ns3::ApplicationContainer m_clients; ///< InferenceClients, device 0 first
    double m_latencyS{0};                ///< sum over completed inferences
    double m_liarLatencyS{0};            ///< sum over those of device 0
    double m_liarCompleted{0};           ///< inferences of device 0
    double m_liarShare{0};               ///< sum over the games of device 0
    double m_liarCostS{0};               ///< sum over the games of device 0
    double m_liarGames{0};               ///< games with device 0
    double m_othersCostS{0};             ///< sum over games and other devices
    double m_othersGames{0};             ///< count of the same
    double m_bytes{0};                   ///< on control connections
    double m_roundCount{0};              ///< in all timesteps
    double m_timestepCount{0};           ///< of the server
    double m_clearS{0};                  ///< sum over negotiations
    double m_negotiationCount{0};        ///< that ended
    double m_phiRatio{0};                ///< sum over games
    double m_regret{0};                  ///< sum over games
    double m_gameCount{0};               ///< with a device at least
};

#endif // NEGOTIATION_RUN_H
