/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SLOW_MULTI_SERVER_SEARCH_H
#define SLOW_MULTI_SERVER_SEARCH_H

#include "ns3/surgery-line.h"
#include "ns3/surgery-multi-server-game.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// Every line of a device, over all servers that it reaches.
struct Choice
{
    uint32_t server; ///< where
    double baseS;    ///< B with the switching cost
    double workS;    ///< E
};

/// @param game the game @param device who @return all that it can choose from
inline std::vector<Choice>
ListChoices(const ns3::surgery::MultiServerGame& game, std::size_t device)
{
    std::vector<Choice> choices;
    for (uint32_t s = 0; s < game.capacities.size(); ++s)
    {
        if (ns3::surgery::CanReach(game.devices[device][s]))
        {
            ns3::surgery::ForEachLine(game.devices[device][s], [&](const ns3::surgery::Line& line) {
                choices.push_back({s, line.baseS + line.switchingS, line.workS});
            });
        }
    }
    return choices;
}

/// @param game the game @param device who @return its rho, s
inline double
GetUsagePrice(const ns3::surgery::MultiServerGame& game, std::size_t device)
{
    const auto& players = game.devices[device];
    return std::find_if(players.begin(), players.end(), &ns3::surgery::CanReach)->usagePriceS;
}

/// The dual function and a supergradient of it, from their definition.
inline double
LookAtDual(const ns3::surgery::MultiServerGame& game,
           const std::vector<double>& prices,
           std::vector<double>& gradient)
{
    double value = 0;
    for (std::size_t s = 0; s < prices.size(); ++s)
    {
        gradient[s] = -game.capacities[s];
        value -= prices[s] * game.capacities[s];
    }
    for (std::size_t i = 0; i < game.devices.size(); ++i)
    {
        auto least = std::numeric_limits<double>::infinity();
        double share = 0;
        uint32_t server = 0;
        for (const auto& choice : ListChoices(game, i))
        {
            const auto price = GetUsagePrice(game, i) + prices[choice.server];
            const auto phi = choice.workS > 0 ? std::min(1.0, std::sqrt(choice.workS / price)) : 0;
            const auto cost =
                choice.baseS + (choice.workS > 0 ? choice.workS / phi + price * phi : 0);
            if (cost < least)
            {
                least = cost;
                share = phi;
                server = choice.server;
            }
        }
        value += least;
        gradient[server] += share;
    }
    return value;
}

/// The largest value of the dual function, by the ellipsoid method: slow, and apart from the
/// library.
inline double
MaximizeDualSlowly(const ns3::surgery::MultiServerGame& game, double mostPriceS)
{
    const auto n = game.capacities.size();
    const auto dimensions = static_cast<double>(n);
    std::vector<double> center(n, mostPriceS / 2);
    std::vector<double> shape(n * n, 0.0);
    for (std::size_t s = 0; s < n; ++s)
    {
        shape[s * n + s] = mostPriceS * mostPriceS * dimensions;
    }
    auto best = -std::numeric_limits<double>::infinity();
    std::vector<double> gradient(n);
    for (int step = 0; step < 150 * static_cast<int>(n * n); ++step)
    {
        const auto negative =
            std::find_if(center.begin(), center.end(), [](double price) { return price < 0; });
        if (negative == center.end())
        {
            best = std::max(best, LookAtDual(game, center, gradient));
        }
        else
        {
            gradient.assign(n, 0.0);
            gradient[static_cast<std::size_t>(negative - center.begin())] = 1;
        }
        std::vector<double> along(n, 0.0);
        double length = 0;
        for (std::size_t s = 0; s < n; ++s)
        {
            for (std::size_t t = 0; t < n; ++t)
            {
                along[s] += shape[s * n + t] * gradient[t];
            }
            length += along[s] * gradient[s];
        }
        if (!(length > 1e-30))
        {
            break;
        }
        for (std::size_t s = 0; s < n; ++s)
        {
            along[s] /= std::sqrt(length);
            center[s] += along[s] / (dimensions + 1);
        }
        const auto grow = dimensions * dimensions / (dimensions * dimensions - 1);
        for (std::size_t s = 0; s < n; ++s)
        {
            for (std::size_t t = 0; t < n; ++t)
            {
                shape[s * n + t] =
                    grow * (shape[s * n + t] - 2 / (dimensions + 1) * along[s] * along[t]);
            }
        }
    }
    return best;
}

/// What shares of one server cost if these devices have this work there, by bisection.
inline double
FillServerSlowly(double capacity, const std::vector<std::pair<double, double>>& workAndPrices)
{
    const auto load = [&](double price) {
        double sum = 0;
        for (const auto& [work, rho] : workAndPrices)
        {
            sum += std::sqrt(work / (rho + price));
        }
        return sum;
    };
    double low = 0;
    double high = 0;
    if (load(0) > capacity)
    {
        for (high = 1e-9; load(high) > capacity; high *= 4)
        {
            low = high;
        }
        for (int step = 0; step < 60; ++step)
        {
            const auto middle = (low + high) / 2;
            (load(middle) <= capacity ? high : low) = middle;
        }
    }
    double cost = 0;
    for (const auto& [work, rho] : workAndPrices)
    {
        const auto share = std::sqrt(work / (rho + high));
        cost += work / share + rho * share;
    }
    return cost;
}

/// The least potential of all combinations of choices; negative if there are too many.
inline double
SearchSlowly(const ns3::surgery::MultiServerGame& game)
{
    std::vector<std::vector<Choice>> choices;
    double combinations = 1;
    for (std::size_t i = 0; i < game.devices.size(); ++i)
    {
        choices.push_back(ListChoices(game, i));
        combinations *= static_cast<double>(choices.back().size());
    }
    if (combinations > 20000)
    {
        return -1;
    }
    auto least = std::numeric_limits<double>::infinity();
    std::vector<std::vector<std::pair<double, double>>> there(game.capacities.size());
    const std::function<void(std::size_t, double)> descend = [&](std::size_t i, double base) {
        if (i == choices.size())
        {
            for (std::size_t s = 0; s < there.size() && base < least; ++s)
            {
                base += FillServerSlowly(game.capacities[s], there[s]);
            }
            least = std::min(least, base);
            return;
        }
        for (const auto& choice : choices[i])
        {
            if (choice.workS > 0)
            {
                there[choice.server].emplace_back(choice.workS, GetUsagePrice(game, i));
            }
            descend(i + 1, base + choice.baseS);
            if (choice.workS > 0)
            {
                there[choice.server].pop_back();
            }
        }
    };
    descend(0, 0);
    return least;
}

/** @} */

#endif // SLOW_MULTI_SERVER_SEARCH_H
