/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3-options.h"

#include "ns3/global-value.h"
#include "ns3/string.h"
#include "ns3/surgery-attributes.h"
#include "ns3/surgery-program-options.h"
#include "ns3/surgery-value-text.h"
#include "ns3/type-id.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

bool
IsQuestion(const std::string& name, const std::string& value)
{
    static const std::set<std::string> questions{"PrintHelp",
                                                 "help",
                                                 "PrintVersion",
                                                 "version",
                                                 "PrintGroups",
                                                 "PrintTypeIds",
                                                 "PrintGlobals",
                                                 "PrintGroup",
                                                 "PrintAttributes"};
    TypeId type;
    if (name == "PrintAttributes" && !TypeId::LookupByNameFailSafe(value, &type))
    {
        throw std::invalid_argument("--PrintAttributes: there is no type \"" + value + "\"");
    }
    return questions.count(name) > 0;
}

bool
SetGlobal(const std::string& name, const std::string& text)
{
    const auto isIt = [&name](const GlobalValue* global) { return global->GetName() == name; };
    const auto found = std::find_if(GlobalValue::Begin(), GlobalValue::End(), isIt);
    if (found == GlobalValue::End())
    {
        return false;
    }
    // what ns-3 takes, but ends the program on later
    static const std::map<std::string, std::string> bases{
        {"SchedulerType", "ns3::Scheduler"},
        {"SimulatorImplementationType", "ns3::SimulatorImpl"}};
    const auto base = bases.find(name);
    const auto number = ReadUnsigned(text);
    std::string allowed = "a value of its kind";
    auto isReadable = true;
    if (base != bases.end())
    {
        allowed = "a type of " + base->second + " that can be made";
        isReadable = IsTypeOf(text, TypeId::LookupByName(base->second));
    }
    else if (name == "RngSeed")
    {
        allowed = "an integer, 1 to " + std::to_string(ProgramOptions::LARGEST_SEED);
        isReadable = number && *number >= 1 && *number <= ProgramOptions::LARGEST_SEED;
    }
    else if ((*found)->GetChecker()->GetValueTypeName() == "ns3::UintegerValue")
    {
        allowed = "an integer in its range";
        isReadable = number.has_value();
    }
    if (!isReadable || !(*found)->GetChecker()->CreateValidValue(StringValue(text)))
    {
        throw std::invalid_argument("must be " + allowed + ", not \"" + text + "\"");
    }
    GlobalValue::Bind(name, StringValue(text));
    return true;
}

} // namespace surgery
} // namespace ns3
