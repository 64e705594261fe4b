/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "block-ack-agreements.h"

#include "ns3/block-ack-manager.h"
#include "ns3/ht-frame-exchange-manager.h"
#include "ns3/originator-block-ack-agreement.h"
#include "ns3/qos-txop.h"
#include "ns3/simulator.h"
#include "ns3/wifi-mac.h"

#include <cstdint>
#include <map>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// Number of traffic identifiers.
constexpr uint8_t TIDS = 8;

#if __has_include("ns3/environment-variable.h") // ns-3.38 and later

#if __has_include("ns3/gcr-manager.h") // ns-3.44 and later: of no group of receivers
#define SURGERY_NO_GROUP                                                                           \
    ,                                                                                              \
    {                                                                                              \
    }
#else
#define SURGERY_NO_GROUP
#endif

/// End the agreements of one traffic identifier. @param manager what knows them
/// @param peer the other side @param tid the traffic identifier
void
EndAgreements(Ptr<BlockAckManager> manager,
              Ptr<HtFrameExchangeManager>,
              Mac48Address peer,
              uint8_t tid)
{
    const auto agreement = manager->GetAgreementAsOriginator(peer, tid);
    if (agreement && !agreement->get().IsPending())
    {
        manager->DestroyOriginatorAgreement(peer, tid SURGERY_NO_GROUP);
    }
    manager->DestroyRecipientAgreement(peer, tid SURGERY_NO_GROUP);
    // otherwise ns-3 asks for a Block Ack before the next frame to this peer, and aborts without
    // the agreement
    manager->RemoveFromSendBarIfDataQueuedList(peer, tid);
}

/// @param manager what knows the agreements @param peer the other side @param tid the traffic
/// identifier @return whether there is one on sent frames
bool
HasAgreement(Ptr<BlockAckManager> manager, Mac48Address peer, uint8_t tid)
{
    return manager->GetAgreementAsOriginator(peer, tid).has_value();
}

/// Let a side ask for a Block Ack before its next frame. @param txop of the side
/// @param peer the other side @param tid the traffic identifier
void
AskForBlockAck(Ptr<QosTxop> txop, Mac48Address peer, uint8_t tid)
{
    txop->GetBaManager()->AddToSendBarIfDataQueuedList(peer, tid);
}

#undef SURGERY_NO_GROUP

#else

/// End the agreements of one traffic identifier. @param manager what knows those on sent frames
/// @param exchanges what knows those on received frames @param peer the other side
/// @param tid the traffic identifier
void
EndAgreements(Ptr<BlockAckManager> manager,
              Ptr<HtFrameExchangeManager> exchanges,
              Mac48Address peer,
              uint8_t tid)
{
    if (!manager->ExistsAgreementInState(peer, tid, OriginatorBlockAckAgreement::PENDING))
    {
        manager->DestroyAgreement(peer, tid);
    }
    exchanges->DestroyBlockAckAgreement(peer, tid);
}

/// @param manager what knows the agreements @param peer the other side @param tid the traffic
/// identifier @return whether there is one on sent frames
bool
HasAgreement(Ptr<BlockAckManager> manager, Mac48Address peer, uint8_t tid)
{
    return manager->ExistsAgreement(peer, tid);
}

/// Let a side ask for a Block Ack. @param txop of the side @param peer the other side
/// @param tid the traffic identifier
void
AskForBlockAck(Ptr<QosTxop> txop, Mac48Address peer, uint8_t tid)
{
    txop->ScheduleBar(txop->PrepareBlockAckRequest(peer, tid));
}

#endif

/// Windows of the agreements that a side negotiates.
class Windows : public SimpleRefCount<Windows>
{
  public:
    /// @param txop of the side
    explicit Windows(QosTxop* txop)
        : m_txop(txop)
    {
    }

    /// An agreement on sent frames changes, but it is not yet what it will be.
    /// @param peer the other side @param tid the traffic identifier @param state the new one
    void HandleState(Time, Mac48Address peer, uint8_t tid, OriginatorBlockAckAgreement::State state)
    {
        if (state == OriginatorBlockAckAgreement::PENDING)
        {
            Simulator::ScheduleNow(&Windows::HandlePending, Ptr<Windows>(this), peer, tid);
        }
        else if (state == OriginatorBlockAckAgreement::ESTABLISHED)
        {
            Simulator::ScheduleNow(&Windows::HandleEstablished, Ptr<Windows>(this), peer, tid);
        }
    }

  private:
    /// @param peer the other side @param tid the traffic identifier
    void HandlePending(Mac48Address peer, uint8_t tid)
    {
        if (HasAgreement(m_txop->GetBaManager(), peer, tid))
        {
            m_asked[{peer, tid}] = m_txop->GetBaManager()->GetOriginatorStartingSequence(peer, tid);
        }
    }

    /// @param peer the other side @param tid the traffic identifier
    void HandleEstablished(Mac48Address peer, uint8_t tid)
    {
        const auto asked = m_asked.find({peer, tid});
        if (asked == m_asked.end() || !HasAgreement(m_txop->GetBaManager(), peer, tid))
        {
            return;
        }
        if (m_txop->GetBaManager()->GetOriginatorStartingSequence(peer, tid) != asked->second)
        {
            AskForBlockAck(m_txop, peer, tid);
        }
        m_asked.erase(asked);
    }

    QosTxop* m_txop; ///< of the side, which outlives the negotiations
    std::map<std::pair<Mac48Address, uint8_t>, uint16_t> m_asked; ///< first frames, as asked for
};

} // namespace

void
EndBlockAckAgreements(Ptr<WifiMac> mac, Mac48Address peer)
{
    const auto exchanges = DynamicCast<HtFrameExchangeManager>(mac->GetFrameExchangeManager());
    for (uint8_t tid = 0; exchanges && tid < TIDS; ++tid)
    {
        EndAgreements(mac->GetQosTxop(tid)->GetBaManager(), exchanges, peer, tid);
    }
}

void
SynchronizeBlockAckWindows(Ptr<WifiMac> mac)
{
    for (const auto category : {AC_BE, AC_BK, AC_VI, AC_VO})
    {
        const auto txop = mac->GetQosTxop(category);
        if (txop)
        {
            const auto windows = Create<Windows>(PeekPointer(txop));
            txop->GetBaManager()->TraceConnectWithoutContext(
                "AgreementState",
                MakeCallback(&Windows::HandleState, windows));
        }
    }
}

} // namespace surgery
} // namespace ns3
