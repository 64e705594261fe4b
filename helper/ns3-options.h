/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef NS3_OPTIONS_H
#define NS3_OPTIONS_H

#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @file
 * @ingroup dnn-surgery
 * What ns-3 adds to every command line. Its own class ends the program on some wrong values.
 */

/**
 * Tell whether ns-3 prints something in answer to an argument, and ends the program.
 *
 * @param name of the argument, such as "PrintAttributes"
 * @param value its
 * @return whether it is such an argument
 * @throws std::invalid_argument if it asks for a type that does not exist
 */
bool IsQuestion(const std::string& name, const std::string& value);

/**
 * Set one of ns-3's global values.
 *
 * @param name its
 * @param text its value
 * @return whether there is one of this name
 * @throws std::invalid_argument in one line if the value is not one of its
 */
bool SetGlobal(const std::string& name, const std::string& text);

} // namespace surgery
} // namespace ns3

#endif // NS3_OPTIONS_H
