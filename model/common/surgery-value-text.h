/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_VALUE_TEXT_H
#define SURGERY_VALUE_TEXT_H

#include <cstdint>
#include <optional>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @file
 * @ingroup dnn-surgery
 * Values in text, as command lines and attributes give them. A text is a value only if all of it
 * is: ns-3 itself reads "3x" as 3, and ends the program on "5seconds".
 */

/**
 * @param text a text
 * @return whether there is a blank in it, a line's end included
 */
bool HasBlank(const std::string& text);

/**
 * @param text a text
 * @return it without the blanks before and after it
 */
std::string TrimBlanks(const std::string& text);

/**
 * @param text a text
 * @return the finite number that it is, such as "-1.5e3"; nothing if it is none
 */
std::optional<double> ReadReal(const std::string& text);

/**
 * @param text a text
 * @return the integer that it is, in digits with or without a sign; nothing if it is none
 */
std::optional<int64_t> ReadInteger(const std::string& text);

/**
 * @param text a text
 * @return the number that it is, in digits alone; nothing if it is none
 */
std::optional<uint64_t> ReadUnsigned(const std::string& text);

/**
 * Predict whether ns-3 can read a text as a Time.
 *
 * @param text a text
 * @return whether it is a Time: a number, with or without one of ns-3's units, of at most 73 years
 */
bool IsTimeText(const std::string& text);

/**
 * Predict whether ns-3 can read a text as a DataRate.
 *
 * @param text a text
 * @return whether it is a DataRate: a number without exponent, with one of ns-3's units or of whole
 *         bit/s, at most 1e18 bit/s
 */
bool IsDataRateText(const std::string& text);

/**
 * Predict whether ns-3 can read a text as a QueueSize.
 *
 * @param text a text
 * @return whether it is a QueueSize: digits with p, or with B, kB, MB, GB, KiB, MiB or GiB, at most
 *         2^32 - 1 packets or bytes
 */
bool IsQueueSizeText(const std::string& text);

/**
 * Predict whether ns-3 can read a text as a Priomap, which maps priorities to bands.
 *
 * @param text a text
 * @return whether it is 16 whole numbers up to 65535 with blanks between, one per priority
 */
bool IsPriomapText(const std::string& text);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_VALUE_TEXT_H
