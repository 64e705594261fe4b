/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TESTBED_RUN_H
#define TESTBED_RUN_H

#include "ns3/nstime.h"
#include "ns3/surgery-bandwidth-trace.h"
#include "ns3/surgery-inference.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// What a layer of a testbed's DNN takes and makes.
struct TestbedLayer
{
    double deviceS{0};       ///< on the device, s
    double serverS{0};       ///< on the server, s
    uint64_t outputBytes{0}; ///< its tensor as sent
};

/// A job of somebody else on a processor; see BackgroundJob.
struct TestbedJob
{
    std::string on;  ///< how long it wants the processor, a random variable in text; empty: never
    std::string off; ///< how long it does not
};

/// What a device draws, and when that is measured.
struct TestbedPower
{
    double busyW{0};        ///< while it computes, W
    double idleW{0};        ///< while it does not, W
    ns3::Time from;         ///< of the simulated time, when measuring begins
    ns3::Time until;        ///< when it ends
    double* meanW{nullptr}; ///< set to the mean power in that time, W; null: nothing is measured
};

/**
 * @ingroup dnn-surgery
 *
 * One device and one server of a testbed, with a wire between them.
 */
struct TestbedRun
{
    uint64_t inputBytes{0};           ///< the input as sent
    std::vector<TestbedLayer> layers; ///< one after the other; the last one makes the result
    std::string network{"wired"};     ///< as AccessNetwork::Create has it
    uint32_t segmentSize{1448};       ///< of TCP, byte
    bool timestamps{false};           ///< whether segments of TCP carry timestamps
    uint32_t sendBuffer{4 << 20};     ///< of the device's TCP, byte
    ns3::Time hostTime;               ///< host work of an offload, both ends and messages together
    double hostTimePerByte{0};        ///< of both ends together, ns
    bool measuresHostWork{false};     ///< whether the device's links hold it
    TestbedJob deviceJob;             ///< beside the device's layers
    TestbedJob serverJob;             ///< beside the server's layers
    std::string scheduler;            ///< in text
    std::string laterScheduler;       ///< from half of the time on; empty: the same
    ns3::Time timestep{ns3::MilliSeconds(100)}; ///< of the server
    std::string uplinkEstimator;                ///< in text; empty: the default
    std::string requestTimes;                   ///< path of a file; empty: a closed loop
    ns3::Time pause;                            ///< from a result to the next request
    uint64_t requests{0};                       ///< how many; 0: no limit
    std::shared_ptr<const ns3::surgery::BandwidthTrace> trace; ///< of both directions; null: none
    ns3::Time duration{ns3::Seconds(1000)};                    ///< at most
    TestbedPower power;                                        ///< of the device
};

/**
 * @ingroup dnn-surgery
 *
 * @param run what to simulate
 * @return what happened to each inference, in the order of the requests
 */
std::vector<ns3::surgery::InferenceRecord> Simulate(const TestbedRun& run);

/**
 * @ingroup dnn-surgery
 *
 * A file that is removed with this object.
 */
class ScratchFile
{
  public:
    /// @param ending of its name @param text what it holds
    ScratchFile(const std::string& ending, const std::string& text);
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    ~ScratchFile();

    /// @return its path
    const std::string& GetPath() const;

  private:
    std::string m_path; ///< of the file
};

#endif // TESTBED_RUN_H
