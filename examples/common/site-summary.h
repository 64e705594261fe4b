/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SITE_SUMMARY_H
#define SITE_SUMMARY_H

#include "run-summary.h"
#include "simulation.h"

#include "ns3/nstime.h"
#include "ns3/surgery-inference.h"
#include "ns3/surgery-mec-server.h"

#include <cstdint>
#include <map>
#include <string>

/**
 * What happened at each of several sites.
 */
class SiteSummary
{
  public:
    /**
     * Listen to a run. The object must live until the simulation is destroyed.
     *
     * @param parts the run
     * @param warmup what is from before does not count
     */
    void Connect(const SimulationParts& parts, ns3::Time warmup);

    /**
     * Describe the sites.
     *
     * @param run what was measured of the devices
     * @return a table and a sentence
     */
    std::string ToString(const RunSummary& run) const;

  private:
    /// What was seen of a site.
    struct Row
    {
        std::string name;      ///< of the site
        uint32_t begun{0};     ///< devices there when the simulation began
        uint64_t completed{0}; ///< inferences of devices that used its server
        ns3::Time latency;     ///< of these, in all
        uint64_t offloaded{0}; ///< those of them that the server took part in
        uint64_t timesteps{0}; ///< of its server
        double devices{0};     ///< at its server, summed over timesteps
        double load{0};        ///< summed over timesteps
        double price{0};       ///< s, summed over timesteps
    };

    /// A device is at another site. @param node its id @param site which
    void HandleSiteChanged(uint32_t node, uint32_t site);
    /// An inference has ended. @param record how
    void HandleInference(const ns3::surgery::InferenceRecord& record);
    /// A server has decided. @param record what
    void HandleTimestep(const ns3::surgery::TimestepRecord& record);

    std::map<uint32_t, Row> m_rows; ///< by the server's node id
    uint64_t m_changes{0};          ///< of site
    ns3::Time m_warmup;             ///< what is from before does not count
};

#endif // SITE_SUMMARY_H
