/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "lte-bearers.h"

#include "ns3/boolean.h"
#include "ns3/callback.h"
#include "ns3/log.h"
#include "ns3/lte-enb-rrc.h"
#include "ns3/lte-radio-bearer-info.h"
#include "ns3/lte-rlc.h"
#include "ns3/lte-ue-rrc.h"
#include "ns3/object-map.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("LteBearers");

namespace
{

/// A bearer was made: set up all that its owner has. @param owner the LteUeRrc or UeManager that
/// traces it, hence no Ptr @param maxTxBufferSize as above @param resendInSmallGrants as above
/// @param imsi the UE's number @param cell the cell's id @param rnti the UE's id in the cell
/// @param bearer the bearer's id
void
HandleBearer(Object* owner,
             uint32_t maxTxBufferSize,
             bool resendInSmallGrants,
             uint64_t imsi,
             uint16_t cell,
             uint16_t rnti,
             uint8_t bearer)
{
    NS_LOG_FUNCTION(owner << imsi << cell << rnti << +bearer);
    ObjectMapValue bearers;
    owner->GetAttribute("DataRadioBearerMap", bearers);
    for (auto one = bearers.Begin(); one != bearers.End(); ++one)
    {
        const auto rlc = DynamicCast<LteRadioBearerInfo>(one->second)->m_rlc;
        rlc->SetAttributeFailSafe("MaxTxBufferSize", UintegerValue(maxTxBufferSize));
        rlc->SetAttributeFailSafe("TxOpportunityForRetxAlwaysBigEnough",
                                  BooleanValue(resendInSmallGrants));
    }
}

/// Follow the bearers of an owner. @param owner LteUeRrc or UeManager
/// @param maxTxBufferSize as above @param resendInSmallGrants as above
void
WatchBearers(Ptr<Object> owner, uint32_t maxTxBufferSize, bool resendInSmallGrants)
{
    owner->TraceConnectWithoutContext(
        "DrbCreated",
        MakeBoundCallback(&HandleBearer, PeekPointer(owner), maxTxBufferSize, resendInSmallGrants));
}

/// An eNB took a UE. @param owner the eNB's RRC, which traces it, hence no Ptr
/// @param maxTxBufferSize as above @param resendInSmallGrants as above
/// @param cell the cell's id @param rnti the UE's id in it
void
HandleNewMobile(LteEnbRrc* owner,
                uint32_t maxTxBufferSize,
                bool resendInSmallGrants,
                uint16_t cell,
                uint16_t rnti)
{
    NS_LOG_FUNCTION(owner << cell << rnti);
    WatchBearers(owner->GetUeManager(rnti), maxTxBufferSize, resendInSmallGrants);
}

} // namespace

void
SetUpBearers(Ptr<LteUeRrc> mobile, uint32_t maxTxBufferSize, bool resendInSmallGrants)
{
    WatchBearers(mobile, maxTxBufferSize, resendInSmallGrants);
}

void
SetUpBearers(Ptr<LteEnbRrc> cell, uint32_t maxTxBufferSize, bool resendInSmallGrants)
{
    cell->TraceConnectWithoutContext("NewUeContext",
                                     MakeBoundCallback(&HandleNewMobile,
                                                       PeekPointer(cell),
                                                       maxTxBufferSize,
                                                       resendInSmallGrants));
}

} // namespace surgery
} // namespace ns3
