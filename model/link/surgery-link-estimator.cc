/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-link-estimator.h"

namespace ns3
{
namespace surgery
{

NS_OBJECT_ENSURE_REGISTERED(LinkEstimator);

TypeId
LinkEstimator::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::LinkEstimator").SetParent<Object>().SetGroupName("DnnSurgery");
    return tid;
}

bool
LinkEstimator::IsInDoubt() const
{
    return false;
}

} // namespace surgery
} // namespace ns3
