/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/star-network.h"
#include "test/support/text-file.h"

#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-energy.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-variant.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// A processor that draws much more when it is busy.
constexpr auto PHONE = R"({
  "schema": "dnn-surgery/processor/1", "name": "test-phone", "source": "made by a test",
  "flops": {"default": 5e9}, "bandwidth_bytes_per_s": 5e9, "overhead_s": 3e-05,
  "power": {"busy_w": 12, "idle_w": 2, "source": "made by a test"}
})";

/// What the devices of a run did once their links were known.
struct Seen
{
    std::map<uint32_t, std::set<std::string>> dnns; ///< by device
    std::map<uint32_t, std::set<uint32_t>> bits;    ///< by device
    std::vector<double> errors;                     ///< of predictions
    int offloaded{0};                               ///< inferences
};

class VariantsInPackets : public SimulatorFixture
{
  protected:
    /**
     * Devices with a link of their own each, which run one of three DNNs at one of two widths.
     *
     * @param scheduler of the server
     * @param attributes of all clients
     * @param end of the simulation
     * @return what they did from 10 s on
     */
    Seen Run(const std::string& scheduler,
             const std::map<std::string, std::string>& attributes,
             Time end = Seconds(25))
    {
        const TextFile phone(PHONE);
        Seen seen;
        StarNetwork network(DEVICES, "8Mbps", MilliSeconds(5));
        network.InstallServer([&](MecServerHelper& helper) { helper.SetScheduler(scheduler); });
        for (uint32_t i = 0; i < DEVICES; ++i)
        {
            const auto client = network.InstallClient(i, [&](InferenceClientHelper& helper) {
                helper.SetAttribute("Dnn", StringValue("resnet18"));
                helper.SetAttribute("Variants", StringValue("resnet34, mobilenet-v2"));
                helper.SetAttribute("ActivationBits", StringValue("32, 8:1"));
                helper.SetAttribute("InputEncodings", StringValue("60000:0.5"));
                helper.SetAttribute("Processor", StringValue(phone.GetPath()));
                helper.SetAttribute("DeviceId", UintegerValue(i));
                helper.SetAttribute("ThinkTime",
                                    StringValue("ns3::ConstantRandomVariable[Constant=0.5]"));
                for (const auto& [name, value] : attributes)
                {
                    helper.SetAttribute(name, StringValue(value));
                }
            });
            Listen(client, "Inference", [&](const InferenceRecord& record) { Note(record, seen); });
        }
        Simulator::Stop(end);
        Simulator::Run();
        Simulator::Destroy();
        return seen;
    }

    static constexpr uint32_t DEVICES = 3;

  private:
    static void Note(const InferenceRecord& record, Seen& seen)
    {
        if (record.outcome != InferenceOutcome::COMPLETED || record.created < Seconds(10))
        {
            return;
        }
        const auto& variant = record.variant.value();
        seen.dnns[record.device].insert(record.dnn);
        seen.bits[record.device].insert(variant.activationBits);
        ProfileLibrary library;
        const auto accuracy = library.GetDnn(record.dnn)->GetAccuracy()->topOnePercent -
                              (variant.activationBits == 8 ? 1 : 0) -
                              (variant.inputBytes == 60000 ? 0.5 : 0);
        EXPECT_DOUBLE_EQ(variant.accuracyPercent, accuracy);
        if (record.cut == "input")
        {
            EXPECT_EQ(record.uplinkBytes, variant.inputBytes);
        }
        const auto predicted = record.predicted.GetSeconds();
        seen.errors.push_back(std::abs(GetServiceLatency(record).GetSeconds() - predicted) /
                              predicted);
        seen.offloaded += record.serverEnd.IsStrictlyNegative() ? 0 : 1;
    }
};

TEST_F(VariantsInPackets, FastestOneRunsIfOnlyLatencyCounts)
{
    const auto seen = Run("dds", {});
    for (uint32_t i = 0; i < DEVICES; ++i)
    {
        EXPECT_EQ(seen.bits.at(i), std::set<uint32_t>{8});
    }
}

TEST_F(VariantsInPackets, MostAccurateOneRunsIfAccuracyCountsMore)
{
    const auto seen = Run("dds", {{"AccuracyPrice", "10"}});
    for (uint32_t i = 0; i < DEVICES; ++i)
    {
        EXPECT_EQ(seen.dnns.at(i), std::set<std::string>{"resnet34"});
        EXPECT_EQ(seen.bits.at(i), std::set<uint32_t>{32});
    }
}

TEST_F(VariantsInPackets, PredictionsHoldWhereEnergyIsWeighed)
{
    const std::map<std::string, std::string> weighing{{"EnergyPrice", "0.5"},
                                                      {"TransmitPower", "1.5"},
                                                      {"ReceivePower", "1"},
                                                      {"RadioIdlePower", "0.5"},
                                                      {"AccuracyPrice", "0.02"}};
    for (const auto* scheduler : {"dds", "decentralized-dds"})
    {
        SCOPED_TRACE(scheduler);
        const auto seen = Run(scheduler, weighing);
        EXPECT_GT(seen.offloaded, 10);
        ASSERT_GT(seen.errors.size(), 20U);
        EXPECT_LE(*std::max_element(seen.errors.begin(), seen.errors.end()), 0.03);
    }
}

TEST_F(VariantsInPackets, DevicesThatDecideThemselvesChooseTheSame)
{
    const std::map<std::string, std::string> weighing{{"EnergyPrice", "0.1"},
                                                      {"AccuracyPrice", "0.05"}};
    const auto told = Run("dds", weighing);
    const auto own = Run("decentralized-dds", weighing);
    EXPECT_EQ(told.dnns, own.dnns);
    EXPECT_EQ(told.bits, own.bits);
}

TEST_F(VariantsInPackets, AllRivalsChooseAmongThem)
{
    for (const auto* scheduler :
         {"local-only", "server-only", "neurosurgeon", "dads", "iao", "optimum"})
    {
        SCOPED_TRACE(scheduler);
        const auto seen = Run(scheduler, {{"AccuracyPrice", "10"}}, Seconds(20));
        for (uint32_t i = 0; i < DEVICES; ++i)
        {
            EXPECT_EQ(seen.dnns.at(i), std::set<std::string>{"resnet34"});
        }
        const auto fast = Run(scheduler, {}, Seconds(20));
        for (uint32_t i = 0; i < DEVICES; ++i)
        {
            EXPECT_NE(fast.dnns.at(i), std::set<std::string>{"resnet34"});
        }
    }
}

} // namespace
