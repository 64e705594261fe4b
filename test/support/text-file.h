/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TEXT_FILE_H
#define TEXT_FILE_H

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

/**
 * @ingroup dnn-surgery-tests
 *
 * A file that lasts as long as this object.
 */
class TextFile
{
  public:
    /// @param text what the file holds
    explicit TextFile(const std::string& text)
        : m_writer(getpid())
    {
        static int number = 0;
        m_path = testing::TempDir() + "text-" + std::to_string(m_writer) + "-" +
                 std::to_string(++number) + ".csv";
        std::ofstream(m_path, std::ios::binary) << text;
    }

    TextFile(const TextFile&) = delete;
    TextFile& operator=(const TextFile&) = delete;

    ~TextFile()
    {
        // a child process that exits destroys the static objects, too
        if (getpid() == m_writer)
        {
            std::filesystem::remove(m_path);
        }
    }

    /// @return its path
    const std::string& GetPath() const
    {
        return m_path;
    }

  private:
    const pid_t m_writer; ///< the process that wrote it
    std::string m_path;   ///< of the file
};

#endif // TEXT_FILE_H
