/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-server-choice.h"

#include "ns3/object-factory.h"
#include "ns3/surgery-type-names.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_OBJECT_ENSURE_REGISTERED(ServerChoice);

namespace
{

/// The bundled choices: short name and class.
const std::vector<std::pair<std::string, std::string>> CHOICES = {
    {"fixed", "ns3::surgery::FixedServerChoice"},
    {"nearest", "ns3::surgery::NearestServerChoice"},
    {"fastest", "ns3::surgery::FastestServerChoice"},
    {"dds", "ns3::surgery::DdsServerChoice"},
};

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
    std::vector<std::string> names;
    for (const auto& choice : CHOICES)
    {
        names.push_back(choice.first);
    }
    return names;
}

Ptr<ServerChoice>
ServerChoice::Create(const std::string& name)
{
    const auto known = std::find_if(CHOICES.begin(), CHOICES.end(), [&name](const auto& choice) {
        return choice.first == name;
    });
    const auto type = known != CHOICES.end() ? known->second : name;
    if (!IsTypeOf(type, GetTypeId()))
    {
        std::string names;
        for (const auto& choice : GetNames())
        {
            names += (names.empty() ? "" : ", ") + choice;
        }
        throw std::invalid_argument("choice of a server: \"" + name + "\" is none of " + names +
                                    ", nor the name of a class of ServerChoice");
    }
    ObjectFactory factory(type);
    return factory.Create<ServerChoice>();
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
