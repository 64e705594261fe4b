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
    {
        static int number = 0;
        m_path = testing::TempDir() + "text-" + std::to_string(getpid()) + "-" +
                 std::to_string(++number) + ".csv";
        std::ofstream(m_path, std::ios::binary) << text;
    }

    TextFile(const TextFile&) = delete;
    TextFile& operator=(const TextFile&) = delete;

    ~TextFile()
    {
        std::filesystem::remove(m_path);
    }

    /// @return its path
    const std::string& GetPath() const
    {
        return m_path;
    }

  private:
    std::string m_path; ///< of the file
};

#endif // TEXT_FILE_H
