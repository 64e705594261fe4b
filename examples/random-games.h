/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RANDOM_GAMES_H
#define RANDOM_GAMES_H

#include "ns3/nstime.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-program-options.h"

#include <cstdint>
#include <memory>
#include <string>

/**
 * Random games without a network: what devices run and how they reach the server are drawn anew
 * in every scenario.
 *
 * Every quantity is drawn from its own random stream, device by device. So the devices of a small
 * game are the first ones of the large game of the same number, and a change of one setting leaves
 * unrelated quantities as they are.
 */
class RandomGames
{
  public:
    uint32_t devices{100}; ///< number
    /// NAME[*N], each device draws one
    std::string dnns{"alexnet,densenet121,inception-v1,resnet50,squeezenet,vgg19"};
    /// NAME[*N], each device draws one
    std::string processors{
        "jetson-nano,jetson-tx2,phone-cpu,raspberry-pi-3b,raspberry-pi-4,xavier-nx"};
    std::string server{"server-t4"};               ///< processor
    uint64_t inputBytes{0};                        ///< of the input tensor, 0: as profiled
    uint32_t activationBits{32};                   ///< 8, 16, 32
    double minUplinkMbps{3};                       ///< log-uniform from here
    double maxUplinkMbps{200};                     ///< to here
    double maxDownlinkFactor{4};                   ///< downlink / uplink, log-uniform in 1..this
    ns3::Time minDelay{ns3::MilliSeconds(1)};      ///< each way, uniform from here
    ns3::Time maxDelay{ns3::MilliSeconds(5)};      ///< to here
    ns3::Time usagePrice{ns3::MilliSeconds(1)};    ///< rho
    ns3::Time minUsagePrice{ns3::MilliSeconds(0)}; ///< if > 0, rho is log-uniform from here

    /**
     * Add the settings to a command line.
     *
     * @param options the command line
     */
    void AddOptions(ns3::surgery::ProgramOptions& options);

    /**
     * Check the settings; to be called before the first game.
     *
     * @throws std::invalid_argument in one line that names the option and what is allowed
     */
    void Check() const;

    /**
     * @param number of the scenario; it becomes ns-3's run number
     * @return the game of that number
     */
    ns3::surgery::Game Make(uint64_t number);

  private:
    ns3::surgery::PartitionFrontierCache m_frontiers{
        std::make_shared<ns3::surgery::ProfileLibrary>()}; ///< of all games
};

#endif // RANDOM_GAMES_H
