/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-provenance.h"

#include "ns3/node.h"
#include "ns3/object-ptr-container.h"
#include "ns3/pointer.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/type-id.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#ifndef DNN_SURGERY_VERSION
#define DNN_SURGERY_VERSION "unknown"
#endif
#ifndef DNN_SURGERY_NS3_VERSION
#define DNN_SURGERY_NS3_VERSION "unknown"
#endif

namespace ns3
{
namespace surgery
{

namespace
{

/// Objects behind objects that are looked at; ns-3's own helpers nest no deeper what they set.
constexpr uint32_t MAX_DEPTH = 4;

using Attributes = std::map<std::string, std::string>;

/// Collects an object's attributes, each object once.
class AttributeReader
{
  public:
    /// @param object what to read @param prefix of the paths @param depth objects above this one
    void Read(Ptr<Object> object, const std::string& prefix, uint32_t depth)
    {
        if (!m_seen.insert(PeekPointer(object)).second)
        {
            return;
        }
        auto type = object->GetInstanceTypeId();
        m_attributes[prefix + "(class)"] = type.GetName();
        while (true)
        {
            for (std::size_t i = 0; i < type.GetAttributeN(); ++i)
            {
                const auto attribute = type.GetAttribute(i);
                if ((attribute.flags & TypeId::ATTR_GET) && attribute.accessor->HasGetter() &&
                    attribute.supportLevel == TypeId::SupportLevel::SUPPORTED)
                {
                    ReadAttribute(object, attribute, prefix + attribute.name, depth);
                }
            }
            if (!type.HasParent() || type.GetParent() == type)
            {
                return;
            }
            type = type.GetParent();
        }
    }

    /// @return what was read
    const Attributes& Get() const
    {
        return m_attributes;
    }

  private:
    /// One attribute. @param object whose @param attribute which @param path its name
    /// @param depth objects above this one
    void ReadAttribute(Ptr<Object> object,
                       const TypeId::AttributeInformation& attribute,
                       const std::string& path,
                       uint32_t depth)
    {
        const auto value = attribute.checker->Create();
        if (!attribute.accessor->Get(PeekPointer(object), *value))
        {
            return;
        }
        if (const auto pointer = DynamicCast<PointerValue>(value))
        {
            const auto target = pointer->GetObject();
            if (!target)
            {
                m_attributes[path] = "";
            }
            // a node leads to everything that the scenario has
            else if (depth < MAX_DEPTH && !DynamicCast<Node>(target))
            {
                Read(target, path + ".", depth + 1);
            }
        }
        else if (const auto container = DynamicCast<ObjectPtrContainerValue>(value))
        {
            for (auto it = container->Begin(); depth < MAX_DEPTH && it != container->End(); ++it)
            {
                if (it->second && !DynamicCast<Node>(it->second))
                {
                    Read(it->second, path + "[" + std::to_string(it->first) + "].", depth + 1);
                }
            }
        }
        else
        {
            m_attributes[path] = value->SerializeToString(attribute.checker);
        }
    }

    std::set<const Object*> m_seen; ///< looked up only, never walked
    Attributes m_attributes;        ///< so far
};

Attributes
ReadObject(Ptr<Object> object, Ptr<Node> node)
{
    AttributeReader reader;
    reader.Read(object, "", 0);
    auto attributes = reader.Get();
    if (node)
    {
        attributes["(node)"] = std::to_string(node->GetId());
    }
    return attributes;
}

/// What the defaults were changed to, by Config::SetDefault or the command line.
Attributes
GetChangedDefaults()
{
    Attributes changed;
    for (uint32_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const auto type = TypeId::GetRegistered(i);
        for (std::size_t j = 0; j < type.GetAttributeN(); ++j)
        {
            const auto attribute = type.GetAttribute(j);
            // most are the same object, which spares the comparison as text
            if (attribute.initialValue == attribute.originalInitialValue)
            {
                continue;
            }
            const auto now = attribute.initialValue->SerializeToString(attribute.checker);
            if (now != attribute.originalInitialValue->SerializeToString(attribute.checker))
            {
                changed[type.GetName() + "::" + attribute.name] = now;
            }
        }
    }
    return changed;
}

/// Take out what all have in common.
Attributes
TakeCommon(std::vector<Attributes>& items)
{
    Attributes common;
    if (items.empty())
    {
        return common;
    }
    for (const auto& [name, value] : Attributes(items[0]))
    {
        bool isCommon = true;
        for (const auto& item : items)
        {
            const auto found = item.find(name);
            isCommon = isCommon && found != item.end() && found->second == value;
        }
        if (isCommon)
        {
            common[name] = value;
            for (auto& item : items)
            {
                item.erase(name);
            }
        }
    }
    return common;
}

} // namespace

void
Provenance::SetCommandLine(const std::vector<std::string>& arguments)
{
    m_commandLine = arguments;
    if (!m_commandLine.empty())
    {
        auto& program = m_commandLine[0];
        program = program.substr(program.find_last_of('/') + 1);
    }
}

void
Provenance::AddSetting(const std::string& name, const std::string& value)
{
    m_settings[name] = value;
}

void
Provenance::AddObject(const std::string& name, Ptr<Object> object)
{
    m_groups.push_back({name, {ReadObject(object, nullptr)}});
}

void
Provenance::AddApplications(const std::string& name, const ApplicationContainer& applications)
{
    Group group{name, {}};
    for (auto it = applications.Begin(); it != applications.End(); ++it)
    {
        group.items.push_back(ReadObject(*it, (*it)->GetNode()));
    }
    m_groups.push_back(group);
}

void
Provenance::AddDevices(const std::string& name, const NetDeviceContainer& devices)
{
    Group group{name, {}};
    for (auto it = devices.Begin(); it != devices.End(); ++it)
    {
        group.items.push_back(ReadObject(*it, (*it)->GetNode()));
    }
    m_groups.push_back(group);
}

std::string
Provenance::ToJson() const
{
    using Json = nlohmann::ordered_json;
    auto groups = Json::object();
    for (const auto& group : m_groups)
    {
        auto items = group.items;
        const auto common = TakeCommon(items);
        groups[group.name] = Json{{"common", common}, {"each", items}};
    }
    const Json document{
        {"schema", SCHEMA},
        {"versions", {{"dnn-surgery", DNN_SURGERY_VERSION}, {"ns-3", DNN_SURGERY_NS3_VERSION}}},
        {"seed", RngSeedManager::GetSeed()},
        {"run", RngSeedManager::GetRun()},
        {"command_line", m_commandLine},
        {"settings", m_settings},
        {"changed_defaults", GetChangedDefaults()},
        {"groups", groups}};
    // what is no UTF-8, in a path for instance, must not end the run
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void
Provenance::Write(const std::string& path) const
{
    std::ofstream out(path);
    out << ToJson();
    out.close();
    if (!out)
    {
        throw std::invalid_argument(path + ": cannot write this file");
    }
}

} // namespace surgery
} // namespace ns3
