/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/device-processor.h"
#include "model/server/share-processor.h"
#include "test/support/simulator-fixture.h"

#include "ns3/boolean.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-background-job.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint64_t JOBS = 400;

class BackgroundJobs : public SimulatorFixture
{
  protected:
    /// @param on mean of its time, s @param off the same @return a job
    static Ptr<BackgroundJob> Make(double on, double off)
    {
        const auto variable = [](double mean) {
            return StringValue(
                mean > 0 ? "ns3::ExponentialRandomVariable[Mean=" + std::to_string(mean) + "]"
                         : "ns3::ConstantRandomVariable[Constant=0]");
        };
        auto job = CreateObject<BackgroundJob>();
        job->SetAttribute("On", variable(on));
        job->SetAttribute("Off", variable(off));
        return job;
    }

    /// Run jobs of 10 ms on a device, one after the other.
    /// @param background beside them, or null @return how long they take, s
    static double RunOnDevice(Ptr<BackgroundJob> background)
    {
        auto processor = CreateObject<DeviceProcessor>();
        if (background)
        {
            processor->SetAttribute("Background", PointerValue(background));
            EXPECT_EQ(processor->AssignStreams(5), 2);
        }
        Time end;
        processor->SetCallbacks(
            Callback<bool, uint64_t>([](uint64_t) { return true; }),
            Callback<Time, uint64_t>([](uint64_t) { return MilliSeconds(10); }),
            Callback<void, uint64_t>([&end](uint64_t) { end = Simulator::Now(); }));
        for (uint64_t id = 1; id <= JOBS; ++id)
        {
            processor->Submit(id);
        }
        Simulator::Stop(Seconds(100));
        Simulator::Run();
        EXPECT_EQ(processor->GetWaiting(), 0u);
        processor->Dispose();
        Simulator::Destroy();
        return end.GetSeconds();
    }

    /// Run jobs of 10 ms of the whole server on a share.
    /// @param background beside them, or null @param share 0..1 @param conserving as there
    /// @return how long they take, s
    static double RunOnServer(Ptr<BackgroundJob> background, double share, bool conserving)
    {
        auto processor = CreateObject<ShareProcessor>();
        processor->SetAttribute("WorkConserving", BooleanValue(conserving));
        if (background)
        {
            processor->SetAttribute("Background", PointerValue(background));
            EXPECT_EQ(processor->AssignStreams(5), 2);
        }
        processor->Start();
        Time end;
        processor->SetShare(1, share);
        processor->SetShare(2, 1 - share);
        for (uint64_t id = 1; id <= JOBS; ++id)
        {
            processor->Submit({1, id, "", {}, MilliSeconds(10)},
                              Callback<void, const ServerJob&, Time, Time>(
                                  [&end](const ServerJob&, Time, Time last) { end = last; }));
        }
        Simulator::Stop(Seconds(200));
        Simulator::Run();
        EXPECT_EQ(processor->GetQueued(1), 0u);
        EXPECT_NEAR(processor->GetWorkDone(), JOBS * 0.01, 1e-6);
        processor->Stop();
        processor->Dispose();
        Simulator::Destroy();
        return end.GetSeconds();
    }
};

TEST_F(BackgroundJobs, HalveADeviceThatTheyAlwaysWant)
{
    EXPECT_EQ(RunOnDevice(nullptr), JOBS * 0.01);
    EXPECT_EQ(RunOnDevice(CreateObject<BackgroundJob>()), JOBS * 0.02);
    // a job that always wants it, however often it begins anew
    EXPECT_NEAR(RunOnDevice(Make(0.003, 0)), JOBS * 0.02, 1e-4);
}

TEST_F(BackgroundJobs, SlowADeviceByTheTimeThatTheyWantIt)
{
    // it is one of two for half of the time: 1 / (1/2 1/2 + 1/2)
    EXPECT_NEAR(RunOnDevice(Make(0.005, 0.005)), JOBS * 0.01 * 4 / 3, 0.15);
    EXPECT_NEAR(RunOnDevice(Make(0.001, 0.003)), JOBS * 0.01 * 8 / 7, 0.1);
    EXPECT_EQ(RunOnDevice(Make(0, 1)), JOBS * 0.01);
}

TEST_F(BackgroundJobs, SlowEveryShareOfAServerAlike)
{
    for (const auto share : {1.0, 0.5, 0.125})
    {
        EXPECT_NEAR(RunOnServer(nullptr, share, false), JOBS * 0.01 / share, 1e-5);
        EXPECT_NEAR(RunOnServer(CreateObject<BackgroundJob>(), share, false),
                    JOBS * 0.02 / share,
                    1e-5);
        EXPECT_NEAR(RunOnServer(Make(0.005, 0.005), share, false),
                    JOBS * 0.01 / share * 4 / 3,
                    0.15 / share);
    }
    EXPECT_NEAR(RunOnServer(CreateObject<BackgroundJob>(), 0.125, true), JOBS * 0.02, 1e-5);
}

TEST_F(BackgroundJobs, ThatTakeNoTimeAreRefused)
{
    auto processor = CreateObject<DeviceProcessor>();
    processor->SetAttribute("Background", PointerValue(Make(0, 0)));
    try
    {
        processor->SetCallbacks(Callback<bool, uint64_t>(),
                                Callback<Time, uint64_t>(),
                                Callback<void, uint64_t>());
        ADD_FAILURE();
    }
    catch (const std::invalid_argument& error)
    {
        EXPECT_STREQ(error.what(), "BackgroundJob: On and Off: must not both be 0 s");
    }
    processor->Dispose();
}

} // namespace
