/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "group-mobility.h"

#include "mobility-models.h"
#include "ns2-movements.h"
#include "scenario-document.h"
#include "scenario-fields.h"
#include "scenario-values.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

const Range SIDE_RANGE{0.2, FAR_AWAY, "a number of m, 0.2 to 1e5"};

const std::string NS2_PREFIX = "ns2:";

/// @param field a side, or width and height @return the area
Area
ReadArea(const JsonField& field)
{
    if (!field.IsList())
    {
        const auto half = GetNumber(field, SIDE_RANGE) / 2;
        return {half, half};
    }
    const auto sides = field.GetItems();
    if (sides.size() != 2)
    {
        field.Reject("must be a side, or a list of width and height");
    }
    return {GetNumber(sides[0], SIDE_RANGE) / 2, GetNumber(sides[1], SIDE_RANGE) / 2};
}

/// @param field x, y and perhaps z @return the position
Vector
ReadPosition(const JsonField& field)
{
    const auto numbers = field.GetItems();
    if (numbers.size() < 2 || numbers.size() > 3)
    {
        field.Reject("must be a list of x, y and, if not 0, z");
    }
    return {GetCoordinate(numbers[0]),
            GetCoordinate(numbers[1]),
            numbers.size() > 2 ? GetCoordinate(numbers[2]) : 0};
}

/// @param field a position, or a list of some @return they
std::vector<Vector>
ReadPositions(const JsonField& field)
{
    const auto items = field.GetItems();
    if (items.empty() || !items.front().IsList())
    {
        return {ReadPosition(field)};
    }
    std::vector<Vector> positions;
    for (const auto& item : items)
    {
        positions.push_back(ReadPosition(item));
    }
    return positions;
}

} // namespace

MobilityReader::MobilityReader(const std::string& folder, Simulation& simulation)
    : m_folder(folder),
      m_simulation(simulation)
{
}

Mobility
MobilityReader::ReadMobility(const JsonField& field) const
{
    Mobility mobility;
    if (!field.IsObject())
    {
        mobility.how = field.GetName();
    }
    else if (field.Has("ns2"))
    {
        field.CheckFields({"ns2"});
        mobility.how = NS2_PREFIX + field["ns2"].GetName();
    }
    else
    {
        field.CheckFields({"model", "attributes", "position_m"});
        mobility.model = field["model"].GetName();
        if (field.Has("attributes"))
        {
            mobility.attributes = ReadAttributes(field["attributes"]);
        }
        if (field.Has("position_m"))
        {
            mobility.positions = ReadPositions(field["position_m"]);
        }
    }
    if (mobility.how.rfind(NS2_PREFIX, 0) == 0)
    {
        mobility.how =
            NS2_PREFIX + ResolveIfBeside(mobility.how.substr(NS2_PREFIX.size()), m_folder);
    }
    return mobility;
}

void
MobilityReader::BeginGroup(const JsonField& group)
{
    const auto isGiven = group.Has("mobility");
    auto mobility = isGiven ? ReadMobility(group["mobility"]) : Mobility();
    if (group.Has("area_m"))
    {
        mobility.area = ReadArea(group["area_m"]);
    }
    const auto place = isGiven ? group["mobility"].GetPlace() : group.GetPlace();
    At(place, [&] {
        mobility.model.empty() ? CheckMobility(mobility.how, mobility.area) : CheckModel(mobility);
    });
    // equal groups move as one, whether they say what is the default or not
    std::ostringstream key;
    key << (isGiven ? group["mobility"].ToText() : mobility.how) << " " << mobility.area.halfWidth
        << " " << mobility.area.halfHeight;
    const auto [entry, isNew] = m_indices.emplace(key.str(), m_simulation.mobilities.size());
    if (isNew)
    {
        m_simulation.mobilities.push_back(mobility);
        m_places.push_back(place);
    }
    m_index = entry->second;
    m_sites.clear();
    if (group.Has("site"))
    {
        const auto field = group["site"];
        if (m_simulation.plan.GetSites().empty())
        {
            field.Reject("is one of network.sites, which are not there");
        }
        for (const auto& name : GetTexts(field))
        {
            m_sites.push_back(
                At(field.GetPlace(), [&] { return m_simulation.plan.FindSite(name); }));
        }
    }
}

std::size_t
MobilityReader::GetIndex() const
{
    return m_index;
}

std::optional<uint32_t>
MobilityReader::GetSite(uint32_t index) const
{
    return m_sites.empty() ? std::nullopt : std::optional(m_sites[index % m_sites.size()]);
}

void
MobilityReader::Check() const
{
    for (std::size_t m = 0; m < m_simulation.mobilities.size(); ++m)
    {
        const auto& how = m_simulation.mobilities[m].how;
        if (how.rfind(NS2_PREFIX, 0) != 0)
        {
            continue;
        }
        const auto& devices = m_simulation.devices;
        const auto count = std::count_if(devices.begin(), devices.end(), [m](const auto& device) {
            return device.mobility == m;
        });
        At(m_places[m], [&how, count] {
            const auto path = FindNs2Movements(how.substr(NS2_PREFIX.size()));
            if (CheckNs2Movements(path) < count)
            {
                throw std::invalid_argument(path + ": moves fewer nodes than the " +
                                            std::to_string(count) +
                                            " devices that are to follow it");
            }
        });
    }
}
