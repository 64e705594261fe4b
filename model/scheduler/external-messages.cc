/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "external-messages.h"

#include "external-answer.h"

#include "ns3/dnn-chain-cuts.h"
#include "ns3/surgery-line.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

namespace
{

using Json = nlohmann::ordered_json;

/// @param message without its line feed @return a line
std::string
ToLine(const Json& message)
{
    return message.dump(-1, ' ', true, Json::error_handler_t::replace) + '\n';
}

/// @param number any @return it for a message; JSON has neither infinity nor NaN
Json
ToJson(double number)
{
    return std::isfinite(number) ? Json(number) : Json(std::to_string(number));
}

/// @param cuts of a frontier @param cut of it, or null @return its index, or -1 @throws never
int64_t
FindCut(const std::map<const Cut*, uint32_t>& cuts, const Cut* cut)
{
    const auto found = cuts.find(cut);
    return found == cuts.end() ? -1 : static_cast<int64_t>(found->second);
}

/// The columns of a question that a player tells by itself.
const std::vector<std::pair<const char*, Json (*)(const Player&)>> COLUMNS{
    {"device", [](const Player& player) { return Json(player.device); }},
    {"uplink_bps", [](const Player& player) { return Json(player.link.uplinkBps); }},
    {"uplink_delay_s", [](const Player& player) { return Json(player.link.uplinkDelayS); }},
    {"downlink_bps", [](const Player& player) { return Json(player.link.downlinkBps); }},
    {"downlink_delay_s", [](const Player& player) { return Json(player.link.downlinkDelayS); }},
    {"usage_price_s", [](const Player& player) { return Json(player.usagePriceS); }},
    {"switching_s", [](const Player& player) { return Json(player.switchingCostS); }},
    {"request_rate_per_s", [](const Player& player) { return Json(player.requestRatePerS); }},
    {"gap_variation", [](const Player& player) { return Json(player.gapVariation); }},
    {"offloads_in_flight", [](const Player& player) { return Json(player.offloadsInFlight); }},
};

/// Add what devices measured. @param columns of a question, with the devices
/// @param measurements by device
void
AddMeasurements(Json& columns, const Measurements& measurements)
{
    auto completed = Json::array();
    auto dropped = Json::array();
    auto latencies = Json::array();
    for (const auto& device : columns["device"])
    {
        const auto found = measurements.find(device.get<uint32_t>());
        const auto seen = found == measurements.end() ? Measurement() : found->second;
        completed.push_back(seen.completed);
        dropped.push_back(seen.dropped);
        latencies.push_back(seen.latencySumS);
    }
    columns["completed"] = std::move(completed);
    columns["dropped"] = std::move(dropped);
    columns["latency_sum_s"] = std::move(latencies);
}

/// @param game the devices @param advice what another scheduler decides @param cuts their indices
/// @return it for a message
Json
MakeAdvice(const Game& game, const Outcome& advice, Json cuts)
{
    auto devices = Json::array();
    auto options = Json::array();
    auto shares = Json::array();
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        devices.push_back(game.players[i].device);
        options.push_back(advice.decisions[i].option);
        shares.push_back(advice.decisions[i].share);
    }
    return {{"device", std::move(devices)},
            {"option", std::move(options)},
            {"cut", std::move(cuts)},
            {"share", std::move(shares)},
            {"shadow_price_s", ToJson(advice.shadowPriceS)},
            {"rounds", advice.rounds}};
}

} // namespace

ExternalMessages::ExternalMessages(uint32_t server)
    : m_server(server)
{
}

std::string
ExternalMessages::MakeHello(const std::string& processor) const
{
    return ToLine({{"type", "hello"},
                   {"protocol", PROTOCOL},
                   {"server", m_server},
                   {"processor", processor}});
}

// FRONTIERS AND DEVICES

ExternalMessages::Frontier&
ExternalMessages::Know(const std::shared_ptr<const PartitionFrontier>& frontier)
{
    auto& known = m_frontiers[frontier.get()];
    if (!known.frontier)
    {
        known.frontier = frontier;
        known.id = static_cast<uint32_t>(m_frontiers.size() - 1);
        for (const auto& cut : frontier->GetCuts())
        {
            Add(known, cut);
        }
        const auto offloaded = frontier->GetOffloadedCut();
        const auto isSame = [&offloaded](const auto& cut) {
            return cut->deviceLayers == offloaded->deviceLayers;
        };
        if (std::none_of(known.cuts.begin(), known.cuts.end(), isSame))
        {
            Add(known, offloaded);
        }
    }
    return known;
}

uint32_t
ExternalMessages::Add(Frontier& frontier, const std::shared_ptr<const Cut>& cut)
{
    const auto [entry, isNew] =
        frontier.indices.emplace(cut.get(), static_cast<uint32_t>(frontier.cuts.size()));
    if (isNew)
    {
        frontier.cuts.push_back(cut);
    }
    return entry->second;
}

void
ExternalMessages::AddCuts(const Game& game, const Outcome* advice)
{
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        const auto& player = game.players[i];
        for (const auto& option : *player.options)
        {
            auto& frontier = Know(option.frontier);
            if (WeighsWaiting(player))
            {
                for (const auto& cut : option.frontier->GetFamily(&FindParetoChainCuts))
                {
                    Add(frontier, cut);
                }
            }
        }
        if (player.currentCut)
        {
            Add(Know((*player.options)[player.currentOption].frontier), player.currentCut);
        }
        if (advice)
        {
            const auto& decision = advice->decisions[i];
            Add(Know((*player.options)[decision.option].frontier), decision.cut);
        }
    }
}

void
ExternalMessages::TellFrontier(Frontier& frontier, std::string& lines) const
{
    if (frontier.sent == frontier.cuts.size())
    {
        return;
    }
    const auto& dnn = frontier.frontier->GetCosts().GetDnn();
    auto cuts = Json::array();
    for (const auto& cut : frontier.cuts)
    {
        const auto& layers = cut->deviceLayers;
        cuts.push_back({{"label", GetCutLabel(dnn, layers)},
                        {"device_s", cut->deviceSeconds},
                        {"upload_bytes", cut->uploadBytes},
                        {"server_s", cut->serverSeconds},
                        {"result_bytes", cut->resultBytes},
                        {"device_layers", std::count(layers.begin(), layers.end(), true)}});
    }
    lines += ToLine({{"type", "frontier"},
                     {"server", m_server},
                     {"frontier", frontier.id},
                     {"dnn", dnn.GetName()},
                     {"cuts", cuts}});
    frontier.sent = frontier.cuts.size();
}

const Cuts&
ExternalMessages::GetCuts(const Option& option) const
{
    return m_frontiers.at(option.frontier.get()).cuts;
}

void
ExternalMessages::TellDevice(const Player& player, std::string& lines)
{
    std::size_t count = 0;
    for (const auto& option : *player.options)
    {
        auto& frontier = m_frontiers.at(option.frontier.get());
        TellFrontier(frontier, lines);
        count += frontier.cuts.size();
    }
    auto& known = m_devices[player.device];
    if (known.options == player.options && known.weight == player.weights.idle &&
        known.cuts == count)
    {
        return;
    }
    known = {player.options, player.weights.idle, count};
    auto options = Json::array();
    for (const auto& option : *player.options)
    {
        const auto& frontier = m_frontiers.at(option.frontier.get());
        auto works = Json::array();
        for (const auto& cut : frontier.cuts)
        {
            works.push_back(player.weights.idle * cut->serverSeconds);
        }
        options.push_back(
            {{"frontier", frontier.id}, {"penalty_s", option.penaltyS}, {"work_s", works}});
    }
    lines += ToLine({{"type", "device"},
                     {"server", m_server},
                     {"device", player.device},
                     {"options", options}});
}

void
ExternalMessages::Forget(uint32_t device)
{
    m_devices.erase(device);
}

void
ExternalMessages::ForgetAll()
{
    m_devices.clear();
}

// DECISIONS

std::string
ExternalMessages::MakeQuestion(const Game& game,
                               double timeS,
                               const Outcome* advice,
                               const Measurements* measurements)
{
    AddCuts(game, advice);
    std::string lines;
    Json columns;
    for (const auto& [name, get] : COLUMNS)
    {
        auto& column = columns[name] = Json::array();
        for (const auto& player : game.players)
        {
            column.push_back(get(player));
        }
    }
    auto options = Json::array();
    auto cuts = Json::array();
    auto bases = Json::array();
    for (const auto& player : game.players)
    {
        TellDevice(player, lines);
        const auto& current = *(*player.options)[player.currentOption].frontier;
        options.push_back(player.currentCut ? int64_t{player.currentOption} : -1);
        cuts.push_back(FindCut(m_frontiers.at(&current).indices, player.currentCut.get()));
        bases.push_back(Json::array());
        auto& lists = bases.back();
        for (uint32_t option = 0; option < player.options->size(); ++option)
        {
            lists.push_back(Json::array());
            auto& list = lists.back();
            for (const auto& cut : GetCuts((*player.options)[option]))
            {
                list.push_back(MakeLine(player, *cut, option, 0).baseS);
            }
        }
    }
    columns["current_option"] = std::move(options);
    columns["current_cut"] = std::move(cuts);
    columns["base_s"] = std::move(bases);
    if (measurements)
    {
        AddMeasurements(columns, *measurements);
    }
    Json message{{"type", "decide"},
                 {"server", m_server},
                 {"time_s", timeS},
                 {"capacity", game.capacity},
                 {"devices", std::move(columns)}};
    if (advice)
    {
        auto indices = Json::array();
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            const auto& [cut, share, option] = advice->decisions[i];
            const auto& frontier = *(*game.players[i].options)[option].frontier;
            indices.push_back(FindCut(m_frontiers.at(&frontier).indices, cut.get()));
        }
        message["advice"] = MakeAdvice(game, *advice, std::move(indices));
    }
    return lines + ToLine(message);
}

Outcome
ExternalMessages::ReadAnswer(const std::string& line, const Game& game) const
{
    return ReadDecision(line, game, [this](const Option& option) -> const Cuts& {
        return GetCuts(option);
    });
}

std::string
ExternalMessages::MakeEnd() const
{
    return ToLine({{"type", "end"}, {"server", m_server}});
}

} // namespace surgery
} // namespace ns3
