/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/link/recorded-link-estimator.h"
#include "test/support/simulator-fixture.h"
#include "test/support/text-file.h"

#include "ns3/simulator.h"
#include "ns3/string.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// @param path of a recording @return an estimator that reports it
Ptr<RecordedLinkEstimator>
Make(const std::string& path)
{
    auto estimator = CreateObject<RecordedLinkEstimator>();
    estimator->SetAttribute("Rates", StringValue(path));
    return estimator;
}

class RecordedRates : public SimulatorFixture
{
  protected:
    /// @param estimator it @param times s @return what it reports then, bit/s
    static std::vector<double> GetRates(Ptr<LinkEstimator> estimator,
                                        const std::vector<double>& times)
    {
        std::vector<double> rates;
        for (const auto time : times)
        {
            Simulator::Schedule(Seconds(time) - Simulator::Now(), [&rates, estimator] {
                estimator->AddSample(100000, MilliSeconds(1)); // in vain
                rates.push_back(estimator->GetRateBps());
            });
        }
        Simulator::Run();
        Simulator::Destroy();
        return rates;
    }
};

TEST_F(RecordedRates, HoldFromTheirTimeToTheNext)
{
    const TextFile file("start_s,bits_per_second\n10,8e6\n10.5,16000000\n12,1\n");
    const std::vector<double> times{0, 0.499, 0.5, 1.999, 2, 1e6};
    const std::vector<double> expected{8e6, 8e6, 16e6, 16e6, 1, 1};
    EXPECT_EQ(GetRates(Make(file.GetPath()), times), expected);
}

TEST_F(RecordedRates, BeginAtTheirOffset)
{
    const TextFile file("0,8e6\n0.5,16e6\n2,1\n");
    auto estimator = Make(file.GetPath());
    estimator->SetAttribute("Offset", TimeValue(Seconds(0.5)));
    EXPECT_EQ(GetRates(estimator, {0, 1, 1.5}), (std::vector<double>{16e6, 16e6, 1}));
}

TEST_F(RecordedRates, AreRefusedInOneLine)
{
    for (const auto& [text, fault] : std::vector<std::pair<std::string, std::string>>{
             {"0,1\n1,0\n", ", line 2: \"1,0\": the rate must be > 0 bit/s"},
             {"0,1\n0,2\n", ", line 2: "},
             {"seconds,rate\n", ": must have at least one line"}})
    {
        const TextFile file(text);
        try
        {
            Make(file.GetPath());
            ADD_FAILURE() << text;
        }
        catch (const std::invalid_argument& error)
        {
            EXPECT_EQ(std::string(error.what()).rfind(file.GetPath() + fault, 0), 0u)
                << error.what();
        }
    }
    EXPECT_THROW(Make("/no/such/file"), std::invalid_argument);
    EXPECT_THROW(CreateObject<RecordedLinkEstimator>()->GetRateBps(), std::invalid_argument);
}

} // namespace
