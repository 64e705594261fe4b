/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-site-plan.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>
#include <sstream>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

/// @param name of a site @return whether it may be one
bool
IsName(const std::string& name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char letter) {
        return std::isalnum(letter) || letter == '.' || letter == '_';
    });
}

/// @param a one position @param b another @return their distance on the ground, squared, m^2
double
GetSquaredDistance(const Vector& a, const Vector& b)
{
    return (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
}

} // namespace

void
SitePlan::AddSite(const std::string& name, const Vector& position, const std::string& processor)
{
    if (!IsName(name))
    {
        throw std::invalid_argument("SitePlan: \"" + name +
                                    "\" is no name of a site: letters, digits, \".\" and \"_\"");
    }
    for (const auto& site : m_sites)
    {
        if (site.name == name)
        {
            throw std::invalid_argument("SitePlan: there are two sites named \"" + name + "\"");
        }
    }
    if (!std::isfinite(position.x) || !std::isfinite(position.y) || !std::isfinite(position.z))
    {
        throw std::invalid_argument("SitePlan: the position of site \"" + name +
                                    "\" must be finite (m)");
    }
    m_sites.push_back({name, position, processor});
}

void
SitePlan::SetBackhaul(const std::string& text)
{
    auto words = text;
    std::replace(words.begin(), words.end(), ',', ' ');
    std::istringstream pairs(words);
    m_links.clear();
    m_topology = Topology::OWN;
    for (std::string word; pairs >> word;)
    {
        if (word == words && (word == "star" || word == "mesh"))
        {
            m_topology = word == "star" ? Topology::STAR : Topology::MESH;
            return;
        }
        const auto dash = word.find('-');
        if (dash == std::string::npos)
        {
            throw std::invalid_argument("SitePlan: the backhaul \"" + text +
                                        "\" is neither star nor mesh nor pairs of sites such as "
                                        "\"north-south south-west\"");
        }
        AddLink(word.substr(0, dash), word.substr(dash + 1));
    }
}

void
SitePlan::AddLink(const std::string& from,
                  const std::string& to,
                  std::optional<DataRate> rate,
                  std::optional<Time> delay)
{
    const OwnLink link{FindSite(from), FindSite(to), rate, delay};
    const auto name = "SitePlan: link \"" + from + "-" + to + "\": ";
    if (link.from == link.to)
    {
        throw std::invalid_argument(name + "joins a site with itself");
    }
    if (rate && *rate == DataRate(0))
    {
        throw std::invalid_argument(name + "the rate must be > 0 bit/s");
    }
    if (delay && delay->IsNegative())
    {
        throw std::invalid_argument(name + "the delay must be >= 0 s");
    }
    for (const auto& other : m_links)
    {
        if (std::minmax(link.from, link.to) == std::minmax(other.from, other.to))
        {
            throw std::invalid_argument(name + "joins two sites that are joined already");
        }
    }
    m_topology = Topology::OWN;
    m_links.push_back(link);
}

void
SitePlan::PlaceDevice(uint32_t device, const std::string& site)
{
    try
    {
        m_places[device] = FindSite(site);
    }
    catch (const std::invalid_argument& error)
    {
        m_places.erase(device);
        throw std::invalid_argument("SitePlan: device " + std::to_string(device) +
                                    " names an unknown server: no site is named \"" + site +
                                    "\", only " + ListNames());
    }
}

void
SitePlan::Check() const
{
    if (m_sites.empty())
    {
        throw std::invalid_argument("SitePlan: there is no site");
    }
    // sites that are connected with the first one; the last entry is the center
    std::vector<bool> isReached(m_sites.size() + 1);
    isReached[0] = true;
    const auto links = MakeLinks(DataRate(1), Seconds(0));
    for (std::size_t round = 0; round < isReached.size(); ++round)
    {
        for (const auto& link : links)
        {
            const bool isEither = isReached[link.from] || isReached[link.to];
            isReached[link.from] = isEither;
            isReached[link.to] = isEither;
        }
    }
    for (std::size_t site = 0; site < m_sites.size(); ++site)
    {
        if (!isReached[site])
        {
            throw std::invalid_argument("SitePlan: the backhaul has no path between sites \"" +
                                        m_sites[0].name + "\" and \"" + m_sites[site].name + "\"");
        }
    }
}

const std::vector<Site>&
SitePlan::GetSites() const
{
    return m_sites;
}

uint32_t
SitePlan::FindSite(const std::string& name) const
{
    const auto site = std::find_if(m_sites.begin(), m_sites.end(), [&name](const Site& site) {
        return site.name == name;
    });
    if (site == m_sites.end())
    {
        throw std::invalid_argument("SitePlan: no site is named \"" + name + "\", only " +
                                    ListNames());
    }
    return static_cast<uint32_t>(site - m_sites.begin());
}

std::optional<uint32_t>
SitePlan::FindPlace(uint32_t device) const
{
    const auto place = m_places.find(device);
    return place == m_places.end() ? std::nullopt : std::make_optional(place->second);
}

uint32_t
SitePlan::FindNearest(const Vector& position) const
{
    const auto nearest =
        std::min_element(m_sites.begin(), m_sites.end(), [&](const Site& a, const Site& b) {
            return GetSquaredDistance(a.position, position) <
                   GetSquaredDistance(b.position, position);
        });
    return static_cast<uint32_t>(nearest - m_sites.begin());
}

std::vector<SiteLink>
SitePlan::MakeLinks(DataRate rate, Time delay) const
{
    std::vector<SiteLink> links;
    const auto sites = static_cast<uint32_t>(m_sites.size());
    for (uint32_t site = 0; site < sites && sites > 1 && m_topology != Topology::OWN; ++site)
    {
        if (m_topology == Topology::STAR)
        {
            links.push_back({site, sites, rate, delay});
        }
        for (uint32_t other = site + 1; other < sites && m_topology == Topology::MESH; ++other)
        {
            links.push_back({site, other, rate, delay});
        }
    }
    for (const auto& link : m_links)
    {
        links.push_back({link.from, link.to, link.rate.value_or(rate), link.delay.value_or(delay)});
    }
    return links;
}

std::string
SitePlan::ListNames() const
{
    return std::accumulate(m_sites.begin(),
                           m_sites.end(),
                           std::string(m_sites.empty() ? "none" : ""),
                           [](const std::string& list, const Site& site) {
                               return list + (list.empty() ? "" : ", ") + site.name;
                           });
}

} // namespace surgery
} // namespace ns3
