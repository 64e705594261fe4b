/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MEASURED_TABLE_H
#define MEASURED_TABLE_H

#include "ns3/surgery-number-file.h"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

/**
 * @ingroup dnn-surgery
 *
 * A table of measurements: a CSV file whose first line has the columns' titles.
 */
class MeasuredTable
{
  public:
    /// A row, which knows its place in the file.
    class Row
    {
      public:
        /// @param table that it is of @param index of its line in the file
        Row(const MeasuredTable& table, std::size_t index);

        /// @param column by its title @return what it holds
        std::string GetText(const std::string& column) const;

        /// @param column by its title @return the number that it holds
        double GetNumber(const std::string& column) const;

      private:
        const MeasuredTable* m_table; ///< that it is of
        std::size_t m_index;          ///< of its line
    };

    /**
     * @param nameOrPath a table in data/testbed, or the path of a file
     * @throws std::invalid_argument if it cannot be read
     */
    explicit MeasuredTable(const std::string& nameOrPath);

    MeasuredTable(const MeasuredTable&) = delete;
    MeasuredTable& operator=(const MeasuredTable&) = delete;

    /**
     * @param values what columns must hold, by title; an empty value fits everything
     * @return the rows that hold it, in their order, at least one
     * @throws std::invalid_argument if there is none
     */
    std::vector<Row> Find(const std::map<std::string, std::string>& values) const;

  private:
    std::string m_path;                           ///< of the file
    std::string m_text;                           ///< that it holds
    ns3::surgery::NumberFile m_file;              ///< the same, by line
    std::map<std::string, std::size_t> m_columns; ///< by title
};

#endif // MEASURED_TABLE_H
