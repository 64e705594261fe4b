/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-fixed-attribute.h"

#include "ns3/object.h"
#include "ns3/type-id.h"

#include <cstddef>

namespace ns3
{
namespace surgery
{

std::string
GetAttributeWords(const ObjectBase& object, const AttributeAccessor& accessor)
{
    for (auto type = object.GetInstanceTypeId(); type != Object::GetTypeId();
         type = type.GetParent())
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
    }
    return object.GetInstanceTypeId().GetName();
}

} // namespace surgery
} // namespace ns3
