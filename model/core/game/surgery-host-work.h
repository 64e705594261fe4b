/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_HOST_WORK_H
#define SURGERY_HOST_WORK_H

#include "ns3/surgery-latency.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a message with tensors costs the host that sends it, and the one that receives it:
 * serializing and copying. It takes time, but neither the processor that runs layers nor the
 * network.
 */
struct HostWork
{
    double messageS{0}; ///< of a message, whatever its size, s, >= 0
    double byteS{0};    ///< of each byte of its tensors, s, >= 0
};

/**
 * @ingroup dnn-surgery
 *
 * @param work of a host
 * @param bytes of the tensors of a message that it sends or receives
 * @return how long that takes, s
 */
double GetHostSeconds(const HostWork& work, uint64_t bytes);

/**
 * @ingroup dnn-surgery
 *
 * Add to a link what its two ends take for the messages of an offloaded inference: tensors and
 * result are sent by the one and received by the other.
 *
 * @param [in,out] link the network between them
 * @param device host work of the device
 * @param server host work of the server
 */
void AddHostWork(Link& link, const HostWork& device, const HostWork& server);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_HOST_WORK_H
