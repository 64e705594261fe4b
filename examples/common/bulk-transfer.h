/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef BULK_TRANSFER_H
#define BULK_TRANSFER_H

#include "simulation.h"

/**
 * Measure what a network carries: all devices of a simulation send to the server for ever, over TCP
 * with the segments and buffers that clients have, and do nothing else. That is the rate of a fluid
 * cell in place of the network, whose HeaderFactor is then 1.
 *
 * @param simulation with one server; nothing is written
 * @return what comes to the server between the end of the warm-up and that of the simulation, bytes
 *         of streams, as bit/s
 * @throws std::invalid_argument if there are sites, or nothing is left behind the warm-up
 */
double MeasureGoodput(Simulation simulation);

#endif // BULK_TRANSFER_H
