/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLIENT_ATTRIBUTES_H
#define CLIENT_ATTRIBUTES_H

#include "ns3/attribute.h"
#include "ns3/ptr.h"
#include "ns3/type-id.h"

#include <cstdint>
#include <limits>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The attributes and trace sources of InferenceClient. They are many, and have a file of their own.
 */
class ClientAttributes
{
  public:
    /// The DeviceId that stands for the node's id.
    static constexpr auto NODE_ID = std::numeric_limits<uint32_t>::max();

    /**
     * @param tid the client's TypeId without them
     * @return it with them
     */
    static TypeId AddTo(TypeId tid);

  private:
    /// @param accessor of an attribute @return one that refuses to set it while the client runs
    static Ptr<const AttributeAccessor> Fixed(Ptr<const AttributeAccessor> accessor);
    /// @param tid a TypeId @return it with the attributes
    static TypeId AddAttributes(TypeId tid);
    /// @param tid a TypeId @return it with the trace sources
    static TypeId AddTraceSources(TypeId tid);
};

} // namespace surgery
} // namespace ns3

#endif // CLIENT_ATTRIBUTES_H
