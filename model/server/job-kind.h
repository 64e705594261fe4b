/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef JOB_KIND_H
#define JOB_KIND_H

#include "ns3/dnn-cut.h"
#include "ns3/nstime.h"
#include "ns3/surgery-server-processor.h"

#include <string>
#include <tuple>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What jobs must have in common to share a batch: the DNN and the layers that remain of it, and
 * with them the work.
 */
struct JobKind
{
    std::string dnn;        ///< as in ServerJob
    CutLayers deviceLayers; ///< as in ServerJob
    Time work;              ///< as in ServerJob

    /// @param job a job @return its kind
    static JobKind Of(const ServerJob& job)
    {
        return {job.dnn, job.deviceLayers, job.work};
    }

    /// @return whether jobs of this kind can share a batch: it must be known what they are
    bool CanBatch() const
    {
        return !dnn.empty();
    }

    /// @param other another kind @return whether it is the same
    bool operator==(const JobKind& other) const
    {
        return std::tie(dnn, deviceLayers, work) ==
               std::tie(other.dnn, other.deviceLayers, other.work);
    }

    /// @param other another kind @return whether it comes later in an order of all kinds
    bool operator<(const JobKind& other) const
    {
        return std::tie(dnn, deviceLayers, work) <
               std::tie(other.dnn, other.deviceLayers, other.work);
    }
};

} // namespace surgery
} // namespace ns3

#endif // JOB_KIND_H
