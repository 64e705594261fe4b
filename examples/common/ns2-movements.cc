/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns2-movements.h"

#include "ns3/surgery-bundled-files.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace
{

/// Highest node number.
constexpr uint32_t MAX_NODE = 99999;

// With these, no time of the file and of a move is beyond what ns-3 can count, or below 1 ns where
// the way is more than 1 mm long: such a node would stay, or move at another time.
constexpr double MAX_SECONDS = 1e9; //!< highest time
constexpr double MAX_METERS = 1e6;  //!< highest coordinate, and highest speed in a second
constexpr double MIN_SPEED = 1e-3;  //!< lowest speed of a node that moves, m/s

/// Read a number that fills a word. @param text the word @param value the number
/// @return whether it is one
bool
ReadNumber(const std::string& text, double& value)
{
    std::istringstream stream(text);
    return stream >> value && stream.eof() && std::isfinite(value);
}

/// @param text a word @return whether it is a coordinate
bool
ReadPlace(const std::string& text)
{
    double meters = 0;
    return ReadNumber(text, meters) && std::abs(meters) <= MAX_METERS;
}

/// Read "$node_(N)". @param text the word @param node N @return whether it is one
bool
ReadNode(const std::string& text, uint32_t& node)
{
    const std::string begin = "$node_(";
    if (text.compare(0, begin.size(), begin) != 0 || text.back() != ')')
    {
        return false;
    }
    double number = 0;
    const auto digits = text.substr(begin.size(), text.size() - begin.size() - 1);
    if (!ReadNumber(digits, number) || number < 0 || number > MAX_NODE ||
        number != std::floor(number))
    {
        return false;
    }
    node = static_cast<uint32_t>(number);
    return true;
}

/// What a line says without its comment, and without the blanks and semicolons at its end, as ns-3
/// takes it. @param line the line @return what remains
std::string
Strip(const std::string& line)
{
    const auto text = line.substr(0, line.find('#'));
    const auto first = text.find_first_not_of(" \t\r");
    const auto last = text.find_last_not_of(" \t\r;");
    return first == std::string::npos || last == std::string::npos || last < first
               ? ""
               : text.substr(first, last - first + 1);
}

/// @param line a line @return whether a semicolon ends it that ns-3 would not see
bool
EndsWithSemicolonAndReturn(const std::string& line)
{
    const auto last = line.find_last_not_of(" \t\r");
    return last != std::string::npos && line[last] == ';' && line.back() == '\r';
}

/// Whether a line is one of those that setdest, SUMO and ns-2's scripts write beside movements, and
/// ns-3 skips: about distances ($god_), applications ($g), looks and variables. @param line the
/// line
/// @return whether it is; false if it is about a place, or not known
bool
IsNoMovement(std::string line)
{
    const std::set<std::string> places{"setdest", "X_", "Y_", "Z_"};
    const std::set<std::string>
        doings{"reset", "start", "stop", "random-motion", "label", "color", "radius"};
    std::replace(line.begin(), line.end(), '"', ' ');
    std::istringstream stream(line);
    const std::vector<std::string> words{std::istream_iterator<std::string>(stream), {}};
    if (words.empty()) // but quotes
    {
        return false;
    }
    if (std::any_of(words.begin(), words.end(), [&](const auto& word) {
            return places.count(word) > 0;
        }))
    {
        return false;
    }
    // what is scheduled stands behind "$ns_ at SECONDS"
    const std::size_t at = words.size() > 3 && words[0] == "$ns_" && words[1] == "at" ? 3 : 0;
    uint32_t node = 0;
    if (ReadNode(words[at], node))
    {
        return words.size() > at + 1 && doings.count(words[at + 1]) > 0;
    }
    const auto isNode = words[at].compare(0, 6, "$node_") == 0; // of a wrong number
    if (at > 0 && !isNode)
    {
        return true;
    }
    const auto isVariable = words[at][0] == '$' && !isNode;
    return (isVariable && words.size() > at + 1) || (words[at] == "set" && words.size() > 1);
}

/// What a line says.
struct Movement
{
    uint32_t node{0};  ///< which moves
    double seconds{0}; ///< when
};

/// Read a line that is neither empty nor a comment. @param line the line
/// @param movement what it says
/// @return what is wrong with it; empty if nothing
std::string
ReadLine(std::string line, Movement& movement)
{
    auto& [node, seconds] = movement;
    if (line.back() == '\\')
    {
        return "goes on in the next line, which ns-3 does not read: write it in one";
    }
    const auto quote = line.find('"');
    if (quote + 1 < line.size() && std::isblank(static_cast<unsigned char>(line[quote + 1])))
    {
        return "has a blank behind the first quote, where ns-3 skips the line";
    }
    std::replace(line.begin(), line.end(), '"', ' ');
    std::istringstream stream(line);
    std::string word;
    double number = 0;
    const auto isScheduled = static_cast<bool>(stream >> word) && word == "$ns_";
    if (isScheduled)
    {
        std::string at;
        stream >> word >> at;
        if (word != "at" || !ReadNumber(at, seconds) || seconds < 0 || seconds > MAX_SECONDS)
        {
            return "expected \"$ns_ at SECONDS\", seconds in 0..1e9";
        }
        stream >> word;
    }
    if (!ReadNode(word, node))
    {
        return "expected \"$node_(N)\", N in 0.." + std::to_string(MAX_NODE);
    }
    std::string x;
    std::string y;
    std::string speed;
    stream >> word >> x >> y;
    if (word == "set")
    {
        const auto isRight = (x == "X_" || x == "Y_" || x == "Z_") && ReadPlace(y);
        if (!isRight || stream >> word)
        {
            return "expected \"set X_ VALUE\", or Y_, or Z_, value in -1e6..1e6 (m)";
        }
        return seconds > 0 ? "jumps after 0 s, where ns-3 would jump at 0 s: use setdest" : "";
    }
    stream >> speed;
    if (word != "setdest" || !ReadPlace(x) || !ReadPlace(y) || !ReadNumber(speed, number) ||
        stream >> word)
    {
        return "expected \"setdest X Y SPEED\", X and Y in -1e6..1e6 (m)";
    }
    if (!isScheduled)
    {
        return "setdest stands behind \"$ns_ at SECONDS\": ns-3 does not move the node otherwise";
    }
    return number == 0 || (number >= MIN_SPEED && number <= MAX_METERS)
               ? ""
               : "the speed of setdest must be 0 or in 0.001..1e6 (m/s)";
}

} // namespace

std::string
FindNs2Movements(const std::string& name)
{
    const ns3::surgery::BundledFiles bundled("mobility");
    std::error_code error;
    if (std::filesystem::exists(name, error))
    {
        return name;
    }
    auto path = bundled.Find(name);
    if (path.empty())
    {
        throw std::invalid_argument("\"" + name + "\": there is no such file of movements; use " +
                                    ns3::surgery::JoinWords(bundled.GetNames()) + " from " +
                                    bundled.GetPlaces() + ", or a path");
    }
    return path;
}

uint32_t
CheckNs2Movements(const std::string& path)
{
    std::ifstream file(path);
    if (!file || std::filesystem::is_directory(path))
    {
        throw std::invalid_argument(path + ": cannot read this file");
    }
    std::map<uint32_t, double> nodes; // when each is moved last, s
    std::string line;
    for (uint64_t number = 1; std::getline(file, line); ++number)
    {
        if (number == 1 && line.compare(0, 3, "\xEF\xBB\xBF") == 0)
        {
            throw std::invalid_argument(path +
                                        ":1: has a byte-order mark, with which ns-3 does not "
                                        "read the line: save the file without");
        }
        const auto isCut = EndsWithSemicolonAndReturn(line);
        line = Strip(line);
        if (line.empty() || IsNoMovement(line))
        {
            continue;
        }
        Movement movement;
        auto problem = isCut ? "ends with a semicolon and a carriage return, which ns-3 does not "
                               "read: save the file with line feeds"
                             : ReadLine(line, movement);
        auto& latest = nodes[movement.node];
        if (problem.empty() && movement.seconds < latest)
        {
            problem = "is earlier than the line before it that moves the same node: sort by time";
        }
        if (!problem.empty())
        {
            throw std::invalid_argument(path + ":" + std::to_string(number) + ": " + problem);
        }
        latest = movement.seconds;
    }
    if (nodes.empty())
    {
        throw std::invalid_argument(path + ": moves no node");
    }
    if (nodes.size() != nodes.rbegin()->first + std::size_t{1})
    {
        throw std::invalid_argument(path + ": leaves out nodes below " +
                                    std::to_string(nodes.rbegin()->first));
    }
    return static_cast<uint32_t>(nodes.size());
}
