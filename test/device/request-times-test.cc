/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/star-network.h"
#include "test/support/text-file.h"

#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class RequestTimes : public SimulatorFixture
{
  protected:
    /// Run a device that works alone. @param text of its file of requests @param most requests; 0:
    /// no limit @return when they came, ns
    static std::vector<int64_t> GetRequests(const std::string& text, uint64_t most)
    {
        const TextFile file(text);
        StarNetwork network(1, "10Mbps", MilliSeconds(1));
        const auto client = network.InstallClient(0, [&](InferenceClientHelper& helper) {
            helper.SetAttribute("RequestTimes", StringValue(file.GetPath()));
            helper.SetAttribute("MaxRequests", UintegerValue(most));
            helper.SetAttribute("MaxQueue", UintegerValue(2));
        });
        client->SetStartTime(Seconds(1));
        std::vector<int64_t> times;
        Listen(client, "Inference", [&times](const InferenceRecord& record) {
            times.push_back(record.created.GetNanoSeconds());
        });
        Simulator::Stop(Seconds(100));
        Simulator::Run();
        Simulator::Destroy();
        std::sort(times.begin(), times.end()); // a request that is dropped ends first
        return times;
    }
};

TEST_F(RequestTimes, AreThoseOfTheFileFromTheStartOnWhateverBecomesOfRequests)
{
    // some come before the one before them has ended, and some are dropped
    const std::string text =
        "start_s,duration_s\n0,.1\n0.001,.1\n0.001,.1\n0.001,.1\n0.002,.1\n3.5,1\n";
    const std::vector<int64_t> expected{1000000000,
                                        1001000000,
                                        1001000000,
                                        1001000000,
                                        1002000000,
                                        4500000000};
    EXPECT_EQ(GetRequests(text, 0), expected);
    EXPECT_EQ(GetRequests(text, 2), std::vector<int64_t>(expected.begin(), expected.begin() + 2));
    EXPECT_EQ(GetRequests("2.5", 0), std::vector<int64_t>{3500000000});
}

TEST_F(RequestTimes, AreRefusedInOneLineThatNamesFileAndLine)
{
    for (const std::string wrong : {"-1", "x", "nan", "2e9", "0.4", ""})
    {
        const TextFile file("0.5\n" + wrong + (wrong.empty() ? "" : "\n"));
        auto client = CreateObject<InferenceClient>();
        try
        {
            client->SetAttribute("RequestTimes", StringValue(file.GetPath()));
            EXPECT_EQ(wrong, "");
        }
        catch (const std::invalid_argument& error)
        {
            const auto begin = file.GetPath() + ", line 2: \"" + wrong + "\": the time ";
            EXPECT_EQ(std::string(error.what()).rfind(begin, 0), 0u) << error.what();
        }
        client->Dispose();
    }
    // a comma may be a decimal one
    for (const std::string text : {"0,1\n0,2\n", "0;1\n0;2\n"})
    {
        const TextFile file(text);
        auto client = CreateObject<InferenceClient>();
        EXPECT_THROW(client->SetAttribute("RequestTimes", StringValue(file.GetPath())),
                     std::invalid_argument)
            << text;
        client->Dispose();
    }
    auto client = CreateObject<InferenceClient>();
    EXPECT_THROW(client->SetAttribute("RequestTimes", StringValue("/no/such/file")),
                 std::invalid_argument);
    client->Dispose();
}

} // namespace
