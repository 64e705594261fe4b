/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/served-device.h"
#include "model/server/served-models.h"
#include "model/server/share-processor.h"
#include "test/support/simulator-fixture.h"

#include "ns3/data-rate.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/simulator.h"
#include "ns3/surgery-messages.h"
#include "ns3/surgery-variant.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// A server's memory, and devices that have several variants.
class ServedModelsTest : public SimulatorFixture
{
  protected:
    /// Make the memory. @param memoryBytes its size
    void Build(uint64_t memoryBytes)
    {
        const ModelLoader::Settings settings{memoryBytes, DataRate("1Gbps"), Time()};
        m_models = std::make_unique<ServedModels>(
            m_devices,
            m_processor,
            settings,
            ModelLoader::ChangedCallback([this](ModelRecord record) {
                m_events.push_back(GetModelEventName(record.event) + " " + record.dnn);
            }));
    }

    /// Let a device introduce itself. @param id of it @param dnns its variants
    void Add(uint32_t id, const std::vector<std::string>& dnns)
    {
        Variants variants;
        for (const auto& dnn : dnns)
        {
            variants.push_back({dnn, Encoding()});
        }
        Hello hello;
        hello.deviceId = id;
        SetVariants(hello, variants);
        auto& device = m_devices[id];
        device = std::make_unique<ServedDevice>();
        device->HandleHello(
            hello,
            MakeOptions(m_frontiers, variants, "raspberry-pi-4", "server-t4", ActivityWeights()));
    }

    /// @param dnns some DNNs @return size of the weights of all
    uint64_t GetBytes(const std::vector<std::string>& dnns)
    {
        uint64_t bytes = 0;
        for (const auto& dnn : dnns)
        {
            for (const auto& layer : m_library->GetDnn(dnn)->GetLayers())
            {
                bytes += layer.weightBytes;
            }
        }
        return bytes;
    }

    /// Decide that one device gets half of the server. @param id the device
    ServedModels::Absent Load(uint32_t id)
    {
        std::map<uint32_t, double> shares{{id, 0.5}};
        auto absent = m_models->Load(shares);
        EXPECT_EQ(shares[id], absent.count(id) > 0 ? 0 : 0.5);
        return absent;
    }

    void TearDown() override
    {
        m_models = nullptr;
        m_devices.clear();
        SimulatorFixture::TearDown();
    }

    std::shared_ptr<ProfileLibrary> m_library{std::make_shared<ProfileLibrary>()};
    PartitionFrontierCache m_frontiers{m_library};
    Ptr<ShareProcessor> m_processor{CreateObject<ShareProcessor>()};
    std::map<uint32_t, std::unique_ptr<ServedDevice>> m_devices;
    std::unique_ptr<ServedModels> m_models;
    std::vector<std::string> m_events;
};

TEST_F(ServedModelsTest, WhatADeviceWaitsForStaysUntilAllOfItIsThere)
{
    Build(GetBytes({"resnet18", "resnet34"}));
    Add(1, {"resnet18", "resnet34"});
    Add(2, {"mobilenet-v2"});
    const ServedModels::Absent both{{1, CutReason::MODEL_LOADING}, {2, CutReason::NO_MEMORY}};
    EXPECT_EQ(Load(1), both);
    // the first one is there, the second one is not
    Simulator::Schedule(Seconds(0.5), [this, both] {
        EXPECT_EQ(m_models->CountResident(), 1u);
        EXPECT_EQ(Load(2), both);
        EXPECT_EQ(m_models->CountResident(), 1u);
    });
    Simulator::Schedule(Seconds(2), [this] {
        EXPECT_EQ(m_models->FindAbsent(), ServedModels::Absent());
        // nobody has a share, and nobody waits
        EXPECT_EQ(Load(2).count(2), 1u);
    });
    Simulator::Stop(Seconds(4));
    Simulator::Run();
    const std::vector<std::string> events{"loading resnet18",
                                          "loaded resnet18",
                                          "loading resnet34",
                                          "loaded resnet34",
                                          "evicted resnet18",
                                          "loading mobilenet-v2",
                                          "loaded mobilenet-v2"};
    EXPECT_EQ(m_events, events);
}

} // namespace
