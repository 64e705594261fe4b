/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_CSV_FILE_H
#define SURGERY_CSV_FILE_H

#include "ns3/surgery-table-output.h"

#include <fstream>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A CSV file that is being written, row by row: its first line has the names of the columns; fields
 * that hold commas, quotes or line ends are in quotes (RFC 4180).
 */
class CsvFile
{
  public:
    /**
     * Begin.
     *
     * @param path the file; one that is there is replaced
     * @param columns from left to right; their types do not matter
     * @throws std::invalid_argument if the file cannot be written
     */
    CsvFile(const std::string& path, const std::vector<TableColumn>& columns);

    /**
     * Add a row at the end.
     *
     * @param row a value per column; nothing is an empty field
     * @throws std::runtime_error if it cannot be written, naming the file: a full disk must not
     *         look like a short run
     */
    void Write(const TableRow& row);

    /**
     * Write out what is still in memory.
     *
     * @throws std::runtime_error as Write
     */
    void Flush();

  private:
    /// @throws std::runtime_error if something could not be written
    void Check() const;

    std::string m_path;        ///< of the file
    std::vector<int> m_digits; ///< significant ones of a number, by column
    std::ofstream m_out;       ///< the file
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_CSV_FILE_H
