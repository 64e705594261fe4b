/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-mobility.h"

#include "ns3/box.h"
#include "ns3/double.h"
#include "ns3/mobility-helper.h"
#include "ns3/ns2-mobility-helper.h"
#include "ns3/object-factory.h"
#include "ns3/pointer.h"
#include "ns3/position-allocator.h"
#include "ns3/string.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

using namespace ns3;

namespace
{

const std::string NS2_PREFIX = "ns2:";

/// A random variable over a coordinate. @param halfSide of the area, m
std::string
MakeCoordinate(double halfSide)
{
    std::ostringstream text;
    text << "ns3::UniformRandomVariable[Min=" << -halfSide << "|Max=" << halfSide << "]";
    return text.str();
}

} // namespace

void
CheckMobility(const std::string& how)
{
    if (how.compare(0, NS2_PREFIX.size(), NS2_PREFIX) == 0)
    {
        const auto path = how.substr(NS2_PREFIX.size());
        if (!std::ifstream(path).good())
        {
            throw std::invalid_argument("--mobility: cannot read " + path);
        }
    }
    else if (how != "random-waypoint" && how != "gauss-markov" && how != "static")
    {
        throw std::invalid_argument("--mobility: \"" + how +
                                    "\" is none of random-waypoint, gauss-markov, static, "
                                    "ns2:FILE");
    }
}

int64_t
InstallMobility(const std::string& how,
                const Area& area,
                const NodeContainer& nodes,
                int64_t stream)
{
    CheckMobility(how);
    if (how.compare(0, NS2_PREFIX.size(), NS2_PREFIX) == 0)
    {
        Ns2MobilityHelper(how.substr(NS2_PREFIX.size())).Install(nodes.Begin(), nodes.End());
        return 0;
    }
    ObjectFactory places;
    places.SetTypeId("ns3::RandomRectanglePositionAllocator");
    places.Set("X", StringValue(MakeCoordinate(area.halfWidth)));
    places.Set("Y", StringValue(MakeCoordinate(area.halfHeight)));
    auto allocator = places.Create()->GetObject<PositionAllocator>();
    const auto used = allocator->AssignStreams(stream);

    MobilityHelper mobility;
    mobility.SetPositionAllocator(allocator);
    if (how == "static")
    {
        mobility.SetMobilityModel("ns3::ConstantPositionMobilityModel");
    }
    else if (how == "random-waypoint")
    {
        mobility.SetMobilityModel("ns3::RandomWaypointMobilityModel",
                                  "Speed",
                                  StringValue("ns3::UniformRandomVariable[Min=0.5|Max=3]"),
                                  "Pause",
                                  StringValue("ns3::ConstantRandomVariable[Constant=1]"),
                                  "PositionAllocator",
                                  PointerValue(allocator));
    }
    else
    {
        mobility.SetMobilityModel(
            "ns3::GaussMarkovMobilityModel",
            "Bounds",
            BoxValue(Box(-area.halfWidth, area.halfWidth, -area.halfHeight, area.halfHeight, 0, 0)),
            "TimeStep",
            StringValue("1s"),
            "Alpha",
            DoubleValue(0.85),
            "MeanVelocity",
            StringValue("ns3::UniformRandomVariable[Min=0.5|Max=2.5]"),
            "MeanDirection",
            StringValue("ns3::UniformRandomVariable[Min=0|Max=6.283185307]"),
            "MeanPitch",
            StringValue("ns3::ConstantRandomVariable[Constant=0]"),
            "NormalVelocity",
            StringValue("ns3::NormalRandomVariable[Mean=0|Variance=0.25|Bound=1]"),
            "NormalDirection",
            StringValue("ns3::NormalRandomVariable[Mean=0|Variance=0.25|Bound=1]"),
            "NormalPitch",
            StringValue("ns3::ConstantRandomVariable[Constant=0]"));
    }
    mobility.Install(nodes);
    return used + mobility.AssignStreams(nodes, stream + used);
}
