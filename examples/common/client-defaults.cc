/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "client-defaults.h"

#include "ns3/surgery-inference-client.h"
#include "ns3/type-id.h"

using namespace ns3;
using namespace ns3::surgery;

bool
IsClientDefaultSet(const std::string& name)
{
    TypeId::AttributeInformation attribute;
    return InferenceClient::GetTypeId().LookupAttributeByName(name, &attribute) &&
           attribute.initialValue != attribute.originalInitialValue;
}
