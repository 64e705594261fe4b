/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-clone.h"

#include "ns3/object-factory.h"
#include "ns3/pointer.h"
#include "ns3/type-id.h"

#include <cstddef>

namespace ns3
{
namespace surgery
{

Ptr<Object>
CloneObject(Ptr<const Object> object)
{
    if (!object)
    {
        return nullptr;
    }
    ObjectFactory factory;
    factory.SetTypeId(object->GetInstanceTypeId());
    auto clone = factory.Create<Object>();
    for (auto type = object->GetInstanceTypeId(); type != Object::GetTypeId();
         type = type.GetParent())
    {
        for (std::size_t i = 0; i < type.GetAttributeN(); ++i)
        {
            const auto information = type.GetAttribute(i);
            if (!(information.flags & TypeId::ATTR_GET) ||
                !(information.flags & TypeId::ATTR_SET) || !information.accessor->HasGetter() ||
                !information.accessor->HasSetter())
            {
                continue;
            }
            auto value = information.checker->Create();
            information.accessor->Get(PeekPointer(object), *value);
            if (auto* pointer = dynamic_cast<PointerValue*>(PeekPointer(value)))
            {
                pointer->SetObject(CloneObject(pointer->GetObject()));
            }
            information.accessor->Set(PeekPointer(clone), *value);
        }
    }
    return clone;
}

} // namespace surgery
} // namespace ns3
