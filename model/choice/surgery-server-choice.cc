/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-server-choice.h"

#include "ns3/surgery-type-names.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

NS_OBJECT_ENSURE_REGISTERED(ServerChoice);

namespace
{

/// @return the choices by their short names
const TypeNames&
GetFamily()
{
    static const TypeNames family(ServerChoice::GetTypeId(), "ServerChoice", "choice of a server");
    return family;
}

} // namespace

TypeId
ServerChoice::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::ServerChoice")
                            .SetParent<Object>()
                            .SetGroupName("DnnSurgery")
                            .AddAttribute("Interval",
                                          "Time between two choices.",
                                          TimeValue(MilliSeconds(500)),
                                          MakeTimeAccessor(&ServerChoice::m_interval),
                                          MakeTimeChecker(MilliSeconds(1)))
                            .AddAttribute("MinStay",
                                          "How long a device stays at a server before it may move "
                                          "on, unless that server is lost.",
                                          TimeValue(Seconds(1)),
                                          MakeTimeAccessor(&ServerChoice::m_minStay),
                                          MakeTimeChecker(Seconds(0)));
    return tid;
}

bool
ServerChoice::WantsOffers() const
{
    return true;
}

bool
ServerChoice::WantsVisits() const
{
    return true;
}

Time
ServerChoice::GetInterval() const
{
    return m_interval;
}

Time
ServerChoice::GetMinStay() const
{
    return m_minStay;
}

std::vector<std::string>
ServerChoice::GetNames()
{
    return GetFamily().GetNames();
}

Ptr<ServerChoice>
ServerChoice::Create(const std::string& name)
{
    return DynamicCast<ServerChoice>(GetFamily().Create(name));
}

const ServerOffer*
FindServing(const ChoiceView& view)
{
    const auto found = std::find_if(view.servers.begin(),
                                    view.servers.end(),
                                    [](const ServerOffer& offer) { return offer.isServing; });
    return found != view.servers.end() ? &*found : nullptr;
}

} // namespace surgery
} // namespace ns3
