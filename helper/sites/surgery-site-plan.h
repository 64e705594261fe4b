/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_SITE_PLAN_H
#define SURGERY_SITE_PLAN_H

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/surgery-site-link.h"
#include "ns3/vector.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Where an edge server stands, and what it is.
 */
struct Site
{
    std::string name;      ///< unique in its plan
    Vector position;       ///< m
    std::string processor; ///< the server's, by name or path; empty: as MecServer's Processor says
};

/**
 * @ingroup dnn-surgery
 *
 * Several sites and the backhaul between them, as a description that builds nothing.
 *
 * @code
 * SitePlan plan;
 * plan.AddSite("north", Vector(0, 100, 0), "server-t4");
 * plan.AddSite("south", Vector(0, -100, 0), "server-8-core");
 * plan.SetBackhaul("star"); // or "mesh", or "north-south"
 * @endcode
 */
class SitePlan
{
  public:
    /**
     * Add a site.
     *
     * @param name of it: letters, digits, "." and "_"
     * @param position in m
     * @param processor of its server, by name or path; empty: as MecServer's Processor says
     * @throws std::invalid_argument if the name is no such word, or another site's, or the position
     *         is not finite
     */
    void AddSite(const std::string& name,
                 const Vector& position,
                 const std::string& processor = "");

    /**
     * Say how sites are joined.
     *
     * @param text "star": each to a center, which is a node of its own; "mesh": each to each; or
     *        pairs of names with "-" between them, separated by blanks: "north-south south-west"
     * @throws std::invalid_argument if it is none of these, or names an unknown site or a site
     *         twice in a pair
     */
    void SetBackhaul(const std::string& text);

    /**
     * Join two sites by a link of their own kind. With any of these there is neither star nor mesh.
     *
     * @param from a site by name
     * @param to another one
     * @param rate of each direction, > 0; none: as the network says (SiteNetwork's BackhaulRate)
     * @param delay one way, >= 0; none: as the network says
     * @throws std::invalid_argument if a site is unknown, both are one, or a value is not allowed
     */
    void AddLink(const std::string& from,
                 const std::string& to,
                 std::optional<DataRate> rate = std::nullopt,
                 std::optional<Time> delay = std::nullopt);

    /**
     * Say at which site a device is, instead of the nearest one: where its wire ends, and its first
     * server.
     *
     * @param device its index among the mobile nodes
     * @param site by name
     * @throws std::invalid_argument if the site is unknown
     */
    void PlaceDevice(uint32_t device, const std::string& site);

    /**
     * Check the plan as a whole.
     *
     * @throws std::invalid_argument in one line, if there is no site, or no path between two
     */
    void Check() const;

    /// @return the sites, in the order in which they were added
    const std::vector<Site>& GetSites() const;

    /**
     * @param name of a site
     * @return its index
     * @throws std::invalid_argument if there is none of this name, listing the known ones
     */
    uint32_t FindSite(const std::string& name) const;

    /**
     * @param device index among the mobile nodes
     * @return the site at which it was placed, if it was
     */
    std::optional<uint32_t> FindPlace(uint32_t device) const;

    /**
     * @param position in m
     * @return index of the nearest site, as seen from above; of two that are as near, the first
     */
    uint32_t FindNearest(const Vector& position) const;

    /**
     * @param rate of links that have none of their own
     * @param delay of links that have none of their own
     * @return all links of the backhaul
     */
    std::vector<SiteLink> MakeLinks(DataRate rate, Time delay) const;

  private:
    /// How sites are joined.
    enum class Topology
    {
        STAR, ///< each to the center
        MESH, ///< each to each
        OWN,  ///< by the links added
    };

    /// A link that was added.
    struct OwnLink
    {
        uint32_t from{0};             ///< a site
        uint32_t to{0};               ///< another one
        std::optional<DataRate> rate; ///< none: the network's
        std::optional<Time> delay;    ///< none: the network's
    };

    /// @return the names of all sites, for messages
    std::string ListNames() const;

    std::vector<Site> m_sites;             ///< as added
    Topology m_topology{Topology::STAR};   ///< how they are joined
    std::vector<OwnLink> m_links;          ///< as added
    std::map<uint32_t, uint32_t> m_places; ///< site by device
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_SITE_PLAN_H
