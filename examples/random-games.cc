/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "random-games.h"

#include "common/text-table.h"

#include "ns3/random-variable-stream.h"
#include "ns3/rng-seed-manager.h"

#include <cmath>
#include <stdexcept>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

constexpr double MOST_MBPS = 1e6;     //!< of a link
const Time MOST_TIME = Seconds(1000); //!< of a delay or a price

/// What is drawn, each from its own random stream.
enum Stream : int64_t
{
    DNN = 1,
    PROCESSOR,
    UPLINK,
    DOWNLINK_FACTOR,
    DELAY,
    USAGE_PRICE
};

/// Numbers from a random stream of the current run.
class Draw
{
  public:
    /// @param stream which
    explicit Draw(Stream stream)
        : m_uniform(CreateObject<UniformRandomVariable>())
    {
        m_uniform->SetStream(stream);
    }

    /// @param low least @param high greatest @return uniform between them
    double Uniform(double low, double high)
    {
        return low + (high - low) * m_uniform->GetValue(0, 1);
    }

    /// @param low least @param high greatest @return uniform in the logarithm between them
    double LogUniform(double low, double high)
    {
        return low * std::pow(high / low, m_uniform->GetValue(0, 1));
    }

    /// @param names not empty @return one of them
    const std::string& OneOf(const std::vector<std::string>& names)
    {
        return names[m_uniform->GetInteger(0, static_cast<uint32_t>(names.size() - 1))];
    }

  private:
    Ptr<UniformRandomVariable> m_uniform; ///< the stream
};

/// Complain unless a condition holds. @param holds whether @param complaint in one line
void
Require(bool holds, const std::string& complaint)
{
    if (!holds)
    {
        throw std::invalid_argument(complaint);
    }
}

} // namespace

void
RandomGames::AddOptions(ProgramOptions& options)
{
    options.AddValue("devices", "Number of devices.", devices, 1, 100000);
    options.AddValue("dnns",
                     "Each device draws one: NAME or NAME*WEIGHT, separated by commas.",
                     dnns);
    options.AddValue("processors", "Each device draws one, in the same way.", processors);
    options.AddValue("server", "The server's processor: name or path.", server);
    options.AddValue("inputBytes",
                     "Size of the input tensor as sent, bytes; 0: as profiled.",
                     inputBytes);
    options.AddValue("activationBits",
                     "Width of the activations, bits: 8, 16, 32.",
                     activationBits);
    options.AddValue("minUplinkMbps",
                     "Lowest rate of an uplink, Mbit/s; the rates are log-uniform.",
                     minUplinkMbps,
                     1e-6,
                     MOST_MBPS);
    options.AddValue("maxUplinkMbps",
                     "Highest rate of an uplink, Mbit/s.",
                     maxUplinkMbps,
                     1e-6,
                     MOST_MBPS);
    options.AddValue("maxDownlinkFactor",
                     "Largest ratio of downlink to uplink; log-uniform from 1 on.",
                     maxDownlinkFactor,
                     1,
                     1e6);
    options.AddValue("minDelay",
                     "Shortest one-way delay; the delays are uniform.",
                     minDelay,
                     Time(0),
                     MOST_TIME);
    options.AddValue("maxDelay", "Longest one-way delay.", maxDelay, Time(0), MOST_TIME);
    options.AddValue("usagePrice",
                     "rho: latency that renting the whole server must save.",
                     usagePrice,
                     Time(0),
                     MOST_TIME);
    options.AddValue("minUsagePrice",
                     "If > 0, rho is log-uniform from this to usagePrice.",
                     minUsagePrice,
                     Time(0),
                     MOST_TIME);
}

void
RandomGames::Check() const
{
    Require(IsActivationWidth(activationBits), "--activationBits: must be 8, 16 or 32");
    Require(maxUplinkMbps >= minUplinkMbps, "--maxUplinkMbps: must be at least minUplinkMbps");
    Require(maxDelay >= minDelay, "--maxDelay: must be at least minDelay");
    Require(minUsagePrice <= usagePrice, "--minUsagePrice: must be at most usagePrice");
    ProfileLibrary library;
    library.GetProcessor(server);
    for (const auto& name : ExpandNames(dnns, "--dnns"))
    {
        library.GetDnn(name);
    }
    for (const auto& name : ExpandNames(processors, "--processors"))
    {
        library.GetProcessor(name);
    }
}

Game
RandomGames::Make(uint64_t number)
{
    RngSeedManager::SetRun(number);
    Draw dnn(DNN);
    Draw processor(PROCESSOR);
    Draw uplink(UPLINK);
    Draw downlinkFactor(DOWNLINK_FACTOR);
    Draw delay(DELAY);
    Draw price(USAGE_PRICE);
    const auto dnnNames = ExpandNames(dnns, "--dnns");
    const auto processorNames = ExpandNames(processors, "--processors");

    Game game;
    game.players.reserve(devices);
    for (uint32_t i = 0; i < devices; ++i)
    {
        Player player;
        const auto& dnnName = dnn.OneOf(dnnNames);
        const auto& processorName = processor.OneOf(processorNames);
        player.options = MakeOptions(
            m_frontiers.Get(dnnName, processorName, server, {inputBytes, activationBits}));
        player.link.uplinkBps = 1e6 * uplink.LogUniform(minUplinkMbps, maxUplinkMbps);
        player.link.downlinkBps =
            player.link.uplinkBps * downlinkFactor.LogUniform(1, maxDownlinkFactor);
        player.link.uplinkDelayS = delay.Uniform(minDelay.GetSeconds(), maxDelay.GetSeconds());
        player.link.downlinkDelayS = player.link.uplinkDelayS;
        player.usagePriceS =
            minUsagePrice.IsStrictlyPositive()
                ? price.LogUniform(minUsagePrice.GetSeconds(), usagePrice.GetSeconds())
                : usagePrice.GetSeconds();
        game.players.push_back(std::move(player));
    }
    return game;
}
