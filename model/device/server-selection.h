/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SERVER_SELECTION_H
#define SERVER_SELECTION_H

#include "ns3/address.h"
#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/surgery-messages.h"
#include "ns3/surgery-server-choice.h"

#include <cstdint>
#include <map>
#include <optional>

namespace ns3
{
namespace surgery
{

class ServerSession;
class ServerSessions;

/**
 * @ingroup dnn-surgery
 *
 * Lets a device choose its server: keeps what servers announce, visits those that the choice wants
 * measured, asks the choice, and moves.
 */
class ServerSelection
{
  public:
    /// Tells the node id of the server at the site where the device is attached; NO_NODE if there
    /// is none.
    using SiteCallback = Callback<uint32_t>;

    /**
     * @param sessions the device's servers; must outlive this object
     * @param choice says which server to use
     * @param site tells where the device is attached; may be null
     */
    ServerSelection(ServerSessions& sessions, Ptr<ServerChoice> choice, SiteCallback site);

    ~ServerSelection();

    ServerSelection(const ServerSelection&) = delete;
    ServerSelection& operator=(const ServerSelection&) = delete;

    /**
     * Begin to choose.
     */
    void Start();

    /**
     * Choose no more.
     */
    void Stop();

    /**
     * A server offers its service. Old and doubled offers, and those without an address of that
     * server, change nothing.
     *
     * @param announce the offer
     */
    void HandleAnnounce(const Announce& announce);

    /**
     * The serving server sends the device to another one.
     *
     * @param move where to
     */
    void HandleMove(const Move& move);

    /**
     * A server that served the device, or was to, is lost: if none serves it, choose another.
     *
     * @param session the session with it
     */
    void HandleAlone(const ServerSession& session);

  private:
    /// What is known of a server.
    struct Known
    {
        Announce offer; ///< its latest
        Address remote; ///< its address and port
        Time made;      ///< when the offer was made, as far as its age tells
        Time lost;      ///< when it ceased to serve the device; until it announces itself again, it
                        ///< is not asked
        Time waitUntil; ///< until then it is not asked again, since it did not answer
    };

    /// Choose, and again after the interval.
    void Choose();
    /// @return whether a server serves the device now
    bool IsServed() const;
    /// @return what the device knows
    ChoiceView MakeView() const;
    /// @param server a node id @param known what is known of that server
    /// @return whether the device could move there
    bool CanReach(uint32_t server, const Known& known) const;
    /// @param known what is known of a server @param session the session with it; may be null
    /// @return the device as it would be there
    Player MakePlayer(const Known& known, const ServerSession* session) const;

    ServerSessions& m_sessions;        ///< the device's servers
    Ptr<ServerChoice> m_choice;        ///< says which one to use
    SiteCallback m_site;               ///< where the device is attached
    std::map<uint32_t, Known> m_known; ///< by node id
    std::optional<uint32_t> m_told;    ///< where the serving server sends the device
    bool m_isLost{false};              ///< whether the server that served the device is lost
    EventId m_event;                   ///< next choice
};

} // namespace surgery
} // namespace ns3

#endif // SERVER_SELECTION_H
