/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MULTI_SERVER_GAMES_H
#define MULTI_SERVER_GAMES_H

#include "bundled-game.h"

#include "ns3/surgery-multi-server-game.h"

#include <random>
#include <string>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// A bundled DNN on a bundled device that reaches several servers: the one at its site, and the
/// others over a backhaul, which takes longer and lets less through.
inline ns3::surgery::ServersOfDevice
MakeServersOfDevice(std::mt19937_64& random,
                    const std::vector<std::string>& servers,
                    std::size_t site,
                    double usagePriceS)
{
    using namespace ns3::surgery;
    static const std::vector<Encoding> encodings{{0, 8}, {150528, 32}, {30000, 16}};
    const auto dnn = Pick(random, ProfileLibrary::GetDnnNames());
    const auto device = Pick(random, DEVICES);
    const auto encoding = Pick(random, encodings);
    const auto uplinkBps = DrawLog(random, 3e6, 2e8);
    const auto downlinkBps = DrawLog(random, 3e6, 2e8);
    const auto delayS = DrawLog(random, 1e-4, 2e-2);
    ServersOfDevice players(servers.size());
    for (std::size_t s = 0; s < servers.size(); ++s)
    {
        const auto less = s == site ? 1 : DrawLog(random, 0.5, 1);
        const auto more = s == site ? 0 : DrawLog(random, 1e-3, 1e-2);
        players[s].options = MakeOptions(GetCache().Get(dnn, device, servers[s], encoding));
        players[s].link = {uplinkBps * less, downlinkBps * less, delayS + more, delayS + more};
        players[s].usagePriceS = usagePriceS;
    }
    return players;
}

/// Devices of all kinds, of which most are near the first server.
inline ns3::surgery::MultiServerGame
MakeSkewedGame(std::mt19937_64& random, std::size_t servers, std::size_t devices)
{
    ns3::surgery::MultiServerGame game;
    std::vector<std::string> names;
    for (std::size_t s = 0; s < servers; ++s)
    {
        names.push_back(Pick(random, SERVERS));
    }
    game.capacities.assign(servers, 1.0);
    const auto haveEqualPrices = random() % 2 == 0;
    for (std::size_t i = 0; i < devices; ++i)
    {
        const auto site = random() % 5 < 4 ? 0 : random() % servers;
        game.devices.push_back(
            MakeServersOfDevice(random,
                                names,
                                site,
                                haveEqualPrices ? 1e-3 : DrawLog(random, 1e-4, 1e-1)));
    }
    return game;
}

/// Devices with random DNNs of up to maxLayers layers, which reach most servers.
inline ns3::surgery::MultiServerGame
MakeRandomMultiServerGame(std::mt19937_64& random,
                          std::size_t servers,
                          std::size_t devices,
                          std::size_t maxLayers)
{
    using namespace ns3::surgery;
    MultiServerGame game;
    for (std::size_t s = 0; s < servers; ++s)
    {
        game.capacities.push_back(random() % 3 == 0 ? DrawLog(random, 0.2, 1) : 1.0);
    }
    const auto haveEqualPrices = random() % 2 == 0;
    for (std::size_t i = 0; i < devices; ++i)
    {
        const auto layers = MakeRandomLayers(random, maxLayers);
        const auto usagePriceS = haveEqualPrices ? 0.01 : DrawLog(random, 1e-4, 1);
        const auto home = random() % servers;
        ServersOfDevice players(servers);
        for (std::size_t s = 0; s < servers; ++s)
        {
            if (s != home && random() % 5 == 0)
            {
                continue; // out of reach
            }
            auto there = layers;
            const auto speed = DrawLog(random, 0.3, 3);
            for (auto& layer : there)
            {
                layer.serverSeconds *= speed;
            }
            players[s].options =
                MakeOptions(std::make_shared<const PartitionFrontier>(MakeTestCosts(there)));
            players[s].link = {DrawLog(random, 1e6, 2e8),
                               DrawLog(random, 1e6, 2e8),
                               DrawLog(random, 1e-4, 1e-2),
                               DrawLog(random, 1e-4, 1e-2)};
            players[s].usagePriceS = usagePriceS;
        }
        game.devices.push_back(players);
    }
    return game;
}

/** @} */

#endif // MULTI_SERVER_GAMES_H
