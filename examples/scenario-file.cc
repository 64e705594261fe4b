/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-file.h"

#include "common/scenario-document.h"
#include "common/scenario-fields.h"
#include "common/scenario-variants.h"

#include "ns3/dnn-layer-costs.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/dnn-profile.h"
#include "ns3/surgery-energy.h"
#include "ns3/surgery-json-field.h"
#include "ns3/surgery-price-policy.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

using namespace ns3::surgery;

namespace
{

/// Turns a scenario's JSON into a game.
class ScenarioReader
{
  public:
    /// @param folder from where relative paths are
    explicit ScenarioReader(const std::string& folder)
        : m_library(folder)
    {
    }

    /// A whole scenario, of which a simulation is another reading.
    Scenario ReadWhole(const JsonField& root)
    {
        CheckWholeScenario(root);
        m_hasNames = root.Has("servers");
        for (const auto& server : GetServers(root))
        {
            m_servers.push_back(m_hasNames ? server["name"].GetName() : "");
            AddServer(m_servers.back(), server);
        }
        CheckPricePolicy(root);
        ReadWaiting(root);
        for (const auto& member : ExpandGroups(root))
        {
            const auto rho =
                member.group.Has("rho") ? GetNumber(member.group["rho"], TIME_RANGE) : DEFAULT_RHO;
            AddDevice(member, rho);
        }
        return std::move(m_scenario);
    }

    Scenario Read(const JsonField& root)
    {
        root.CheckFields({"server", "servers", "devices", "waiting"});
        if (root.Has("servers") && root.Has("server"))
        {
            root["servers"].Reject("cannot be beside \"server\"");
        }
        if (root.Has("servers"))
        {
            AddServers(root["servers"]);
        }
        else
        {
            root["server"].CheckFields({"processor", "price_policy"});
            AddServer("", root["server"]);
        }
        ReadWaiting(root);
        const auto devices = root["devices"].GetItems();
        if (devices.empty())
        {
            root["devices"].Reject("must be a list of at least one device");
        }
        for (const auto& device : devices)
        {
            CheckAndAddDevice(device);
        }
        return std::move(m_scenario);
    }

  private:
    /// Refuse a price of one server among several.
    void CheckPricePolicy(const JsonField& root) const
    {
        if (m_processors.size() > 1 && !m_scenario.pricePolicy.empty())
        {
            root["servers"].Reject("can have a price_policy here if there is one server only");
        }
    }

    void ReadWaiting(const JsonField& root)
    {
        m_scenario.weighsWaiting = root.Has("waiting") && root["waiting"].GetFlag();
        if (m_scenario.weighsWaiting && m_processors.size() > 1)
        {
            root["waiting"].Reject("needs one server: among several, costs are plain");
        }
    }

    /// A processor by name, by path or written out.
    std::shared_ptr<const Processor> GetProcessor(const JsonField& field)
    {
        if (field.IsText())
        {
            return At(field.GetPlace(), [&] { return m_library.GetProcessor(field.GetText()); });
        }
        return std::make_shared<const Processor>(ParseProcessor(field));
    }

    /// Several servers, by name.
    void AddServers(const JsonField& servers)
    {
        m_hasNames = true;
        for (const auto& item : servers.GetItems())
        {
            item.CheckFields({"name", "processor", "capacity"});
            const auto name = item["name"].GetName();
            const auto server = item.At(item.GetPlace() + " (\"" + name + "\")");
            if (std::find(m_servers.begin(), m_servers.end(), name) != m_servers.end())
            {
                server["name"].Reject("is used twice");
            }
            m_servers.push_back(name);
            AddServer(name, server);
        }
        if (m_servers.empty())
        {
            servers.Reject("must be a list of at least one server");
        }
    }

    void AddServer(const std::string& name, const JsonField& server)
    {
        m_processors.push_back(GetProcessor(server["processor"]));
        m_scenario.servers.push_back({name, m_processors.back()->GetName()});
        if (server.Has("price_policy"))
        {
            m_scenario.pricePolicy = server["price_policy"].GetName();
            At(server["price_policy"].GetPlace(),
               [&] { return PricePolicy::Create(m_scenario.pricePolicy); });
        }
        m_scenario.game.capacities.push_back(
            server.Has("capacity") ? GetNumber(server["capacity"], CAPACITY_RANGE) : 1.0);
    }

    /// Equal devices share a frontier at a server's processor.
    std::shared_ptr<const PartitionFrontier> GetFrontier(const GroupMember& device,
                                                         const Variant& variant,
                                                         const Processor& processor,
                                                         const Processor& server,
                                                         double leastInverseShare)
    {
        auto key = variant.dnn + device.processor.ToJson() + server.GetName();
        auto& frontier = m_frontiers[{std::move(key), variant.encoding, leastInverseShare}];
        if (!frontier)
        {
            frontier = At(device.group.GetPlace(), [&] {
                return std::make_shared<const PartitionFrontier>(
                    LayerCosts(m_library.GetDnn(variant.dnn), processor, server, variant.encoding),
                    leastInverseShare);
            });
        }
        return frontier;
    }

    /// What a device may run at a server.
    Options MakeDeviceOptions(const GroupMember& device,
                              const Variants& variants,
                              const Processor& processor,
                              const Processor& server,
                              const ActivityWeights& weights)
    {
        const auto least = GetLeastInverseShare(weights);
        std::vector<Option> options;
        for (const auto& variant : variants)
        {
            options.push_back(
                {GetFrontier(device, variant, processor, server, least), variant.penaltyS});
        }
        return std::make_shared<const std::vector<Option>>(std::move(options));
    }

    static Link GetLink(const JsonField& field)
    {
        Link link;
        link.uplinkBps = GetNumber(field["uplink_bps"], RATE_RANGE);
        link.downlinkBps = GetNumber(field["downlink_bps"], RATE_RANGE);
        if (field.Has("delay_s"))
        {
            link.uplinkDelayS = GetNumber(field["delay_s"], TIME_RANGE);
            link.downlinkDelayS = link.uplinkDelayS;
        }
        return link;
    }

    /// A device's links: its own fields, or one object per server that it reaches.
    std::map<std::size_t, Link> GetLinks(const JsonField& device)
    {
        if (!m_hasNames)
        {
            return {{0, GetLink(device)}};
        }
        const auto field = device["links"];
        field.CheckFields(m_servers);
        std::map<std::size_t, Link> links;
        for (std::size_t s = 0; s < m_servers.size(); ++s)
        {
            if (field.Has(m_servers[s]))
            {
                field[m_servers[s]].CheckFields(LINK_FIELDS);
                links.emplace(s, GetLink(field[m_servers[s]]));
            }
        }
        if (links.empty())
        {
            field.Reject("must name at least one server");
        }
        return links;
    }

    void CheckAndAddDevice(const JsonField& item)
    {
        std::vector<std::string> fields{"name", "dnn", "processor"};
        const std::vector<std::string> own{"links"};
        const auto& more = m_hasNames ? own : LINK_FIELDS;
        fields.insert(fields.end(), more.begin(), more.end());
        fields.emplace_back("rho");
        fields.insert(fields.end(), VARIANT_FIELDS.begin(), VARIANT_FIELDS.end());
        fields.insert(fields.end(), {"request_rate", "gap_variation"});
        item.CheckFields(fields);
        const auto name = item["name"].GetName();
        const auto device = item.At(item.GetPlace() + " (\"" + name + "\")");
        if (!m_names.insert(name).second)
        {
            device["name"].Reject("is used twice");
        }
        AddDevice({device, 0, name, device["dnn"].GetName(), device["processor"]}, std::nullopt);
    }

    /// @param member the device @param rho its price of the whole server, s; nothing: as it says
    void AddDevice(const GroupMember& member, std::optional<double> rho)
    {
        const auto& device = member.group;
        const auto dnn = At(device["dnn"].GetPlace(), [&] { return m_library.GetDnn(member.dnn); });
        const auto processor = GetProcessor(member.processor);
        const auto variants = ReadVariants(device, member.dnn, m_library);
        const auto power = ReadPower(device, *processor);
        const auto weights = power ? power->weights : ActivityWeights();

        const auto links = GetLinks(device);
        const auto usagePriceS = rho ? *rho : GetNumber(device["rho"], TIME_RANGE);
        const auto requestRatePerS =
            device.Has("request_rate") ? GetNumber(device["request_rate"], REQUEST_RANGE) : 0.0;
        const auto gapVariation =
            device.Has("gap_variation") ? GetNumber(device["gap_variation"], VARIATION_RANGE) : 0.0;
        ServersOfDevice players(m_processors.size());
        for (const auto& [server, link] : links)
        {
            players[server].link = link;
            players[server].usagePriceS = usagePriceS;
            players[server].weights = weights;
            players[server].requestRatePerS = requestRatePerS;
            players[server].gapVariation = m_scenario.weighsWaiting ? gapVariation : 0.0;
            players[server].options =
                MakeDeviceOptions(member, variants, *processor, *m_processors[server], weights);
        }
        m_scenario.game.devices.push_back(std::move(players));
        m_scenario.devices.push_back({member.name,
                                      dnn->GetName(),
                                      processor->GetName(),
                                      variants,
                                      power ? std::optional(power->powerW) : std::nullopt});
    }

    ProfileLibrary m_library;
    bool m_hasNames{false};                                     ///< whether servers have names
    std::vector<std::string> m_servers;                         ///< their names
    std::vector<std::shared_ptr<const Processor>> m_processors; ///< of the servers
    std::set<std::string> m_names;
    std::map<std::tuple<std::string, Encoding, double>, std::shared_ptr<const PartitionFrontier>>
        m_frontiers;
    Scenario m_scenario;
};

} // namespace

Scenario
ReadScenario(const std::string& path)
{
    const auto document = ReadScenarioDocument(path);
    ScenarioReader reader(document.folder);
    return document.isWhole ? reader.ReadWhole(document.root) : reader.Read(document.root);
}
