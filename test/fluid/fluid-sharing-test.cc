/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/fluid/fluid-flow.h"
#include "test/support/simulator-fixture.h"

#include "ns3/simulator.h"
#include "ns3/surgery-fluid-link.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// A flow that sends one piece.
struct Stream : public FluidFlow::Owner
{
    Ptr<FluidFlow> flow = Create<FluidFlow>(static_cast<FluidFlow::Owner&>(*this)); ///< it
    int device{-1};       ///< whose private link it takes; -1: none
    std::set<int> shared; ///< the shared links that it takes
    double startS{0};     ///< when it begins
    double bits{0};       ///< of it
    double endS{-1};      ///< when it ended

    ~Stream() override
    {
        flow->Release();
    }

    std::optional<double> HandleServed() override
    {
        endS = Simulator::Now().GetSeconds();
        return std::nullopt;
    }
};

/// Links and flows, drawn at random.
struct World
{
    std::vector<double> privateBps;               ///< by device
    std::vector<double> sharedBps;                ///< by link
    std::vector<bool> isEqual;                    ///< how they are shared
    std::vector<std::unique_ptr<Stream>> streams; ///< in the order of their begin
};

/// The rates of flows, found the slow way: all rates rise together in small steps, halved until
/// they are as good as exact, and a flow stops at its cap or when a link is full.
std::vector<double>
ShareSlowly(const World& world, const std::vector<const Stream*>& active)
{
    const auto n = active.size();
    std::vector<double> caps(n, std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < n; ++i)
    {
        const auto count = [&](const auto& has) {
            return static_cast<double>(std::count_if(active.begin(), active.end(), has));
        };
        const auto device = active[i]->device;
        if (device >= 0)
        {
            caps[i] = world.privateBps[device] /
                      count([&](const Stream* other) { return other->device == device; });
        }
        for (const auto link : active[i]->shared)
        {
            if (world.isEqual[link])
            {
                const auto part = world.sharedBps[link] / count([&](const Stream* other) {
                                      return other->shared.count(link) > 0;
                                  });
                caps[i] = std::min(caps[i], part);
            }
        }
    }
    std::vector<double> rates(n, 0);
    std::vector<bool> isDone(n, false);
    const auto fits = [&](double level) {
        for (std::size_t link = 0; link < world.sharedBps.size(); ++link)
        {
            double load = 0;
            bool isOpen = false;
            for (std::size_t i = 0; i < n; ++i)
            {
                if (active[i]->shared.count(link) > 0)
                {
                    load += isDone[i] ? rates[i] : std::min(caps[i], level);
                    isOpen = isOpen || !isDone[i];
                }
            }
            if (isOpen && load > world.sharedBps[link])
            {
                return false;
            }
        }
        return true;
    };
    while (!std::all_of(isDone.begin(), isDone.end(), [](bool done) { return done; }))
    {
        double low = 0;
        double high = 1e12;
        for (int i = 0; i < 200; ++i)
        {
            const auto middle = (low + high) / 2;
            (fits(middle) ? low : high) = middle;
        }
        for (std::size_t i = 0; i < n; ++i)
        {
            if (isDone[i])
            {
                continue;
            }
            rates[i] = std::min(caps[i], low);
        }
        const auto before = isDone;
        for (std::size_t i = 0; i < n; ++i)
        {
            bool isStopped = caps[i] <= low * (1 + 1e-12) || low > 1e11;
            for (const auto link : active[i]->shared)
            {
                double load = 0;
                for (std::size_t k = 0; k < n; ++k)
                {
                    load += active[k]->shared.count(link) > 0 ? rates[k] : 0;
                }
                isStopped = isStopped || load >= world.sharedBps[link] * (1 - 1e-9);
            }
            isDone[i] = isDone[i] || isStopped;
        }
        if (before == isDone)
        {
            ADD_FAILURE() << "the slow solver does not end";
            break;
        }
    }
    return rates;
}

/// When flows end, found the slow way. @param world with their begins and bits
std::vector<double>
EndSlowly(const World& world)
{
    const auto n = world.streams.size();
    std::vector<double> left;
    std::vector<double> ends(n, -1);
    for (const auto& stream : world.streams)
    {
        left.push_back(stream->bits);
    }
    double now = 0;
    while (true)
    {
        std::vector<const Stream*> active;
        std::vector<std::size_t> indices;
        auto next = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < n; ++i)
        {
            if (ends[i] >= 0)
            {
                continue;
            }
            if (world.streams[i]->startS > now)
            {
                next = std::min(next, world.streams[i]->startS);
                continue;
            }
            active.push_back(world.streams[i].get());
            indices.push_back(i);
        }
        if (active.empty() && std::isinf(next))
        {
            return ends;
        }
        const auto rates = ShareSlowly(world, active);
        std::size_t first = n;
        for (std::size_t k = 0; k < active.size(); ++k)
        {
            const auto end = now + left[indices[k]] / rates[k];
            if (end < next)
            {
                next = end;
                first = indices[k];
            }
        }
        for (std::size_t k = 0; k < active.size(); ++k)
        {
            left[indices[k]] -= rates[k] * (next - now);
        }
        now = next;
        if (first < n)
        {
            ends[first] = now;
        }
    }
}

class FluidSharing : public SimulatorFixture
{
  protected:
    /// Let the flows of a world run. @param world with begins and bits, gets the ends
    static void Run(World& world)
    {
        std::vector<Ptr<FluidLink>> own;
        std::vector<Ptr<FluidLink>> shared;
        for (const auto bps : world.privateBps)
        {
            own.push_back(FluidLink::MakePrivate(bps));
        }
        for (std::size_t i = 0; i < world.sharedBps.size(); ++i)
        {
            shared.push_back(FluidLink::MakeShared(world.sharedBps[i],
                                                   world.isEqual[i] ? FluidLink::Sharing::EQUAL
                                                                    : FluidLink::Sharing::MAX_MIN));
        }
        std::map<std::set<int>, Ptr<FluidBundle>> bundles;
        for (const auto& stream : world.streams)
        {
            auto& bundle = bundles[stream->shared];
            if (!bundle)
            {
                std::vector<Ptr<SharedLink>> links;
                for (const auto link : stream->shared)
                {
                    links.push_back(DynamicCast<SharedLink>(shared[link]));
                }
                bundle = Create<FluidBundle>(links);
            }
            const auto access =
                stream->device >= 0 ? DynamicCast<PrivateLink>(own[stream->device]) : nullptr;
            stream->flow->SetRoute({access, bundle, Time()});
            Simulator::Schedule(NanoSeconds(std::llround(stream->startS * 1e9)),
                                &FluidFlow::Start,
                                stream->flow,
                                stream->bits);
        }
        Simulator::Run();
    }
};

TEST_F(FluidSharing, EndsFlowsWhenASlowSolverDoes)
{
    for (uint32_t seed = 1; seed <= 60; ++seed)
    {
        SetUp();
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        const auto draw = [&random](double from, double to) {
            return std::uniform_real_distribution<>(from, to)(random);
        };
        const auto pick = [&random](int from, int to) {
            return std::uniform_int_distribution<>(from, to)(random);
        };
        World world;
        const auto devices = pick(1, 12);
        const auto links = pick(1, 4);
        const auto isOneRate = pick(0, 2) == 0; // many equal caps pass the level at once
        for (int i = 0; i < devices; ++i)
        {
            world.privateBps.push_back(isOneRate ? 5e6 : std::round(draw(1e5, 2e7)));
        }
        for (int i = 0; i < links; ++i)
        {
            world.sharedBps.push_back(std::round(draw(1e6, 4e7)));
            world.isEqual.push_back(pick(0, 3) == 0);
        }
        double start = 0;
        for (int i = 0; i < 40; ++i)
        {
            auto stream = std::make_unique<Stream>();
            for (int link = 0; link < links; ++link)
            {
                if (pick(0, 2) == 0)
                {
                    stream->shared.insert(link);
                }
            }
            stream->device = stream->shared.empty() || pick(0, 4) > 0 ? pick(0, devices - 1) : -1;
            start += pick(0, 3) > 0 ? std::round(draw(0, 0.2) * 1e9) / 1e9 : 0;
            stream->startS = start;
            stream->bits = std::round(std::exp(draw(5, 14)));
            world.streams.push_back(std::move(stream));
        }
        Run(world);
        const auto expected = EndSlowly(world);
        for (std::size_t i = 0; i < expected.size(); ++i)
        {
            EXPECT_NEAR(world.streams[i]->endS, expected[i], 1e-6 + 1e-7 * expected[i]) << i;
        }
        TearDown();
    }
}

} // namespace
