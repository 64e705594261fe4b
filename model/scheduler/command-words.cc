/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "command-words.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

/// @param command a list in JSON @return its words
std::vector<std::string>
ReadList(const std::string& command)
{
    const auto list = nlohmann::json::parse(command, nullptr, false);
    const auto isText = [](const nlohmann::json& word) {
        return word.is_string() && word.get<std::string>().find('\0') == std::string::npos;
    };
    if (!list.is_array() || list.empty() || !std::all_of(list.begin(), list.end(), isText) ||
        list[0] == "")
    {
        throw std::invalid_argument("ExternalScheduler: Command: " + command +
                                    " is no list of strings in JSON, the program first");
    }
    return list.get<std::vector<std::string>>();
}

} // namespace

std::vector<std::string>
SplitCommand(const std::string& command)
{
    if (!command.empty() && command[0] == '[')
    {
        return ReadList(command);
    }
    std::vector<std::string> words;
    std::string word;
    auto isWord = false;
    char quote = 0;
    for (const auto letter : command + ' ')
    {
        if (quote != 0 ? letter == quote : letter == '"' || letter == '\'')
        {
            quote = quote != 0 ? '\0' : letter;
            isWord = true;
        }
        else if (quote == 0 && (letter == ' ' || letter == '\t' || letter == '\n'))
        {
            if (isWord)
            {
                words.push_back(word);
            }
            word.clear();
            isWord = false;
        }
        else
        {
            word += letter;
            isWord = true;
        }
    }
    if (quote != 0)
    {
        throw std::invalid_argument("ExternalScheduler: Command: " + command +
                                    ": a quote is not closed");
    }
    return words;
}

} // namespace surgery
} // namespace ns3
