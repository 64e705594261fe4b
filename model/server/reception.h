/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RECEPTION_H
#define RECEPTION_H

#include "newcomers.h"

#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-header.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

class ClientConnections;
class ServedDevice;

/**
 * @ingroup dnn-surgery
 *
 * A server's side of visits: devices that are served elsewhere, measure the network toward this
 * server, and may ask to be served here.
 *
 * A visitor that is admitted stays who it is, on the connections of its visit and with what its
 * HELLO said. Until it has played once, nobody else is admitted: the others do not know its
 * influence on the price.
 */
class Reception
{
  public:
    /// A device that is no visitor any more, with its id.
    using Admitted = std::pair<uint32_t, std::unique_ptr<ServedDevice>>;

    /**
     * @param connections to the devices
     */
    explicit Reception(Ptr<ClientConnections> connections);

    ~Reception();

    /**
     * Find a visitor, or make one.
     *
     * @param id the device's id
     * @return the visitor; null if it is new, to be set by the caller
     */
    std::unique_ptr<ServedDevice>& Receive(uint32_t id);

    /**
     * @return the visitors by id
     */
    const std::map<uint32_t, std::unique_ptr<ServedDevice>>& GetVisitors() const;

    /**
     * @param id a device's id
     * @return whether it is a visitor
     */
    bool Has(uint32_t id) const;

    /**
     * A visitor sent a message: PROBE, JOIN, STATE or BYE.
     *
     * @param id its id
     * @param header the message
     * @param bytes its size; 0 if TCP held it up, so that it is no sample
     * @return what is wrong with it, in words, or nothing
     */
    std::string HandleMessage(uint32_t id, const SurgeryHeader& header, uint64_t bytes);

    /**
     * Answer the visitors that asked to be served.
     *
     * @param oneByOne whether at most one is admitted
     * @param canServe whether the server could serve a visitor; if not it is refused
     * @return those admitted; they are served from now on
     */
    std::vector<Admitted> Admit(bool oneByOne,
                                const std::function<bool(const ServedDevice&)>& canServe);

    /**
     * A game is played.
     *
     * @param game who takes part
     */
    void HandleGame(const Game& game);

    /**
     * A device left or was forgotten: end its visit, if it is one, and do not wait for it.
     *
     * @param id its id
     */
    void Forget(uint32_t id);

    /**
     * Forget visitors that are silent.
     *
     * @param timeout how long they may be
     */
    void ForgetSilent(Time timeout);

    /**
     * Forget all visitors.
     */
    void Clear();

    /**
     * @return number of devices admitted so far
     */
    uint64_t GetAdmitted() const;

    /**
     * @return number of JOINs refused so far
     */
    uint64_t GetRefused() const;

  private:
    Ptr<ClientConnections> m_connections;                         ///< to the devices
    std::map<uint32_t, std::unique_ptr<ServedDevice>> m_visitors; ///< by id
    Newcomers m_newcomers;                                        ///< who asked to be served
    uint32_t m_awaited{0};   ///< the device admitted last, if it has not played
    bool m_isWaiting{false}; ///< whether there is such a device
    uint64_t m_admitted{0};  ///< so far
    uint64_t m_refused{0};   ///< so far
};

} // namespace surgery
} // namespace ns3

#endif // RECEPTION_H
