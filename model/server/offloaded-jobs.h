/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef OFFLOADED_JOBS_H
#define OFFLOADED_JOBS_H

#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-host-work.h"
#include "ns3/surgery-server-processor.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace ns3
{
namespace surgery
{

class ClientConnections;
class ServedDevice;

/**
 * @ingroup dnn-surgery
 *
 * The work that devices offload to a server, from their tensors to the results: unpacking, the
 * layers on the server's processor, packing.
 *
 * Work with the same inference id is done only once. When a device sends the tensors of a finished
 * inference again, because its connection broke, it gets the result again.
 */
class OffloadedJobs
{
  public:
    /**
     * @param devices the server's devices; must live as long as this object
     * @param processor runs their layers
     * @param connections carries their results
     * @param hostWork what a message with tensors costs the server
     */
    OffloadedJobs(const std::map<uint32_t, std::unique_ptr<ServedDevice>>& devices,
                  Ptr<ServerProcessor> processor,
                  Ptr<ClientConnections> connections,
                  const HostWork& hostWork);

    OffloadedJobs(const OffloadedJobs&) = delete;
    OffloadedJobs& operator=(const OffloadedJobs&) = delete;

    /**
     * Tensors arrived.
     *
     * @param id the device's id
     * @param activation what they belong to
     * @param payloadBytes their size, byte
     * @param sampleBytes size of the whole message, byte; 0 if its duration is no sample of the
     *        network
     * @return a fault, or nothing
     */
    std::string HandleActivation(uint32_t id,
                                 const Activation& activation,
                                 uint64_t payloadBytes,
                                 uint64_t sampleBytes);

    /**
     * A device gave up an inference: free what it takes of the server, whether its tensors are
     * being unpacked, its layers wait or run, or its result is being packed.
     *
     * @param id the device's id
     * @param inference the inference; nothing happens if it is unknown or its result was sent
     */
    void Cancel(uint32_t id, uint64_t inference);

  private:
    /// Tensors are unpacked: run their layers. @param job the job
    void Submit(const ServerJob& job);
    /// A job is done. @param job the job @param start when its layers began @param end when they
    /// ended
    void HandleDone(const ServerJob& job, Time start, Time end);
    /// A result is packed: send it. @param id the device's id @param header the RESULT
    void SendResult(uint32_t id, const SurgeryHeader& header);

    const std::map<uint32_t, std::unique_ptr<ServedDevice>>& m_devices; ///< by id
    Ptr<ServerProcessor> m_processor;                                   ///< runs their layers
    Ptr<ClientConnections> m_connections;                               ///< to the devices
    HostWork m_hostWork; ///< for each message with tensors
};

} // namespace surgery
} // namespace ns3

#endif // OFFLOADED_JOBS_H
