/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_CSV_FILE_H
#define SURGERY_CSV_FILE_H

#include "ns3/surgery-table-output.h"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <sstream>
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
 * that hold commas, quotes or line ends are in quotes (RFC 4180). The file holds whole lines only,
 * also if the program is killed or the disk is full.
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

    /// Writes out what is still in memory; Flush before, to know whether this can be done.
    ~CsvFile();

    CsvFile(const CsvFile&) = delete;
    CsvFile& operator=(const CsvFile&) = delete;

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
    std::string m_path;        ///< of the file
    std::vector<int> m_digits; ///< significant ones of a number, by column
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> m_file; ///< the file
    std::ostringstream m_lines;                             ///< not yet written
    std::uintmax_t m_bytes{0};                              ///< written, in whole lines
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_CSV_FILE_H
