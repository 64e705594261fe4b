/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-values.h"

#include "scenario-document.h"

#include "ns3/dnn-profile.h"
#include "ns3/object.h"
#include "ns3/random-variable-stream.h"
#include "ns3/surgery-outage-schedule.h"

#include <cmath>

using namespace ns3;
using namespace ns3::surgery;

Time
GetTime(const JsonField& field, const Range& range)
{
    return NanoSeconds(std::llround(GetNumber(field, range) * 1e9));
}

std::string
ToAttribute(Time time)
{
    return std::to_string(time.GetNanoSeconds()) + "ns";
}

double
GetCoordinate(const JsonField& field)
{
    return field.GetNumber(-1e5, 1e5, "a number of m, -1e5 to 1e5");
}

std::string
GetOutages(const JsonField& field)
{
    const auto text = field.GetText();
    OutageSchedule(field.GetPlace(), text);
    return text;
}

Attributes
ReadAttributes(const JsonField& field,
               const std::function<void(const std::string& name, const std::string& text)>& check)
{
    Attributes attributes;
    for (const auto& [name, value] : field.GetFields())
    {
        const auto text = value.GetScalar();
        if (check)
        {
            At(value.GetPlace(), [&, &name = name] { check(name, text); });
        }
        attributes.emplace_back(name, text);
    }
    return attributes;
}

std::string
ReadBracketed(const JsonField& field)
{
    std::string list;
    for (const auto& [name, value] : field.GetFields())
    {
        const auto text = value.GetScalar();
        int depth = 0;
        auto isList = name.find_first_of("=|[]") != std::string::npos;
        for (const auto letter : text)
        {
            depth += letter == '[' ? 1 : letter == ']' ? -1 : 0;
            isList = isList || depth < 0 || (depth == 0 && letter == '|');
        }
        if (depth != 0 || isList)
        {
            value.Reject("has brackets that do not match, or a | outside of them");
        }
        list += (list.empty() ? "[" : "|") + name + "=" + text;
    }
    return list.empty() ? list : list + "]";
}

std::string
ReadObject(const JsonField& field, const TypeNames& names)
{
    const auto text = field.GetName();
    const auto object = At(field.GetPlace(), [&] { return names.Create(text); });
    const auto bracket = text.find('[');
    return object->GetInstanceTypeId().GetName() +
           (bracket == std::string::npos ? "" : text.substr(bracket));
}

std::string
ReadRandomVariable(const JsonField& field, const Range& range)
{
    if (!field.IsText())
    {
        GetNumber(field, range);
        return "ns3::ConstantRandomVariable[Constant=" + field.ToJson() + "]";
    }
    return ReadObject(
        field,
        TypeNames(RandomVariableStream::GetTypeId(), "RandomVariable", "random variable"));
}

std::pair<std::shared_ptr<const Processor>, std::string>
ReadProcessor(const JsonField& field, const std::string& folder, ProfileLibrary& library)
{
    if (field.IsObject())
    {
        return {std::make_shared<const Processor>(ParseProcessor(field)), field.ToJson()};
    }
    const auto name = field.GetName();
    return {At(field.GetPlace(), [&] { return library.GetProcessor(name); }),
            ResolveProfile(name, folder)};
}
