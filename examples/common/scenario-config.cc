/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-config.h"

#include "ns3/config.h"
#include "ns3/object.h"
#include "ns3/string.h"
#include "ns3/surgery-attributes.h"
#include "ns3/type-id.h"

#include <sstream>
#include <stdexcept>

using namespace ns3;
using namespace ns3::surgery;

void
SetDefaults(const Attributes& defaults)
{
    for (const auto& [path, text] : defaults)
    {
        SetDefaultOrThrow(path, text);
    }
}

void
CheckConfig(const std::string& path, const std::string& text)
{
    const auto slash = path.rfind('/');
    if (path.empty() || path[0] != '/' || slash == 0 || slash + 1 == path.size())
    {
        throw std::invalid_argument(path + ": is no path to an attribute, such as "
                                           "/NodeList/*/$ns3::Ipv4L3Protocol/DefaultTtl");
    }
    std::istringstream words(path.substr(1, slash - 1));
    std::string word;
    TypeId type;
    while (std::getline(words, word, '/'))
    {
        const auto isType = word.rfind('$', 0) == 0;
        if (isType && !TypeId::LookupByNameFailSafe(word.substr(1), &type))
        {
            throw std::invalid_argument(path + ": there is no class " + word.substr(1));
        }
    }
    if (word.rfind('$', 0) == 0)
    {
        CheckAttribute(type, path.substr(slash + 1), StringValue(text));
    }
}

void
SetConfig(const Attributes& config)
{
    for (const auto& [path, text] : config)
    {
        CheckConfig(path, text);
        const auto slash = path.rfind('/');
        const auto attribute = path.substr(slash + 1);
        const auto matches = Config::LookupMatches(path.substr(0, slash));
        if (matches.GetN() == 0)
        {
            throw std::invalid_argument("simulation.config: " + path +
                                        ": matches nothing that is installed");
        }
        for (std::size_t i = 0; i < matches.GetN(); ++i)
        {
            const auto object = matches.Get(i);
            const auto value =
                MakeAttributeValue(object->GetInstanceTypeId(), attribute, StringValue(text));
            if (!object->SetAttributeFailSafe(attribute, *value))
            {
                throw std::invalid_argument("simulation.config: " + path + ": cannot be set");
            }
        }
    }
}
