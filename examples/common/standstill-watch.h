/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef STANDSTILL_WATCH_H
#define STANDSTILL_WATCH_H

/**
 * Run the simulation, as ns3::Simulator::Run does, but not for ever: where no simulated time passes
 * for five seconds although events do, some attribute of ns-3 is 0 that must not be, such as the
 * time between two steps of a model.
 *
 * @throws std::invalid_argument if the simulation stands still
 */
void RunSimulator();

#endif // STANDSTILL_WATCH_H
