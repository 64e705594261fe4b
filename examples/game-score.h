/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef GAME_SCORE_H
#define GAME_SCORE_H

#include "ns3/surgery-game.h"
#include "ns3/surgery-scheduler.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/**
 * @file
 * Scores the outcomes of games, by one evaluator for all schedulers.
 */

/// Lower bounds of all outcomes of a game.
struct GameBounds
{
    double costSumS{0};    ///< sum of J
    double latencySumS{0}; ///< sum of T
};

/// How good a scheduler's outcome of one game is.
struct GameScore
{
    double latencyMeanS{0};    ///< T, over the devices
    double latencyMaxS{0};     ///< T of the slowest device
    double costMeanS{0};       ///< J, over the devices
    double speedupFairness{0}; ///< Jain's index of local latency / T
    double load{0};            ///< sum of the shares
    double maxRegret{0};       ///< relative
    std::size_t offloading{0}; ///< devices
    std::size_t faster{0};     ///< devices with a lower T than under the first scheduler
};

/// A scheduler and how it did.
struct Contender
{
    std::string name;                                   ///< as on the command line
    ns3::Ptr<ns3::surgery::SurgeryScheduler> scheduler; ///< who decides
    std::vector<GameScore> scores;                      ///< one per scenario
};

/**
 * Find the bounds of a game, from the prices at which capacity clears, with rho and without.
 *
 * @param game the game
 * @return its bounds
 */
GameBounds FindBounds(ns3::surgery::Game game);

/**
 * Let a scheduler decide a game, and score the outcome.
 *
 * @param scheduler who decides
 * @param game the game
 * @param reference T of the devices under the first scheduler, s; if it is empty, this scheduler is
 *        the first one and fills it in
 * @return the score
 * @throws std::runtime_error if the outcome overloads the server or has no finite cost
 */
GameScore ScoreScheduler(ns3::surgery::SurgeryScheduler& scheduler,
                         const ns3::surgery::Game& game,
                         std::vector<double>& reference);

/**
 * Print a table with a line per scheduler: means over the scenarios, and ratios to the first one.
 *
 * @param contenders the schedulers with their scores, at least one
 * @param devices their number in each game
 * @param server its processor
 */
void PrintScores(const std::vector<Contender>& contenders,
                 uint32_t devices,
                 const std::string& server);

#endif // GAME_SCORE_H
