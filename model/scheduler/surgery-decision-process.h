/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_DECISION_PROCESS_H
#define SURGERY_DECISION_PROCESS_H

#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-held-shares.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

class RandomVariableStream;

namespace surgery
{

class SurgeryHeader;

/**
 * @ingroup dnn-surgery
 *
 * How a server comes to a decision at a timestep: from its begin to an outcome, which may take
 * simulated time and messages.
 *
 * A scheduler that decides by itself derives from SurgeryScheduler. This class is for processes
 * that ask others on the way. A server begins one decision at a time, may cancel it, and learns its
 * outcome by a callback, DecisionDelay after it was reached.
 */
class DecisionProcess : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    DecisionProcess();
    ~DecisionProcess() override;

    /// Sends a device a message over its control connection.
    using SendCallback = Callback<void, uint32_t, const SurgeryHeader&>;

    /// Called with what was decided about: its capacity is what the shares may sum to. Where the
    /// devices decide, players have neither frontier nor link, and decisions no cut.
    using DoneCallback = Callback<void, const Game&, const Outcome&>;

    /**
     * Serve a server, until Stop.
     *
     * @param processor the server's processor, a bundled profile's name or a file's path
     * @param send sends messages
     * @param done called with each decision
     */
    void Start(const std::string& processor, SendCallback send, DoneCallback done);

    /**
     * Cancel what is under way, and serve nobody.
     */
    void Stop();

    /**
     * Begin a decision. None may be under way.
     *
     * @param game the devices that take part; its capacity is for the process to find
     * @param held the shares in effect
     * @param timestep time to the next begin
     */
    void Begin(const Game& game, const HeldShares& held, Time timestep);

    /**
     * @return whether a decision is under way
     */
    bool IsRunning() const;

    /**
     * End what is under way without a word, and forget all devices.
     */
    void Cancel();

    /**
     * A device left.
     *
     * @param device its id
     */
    virtual void Forget(uint32_t device);

    /**
     * @return whether the devices decide themselves where to cut. Then the server need not know
     *         them: their HELLO names no DNN, their STATE no links, and they tell the server how
     *         much work they send.
     */
    virtual bool IsDecentralized() const;

    /**
     * A device sent a message that is none of the server's own.
     *
     * @param device its id
     * @param header the message
     * @return whether the process knows this type of message
     */
    virtual bool HandleMessage(uint32_t device, const SurgeryHeader& header);

    /**
     * Fix the random streams.
     *
     * @param stream the first stream to use
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream);

    /**
     * @return the short names of all registered processes, schedulers included (class TypeNames),
     *         sorted: ns3::surgery::ServerOnlyScheduler is "server-only"
     */
    static std::vector<std::string> GetNames();

    /**
     * Make a process.
     *
     * @param name a short name or a TypeId's name, optionally with attributes in brackets
     *        ("dads[AmongOffloading=true]")
     * @return the process
     * @throws std::invalid_argument if there is none of that name, listing the known ones
     */
    static Ptr<DecisionProcess> Create(const std::string& name);

  protected:
    /// Cancel what is under way and let go of all objects.
    void DoDispose() override;

    /**
     * A decision was reached: the server learns of it after the DecisionDelay.
     *
     * @param game what was decided about, with the capacity that there was to give
     * @param outcome the decision
     */
    void Finish(const Game& game, const Outcome& outcome);

    /**
     * Send a device a message.
     *
     * @param device its id
     * @param header the message
     */
    void Send(uint32_t device, const SurgeryHeader& header) const;

    /**
     * @return the server's processor, as given to Start
     */
    const std::string& GetProcessor() const;

    /**
     * @copydoc Begin
     *
     * To end with a call of Finish, now or later.
     */
    virtual void DoBegin(const Game& game, const HeldShares& held, Time timestep) = 0;

    /**
     * @return whether Finish is still to be called
     */
    virtual bool DoIsRunning() const;

    /**
     * Call Finish no more for what is under way, and forget all devices.
     */
    virtual void DoCancel();

    /**
     * Fix the random streams of the derived class, if it draws any.
     *
     * @param stream the first stream to use
     * @return how many were used
     */
    virtual int64_t DoAssignStreams(int64_t stream);

  private:
    /// Hand a decision over. @param game what was decided about @param outcome the decision
    void Report(const Game& game, const Outcome& outcome);

    Ptr<RandomVariableStream> m_decisionDelay; ///< attribute, s
    std::string m_processor;                   ///< the server's
    SendCallback m_send;                       ///< to the server
    DoneCallback m_done;                       ///< to the server
    EventId m_reportEvent;                     ///< a decision that was reached
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_DECISION_PROCESS_H
