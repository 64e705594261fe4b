/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/star-network.h"

#include "ns3/boolean.h"
#include "ns3/surgery-decision-process.h"

#include <gtest/gtest.h>
#include <string>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class RandomDraw : public SimulatorFixture
{
};

TEST_F(RandomDraw, NegativeTimesCountAsZero)
{
    // half of the draws are below 0; an event in the past would turn the clock back
    const StringValue variable("ns3::NormalRandomVariable[Mean=0|Variance=0.0025]");
    for (const auto openLoop : {false, true})
    {
        SCOPED_TRACE(openLoop ? "open loop" : "closed loop");
        StarNetwork network(1, "50Mbps", MilliSeconds(1));
        const auto server = network.InstallServer([](MecServerHelper&) {});
        server->GetScheduler()->SetAttribute("DecisionDelay", variable);
        const auto client = network.InstallClient(0, [&](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue("squeezenet"));
            helper.SetAttribute("OpenLoop", BooleanValue(openLoop));
            helper.SetAttribute("ThinkTime", variable);
            helper.SetAttribute("Interval", variable);
        });
        Time last;
        uint32_t inferences = 0;
        Listen(client, "Inference", [&](const InferenceRecord& record) {
            EXPECT_GE(Simulator::Now(), last);
            EXPECT_GE(Simulator::Now(), record.created);
            last = Simulator::Now();
            ++inferences;
        });
        uint32_t timesteps = 0;
        Listen(server, "Timestep", [&](const TimestepRecord& record) {
            EXPECT_GE(record.time, MilliSeconds(500) * static_cast<int64_t>(timesteps + 1));
            ++timesteps;
        });
        Simulator::Stop(Seconds(5.4));
        Simulator::Run();
        EXPECT_GT(inferences, 20u);
        EXPECT_EQ(timesteps, 10u);
        Simulator::Destroy();
    }
}

} // namespace
