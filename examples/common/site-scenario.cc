/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "site-scenario.h"

#include "site-layout.h"
#include "site-summary.h"

#include "ns3/node.h"
#include "ns3/random-variable-stream.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-run-program.h"
#include "ns3/waypoint-mobility-model.h"

#include <cmath>
#include <iostream>
#include <stdexcept>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// How far from a site devices are, as a part of the distance between sites.
constexpr double NEARNESS = 0.2;

/// Height of a device, m.
constexpr double HEIGHT = 1.5;

} // namespace

SiteScenario::SiteScenario(Layout layout)
    : m_layout(layout)
{
    scenario.devices = 24;
    scenario.dnns = "resnet50,alexnet,squeezenet,inception-v1,densenet121";
    scenario.inputBytes = 60000; // a JPEG picture
    scenario.activationBits = "8";
    scenario.ownMobility["skewed"] = [this](Simulation& simulation) { DescribeSkewed(simulation); };
    scenario.ownMobility["crowd"] = [this](Simulation& simulation) {
        simulation.mobilities.front().own = [this](const NodeContainer& nodes, int64_t stream) {
            InstallCrowd(nodes, stream);
        };
    };
}

void
SiteScenario::AddOptions(ProgramOptions& options)
{
    scenario.AddOptions(options);
    options.AddValue("sites", "Number of sites, with a server each.", sites, 1, 100);
    options.AddValue("spacing",
                     "Distance between neighboring sites, m; 0: 50, or 500 with LTE.",
                     spacing,
                     0,
                     1e4);
    options.AddValue("skew",
                     "Part of the devices that begin near the first site (skewed).",
                     skew,
                     0,
                     1);
    options.AddValue("speed",
                     "Speed of the crowd, m/s; 0: 5, or 30 with LTE (crowd).",
                     speed,
                     0,
                     1000);
    options.AddValue("stay",
                     "How long the crowd stays at each site (crowd).",
                     stay,
                     MilliSeconds(1));
    options.AddValue("backhaul",
                     "Links between sites: star, mesh, or pairs: site0-site1 site1-site2 ...",
                     backhaul);
    options.AddValue("siteRate", "Rate of the links between sites.", scenario.siteRate);
    options.AddValue("siteDelay", "One-way delay of the links between sites.", scenario.siteDelay);
    options.AddValue("outagesOf",
                     "Site whose server is away, as serverOutages says; empty: all.",
                     scenario.outagesOf);
}

bool
SiteScenario::IsLte() const
{
    return scenario.network.rfind("lte", 0) == 0;
}

void
SiteScenario::Check()
{
    scenario.Check();
    spacing = spacing > 0 ? spacing : GetSiteSpacing(scenario.network);
    speed = speed > 0 ? speed : IsLte() ? 30 : 5;
    scenario.plan = MakeSitePlan(sites, m_layout == Layout::ROW, spacing);
    try
    {
        scenario.plan.SetBackhaul(backhaul);
        scenario.plan.Check();
    }
    catch (const std::invalid_argument& error)
    {
        throw std::invalid_argument(std::string("--backhaul: ") + error.what());
    }
    if (!scenario.outagesOf.empty())
    {
        try
        {
            scenario.plan.FindSite(scenario.outagesOf);
        }
        catch (const std::invalid_argument& error)
        {
            throw std::invalid_argument(std::string("--outagesOf: ") + error.what());
        }
    }
}

void
SiteScenario::DescribeSkewed(Simulation& simulation) const
{
    auto& mobility = simulation.mobilities.front();
    mobility.how = "static";
    mobility.area = {NEARNESS * spacing, NEARNESS * spacing};
    const auto crowded = static_cast<uint32_t>(std::lround(skew * simulation.devices.size()));
    for (uint32_t i = 0; i < simulation.devices.size(); ++i)
    {
        simulation.devices[i].site =
            i < crowded || sites == 1 ? 0 : 1 + (i - crowded) % (sites - 1);
    }
}

void
SiteScenario::InstallCrowd(const NodeContainer& nodes, int64_t stream) const
{
    auto offset = CreateObject<UniformRandomVariable>();
    offset->SetStream(stream);
    for (uint32_t i = 0; i < nodes.GetN(); ++i)
    {
        // each walks a little aside of the others, and leaves a little earlier or later
        const Vector aside(offset->GetValue(-NEARNESS, NEARNESS) * spacing,
                           offset->GetValue(-NEARNESS, NEARNESS) * spacing,
                           HEIGHT);
        auto time = Seconds(offset->GetValue(0, 1)) + stay;
        auto mobility = CreateObject<WaypointMobilityModel>();
        nodes.Get(i)->AggregateObject(mobility);
        auto place = scenario.plan.GetSites()[0].position + aside;
        mobility->AddWaypoint(Waypoint(Seconds(0), place));
        for (uint32_t leg = 0; sites > 1 && time < scenario.duration; ++leg)
        {
            const auto round = leg % (2 * (sites - 1)); // there and back again
            const auto next = round < sites - 1 ? round + 1 : 2 * (sites - 1) - round - 1;
            mobility->AddWaypoint(Waypoint(time, place));
            const auto goal = scenario.plan.GetSites()[next].position + aside;
            time += Seconds(CalculateDistance(place, goal) / speed);
            place = goal;
            mobility->AddWaypoint(Waypoint(time, place));
            time += stay;
        }
    }
}

int
SiteScenario::Main(const std::string& program, const std::string& text, int argc, char* argv[])
{
    return RunProgram(program, [&] {
        std::string scheduler{"dds"};
        ProgramOptions options(program + ".cc");
        options.Usage(text);
        AddOptions(options);
        options.AddValue("choice", "How a device chooses its server.", scenario.choice);
        options.AddValue("scheduler", "Scheduler that decides at each server.", scheduler);
        scenario.Parse(options, argc, argv);
        Check();

        SiteSummary summary;
        scenario.observe = [&](const MobileScenario::Parts& parts) {
            summary.Connect(parts, scenario.warmup);
        };
        std::cout << scenario.devices << " devices, " << sites << " sites, "
                  << scenario.duration.GetSeconds() << " s, network " << scenario.network
                  << ", backhaul " << backhaul << ", choice " << scenario.choice << ", scheduler "
                  << scheduler << std::endl;
        const auto run = scenario.Run(scheduler, scenario.out);
        std::cout << summary.ToString(run);
        if (!scenario.out.empty())
        {
            std::cout << "\nFiles:\n" << MobileScenario::ListFiles(scenario.out);
        }
    });
}
