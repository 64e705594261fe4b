/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_NUMBER_FILE_H
#define SURGERY_NUMBER_FILE_H

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * @param text what a user wrote
 * @return it without the blanks around it
 */
std::string_view Trim(std::string_view text);

/**
 * @ingroup dnn-surgery
 *
 * @param text what a user wrote
 * @param separator between its parts
 * @return the parts, without the blanks around them
 */
std::vector<std::string_view> Split(std::string_view text, char separator);

/**
 * @ingroup dnn-surgery
 *
 * @param text what a user wrote, in any locale
 * @return the finite number that all of it is, if it is one
 */
std::optional<double> ToNumber(std::string_view text);

/**
 * @ingroup dnn-surgery
 *
 * @param text what a user wrote, however long and of whatever bytes
 * @return its beginning in quotes, printable, for a message of one line
 */
std::string QuoteUserText(std::string_view text);

/**
 * @ingroup dnn-surgery
 *
 * @param text a message that may repeat what a user wrote
 * @return it in one line: control characters become blanks
 */
std::string ToOneLine(std::string text);

/**
 * @ingroup dnn-surgery
 *
 * @param path a file's path
 * @param noun what it is, for messages ("bandwidth trace")
 * @return its text
 * @throws std::invalid_argument if it is none, cannot be read, or has more than 32 MiB
 */
std::string ReadTextFile(const std::string& path, const std::string& noun);

/**
 * @ingroup dnn-surgery
 *
 * The text of a user's file of numbers, such as a bandwidth trace, rates over time, or instants:
 * one number per line, or CSV.
 *
 * A comma, a semicolon or a tab between words or numbers of the first line tells CSV, and what
 * separates its fields. A first line of words is a title. Fields may be in quotes, empty ones at a
 * line's end are passed over. Between semicolons or tabs, numbers may have decimal commas. Empty
 * lines and a byte-order mark of UTF-8 are passed over.
 */
class NumberFile
{
  public:
    /// A line without blanks around it, and with its number for messages.
    struct Line
    {
        std::size_t number{0}; ///< of the line, from 1
        std::string_view text; ///< without the blanks around it
    };

    /**
     * @param text what the file holds; must live as long as this object
     * @param source the file's name, for messages
     * @throws std::invalid_argument if it is empty or in UTF-16
     */
    NumberFile(std::string_view text, std::string source);

    /**
     * @return the lines that are not empty, at least one
     */
    const std::vector<Line>& GetLines() const;

    /**
     * @return the lines without a title, maybe none
     */
    std::vector<Line> GetRows() const;

    /**
     * @return what separates the fields of a line; nothing if a line is one field
     */
    std::optional<char> GetSeparator() const;

    /**
     * @param line a line
     * @return its fields; empty ones at the end, behind the second, are left out
     */
    std::vector<std::string_view> GetFields(const Line& line) const;

    /**
     * @param field a field
     * @return the finite number that it is, which may have a plus sign; nothing if it is none
     */
    std::optional<double> GetNumber(std::string_view field) const;

    /**
     * @param line a line
     * @param what is wrong with it, in words
     * @throws std::invalid_argument that names source and line, in one line
     */
    [[noreturn]] void Reject(const Line& line, const std::string& what) const;

  private:
    std::string m_source;            ///< as given
    std::vector<Line> m_lines;       ///< that are not empty
    std::optional<char> m_separator; ///< of the first line
};

/**
 * @ingroup dnn-surgery
 *
 * A rate that holds from an instant on.
 */
struct RateStep
{
    double seconds{0}; ///< the instant, from the first one
    double bps{0};     ///< the rate, bit/s
};

constexpr double MAX_RATE_SECONDS = 1e9; //!< the latest instant of a RateStep, s
constexpr double MAX_RATE_BPS = 1e12;    //!< its highest rate, bit/s

/**
 * @ingroup dnn-surgery
 *
 * Read rates over time from CSV: a line is "seconds,bits_per_second". Time counts from the first
 * line, so that it may be Unix time.
 *
 * @param file the text
 * @return at least one step, in ascending order of time; rates are in 0..1e12 bit/s
 * @throws std::invalid_argument naming source and line, with one line of text
 */
std::vector<RateStep> ReadRateSteps(const NumberFile& file);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_NUMBER_FILE_H
