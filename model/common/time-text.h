/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TIME_TEXT_H
#define TIME_TEXT_H

#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Predict whether ns-3 can read a text as a Time: otherwise it would end the program, or read only
 * a part of the text.
 *
 * @param text a text
 * @return whether it is a Time: a number, with or without one of ns-3's units, of at most 73 years
 */
bool IsTimeText(const std::string& text);

} // namespace surgery
} // namespace ns3

#endif // TIME_TEXT_H
