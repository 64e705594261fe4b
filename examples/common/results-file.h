/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RESULTS_FILE_H
#define RESULTS_FILE_H

#include <fstream>
#include <string>
#include <vector>

/**
 * A CSV file that is written under another name, and gets its own when it is complete: a file of
 * that name is always whole.
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

    /// Add a row. @param fields one per column; quoted where they must be
    void Add(const std::vector<std::string>& fields);

    /**
     * End: give the file its name.
     *
     * @throws std::runtime_error if something could not be written
     */
    void Complete();

  private:
    std::string m_path;   ///< the file's name in the end
    std::string m_part;   ///< its name until then
    std::ofstream m_file; ///< open until it is complete
};

/**
 * @param value a number
 * @return it with all its digits
 */
std::string ToField(double value);

#endif // RESULTS_FILE_H
