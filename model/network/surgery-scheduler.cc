/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-scheduler.h"

#include "ns3/log.h"
#include "ns3/object-factory.h"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("SurgeryScheduler");

NS_OBJECT_ENSURE_REGISTERED(SurgeryScheduler);

namespace
{

/// All schedulers that can be made.
std::vector<TypeId>
GetConcreteTypes()
{
    std::vector<TypeId> types;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const auto type = TypeId::GetRegistered(i);
        if (type.IsChildOf(SurgeryScheduler::GetTypeId()) && type.HasConstructor())
        {
            types.push_back(type);
        }
    }
    return types;
}

/// ns3::surgery::ServerOnlyScheduler -> server-only
std::string
GetShortName(const TypeId& type)
{
    auto name = type.GetName();
    name = name.substr(name.rfind(':') + 1);
    const std::string suffix = "Scheduler";
    if (name.size() > suffix.size() &&
        name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0)
    {
        name.resize(name.size() - suffix.size());
    }
    std::string words;
    for (const auto letter : name)
    {
        const auto code = static_cast<unsigned char>(letter);
        words += std::isupper(code) && !words.empty() ? "-" : "";
        words += static_cast<char>(std::tolower(code));
    }
    return words;
}

} // namespace

TypeId
SurgeryScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::SurgeryScheduler").SetParent<Object>().SetGroupName("DnnSurgery");
    return tid;
}

int64_t
SurgeryScheduler::AssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    return 0;
}

std::vector<std::string>
SurgeryScheduler::GetNames()
{
    std::vector<std::string> names;
    for (const auto& type : GetConcreteTypes())
    {
        names.push_back(GetShortName(type));
    }
    std::sort(names.begin(), names.end());
    return names;
}

Ptr<SurgeryScheduler>
SurgeryScheduler::Create(const std::string& name)
{
    const auto bracket = name.find('[');
    const auto type = name.substr(0, bracket);
    for (const auto& known : GetConcreteTypes())
    {
        if (type == GetShortName(known) || type == known.GetName())
        {
            ObjectFactory factory;
            const auto attributes = bracket == std::string::npos ? "" : name.substr(bracket);
            std::istringstream text(known.GetName() + attributes);
            // what ns-3 reads as the type ends at a blank, and at a bracket only if it is closed
            const bool isWord = name.find_first_of(" \t\n\v\f\r") == std::string::npos;
            const bool isClosed = attributes.empty() || attributes.back() == ']';
            if (!isWord || !isClosed || !(text >> factory))
            {
                throw std::invalid_argument("scheduler \"" + name + "\": bad attribute list");
            }
            return factory.Create<SurgeryScheduler>();
        }
    }
    std::string list;
    for (const auto& known : GetNames())
    {
        list += (list.empty() ? "" : ", ") + known;
    }
    throw std::invalid_argument("unknown scheduler \"" + name + "\": use one of " + list);
}

} // namespace surgery
} // namespace ns3
