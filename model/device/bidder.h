/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef BIDDER_H
#define BIDDER_H

#include "ns3/dnn-partition-frontier.h"
#include "ns3/surgery-device-demand.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-host-work.h"
#include "ns3/surgery-messages.h"
#include "ns3/surgery-variant.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A device's side of the game when devices decide themselves: the device answers PRICE and OFFER,
 * and picks its cut when a share is granted.
 *
 * The device computes its frontier for the server's processor, which each PRICE names. All
 * questions of one timestep are answered from links and requests at its first question, so that the
 * answers fit together.
 */
class Bidder
{
  public:
    /// What a device does not tell the server.
    struct Secrets
    {
        Variants variants;            ///< what it may run
        std::string processor;        ///< a bundled processor's name or a file's path
        ActivityWeights weights;      ///< what a second costs it
        double usagePriceS{0};        ///< rho, s
        double cutHysteresis{0};      ///< switching cost, a fraction of the present cut's J, 0..1
        HostWork hostWork{};          ///< for a message, as the device knows it
        bool measuresHostWork{false}; ///< whether the links hold it, and the server's, too
    };

    /// How the device's requests come, if the time that they wait for each other counts.
    struct Requests
    {
        double ratePerS{0};     ///< requests per second, >= 0; 0: their waiting does not count
        double gapVariation{0}; ///< squared coefficient of variation of the gaps, >= 0
    };

    /**
     * @param secrets a device's variants, processor and preferences
     * @param options its cuts at a server; null: not known
     * @param link the network to that server
     * @param serverHostWork of that server for a message
     * @return the device as that server's game knows it, without a current cut
     */
    static Player MakePlayer(const Secrets& secrets,
                             Options options,
                             const Link& link,
                             const HostWork& serverHostWork);

    /**
     * @param secrets the device's DNN, processor and preferences
     * @param demandFactor factor on all shares that are asked for, >= 0; 1 is honest
     * @param frontiers where frontiers come from
     */
    Bidder(Secrets secrets, double demandFactor, std::shared_ptr<PartitionFrontierCache> frontiers);

    /**
     * @param price the server's question
     * @param link the network, as the device knows it now
     * @param requests the device's, as measured until now
     * @return the answer
     * @throws std::invalid_argument if the server's processor cannot be read
     */
    Demand Answer(const Price& price, const Link& link, const Requests& requests);

    /**
     * @param offer the server's question
     * @param link the network, as the device knows it now
     * @param requests the device's, as measured until now
     * @return the answer; none if no PRICE ever came
     */
    std::optional<Demand> Answer(const Offer& offer, const Link& link, const Requests& requests);

    /**
     * Pick the cut for the share that is granted, and fill in what the server leaves out: cut,
     * latency and reason. Nothing is filled in if no PRICE ever came.
     *
     * @param [in,out] grant the GRANT
     * @param link the network, as the device knows it now
     */
    void Complete(Grant& grant, const Link& link);

    /**
     * The device lost its GRANT: it has no current cut, so its next cut has no switching cost.
     */
    void Forget();

    /**
     * @param variant index of a variant
     * @param deviceLayers a cut of its DNN
     * @return how long the whole server takes for the other layers, s; 0 if no PRICE ever came
     */
    double GetServerSeconds(uint32_t variant, const CutLayers& deviceLayers) const;

    /**
     * @param link the network
     * @return the device as the game knows it, the server's posted price included in its rho;
     *         without frontier if no PRICE ever came
     */
    Player GetPlayer(const Link& link) const;

  private:
    /// Compute the device's demand once per timestep. @param timestep its number
    /// @param link the network now @param requests the device's until now
    void Look(uint64_t timestep, const Link& link, const Requests& requests);

    Secrets m_secrets;                                   ///< as given
    double m_demandFactor;                               ///< as given
    std::shared_ptr<PartitionFrontierCache> m_frontiers; ///< as given
    std::string m_server;                 ///< the server's processor; empty: not known
    HostWork m_serverHostWork;            ///< for a message, as the latest PRICE tells it
    double m_postedPriceS{0};             ///< beside rho, as the latest PRICE tells it, s
    Options m_options;                    ///< the device's cuts; null: not known
    Decision m_current;                   ///< of the valid GRANT; without a cut: none
    Link m_link;                          ///< the network when that came
    double m_unitPriceS{0};               ///< price of the whole server then, s
    Requests m_requests;                  ///< at the timestep's first question
    std::optional<DeviceDemand> m_demand; ///< computed at the timestep's first question
    uint64_t m_timestep{0};               ///< the timestep of m_demand
};

} // namespace surgery
} // namespace ns3

#endif // BIDDER_H
