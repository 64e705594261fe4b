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
#include "ns3/surgery-host-work.h"

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
 * How a server reaches a decision at a timestep. This may take simulated time and messages.
 *
 * A scheduler that decides by itself derives from SurgeryScheduler. This class is for processes
 * that exchange messages with devices. A server begins one decision at a time, may cancel it, and
 * gets the outcome by a callback, DecisionDelay after it was reached.
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

    /// Called with a game and its outcome; the game's capacity is what the shares may sum to. If
    /// the devices decide, the players have neither options nor link, and the decisions have no
    /// cut.
    using DoneCallback = Callback<void, const Game&, const Outcome&>;

    /**
     * Decide for a server, until Stop.
     *
     * @param processor the server's processor, a bundled profile's name or a file's path
     * @param send sends messages
     * @param done called with each decision
     */
    void Start(const std::string& processor, SendCallback send, DoneCallback done);

    /**
     * Tell for whom decisions are made.
     *
     * @param server id of the server's node; 0 unless this is called
     */
    void SetServer(uint32_t server);

    /**
     * @return id of the server's node, as given to SetServer
     */
    uint32_t GetServer() const;

    /**
     * Tell what a message with tensors costs the server, which devices that decide must know.
     *
     * @param work the server's host work; none unless this is called
     */
    void SetHostWork(const HostWork& work);

    /**
     * Tell what price the server posts, which devices that decide must know. The players that Begin
     * gets have it in their rho already.
     *
     * @param priceS the price of the whole server, s; 0 unless this is called
     */
    void SetPostedPrice(double priceS);

    /**
     * Tell whether devices may choose among servers. Then a decision must not get worse by chance,
     * or it would drive some away.
     *
     * @param mayLeave whether they may; they may not unless this is called
     */
    void SetDevicesMayLeave(bool mayLeave);

    /**
     * Cancel a decision under way, and decide for no server.
     */
    void Stop();

    /**
     * Begin a decision. None may be under way.
     *
     * @param game the devices that take part; the process sets its capacity
     * @param held the shares in effect
     * @param timestep time to the next Begin
     */
    void Begin(const Game& game, const HeldShares& held, Time timestep);

    /**
     * @return whether a decision is under way
     */
    bool IsRunning() const;

    /**
     * Cancel a decision under way without a callback, and forget all devices.
     */
    void Cancel();

    /**
     * A device left.
     *
     * @param device its id
     */
    virtual void Forget(uint32_t device);

    /**
     * @return whether the devices decide themselves where to cut. In that case the server need not
     *         know them: their HELLO names no DNN, their STATE has no link, and they tell the
     *         server how much work they send.
     */
    virtual bool IsDecentralized() const;

    /**
     * @return whether decisions count on each device being served at its share at least, which some
     *         processors of servers do not provide (ServerProcessor::ReservesShares); they do
     *         unless overridden
     */
    virtual bool NeedsShares() const;

    /**
     * @return whether devices shall report how much the gaps between their requests vary (players
     *         then have it), or weigh it in their own demand; they do neither by default
     */
    virtual bool WantsGaps() const;

    /**
     * A device sent a message that the server itself does not handle.
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
     * @return number of streams used
     */
    int64_t AssignStreams(int64_t stream);

    /**
     * @return the short names of all registered processes, schedulers included (class TypeNames),
     *         sorted: ns3::surgery::ServerOnlyScheduler is "server-only"
     */
    static std::vector<std::string> GetNames();

    /**
     * Create a process.
     *
     * @param name a short name or a TypeId's name, optionally with attributes in brackets
     *        ("dads[AmongOffloading=true]")
     * @return the process
     * @throws std::invalid_argument if there is none of that name; its text lists the known names
     */
    static Ptr<DecisionProcess> Create(const std::string& name);

  protected:
    /// Cancel a decision under way and release all objects.
    void DoDispose() override;

    /**
     * Report a decision to the server, after DecisionDelay.
     *
     * @param game the devices that took part, with the capacity that was available to them
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
     * @return the server's host work, as given to SetHostWork
     */
    const HostWork& GetHostWork() const;

    /**
     * @return the price that the server posts, as given to SetPostedPrice, s
     */
    double GetPostedPrice() const;

    /**
     * @return whether devices may choose among servers, as given to SetDevicesMayLeave
     */
    bool MayDevicesLeave() const;

    /**
     * @copydoc Begin
     *
     * The derived class must call Finish, now or later.
     */
    virtual void DoBegin(const Game& game, const HeldShares& held, Time timestep) = 0;

    /**
     * @return whether a call of Finish is still to come
     */
    virtual bool DoIsRunning() const;

    /**
     * Do not call Finish for a decision under way, and forget all devices.
     */
    virtual void DoCancel();

    /**
     * Fix the random streams of the derived class, if it has any.
     *
     * @param stream the first stream to use
     * @return number of streams used
     */
    virtual int64_t DoAssignStreams(int64_t stream);

  private:
    /// Call the server's callback. @param game the devices that took part @param outcome the
    /// decision
    void Report(const Game& game, const Outcome& outcome);

    Ptr<RandomVariableStream> m_decisionDelay; ///< attribute, s
    std::string m_processor;                   ///< the server's processor
    uint32_t m_server{0};                      ///< id of the server's node
    HostWork m_hostWork;                       ///< the server's
    double m_postedPriceS{0};                  ///< the server's
    bool m_mayLeave{false};                    ///< whether devices may choose among servers
    SendCallback m_send;                       ///< to the server
    DoneCallback m_done;                       ///< to the server
    EventId m_reportEvent; ///< a decision that was reached and waits for its delay
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_DECISION_PROCESS_H
