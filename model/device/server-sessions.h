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
#include "ns3/node.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <memory>
#include <string>

namespace ns3
{
namespace surgery
{

class OngoingInferences;

/**
 * @ingroup dnn-surgery
 *
 * The servers of one device: the one that serves it, and what becomes of its inferences when a
 * session with a server begins, changes or ends.
 */
class ServerSessions : public SessionOwner
{
  public:
    /// What the client is asked and told.
    struct Events
    {
        Callback<DeviceSettings> settings;              ///< its attributes now
        Callback<double> requestRate;                   ///< requests per second so far
        Callback<void, const ServerSession&> granted;   ///< the serving server's GRANT took effect
        Callback<void> lost;                            ///< the device has no valid GRANT any more
        Callback<void, const ServerSession&> estimated; ///< a new estimate of a network
        Callback<void, const ServerSession&, const CutPlan&, const CutPlan&, CutReason>
            cutChanged; ///< the device's cut changes: server, old cut, new cut, why
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
     * @param parts what that session works with
     * @param isOwnDecision whether the device decides itself where to cut
     */
    void Start(const Address& remote, ServerSession::Parts parts, bool isOwnDecision);

    /**
     * Leave all servers.
     */
    void Stop();

    /**
     * @return the session with the server that serves the device, or that it hopes to be served by
     */
    ServerSession& GetServing();

    /// @copydoc GetServing
    const ServerSession& GetServing() const;

    /**
     * Turn to another server at once.
     *
     * @param remote its address and port
     */
    void Redirect(const Address& remote);

    /**
     * Send the tensors of an inference to its server.
     *
     * @param inference the inference
     */
    void Upload(const OngoingInference& inference);

    /**
     * Report the state to the serving server.
     */
    void SendState();

    // what the sessions ask and tell

    DeviceSettings GetSettings() const override;
    double GetRequestRatePerS() const override;
    uint32_t CountOffloads(const ServerSession& session) const override;
    Time GetPacking(uint64_t inference) const override;
    void HandleConnected(ServerSession& session) override;
    void HandleGrant(ServerSession& session) override;
    void HandleLoss(ServerSession& session, const std::string& words) override;
    void HandleAlone(ServerSession& session) override;
    void HandleStarted(const Activation& activation) override;
    void HandleResult(const Result& result) override;
    void HandleEstimate(ServerSession& session) override;
    void HandleCut(ServerSession& session,
                   const CutPlan& oldPlan,
                   const CutPlan& newPlan,
                   CutReason reason) override;

  private:
    Ptr<Node> m_node;                         ///< the device
    OngoingInferences& m_inferences;          ///< its inferences
    Events m_events;                          ///< to the client
    std::unique_ptr<ServerSession> m_serving; ///< null before Start
};

} // namespace surgery
} // namespace ns3

#endif // SERVER_SESSIONS_H
