/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SOLUTION_H
#define SOLUTION_H

#include "scenario-file.h"

#include "ns3/surgery-multi-server-game.h"
#include "ns3/surgery-welfare.h"

#include <optional>
#include <string>

/**
 * A scenario with what was decided and what that is worth.
 */
struct Solution
{
    std::string scheduler;                            ///< who decided
    Scenario scenario;                                ///< for whom
    ns3::surgery::MultiServerOutcome outcome;         ///< what
    ns3::surgery::MultiServerCertificate certificate; ///< how good it is
    double postedPriceS{0};                           ///< on top of each rho, s
    std::optional<ns3::surgery::Welfare> welfare;     ///< at that price; nothing: none is posted
};

/**
 * Decide for a scenario. With one server, or where the rule is for one server, each server decides
 * for the devices nearest to it; dds and optimum decide jointly over several servers.
 *
 * @param scheduler for SurgeryScheduler::Create
 * @param scenario for whom
 * @return what was decided
 */
Solution Decide(const std::string& scheduler, Scenario scenario);

/**
 * Give all devices of a scenario the same share.
 *
 * @param share of a server, > 0 to 1
 * @param scenario for whom
 * @return where each device's DNN is cut then
 */
Solution DecideForShare(double share, Scenario scenario);

/**
 * Print a solution as JSON.
 *
 * @param solution the solution
 */
void PrintJson(const Solution& solution);

/**
 * Print a solution as a table, with the certificate in words.
 *
 * @param solution the solution
 */
void PrintTable(const Solution& solution);

#endif // SOLUTION_H
