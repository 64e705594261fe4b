/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef OPTIONAL_CSV_H
#define OPTIONAL_CSV_H

#include "ns3/surgery-csv-file.h"

#include <optional>
#include <string>
#include <vector>

/**
 * Make a folder, and those that it is in, if they do not exist.
 *
 * @param folder its path
 * @throws std::invalid_argument in one line if it cannot be made
 */
void MakeFolder(const std::string& folder);

/**
 * A CSV file in a folder, or nothing if there is no folder: then rows go nowhere. Numbers have ten
 * significant digits.
 */
class OptionalCsv
{
  public:
    /**
     * Begin the file. The folder is made if it does not exist.
     *
     * @param folder where; empty: nowhere
     * @param name of the file
     * @param columns their names
     * @throws std::invalid_argument if the folder cannot be made, or the file cannot be written
     */
    OptionalCsv(const std::string& folder,
                const std::string& name,
                const std::vector<std::string>& columns);

    /**
     * Add a row.
     *
     * @param row a value per column
     * @throws std::runtime_error if it cannot be written
     */
    void Write(const ns3::surgery::TableRow& row);

  private:
    std::optional<ns3::surgery::CsvFile> m_file; ///< nothing without a folder
};

#endif // OPTIONAL_CSV_H
