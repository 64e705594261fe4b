/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-program-options.h"

#include "ns3-options.h"

#include "ns3/callback.h"
#include "ns3/surgery-attributes.h"
#include "ns3/surgery-compat.h"
#include "ns3/surgery-value-text.h"

#include <algorithm>
#include <cctype>
#include <exception>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// Stands for an option in ns3::CommandLine, which only prints the page of help. @return true
bool
Ignore(OptionText /* value */)
{
    return true;
}

/// @tparam T what a stream can print @param value one @return it in text
template <class T>
std::string
ToText(const T& value)
{
    std::ostringstream text;
    text << value;
    return text.str();
}

/// @param time a duration @return it with the unit that suits it, such as 500ms
std::string
ToText(const Time& time)
{
    std::ostringstream text;
    text << time.As();
    return text.str();
}

/// @param time a duration @return it as it is written in an option
std::string
ToOption(const Time& time)
{
    const auto text = ToText(time);
    return text[0] == '+' ? text.substr(1) : text;
}

/// Refuse a value. @param what it must be @param value it
[[noreturn]] void
Refuse(const std::string& what, const std::string& value)
{
    throw std::invalid_argument("must be " + what + ", not \"" + value + "\"");
}

/// Put an option's name in front of what is wrong with it. @param name its @param work what is done
void
NameOption(const std::string& name, const std::function<void()>& work)
{
    try
    {
        work();
    }
    catch (const std::invalid_argument& error)
    {
        throw std::invalid_argument("--" + name + ": " + error.what());
    }
}

/// How unlike two words are. @param a one @param b the other
/// @return how many letters to change, add or remove, in any case, to make one of the other
std::size_t
CountEdits(const std::string& a, const std::string& b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 1; i <= a.size(); ++i)
    {
        auto diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j)
        {
            const auto isSame = std::tolower(static_cast<unsigned char>(a[i - 1])) ==
                                std::tolower(static_cast<unsigned char>(b[j - 1]));
            const auto best = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (isSame ? 0 : 1)});
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row.back();
}

/// Split an argument. @param argument --NAME, --NAME=VALUE, with one dash or two
/// @return the name, and the value with "=" in front; no name if there is no dash
std::pair<std::string, std::string>
Split(const std::string& argument)
{
    const auto dashes = argument.rfind("--", 0) == 0 ? 2 : argument.rfind('-', 0) == 0 ? 1 : 0;
    const auto equals = argument.find('=');
    return dashes == 0 ? std::make_pair(std::string(), argument)
                       : std::make_pair(argument.substr(dashes, equals - dashes),
                                        equals == std::string::npos ? "" : argument.substr(equals));
}

} // namespace

ProgramOptions::ProgramOptions(const std::string& file)
    : m_help(file)
{
}

void
ProgramOptions::Usage(const std::string& text)
{
    m_help.Usage(text);
}

void
ProgramOptions::Add(Option option, const std::string& help, const std::string& defaultValue)
{
    m_help.AddValue(option.name, help, MakeCallback(&Ignore), defaultValue);
    m_options.push_back(std::move(option));
}

void
ProgramOptions::AddTaker(const std::string& name, const std::string& help, Taker taker)
{
    Add({name, false, std::move(taker)}, help, "");
}

void
ProgramOptions::AddValue(const std::string& name,
                         const std::string& help,
                         std::string& value,
                         Taker check)
{
    Option option{name, false, [&value](const std::string& text) { value = text; }};
    if (check)
    {
        option.check = [&value, check] { check(value); };
    }
    Add(std::move(option), help, value);
}

void
ProgramOptions::AddValue(const std::string& name, const std::string& help, bool& value)
{
    const auto take = [&value](const std::string& text) {
        auto word = text;
        std::transform(word.begin(), word.end(), word.begin(), [](unsigned char letter) {
            return std::tolower(letter);
        });
        const auto isTrue = word == "true" || word == "t" || word == "1";
        if (!isTrue && word != "false" && word != "f" && word != "0")
        {
            Refuse("true or false", text);
        }
        value = isTrue;
    };
    const std::string opposite = value ? "false" : "true";
    Add({name,
         true,
         [take, opposite](const std::string& text) { take(text.empty() ? opposite : text); }},
        help,
        value ? "true" : "false");
}

template <class T>
void
ProgramOptions::AddCount(const std::string& name,
                         const std::string& help,
                         T& value,
                         uint64_t least,
                         uint64_t most)
{
    const auto take = [&value, least, most](const std::string& text) {
        const auto number = ReadUnsigned(text);
        if (!number || *number < least || *number > most)
        {
            Refuse("an integer in " + ToText(least) + ".." + ToText(most), text);
        }
        value = static_cast<T>(*number);
    };
    Add({name, false, take}, help, ToText(value));
}

void
ProgramOptions::AddValue(const std::string& name,
                         const std::string& help,
                         uint32_t& value,
                         uint32_t least,
                         uint32_t most)
{
    AddCount(name, help, value, least, most);
}

void
ProgramOptions::AddValue(const std::string& name,
                         const std::string& help,
                         uint64_t& value,
                         uint64_t least,
                         uint64_t most)
{
    AddCount(name, help, value, least, most);
}

void
ProgramOptions::AddValue(const std::string& name,
                         const std::string& help,
                         double& value,
                         double least,
                         double most)
{
    const auto take = [&value, least, most](const std::string& text) {
        const auto number = ReadReal(text);
        if (!number || *number < least || *number > most)
        {
            Refuse("a number in " + ToText(least) + ".." + ToText(most), text);
        }
        value = *number;
    };
    Add({name, false, take}, help, ToText(value));
}

void
ProgramOptions::AddValue(const std::string& name,
                         const std::string& help,
                         Time& value,
                         Time least,
                         Time most)
{
    const auto take = [&value, least, most](const std::string& text) {
        if (!IsTimeText(text) || Time(text) < least || Time(text) > most)
        {
            Refuse("a time such as 500ms, from " + ToOption(least) + " to " + ToOption(most), text);
        }
        value = Time(text);
    };
    Add({name, false, take}, help, ToText(value));
}

void
ProgramOptions::AddValue(const std::string& name,
                         const std::string& help,
                         DataRate& value,
                         DataRate least,
                         DataRate most)
{
    const auto take = [&value, least, most](const std::string& text) {
        if (!IsDataRateText(text) || DataRate(text) < least || DataRate(text) > most)
        {
            Refuse("a data rate such as 5Mbps, from " + ToText(least) + " to " + ToText(most),
                   text);
        }
        value = DataRate(text);
    };
    Add({name, false, take}, help, ToText(value));
}

void
ProgramOptions::Parse(int argc, char* argv[])
{
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    std::vector<std::string> questions{argc > 0 ? argv[0] : ""};
    for (const auto& argument : arguments)
    {
        const auto [name, value] = Split(argument);
        if (IsQuestion(name, value.substr(std::min<std::size_t>(value.size(), 1))))
        {
            questions.push_back(argument);
        }
    }
    m_help.Parse(questions);
    for (const auto& argument : arguments)
    {
        Take(argument);
    }
    for (const auto& option : m_options)
    {
        if (option.check)
        {
            NameOption(option.name, option.check);
        }
    }
}

void
ProgramOptions::Take(const std::string& argument)
{
    const auto [name, assigned] = Split(argument);
    if (name.empty())
    {
        throw std::invalid_argument("\"" + argument +
                                    "\" is no option: options are --NAME=VALUE (see --help)");
    }
    const auto value = assigned.empty() ? "" : assigned.substr(1);
    const auto isIt = [&wanted = name](const Option& option) { return option.name == wanted; };
    const auto option = std::find_if(m_options.begin(), m_options.end(), isIt);
    NameOption(name, [&, &name = name, &assigned = assigned] {
        if (assigned.empty() && (option == m_options.end() || !option->isFlag))
        {
            if (option == m_options.end())
            {
                throw std::invalid_argument(ExplainUnknown(name));
            }
            throw std::invalid_argument("needs a value, as in --" + name + "=VALUE");
        }
        if (option != m_options.end())
        {
            if (option->isFlag && !assigned.empty() && value.empty())
            {
                Refuse("true or false", value);
            }
            option->taker(value);
            option->isGiven = true;
        }
        else if (name.find("::") != std::string::npos)
        {
            SetDefaultOrThrow(name, value);
        }
        else if (!SetGlobal(name, value))
        {
            throw std::invalid_argument(ExplainUnknown(name));
        }
    });
}

bool
ProgramOptions::IsGiven(const std::string& name) const
{
    return std::any_of(m_options.begin(), m_options.end(), [&name](const Option& option) {
        return option.name == name && option.isGiven;
    });
}

std::set<std::string>
ProgramOptions::GetGiven() const
{
    std::set<std::string> given;
    for (const auto& option : m_options)
    {
        if (option.isGiven)
        {
            given.insert(option.name);
        }
    }
    return given;
}

std::string
ProgramOptions::ExplainUnknown(const std::string& name) const
{
    std::string closest;
    auto edits = name.size() / 3 + 1;
    for (const auto& option : m_options)
    {
        const auto count = CountEdits(name, option.name);
        if (count <= edits && (closest.empty() || count < edits))
        {
            closest = option.name;
            edits = count;
        }
    }
    return "there is no such option" +
           (closest.empty() ? std::string() : ", did you mean --" + closest + "?") +
           " (--help lists all)";
}

} // namespace surgery
} // namespace ns3
