/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-waiting.h"

#include "ns3/surgery-latency.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace surgery
{

namespace
{

/// Relative accuracy of the slowest stage that a share is found for.
constexpr double PRECISION = 1e-15;

/// How far the server's stage may exceed the slowest of the others by rounding, relative.
constexpr double ROUNDING = 1e-12;

/// W''(tau) below MOST_USE.
double
GetCurvature(const Waiting& waiting, double stageS)
{
    const auto idle = 1 - waiting.ratePerS * stageS;
    return waiting.gapVariation * waiting.ratePerS / (idle * idle * idle);
}

/// The root of tau^2 (w + W'(tau)) = target that is not below the slope's own stage.
double
FindStage(const Waiting& waiting, double weight, double target, double leastStageS)
{
    const auto value = [&](double stage) {
        return stage * stage * (weight + GetWaitingSlope(waiting, stage));
    };
    const auto mostStage = Waiting::MOST_USE / waiting.ratePerS;
    const auto most = weight + GetWaitingSlope(waiting, mostStage);
    if (leastStageS >= mostStage || value(mostStage) <= target)
    {
        return std::sqrt(target / most);
    }
    // the left side is convex and rises: from above, Newton's iterates fall to the root
    auto stage =
        std::min(mostStage, std::sqrt(target / (weight + GetWaitingSlope(waiting, leastStageS))));
    while (true)
    {
        const auto slope = 2 * stage * (weight + GetWaitingSlope(waiting, stage)) +
                           stage * stage * GetCurvature(waiting, stage);
        const auto next = stage - (value(stage) - target) / slope;
        if (!(next < stage * (1 - PRECISION)))
        {
            return stage;
        }
        stage = next;
    }
}

} // namespace

double
GetSlowestStage(const Waiting& waiting, double share)
{
    return std::max(waiting.fixedStageS, GetLatency(0, waiting.serviceS, share));
}

double
GetWaitingTime(const Waiting& waiting, double stageS)
{
    if (!HasWaiting(waiting))
    {
        return 0;
    }
    const auto stage = std::min(stageS, Waiting::MOST_USE / waiting.ratePerS);
    const auto use = waiting.ratePerS * stage;
    const auto time = waiting.gapVariation * use * stage / (2 * (1 - use));
    return stage < stageS ? time + (stageS - stage) * GetWaitingSlope(waiting, stage) : time;
}

double
GetWaitingSlope(const Waiting& waiting, double stageS)
{
    const auto idle = 1 - std::min(waiting.ratePerS * stageS, Waiting::MOST_USE);
    return waiting.gapVariation * (1 / (idle * idle) - 1) / 2;
}

double
GetBestShare(const Waiting& waiting, double workS, double unitPriceS)
{
    const auto work = waiting.serviceS;
    if (!(work > 0))
    {
        return 0;
    }
    const auto weight = workS / work;
    const auto target = unitPriceS * work;
    const auto fixed = waiting.fixedStageS;
    if (!HasWaiting(waiting) || fixed * fixed * weight >= target)
    {
        return std::sqrt(workS / unitPriceS);
    }
    if (fixed * fixed * (weight + GetWaitingSlope(waiting, fixed)) >= target)
    {
        return work / fixed;
    }
    return work / FindStage(waiting, weight, target, fixed);
}

double
GetMarginalPrice(const Waiting& waiting, double workS, double share)
{
    const auto stage = GetLatency(0, waiting.serviceS, share);
    // the share at which the server becomes the slowest stage is E / tau0, rounded
    const auto slope = HasWaiting(waiting) && stage > waiting.fixedStageS * (1 + ROUNDING)
                           ? GetWaitingSlope(waiting, stage) * waiting.serviceS
                           : 0.0;
    return (workS + slope) / share / share;
}

} // namespace surgery
} // namespace ns3
