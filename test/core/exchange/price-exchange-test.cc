/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/core/equilibrium/hand-out.h"
#include "model/core/equilibrium/market.h"
#include "model/core/equilibrium/waiting-market.h"
#include "test/support/bundled-game.h"
#include "test/support/waiting-game.h"

#include "ns3/surgery-bids.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-demand-book.h"
#include "ns3/surgery-demand-curve.h"
#include "ns3/surgery-device-demand.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-price-search.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

constexpr double TOLERANCE = 5e-4; ///< of the price, as DdsScheduler's default
constexpr uint32_t DEVICE_COUNT = 50;
constexpr double INFINITE = std::numeric_limits<double>::infinity();

/// The game as it is played over a network, but without one: the server's side sees prices, shares
/// and gains, never a player.
class Exchange
{
  public:
    explicit Exchange(const Game& game)
        : m_capacity(game.capacity),
          m_devices(game.players.begin(), game.players.end())
    {
    }

    /// Announce prices until the market clears, at most so many times.
    void ClearMarket(PriceSearch& search, uint32_t maxRounds = 100)
    {
        search.Begin();
        while (!search.IsDone() && search.GetRounds() < maxRounds)
        {
            const auto ladder = search.GetLadder();
            ASSERT_EQ(ladder.size(), PriceSearch::RUNGS);
            ASSERT_TRUE(std::is_sorted(ladder.begin(), ladder.end(), std::less_equal<>()));
            std::vector<double> loads(ladder.size(), 0.0);
            for (const auto& device : m_devices)
            {
                const auto shares = device.GetShares(ladder);
                ASSERT_TRUE(IsDemand(shares));
                std::transform(loads.begin(),
                               loads.end(),
                               shares.begin(),
                               loads.begin(),
                               std::plus<>());
            }
            search.Narrow(loads, m_capacity);
        }
        m_shares.clear();
        for (const auto& device : m_devices)
        {
            m_shares.push_back(device.GetResponse(search.GetPrice()).share);
        }
    }

    /// Offer what is left over. @return the offers made
    uint32_t HandOut(uint32_t maxRounds)
    {
        for (uint32_t round = 0; round < maxRounds; ++round)
        {
            const auto leftover = m_capacity - GetLoad();
            if (leftover <= TOLERANCE)
            {
                return round;
            }
            std::vector<Bid> bids;
            for (std::size_t i = 0; i < m_devices.size(); ++i)
            {
                bids.push_back(m_devices[i].GetBid(m_shares[i], leftover));
                EXPECT_LE(bids.back().share, m_shares[i] + leftover);
            }
            const auto winners = ChooseBids(bids, m_shares, leftover);
            for (const auto i : winners)
            {
                m_shares[i] = bids[i].share;
            }
            if (winners.empty())
            {
                return round + 1;
            }
        }
        return maxRounds;
    }

    double GetLoad() const
    {
        return std::accumulate(m_shares.begin(), m_shares.end(), 0.0);
    }

    const std::vector<double>& GetShares() const
    {
        return m_shares;
    }

    /// What the devices do with their shares.
    Outcome Settle() const
    {
        Outcome outcome;
        for (std::size_t i = 0; i < m_devices.size(); ++i)
        {
            outcome.decisions.push_back(m_devices[i].Settle(m_shares[i]));
        }
        return outcome;
    }

  private:
    double m_capacity;
    std::vector<DeviceDemand> m_devices;
    std::vector<double> m_shares;
};

/// Games to play: of the bundled DNNs, and of random ones.
using GameMaker = std::function<Game(std::mt19937_64&)>;

Game
MakeManyBundled(std::mt19937_64& random)
{
    return MakeBundledGame(random, DEVICE_COUNT);
}

Game
MakeManyRandom(std::mt19937_64& random)
{
    return MakeRandomGame(random, DEVICE_COUNT, 8);
}

/// The same, where the requests of most devices do not wait, and waiting counts.
Game
MakeManyWaiting(std::mt19937_64& random)
{
    auto game = MakeManyBundled(random);
    AddRequests(random, game);
    return game;
}

/// Over 100 games: the price, the cuts and the shares agree before the hand-out, Phi after it.
/// @tparam Lines the server's view of the devices @tparam Clearing its market
template <class Lines, class Clearing>
void
ExpectAgreement(const GameMaker& makeGame)
{
    constexpr int GAMES = 100;
    int sameCuts = 0;
    double excess = 0;
    double worstPrice = 0;
    double worstShare = 0;
    uint32_t mostRounds = 0;
    uint32_t mostOffers = 0;
    for (uint64_t seed = 1; seed <= GAMES; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = makeGame(random);
        const Lines lines(game.players);
        const Clearing market(game, lines);

        Exchange exchange(game);
        PriceSearch search(TOLERANCE);
        exchange.ClearMarket(search);
        const auto price = search.GetPrice();
        ASSERT_GT(market.GetPrice(), 0);
        worstPrice = std::max(worstPrice, std::abs(price / market.GetPrice() - 1));
        mostRounds = std::max(mostRounds, search.GetRounds());

        auto isSame = true;
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            const auto& player = game.players[i];
            const auto& line = lines.GetLines(i)[market.GetChoice(i)];
            const auto response = DeviceDemand(player).GetResponse(price);
            EXPECT_EQ(response.share, exchange.GetShares()[i]);
            if (response.cut != GetCut(player, line.option, line.cut))
            {
                isSame = false;
                continue;
            }
            const auto share =
                line.workS > 0
                    ? GetPlayedShare(line, player.usagePriceS + market.GetPrice(), INFINITE)
                    : 0.0;
            worstShare =
                std::max(worstShare,
                         share > 0 ? std::abs(response.share / share - 1) : response.share);
        }
        sameCuts += isSame ? 1 : 0;
        EXPECT_LE(exchange.GetLoad(), game.capacity);

        mostOffers = std::max(mostOffers, exchange.HandOut(3));
        const auto certificate = Evaluate(game, exchange.Settle());
        EXPECT_LE(certificate.load, game.capacity + 1e-12);
        const auto server = Evaluate(game, SolveEquilibrium(game));
        excess += (certificate.potential / server.potential - 1) / GAMES;
    }
    testing::Test::RecordProperty("mean_excess_of_phi", std::to_string(excess));
    EXPECT_LE(worstPrice, 1e-3);
    EXPECT_LE(worstShare, 1e-3); // relative, which is stricter than of the whole server
    EXPECT_GE(sameCuts, 95);
    EXPECT_LE(excess, 1e-3);
    EXPECT_LE(mostRounds, 4U);
    EXPECT_LE(mostOffers, 3U);
}

/// The next instant: links drift, and a device is exchanged for another now and then.
void
Drift(std::mt19937_64& random, Game& game, const GameMaker& makeGame)
{
    for (auto& player : game.players)
    {
        player.link.uplinkBps *= DrawLog(random, 0.8, 1.25);
        player.link.downlinkBps *= DrawLog(random, 0.8, 1.25);
    }
    game.players[random() % game.players.size()] = makeGame(random).players[0];
}

/// Rounds to clear in games that go on, the first one's left out. @return sorted
std::vector<uint32_t>
CountWarmRounds(const GameMaker& makeGame)
{
    std::vector<uint32_t> rounds;
    for (uint64_t seed = 1; seed <= 10; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = makeGame(random);
        PriceSearch search(TOLERANCE);
        for (int timestep = 0; timestep < 20; ++timestep)
        {
            Exchange exchange(game);
            exchange.ClearMarket(search);
            EXPECT_LE(exchange.GetLoad(), game.capacity);
            if (timestep > 0)
            {
                rounds.push_back(search.GetRounds());
            }
            // now and then most of the devices leave, or come back
            game.capacity = timestep % 7 == 6 ? 0.2 : 1.0;
            Drift(random, game, makeGame);
        }
    }
    std::sort(rounds.begin(), rounds.end());
    return rounds;
}

TEST(PriceExchange, AgreesWithTheServerOnBundledDnns)
{
    ExpectAgreement<ResponseLines, Market>(MakeManyBundled);
}

TEST(PriceExchange, AgreesWithTheServerOnRandomDnns)
{
    ExpectAgreement<ResponseLines, Market>(MakeManyRandom);
}

TEST(PriceExchange, AgreesWithTheServerWhereWaitingCounts)
{
    ExpectAgreement<WaitingLines, WaitingMarket>(MakeManyWaiting);
}

TEST(PriceExchange, ClearsInFewRoundsWhenWarm)
{
    for (const auto& makeGame : {GameMaker(MakeManyBundled), GameMaker(MakeManyRandom)})
    {
        const auto rounds = CountWarmRounds(makeGame);
        EXPECT_LE(rounds[rounds.size() / 2], 3U);
        EXPECT_LE(rounds.back(), 6U);
    }
}

TEST(PriceExchange, FitsWheneverItIsCutShort)
{
    for (uint64_t seed = 1; seed <= 20; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeManyBundled(random);
        PriceSearch search(TOLERANCE);
        Exchange exchange(game);
        for (int timestep = 0; timestep < 5; ++timestep)
        {
            exchange.ClearMarket(search, 1); // goes on where it left
            EXPECT_LE(exchange.GetLoad(), game.capacity);
        }
        const Market market(game, ResponseLines(game.players));
        EXPECT_NEAR(search.GetPrice() / market.GetPrice(), 1, 0.1);
    }
}

// PriceSearch alone: demand is any function that never rises

/// Search for the clearing price of a demand.
void
Search(PriceSearch& search, const std::function<double(double)>& demand)
{
    search.Begin();
    while (!search.IsDone())
    {
        ASSERT_LT(search.GetRounds(), 12U);
        std::vector<double> loads;
        for (const auto price : search.GetLadder())
        {
            loads.push_back(demand(price));
        }
        search.Narrow(loads, 1);
    }
}

TEST(PriceSearch, FindsAnyPriceWarmOrCold)
{
    std::mt19937_64 random(1);
    PriceSearch search(TOLERANCE);
    for (int i = 0; i < 2000; ++i)
    {
        const auto price = DrawLog(random, 1e-9, 1e9);
        SCOPED_TRACE("search " + std::to_string(i) + ", price " + std::to_string(price));
        const auto isJump = random() % 2 == 0;
        Search(search,
               [&](double p) { return isJump ? (p < price ? 2.0 : 0.5) : std::sqrt(price / p); });
        const auto scale = std::max(price, PriceSearch::LEAST_PRICE);
        EXPECT_GE(search.GetPrice(), price * (1 - 1e-12));
        EXPECT_LE(search.GetPrice() - price, TOLERANCE * scale * (1 + 1e-9));
        EXPECT_LE(search.GetLowerBound(), price);
        if (random() % 3 == 0)
        {
            search.Forget();
        }
    }
}

TEST(PriceSearch, ColdTakesFourRounds)
{
    std::mt19937_64 random(2);
    for (int i = 0; i < 1000; ++i)
    {
        const auto price = DrawLog(random, 1e-6, 1e4);
        PriceSearch search(TOLERANCE);
        Search(search, [&](double p) { return p < price ? INFINITE : 1.0; });
        EXPECT_LE(search.GetRounds(), 4U) << price;
    }
}

TEST(PriceSearch, WarmTakesThreeRoundsNearbyAndFiveAnywhere)
{
    std::mt19937_64 random(3);
    PriceSearch search(TOLERANCE);
    auto price = 0.01;
    Search(search, [&](double p) { return p < price ? 2.0 : 1.0; });
    for (int i = 0; i < 1000; ++i)
    {
        const auto isNear = random() % 4 > 0;
        price =
            isNear ? search.GetPrice() * DrawLog(random, 0.72, 1.29) : DrawLog(random, 1e-5, 1e4);
        Search(search, [&](double p) { return p < price ? 2.0 : 1.0; });
        EXPECT_LE(search.GetRounds(), isNear ? 3U : 5U) << price;
    }
}

TEST(PriceSearch, NeedsOneRoundWhenEverythingFits)
{
    PriceSearch search(TOLERANCE);
    EXPECT_EQ(search.GetPrice(), INFINITE);
    EXPECT_EQ(search.GetLadder().front(), 0);
    EXPECT_EQ(search.GetLadder()[1], 1e-6);
    EXPECT_EQ(search.GetLadder().back(), 1e4);
    Search(search, [](double) { return 1.0; });
    EXPECT_EQ(search.GetPrice(), 0);
    EXPECT_EQ(search.GetRounds(), 1U);
    EXPECT_THROW(search.Narrow({1, 2}, 1), std::invalid_argument);
    for (const auto tolerance : {0.0, -1.0, INFINITE, std::nan("")})
    {
        EXPECT_THROW(PriceSearch{tolerance}, std::invalid_argument);
    }
}

// DemandCurve

TEST(DemandCurve, IsExactOnOneCut)
{
    std::mt19937_64 random(4);
    for (int i = 0; i < 100; ++i)
    {
        const auto work = DrawLog(random, 1e-3, 1);
        const auto usagePrice = i % 5 == 0 ? 0.0 : DrawLog(random, 1e-4, 1);
        const auto share = [&](double p) { return std::sqrt(work / (usagePrice + p)); };
        DemandCurve curve;
        EXPECT_TRUE(curve.IsEmpty());
        EXPECT_EQ(curve.GetShare(1), 0);
        curve.Add({0, 0.5, 3}, {share(0), share(0.5), share(3)});
        for (const auto price : {0.0, 0.1, 0.5, 0.7, 2.9, 3.0})
        {
            EXPECT_DOUBLE_EQ(curve.GetShare(price), share(price)) << price;
        }
        EXPECT_EQ(curve.GetShare(9), share(3));
    }
}

TEST(DemandCurve, EndsAtThePriceAtWhichTheDeviceSaidSo)
{
    DemandCurve curve;
    curve.Add({1, 2, 4}, {0.5, 0.5, 0});
    EXPECT_EQ(curve.GetShare(0), 0.5);
    EXPECT_EQ(curve.GetShare(1.5), 0.5);
    EXPECT_EQ(curve.GetShare(3.9), 0.5);
    EXPECT_EQ(curve.GetShare(4), 0);
    EXPECT_EQ(curve.GetShare(5), 0);
    curve.Add({3}, {0.25});
    EXPECT_EQ(curve.GetShare(3.5), 0.25);
    curve.Add({4}, {0.1}); // no cut's demand falls so fast
    EXPECT_EQ(curve.GetShare(3.9), 0.25);
    curve.Clear();
    EXPECT_TRUE(curve.IsEmpty());
}

TEST(DemandCurve, TellsWhatIsNone)
{
    EXPECT_TRUE(IsDemand({}));
    EXPECT_TRUE(IsDemand({INFINITE, 3, 0.5, 0.5, 0}));
    EXPECT_FALSE(IsDemand({-0.1}));
    EXPECT_FALSE(IsDemand({1, std::nan(""), 0}));
    EXPECT_FALSE(IsDemand({0.1, 0.2}));
}

// DemandBook

TEST(DemandBook, NeverGivesMoreThanThereIs)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        std::uniform_real_distribution<> unit(0, 1);
        std::map<uint32_t, double> players;
        const auto n = 1 + random() % 8;
        for (uint32_t device = 0; device < n; ++device)
        {
            players[device] = random() % 2 == 0 ? 0.0 : unit(random) / static_cast<double>(n);
        }
        const auto held =
            std::accumulate(players.begin(),
                            players.end(),
                            0.0,
                            [](double sum, const auto& player) { return sum + player.second; });
        DemandBook book;
        book.Open(players, random() % 3 == 0 ? held : 1.0);
        PriceSearch search(TOLERANCE);
        // rounds of which any may be the last, with demands of any size that fall in jumps
        for (auto rounds = random() % 5; rounds > 0 && !search.IsDone(); --rounds)
        {
            std::vector<double> loads;
            for (uint32_t device = 0; device < n; ++device)
            {
                std::vector<double> shares;
                const auto work = DrawLog(random, 1e-6, 1e3);
                const auto end = DrawLog(random, 1e-3, 1e3);
                for (const auto price : search.GetLadder())
                {
                    shares.push_back(price < end ? std::sqrt(work / price) : 0.0);
                }
                book.At(device).curve.Clear();
                book.At(device).curve.Add(search.GetLadder(), shares);
            }
            for (const auto price : search.GetLadder())
            {
                loads.push_back(book.GetLoad(price));
            }
            search.Narrow(loads, book.GetCapacity());
        }
        book.Settle(search);
        EXPECT_LE(book.GetReserved(), book.GetCapacity() + 1e-12);
        for (uint32_t device = 0; device < n; ++device)
        {
            auto& entry = book.At(device);
            EXPECT_GE(entry.share, 0);
            EXPECT_EQ(entry.cleared, entry.share);
            const auto leftover = book.GetLeftover(device);
            EXPECT_GE(leftover, 0);
            entry.bid = {std::min(1.0, entry.share + leftover * unit(random)), unit(random)};
        }
        book.GrantBids();
        EXPECT_LE(book.GetReserved(), book.GetCapacity() + 1e-12);
        book.Remove(0);
        EXPECT_EQ(book.GetPlayers().size(), n - 1);
        book.Clear();
        EXPECT_TRUE(book.GetPlayers().empty());
    }
}

// DeviceDemand and ChooseBids

TEST(DeviceDemand, AnswersWithItsBestResponse)
{
    for (uint64_t seed = 1; seed <= 50; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto player = MakePlayer(random, Pick(random, SERVERS));
        const DeviceDemand device(player);
        const auto getCost = [&player](const Decision& d, double price) {
            return GetCost(*d.cut, player.link, d.share, price);
        };
        for (int i = 0; i < 20; ++i)
        {
            const auto price = DrawLog(random, 1e-6, 1e3);
            const auto unit = player.usagePriceS + price;
            const auto answer = device.GetResponse(price);
            const auto best = GetBestResponse(player, unit, 1);
            if (answer.share <= 1)
            {
                EXPECT_NEAR(getCost(answer, unit), getCost(best, unit), 1e-12);
                EXPECT_NEAR(answer.share, best.share, 1e-9);
            }
            const auto share = DrawLog(random, 1e-4, 1);
            const auto settled = device.Settle(share);
            EXPECT_EQ(settled.share, share);
            EXPECT_EQ(settled.cut, GetBestCutAt(player, share).cut);
            const auto bid = device.GetBid(share, 0.1);
            EXPECT_GE(bid.share, share);
            EXPECT_LE(bid.share, std::min(1.0, share + 0.1));
            const auto after = device.Settle(bid.share);
            EXPECT_NEAR(bid.gainS,
                        getCost(settled, player.usagePriceS) - getCost(after, player.usagePriceS),
                        1e-12);
        }
        EXPECT_EQ(device.GetBid(0, 0).gainS, 0);
    }
}

TEST(DeviceDemand, StaysWithItsCutWhereChangingCosts)
{
    std::mt19937_64 random(5);
    auto player = MakePlayer(random, "server-t4");
    player.currentCut = player.options->front().frontier->GetLocalCut();
    player.switchingCostS = 1e3;
    EXPECT_EQ(DeviceDemand(player).GetResponse(0).share, 0);
    EXPECT_EQ(DeviceDemand(player).GetBid(0, 1).gainS, 0);
    EXPECT_EQ(DeviceDemand(player).Settle(0.5).cut, player.currentCut);
}

TEST(DeviceDemand, IsWithoutBoundWhereTheServerIsFree)
{
    std::mt19937_64 random(6);
    auto player = MakePlayer(random, "server-t4");
    player.usagePriceS = 0;
    const auto answer = DeviceDemand(player).GetResponse(0);
    EXPECT_TRUE(answer.share == INFINITE || answer.cut->serverSeconds == 0);
}

TEST(ChooseBids, TakesTheLargestGainsThatFit)
{
    const std::vector<double> reserved{0.1, 0, 0.3, 0, 0.2};
    const std::vector<Bid> bids{{0.2, 5}, {0.5, 9}, {0.1, 4}, {0.3, 2}, {0.2, 0}};
    EXPECT_EQ(ChooseBids(bids, reserved, 0), std::vector<std::size_t>({2}));
    EXPECT_EQ(ChooseBids(bids, reserved, 0.25), std::vector<std::size_t>({0, 2, 3}));
    EXPECT_EQ(ChooseBids(bids, reserved, 0.55), std::vector<std::size_t>({1, 2}));
    EXPECT_EQ(ChooseBids(bids, reserved, 1), std::vector<std::size_t>({1, 0, 2, 3}));
    EXPECT_TRUE(ChooseBids({}, {}, 1).empty());
    EXPECT_THROW(ChooseBids(bids, {}, 1), std::invalid_argument);
}

} // namespace
