/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-number-list.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace ns3
{
namespace surgery
{

namespace
{

/// The parts of a text, without blanks around them; one of an empty text.
std::vector<std::string>
Split(const std::string& text, char separator)
{
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();)
    {
        const auto end = std::min(text.find(separator, begin), text.size());
        const auto part = text.substr(begin, end - begin);
        const auto first = part.find_first_not_of(" \t");
        const auto last = part.find_last_not_of(" \t");
        parts.push_back(first == std::string::npos ? "" : part.substr(first, last - first + 1));
        begin = end + 1;
    }
    return parts;
}

/// A whole text as a number; nothing if it is none.
std::optional<double>
ParseNumber(const std::string& text)
{
    std::istringstream stream(text);
    double value = 0;
    stream >> value;
    const auto isWhole = stream && stream.peek() == std::istringstream::traits_type::eof();
    return isWhole ? std::optional<double>(value) : std::nullopt;
}

} // namespace

std::vector<std::string>
SplitList(const std::string& list)
{
    return list.empty() ? std::vector<std::string>() : Split(list, ',');
}

std::optional<NumberList>
ParseNumberList(const std::string& list)
{
    constexpr double MOST = 1e15; // a double holds all whole numbers up to here
    NumberList entries;
    for (const auto& text : SplitList(list))
    {
        const auto parts = Split(text, ':');
        const auto number = ParseNumber(parts[0]);
        const auto loss = parts.size() == 2 ? ParseNumber(parts[1]) : 0.0;
        const auto isNumber =
            number && *number >= 0 && *number <= MOST && *number == std::floor(*number);
        if (!isNumber || parts.size() > 2 || !loss || !(*loss >= 0 && *loss <= 100))
        {
            return std::nullopt;
        }
        const auto entry = static_cast<uint64_t>(*number);
        if (std::any_of(entries.begin(), entries.end(), [entry](const auto& other) {
                return other.first == entry;
            }))
        {
            return std::nullopt;
        }
        entries.emplace_back(entry, *loss);
    }
    return entries;
}

NumberListChecker::NumberListChecker(uint64_t min, uint64_t max)
    : m_min(min),
      m_max(max)
{
}

bool
NumberListChecker::Check(const AttributeValue& value) const
{
    const auto* text = dynamic_cast<const StringValue*>(&value);
    const auto* number = dynamic_cast<const UintegerValue*>(&value);
    if (!text && !number)
    {
        return false;
    }
    const auto entries = ParseNumberList(text ? text->Get() : std::to_string(number->Get()));
    return entries && std::all_of(entries->begin(), entries->end(), [this](const auto& entry) {
               return entry.first >= m_min && entry.first <= m_max;
           });
}

std::string
NumberListChecker::GetWords() const
{
    return "must be whole numbers in " + std::to_string(m_min) + ".." + std::to_string(m_max) +
           " with commas between, each once, with the loss of accuracy behind a colon if it has "
           "one";
}

} // namespace surgery
} // namespace ns3
