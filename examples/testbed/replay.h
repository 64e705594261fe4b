/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef REPLAY_H
#define REPLAY_H

#include "measured-table.h"
#include "testbed-run.h"
#include "validations.h"

#include <memory>
#include <vector>

/// Set B: a recorded run, to be simulated.
struct Replay
{
    /// When the window that counts begins in the simulation, s: connections are open by then, and
    /// the first grant is there.
    static constexpr double LEAD_S = 2;

    /// @param settings which run, and which part of it
    explicit Replay(const ValidationSettings& settings);

    MeasuredTable table;                         ///< what was recorded
    std::vector<MeasuredTable::Row> rows;        ///< of the window that counts
    std::unique_ptr<const ScratchFile> requests; ///< when they come
    std::unique_ptr<const ScratchFile> bins;     ///< what the planner knows of the link, and when
    TestbedRun run;                              ///< the scenario
};

#endif // REPLAY_H
