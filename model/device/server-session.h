/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include "granted-cut.h"
#include "link-monitor.h"
#include "server-connection.h"
#include "session-owner.h"

#include "ns3/address.h"
#include "ns3/event-id.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-link-estimator.h"
#include "ns3/surgery-link-prober.h"
#include "ns3/surgery-put-off-timer.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace ns3
{
namespace surgery
{

struct OngoingInference;

/**
 * @ingroup dnn-surgery
 *
 * One server as a device sees it: the connections to it, the network toward it, and what it
 * grants.
 *
 * A session lives as long as its client runs. It tells its owner what happens; the owner decides
 * what becomes of the inferences.
 */
class ServerSession
{
  public:
    /// The objects that a session works with, of its own.
    struct Parts
    {
        Ptr<ServerConnection> connection; ///< to the server
        Ptr<LinkEstimator> uplink;        ///< of the network toward the server
        Ptr<LinkEstimator> downlink;      ///< of the network toward the device
        Ptr<LinkProber> prober;           ///< when to probe
    };

    /**
     * @param owner the device; must outlive the session
     * @param parts the objects that it works with
     * @param isOwnDecision whether the device decides itself where to cut
     */
    ServerSession(SessionOwner& owner, Parts parts, bool isOwnDecision);

    ~ServerSession();

    ServerSession(const ServerSession&) = delete;
    ServerSession& operator=(const ServerSession&) = delete;

    /**
     * Connect, and introduce the device. Nothing happens if the session runs.
     *
     * @param node the device
     * @param remote the server's address and port
     * @param attendance what the device wants of the server
     */
    void Start(Ptr<Node> node, const Address& remote, Attendance attendance);

    /**
     * Say BYE, and close the connections until the next Start; no call of the owner follows.
     */
    void Stop();

    /**
     * Release the objects that the session works with.
     */
    void Dispose();

    /**
     * Say over new connections what the device wants of the server.
     *
     * @param attendance what it wants
     * @param reason why that changes, in words
     */
    void Attend(Attendance attendance, const std::string& reason);

    /**
     * Ask the server that the device visits to serve it.
     *
     * @param number number of this question, from 1
     * @param gainS what Phi is predicted to fall by, s, >= 0
     */
    void Join(uint64_t number, double gainS);

    /**
     * The server that the device visits serves it from now on, over the same connections.
     */
    void HandleAdmitted();

    /**
     * Tell the server that the device has moved to another one, and stays only for the results of
     * what is offloaded here. The server goes on renewing the lease for them; if it is silent until
     * the lease expires, the session is alone.
     */
    void Leave();

    /**
     * The last result has come: say BYE, and become a visit or stop.
     *
     * @param visits whether to become a visit
     */
    void EndLeaving(bool visits);

    /**
     * Turn to another server; work alone until its first GRANT.
     *
     * @param remote its address and port
     */
    void Redirect(const Address& remote);

    /**
     * Change who decides. If this is a change, introduce the device again, and work alone until the
     * next GRANT.
     *
     * @param isOwnDecision whether the device decides itself where to cut
     */
    void SetOwnDecision(bool isOwnDecision);

    /**
     * Report the device's state to the server.
     */
    void SendState();

    /**
     * Send an inference's tensors.
     *
     * @param inference the inference
     */
    void Upload(const OngoingInference& inference);

    /**
     * Tell the server that nobody waits for an inference's result.
     *
     * @param inference the inference
     */
    void Cancel(const OngoingInference& inference);

    /**
     * @return whether it was started, and not stopped since
     */
    bool IsRunning() const;

    /**
     * @return whether the device only visits the server
     */
    bool IsVisit() const;

    /**
     * @return whether the device has moved to another server, and stays only for results
     */
    bool IsLeaving() const;

    /**
     * @return whether the network toward the server was measured since the start
     */
    bool IsMeasured() const;

    /**
     * @return whether the device decides itself where to cut
     */
    bool IsOwnDecision() const;

    /**
     * @return the node id of the server; NO_NODE if no node has its address
     */
    uint32_t GetServer() const;

    /**
     * @return the connection
     */
    Ptr<ServerConnection> GetConnection() const;

    /**
     * @return where inferences are cut, and whether the server runs its part of them
     */
    std::shared_ptr<const GrantedCut> GetDecision() const;

    /**
     * @return the network as estimated now
     */
    Link GetLink() const;

    /**
     * @return the device as the game knows it now; without options if the server decides, or has
     *         not asked yet
     */
    Player GetPlayer() const;

  private:
    /// @return how the device introduces itself
    Hello MakeHello() const;
    /// @return the object that answers the server's questions; null if the server decides
    std::unique_ptr<Bidder> MakeBidder() const;
    /// Connect with another introduction, and work alone until the first GRANT. @param reason why,
    /// in words
    void IntroduceAgain(const std::string& reason);
    /// Give up the GRANT. @param reason why, for the trace of cuts @param words the same in words
    void Lose(CutReason reason, const std::string& words);

    // RECEIVING

    /// The connection was opened or lost. @param up whether it is open
    void HandleStatus(bool up);
    /// A message's first byte goes out. @param header the message
    void HandleStarted(const SurgeryHeader& header);
    /// A message came. @param header the message @param bytes its size
    void HandleMessage(const SurgeryHeader& header, uint64_t bytes);
    /// The server granted a share and a cut. @param grant the GRANT @param bytes the message's size
    void HandleGrant(const Grant& grant, uint64_t bytes);
    /// A result arrived. @param result the result @param bytes the message's size
    void HandleResult(const Result& result, uint64_t bytes);
    /// Answer a server that lets devices decide. @param question a PRICE or an OFFER
    template <typename Question>
    void Answer(const Question& question);
    /// Get the size of a message as a sample. @param role the connection of the last message
    /// @param bytes its size @return the same, or 0 if TCP held it up, so that it is no sample
    uint64_t CountForSample(ConnectionRole role, uint64_t bytes) const;
    /// Get the host work of both ends on an inference's tensors and on its result, as far as the
    /// links hold it. @param result the result @return on the tensors, on the result
    std::pair<Time, Time> GetMeasuredHostWork(const Result& result) const;
    /// There is a new estimate of the network: report it if it changed much.
    void HandleNewEstimate();
    /// Let a server that is visited know that the device lives, and how its network is.
    void SendSign();
    /// Send a probe, unless there is traffic to learn from. @param probe the message
    /// @return whether it was sent
    bool SendProbe(const SurgeryHeader& probe);
    /// The cut changes. @param oldPlan the old cut @param newPlan the new cut @param reason why
    void HandleCut(const CutPlan& oldPlan, const CutPlan& newPlan, CutReason reason);

    // LEASE

    /// Set when the lease expires. @param left time from now; less than 0 counts as 0
    void ExtendLease(Time left);
    /// No GRANT came in time.
    void HandleLeaseExpired();

    SessionOwner& m_owner;                       ///< the device
    uint32_t m_device{0};                        ///< the client's DeviceId
    Parts m_parts;                               ///< as given
    Attendance m_attendance{Attendance::SERVED}; ///< what the device wants of the server
    bool m_isLeaving{false};                     ///< IsLeaving
    bool m_isOwnDecision;                        ///< whether the device decides itself
    Address m_remote;                            ///< the server
    uint32_t m_server;                           ///< its node id
    std::shared_ptr<GrantedCut> m_decision;      ///< where to cut; others may keep it
    LinkMonitor m_links;                         ///< the network
    EventId m_probeEvent;                        ///< next check whether to probe
    EventId m_signEvent;                         ///< next sign of life to a server that is visited
    PutOffTimer<ServerSession, &ServerSession::HandleLeaseExpired> m_lease; ///< until it expires
};

} // namespace surgery
} // namespace ns3

#endif // SERVER_SESSION_H
