/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-price-policy.h"

#include "ns3/surgery-type-names.h"

namespace ns3
{
namespace surgery
{

NS_OBJECT_ENSURE_REGISTERED(PricePolicy);

namespace
{

/// @return the policies by their short names
const TypeNames&
GetFamily()
{
    static const TypeNames family(PricePolicy::GetTypeId(), "PricePolicy", "price policy");
    return family;
}

} // namespace

TypeId
PricePolicy::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::PricePolicy").SetParent<Object>().SetGroupName("DnnSurgery");
    return tid;
}

bool
PricePolicy::SetsPrices() const
{
    return true;
}

bool
PricePolicy::NeedsPlayers() const
{
    return false;
}

std::vector<std::string>
PricePolicy::GetNames()
{
    return GetFamily().GetNames();
}

Ptr<PricePolicy>
PricePolicy::Create(const std::string& name)
{
    return DynamicCast<PricePolicy>(GetFamily().Create(name));
}

} // namespace surgery
} // namespace ns3
