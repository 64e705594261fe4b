/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/random-game.h"

#include "ns3/surgery-water-filling.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// A line by hand.
ResponseLine
MakeResponseLine(double baseS, double workS)
{
    return {baseS, workS, std::sqrt(workS), 0, 0, 0};
}

/// A random line; some have no work.
ResponseLine
DrawLine(std::mt19937_64& random)
{
    return MakeResponseLine(DrawLog(random, 1e-3, 1),
                            random() % 5 == 0 ? 0.0 : DrawLog(random, 1e-9, 1e2));
}

/// Players with nothing but a rho, and a line each.
struct Pool
{
    std::vector<Player> players;
    std::vector<ResponseLine> lines;
    double capacity;

    explicit Pool(std::mt19937_64& random)
        : players(1 + random() % 20),
          capacity(random() % 2 == 0 ? 1.0 : DrawLog(random, 1e-6, 1))
    {
        const auto isFree = random() % 5 == 0;
        for (auto& player : players)
        {
            player.usagePriceS = isFree ? 0.0 : DrawLog(random, 1e-6, 1e2);
            lines.push_back(DrawLine(random));
        }
    }

    /// Divide the capacity.
    WaterFilling Fill() const
    {
        WaterFilling water(players, capacity);
        for (std::size_t i = 0; i < lines.size(); ++i)
        {
            water.Choose(i, lines[i]);
        }
        water.Fill();
        return water;
    }

    /// Phi at any shares.
    double GetPotential(const std::vector<double>& shares) const
    {
        double potential = 0;
        for (std::size_t i = 0; i < lines.size(); ++i)
        {
            potential += lines[i].baseS;
            if (lines[i].workS > 0)
            {
                potential += lines[i].workS / shares[i] + players[i].usagePriceS * shares[i];
            }
        }
        return potential;
    }
};

/// Run a test on many random pools.
template <class Check>
void
ForEachPool(Check check)
{
    for (uint64_t seed = 1; seed <= 500; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const Pool pool(random);
        check(random, pool);
    }
}

TEST(WaterFilling, FulfillsTheConditionsOfKarushKuhnAndTucker)
{
    ForEachPool([](std::mt19937_64&, const Pool& pool) {
        const auto water = pool.Fill();
        const auto price = water.GetPrice();
        EXPECT_GE(price, 0);
        double load = 0;
        std::vector<double> shares;
        for (std::size_t i = 0; i < pool.lines.size(); ++i)
        {
            shares.push_back(water.GetShare(i));
            load += shares[i];
            if (pool.lines[i].workS == 0)
            {
                EXPECT_EQ(shares[i], 0);
                continue;
            }
            // what one more bit of the share saves is what it costs
            const auto saved = pool.lines[i].workS / (shares[i] * shares[i]);
            EXPECT_NEAR(saved / (pool.players[i].usagePriceS + price), 1, 1e-9);
        }
        EXPECT_LE(load, pool.capacity * (1 + 1e-14));
        if (price > 0)
        {
            EXPECT_NEAR(load / pool.capacity, 1, 1e-9) << "capacity has a price, but is left over";
        }
        const auto potential = pool.GetPotential(shares);
        EXPECT_NEAR(water.GetPotential(), potential, 1e-12 * potential);
    });
}

TEST(WaterFilling, CostsNoMoreThanAnyOtherShares)
{
    ForEachPool([](std::mt19937_64& random, const Pool& pool) {
        const auto water = pool.Fill();
        for (int trial = 0; trial < 20; ++trial)
        {
            // near the optimum, and anywhere
            const auto spread = trial % 2 == 0 ? 1.01 : 100.0;
            std::vector<double> shares;
            double load = 0;
            for (std::size_t i = 0; i < pool.lines.size(); ++i)
            {
                shares.push_back(water.GetShare(i) * DrawLog(random, 1 / spread, spread));
                load += shares.back();
            }
            for (auto& share : shares)
            {
                share *= std::min(1.0, pool.capacity / load);
            }
            EXPECT_GE(pool.GetPotential(shares), water.GetPotential() * (1 - 1e-12));
        }
    });
}

TEST(WaterFilling, DividesInProportionToTheRootsOfWorkAtEqualUsagePrices)
{
    for (uint64_t seed = 1; seed <= 500; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        Pool pool(random);
        const auto usagePrice = pool.players[0].usagePriceS;
        double roots = 0;
        double base = 0;
        for (std::size_t i = 0; i < pool.players.size(); ++i)
        {
            pool.players[i].usagePriceS = usagePrice;
            roots += pool.lines[i].rootWork;
            base += pool.lines[i].baseS;
        }
        const auto water = pool.Fill();
        const auto unit = std::max(usagePrice, std::pow(roots / pool.capacity, 2));
        const auto load = roots > 0 ? roots / std::sqrt(unit) : 0;
        EXPECT_NEAR(water.GetPrice(), roots > 0 ? unit - usagePrice : 0, 1e-12 * unit);
        for (std::size_t i = 0; i < pool.players.size() && roots > 0; ++i)
        {
            EXPECT_NEAR(water.GetShare(i), load * pool.lines[i].rootWork / roots, 1e-12 * load);
        }
        const auto potential = base + (roots > 0 ? roots * roots / load + usagePrice * load : 0);
        EXPECT_NEAR(water.GetPotential(), potential, 1e-12 * potential);
    }
}

TEST(WaterFilling, BoundsWhatAnotherLineOfOnePlayerChanges)
{
    ForEachPool([](std::mt19937_64& random, const Pool& pool) {
        const auto water = pool.Fill();
        for (std::size_t i = 0; i < pool.lines.size(); ++i)
        {
            auto other = pool;
            other.lines[i] = DrawLine(random);
            const auto change = other.Fill().GetPotential() - water.GetPotential();
            const auto bound =
                water.GetPricedCost(i, other.lines[i]) - water.GetPricedCost(i, pool.lines[i]);
            EXPECT_GE(change, bound - 1e-9 * water.GetPotential());
        }
    });
}

TEST(WaterFilling, ForgetsWhatWasChosenBefore)
{
    ForEachPool([](std::mt19937_64& random, const Pool& pool) {
        auto water = pool.Fill();
        auto other = pool;
        for (int change = 0; change < 10; ++change)
        {
            const auto i = random() % pool.lines.size();
            other.lines[i] = DrawLine(random);
            water.Choose(i, other.lines[i]);
        }
        water.Fill();
        const auto afresh = other.Fill();
        EXPECT_NEAR(water.GetPotential(), afresh.GetPotential(), 1e-12 * afresh.GetPotential());
        for (std::size_t i = 0; i < pool.lines.size(); ++i)
        {
            EXPECT_NEAR(water.GetShare(i), afresh.GetShare(i), 1e-9 * afresh.GetShare(i));
        }
    });
}

TEST(WaterFilling, KnowsWhenThereIsNothingToDivide)
{
    WaterFilling nothing(std::vector<Player>(2), 0.0);
    nothing.Choose(0, MakeResponseLine(1, 0));
    nothing.Choose(1, MakeResponseLine(2, 0));
    nothing.Fill();
    EXPECT_EQ(nothing.GetPrice(), 0);
    EXPECT_EQ(nothing.GetPotential(), 3);
    nothing.Choose(1, MakeResponseLine(2, 1));
    nothing.Fill();
    EXPECT_TRUE(std::isinf(nothing.GetPotential())) << "work, and no capacity";
}

TEST(TotalDemand, ClearsAtTheLeastPriceWhateverTheGuess)
{
    for (uint64_t seed = 1; seed <= 500; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        TotalDemand demand;
        EXPECT_TRUE(demand.IsEmpty());
        const auto players = 1 + random() % 20;
        for (std::size_t i = 0; i < players; ++i)
        {
            demand.Add(DrawLog(random, 1e-5, 10), DrawLog(random, 1e-6, 1e2));
        }
        EXPECT_FALSE(demand.IsEmpty());
        const auto capacity = DrawLog(random, 1e-3, 1);
        const auto least = random() % 2 == 0 ? 0.0 : DrawLog(random, 1e-6, 1e2);
        const auto price = demand.GetClearingPrice(capacity, least, least);
        EXPECT_GE(price, least);
        EXPECT_LE(demand.GetLoad(price), capacity * (1 + 1e-12));
        if (price > least)
        {
            EXPECT_GT(demand.GetLoad(least), capacity);
            EXPECT_NEAR(demand.GetLoad(price) / capacity, 1, 1e-9);
        }
        for (int trial = 0; trial < 5; ++trial)
        {
            const auto guess = trial == 0 ? 0.0 : DrawLog(random, 1e-9, 1e9);
            EXPECT_NEAR(demand.GetClearingPrice(capacity, least, guess), price, 1e-9 * price);
        }
        demand.Clear();
        EXPECT_TRUE(demand.IsEmpty());
        EXPECT_EQ(demand.GetLoad(1), 0);
    }
}

} // namespace
