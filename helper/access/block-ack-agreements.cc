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
#include "ns3/wifi-mac.h"

#include <cstdint>

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

#endif

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

} // namespace surgery
} // namespace ns3
