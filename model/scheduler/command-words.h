/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COMMAND_WORDS_H
#define COMMAND_WORDS_H

#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Split a command into its words, as ExternalScheduler's Command tells them.
 *
 * @param command words separated by blanks, with single or double quotes around those that have
 *        blanks; or a list of strings in JSON
 * @return the words, the program first; empty if the command is
 * @throws std::invalid_argument if a quote is not closed, or the list is not one of strings
 */
std::vector<std::string> SplitCommand(const std::string& command);

} // namespace surgery
} // namespace ns3

#endif // COMMAND_WORDS_H
