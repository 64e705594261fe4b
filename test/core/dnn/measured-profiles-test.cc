/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/sample-profiles.h"

#include "ns3/dnn-profile-library.h"

#include <gtest/gtest.h>
#include <numeric>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// What is known of a DNN that was measured on a robot and its server.
struct Known
{
    std::string dnn;
    double parameters; ///< logged, in millions
    /// whole DNN, ms: robot and server in the running system, and each alone
    std::vector<std::pair<std::string, double>> totals;
};

/// github.com/mobicom25paper676/intraDP, as data/profiles/dnn/intradp-*.json tell.
const std::vector<Known> KNOWN{{"intradp-vgg19-bn",
                                143.6782,
                                {{"intradp-robot", 86.8},
                                 {"intradp-server", 5.0},
                                 {"intradp-robot-isolated", 87.5},
                                 {"intradp-server-isolated", 4.8}}},
                               {"intradp-densenet121",
                                7.9789,
                                {{"intradp-robot", 73.4},
                                 {"intradp-server", 18.4},
                                 {"intradp-robot-isolated", 55.4},
                                 {"intradp-server-isolated", 12.7}}}};

TEST(MeasuredProfiles, TakeAsLongAsTheWholeDnn)
{
    ProfileLibrary library;
    for (const auto& known : KNOWN)
    {
        const auto dnn = library.GetDnn(known.dnn);
        for (const auto& [processor, milliseconds] : known.totals)
        {
            const auto times = library.GetProcessor(processor)->GetLayerSeconds(*dnn);
            // the totals are known to a tenth of a millisecond
            EXPECT_NEAR(1e3 * std::accumulate(times.begin(), times.end(), 0.0), milliseconds, 0.05)
                << known.dnn << " on " << processor;
        }
    }
}

TEST(MeasuredProfiles, HaveTheParametersThatWereLogged)
{
    ProfileLibrary library;
    for (const auto& known : KNOWN)
    {
        double parameters = 0;
        for (const auto& layer : library.GetDnn(known.dnn)->GetLayers())
        {
            // half of the weights of a BatchNormalization are statistics, not parameters
            const auto part = layer.op == "BatchNormalization" ? 0.5 : 1;
            parameters += part * static_cast<double>(layer.weightBytes) / 4;
        }
        EXPECT_NEAR(parameters / 1e6, known.parameters, 0.00005) << known.dnn;
    }
}

TEST(MeasuredProfiles, AreTheOnlyDnnsOfTheirProcessors)
{
    ProfileLibrary library;
    const auto robot = library.GetProcessor("intradp-robot");
    ExpectWords(GetComplaint([&] { robot->GetLayerSeconds(*library.GetDnn("resnet50")); }),
                {"\"resnet50\"", "no measured time", "\"intradp-robot\""});
}

} // namespace
