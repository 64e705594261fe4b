/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef GROUP_MOBILITY_H
#define GROUP_MOBILITY_H

#include "simulation.h"

#include "ns3/surgery-json-field.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/**
 * Reads how the groups of devices of a scenario move, and at which sites they begin.
 */
class MobilityReader
{
  public:
    /**
     * @param folder where relative paths start
     * @param simulation with its sites; gets the mobilities
     */
    MobilityReader(const std::string& folder, Simulation& simulation);

    /**
     * Read a group's fields "mobility", "area_m" and "site".
     *
     * @param group the group
     * @throws std::invalid_argument in one line that names the path of the field
     */
    void BeginGroup(const ns3::surgery::JsonField& group);

    /// @return index of the group's mobility in the simulation; equal groups have the same
    std::size_t GetIndex() const;

    /**
     * @param index of a device in the group
     * @return its site, if the group has one
     */
    std::optional<uint32_t> GetSite(uint32_t index) const;

    /**
     * Check, when all devices are there, that files of movements move them all.
     *
     * @throws std::invalid_argument in one line if one does not
     */
    void Check() const;

  private:
    /// @param field "mobility" @return it, without an area
    Mobility ReadMobility(const ns3::surgery::JsonField& field) const;

    std::string m_folder;                         ///< where relative paths start
    Simulation& m_simulation;                     ///< gets the mobilities
    std::map<std::string, std::size_t> m_indices; ///< of mobilities, by their JSON
    std::vector<std::string> m_places;            ///< of mobilities, in the scenario
    std::size_t m_index{0};                       ///< of the group's mobility
    std::vector<uint32_t> m_sites;                ///< of the group's devices, in turn
};

#endif // GROUP_MOBILITY_H
