/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/star-network.h"

#include "ns3/boolean.h"
#include "ns3/string.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <string>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class RandomDraw : public SimulatorFixture
{
  public:
    using SimulatorFixture::RunForError;
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

/// Run one client for a second. @param isOpenLoop whether requests come every Interval
/// @param variable for its Interval or ThinkTime @param maxRequests how many it makes, 0: no limit
/// @param timeout of requests @return what ended it early
std::string
RunClient(bool isOpenLoop, const std::string& variable, uint64_t maxRequests, Time timeout)
{
    StarNetwork network(1, "50Mbps", MilliSeconds(1));
    network.InstallServer([](MecServerHelper&) {});
    network.InstallClient(0, [&](InferenceClientHelper& helper) {
        helper.SetAttribute("OpenLoop", BooleanValue(isOpenLoop));
        helper.SetAttribute(isOpenLoop ? "Interval" : "ThinkTime", StringValue(variable));
        helper.SetAttribute("MaxRequests", UintegerValue(maxRequests));
        helper.SetAttribute("RequestTimeout", TimeValue(timeout));
    });
    return RandomDraw::RunForError(Seconds(1));
}

TEST_F(RandomDraw, RequestsBetweenWhichNoTimePassesAreAnError)
{
    const auto constant = [](const std::string& seconds) {
        return "ns3::ConstantRandomVariable[Constant=" + seconds + "]";
    };
    for (const std::string seconds : {"0", "-1", "1e-12", "1e-9", "1e-7"})
    {
        EXPECT_NE(RunClient(true, constant(seconds), 0, Seconds(60)).find("Interval"),
                  std::string::npos)
            << seconds;
    }
    EXPECT_NE(RunClient(false, constant("0"), 0, NanoSeconds(1)).find("ThinkTime"),
              std::string::npos)
        << "each request is given up at once, and the next one made";
    EXPECT_EQ(RunClient(true, constant("0"), 1000, Seconds(60)), "") << "a burst that ends";
    EXPECT_EQ(RunClient(true, constant("1e-5"), 0, Seconds(60)), "");
    EXPECT_EQ(RunClient(false, constant("0"), 0, Seconds(60)), "");
}

} // namespace
