/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-fixed-attribute.h"

#include "ns3/type-id.h"

#include <cstddef>

namespace ns3
{
namespace surgery
{

std::string
GetAttributeWords(const ObjectBase& object, const AttributeAccessor& accessor)
{
    auto type = object.GetInstanceTypeId();
    for (auto isNew = true; isNew;)
    {
        for (std::size_t i = 0; i < type.GetAttributeN(); ++i)
        {
            const auto attribute = type.GetAttribute(i);
            if (PeekPointer(attribute.accessor) == &accessor)
            {
                const auto name = type.GetName();
                return name.substr(name.rfind(':') + 1) + ": " + attribute.name;
            }
        }
        const auto parent = type.GetParent();
        isNew = parent != type; // the last one is its own parent
        type = parent;
    }
    return object.GetInstanceTypeId().GetName();
}

} // namespace surgery
} // namespace ns3
