/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_GAME_OBSERVER_H
#define SURGERY_GAME_OBSERVER_H

#include "ns3/application-container.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/surgery-game.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>

namespace ns3
{
namespace surgery
{

class InferenceClient;
class MecServer;
struct NegotiationRecord;

/**
 * @ingroup dnn-surgery
 *
 * The outcome of a negotiation, and what the server would have decided at the same instant.
 */
struct ObservedGame
{
    Time time;            ///< when the shares were settled
    uint64_t timestep{0}; ///< of the negotiation, from 1
    uint32_t devices{0};  ///< how many played
    double potentialS{0}; ///< Phi as negotiated, s
    double maxRegret{0};  ///< as negotiated: largest gain by moving alone, of what the mover pays
    double priceS{0};     ///< lambda as negotiated, s
    double load{0};       ///< sum of the shares as negotiated, 0..1
    double serverPotentialS{0}; ///< Phi of the server-side equilibrium, s
    double serverPriceS{0};     ///< lambda of it, s
};

/**
 * @ingroup dnn-surgery
 *
 * Watches games that devices play themselves, and scores them as Evaluate scores all others.
 *
 * No node of the simulation knows all of such a game. The observer does, because it looks into
 * every device. Its results never feed back into the simulation. It computes only if a trace sink
 * is connected.
 *
 * The server-side equilibrium is of the same players, with the links they estimate at that instant,
 * and of the capacity less what devices without a share still hold.
 */
class GameObserver : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    GameObserver();
    ~GameObserver() override;

    /**
     * Watch a server whose scheduler lets the devices decide.
     *
     * @param server the server
     * @param clients its devices
     * @throws std::invalid_argument if its scheduler decides itself
     */
    void Watch(Ptr<MecServer> server, const ApplicationContainer& clients);

    /**
     * Signature of the trace source Observed.
     *
     * @param [in] game what came of it
     */
    typedef void (*ObservedTracedCallback)(const ObservedGame& game);

    /**
     * Signature of the trace source Scored.
     *
     * @param [in] device the client's DeviceId
     * @param [in] share what it got, 0..1
     * @param [in] costS its cost J, s
     * @param [in] serverCostS its cost J in the server-side equilibrium, s
     */
    typedef void (*ScoredTracedCallback)(uint32_t device,
                                         double share,
                                         double costS,
                                         double serverCostS);

  protected:
    /// Release clients and server.
    void DoDispose() override;

  private:
    /// Shares were settled. @param record which
    void HandleNegotiated(const NegotiationRecord& record);

    std::map<uint32_t, Ptr<InferenceClient>> m_clients;             ///< by device
    ApplicationContainer m_applications;                            ///< not looked at yet
    TracedCallback<const ObservedGame&> m_observedTrace;            ///< Observed
    TracedCallback<uint32_t, double, double, double> m_scoredTrace; ///< Scored
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_GAME_OBSERVER_H
