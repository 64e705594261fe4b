/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef ATTACHMENT_SUMMARY_H
#define ATTACHMENT_SUMMARY_H

#include "mobile-scenario.h"
#include "run-summary.h"

#include "ns3/nstime.h"
#include "ns3/surgery-inference.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>

/**
 * How mobile devices move from one base station to another, and how long their tensors wait.
 */
class AttachmentSummary
{
  public:
    /// What one device did.
    struct Device
    {
        uint32_t attachments{0}; ///< base stations joined, the first one included
        uint32_t returns{0};     ///< those of them that it had joined before
        ns3::Time away;          ///< between leaving one and joining the next, in all
        ns3::Time
            longestGap; ///< until a tensor is at the server, from joining or when it was ready
        std::set<uint32_t> known;                   ///< base stations it joined
        ns3::Time left{ns3::NanoSeconds(-1)};       ///< the last one, unless it is attached
        ns3::Time waitsSince{ns3::NanoSeconds(-1)}; ///< joined, and no tensor arrived since
    };

    /**
     * Listen to a run. The object must live until the simulation is destroyed.
     *
     * @param parts the run
     */
    void Connect(const MobileScenario::Parts& parts);

    /// @return the devices by id
    const std::map<uint32_t, Device>& GetDevices() const;

    /**
     * Describe what the devices did.
     *
     * @param scenario the settings
     * @param run what was measured
     * @param changes what it is called when a device joins another base station: "handovers"
     * @return a table and a sentence
     */
    std::string ToString(const MobileScenario& scenario,
                         const RunSummary& run,
                         const std::string& changes) const;

  private:
    /// A device joined. @param node its id @param baseStation which
    void HandleAttached(uint32_t node, uint32_t baseStation);
    /// A device left. @param node its id @param baseStation which
    void HandleDetached(uint32_t node, uint32_t baseStation);
    /// Sink of InferenceClient's Inference. @param record of an inference
    void HandleInference(const ns3::surgery::InferenceRecord& record);

    std::map<uint32_t, Device> m_devices; ///< by id
};

#endif // ATTACHMENT_SUMMARY_H
