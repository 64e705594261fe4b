/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef ONGOING_INFERENCES_H
#define ONGOING_INFERENCES_H

#include "device-processor.h"
#include "ongoing-inference.h"
#include "request-burst.h"
#include "request-timers.h"

#include "ns3/callback.h"
#include "ns3/nstime.h"
#include "ns3/surgery-host-work.h"
#include "ns3/surgery-inference.h"
#include "ns3/surgery-messages.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The inferences of a device from request to end: they wait for its processor, run on it, are
 * offloaded, or are taken back to be finished on the device.
 *
 * An inference gets its cut when the processor takes it, and keeps that cut.
 */
class OngoingInferences
{
  public:
    /// Asked whether one more inference may be offloaded.
    using RoomCallback = Callback<bool>;

    /// Asked to send an inference's tensors.
    using UploadCallback = Callback<void, const OngoingInference&>;

    /// Called with an inference that is at its server, when the device takes it back for good.
    using CancelCallback = Callback<void, const OngoingInference&>;

    /// Called when an inference ended, with its record and whether its cut offloads layers.
    using EndCallback = Callback<void, const InferenceRecord&, bool>;

    OngoingInferences() = default;
    OngoingInferences(const OngoingInferences&) = delete;
    OngoingInferences& operator=(const OngoingInferences&) = delete;

    /**
     * Tell what a message with tensors costs the device. It takes time, but not the processor.
     *
     * @param work the device's host work; none unless this is called
     */
    void SetHostWork(const HostWork& work);

    /**
     * @param processor runs the device's layers
     * @param room asked whether one more inference may be offloaded
     * @param upload sends tensors
     * @param cancel tells the server that nobody waits for a result
     * @param end called at the end of each inference
     */
    void Start(Ptr<DeviceProcessor> processor,
               RoomCallback room,
               UploadCallback upload,
               CancelCallback cancel,
               EndCallback end);

    /**
     * Set where inferences are cut that the processor takes from now on. Call this before the first
     * request.
     *
     * @param decision the cut of a server
     * @param server the server's node id
     */
    void SetDecision(std::shared_ptr<const GrantedCut> decision, uint32_t server);

    /**
     * Give up all inferences; no callback follows. GetAll still returns those that were under way.
     */
    void Stop();

    /**
     * Drop all inferences, and run none any more.
     *
     * @param reason why, in words
     */
    void DropAll(const std::string& reason);

    /**
     * Create the inference of a request.
     *
     * @param device the client's DeviceId
     * @param dnn what to run, as the client's attribute names it
     * @return the inference's id, from 1
     * @throws std::invalid_argument if there are more than 1000 in a millisecond: the simulation
     *         would not get on
     */
    uint64_t Create(uint32_t device, const std::string& dnn);

    /**
     * Queue a new inference for the processor, or drop it if too many wait.
     *
     * @param id its id
     * @param maxQueue how many may wait for the processor
     * @param limits how long it may take
     */
    void Submit(uint64_t id, uint32_t maxQueue, const TimeLimits& limits);

    /**
     * Let the processor take the next inference. Call this when one may have become ready.
     */
    void Feed();

    /**
     * Send the tensors of all inferences that are offloaded to a server once more.
     *
     * @param decision the cut of that server
     */
    void UploadAgain(const GrantedCut& decision);

    /**
     * Give inferences of one server to another one: those whose tensors were not sent yet, and, if
     * they are to be done again, also those that are offloaded. What the other server does not run
     * is finished on the device.
     *
     * @param from the cut of the old server
     * @param to the cut of the new server
     * @param server the new server's node id
     * @param redoes whether offloaded ones are given over, too, and canceled at the old server
     */
    void MoveTo(const GrantedCut& from,
                const std::shared_ptr<const GrantedCut>& to,
                uint32_t server,
                bool redoes);

    /**
     * The first byte of an inference's tensors goes out.
     *
     * @param id its id; nothing happens if it has ended
     * @param sent when it goes out
     */
    void HandleStarted(uint64_t id, Time sent);

    /**
     * A result arrived: its inference is completed. Nothing happens if that inference does not wait
     * for a result.
     *
     * @param result the result
     */
    void HandleResult(const Result& result);

    /**
     * Take back offloaded inferences that the server will not run, and finish them on the device
     * from the tensors that it still has.
     *
     * @param reason why, in words
     */
    void ResumeUnserved(const std::string& reason);

    /**
     * @return how many inferences are offloaded or will be
     */
    uint32_t CountOffloads() const;

    /**
     * @param decision the cut of a server
     * @return how many inferences are offloaded to that server, or will be
     */
    uint32_t CountOffloads(const GrantedCut& decision) const;

    /**
     * @return all inferences that are under way, by id
     */
    const std::map<uint64_t, OngoingInference>& GetAll() const;

    /**
     * @return number of inferences created so far
     */
    uint64_t GetCreated() const;

    /**
     * @return number of inferences completed so far
     */
    uint64_t GetCompleted() const;

    /**
     * @return number of inferences dropped so far
     */
    uint64_t GetDropped() const;

  private:
    /// End an inference. @param id its id @param outcome how @param reason why
    void End(uint64_t id, InferenceOutcome outcome, const std::string& reason);
    /// A request took too long. @param id its id @param reason why, in words
    void HandleExpired(uint64_t id, const std::string& reason);
    /// Tell the server that nobody waits for an inference's result, if its tensors were sent and
    /// the result did not arrive. @param inference the inference
    void CancelAtServer(const OngoingInference& inference);
    /// Ask whether the processor may take an inference. @param id its id
    /// @return whether it would stay on the device, or few enough others are offloaded
    bool IsReady(uint64_t id) const;
    /// The processor takes an inference. @param id its id @return how long the device works on it
    Time HandleTurn(uint64_t id);
    /// The processor is done with an inference. @param id its id
    void HandleComputed(uint64_t id);
    /// Serialize an inference's tensors, and send them. @param id its id
    void Pack(uint64_t id);
    /// Send an inference's tensors, which are serialized. @param id its id
    void Upload(uint64_t id);
    /// An inference's result can be used. @param id its id
    void HandleUnpacked(uint64_t id);
    /// Queue an inference to be finished on the device from the tensors there. @param id its id
    /// @param reason why, in words
    void ResumeLocally(uint64_t id, const std::string& reason);

    std::shared_ptr<const GrantedCut> m_decision;      ///< where inferences are cut
    uint32_t m_server{0};                              ///< whose cut that is
    RoomCallback m_room;                               ///< to the owner
    UploadCallback m_upload;                           ///< to the owner
    CancelCallback m_cancel;                           ///< to the owner
    EndCallback m_end;                                 ///< to the owner
    Ptr<DeviceProcessor> m_processor;                  ///< runs the device's layers
    HostWork m_hostWork;                               ///< for each message with tensors
    RequestTimers m_timers;                            ///< say which took too long
    std::map<uint64_t, OngoingInference> m_inferences; ///< by id
    RequestBurst m_burst;                              ///< of what is created
    uint64_t m_lastId{0};                              ///< inferences created; also the latest id
    uint64_t m_completed{0};                           ///< inferences completed
    uint64_t m_dropped{0};                             ///< inferences dropped
};

} // namespace surgery
} // namespace ns3

#endif // ONGOING_INFERENCES_H
