/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-random-variable-check.h"

#include "ns3/double.h"
#include "ns3/random-variable-stream.h"
#include "ns3/surgery-value-text.h"

#include <cmath>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

/// What ns-3 may go through to draw one value.
constexpr double MOST_STEPS = 1e5;

} // namespace

bool
MayBeNegative(Ptr<RandomVariableStream> variable)
{
    DoubleValue least(0);
    const auto isUniform = DynamicCast<UniformRandomVariable>(variable) != nullptr;
    if (isUniform || DynamicCast<ConstantRandomVariable>(variable))
    {
        variable->GetAttribute(isUniform ? "Min" : "Constant", least);
    }
    return least.Get() < 0;
}

void
CheckRandomVariable(const TypeId& type, const std::map<std::string, std::string>& given)
{
    const auto fail = [&type](const std::string& why) {
        throw std::invalid_argument(type.GetName() + ": " + why);
    };
    if (type == DeterministicRandomVariable::GetTypeId() ||
        type == EmpiricalRandomVariable::GetTypeId())
    {
        fail("has no values, and they cannot be told in text");
    }
    const auto get = [&](const std::string& name) {
        const auto own = given.find(name);
        TypeId::AttributeInformation attribute;
        type.LookupAttributeByName(name, &attribute);
        return ReadReal(own != given.end()
                            ? own->second
                            : attribute.initialValue->SerializeToString(attribute.checker))
            .value_or(0);
    };
    if (type == UniformRandomVariable::GetTypeId() && get("Min") > get("Max"))
    {
        fail("Min: must not exceed Max");
    }
    const auto steps = type == ErlangRandomVariable::GetTypeId() ? get("K")
                       : type == ZipfRandomVariable::GetTypeId() ? get("N")
                                                                 : 0;
    if (steps > MOST_STEPS)
    {
        fail((type == ZipfRandomVariable::GetTypeId() ? "N" : "K") +
             std::string(": must be at most 100000, or each value takes too long to draw"));
    }
    double inside = 1; // probability of a value within Bound
    if (type == NormalRandomVariable::GetTypeId())
    {
        const auto variance = get("Variance");
        if (variance < 0)
        {
            fail("Variance: must be >= 0");
        }
        // a variance of 0 has no other value than the mean
        inside = variance > 0 ? std::erf(get("Bound") / std::sqrt(2 * variance)) : 1;
    }
    else if (type == ExponentialRandomVariable::GetTypeId() && get("Bound") != 0)
    {
        inside = get("Mean") > 0 ? -std::expm1(-get("Bound") / get("Mean")) : 1;
    }
    else if (type == ParetoRandomVariable::GetTypeId() && get("Bound") != 0)
    {
        inside = 1 - std::pow(get("Scale") / get("Bound"), get("Shape"));
    }
    else if (type == WeibullRandomVariable::GetTypeId() && get("Bound") != 0)
    {
        inside = -std::expm1(-std::pow(get("Bound") / get("Scale"), get("Shape")));
    }
    if (!(inside >= 1e-3))
    {
        fail("Bound: fewer than one value in a thousand is within it");
    }
}

} // namespace surgery
} // namespace ns3
