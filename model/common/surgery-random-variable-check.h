/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_RANDOM_VARIABLE_CHECK_H
#define SURGERY_RANDOM_VARIABLE_CHECK_H

#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"
#include "ns3/type-id.h"

#include <map>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Refuse a random variable in text of which ns-3 cannot draw a value: it draws again and again
 * until one lies within the variable's Bound, or ends the program because it was given no values.
 *
 * @param type a class; nothing is checked if it is no random variable
 * @param given the attributes that the text sets, by name
 * @throws std::invalid_argument in one line if no value, or fewer than one in a thousand, is within
 *         Bound, if the variable's values cannot be told in text, if its least value exceeds its
 *         largest, or if drawing a value takes very long
 */
void CheckRandomVariable(const TypeId& type, const std::map<std::string, std::string>& given);

/**
 * @ingroup dnn-surgery
 *
 * @param variable a random variable
 * @return whether it is a constant or a uniform one with values below 0; of others, such as a
 *         normal one's tail, nothing is said
 */
bool MayBeNegative(Ptr<RandomVariableStream> variable);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_RANDOM_VARIABLE_CHECK_H
