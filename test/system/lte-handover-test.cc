/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/lte-fixture.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class LteHandover : public LteFixture
{
  protected:
    /// Let a device go back and forth. @param reach where it turns, m @param speed m/s
    /// @param first where it starts, m @param sign of its first direction @param end when, s
    static Ptr<WaypointMobilityModel> Shuttle(double reach,
                                              double speed,
                                              double first,
                                              int sign,
                                              double end)
    {
        std::vector<std::pair<double, double>> path{{0, first}};
        while (path.back().first < end)
        {
            const auto [time, x] = path.back();
            path.emplace_back(time + std::abs(sign * reach - x) / speed, sign * reach);
            sign = -sign;
        }
        return Walk(path);
    }

    /// Check how soon tensors reach the server after each attachment. @param actor whose
    /// @param events its attachments @param end of the run
    static void ExpectTensorsSoonAfter(const Actor& actor,
                                       const std::vector<Event>& events,
                                       Time end)
    {
        for (const auto& event : events)
        {
            const auto limit = event.time + Seconds(5);
            if (!event.attached || event.time < Seconds(1) || limit > end)
            {
                continue;
            }
            const auto arrives = [&](const InferenceRecord& record) {
                return record.lastByteReceived > event.time && record.lastByteReceived <= limit;
            };
            EXPECT_TRUE(std::any_of(actor.records.begin(), actor.records.end(), arrives))
                << "after " << event.time.As(Time::S);
        }
    }
};

TEST_F(LteHandover, LosesNothingInTransitionsUnderLoad)
{
    constexpr double END = 25;
    std::vector<Ptr<WaypointMobilityModel>> paths;
    for (int i = 0; i < 5; ++i)
    {
        paths.push_back(Shuttle(300, 60, 100 * (i - 2), i % 2 == 0 ? 1 : -1, END));
    }
    Build("lte[BaseStations=3|Spacing=300]", paths);
    RunUntil(Seconds(END));
    ExpectAllAccountedFor();
    uint64_t created = 0;
    uint64_t completed = 0;
    for (uint32_t i = 0; i < m_actors.size(); ++i)
    {
        SCOPED_TRACE("device " + std::to_string(i));
        const auto& actor = *m_actors[i];
        created += actor.client->GetCreated();
        completed += actor.client->GetCompleted();
        EXPECT_GT(CountOffloaded(actor), 30u);

        // in turn: attached, detached, attached; from one to another, and back
        std::set<uint32_t> known;
        uint32_t transitions = 0;
        uint32_t returns = 0;
        for (std::size_t e = 0; e < m_events[i].size(); ++e)
        {
            const auto& event = m_events[i][e];
            EXPECT_EQ(event.attached, e % 2 == 0);
            if (!event.attached)
            {
                EXPECT_EQ(event.baseStation, m_events[i][e - 1].baseStation);
                continue;
            }
            transitions += e > 0 && event.baseStation != m_events[i][e - 2].baseStation;
            returns += !known.insert(event.baseStation).second;
        }
        EXPECT_GE(transitions, 3u);
        EXPECT_GE(returns, 1u);
        ExpectTensorsSoonAfter(actor, m_events[i], Seconds(END));
    }
    EXPECT_GE(completed, 0.95 * created);
}

TEST_F(LteHandover, OutOfCoverageAndBackCostsLatencyOnly)
{
    // far away from 6 s to 16 s
    Build("lte", {Walk({{0, -200}, {6, -200}, {6.1, -20000}, {15.9, -20000}, {16, -200}})});
    RunUntil(Seconds(25));
    ExpectAllAccountedFor();
    const auto& actor = *m_actors[0];
    EXPECT_EQ(actor.client->GetDropped(), 0u);
    ASSERT_EQ(m_events[0].size(), 3u);
    EXPECT_TRUE(m_events[0][0].attached);
    EXPECT_FALSE(m_events[0][1].attached);
    EXPECT_LT(m_events[0][1].time, Seconds(9));
    EXPECT_TRUE(m_events[0][2].attached);
    EXPECT_GT(m_events[0][2].time, Seconds(16));
    EXPECT_LT(m_events[0][2].time, Seconds(19));
    ExpectTensorsSoonAfter(actor, m_events[0], Seconds(25));
    for (const auto& record : actor.records)
    {
        // a lease is 2 s
        if (record.deviceStart > Seconds(8.1) && record.deviceStart < Seconds(16))
        {
            EXPECT_EQ(record.cut, "local") << record.id;
        }
    }
}

TEST_F(LteHandover, PredictionsHoldWhereNothingMoves)
{
    Build("lte", {Stand(-330), Stand(-250), Stand(-170), Stand(190), Stand(310)});
    RunUntil(Seconds(20));
    ExpectAllAccountedFor();
    std::vector<double> errors;
    for (const auto& actor : m_actors)
    {
        for (const auto& record : actor->records)
        {
            if (record.created > Seconds(5) && record.predicted.IsPositive() &&
                record.serverEnd.IsPositive())
            {
                errors.push_back(std::abs(
                    record.predicted.GetSeconds() / GetServiceLatency(record).GetSeconds() - 1));
            }
        }
    }
    ASSERT_GT(errors.size(), 200u);
    std::nth_element(errors.begin(), errors.begin() + errors.size() / 2, errors.end());
    const auto median = errors[errors.size() / 2];
    RecordProperty("MedianError", std::to_string(median));
    EXPECT_LE(median, 0.1);
}

} // namespace
