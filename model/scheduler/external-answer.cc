/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "external-answer.h"

#include "line-stream.h"

#include "ns3/surgery-held-shares.h"
#include "ns3/surgery-number-file.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

using Json = nlohmann::json;

/// Less of the server is of no use, and would take times beyond all bounds.
constexpr double LEAST_SHARE = 1e-9;

/// @param value of an answer @return it as text of one line, not too long
std::string
Quote(const Json& value)
{
    constexpr std::size_t MOST_LETTERS = 60;
    auto text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() > MOST_LETTERS ? text.substr(0, MOST_LETTERS) + "..." : text;
}

/// Read an answer. @param line it @param type which one it has to be @return its message
Json
ReadAnswer(const std::string& line, const std::string& type)
{
    Json message;
    try
    {
        message = Json::parse(line);
    }
    catch (const Json::exception& error)
    {
        std::string why = error.what();
        why.erase(0, why.find("] ") + 2); // the library's number of the error
        const auto isOdd = [](unsigned char letter) { return letter < ' ' || letter >= 127; };
        std::replace_if(why.begin(), why.end(), isOdd, '?');
        throw std::runtime_error("answered what is no JSON: " + why);
    }
    if (!message.is_object())
    {
        throw std::runtime_error("answered no JSON object but " + Quote(line));
    }
    const auto found = message.find("type");
    if (found != message.end() && *found == "error")
    {
        constexpr std::size_t MOST_LETTERS = 500;
        const auto why = message.value("message", Json());
        const auto words = why.is_string() ? why.get<std::string>() : "";
        throw ProgramEnds(
            "failed: " + ToOneLine(words.empty() ? Quote(message) : words.substr(0, MOST_LETTERS)));
    }
    if (found == message.end() || *found != type)
    {
        throw std::runtime_error("answered no message of type \"" + type + "\" but " +
                                 Quote(message));
    }
    return message;
}

/// A column of an answer: a value for each of its devices.
class Column
{
  public:
    /// @param message the answer @param name of the column @param size of all columns
    Column(const Json& message, const std::string& name, std::size_t size)
        : m_name(name)
    {
        const auto found = message.find(name);
        if (found == message.end() || !found->is_array() || found->size() != size)
        {
            throw std::runtime_error("answered without a list \"" + name + "\" of " +
                                     std::to_string(size) + " values, one per device");
        }
        m_values = &*found;
    }

    /// @param row of the answer @param device whose it is @param end what it must be below
    /// @return an integer of at least 0
    uint32_t GetIndex(std::size_t row, const std::string& device, uint64_t end) const
    {
        const auto& value = (*m_values)[row];
        if (!value.is_number_unsigned() || value.get<uint64_t>() >= end)
        {
            Reject(row, device, "must be an integer in 0.." + std::to_string(end - 1));
        }
        return value.get<uint32_t>();
    }

    /// @param row of the answer @param device whose it is @return a number of 0..1
    double GetShare(std::size_t row, const std::string& device) const
    {
        const auto& value = (*m_values)[row];
        const auto share = value.is_number() ? value.get<double>() : -1;
        if (!(share >= 0 && share <= 1))
        {
            Reject(row, device, "must be a number in 0..1");
        }
        return share;
    }

    /// @param row of the answer @param device whose it is @param range in words
    [[noreturn]] void Reject(std::size_t row,
                             const std::string& device,
                             const std::string& range) const
    {
        throw std::runtime_error("answered for " + device + ": " + m_name + ": " + range +
                                 ", not " + Quote((*m_values)[row]));
    }

  private:
    std::string m_name;            ///< for messages
    const Json* m_values{nullptr}; ///< one per device
};

/// @param message an answer @param name of a number of it @return it, or 0 if there is none
double
GetNumber(const Json& message, const std::string& name)
{
    const auto found = message.find(name);
    if (found == message.end())
    {
        return 0;
    }
    const auto number = found->is_number() ? found->get<double>() : -1;
    if (!std::isfinite(number) || number < 0)
    {
        throw std::runtime_error("answered " + name + ": must be a finite number >= 0, not " +
                                 Quote(*found));
    }
    return number;
}

/// The columns of a decision.
struct Columns
{
    /// @param message the decision @param size of all columns
    Columns(const Json& message, std::size_t size)
        : devices(message, "device", size),
          cuts(message, "cut", size),
          shares(message, "share", size)
    {
        if (message.contains("option"))
        {
            options.emplace(message, "option", size);
        }
    }

    Column devices;                ///< ids
    Column cuts;                   ///< indices of cuts
    Column shares;                 ///< shares
    std::optional<Column> options; ///< indices of options; all 0 without it
};

/// @param columns of an answer @param row of it @param player whose it is @param cutsOf as told
/// @return the decision
Decision
ReadRow(const Columns& columns, std::size_t row, const Player& player, const CutsOf& cutsOf)
{
    const auto name = "device " + std::to_string(player.device);
    Decision decision;
    if (columns.options)
    {
        decision.option = columns.options->GetIndex(row, name, player.options->size());
    }
    const auto& cuts = cutsOf((*player.options)[decision.option]);
    decision.cut = cuts[columns.cuts.GetIndex(row, name, cuts.size())];
    decision.share = columns.shares.GetShare(row, name);
    if (decision.cut->serverSeconds > 0 && decision.share < LEAST_SHARE)
    {
        columns.shares.Reject(row,
                              name,
                              "must be 1e-9 to 1 for a cut that leaves work to the server");
    }
    return decision;
}

} // namespace

void
CheckHello(const std::string& line, const std::string& protocol)
{
    const auto message = ReadAnswer(line, "hello");
    const auto found = message.find("protocol");
    if (found == message.end() || *found != protocol)
    {
        throw std::runtime_error("speaks " +
                                 (found == message.end() ? "no protocol" : Quote(*found)) +
                                 ", not \"" + protocol + "\"");
    }
}

Outcome
ReadDecision(const std::string& line, const Game& game, const CutsOf& cutsOf)
{
    const auto message = ReadAnswer(line, "decision");
    std::map<uint32_t, std::size_t> players;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        players[game.players[i].device] = i;
    }
    const auto ids = message.find("device");
    if (ids == message.end() || !ids->is_array())
    {
        throw std::runtime_error("answered without a list \"device\" of ids");
    }
    const Columns columns(message, ids->size());
    Outcome outcome;
    outcome.decisions.resize(game.players.size());
    for (std::size_t row = 0; row < ids->size(); ++row)
    {
        const auto id = columns.devices.GetIndex(row, "row " + std::to_string(row), 1ull << 32);
        const auto found = players.find(static_cast<uint32_t>(id));
        if (found == players.end())
        {
            throw std::runtime_error("answered for device " + std::to_string(id) +
                                     ", which takes no part in this decision");
        }
        auto& decision = outcome.decisions[found->second];
        if (decision.cut)
        {
            throw std::runtime_error("answered twice for device " + std::to_string(id));
        }
        decision = ReadRow(columns, row, game.players[found->second], cutsOf);
    }
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        if (!outcome.decisions[i].cut)
        {
            throw std::runtime_error("answered without a decision for device " +
                                     std::to_string(game.players[i].device));
        }
    }
    const auto excess = FindExcess(game, outcome);
    if (!excess.empty())
    {
        throw std::runtime_error("answered " + excess);
    }
    outcome.shadowPriceS = GetNumber(message, "shadow_price_s");
    const auto rounds = GetNumber(message, "rounds");
    if (rounds != std::floor(rounds) || rounds > std::numeric_limits<uint32_t>::max())
    {
        throw std::runtime_error("answered rounds: must be a whole number, 0 to 4294967295, not " +
                                 Quote(message["rounds"]));
    }
    outcome.rounds = static_cast<uint32_t>(rounds);
    return outcome;
}

} // namespace surgery
} // namespace ns3
