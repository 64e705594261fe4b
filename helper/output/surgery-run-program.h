/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_RUN_PROGRAM_H
#define SURGERY_RUN_PROGRAM_H

#include <functional>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Do the work of a program, and turn exceptions into one line on the standard error and an exit
 * code: the body of a main function. Where ns-3 ends the program (NS_FATAL_ERROR, NS_ABORT_MSG),
 * one line follows what ns-3 prints, and the exit code is 2 instead of a core file. The folders of
 * runs that are under way say why they are cut off (TableOutput::CutOff).
 *
 * @param name of the program
 * @param work what it does
 * @return 0 if it was done; 2 if a setting is wrong (std::invalid_argument); 1 if it failed
 */
int RunProgram(const std::string& name, const std::function<void()>& work);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_RUN_PROGRAM_H
