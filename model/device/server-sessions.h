/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SERVER_SESSIONS_H
#define SERVER_SESSIONS_H

#include "server-session.h"
#include "session-owner.h"

#include "ns3/address.h"
#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/surgery-migration.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

class OngoingInferences;

/**
 * @ingroup dnn-surgery
 *
 * The servers of one device, and what becomes of its inferences when a session with a server
 * begins, changes or ends.
 *
 * One server serves the device, or is hoped to. Another one may be the next: it was asked to serve
 * the device, and does so from its first GRANT on. Only then the device leaves the old one, where
 * it waits for what is offloaded there. All others are visited or not running.
 */
class ServerSessions : public SessionOwner
{
  public:
    /// What the client is asked and told.
    struct Events
    {
        Callback<DeviceSettings> settings;              ///< its attributes now
        Callback<double> requestRate;                   ///< requests per second so far
        Callback<double> gapVariation;                  ///< of the gaps between requests so far
        Callback<void, const ServerSession&> granted;   ///< the serving server's GRANT took effect
        Callback<void> lost;                            ///< the device has no valid GRANT any more
        Callback<void, const ServerSession&> estimated; ///< a new estimate of a network
        Callback<void, const ServerSession&, const CutPlan&, const CutPlan&, CutReason>
            cutChanged; ///< the device's cut changes: server, old cut, new cut, why
        Callback<void, const surgery::Move&>
            told; ///< the serving server sends the device to another one
        Callback<void, const Announce&> announced;  ///< a server offers its service
        Callback<void, const ServerSession&> alone; ///< a server that served it, or was to, is lost
        Callback<void, const MigrationRecord&> migrated; ///< the device has changed its server
    };

    /**
     * @param node the device
     * @param inferences its inferences; must outlive this object
     * @param events what the client is asked and told
     */
    ServerSessions(Ptr<Node> node, OngoingInferences& inferences, Events events);

    ~ServerSessions() override;

    /**
     * Connect to the first server.
     *
     * @param remote its address and port
     * @param parts what that session works with; others work with copies
     * @param isOwnDecision whether the device decides itself where to cut
     * @param attendance what the device wants of its server, SERVED or CHOOSING
     */
    void Start(const Address& remote,
               ServerSession::Parts parts,
               bool isOwnDecision,
               Attendance attendance);

    /**
     * Leave all servers.
     */
    void Stop();

    /**
     * Release the objects that sessions work with.
     */
    void Dispose();

    /**
     * @return the session with the server that serves the device, or that it hopes to be served by
     */
    const ServerSession& GetServing() const;

    /**
     * Say whether servers that the device leaves are visited from then on.
     *
     * @param visits whether they are; not unless this is called
     */
    void SetVisits(bool visits);

    /**
     * Turn to another server at once.
     *
     * @param remote its address and port
     */
    void Redirect(const Address& remote);

    /**
     * @param server a node id
     * @return the session with that server; null if there never was one
     */
    const ServerSession* Find(uint32_t server) const;

    /**
     * Visit a server, to measure the network toward it. Nothing happens if there is a running
     * session with it.
     *
     * @param server its node id
     * @param remote its address and port
     */
    void Visit(uint32_t server, const Address& remote);

    /**
     * @return whether a server was asked to serve the device, and has not done so yet; a JOIN does
     *         not count while no server serves the device
     */
    bool IsMoving() const;

    /**
     * @return when the device changed its server last; negative if it never did
     */
    Time GetLastMove() const;

    /**
     * Ask a server that is visited to serve the device.
     *
     * @param server its node id
     * @param gainS what Phi is predicted to fall by, s, >= 0
     * @param reason why, in words
     */
    void Join(uint32_t server, double gainS, const std::string& reason);

    /**
     * Have a server serve the device, without asking for admission.
     *
     * @param server its node id
     * @param remote its address and port
     * @param reason why, in words
     */
    void Move(uint32_t server, const Address& remote, const std::string& reason);

    /**
     * Change who decides where to cut, toward all servers.
     *
     * @param isOwnDecision whether the device does
     */
    void SetOwnDecision(bool isOwnDecision);

    /**
     * An inference has ended: leave a server if it was the last one there.
     */
    void HandleEnd();

    /**
     * Send the tensors of an inference to its server.
     *
     * @param inference the inference
     */
    void Upload(const OngoingInference& inference);

    /**
     * Tell the server of an inference that nobody waits for its result.
     *
     * @param inference the inference
     */
    void Cancel(const OngoingInference& inference);

    /**
     * Report the state to the serving server.
     */
    void SendState();

    // what the sessions ask and tell

    DeviceSettings GetSettings() const override;
    double GetRequestRatePerS() const override;
    double GetGapVariation() const override;
    uint32_t CountOffloads(const ServerSession& session) const override;
    const OngoingInference* FindInference(uint64_t inference) const override;
    void HandleConnected(ServerSession& session) override;
    void HandleGrant(ServerSession& session) override;
    void HandleLoss(ServerSession& session, const std::string& words) override;
    void HandleRedirect(ServerSession& session) override;
    void HandleExpiry(ServerSession& session) override;
    void HandleStarted(const Activation& activation) override;
    void HandleResult(const Result& result) override;
    void HandleAnnounce(const Announce& announce) override;
    void HandleMove(const surgery::Move& move) override;
    void HandleAdmission(ServerSession& session, const Admission& admission) override;
    void HandleEstimate(ServerSession& session) override;
    void HandleCut(ServerSession& session,
                   const CutPlan& oldPlan,
                   const CutPlan& newPlan,
                   CutReason reason) override;

  private:
    /// A JOIN that was not answered yet.
    struct Question
    {
        ServerSession* session{nullptr}; ///< with the server that was asked; null: none
        uint64_t number{0};              ///< of the latest JOIN
        Time asked;                      ///< when that was
        std::string reason;              ///< why
    };

    /// @param server a node id @return the session with that server; null if there never was one
    ServerSession* FindSession(uint32_t server) const;
    /// @param server a node id @return the session with that server, a new one if there is none
    ServerSession& Get(uint32_t server);
    /// @param inference an inference that is offloaded @return the session with its server
    ServerSession& FindFor(const OngoingInference& inference);
    /// A server is to serve the device. @param session the session with it @param asked when it was
    /// asked @param reason why, in words
    void SetNext(ServerSession& session, Time asked, const std::string& reason);
    /// The next server granted nothing in time.
    void GiveUp();
    /// The next server has granted something: from now on it serves the device.
    void Switch();
    /// Trace the latest change of the server, unless it was traced already.
    void TraceMigration();

    Ptr<Node> m_node;                ///< the device
    OngoingInferences& m_inferences; ///< its inferences
    Events m_events;                 ///< to the client
    bool m_visits{false};            ///< whether servers that were left are visited
    bool m_isOwnDecision{false};     ///< whether the device decides itself where to cut
    ServerSession::Parts m_parts;    ///< of the first session
    std::vector<std::unique_ptr<ServerSession>> m_sessions; ///< in the order of their beginnings
    ServerSession* m_serving{nullptr};                      ///< null before Start
    ServerSession* m_next{nullptr};                         ///< the next one; null: none
    EventId m_giveUpEvent;               ///< when the next server has taken too long
    Question m_question;                 ///< the latest JOIN
    MigrationRecord m_migration;         ///< under way, or to be traced
    bool m_isTraced{true};               ///< whether it was traced
    Time m_lastMove{NanoSeconds(-1)};    ///< GetLastMove
    Time m_lastTensors{NanoSeconds(-1)}; ///< when tensors began to go out last; negative: never
};

} // namespace surgery
} // namespace ns3

#endif // SERVER_SESSIONS_H
