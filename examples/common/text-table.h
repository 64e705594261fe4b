/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TEXT_TABLE_H
#define TEXT_TABLE_H

#include <functional>
#include <string>
#include <vector>

/**
 * A table in plain text: columns as wide as they need, numbers to the right.
 */
class TextTable
{
  public:
    /// @param titles of the columns; those that start with '<' hold text, to the left
    explicit TextTable(std::vector<std::string> titles);

    /// Add a row. @param cells one per column
    void Add(std::vector<std::string> cells);

    /// @return the table
    std::string ToString() const;

  private:
    std::vector<std::vector<std::string>> m_rows; ///< the titles first
    std::vector<bool> m_isText;                   ///< by column
};

/**
 * @param value a number
 * @param decimals digits behind the point
 * @return it in text; "-" if it is negative
 */
std::string ToText(double value, int decimals);

/**
 * @param text words with commas between them
 * @return the words that are not empty
 */
std::vector<std::string> SplitAtCommas(const std::string& text);

/**
 * Check a list of names.
 *
 * @param text names with commas between them
 * @param noun what they name, for messages
 * @param check throws if a name is wrong
 * @throws std::invalid_argument if there is none, and what the check throws
 */
void CheckNames(const std::string& text,
                const std::string& noun,
                const std::function<void(const std::string&)>& check);

/**
 * @param list NAME and NAME*COUNT with commas between them
 * @param option where it stands, for messages
 * @return the names, each as often as it counts
 * @throws std::invalid_argument if there is none, or a count is wrong
 */
std::vector<std::string> ExpandNames(const std::string& list, const std::string& option);

#endif // TEXT_TABLE_H
