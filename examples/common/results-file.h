/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RESULTS_FILE_H
#define RESULTS_FILE_H

#include "ns3/surgery-csv-file.h"

#include <optional>
#include <string>
#include <vector>

/**
 * A name for what is written, so that a file of the final name is always whole: beside it until it
 * is complete. What is no regular file, such as a pipe, is written to at once.
 */
class PartFile
{
  public:
    /// @param path the final name
    explicit PartFile(std::string path);

    /// @return the final name
    const std::string& GetPath() const;

    /// @return what to write to: a name that was free
    const std::string& GetPart() const;

    /// Give the file its final name. @return whether that could be done
    bool Complete() const;

  private:
    std::string m_path; ///< the final name
    std::string m_part; ///< the name until then
};

/**
 * A CSV file that is written under a temporary name and renamed when it is complete, so that a file
 * of the final name is always whole. Numbers have all their digits.
 */
class ResultsFile
{
  public:
    /**
     * Begin.
     *
     * @param path the file
     * @param columns their names
     * @throws std::runtime_error if it cannot be written
     */
    ResultsFile(std::string path, const std::vector<std::string>& columns);

    /**
     * Add a row.
     *
     * @param row a value per column
     * @throws std::runtime_error if it cannot be written
     */
    void Add(const ns3::surgery::TableRow& row);

    /**
     * End: give the file its name.
     *
     * @throws std::runtime_error if something could not be written
     */
    void Complete();

  private:
    PartFile m_part;                             ///< the file's names
    std::optional<ns3::surgery::CsvFile> m_file; ///< until it is complete
};

/**
 * @param names of columns
 * @param digits significant ones of their numbers
 * @return the columns
 */
std::vector<ns3::surgery::TableColumn> MakeColumns(const std::vector<std::string>& names,
                                                   int digits);

/**
 * @param count a number of things
 * @return it as a field
 */
ns3::surgery::TableValue ToField(uint64_t count);

#endif // RESULTS_FILE_H
