/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXTERNAL_ANSWER_H
#define EXTERNAL_ANSWER_H

#include "ns3/surgery-game.h"

#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Check the answer to the message that opens a connection to a program that decides.
 *
 * @param line the answer
 * @param protocol name and version that it has to tell
 * @throws std::runtime_error if it is none, or has another version; its text says what the program
 *         did, as "speaks ..."
 */
void CheckHello(const std::string& line, const std::string& protocol);

/**
 * @ingroup dnn-surgery
 *
 * Read what a program decides.
 *
 * @param line its answer
 * @param game the devices
 * @param cutsOf the cuts that the program was told of, in this order
 * @return the decision, which CheckOutcome accepts
 * @throws std::runtime_error if it is none; its text says what the program did, as "answered ...",
 *         and names the device where it can
 */
Outcome ReadDecision(const std::string& line, const Game& game, const CutsOf& cutsOf);

} // namespace surgery
} // namespace ns3

#endif // EXTERNAL_ANSWER_H
