/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-mobility.h"

#include "mobility-models.h"
#include "ns2-movements.h"

#include "ns3/box.h"
#include "ns3/constant-position-mobility-model.h"
#include "ns3/double.h"
#include "ns3/mobility-helper.h"
#include "ns3/node.h"
#include "ns3/ns2-mobility-helper.h"
#include "ns3/object-factory.h"
#include "ns3/pointer.h"
#include "ns3/position-allocator.h"
#include "ns3/random-variable-stream.h"
#include "ns3/random-waypoint-mobility-model.h"
#include "ns3/string.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>
#include <utility>

using namespace ns3;

namespace
{

/// Height of a device at a site, m.
constexpr double HEIGHT = 1.5;

const std::string NS2_PREFIX = "ns2:";
const std::string SHUTTLE_PREFIX = "shuttle:";

/// Whether a text begins with another. @param text the one @param prefix the other
bool
StartsWith(const std::string& text, const std::string& prefix)
{
    return text.compare(0, prefix.size(), prefix) == 0;
}

/// @param how "ns2:FILE" @return the file's path
std::string
GetNs2Path(const std::string& how)
{
    return FindNs2Movements(how.substr(NS2_PREFIX.size()));
}

/// @param how "shuttle:SPEED" @return the speed, m/s, > 0
double
GetShuttleSpeed(const std::string& how)
{
    std::istringstream text(how.substr(SHUTTLE_PREFIX.size()));
    double speed = 0;
    if (!(text >> speed) || !text.eof() || !std::isfinite(speed) || speed <= 0)
    {
        throw std::invalid_argument("\"" + how + "\": the speed must be a number > 0 (m/s)");
    }
    return speed;
}

/// Check that shuttles get somewhere and that time passes between two turns: ns-3 would turn them
/// for ever, or end the program. @param halfWidth where they turn, m @param how "shuttle:SPEED"
void
CheckShuttles(double halfWidth, const std::string& how)
{
    const auto seconds = 2 * halfWidth / GetShuttleSpeed(how);
    if (seconds < 1e-3 || seconds > 1e9)
    {
        std::ostringstream text;
        text << "\"" << how << "\": takes " << seconds
             << " s from one side to the other, must be in 0.001..1e9 s";
        throw std::invalid_argument(text.str());
    }
}

/// Let nodes go back and forth. @param halfWidth where they turn, m @param center between the turns
/// @param speed of them, m/s @param nodes the nodes, which start evenly spread
void
InstallShuttles(double halfWidth, const Vector& center, double speed, const NodeContainer& nodes)
{
    for (uint32_t i = 0; i < nodes.GetN(); ++i)
    {
        const auto ahead = i % 2 == 0 ? halfWidth : -halfWidth;
        auto turns = CreateObject<ListPositionAllocator>();
        turns->Add(center + Vector(ahead, 0, 0));
        turns->Add(center + Vector(-ahead, 0, 0));
        auto speedVariable = CreateObject<ConstantRandomVariable>();
        speedVariable->SetAttribute("Constant", DoubleValue(speed));
        auto mobility = CreateObject<RandomWaypointMobilityModel>();
        mobility->SetAttribute("Speed", PointerValue(speedVariable));
        mobility->SetAttribute("Pause", StringValue("ns3::ConstantRandomVariable[Constant=0]"));
        mobility->SetAttribute("PositionAllocator", PointerValue(turns));
        const auto start = (2.0 * i + 1) / nodes.GetN() - 1;
        mobility->SetPosition(center + Vector(start * halfWidth, 0, 0));
        nodes.Get(i)->AggregateObject(mobility);
    }
}

/// A random variable over a coordinate. @param center of the area, m @param halfSide of it, m
std::string
MakeCoordinate(double center, double halfSide)
{
    std::ostringstream text;
    text << "ns3::UniformRandomVariable[Min=" << center - halfSide << "|Max=" << center + halfSide
         << "]";
    return text.str();
}

/// @param area an area @param center of it @return what draws places in it
Ptr<PositionAllocator>
MakePlaces(const Area& area, const Vector& center)
{
    ObjectFactory places;
    places.SetTypeId("ns3::RandomRectanglePositionAllocator");
    places.Set("X", StringValue(MakeCoordinate(center.x, area.halfWidth)));
    places.Set("Y", StringValue(MakeCoordinate(center.y, area.halfHeight)));
    return places.Create()->GetObject<PositionAllocator>();
}

/// Let nodes move around a center. @param how, @param area, @param nodes, @param stream as in
/// InstallMobility @param center of the area, m @return how many streams were used
int64_t
InstallAround(const std::string& how,
              const Area& area,
              const Vector& center,
              const NodeContainer& nodes,
              int64_t stream)
{
    CheckMobility(how, area);
    if (StartsWith(how, SHUTTLE_PREFIX))
    {
        InstallShuttles(area.halfWidth, center, GetShuttleSpeed(how), nodes);
        return 0;
    }
    if (StartsWith(how, NS2_PREFIX))
    {
        const auto path = GetNs2Path(how);
        const auto moved = CheckNs2Movements(path);
        if (moved < nodes.GetN())
        {
            throw std::invalid_argument(path + ": moves " + std::to_string(moved) +
                                        " nodes, but there are " + std::to_string(nodes.GetN()) +
                                        " devices");
        }
        Ns2MobilityHelper(path).Install(nodes.Begin(), nodes.End());
        return 0;
    }
    auto allocator = MakePlaces(area, center);
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
            BoxValue(Box(center.x - area.halfWidth,
                         center.x + area.halfWidth,
                         center.y - area.halfHeight,
                         center.y + area.halfHeight,
                         0,
                         0)),
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
            StringValue("ns3::NormalRandomVariable[Mean=0|Variance=0|Bound=1]"));
    }
    mobility.Install(nodes);
    return used + mobility.AssignStreams(nodes, stream + used);
}

/// Let nodes stand near centers. @param area around them @param centers by node @param nodes the
/// nodes @param stream of the places @return how many streams were used
int64_t
InstallNear(const Area& area,
            const std::vector<std::optional<Vector>>& centers,
            const NodeContainer& nodes,
            int64_t stream)
{
    auto offset = CreateObject<UniformRandomVariable>();
    offset->SetStream(stream);
    for (uint32_t i = 0; i < nodes.GetN(); ++i)
    {
        auto position = centers[i].value_or(Vector());
        position.x += offset->GetValue(-area.halfWidth, area.halfWidth);
        position.y += offset->GetValue(-area.halfHeight, area.halfHeight);
        position.z = HEIGHT;
        auto mobility = CreateObject<ConstantPositionMobilityModel>();
        mobility->SetPosition(position);
        nodes.Get(i)->AggregateObject(mobility);
    }
    return 1;
}

} // namespace

void
CheckMobility(const std::string& how, const Area& area)
{
    if (StartsWith(how, SHUTTLE_PREFIX))
    {
        CheckShuttles(area.halfWidth, how);
    }
    else if (StartsWith(how, NS2_PREFIX))
    {
        CheckNs2Movements(GetNs2Path(how));
    }
    else if (how != "random-waypoint" && how != "gauss-markov" && how != "static")
    {
        throw std::invalid_argument("\"" + how +
                                    "\" is none of random-waypoint, gauss-markov, static, "
                                    "shuttle:SPEED, ns2:FILE");
    }
}

int64_t
InstallMobility(const std::string& how,
                const Area& area,
                const NodeContainer& nodes,
                int64_t stream)
{
    return InstallAround(how, area, Vector(), nodes, stream);
}

int64_t
InstallMobility(const Mobility& mobility,
                const std::vector<std::optional<Vector>>& centers,
                const NodeContainer& nodes,
                int64_t stream)
{
    if (mobility.own)
    {
        mobility.own(nodes, stream);
        return 0;
    }
    if (!mobility.model.empty())
    {
        return InstallModel(mobility, centers, nodes, stream);
    }
    const auto isSomewhere =
        std::any_of(centers.begin(), centers.end(), [](const auto& center) { return center; });
    if (mobility.how == "static" && isSomewhere)
    {
        return InstallNear(mobility.area, centers, nodes, stream);
    }
    // nodes around one center move as one
    std::vector<std::pair<Vector, NodeContainer>> groups;
    for (uint32_t i = 0; i < nodes.GetN(); ++i)
    {
        const auto center = centers[i].value_or(Vector());
        const auto isIt = [&center](const auto& group) { return group.first == center; };
        auto group = std::find_if(groups.begin(), groups.end(), isIt);
        if (group == groups.end())
        {
            group = groups.insert(group, {center, NodeContainer()});
        }
        group->second.Add(nodes.Get(i));
    }
    int64_t used = 0;
    for (const auto& [center, group] : groups)
    {
        used += InstallAround(mobility.how, mobility.area, center, group, stream + used);
    }
    return used;
}
