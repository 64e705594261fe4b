/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-type-names.h"

#include "ns3/object-factory.h"
#include "ns3/surgery-attributes.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

TypeNames::TypeNames(TypeId base, std::string suffix, std::string noun)
    : m_base(base),
      m_suffix(std::move(suffix)),
      m_noun(std::move(noun))
{
}

const std::vector<TypeId>&
TypeNames::GetTypes() const
{
    // a plug-in that is loaded registers more of them
    if (m_registered != TypeId::GetRegisteredN())
    {
        m_registered = TypeId::GetRegisteredN();
        m_types.clear();
        for (uint16_t i = 0; i < m_registered; ++i)
        {
            const auto type = TypeId::GetRegistered(i);
            if (type.IsChildOf(m_base) && type.HasConstructor())
            {
                m_types.push_back(type);
            }
        }
    }
    return m_types;
}

std::string
TypeNames::GetShortName(const TypeId& type) const
{
    auto name = type.GetName();
    name = name.substr(name.rfind(':') + 1);
    if (name.size() > m_suffix.size() &&
        name.compare(name.size() - m_suffix.size(), m_suffix.size(), m_suffix) == 0)
    {
        name.resize(name.size() - m_suffix.size());
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

std::vector<std::string>
TypeNames::GetNames() const
{
    std::vector<std::string> names;
    for (const auto& type : GetTypes())
    {
        names.push_back(GetShortName(type));
    }
    std::sort(names.begin(), names.end());
    return names;
}

Ptr<Object>
TypeNames::Create(const std::string& name) const
{
    const auto bracket = name.find('[');
    const auto type = name.substr(0, bracket);
    for (const auto& known : GetTypes())
    {
        if (type == GetShortName(known) || type == known.GetName())
        {
            ObjectFactory factory;
            factory.SetTypeId(known);
            SetAttributesOrThrow(factory, bracket == std::string::npos ? "" : name.substr(bracket));
            return factory.Create();
        }
    }
    std::string list;
    for (const auto& known : GetNames())
    {
        list += (list.empty() ? "" : ", ") + known;
    }
    throw std::invalid_argument("unknown " + m_noun + " \"" + name + "\": use one of " + list);
}

} // namespace surgery
} // namespace ns3
