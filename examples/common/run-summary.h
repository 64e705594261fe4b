/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RUN_SUMMARY_H
#define RUN_SUMMARY_H

#include "ns3/application-container.h"
#include "ns3/nstime.h"
#include "ns3/surgery-inference.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-quantile-sketch.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/**
 * What one device did in one run. It hardly grows with the length of the run.
 */
class DeviceSummary
{
  public:
    /// Count an inference. @param record how it ended
    void AddInference(const ns3::surgery::InferenceRecord& record);

    /// Count a grant. @param record what was granted
    void AddGrant(const ns3::surgery::GrantRecord& record);

    /// Count what another device did, too. @param other the other device
    void Merge(const DeviceSummary& other);

    /// @return requests made
    uint64_t GetCreated() const;

    /// @return results received
    uint64_t GetCompleted() const;

    /// @return inferences given up
    uint64_t GetDropped() const;

    /// @return "0", or a count with reasons
    std::string GetDropReasons() const;

    /// @return under way at the end
    uint64_t GetInFlight() const;

    /// @return mean measured latency, s; negative if nothing was completed
    double GetMeanLatency() const;

    /// @return 95th percentile of the measured latency, s, as QuantileSketch has it; negative if
    /// nothing was completed
    double GetLatencyPercentile95() const;

    /// @return how many of those with a deadline met it, 0..1, as MetDeadline counts; nothing if
    /// there are none
    std::optional<double> GetFractionMet() const;

    /// @return mean of latency less deadline, s, negative if early, over the results received for
    /// requests with a deadline; nothing if there are none
    std::optional<double> GetMeanLateness() const;

    /// @return mean share of the server over its grants, 0..1
    double GetMeanShare() const;

    /// @return completed inferences whose last layers ran on the server
    uint64_t GetOffloaded() const;

    /// @return those of them that were cut inside the DNN: layers ran on both sides
    uint64_t GetCutInside() const;

    /// @return count of completed inferences by cut: the tensors sent, "server" if none of the
    /// layers ran on the device, or "local"
    const std::map<std::string, uint64_t>& GetCuts() const;

    /// @return cuts inside the DNN, with what they have in GetCuts
    std::map<std::string, uint64_t> GetInnerCuts() const;

    /// @return the two cuts that most of its completed inferences had, with their percentage
    std::string GetUsualCuts() const;

    /// @return how often it was granted another cut than before
    uint64_t GetRecuts() const;

    /// @return grants it was sent
    uint64_t GetGrants() const;

    /**
     * @param quantile 0..1: 0.5 is the median
     * @return that quantile of |predicted / measured latency - 1| over the inferences that the
     *         server completed, waiting apart, as QuantileSketch has it; negative if there are none
     */
    double GetPredictionError(double quantile) const;

  private:
    /// Compare with what was predicted when its cut was granted. @param record of an inference
    void AddPrediction(const ns3::surgery::InferenceRecord& record);

    std::map<ns3::surgery::InferenceOutcome, uint64_t> m_outcomes; ///< count by outcome
    std::map<std::string, uint64_t> m_dropReasons;                 ///< count by reason
    std::map<std::string, uint64_t> m_cuts;                        ///< count by cut
    std::map<bool, uint64_t> m_deadlines;     ///< count by whether they were met
    double m_latenessSum{0};                  ///< s
    uint64_t m_latenesses{0};                 ///< count
    uint64_t m_offloaded{0};                  ///< count
    ns3::surgery::QuantileSketch m_latencies; ///< measured, s
    ns3::surgery::QuantileSketch m_errors;    ///< of the prediction, relative
    std::string m_grantedCut;                 ///< the latest; empty: none
    uint64_t m_recuts{0};                     ///< count
    double m_latencySum{0};                   ///< s
    double m_shareSum{0};                     ///< over the grants
    uint64_t m_grants{0};                     ///< count
};

/**
 * What all devices did in one run, collected from the trace sources.
 */
class RunSummary
{
  public:
    /**
     * Listen to a run. The object must live until the simulation is destroyed.
     *
     * @param clients InferenceClients
     * @param servers MecServers
     * @param warmup requests and grants from before this time do not count
     */
    void Connect(const ns3::ApplicationContainer& clients,
                 const ns3::ApplicationContainer& servers,
                 ns3::Time warmup = ns3::Seconds(0));

    /// @return the devices by id
    const std::map<uint32_t, DeviceSummary>& GetDevices() const;

    /// @return inferences ended so far
    uint64_t GetEnded() const;

    /// @return all devices in one
    DeviceSummary GetPooled() const;

    /// @return mean over the devices of their mean latency, s; each device counts once
    double GetMeanLatency() const;

    /**
     * Check that nothing was lost: created = completed + dropped + in flight at every client, and
     * no connection was closed for what came over it. Call it after the run, before
     * Simulator::Destroy.
     *
     * @param clients InferenceClients
     * @param servers MecServers
     * @return what is wrong, in words; empty if nothing
     */
    std::string Check(const ns3::ApplicationContainer& clients,
                      const ns3::ApplicationContainer& servers) const;

  private:
    /// Sink of InferenceClient's Inference.
    void HandleInference(const ns3::surgery::InferenceRecord& record);
    /// Sink of MecServer's Granted.
    void HandleGrant(const ns3::surgery::GrantRecord& record);
    /// Sink of ClientConnections' ProtocolError.
    void HandleProtocolError(const ns3::Address& peer, const std::string& reason);

    std::map<uint32_t, DeviceSummary> m_devices; ///< by id
    uint64_t m_ended{0};                         ///< count
    ns3::Time m_warmup;                          ///< what is from before does not count
    std::string m_protocolError;                 ///< why a server closed a connection first
};

#endif // RUN_SUMMARY_H
