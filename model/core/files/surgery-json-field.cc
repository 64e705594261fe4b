/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-json-field.h"

#include "ns3/surgery-bundled-files.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

using nlohmann::json;

constexpr int MAX_DEPTH = 100; //!< deeper documents could exhaust the stack

/// Throw with one line, whatever characters the names in it have.
[[noreturn]] void
RejectAt(const std::string& place, const std::string& what)
{
    auto complaint = place + ": " + what;
    std::replace_if(
        complaint.begin(),
        complaint.end(),
        [](unsigned char letter) { return letter < ' '; },
        ' ');
    throw std::invalid_argument(complaint);
}

/// An object or a list that is being read.
struct Level
{
    bool isList;                  ///< or an object
    std::size_t items;            ///< of a list, begun so far
    std::string field;            ///< of an object, the latest
    std::set<std::string> fields; ///< of an object, all so far
};

/// A value begins. @param open the objects and lists around it
void
Count(std::vector<Level>& open)
{
    if (!open.empty())
    {
        ++open.back().items;
    }
}

/// @param open objects and lists @return the place of the latest value in them
std::string
Describe(const std::vector<Level>& open)
{
    std::string place;
    for (const auto& level : open)
    {
        place += level.isList ? "[" + std::to_string(level.items - 1) + "]" : ": " + level.field;
    }
    return place;
}

/// @param value of a field @return as what it is
const json&
Get(const std::shared_ptr<const void>& value)
{
    return *static_cast<const json*>(value.get());
}

} // namespace

JsonField::JsonField(std::shared_ptr<const void> value, const std::string& place, Places places)
    : m_value(std::move(value)),
      m_place(place),
      m_places(places)
{
}

JsonField
JsonField::Parse(const std::string& text, const std::string& source)
{
    if (text.find('\0') != std::string::npos)
    {
        RejectAt(source, "has a NUL byte, which no JSON has"); // the parser would end there
    }
    std::string lastField;
    std::vector<Level> open; // the objects and lists around
    const auto follow = [&](int depth, json::parse_event_t event, json& value) {
        if (depth > MAX_DEPTH)
        {
            RejectAt(source, "nested more than " + std::to_string(MAX_DEPTH) + " levels deep");
        }
        switch (event)
        {
        case json::parse_event_t::object_start:
        case json::parse_event_t::array_start:
            Count(open);
            open.push_back({event == json::parse_event_t::array_start, 0, "", {}});
            break;
        case json::parse_event_t::object_end:
        case json::parse_event_t::array_end:
            open.pop_back();
            break;
        case json::parse_event_t::key:
            lastField = value.get<std::string>();
            if (!open.back().fields.insert(lastField).second)
            {
                open.pop_back();
                RejectAt(source + Describe(open),
                         "field \"" + lastField + "\" stands twice in one object");
            }
            open.back().field = lastField;
            break;
        case json::parse_event_t::value:
            Count(open);
            break;
        }
        return true;
    };
    try
    {
        return {std::make_shared<const json>(json::parse(text, follow)), source};
    }
    catch (const json::exception& error)
    {
        RejectAt(lastField.empty() ? source : source + ": at or after \"" + lastField + "\"",
                 std::string("not valid JSON: ") + error.what());
    }
}

void
JsonField::Reject(const std::string& what) const
{
    RejectAt(m_place, what);
}

const std::string&
JsonField::GetPlace() const
{
    return m_place;
}

JsonField
JsonField::At(const std::string& place) const
{
    return {m_value, place, m_places};
}

JsonField
JsonField::WithPaths() const
{
    return {m_value, m_place, Places::ROOT};
}

void
JsonField::CheckFields(const std::vector<std::string>& known) const
{
    if (!Get(m_value).is_object())
    {
        Reject("must be an object with the fields " + JoinWords(known));
    }
    for (const auto& entry : Get(m_value).items())
    {
        if (std::find(known.begin(), known.end(), entry.key()) == known.end())
        {
            Reject("unknown field \"" + entry.key() + "\": use " + JoinWords(known));
        }
    }
}

JsonField
JsonField::operator[](const std::string& name) const
{
    const auto& value = Get(m_value);
    if (!value.is_object())
    {
        Reject("must be an object");
    }
    if (!value.contains(name))
    {
        Reject("field \"" + name + "\" is missing");
    }
    return GetField(name);
}

JsonField
JsonField::GetField(const std::string& name) const
{
    return {std::shared_ptr<const void>(m_value, &Get(m_value)[name]),
            m_place + (m_places == Places::PATHS ? "." : ": ") + name,
            m_places == Places::NAMES ? Places::NAMES : Places::PATHS};
}

bool
JsonField::Has(const std::string& name) const
{
    return Get(m_value).is_object() && Get(m_value).contains(name);
}

bool
JsonField::IsList() const
{
    return Get(m_value).is_array();
}

bool
JsonField::GetFlag() const
{
    if (!Get(m_value).is_boolean())
    {
        Reject("must be true or false");
    }
    return Get(m_value).get<bool>();
}

bool
JsonField::IsText() const
{
    return Get(m_value).is_string();
}

std::string
JsonField::GetText() const
{
    if (!IsText())
    {
        Reject("must be a string");
    }
    return Get(m_value).get<std::string>();
}

std::string
JsonField::GetName() const
{
    if (!IsText() || GetText().empty())
    {
        Reject("must be a string, not empty");
    }
    const auto text = GetText();
    const auto isControl = [](unsigned char letter) { return letter < ' ' || letter == 127; };
    if (std::any_of(text.begin(), text.end(), isControl))
    {
        Reject("must be a string without control characters");
    }
    return text;
}

std::string
JsonField::ToText() const
{
    return IsText() ? GetText() : ToJson();
}

std::string
JsonField::ToJson() const
{
    return Get(m_value).dump();
}

std::string
JsonField::GetScalar() const
{
    const auto& value = Get(m_value);
    if (!value.is_string() && !value.is_number() && !value.is_boolean())
    {
        Reject("must be a string, a number, true or false");
    }
    return ToText();
}

bool
JsonField::IsObject() const
{
    return Get(m_value).is_object();
}

std::map<std::string, JsonField>
JsonField::GetFields() const
{
    if (!IsObject())
    {
        Reject("must be an object");
    }
    std::map<std::string, JsonField> fields;
    for (const auto& entry : Get(m_value).items())
    {
        fields.emplace(entry.key(), GetField(entry.key()));
    }
    return fields;
}

double
JsonField::GetNumber() const
{
    // not beyond the largest, so that it is finite
    return GetNumber(0, std::numeric_limits<double>::max(), "a finite number >= 0");
}

double
JsonField::GetNumber(double least, double most, const std::string& allowed) const
{
    const auto& value = Get(m_value);
    const auto number = value.is_number() ? value.get<double>() : std::nan("");
    if (!(number >= least && number <= most))
    {
        Reject("must be " + allowed);
    }
    return number;
}

uint64_t
JsonField::GetBytes(uint64_t least) const
{
    // above 2^53 a JSON number cannot count single bytes
    return GetInteger(least,
                      uint64_t{1} << 53,
                      "a whole number of bytes, " + std::to_string(least) + " to 2^53");
}

uint64_t
JsonField::GetInteger(uint64_t least, uint64_t most, const std::string& allowed) const
{
    const auto number = GetNumber(static_cast<double>(least), static_cast<double>(most), allowed);
    const auto& value = Get(m_value);
    if (value.is_number_unsigned()) // a double may be rounded into the range
    {
        const auto whole = value.get<uint64_t>();
        if (whole < least || whole > most)
        {
            Reject("must be " + allowed);
        }
        return whole;
    }
    if (number != std::floor(number))
    {
        Reject("must be " + allowed);
    }
    return static_cast<uint64_t>(number);
}

std::map<std::string, double>
JsonField::GetNumbers() const
{
    if (!Get(m_value).is_object())
    {
        Reject("must be an object of numbers");
    }
    std::map<std::string, double> numbers;
    for (const auto& [name, value] : Get(m_value).items())
    {
        const std::shared_ptr<const void> item(m_value, &value);
        numbers[name] = JsonField(item, m_place + "[\"" + name + "\"]").GetNumber();
    }
    return numbers;
}

std::vector<JsonField>
JsonField::GetItems() const
{
    if (!Get(m_value).is_array())
    {
        Reject("must be a list");
    }
    std::vector<JsonField> items;
    for (const auto& value : Get(m_value))
    {
        const std::shared_ptr<const void> item(m_value, &value);
        items.push_back(
            JsonField(item, m_place + "[" + std::to_string(items.size()) + "]", m_places));
    }
    return items;
}

} // namespace surgery
} // namespace ns3
