/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "solution.h"

#include "common/text-table.h"

#include "ns3/surgery-energy.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-multi-server-baselines.h"
#include "ns3/surgery-multi-server-equilibrium.h"
#include "ns3/surgery-price-policy.h"
#include "ns3/surgery-scheduler.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>
#include <utility>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// A device as the server knows it that it was given.
const Player&
GetPlayer(const Solution& solution, std::size_t device)
{
    const auto server = solution.outcome.decisions[device].server;
    return solution.scenario.game.devices[device][server];
}

const LayerCosts&
GetCosts(const Solution& solution, std::size_t device)
{
    const auto option = solution.outcome.decisions[device].decision.option;
    return (*GetPlayer(solution, device).options)[option].frontier->GetCosts();
}

/// The variant that a device runs.
const Variant&
GetVariant(const Solution& solution, std::size_t device)
{
    const auto option = solution.outcome.decisions[device].decision.option;
    return solution.scenario.devices[device].variants[option];
}

bool
HasSeveralVariants(const ScenarioDevice& device)
{
    return device.variants.size() > 1;
}

bool
TellsPower(const ScenarioDevice& device)
{
    return device.powerW.has_value();
}

bool
IsAny(const Solution& solution, bool (*is)(const ScenarioDevice&))
{
    const auto& devices = solution.scenario.devices;
    return std::any_of(devices.begin(), devices.end(), is);
}

/// What an inference takes of a device, J.
double
GetDeviceEnergy(const Solution& solution, std::size_t device)
{
    const auto& decision = solution.outcome.decisions[device].decision;
    return GetEnergy(*decision.cut,
                     GetPlayer(solution, device).link,
                     decision.share,
                     *solution.scenario.devices[device].powerW);
}

/// A width of activations, and an accuracy if it is known.
std::string
DescribeVariant(const Variant& variant)
{
    const auto bits = std::to_string(variant.encoding.activationBits) + " bit";
    return std::isnan(variant.accuracyPercent)
               ? bits
               : bits + ", " + ToText(variant.accuracyPercent, 1) + " %";
}

/// What the whole server costs a device, s.
double
GetUnitPrice(const Solution& solution, std::size_t device)
{
    const auto server = solution.outcome.decisions[device].server;
    return GetPlayer(solution, device).usagePriceS + solution.outcome.shadowPricesS[server];
}

bool
HasSeveralServers(const Solution& solution)
{
    return solution.scenario.servers.size() > 1;
}

/// The game of the only server.
Game
GetOnlyGame(const Solution& solution)
{
    std::vector<std::size_t> devices(solution.scenario.devices.size());
    std::iota(devices.begin(), devices.end(), std::size_t{0});
    return GetServerGame(solution.scenario.game, 0, devices);
}

/// Let the server's policy set a price, as before a first timestep, and all devices pay it.
void
PostPrice(Solution& solution)
{
    if (solution.scenario.pricePolicy.empty())
    {
        return;
    }
    const auto policy = PricePolicy::Create(solution.scenario.pricePolicy);
    solution.postedPriceS = policy->Decide({GetOnlyGame(solution)});
    for (auto& players : solution.scenario.game.devices)
    {
        players[0].usagePriceS += solution.postedPriceS;
    }
    if (policy->SetsPrices())
    {
        solution.welfare.emplace();
    }
}

/// Score what was decided.
void
Score(Solution& solution)
{
    const auto& outcome = solution.outcome;
    solution.certificate = Evaluate(solution.scenario.game, outcome);
    if (solution.welfare)
    {
        Outcome own;
        for (const auto& [server, decision] : outcome.decisions)
        {
            own.decisions.push_back(decision);
        }
        solution.welfare = EvaluateWelfare(GetOnlyGame(solution), own, solution.postedPriceS);
    }
}

/// A number with so many digits after the point.
std::string
Format(double number, int digits)
{
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << number;
    return text.str();
}

/// A part of the potential, in percent.
std::string
FormatPart(double part, double whole)
{
    return whole > 0 ? Format(100 * part / whole, 3) + " %" : std::string("-");
}

/// What the table says of the servers.
std::string
DescribeServers(const Solution& solution)
{
    const auto& outcome = solution.outcome;
    const auto& certificate = solution.certificate;
    std::ostringstream text;
    if (!HasSeveralServers(solution))
    {
        text << "\nshadow price  " << Format(1e3 * outcome.shadowPricesS[0], 4)
             << " ms for the whole server, beside each device's rho"
             << "\nload          " << Format(100 * certificate.loads[0], 3) << " % of the server";
        if (solution.welfare)
        {
            const auto& welfare = *solution.welfare;
            text << "\nposted price  " << Format(1e3 * solution.postedPriceS, 4)
                 << " ms for the whole server, beside rho: " << solution.scenario.pricePolicy
                 << "\nrevenue       " << Format(1e3 * welfare.revenueS, 4)
                 << " ms, what devices pay by it"
                 << "\nsurplus       " << Format(1e3 * welfare.surplusS, 4)
                 << " ms that devices save against working alone, less what they pay"
                 << "\nwelfare       " << Format(1e3 * welfare.welfareS, 4) << " ms, both together"
                 << "\nlargest envy  " << Format(1e3 * welfare.largestEnvyS, 4)
                 << " ms that a device would gain with another one's share";
        }
        return text.str();
    }
    TextTable table({"<server", "<processor", "devices", "load %", "shadow price ms"});
    for (std::size_t s = 0; s < solution.scenario.servers.size(); ++s)
    {
        std::size_t devices = 0;
        for (const auto& [server, decision] : outcome.decisions)
        {
            devices += server == s && decision.share > 0 ? 1 : 0;
        }
        table.Add({solution.scenario.servers[s].name,
                   solution.scenario.servers[s].processor,
                   std::to_string(devices),
                   ToText(100 * certificate.loads[s], 2),
                   ToText(1e3 * outcome.shadowPricesS[s], 4)});
    }
    text << "\n" << table.ToString();
    return text.str();
}

} // namespace

Solution
Decide(const std::string& scheduler, Scenario scenario)
{
    Solution solution;
    solution.scheduler = scheduler;
    solution.scenario = std::move(scenario);
    PostPrice(solution);
    const auto& game = solution.scenario.game;
    const auto rule = SurgeryScheduler::Create(scheduler);
    const auto name = scheduler.substr(0, scheduler.find('['));
    if (HasSeveralServers(solution) && name == "dds")
    {
        solution.outcome = SolveEquilibrium(game);
    }
    else if (HasSeveralServers(solution) && name == "optimum")
    {
        solution.outcome = DecideOptimum(game);
    }
    else
    {
        solution.outcome =
            DecideAtNearest(game, [&rule](const Game& own) { return rule->Decide(own); });
    }
    Score(solution);
    return solution;
}

Solution
DecideForShare(double share, Scenario scenario)
{
    Solution solution;
    solution.scheduler = "fixed-share";
    solution.scenario = std::move(scenario);
    PostPrice(solution);
    solution.outcome = DecideAtShare(solution.scenario.game, share);
    Score(solution);
    return solution;
}

void
PrintJson(const Solution& solution)
{
    using Json = nlohmann::ordered_json;
    const auto& certificate = solution.certificate;
    const auto& servers = solution.scenario.servers;
    auto devices = Json::array();
    for (std::size_t i = 0; i < solution.scenario.devices.size(); ++i)
    {
        const auto& [server, decision] = solution.outcome.decisions[i];
        auto layers = Json::array();
        for (std::size_t v = 0; v < decision.cut->deviceLayers.size(); ++v)
        {
            if (decision.cut->deviceLayers[v])
            {
                layers.push_back(GetCosts(solution, i).GetDnn().GetLayers()[v].name);
            }
        }
        Json device{{"name", solution.scenario.devices[i].name}};
        if (HasSeveralServers(solution))
        {
            device["server"] = servers[server].name;
        }
        if (HasSeveralVariants(solution.scenario.devices[i]))
        {
            const auto& variant = GetVariant(solution, i);
            device.update({{"dnn", GetCosts(solution, i).GetDnn().GetName()},
                           {"input_bytes", GetCosts(solution, i).GetTensorBytes()[0]},
                           {"activation_bits", variant.encoding.activationBits},
                           {"accuracy_percent", variant.accuracyPercent}});
        }
        device.update({{"share", decision.share},
                       {"price", GetUnitPrice(solution, i)},
                       {"device_layers", layers},
                       {"upload_bytes", decision.cut->uploadBytes},
                       {"latency_s", certificate.latenciesS[i]},
                       {"local_latency_s", GetCosts(solution, i).GetLocalSeconds()},
                       {"cost_s", certificate.costsS[i]}});
        if (TellsPower(solution.scenario.devices[i]))
        {
            device["energy_j"] = GetDeviceEnergy(solution, i);
        }
        if (solution.scenario.weighsWaiting)
        {
            const auto line = MakeLine(solution.scenario.game.devices[i][server], decision);
            device["waiting_s"] =
                GetWaitingTime(line.waiting, GetSlowestStage(line.waiting, decision.share));
        }
        devices.push_back(std::move(device));
    }
    Json result{{"scheduler", solution.scheduler}};
    if (HasSeveralServers(solution))
    {
        auto list = Json::array();
        for (std::size_t s = 0; s < servers.size(); ++s)
        {
            list.push_back({{"name", servers[s].name},
                            {"processor", servers[s].processor},
                            {"shadow_price", solution.outcome.shadowPricesS[s]},
                            {"load", certificate.loads[s]}});
        }
        result["servers"] = std::move(list);
    }
    else
    {
        result["shadow_price"] = solution.outcome.shadowPricesS[0];
        result["load"] = certificate.loads[0];
    }
    if (solution.welfare)
    {
        result.update({{"posted_price", solution.postedPriceS},
                       {"revenue", solution.welfare->revenueS},
                       {"surplus", solution.welfare->surplusS},
                       {"welfare", solution.welfare->welfareS},
                       {"largest_envy", solution.welfare->largestEnvyS}});
    }
    result["potential"] = certificate.potential;
    result["dual_gap"] = certificate.dualGap;
    if (HasSeveralServers(solution))
    {
        result["largest_excess"] = certificate.largestExcess;
        result["unsold"] = certificate.unsoldS;
    }
    result["max_regret"] = certificate.maxRegret;
    result["rounds"] = solution.outcome.rounds;
    result["devices"] = std::move(devices);
    if (certificate.cutTolerance > 0)
    {
        result["cut_tolerance"] = certificate.cutTolerance;
    }
    std::cout << result.dump(2) << std::endl;
}

void
PrintTable(const Solution& solution)
{
    const std::size_t longest = 40; // of a cut's label
    const auto& servers = solution.scenario.servers;
    std::vector<std::string> head{"<device",
                                  "<dnn",
                                  "<processor",
                                  "<cut after",
                                  "share %",
                                  "upload kB",
                                  "latency ms",
                                  "local ms",
                                  "speed-up",
                                  "cost ms"};
    if (HasSeveralServers(solution))
    {
        head.insert(head.begin() + 3, "<server");
    }
    const auto areVaried = IsAny(solution, &HasSeveralVariants);
    const auto haveEnergy = IsAny(solution, &TellsPower);
    if (areVaried)
    {
        head.emplace_back("<variant");
    }
    if (haveEnergy)
    {
        head.emplace_back("energy J");
    }
    TextTable table(head);
    for (std::size_t i = 0; i < solution.scenario.devices.size(); ++i)
    {
        const auto& device = solution.scenario.devices[i];
        const auto& [server, decision] = solution.outcome.decisions[i];
        const auto latency = solution.certificate.latenciesS[i];
        const auto local = GetCosts(solution, i).GetLocalSeconds();
        auto cut = GetCutLabel(GetCosts(solution, i).GetDnn(), decision.cut->deviceLayers);
        if (cut.size() > longest)
        {
            cut = cut.substr(0, longest - 3) + "...";
        }
        std::vector<std::string> row{
            device.name,
            HasSeveralVariants(device) ? GetCosts(solution, i).GetDnn().GetName() : device.dnn,
            device.processor,
            cut,
            ToText(100 * decision.share, 2),
            ToText(static_cast<double>(decision.cut->uploadBytes) / 1e3, 1),
            ToText(1e3 * latency, 2),
            ToText(1e3 * local, 2),
            latency > 0 ? ToText(local / latency, 2) + "x" : "-",
            ToText(1e3 * solution.certificate.costsS[i], 2)};
        if (HasSeveralServers(solution))
        {
            row.insert(row.begin() + 3, decision.share > 0 ? servers[server].name : "-");
        }
        if (areVaried)
        {
            row.push_back(DescribeVariant(GetVariant(solution, i)));
        }
        if (haveEnergy)
        {
            row.push_back(TellsPower(device) ? ToText(GetDeviceEnergy(solution, i), 3) : "-");
        }
        table.Add(row);
    }
    const auto& certificate = solution.certificate;
    std::cout << "Scheduler " << solution.scheduler << " on ";
    if (HasSeveralServers(solution))
    {
        std::cout << servers.size() << " servers";
    }
    else
    {
        std::cout << servers[0].processor;
    }
    std::cout << "\n\n"
              << table.ToString() << DescribeServers(solution) << "\npotential     "
              << Format(1e3 * certificate.potential, 3) << " ms, the sum of the costs"
              << "\ndual gap      " << Format(1e3 * certificate.dualGap, 4) << " ms ("
              << FormatPart(certificate.dualGap, certificate.dualBound)
              << "): the best possible potential is at most so much lower";
    if (HasSeveralServers(solution))
    {
        std::cout << "\n  excess      "
                  << Format(1e3 * (certificate.dualGap - certificate.unsoldS), 4)
                  << " ms that devices pay beyond their cheapest choice, at most "
                  << Format(100 * certificate.largestExcess, 3) << " % of what one pays"
                  << "\n  unsold      " << Format(1e3 * certificate.unsoldS, 4)
                  << " ms, the value of capacity that nobody uses";
    }
    std::cout << "\nmax regret    " << certificate.maxRegret
              << ": the most that moving alone gains a device, relative to its cost"
              << "\nrounds        " << solution.outcome.rounds << std::endl;
    if (certificate.cutTolerance > 0)
    {
        std::cout << "cut tolerance " << Format(100 * certificate.cutTolerance, 1)
                  << " %: a DNN has too many cuts to find all; the best is at most so much better"
                  << std::endl;
    }
}
