/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "lte-sounding.h"

#include "ns3/lte-enb-cmac-sap.h"
#include "ns3/lte-enb-net-device.h"
#include "ns3/lte-enb-rrc.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

namespace
{

/// Number of places per UE when neighbors divide them: a UE that connects again may hold two for a
/// while.
constexpr uint32_t PLACES = 4;

/// @param mobiles number of UEs @return the least period in which cells may divide the subframes,
/// ms
uint32_t
GetNeededPeriod(uint32_t mobiles)
{
    return PLACES * (mobiles + 1);
}

/// Take the places of the neighbors. @param cells the eNBs' devices @param period of SRS, ms
void
TakePlaces(NetDeviceContainer cells, uint32_t period)
{
    // an eNB gives each UE the first free place, so contexts without a UE take those of its
    // neighbors; in their own half they end by themselves, after some milliseconds
    for (uint32_t i = 0; i < cells.GetN(); ++i)
    {
        const auto rrc = DynamicCast<LteEnbNetDevice>(cells.Get(i))->GetRrc();
        for (uint32_t place = 0; place < period; ++place)
        {
            const auto rnti = rrc->GetLteEnbCmacSapUser(0)->AllocateTemporaryCellRnti();
            const auto half = 2 * place / period;
            if (half != i % 2)
            {
                rrc->GetUeManager(rnti)->CancelPendingEvents();
            }
        }
    }
}

} // namespace

uint32_t
ChooseSoundingPeriod(uint32_t mobiles)
{
    return *std::find_if(SOUNDING_PERIODS.begin(), SOUNDING_PERIODS.end() - 1, [&](auto period) {
        return period >= GetNeededPeriod(mobiles);
    });
}

void
DivideSoundingSubframes(const NetDeviceContainer& cells, uint32_t period, uint32_t mobiles)
{
    if (cells.GetN() > 1 && period >= GetNeededPeriod(mobiles))
    {
        // an eNB must have no context in its first frame, and devices connect later than this
        Simulator::Schedule(MilliSeconds(15), &TakePlaces, cells, period);
    }
}

} // namespace surgery
} // namespace ns3
