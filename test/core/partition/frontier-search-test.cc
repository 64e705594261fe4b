/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/random-game.h"

#include "ns3/dnn-frontier-search.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// A family of cuts that is nothing but random points (L, X, E), told apart by their flags. The
/// first is all-local; points of some families lie on a coarse grid, so that many are equally good.
struct Family
{
    static constexpr std::size_t LAYERS = 12;
    static constexpr uint64_t LEAST_BYTES = 10;
    static constexpr double LEAST_WORK_S = 0.001;

    LayerCosts costs;
    std::vector<Cut> cuts;
    std::size_t asked{0};

    explicit Family(std::mt19937_64& random)
        : costs(MakeChain())
    {
        const auto isCoarse = random() % 3 == 0;
        const auto draw = [&](double most) {
            return isCoarse ? most * static_cast<double>(random() % 5) / 4
                            : most * DrawLog(random, 1e-3, 1);
        };
        const auto local = costs.GetLocalSeconds();
        cuts.push_back(MakeCut(costs, GetLocalLayers(costs.GetDnn())));
        const auto points = random() % 200;
        for (uint64_t i = 0; i < points; ++i)
        {
            Cut cut;
            for (std::size_t bit = 0; bit < LAYERS; ++bit)
            {
                cut.deviceLayers.push_back((i >> bit) & 1);
            }
            cut.isLocal = false;
            cut.deviceSeconds = draw(local);
            cut.uploadBytes = LEAST_BYTES + static_cast<uint64_t>(draw(1e4));
            cut.serverSeconds = LEAST_WORK_S + draw(0.5 * local);
            cuts.push_back(cut);
        }
    }

    /// A chain of equal layers, the smallest tensor and the least work of which bound the points'.
    static LayerCosts MakeChain()
    {
        std::vector<TestLayer> layers{{{}, 0, 0, LEAST_BYTES}};
        for (std::size_t v = 1; v < LAYERS; ++v)
        {
            layers.push_back({{v - 1}, 0.1, LEAST_WORK_S, LEAST_BYTES});
        }
        return MakeTestCosts(layers);
    }

    /// One of the best points, by looking at all of them. @param fromEnd the last one, or the first
    const Cut& FindBest(double x, double y, bool fromEnd) const
    {
        const auto* best = &cuts.front();
        for (const auto& cut : cuts)
        {
            const auto cost = GetObjective(cut, x, y);
            const auto least = GetObjective(*best, x, y);
            best = cost < least || (fromEnd && cost == least) ? &cut : best;
        }
        return *best;
    }

    /// Search it. @param random breaks ties at random
    FrontierSearch Search(std::mt19937_64& random, double leastInverseShare)
    {
        return FrontierSearch(costs, leastInverseShare, [&](double x, double y) {
            ++asked;
            EXPECT_GE(x, 0);
            EXPECT_GE(y, leastInverseShare);
            return FindBest(x, y, random() % 2 == 0);
        });
    }
};

/// Run a test on many random families.
template <class Check>
void
ForEachFamily(Check check)
{
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        Family family(random);
        const auto leastInverseShare = static_cast<double>(seed % 2);
        const auto search = family.Search(random, leastInverseShare);
        check(random, family, search, leastInverseShare);
    }
}

TEST(FrontierSearch, FindsTheLowerHullOfAnyPoints)
{
    std::size_t most = 0;
    ForEachFamily([&](auto& random, const Family& family, const auto& search, double leastY) {
        most = std::max(most, search.GetCuts().size());
        for (int probe = 0; probe < 200; ++probe)
        {
            // on the axes, inside, and far beyond where anything but all-local is best
            const auto x = probe % 5 == 0 ? 0.0 : DrawLog(random, 1e-8, 1e3);
            const auto y = leastY + (probe % 7 == 0 ? 0.0 : DrawLog(random, 1e-4, 1e6));
            auto found = std::numeric_limits<double>::infinity();
            for (const auto& cut : search.GetCuts())
            {
                found = std::min(found, GetObjective(*cut, x, y));
            }
            const auto least = GetObjective(family.FindBest(x, y, false), x, y);
            ASSERT_NEAR(found, least, 1e-9 * least) << "x " << x << ", y " << y;
        }
    });
    EXPECT_GT(most, 20u) << "the hulls are too small for this test";
}

TEST(FrontierSearch, FindsNothingThatIsBestNowhere)
{
    ForEachFamily([](auto&, const Family& family, const auto& search, double leastY) {
        const auto& cuts = search.GetCuts();
        EXPECT_EQ(cuts.front()->deviceLayers, family.cuts.front().deviceLayers)
            << "all-local is first";
        std::set<CutLayers> seen;
        for (std::size_t k = 0; k < cuts.size(); ++k)
        {
            EXPECT_TRUE(seen.insert(cuts[k]->deviceLayers).second) << "twice";
            EXPECT_TRUE(k < 2 || cuts[k - 1]->serverSeconds <= cuts[k]->serverSeconds) << "order";
            for (const auto& rival : family.cuts)
            {
                const auto beats = k > 0 && rival.deviceSeconds < cuts[k]->deviceSeconds &&
                                   rival.uploadBytes < cuts[k]->uploadBytes &&
                                   rival.serverSeconds < cuts[k]->serverSeconds;
                EXPECT_FALSE(beats) << "another point is better in all respects";
                // a mean of two points that beats it everywhere rules it out as well
                for (const auto& other : cuts)
                {
                    const auto mean = [](double a, double b) { return (a + b) / 2; };
                    const auto meanBeats =
                        k > 0 &&
                        mean(rival.deviceSeconds + rival.serverSeconds * leastY,
                             other->deviceSeconds + other->serverSeconds * leastY) <
                            (cuts[k]->deviceSeconds + cuts[k]->serverSeconds * leastY) *
                                (1 - 1e-9) &&
                        rival.uploadBytes + other->uploadBytes < 2 * cuts[k]->uploadBytes &&
                        mean(rival.serverSeconds, other->serverSeconds) <
                            cuts[k]->serverSeconds * (1 - 1e-9);
                    EXPECT_FALSE(meanBeats) << "a mean of two points is better everywhere";
                }
            }
        }
    });
}

TEST(FrontierSearch, AsksNoMoreThanTheCornersOfAPlaneDividedSo)
{
    ForEachFamily([](auto&, const Family& family, const auto& search, double) {
        EXPECT_EQ(search.GetQuestions(), family.asked);
        // k convex regions of a rectangle have at most 2 k + 2 corners, and k - 1 answers are news;
        // on the axes, rounding makes two corners of one
        EXPECT_LE(search.GetQuestions(), 4 * search.GetCuts().size() + 4);
    });
}

} // namespace
