/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef ONGOING_INFERENCE_H
#define ONGOING_INFERENCE_H

#include "granted-cut.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/surgery-host-work.h"
#include "ns3/surgery-inference.h"
#include "ns3/surgery-messages.h"

#include <cstdint>
#include <memory>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * An inference under way.
 */
struct OngoingInference
{
    /// The stages of an inference.
    enum class Phase
    {
        QUEUED,    ///< waits for the device's processor
        COMPUTING, ///< the device runs its layers
        OFFLOADED, ///< tensors or result are under way, or the server computes
        RECEIVED,  ///< the result is on the device, and is being unpacked
        RESUMED,   ///< waits for the device's processor to finish it locally
    };

    InferenceRecord record;                     ///< what happened so far
    std::shared_ptr<const CutPlan> plan;        ///< its cut; null until the processor takes it
    std::shared_ptr<const GrantedCut> decision; ///< where that comes from
    Phase phase{Phase::QUEUED};                 ///< its stage
    bool isLocal{false};                        ///< whether the device finishes it alone
    EventId hostWork;                           ///< end of the device's host work on a message

    /**
     * @return whether it is offloaded, or will be
     */
    bool IsOffloading() const;

    /**
     * @return whether its tensors were sent, and no result came
     */
    bool IsSent() const;

    /**
     * @return whether its tensors are to be sent, and were not
     */
    bool IsUnsent() const;

    /**
     * @param work the device's host work for each message with tensors
     * @return how long it takes at least once its layers on the device are done: the device either
     *         runs the others, too, or has host work on tensors and result
     */
    Time GetLeastRest(const HostWork& work) const;

    /**
     * The processor takes it: it gets its cut.
     *
     * @param cut the cut
     * @param server the node id of the server whose cut that is
     */
    void Begin(const std::shared_ptr<const GrantedCut>& cut, uint32_t server);

    /**
     * Its result arrived.
     *
     * @param result the result
     * @param bytes the result's size
     * @param unpacking the device's host work on it
     */
    void Receive(const Result& result, uint64_t bytes, Time unpacking);
};

} // namespace surgery
} // namespace ns3

#endif // ONGOING_INFERENCE_H
