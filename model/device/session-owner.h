/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SESSION_OWNER_H
#define SESSION_OWNER_H

#include "device-settings.h"
#include "granted-cut.h"

#include "ns3/nstime.h"
#include "ns3/surgery-messages.h"

#include <cstdint>
#include <string>

namespace ns3
{
namespace surgery
{

class ServerSession;
struct OngoingInference;

/**
 * @ingroup dnn-surgery
 *
 * What the session with a server asks and tells the device that owns it.
 */
class SessionOwner
{
  public:
    virtual ~SessionOwner() = default;

    /**
     * @return the device's attributes now
     */
    virtual DeviceSettings GetSettings() const = 0;

    /**
     * @return requests per second so far, >= 0
     */
    virtual double GetRequestRatePerS() const = 0;

    /**
     * @return squared coefficient of variation of the gaps between requests so far, >= 0; 0 if
     *         requests wait for results
     */
    virtual double GetGapVariation() const = 0;

    /**
     * @param session a session
     * @return how many inferences are offloaded to its server, or will be
     */
    virtual uint32_t CountOffloads(const ServerSession& session) const = 0;

    /**
     * @param inference an inference's id
     * @return the inference; null if it has ended
     */
    virtual const OngoingInference* FindInference(uint64_t inference) const = 0;

    /**
     * The connections are open, and the server was told the device's state.
     *
     * @param session the session
     */
    virtual void HandleConnected(ServerSession& session) = 0;

    /**
     * A GRANT took effect.
     *
     * @param session the session
     */
    virtual void HandleGrant(ServerSession& session) = 0;

    /**
     * The session has no valid GRANT any more, and its server runs nothing for the device.
     *
     * @param session the session
     * @param words why, in words
     */
    virtual void HandleLoss(ServerSession& session, const std::string& words) = 0;

    /**
     * The device introduces itself again, and works without this server until the next GRANT.
     * HandleLoss came before.
     *
     * @param session the session
     */
    virtual void HandleRedirect(ServerSession& session) = 0;

    /**
     * No GRANT, or result if the device is leaving, came in time. HandleLoss came before, and the
     * connections are being replaced.
     *
     * @param session the session
     */
    virtual void HandleExpiry(ServerSession& session) = 0;

    /**
     * The first byte of an inference's tensors goes out.
     *
     * @param activation their message
     */
    virtual void HandleStarted(const Activation& activation) = 0;

    /**
     * A result came.
     *
     * @param result the result
     */
    virtual void HandleResult(const Result& result) = 0;

    /**
     * A server offers its service.
     *
     * @param announce the offer of this or of another server
     */
    virtual void HandleAnnounce(const Announce& announce) = 0;

    /**
     * The serving server tells the device to go to another one.
     *
     * @param move where to
     */
    virtual void HandleMove(const Move& move) = 0;

    /**
     * A server answers the device's JOIN.
     *
     * @param session the session with that server
     * @param admission the answer
     */
    virtual void HandleAdmission(ServerSession& session, const Admission& admission) = 0;

    /**
     * There is a new estimate of the network.
     *
     * @param session the session
     */
    virtual void HandleEstimate(ServerSession& session) = 0;

    /**
     * The cut changes, because of a GRANT or because there is no valid one.
     *
     * @param session the session
     * @param oldPlan the old cut
     * @param newPlan the new cut
     * @param reason why
     */
    virtual void HandleCut(ServerSession& session,
                           const CutPlan& oldPlan,
                           const CutPlan& newPlan,
                           CutReason reason) = 0;
};

} // namespace surgery
} // namespace ns3

#endif // SESSION_OWNER_H
