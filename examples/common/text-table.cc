/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "text-table.h"

#include "ns3/surgery-value-text.h"

#include <algorithm>
#include <iomanip>
#include <sstream>
#include <stdexcept>

using namespace ns3::surgery;

TextTable::TextTable(std::vector<std::string> titles)
{
    for (auto& title : titles)
    {
        m_isText.push_back(title[0] == '<');
        title.erase(0, m_isText.back() ? 1 : 0);
    }
    m_rows.push_back(std::move(titles));
}

void
TextTable::Add(std::vector<std::string> cells)
{
    m_rows.push_back(std::move(cells));
}

std::string
TextTable::ToString() const
{
    std::vector<std::size_t> widths(m_isText.size());
    for (const auto& row : m_rows)
    {
        for (std::size_t i = 0; i < row.size(); ++i)
        {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    std::ostringstream text;
    for (const auto& row : m_rows)
    {
        for (std::size_t i = 0; i < row.size(); ++i)
        {
            text << (i > 0 ? "  " : "") << (m_isText[i] ? std::left : std::right)
                 << std::setw(static_cast<int>(widths[i])) << row[i];
        }
        text << '\n';
    }
    return text.str();
}

std::string
ToText(double value, int decimals)
{
    std::ostringstream text;
    text << std::fixed << std::setprecision(decimals) << value;
    return value < 0 ? "-" : text.str();
}

std::vector<std::string>
SplitAtCommas(const std::string& text)
{
    std::vector<std::string> words;
    std::istringstream stream(text);
    std::string word;
    while (std::getline(stream, word, ','))
    {
        word = TrimBlanks(word);
        if (!word.empty())
        {
            words.push_back(word);
        }
    }
    return words;
}

void
CheckNames(const std::string& text,
           const std::string& noun,
           const std::function<void(const std::string&)>& check)
{
    const auto names = SplitAtCommas(text);
    if (names.empty())
    {
        throw std::invalid_argument("names no " + noun);
    }
    std::for_each(names.begin(), names.end(), check);
}

std::vector<std::string>
ExpandNames(const std::string& list, const std::string& option)
{
    std::vector<std::string> names;
    for (const auto& word : SplitAtCommas(list))
    {
        const auto star = word.find('*');
        std::size_t count = 1;
        if (star != std::string::npos)
        {
            const auto digits = TrimBlanks(word.substr(star + 1));
            const auto isCount = !digits.empty() && digits.size() <= 4 &&
                                 digits.find_first_not_of("0123456789") == std::string::npos;
            count = isCount ? std::stoul(digits) : 0;
        }
        if (count == 0)
        {
            throw std::invalid_argument(option + ": \"" + word +
                                        "\" is not NAME or NAME*COUNT, 1..9999");
        }
        names.insert(names.end(), count, TrimBlanks(word.substr(0, star)));
    }
    if (names.empty())
    {
        throw std::invalid_argument(option + ": names nothing");
    }
    return names;
}
