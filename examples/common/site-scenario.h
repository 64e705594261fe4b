/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SITE_SCENARIO_H
#define SITE_SCENARIO_H

#include "mobile-scenario.h"

#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/surgery-program-options.h"

#include <cstdint>
#include <string>

/**
 * Several sites with an edge server each, and mobile devices that begin unevenly, or walk from site
 * to site as a crowd. It adds to MobileScenario where the servers stand and how devices move:
 * --mobility=skewed or --mobility=crowd.
 */
class SiteScenario
{
  public:
    /// How sites stand.
    enum class Layout
    {
        SQUARE, ///< in rows, as wide as they are deep
        ROW,    ///< along x
    };

    /**
     * @param layout how the sites stand
     */
    explicit SiteScenario(Layout layout);

    /**
     * Add the settings to a command line, those of MobileScenario too; not how devices choose.
     *
     * @param options the command line
     */
    void AddOptions(ns3::surgery::ProgramOptions& options);

    /**
     * Check the settings, and make the plan of them.
     *
     * @throws std::invalid_argument in one line that names the option and what is allowed
     */
    void Check();

    /**
     * Run the program: simulate, and print what happened at each site, and what each device did.
     *
     * @param program by name
     * @param text what it does, for the page of help
     * @param argc number of arguments
     * @param argv the arguments
     * @return its exit code
     */
    int Main(const std::string& program, const std::string& text, int argc, char* argv[]);

    MobileScenario scenario;         ///< devices, network and run
    uint32_t sites{4};               ///< number of sites
    double skew{0.8};                ///< part of the devices that begin near the first one
    double spacing{0};               ///< between neighboring sites, m; 0: as suits the network
    double speed{0};                 ///< of a crowd, m/s; 0: as suits the network
    ns3::Time stay{ns3::Seconds(3)}; ///< how long a crowd stays at each site
    std::string backhaul{"star"};    ///< for SitePlan

  private:
    /// @return whether cells are large
    bool IsLte() const;
    /// Let devices stay near sites. @param simulation the devices
    void DescribeSkewed(Simulation& simulation) const;
    /// Let devices walk from site to site. @param nodes theirs @param stream first random stream
    void InstallCrowd(const ns3::NodeContainer& nodes, int64_t stream) const;

    Layout m_layout; ///< how the sites stand
};

#endif // SITE_SCENARIO_H
