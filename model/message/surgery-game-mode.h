/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_GAME_MODE_H
#define SURGERY_GAME_MODE_H

#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Who plays the game.
 */
enum class GameMode
{
    SERVER_SIDE,   ///< devices report what they are, the server decides for them
    DECENTRALISED, ///< the server asks at prices, the devices answer and decide themselves
};

/**
 * @ingroup dnn-surgery
 *
 * @param text "server-side" or "decentralised" (or "decentralized")
 * @return the mode
 * @throws std::invalid_argument if it is neither
 */
GameMode ParseGameMode(const std::string& text);

/**
 * @ingroup dnn-surgery
 *
 * @param mode a mode
 * @return "server-side" or "decentralised"
 */
std::string GetGameModeName(GameMode mode);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_GAME_MODE_H
