/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef BUNDLED_GAME_H
#define BUNDLED_GAME_H

#include "game-dnns.h"
#include "random-game.h"

#include "ns3/dnn-profile-library.h"
#include "ns3/surgery-game.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// The bundled servers.
inline const std::vector<std::string> SERVERS{"server-t4",
                                              "server-8-core",
                                              "server-v100",
                                              "server-rtx3090"};
/// The bundled devices.
inline const std::vector<std::string> DEVICES{"raspberry-pi-3b",
                                              "raspberry-pi-4",
                                              "jetson-nano",
                                              "jetson-tx2",
                                              "xavier-nx",
                                              "phone-cpu"};

/// Frontiers of bundled profiles, each found once for all tests of the process.
inline ns3::surgery::PartitionFrontierCache&
GetCache()
{
    static ns3::surgery::PartitionFrontierCache cache(
        std::make_shared<ns3::surgery::ProfileLibrary>());
    return cache;
}

/// One of several values.
template <class T>
const T&
Pick(std::mt19937_64& random, const std::vector<T>& values)
{
    return values[random() % values.size()];
}

/// A bundled DNN on a bundled device, with a link and a rho of its own.
inline ns3::surgery::Player
MakePlayer(std::mt19937_64& random, const std::string& server)
{
    static const std::vector<ns3::surgery::Encoding> encodings{{0, 32},
                                                               {0, 8},
                                                               {150528, 32},
                                                               {30000, 16}};
    ns3::surgery::Player player;
    const auto& dnn = Pick(random, GAME_DNNS);
    const auto& device = Pick(random, DEVICES);
    player.options = MakeOptions(GetCache().Get(dnn, device, server, Pick(random, encodings)));
    player.link.uplinkBps = DrawLog(random, 3e6, 2e8);
    player.link.downlinkBps = DrawLog(random, 3e6, 2e8);
    player.link.uplinkDelayS = DrawLog(random, 1e-4, 2e-2);
    player.link.downlinkDelayS = player.link.uplinkDelayS;
    player.usagePriceS = DrawLog(random, 1e-4, 1e-1);
    return player;
}

/// Devices of all kinds at one server.
inline ns3::surgery::Game
MakeBundledGame(std::mt19937_64& random, std::size_t players)
{
    ns3::surgery::Game game;
    const auto& server = Pick(random, SERVERS);
    for (std::size_t i = 0; i < players; ++i)
    {
        game.players.push_back(MakePlayer(random, server));
    }
    return game;
}

/// Devices of a few kinds, in turn, at one server.
inline ns3::surgery::Game
MakeGameOfKinds(std::mt19937_64& random, std::size_t kinds, std::size_t players)
{
    const auto different = MakeBundledGame(random, kinds);
    ns3::surgery::Game game;
    for (std::size_t i = 0; i < players; ++i)
    {
        game.players.push_back(different.players[i % kinds]);
    }
    return game;
}

/** @} */

#endif // BUNDLED_GAME_H
