/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Uses the installed module from outside: a DNN by name, its frontier, and a scheduler, which is
 * an ns-3 object.
 */

#include "ns3/dnn-surgery-module.h"

#include <iostream>

using namespace ns3;
using namespace ns3::surgery;

int
main()
{
    auto library = std::make_shared<ProfileLibrary>();
    PartitionFrontierCache frontiers(library);

    Player player;
    player.options =
        MakeOptions(frontiers.Get("resnet50", "raspberry-pi-4", "server-t4", Encoding{150528, 8}));
    player.link = {20e6, 20e6, 0.002, 0.002};
    player.usagePriceS = 1e-3;
    Game game;
    game.players = {player, player};

    const auto scheduler = SurgeryScheduler::Create("dds");
    const auto outcome = scheduler->Decide(game);
    const auto& decision = outcome.decisions.at(0);
    const double latency = GetLatency(*decision.cut, player.link, decision.share);
    const double local = player.options->front().frontier->GetCosts().GetLocalSeconds();
    std::cout << scheduler->GetInstanceTypeId().GetName() << " gives each device " << decision.share
              << " of the server: " << latency << " s instead of " << local << " s\n";
    return decision.share > 0 && latency < local ? 0 : 1;
}
