/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-animation.h"

#include "text-table.h"

#include "ns3/callback.h"
#include "ns3/dnn-cut.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <stdexcept>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// The oldest format with all that is written here.
constexpr auto FORMAT = "netanim-3.108";

/// Between two positions of a moving device, ms.
constexpr int64_t INTERVAL_MS = 250;

/// @param text any @return it as the value of an attribute in XML
std::string
Escape(const std::string& text)
{
    const std::map<char, std::string> escapes{{'&', "&amp;"}, {'<', "&lt;"}, {'"', "&quot;"}};
    std::string escaped;
    for (const auto letter : text)
    {
        const auto it = escapes.find(letter);
        escaped += it != escapes.end() ? it->second : std::string(1, letter);
    }
    return escaped;
}

} // namespace

ScenarioAnimation::ScenarioAnimation(const SimulationParts& parts, double cellRadius)
    : m_path(parts.folder + "/animation.xml"),
      m_file(m_path)
{
    m_file << std::fixed << std::setprecision(3); // millimetres
    m_file << "<anim ver=\"" << FORMAT << "\" filetype=\"animation\">\n";
    const auto size = cellRadius / 20;
    for (uint32_t i = 0; i < parts.clients.GetN(); ++i)
    {
        AddDevice(i, DynamicCast<InferenceClient>(parts.clients.Get(i)), size);
    }
    AddNetwork(parts.network, cellRadius, 1.5 * size);
    Simulator::Schedule(MilliSeconds(INTERVAL_MS), &ScenarioAnimation::WritePositions, this);
    CheckFile();
}

void
ScenarioAnimation::Finish()
{
    m_file << "</anim>\n" << std::flush;
    CheckFile();
}

// ---- What is drawn -----------------------------------------------------------------------------

ScenarioAnimation::Color
ScenarioAnimation::GetColor(double share)
{
    // one hue: its lightness tells the share, also to the color-blind
    constexpr Color LOCAL{150, 150, 150};
    constexpr Color SMALLEST{158, 202, 225};
    constexpr Color WHOLE{8, 48, 107};
    if (share <= 0)
    {
        return LOCAL;
    }
    // the root, because the shares of many devices are small
    const auto weight = std::sqrt(std::min(share, 1.0));
    Color color{};
    for (std::size_t i = 0; i < color.size(); ++i)
    {
        color[i] = static_cast<int>(std::lround((1 - weight) * SMALLEST[i] + weight * WHOLE[i]));
    }
    return color;
}

void
ScenarioAnimation::AddNode(Ptr<Node> node, const Vector& position, double size)
{
    m_file << "<node id=\"" << node->GetId() << "\" sysId=\"0\" locX=\"" << position.x
           << "\" locY=\"" << position.y << "\"/>\n";
    BeginUpdate('s', node->GetId()) << " w=\"" << size << "\" h=\"" << size << "\"/>\n";
}

void
ScenarioAnimation::AddDevice(uint32_t id, Ptr<InferenceClient> client, double size)
{
    StringValue dnn;
    client->GetAttribute("Dnn", dnn);
    const auto node = client->GetNode();
    m_devices[id] = {node->GetId(), std::to_string(id) + " " + dnn.Get(), ""};
    const auto mobility = node->GetObject<MobilityModel>();
    AddNode(node, mobility->GetPosition(), size);
    HandleCourseChange(mobility);
    HandleGrant(id, 0, LOCAL_CUT_LABEL);
    mobility->TraceConnectWithoutContext(
        "CourseChange",
        MakeCallback(&ScenarioAnimation::HandleCourseChange, this));
    client->TraceConnectWithoutContext("CutChanged",
                                       MakeCallback(&ScenarioAnimation::HandleCutChange, this));
    client->TraceConnectWithoutContext("GrantReceived",
                                       MakeCallback(&ScenarioAnimation::HandleGrant, this));
}

void
ScenarioAnimation::AddNetwork(Ptr<AccessNetwork> network, double cellRadius, double size)
{
    constexpr Color RADIO{230, 159, 0};
    constexpr Color WIRES{213, 94, 0};
    const auto baseStations = network->GetBaseStations();
    for (uint32_t i = 0; i < baseStations.GetN(); ++i)
    {
        const auto node = baseStations.Get(i);
        AddNode(node, node->GetObject<MobilityModel>()->GetPosition(), size);
        WriteLook(node->GetId(), RADIO, "base station " + std::to_string(i));
    }
    const auto backhaul = network->GetBackhaul();
    const auto gateway = backhaul.GetN() > 0 ? backhaul.Get(0)->GetNode() : nullptr; // fluid: none
    if (gateway && !baseStations.Contains(gateway->GetId()))
    {
        AddNode(gateway, Vector(0, -1.2 * cellRadius, 0), size);
        WriteLook(gateway->GetId(), WIRES, "gateway");
    }
    const auto server = network->GetServers().Get(0);
    AddNode(server, Vector(0, -1.4 * cellRadius, 0), size);
    WriteLook(server->GetId(), WIRES, "server");
    if (gateway)
    {
        m_file << "<link fromId=\"" << gateway->GetId() << "\" toId=\"" << server->GetId()
               << "\" fd=\"\" td=\"\" ld=\"backhaul\"/>\n";
    }
}

// ---- What happens ------------------------------------------------------------------------------

void
ScenarioAnimation::HandleCourseChange(Ptr<const MobilityModel> mobility)
{
    const auto node = mobility->GetObject<Node>()->GetId();
    // a model that has just set its course rounds nothing
    m_courses[node] = {Simulator::Now(), mobility->GetPosition(), mobility->GetVelocity()};
    WritePosition(node, m_courses[node].position);
}

void
ScenarioAnimation::HandleCutChange(const CutChangeRecord& record)
{
    // without a GRANT a device can fall back to this only
    if (record.newCut == LOCAL_CUT_LABEL)
    {
        HandleGrant(record.device, 0, record.newCut);
    }
}

void
ScenarioAnimation::HandleGrant(uint32_t device, double share, const std::string& cut)
{
    auto& shown = m_devices.at(device);
    const auto status = share > 0 ? cut + " at " + ToText(1e2 * share, 1) + " %" : cut;
    if (status != shown.status)
    {
        shown.status = status;
        WriteLook(shown.node, GetColor(share), shown.title + ": " + status);
    }
}

void
ScenarioAnimation::WritePositions()
{
    for (const auto& [node, course] : m_courses)
    {
        if (course.velocity.GetLength() > 0)
        {
            const auto way = (Simulator::Now() - course.since).GetSeconds();
            WritePosition(node,
                          Vector(course.position.x + way * course.velocity.x,
                                 course.position.y + way * course.velocity.y,
                                 0));
        }
    }
    Simulator::Schedule(MilliSeconds(INTERVAL_MS), &ScenarioAnimation::WritePositions, this);
}

// ---- The file ----------------------------------------------------------------------------------

void
ScenarioAnimation::WriteLook(uint32_t node, const Color& color, const std::string& description)
{
    BeginUpdate('c', node) << " r=\"" << color[0] << "\" g=\"" << color[1] << "\" b=\"" << color[2]
                           << "\"/>\n";
    BeginUpdate('d', node) << " descr=\"" << Escape(description) << "\"/>\n";
    CheckFile();
}

void
ScenarioAnimation::WritePosition(uint32_t node, const Vector& position)
{
    BeginUpdate('p', node) << " x=\"" << position.x << "\" y=\"" << position.y << "\"/>\n";
    CheckFile();
}

std::ostream&
ScenarioAnimation::BeginUpdate(char kind, uint32_t node)
{
    return m_file << "<nu p=\"" << kind << "\" t=\"" << ToText(Simulator::Now().GetSeconds(), 9)
                  << "\" id=\"" << node << '"';
}

void
ScenarioAnimation::CheckFile() const
{
    if (!m_file)
    {
        throw std::runtime_error(m_path + ": cannot write this file");
    }
}
