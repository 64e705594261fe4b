/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-number-file.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

constexpr std::size_t MAX_FILE_BYTES = 1 << 25; //!< 32 MiB; a line is some 7 bytes

/// Highest time in a file, of which differences count: Unix time, but not in milliseconds.
constexpr double MAX_CLOCK_SECONDS = 1e11;

/// A field of a CSV file without the quotes that spreadsheets put around it.
std::string_view
Unquote(std::string_view field)
{
    const auto isQuoted = field.size() >= 2 && field.front() == '"' && field.back() == '"';
    return isQuoted ? Trim(field.substr(1, field.size() - 2)) : field;
}

/// Whether a field may stand in a title line: a word. What begins as a number does, such as "5Mbps"
/// or a time of day, is no word, for a row must not be taken for a title; neither are NaN and inf.
bool
IsWord(std::string_view field)
{
    const auto isLetter = [](unsigned char c) { return std::isalpha(c) || c >= 0x80; };
    if (field.empty() || std::string_view("+-.0123456789").find(field.front()) != std::string::npos)
    {
        return false;
    }
    double number = 0;
    const auto* end = field.data() + field.size();
    const auto result = std::from_chars(field.data(), end, number);
    // "information" begins with inf
    const auto isNumber = result.ec == std::errc() && result.ptr == end;
    return !isNumber && std::any_of(field.begin(), field.end(), isLetter);
}

/// What separates the fields of a line: ';', a tab, ',', or nothing.
std::optional<char>
FindSeparator(std::string_view text)
{
    if (text.find(';') != std::string_view::npos)
    {
        return ';';
    }
    const auto hasComma = text.find(',') != std::string_view::npos;
    const auto parts = Split(text, '\t');
    // tabs beside commas are blanks, and commas between tabs are decimal ones
    const auto areBlanks =
        hasComma && std::any_of(parts.begin(), parts.end(), [](std::string_view part) {
            return part.empty() || part.front() == ',' || part.back() == ',';
        });
    if (parts.size() > 1 && !areBlanks)
    {
        return '\t';
    }
    return hasComma ? std::optional<char>(',') : std::nullopt;
}

/// @param title a title line @return a unit in it that is neither s nor bit/s, if there is one
std::optional<std::string>
FindOtherUnit(std::string_view title)
{
    static const std::set<std::string> others{
        "ns",     "us",   "ms",   "milliseconds", "min",   "minutes", "hours",  "kbps",   "mbps",
        "gbps",   "kbit", "mbit", "gbit",         "kbits", "mbits",   "gbits",  "kbit/s", "mbit/s",
        "gbit/s", "kb/s", "mb/s", "gb/s",         "byte",  "bytes",   "byte/s", "bytes/s"};
    std::string word;
    for (const char letter : std::string(title) + ' ')
    {
        if (std::isalpha(static_cast<unsigned char>(letter)) || letter == '/')
        {
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        }
        else if (others.count(word) > 0)
        {
            return word;
        }
        else
        {
            word.clear();
        }
    }
    return std::nullopt;
}

/// @param number in text @return whether its point may stand before thousands: one to three digits
/// before it, of which the first is not 0, and three behind it
bool
MayBeThousands(std::string_view number)
{
    const auto point = number.find('.');
    return point != std::string_view::npos && point >= 1 && point <= 3 && number.front() != '0' &&
           number.size() == point + 4;
}

} // namespace

std::string_view
Trim(std::string_view text)
{
    constexpr auto BLANKS = " \t\r\v\f";
    const auto first = text.find_first_not_of(BLANKS);
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(BLANKS) - first + 1);
}

std::vector<std::string_view>
Split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= text.size();)
    {
        const auto end = std::min(text.find(separator, begin), text.size());
        parts.push_back(Trim(text.substr(begin, end - begin)));
        begin = end + 1;
    }
    return parts;
}

std::optional<double>
ToNumber(std::string_view text)
{
    // not strtod, which depends on the locale
    double number = 0;
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    const auto isNumber = result.ec == std::errc() && result.ptr == end && std::isfinite(number);
    return isNumber ? std::optional<double>(number) : std::nullopt;
}

std::string
QuoteUserText(std::string_view text)
{
    constexpr std::size_t LONGEST = 40;
    std::string quoted(text.substr(0, LONGEST));
    std::replace_if(
        quoted.begin(),
        quoted.end(),
        [](unsigned char c) { return c < ' ' || c > '~'; },
        '?');
    return "\"" + quoted + (text.size() > LONGEST ? "...\"" : "\"");
}

std::string
ToOneLine(std::string text)
{
    std::replace_if(
        text.begin(),
        text.end(),
        [](unsigned char letter) { return letter < ' ' || letter == 127; },
        ' ');
    return text;
}

std::string
ReadTextFile(const std::string& path, const std::string& noun)
{
    std::error_code error;
    std::ifstream file(path, std::ios::binary);
    if (std::filesystem::is_directory(path, error) || !file)
    {
        throw std::invalid_argument(path + ": cannot read this " + noun);
    }
    // in blocks, for a device's file has no end
    std::string text;
    std::vector<char> block(1 << 16);
    while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0)
    {
        text.append(block.data(), static_cast<std::size_t>(file.gcount()));
        if (text.size() > MAX_FILE_BYTES)
        {
            throw std::invalid_argument(path + ": a " + noun + " must have at most 32 MiB");
        }
    }
    return text;
}

NumberFile::NumberFile(std::string_view text, std::string source)
    : m_source(std::move(source))
{
    const std::string_view mark = "\xef\xbb\xbf"; // that the text is UTF-8
    const auto begin = text.compare(0, mark.size(), mark) == 0 ? mark.size() : 0;
    if (text.compare(0, 2, "\xff\xfe") == 0 || text.compare(0, 2, "\xfe\xff") == 0)
    {
        throw std::invalid_argument(m_source + ": is in UTF-16, must be in UTF-8 or ASCII");
    }
    std::size_t number = 0;
    for (const auto& line : Split(text.substr(begin), '\n'))
    {
        ++number;
        if (!line.empty())
        {
            m_lines.push_back({number, line});
        }
    }
    if (m_lines.empty())
    {
        throw std::invalid_argument(m_source + ": must have at least one line that is not empty");
    }
    m_separator = FindSeparator(m_lines.front().text);
}

const std::vector<NumberFile::Line>&
NumberFile::GetLines() const
{
    return m_lines;
}

std::vector<NumberFile::Line>
NumberFile::GetRows() const
{
    const auto titles = GetFields(m_lines.front());
    const auto hasTitle = std::all_of(titles.begin(), titles.end(), IsWord);
    return {m_lines.begin() + (hasTitle ? 1 : 0), m_lines.end()};
}

std::optional<char>
NumberFile::GetSeparator() const
{
    return m_separator;
}

std::vector<std::string_view>
NumberFile::GetFields(const Line& line) const
{
    auto fields =
        m_separator ? Split(line.text, *m_separator) : std::vector<std::string_view>{line.text};
    std::transform(fields.begin(), fields.end(), fields.begin(), Unquote);
    while (fields.size() > 2 && fields.back().empty())
    {
        fields.pop_back();
    }
    return fields;
}

std::optional<double>
NumberFile::GetNumber(std::string_view field) const
{
    if (field.size() > 1 && field.front() == '+' && field[1] != '-')
    {
        field.remove_prefix(1);
    }
    std::string text(field);
    if (m_separator && m_separator != ',' && text.find('.') == std::string::npos)
    {
        // a second comma stays, and is no number
        std::replace(text.begin(),
                     text.begin() + std::min(text.find(',') + 1, text.size()),
                     ',',
                     '.');
    }
    return ToNumber(text);
}

void
NumberFile::Reject(const Line& line, const std::string& what) const
{
    throw std::invalid_argument(m_source + ", line " + std::to_string(line.number) + ": " +
                                QuoteUserText(line.text) + ": " + what);
}

std::vector<RateStep>
ReadRateSteps(const NumberFile& file)
{
    const auto separator = file.GetSeparator().value_or(',');
    const auto& title = file.GetLines().front();
    const auto unit = FindOtherUnit(title.text);
    if (unit && (file.GetRows().empty() || file.GetRows().front().number != title.number))
    {
        file.Reject(title, "names " + *unit + ", but times are in s and rates in bit/s");
    }
    std::vector<RateStep> steps;
    double first = 0;
    for (const auto& line : file.GetRows())
    {
        const auto fields = file.GetFields(line);
        const auto seconds = file.GetNumber(fields[0]);
        const auto bps = fields.size() == 2 ? file.GetNumber(fields[1]) : std::nullopt;
        if (!seconds || !bps)
        {
            const std::string name = separator == ','   ? "comma"
                                     : separator == ';' ? "semicolon"
                                                        : "tab";
            file.Reject(line,
                        "must be two numbers, seconds and bit/s, with a " + name + " between");
        }
        if (separator != ',' && MayBeThousands(fields[1]))
        {
            file.Reject(line,
                        "the rate has a point that may stand before thousands or decimals: "
                        "leave it out");
        }
        if (*seconds < 0 || *seconds > MAX_CLOCK_SECONDS)
        {
            file.Reject(line, "the time must be in 0..1e11 s");
        }
        if (*bps < 0 || *bps > MAX_RATE_BPS)
        {
            file.Reject(line, "the rate must be in 0..1e12 bit/s");
        }
        first = steps.empty() ? *seconds : first;
        if (*seconds - first > MAX_RATE_SECONDS)
        {
            file.Reject(line, "the time must be within 1e9 s from the first line's");
        }
        if (!steps.empty() && *seconds - first <= steps.back().seconds)
        {
            file.Reject(line, "the time must exceed that of the line before it");
        }
        steps.push_back({*seconds - first, *bps});
    }
    return steps;
}

} // namespace surgery
} // namespace ns3
