/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "bandwidth-trace-text.h"

#include "bandwidth-trace-fields.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

namespace
{

constexpr double PACKET_BITS = 8 * 1500; //!< what a line of a Mahimahi trace stands for

/// Highest time in a CSV file, of which differences count: Unix time, but not in milliseconds.
constexpr double MAX_CLOCK_SECONDS = 1e11;

/// A line without blanks around it, and with its number for messages.
struct Line
{
    std::size_t number{0};
    std::string_view text;
};

[[noreturn]] void
Reject(const std::string& source, const Line& line, const std::string& what)
{
    throw std::invalid_argument(source + ", line " + std::to_string(line.number) + ": " +
                                QuoteUserText(line.text) + ": " + what);
}

/// A field of a CSV file without the quotes that spreadsheets put around it.
std::string_view
Unquote(std::string_view field)
{
    const auto isQuoted = field.size() >= 2 && field.front() == '"' && field.back() == '"';
    return isQuoted ? Trim(field.substr(1, field.size() - 2)) : field;
}

/// The fields of a line of a CSV file. Empty ones at the end, behind the second, are left out.
std::vector<std::string_view>
SplitRow(std::string_view text, char separator)
{
    auto fields = Split(text, separator);
    std::transform(fields.begin(), fields.end(), fields.begin(), Unquote);
    while (fields.size() > 2 && fields.back().empty())
    {
        fields.pop_back();
    }
    return fields;
}

/// A field as a finite number, which may have a plus sign.
std::optional<double>
FieldToNumber(std::string_view field, bool hasDecimalComma)
{
    if (field.size() > 1 && field.front() == '+' && field[1] != '-')
    {
        field.remove_prefix(1);
    }
    std::string text(field);
    if (hasDecimalComma && text.find('.') == std::string::npos)
    {
        // a second comma stays, and is no number
        std::replace(text.begin(),
                     text.begin() + std::min(text.find(',') + 1, text.size()),
                     ',',
                     '.');
    }
    return ToNumber(text);
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

/// What separates the fields of a line: ';', a tab, ',', or nothing, which tells Mahimahi.
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

/// A trace of pieces; what is wrong with it as a whole is blamed on its source.
BandwidthTrace
MakeTrace(const std::vector<BandwidthTrace::Piece>& period, const std::string& source)
{
    try
    {
        return BandwidthTrace(period);
    }
    catch (const std::invalid_argument& error)
    {
        throw std::invalid_argument(source + ": " + error.what());
    }
}

BandwidthTrace
ParseMahimahi(const std::vector<Line>& lines, const std::string& source)
{
    constexpr uint64_t LAST_MS = 1000000000000;
    std::vector<BandwidthTrace::Piece> period;
    // a piece for one millisecond, or for several without a packet
    const auto add = [&period](uint64_t untilMs, double packets) {
        const auto bps = packets * PACKET_BITS * 1000;
        period.push_back({static_cast<double>(untilMs) / 1000, bps, bps});
    };
    uint64_t last = 0;
    uint64_t untilMs = 0;
    double packets = 0;
    for (const auto& line : lines)
    {
        uint64_t ms = 0;
        const auto* end = line.text.data() + line.text.size();
        const auto result = std::from_chars(line.text.data(), end, ms);
        if (result.ec != std::errc() || result.ptr != end || ms > LAST_MS)
        {
            Reject(source,
                   line,
                   "must be a whole number of milliseconds, 0..1e12, or in a CSV file "
                   "seconds,bits_per_second");
        }
        if (ms < last)
        {
            Reject(source, line, "must not be less than the line before it");
        }
        last = ms;
        ms = std::max<uint64_t>(ms, 1);
        if (ms != untilMs && packets > 0)
        {
            add(untilMs, packets);
            packets = 0;
        }
        if (ms > untilMs + 1)
        {
            add(ms - 1, 0);
        }
        untilMs = ms;
        ++packets;
        if (packets * PACKET_BITS * 1000 > BandwidthTrace::MAX_BPS)
        {
            Reject(source, line, "must not be repeated so often: rates must be in 0..1e12 bit/s");
        }
    }
    if (last == 0)
    {
        Reject(source, lines.back(), "the last line ends the period, which must be 1 ms or longer");
    }
    add(untilMs, packets);
    return MakeTrace(period, source);
}

BandwidthTrace
ParseCsv(std::vector<Line> lines, char separator, const std::string& source)
{
    const auto titles = SplitRow(lines.front().text, separator);
    if (std::all_of(titles.begin(), titles.end(), IsWord))
    {
        lines.erase(lines.begin());
    }
    if (lines.size() < 2)
    {
        throw std::invalid_argument(source + ": must have at least two lines of numbers: the last "
                                             "one ends the period");
    }
    std::vector<BandwidthTrace::Piece> period;
    double first = 0;
    double previous = 0;
    double rate = 0;
    for (std::size_t i = 0; i < lines.size(); ++i)
    {
        const auto& line = lines[i];
        const auto fields = SplitRow(line.text, separator);
        const auto seconds = FieldToNumber(fields[0], separator != ',');
        const auto bps =
            fields.size() == 2 ? FieldToNumber(fields[1], separator != ',') : std::nullopt;
        if (!seconds || !bps)
        {
            const std::string name = separator == ','   ? "comma"
                                     : separator == ';' ? "semicolon"
                                                        : "tab";
            Reject(source,
                   line,
                   "must be two numbers, seconds and bit/s, with a " + name + " between");
        }
        if (*seconds < 0 || *seconds > MAX_CLOCK_SECONDS)
        {
            Reject(source, line, "the time must be in 0..1e11 s");
        }
        if (*bps < 0 || *bps > BandwidthTrace::MAX_BPS)
        {
            Reject(source, line, "the rate must be in 0..1e12 bit/s");
        }
        if (i == 0)
        {
            first = *seconds;
        }
        else if (*seconds - first > BandwidthTrace::MAX_SECONDS)
        {
            Reject(source, line, "the time must be within 1e9 s from the first line's");
        }
        else if (*seconds - first <= previous)
        {
            Reject(source, line, "the time must exceed that of the line before it");
        }
        else
        {
            previous = *seconds - first;
            period.push_back({previous, rate, rate});
        }
        rate = *bps;
    }
    return MakeTrace(period, source);
}

} // namespace

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

BandwidthTrace
ParseBandwidthTrace(const std::string& text, const std::string& source)
{
    const std::string_view mark = "\xef\xbb\xbf"; // that the text is UTF-8
    const auto begin = text.compare(0, mark.size(), mark) == 0 ? mark.size() : 0;
    if (text.compare(0, 2, "\xff\xfe") == 0 || text.compare(0, 2, "\xfe\xff") == 0)
    {
        throw std::invalid_argument(source + ": is in UTF-16, must be in UTF-8 or ASCII");
    }
    std::vector<Line> lines;
    std::size_t number = 0;
    for (const auto& line : Split(std::string_view(text).substr(begin), '\n'))
    {
        ++number;
        if (!line.empty())
        {
            lines.push_back({number, line});
        }
    }
    if (lines.empty())
    {
        throw std::invalid_argument(source + ": must have at least one line that is not empty");
    }
    const auto separator = FindSeparator(lines.front().text);
    return separator ? ParseCsv(std::move(lines), *separator, source)
                     : ParseMahimahi(lines, source);
}

} // namespace surgery
} // namespace ns3
