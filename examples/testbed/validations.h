/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef VALIDATIONS_H
#define VALIDATIONS_H

#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <string>

/// What the command line sets of a validation.
struct ValidationSettings
{
    std::string table;            ///< with what was measured; empty: the bundled one
    std::string net;              ///< of its DNNs; empty: the validation's default
    std::string environment;      ///< of its traces
    std::string trace;            ///< of the link, for a replay; empty: the bundled one
    std::string decisions;        ///< table with the planner's profiles; empty: the bundled one
    std::string rates;            ///< of its rates, Mbit/s, separated by commas; empty: all
    double from{0};               ///< first cut, bin, or second that counts
    double until{1e9};            ///< last one
    uint32_t serverStress{0};     ///< of the cuts, %
    uint32_t deviceStress{0};     ///< of the cuts, %
    uint32_t transfers{7};        ///< of each cut or bin, whose median counts
    ns3::Time hostTime;           ///< host work of an offload, both ends and messages together
    double hostTimePerByte{0};    ///< of both ends together, ns
    bool runsPlanners{true};      ///< of the offloads: whether planners are run, too
    uint64_t uploadBytes{602512}; ///< of a full offload
};

/// A pair of numbers that a validation compares.
struct Comparison
{
    std::string series;  ///< what is compared
    std::string setting; ///< in which setting
    double x{0};         ///< what it is a function of
    double measured{0};  ///< by the testbed
    double simulated{0}; ///< by this program
    bool isJudged{true}; ///< whether a bar applies to it
};

/// Takes what was compared.
using Report = std::function<void(const Comparison&)>;

/// Set A: the network's part of an inference at every cut. @param settings what to compare
/// @param report takes the comparisons
void ValidateCuts(const ValidationSettings& settings, const Report& report);

/// Set A: how much slower processors are beside a job of somebody else. @param settings what to
/// compare @param report takes the comparisons
void ValidateStress(const ValidationSettings& settings, const Report& report);

/// Set B: full offloads at every bandwidth, and where offloading begins. @param settings what to
/// compare @param report takes the comparisons
void ValidateOffload(const ValidationSettings& settings, const Report& report);

/// Set B: a replay, request by request. @param settings what to compare @param report takes the
/// comparisons
void ValidateReplay(const ValidationSettings& settings, const Report& report);

/// Set B: what the robot's board draws, by two states: in runs where a planner decides, and in the
/// replay as simulated with a battery. @param settings what to compare @param report takes the
/// comparisons
void ValidatePower(const ValidationSettings& settings, const Report& report);

#endif // VALIDATIONS_H
