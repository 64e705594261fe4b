/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/model-loader.h"
#include "model/server/model-store.h"
#include "test/support/simulator-fixture.h"

#include "ns3/data-rate.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// A memory for models, told in the simplest words: a list from the least to the most recently
/// used.
class SlowStore
{
  public:
    /// A model in it.
    struct Entry
    {
        std::string name; ///< its name
        uint64_t bytes;   ///< its size
        bool isLoaded;    ///< whether it is loaded
    };

    uint64_t memory{0};         ///< size, 0: unlimited
    std::vector<Entry> entries; ///< the least recently used first

    /// @return its position, or the end
    std::vector<Entry>::iterator Find(const std::string& name)
    {
        return std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
            return entry.name == name;
        });
    }

    /// @return sum of the sizes, of the loaded ones or of all
    uint64_t Sum(bool onlyLoaded) const
    {
        uint64_t sum = 0;
        for (const auto& entry : entries)
        {
            sum += entry.isLoaded || !onlyLoaded ? entry.bytes : 0;
        }
        return sum;
    }

    /// Try whether a model fits after all that may go has gone. @return what went, or not
    bool Evict(uint64_t bytes, const ModelStore::Names& inUse, std::vector<std::string>& evicted)
    {
        while (memory > 0 && Sum(false) + bytes > memory)
        {
            const auto victim = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) {
                return e.isLoaded && inUse.count(e.name) == 0;
            });
            if (victim == entries.end())
            {
                return false;
            }
            evicted.push_back(victim->name);
            entries.erase(victim);
        }
        return true;
    }

    /// It is used now.
    void Touch(const std::string& name)
    {
        const auto found = Find(name);
        if (found != entries.end() && found->isLoaded)
        {
            std::rotate(found, found + 1, entries.end());
        }
    }
};

TEST(ModelStoreTest, IsASlowListOverAnySequence)
{
    uint32_t evictions = 0;
    uint32_t refusals = 0;
    for (uint32_t seed = 0; seed < 500; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        SlowStore slow;
        slow.memory = seed % 10 == 0 ? 0 : 50 + random() % 300;
        ModelStore store(slow.memory);
        EXPECT_EQ(store.IsLimited(), slow.memory > 0);
        for (int i = 0; i < 200; ++i)
        {
            const auto number = random() % 8;
            const auto name = "model" + std::to_string(number);
            const uint64_t bytes = number == 7 ? 0 : 20 + 31 * number;
            ModelStore::Names inUse;
            for (int other = 0; other < 8; ++other)
            {
                if (random() % 4 == 0)
                {
                    inUse.insert("model" + std::to_string(other));
                }
            }
            const auto known = slow.Find(name);
            const auto what = random() % 20;
            if (what == 0)
            {
                auto names = store.Clear();
                EXPECT_EQ(names.size(), slow.entries.size());
                slow.entries.clear();
            }
            else if (known == slow.entries.end())
            {
                auto copy = slow;
                std::vector<std::string> expected;
                const auto fits = copy.Evict(bytes, inUse, expected);
                ASSERT_EQ(store.CanHold(bytes, inUse), fits);
                EXPECT_TRUE(store.CanEverHold(bytes) || !fits);
                refusals += !fits;
                if (fits)
                {
                    slow = copy;
                    slow.entries.push_back({name, bytes, false});
                    std::vector<std::string> evicted;
                    for (const auto& entry : store.BeginLoading(name, bytes, inUse))
                    {
                        evicted.push_back(entry.first);
                        EXPECT_EQ(inUse.count(entry.first), 0u) << "it was in use";
                    }
                    EXPECT_EQ(evicted, expected);
                    evictions += evicted.size();
                }
            }
            else if (!known->isLoaded)
            {
                known->isLoaded = true;
                slow.Touch(name);
                EXPECT_EQ(store.FinishLoading(name), bytes);
            }
            else
            {
                slow.Touch(name);
                store.Use(name);
            }
            uint64_t loaded = 0;
            for (int other = 0; other < 8; ++other)
            {
                const auto otherName = "model" + std::to_string(other);
                const auto there = slow.Find(otherName);
                EXPECT_EQ(store.IsResident(otherName),
                          there != slow.entries.end() && there->isLoaded);
                EXPECT_EQ(store.IsLoading(otherName),
                          there != slow.entries.end() && !there->isLoaded);
                loaded += store.IsResident(otherName) ? 1 : 0;
            }
            EXPECT_EQ(store.CountResident(), loaded);
            EXPECT_EQ(store.GetResidentBytes(), slow.Sum(true));
            EXPECT_TRUE(slow.memory == 0 || slow.Sum(false) <= slow.memory);
        }
    }
    EXPECT_GT(evictions, 500u) << "hardly ever in this test";
    EXPECT_GT(refusals, 500u) << "hardly ever in this test";
}

TEST(ModelStoreTest, HoldsWhatIsExactlyAsLargeAndCountsWithoutOverflow)
{
    ModelStore store(100);
    EXPECT_TRUE(store.CanEverHold(100));
    EXPECT_FALSE(store.CanEverHold(101));
    EXPECT_FALSE(store.CanHold(UINT64_MAX, {}));
    EXPECT_TRUE(store.BeginLoading("a", 100, {}).empty());
    EXPECT_FALSE(store.CanHold(1, {})) << "what loads is not evicted";
    store.FinishLoading("a");
    EXPECT_TRUE(store.CanHold(100, {}));
    EXPECT_FALSE(store.CanHold(1, {"a"}));
    EXPECT_TRUE(store.CanHold(0, {"a"}));
    EXPECT_TRUE(ModelStore().CanHold(UINT64_MAX, {}));
}

/// What a loader tells.
class ModelLoaderTest : public SimulatorFixture
{
  protected:
    /// What was told: instant, model, event, size, size of all that are resident.
    using Told = std::tuple<Time, std::string, ModelEvent, uint64_t, uint64_t>;

    /// @return where a loader tells what happens
    ModelLoader::ChangedCallback Tell()
    {
        return ModelLoader::ChangedCallback([this](ModelRecord record) {
            EXPECT_EQ(record.time, Simulator::Now());
            m_told.emplace_back(record.time,
                                record.dnn,
                                record.event,
                                record.bytes,
                                record.residentBytes);
        });
    }

    std::vector<Told> m_told; ///< in this order
};

TEST_F(ModelLoaderTest, LoadsOneAfterAnotherAtItsRate)
{
    // 102.3 MB in 8.37 ms: ResNet-50 over PCIe
    ModelLoader loader({300000000, DataRate("97.778Gbps"), MilliSeconds(1)}, Tell());
    loader.Load("resnet50", 102300000, {});
    loader.Load("other", 97778000, {});
    EXPECT_TRUE(loader.GetStore().IsLoading("resnet50"));
    Simulator::Run();
    ASSERT_EQ(m_told.size(), 4u);
    EXPECT_EQ(m_told[0], Told(Seconds(0), "resnet50", ModelEvent::LOADING, 102300000, 0));
    const auto end = std::get<Time>(m_told[1]);
    EXPECT_NEAR(end.GetSeconds(), 0.001 + 0.00837, 1e-7);
    EXPECT_EQ(m_told[1], Told(end, "resnet50", ModelEvent::LOADED, 102300000, 102300000));
    EXPECT_EQ(m_told[2], Told(end, "other", ModelEvent::LOADING, 97778000, 102300000));
    EXPECT_EQ(m_told[3],
              Told(end + MilliSeconds(9), "other", ModelEvent::LOADED, 97778000, 200078000));
    // the least recently used one goes
    loader.Use("resnet50");
    loader.Load("third", 150000000, {});
    EXPECT_EQ(std::get<std::string>(m_told[4]), "other");
    EXPECT_EQ(std::get<ModelEvent>(m_told[4]), ModelEvent::EVICTED);
    EXPECT_EQ(std::get<4>(m_told[4]), 102300000u);
    loader.Clear();
    Simulator::Run();
    ASSERT_EQ(m_told.size(), 8u) << "what loads is not loaded any more";
    EXPECT_EQ(loader.GetStore().CountResident(), 0u);
    EXPECT_EQ(std::get<4>(m_told[7]), 0u);
}

TEST_F(ModelLoaderTest, TakesNoTimeUnlessItIsToldTo)
{
    ModelLoader loader({}, Tell());
    loader.Load("large", UINT64_MAX / 2, {});
    EXPECT_TRUE(loader.GetStore().IsResident("large"));
    ASSERT_EQ(m_told.size(), 1u);
    EXPECT_EQ(std::get<ModelEvent>(m_told[0]), ModelEvent::LOADED);
    // an endless load neither overflows nor lives longer than its loader
    {
        ModelLoader slow({0, DataRate(1), Seconds(1)}, Tell());
        slow.Load("large", UINT64_MAX, {});
        EXPECT_TRUE(slow.GetStore().IsLoading("large"));
    }
    Simulator::Run();
    loader.Refuse("huge", 9);
    loader.Refuse("huge", 9);
    EXPECT_EQ(m_told.size(), 3u) << "told twice";
}

} // namespace
