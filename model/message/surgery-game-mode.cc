/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-game-mode.h"

#include <stdexcept>

namespace ns3
{
namespace surgery
{

GameMode
ParseGameMode(const std::string& text)
{
    if (text == "server-side")
    {
        return GameMode::SERVER_SIDE;
    }
    if (text == "decentralised" || text == "decentralized")
    {
        return GameMode::DECENTRALISED;
    }
    throw std::invalid_argument("Mode: \"" + text + "\" is neither server-side nor decentralised");
}

std::string
GetGameModeName(GameMode mode)
{
    return mode == GameMode::SERVER_SIDE ? "server-side" : "decentralised";
}

} // namespace surgery
} // namespace ns3
